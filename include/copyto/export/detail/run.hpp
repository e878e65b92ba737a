// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_RUN_HPP
#define COPYTO_EXPORT_DETAIL_RUN_HPP

#include <copyto/commit/completion.hpp>
#include <copyto/commit/control_object.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/commit/probe.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/detail/file_stager.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/export/progress.hpp>
#include <copyto/export/report.hpp>
#include <copyto/source/ref.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

/// The body of `run_export`; included by export/impl/job.ipp only.

namespace copyto::detail {

inline std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

/// One run. Lives on the stack of `run_export`; whatever way that is left, nothing is published but by
/// `commit`.
class export_run {
public:
  export_run(source_ref source, any_encoder const& encoder, store_ref store, planned_export const& planned,
             std::stop_token stop, progress_callback const& on_progress)
      : store_(store), options_(planned.options), names_(planned.names), columns_(source.schema()),
        stop_(std::move(stop)), on_progress_(on_progress), control_(store, names_.place(), claim_of(planned)),
        stager_(source, encoder, store, planned, stop_) {
    progress_.rows_expected = source.hint().rows;
  }

  result<report> run() {
    tell(export_stage::preparing);
    if (options_.to.has_control()) {
      bool threw = true;
      result<void> claimed = guarded([&] {
        result<void> answer = control_.claim(stop_);
        threw = false;
        return answer;
      });
      if (!claimed) {
        return threw ? give_up(claimed.error()) : claimed.error();
      }
      if (control_.ignored()) {
        warn(ignored_conditions(*control_.ignored(), store_, names_.place()));
      }
      begun_ = uploads_begun(); // by the claim, if it tried the store
    }
    std::vector<control_file> files;
    result<void> moved = guarded([&] {
      result<void> all = stager_.run([this] {
        result<void> published = publish_settled();
        tell(export_stage::exporting);
        return published;
      });
      files = stager_.control_files();
      stager_.halt(); // all parts are stored, or given up; the record of a long export takes less than their buffers
      return all;
    });
    if (!moved) {
      return give_up(moved.error(), outcomes_);
    }
    if (options_.as_they_close) {
      return finish_published(std::move(files));
    }
    if (files.empty() && options_.to.mode() != if_exists::replace) {
      return nothing_to_commit();
    }
    try {
      return options_.to.has_control() ? commit(std::move(files)) : publish(std::move(files));
    } catch (std::exception const& e) { // a store of the user's, or no memory
      return doubtful(e.what());
    } catch (...) {
      return doubtful("not a std::exception");
    }
  }

private:
  static control_record claim_of(planned_export const& planned) {
    return {.export_id = planned.options.export_id,
            .started = format_utc(planned.start),
            .host = host_name(),
            .mode = planned.options.to.mode(),
            .names = planned.names.pattern(),
            .as_they_close = planned.options.as_they_close,
            .manifest = planned.names.manifest()};
  }

  /// The one place where an exception of a user's source, encoder, store or callback ends.
  template <class F>
  static result<void> guarded(F&& body) {
    try {
      return body();
    } catch (failure const& f) {
      return f.error();
    } catch (std::exception const& e) {
      return error({.code = errc::source_failed,
                    .message = std::string("the row source or another part of the program threw: ") + e.what()});
    } catch (...) {
      return error(errc::source_failed, "the row source or another part of the program threw something");
    }
  }

  /// As they close: makes the files visible that the store has all of, in their order, so that a manifest is the last.
  result<void> publish_settled() {
    while (options_.as_they_close && outcomes_.size() != stager_.files().size() &&
           stager_.files()[outcomes_.size()].upload.session().settled()) {
      staged_file const& next = stager_.files()[outcomes_.size()];
      if (options_.to.has_control()) {
        if (result<void> held = control_.check_held(stop_); !held) {
          return held;
        }
      }
      file_outcome const& outcome =
          outcomes_.emplace_back(complete_file(store_, file_stager::control_file_of(next), control_.record()));
      if (outcome.state != file_state::visible) {
        return outcome.why->with([&](error_info& info) {
          info.message = fmt::format("a file could not be made visible: {}", info.message);
          info.key = store_.uri(next.upload.session().key());
        });
      }
      progress_.files_committed = outcomes_.size();
      tell(export_stage::exporting);
    }
    return {};
  }

  /// As they close: all is visible, and only the clean-up is left.
  result<report> finish_published(std::vector<control_file> files) {
    control_record record = control_.record();
    record.files = std::move(files);
    result<void> left = guarded([&]() -> result<void> {
      result<stray_uploads> strays = abort_strays(store_, names_, record_id(), record.files, listing_rule());
      if (!strays) {
        return strays.error();
      }
      warn(strays->warnings);
      return options_.to.has_control() ? control_.remove() : result<void>();
    });
    if (!left) {
      return published_partly(leaving_behind(left.error(), store_, names_.place()));
    }
    return reported(record);
  }

  [[nodiscard]] error published_partly(error const& why) const {
    return copyto::published_partly(why, store_, names_.place(), record_id(), outcomes_);
  }
  [[nodiscard]] std::string const& record_id() const { return control_.record().export_id; }

  result<report> commit(std::vector<control_file> files) {
    if (result<void> decided = control_.commit(std::move(files)); !decided) {
      if (decided.error().is(errc::in_doubt)) {
        return with_keys(decided.error());
      }
      return give_up(decided.error());
    }
    control_record const& record = control_.record();
    tell_decided(export_stage::committing);
    std::vector<file_outcome> const outcomes =
        complete_files(store_, record, options_.parts_in_flight, [this](std::uint64_t visible) {
          progress_.files_committed = visible;
          tell_decided(export_stage::committing);
        });
    result<stray_uploads> finished =
        finish_commit(store_, names_, control_, outcomes, record.files, listing_rule(), options_.parts_in_flight);
    if (!finished) {
      return finished.error();
    }
    warn(finished->warnings);
    return reported(record);
  }

  /// Without a control object: the files become visible one by one, and nobody but us can finish that.
  result<report> publish(std::vector<control_file> files) {
    control_record record = control_.record();
    record.files = std::move(files);
    tell_decided(export_stage::committing);
    std::vector<file_outcome> const outcomes =
        complete_files(store_, record, options_.parts_in_flight, [this](std::uint64_t visible) {
          progress_.files_committed = visible;
          tell_decided(export_stage::committing);
        });
    if (std::ranges::all_of(outcomes, [](file_outcome const& o) { return o.state == file_state::visible; })) {
      result<stray_uploads> const strays = abort_strays(store_, names_, record_id(), record.files, listing_rule());
      warn(strays ? strays->warnings : std::vector{strays.error()});
      return reported(record);
    }
    return give_up(unfinished_without_control(store_, names_.place(), record, outcomes), outcomes);
  }

  report reported(control_record const& record) {
    progress_.files_committed = record.file_count();
    tell_decided(export_stage::done);
    report done = report_of(record);
    done.columns = schema(columns_);
    done.written = stager_.written();
    for (std::size_t i = 0; i != done.files.size(); ++i) { // those of the stager, in its order
      done.files[i].columns = stager_.files()[i].columns;
    }
    done.warnings = std::move(warnings_);
    done.requests = store_.counters().since(before_);
    done.times = times_;
    return done;
  }

  /// No rows, and no file was asked for them.
  result<report> nothing_to_commit() {
    if (options_.to.has_control()) {
      if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
        return leaving_behind(removed.error(), store_, names_.place());
      }
    }
    tell_decided(export_stage::done);
    return report{.export_id = record_id(),
                  .columns = schema(columns_),
                  .written = stager_.written(),
                  .requests = store_.counters().since(before_),
                  .times = times_,
                  .warnings = std::move(warnings_)};
  }

  void warn(error const& what) {
    if (std::ranges::none_of(warnings_, [&](error const& e) { return e->message == what->message; })) {
      warnings_.push_back(what); // once
    }
  }
  void warn(std::vector<error> const& all) {
    for (error const& what : all) {
      warn(what);
    }
  }

  /// Whoever may not list uploads can do without as long as every request for one was carried out once.
  [[nodiscard]] unlisted listing_rule() const {
    std::uint64_t const begun = uploads_begun() - begun_;
    return begun == stager_.files().size() && begun != 0 ? unlisted::ignored : unlisted::told;
  }
  [[nodiscard]] std::uint64_t uploads_begun() const {
    return store_.counters().since(before_).requests_of(request_kind::create_upload);
  }

  /// Before the decision: throws our uploads away, then the claim. `why` stays the error; what could not be
  /// cleaned up is attached by name, and the claim then stays, so that `abort` can do the rest. Uploads whose `outcomes`
  /// are visible or unknown are left alone.
  error give_up(error why, std::span<file_outcome const> outcomes = {}) {
    stager_.halt(); // no part may land after its upload was aborted
    bool clean = true;
    bool reachable = true; // once it is not, every further request would wait in vain
    for (std::size_t i = 0; i != stager_.files().size(); ++i) {
      upload_session const& upload = stager_.files()[i].upload.session();
      if (upload.upload_id().empty() || (i < outcomes.size() && outcomes[i].state != file_state::pending)) {
        continue;
      }
      if (!reachable) {
        why = why.with_suppressed(error(
            {.code = errc::unreachable, .message = "an upload may have stayed open", .key = store_.uri(upload.key())}));
      } else if (result<void> aborted = guarded([&] { return store_.abort(upload.key(), upload.upload_id()); });
                 !aborted) {
        why = why.with_suppressed(aborted.error());
        reachable = !aborted.error().is(errc::unreachable);
        clean = clean && aborted.error().is(errc::unsupported); // which no later `abort` can do either
      }
    }
    if (reachable) { // also the upload of a create_upload whose answer was lost
      result<void> strays = guarded([&]() -> result<void> {
        result<stray_uploads> const done = abort_strays(store_, names_, record_id(), {}, listing_rule());
        if (!done) {
          return done.error();
        }
        for (error const& left : done->warnings) { // by a lifecycle rule, or by whom may list them
          why = why.with_suppressed(left);
          clean = clean && left.is(errc::unsupported);
        }
        return {};
      });
      if (!strays) {
        why = why.with_suppressed(strays.error());
        clean = false;
      }
    }
    if (!options_.to.has_control()) {
      return published_partly(why);
    }
    if (clean && !why.is(errc::claim_lost)) {
      if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
        why = why.with_suppressed(removed.error());
        clean = false;
      }
    }
    return published_partly(clean ? why : leaving_behind(why, store_, names_.place()));
  }

  error with_keys(error const& why) const {
    return why.with([&](error_info& info) {
      for (staged_file const& f : stager_.files()) {
        info.suppressed.emplace_back(
            error_info{.code = errc::in_doubt, .message = "pending", .key = store_.uri(f.upload.session().key())});
      }
    });
  }

  /// An exception after the record's request may have been sent.
  error doubtful(std::string_view what) const {
    return with_keys(error(
        {.code = errc::in_doubt,
         .disposition = disposition::in_doubt,
         .message = fmt::format("the store threw while the export was committed: {}", what),
         .key = store_.uri(options_.to.has_control() ? names_.place().control() : names_.place().stem()),
         .advice = options_.to.has_control() ? fmt::format("`copy_to status {}` tells", names_.place().address(store_))
                                             : std::string("see which files are there")}));
  }

  /// The one function that reports; counters that others keep are read here.
  void tell(export_stage stage) {
    count_time();
    progress_.stage = stage;
    store_counters const counted = store_.counters();
    progress_.retries = counted.retries - before_.retries;
    progress_.throttles = counted.throttles - before_.throttles;
    progress_.rows = stager_.rows();
    progress_.bytes_encoded = stager_.bytes_encoded();
    progress_.bytes_acknowledged = stager_.bytes_acknowledged();
    progress_.files_closed = stager_.files_closed();
    warn(stager_.warnings());
    progress_.warnings = warnings_;
    progress_.remaining = time_left(progress_, times_.exporting);
    if (on_progress_) {
      on_progress_(progress_);
    }
  }
  /// Adds the time since the last call to the stage that it was spent in.
  void count_time() {
    std::chrono::nanoseconds const now = system_clock().elapsed();
    std::chrono::nanoseconds const spent = now - std::exchange(told_, now);
    switch (progress_.stage) {
    case export_stage::preparing: times_.preparing += spent; break;
    case export_stage::exporting: times_.exporting += spent; break;
    case export_stage::committing: times_.committing += spent; break;
    case export_stage::done: break;
    }
  }
  /// Past the decision no exception of the callback may stop us.
  void tell_decided(export_stage stage) {
    (void)guarded([&]() -> result<void> {
      tell(stage);
      return {};
    });
  }

  store_ref store_;
  export_options const& options_;
  export_names const& names_;
  schema_view columns_;
  std::stop_token stop_;
  progress_callback const& on_progress_;
  control_object control_;
  file_stager stager_;
  progress progress_;
  store_counters before_ = store_.counters(); ///< what others asked
  std::vector<file_outcome> outcomes_;        ///< as they close: of the files that have been completed
  std::vector<error> warnings_;
  std::uint64_t begun_ = 0; ///< uploads, by the claim
  stage_times times_;
  std::chrono::nanoseconds told_ = system_clock().elapsed();
};

} // namespace copyto::detail

#endif
