// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_RUN_HPP
#define COPYTO_EXPORT_DETAIL_RUN_HPP

#include <copyto/encode/any.hpp>
#include <copyto/export/commit.hpp>
#include <copyto/export/completion.hpp>
#include <copyto/export/detail/upload_sink.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/naming.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/export/progress.hpp>
#include <copyto/export/report.hpp>
#include <copyto/source/ref.hpp>
#include <copyto/upload/engine.hpp>
#include <copyto/upload/part_plan.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <optional>

/// The body of `run_export`; included by impl/export/job.ipp only.

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
      : source_(source), prototype_(encoder), store_(store), options_(planned.options), names_(planned.names),
        plan_(planned.plan), stop_(std::move(stop)), on_progress_(on_progress),
        control_(store, names_.place(),
                 {.export_id = options_.export_id,
                  .started = format_utc(planned.start),
                  .host = host_name(),
                  .mode = options_.mode,
                  .names = names_.pattern()}),
        engine_(store, {.buffer_bytes = part_memory(options_, plan_), .parts_in_flight = options_.parts_in_flight},
                stop_) {}

  result<report> run() {
    tell(export_stage::preparing);
    if (options_.control_object) {
      bool threw = true;
      result<void> claimed = guarded([&] {
        result<void> answer = control_.claim(stop_);
        threw = false;
        return answer;
      });
      if (!claimed) {
        return threw ? give_up(claimed.error()) : claimed.error();
      }
    }
    std::vector<control_file> files;
    result<void> moved = guarded([&] {
      result<void> all = transfer();
      files = control_files();
      engine_.halt(); // all parts are stored, or given up; the record of a long export takes less than their buffers
      return all;
    });
    if (!moved) {
      return give_up(moved.error());
    }
    if (files.empty() && options_.mode != if_exists::replace) {
      return nothing_to_commit();
    }
    try {
      return options_.control_object ? commit(std::move(files)) : publish(std::move(files));
    } catch (std::exception const& e) { // a store of the user's, or no memory
      return doubtful(e.what());
    } catch (...) {
      return doubtful("not a std::exception");
    }
  }

private:
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

  result<void> transfer() {
    schema_view const fields = source_.schema();
    batch rows(fields, options_.batch_rows);
    fill_status status = fill_status::more;
    while (status == fill_status::more) {
      if (stop_.stop_requested()) {
        return stopped();
      }
      rows.clear();
      rows.set_capacity(static_cast<std::size_t>(std::min<std::uint64_t>(options_.batch_rows, rows_left())));
      result<fill_status> filled = source_.fill(rows, stop_);
      if (!filled) {
        return filled.error();
      }
      if (rows.rows() > rows.capacity()) {
        return error(errc::source_failed, "the row source gave more rows than the batch may hold");
      }
      status = *filled;
      if (result<void> written = write(fields, rows); !written) {
        return written;
      }
      if (result<void> drained = engine_.drain(false); !drained) {
        return drained;
      }
      tell(export_stage::exporting);
    }
    if (files_.empty() && options_.empty_file) { // no rows at all: one valid file
      if (result<void> opened = open(fields); !opened) {
        return opened;
      }
    }
    if (sink_) {
      if (result<void> closed = close(); !closed) {
        return closed;
      }
    }
    while (!engine_.idle()) {
      if (result<void> drained = engine_.drain(true); !drained) {
        return drained;
      }
      tell(export_stage::exporting);
    }
    return stop_.stop_requested() ? result<void>(stopped()) : result<void>();
  }

  result<void> write(schema_view fields, batch const& rows) {
    for (std::size_t first = 0; first != rows.rows();) {
      if (!sink_) {
        if (result<void> opened = open(fields); !opened) {
          return opened;
        }
      }
      result<std::size_t> const taken = encoder_->write(rows, first, *sink_);
      if (!taken) {
        return taken.error().with([&](error_info& info) {
          if (info.row) {
            *info.row += progress_.rows - first + 1; // from 0 in the batch to 1 in the source
          }
        });
      }
      if (*taken > rows.rows() - first || (*taken == 0 && files_.back().rows == 0)) {
        return error(errc::unsupported, "the encoder took no row, or more than it was given");
      }
      first += *taken;
      files_.back().rows += *taken;
      progress_.rows += *taken;
      if (first != rows.rows() || files_.back().rows == options_.max_file_rows) {
        if (result<void> closed = close(); !closed) {
          return closed;
        }
      }
    }
    return {};
  }

  /// Rows that the open file, or else the next, has room for.
  [[nodiscard]] std::uint64_t rows_left() const { return options_.max_file_rows - (sink_ ? files_.back().rows : 0); }

  result<void> open(schema_view fields) {
    if (options_.single_file && !files_.empty()) {
      bool const full = files_.back().rows == options_.max_file_rows;
      return error({.code = errc::limit_exceeded,
                    .message = fmt::format("one file was asked for, and row {} would make it longer than {} {}",
                                           progress_.rows + 1, full ? options_.max_file_rows : options_.max_file_size,
                                           full ? "rows" : "bytes"),
                    .key = store_.uri(files_.back().upload.session().key()),
                    .advice = "allow a larger file, or several"});
    }
    auto const number = static_cast<std::uint32_t>(files_.size());
    object_options const object{.content_type = prototype_.content_type(), .token = control_.record().export_id};
    files_.emplace_back(engine_, names_.file(0, number), object, plan_);
    sink_.emplace(files_.back().upload, options_.max_file_size, number);
    bytes_before_ = progress_.bytes_encoded;
    encoder_.emplace(prototype_);
    return encoder_->begin(fields, *sink_);
  }

  result<void> close() {
    result<file_stats> const ended = encoder_->end(*sink_);
    if (!ended) {
      return ended.error();
    }
    if (result<void> closed = files_.back().upload.close(); !closed) {
      return closed;
    }
    progress_.bytes_encoded = bytes_before_ + sink_->bytes();
    encoder_.reset();
    sink_.reset();
    ++progress_.files_closed;
    return {};
  }

  [[nodiscard]] std::vector<control_file> control_files() const {
    std::vector<control_file> files;
    files.reserve(files_.size());
    for (staged_file const& f : files_) {
      upload_session const& upload = f.upload.session();
      files.push_back({.key = upload.key(),
                       .upload_id = upload.upload_id(),
                       .rows = f.rows,
                       .bytes = upload.bytes(),
                       .crc64nvme = f.upload.crc64nvme(),
                       .parts = upload.parts()});
    }
    return files;
  }

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
    return reported(record, finished->why_unlisted);
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
    auto const count = [&](file_state state) {
      return static_cast<std::size_t>(std::ranges::count(outcomes, state, &file_outcome::state));
    };
    std::size_t const visible = count(file_state::visible);
    if (visible == outcomes.size()) {
      result<stray_uploads> const strays = abort_strays(store_, names_, record.files, listing_rule());
      return reported(record, strays ? strays->why_unlisted : strays.error());
    }
    error_info info{.message = fmt::format("export {} has no control object, and is not finished: {} of {} files are "
                                           "visible and stay",
                                           record.export_id, visible, outcomes.size()),
                    .key = store_.uri(names_.place().stem()),
                    .advice = "delete what is visible of it, and export again"};
    for (std::size_t i = 0; i != outcomes.size(); ++i) {
      error_info line{.code = errc::in_doubt,
                      .message = outcomes[i].state == file_state::pending ? "not visible"
                                                                          : std::string(to_string(outcomes[i].state)),
                      .key = store_.uri(record.files[i].key)};
      if (outcomes[i].why) {
        line.suppressed.push_back(*outcomes[i].why);
      }
      info.suppressed.emplace_back(std::move(line));
    }
    bool const nothing = visible == 0 && count(file_state::unknown) == 0;
    info.code = nothing ? errc::io_failed : errc::in_doubt;
    info.disposition = nothing ? disposition::permanent : disposition::in_doubt;
    return give_up(error(std::move(info)), outcomes);
  }

  report reported(control_record const& record, std::optional<error> why_unlisted) {
    progress_.files_committed = record.files.size();
    tell_decided(export_stage::done);
    report done{.export_id = record.export_id, .rows = record.rows(), .bytes = record.bytes()};
    for (control_file const& f : record.files) {
      done.files.push_back({.key = f.key, .rows = f.rows, .bytes = f.bytes, .crc64nvme = f.crc64nvme});
    }
    done.unlisted = std::move(why_unlisted);
    return done;
  }

  /// No rows, and no file was asked for them.
  result<report> nothing_to_commit() {
    if (options_.control_object) {
      if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
        return leaving_behind(removed.error(), store_, names_.place());
      }
    }
    tell_decided(export_stage::done);
    return report{.export_id = control_.record().export_id};
  }

  /// Whoever may not list uploads can do without as long as every request for one was carried out once.
  [[nodiscard]] unlisted listing_rule() const {
    std::uint64_t const begun = store_.counters().requests_of(request_kind::create_upload) - begun_before_;
    return begun == files_.size() && begun != 0 ? unlisted::ignored : unlisted::told;
  }

  /// Before the decision: throws our uploads away, then the claim. `why` stays the error; what could not be
  /// cleaned up is attached by name, and the claim then stays, so that `abort` can do the rest. Uploads whose `outcomes`
  /// are visible or unknown are left alone.
  error give_up(error why, std::span<file_outcome const> outcomes = {}) {
    engine_.halt(); // no part may land after its upload was aborted
    bool clean = true;
    bool reachable = true; // once it is not, every further request would wait in vain
    for (std::size_t i = 0; i != files_.size(); ++i) {
      upload_session const& upload = files_[i].upload.session();
      if (upload.upload_id().empty() || (!outcomes.empty() && outcomes[i].state != file_state::pending)) {
        continue;
      }
      if (!reachable) {
        why = why.with_suppressed(error(
            {.code = errc::unreachable, .message = "an upload may have stayed open", .key = store_.uri(upload.key())}));
      } else if (result<void> aborted = guarded([&] { return store_.abort(upload.key(), upload.upload_id()); });
                 !aborted) {
        why = why.with_suppressed(aborted.error());
        reachable = !aborted.error().is(errc::unreachable);
        clean = false;
      }
    }
    if (reachable) { // also the upload of a create_upload whose answer was lost
      result<void> strays = guarded([&]() -> result<void> {
        result<stray_uploads> const done = abort_strays(store_, names_, {}, listing_rule());
        return !done                ? result<void>(done.error())
               : done->why_unlisted ? result<void>(*done->why_unlisted)
                                    : result<void>();
      });
      if (!strays) {
        why = why.with_suppressed(strays.error());
        clean = false;
      }
    }
    if (!options_.control_object) {
      return why;
    }
    if (clean && !why.is(errc::claim_lost)) {
      if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
        why = why.with_suppressed(removed.error());
        clean = false;
      }
    }
    return clean ? why : leaving_behind(why, store_, names_.place());
  }

  error with_keys(error const& why) const {
    return why.with([&](error_info& info) {
      for (staged_file const& f : files_) {
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
         .key = store_.uri(options_.control_object ? names_.place().control() : names_.place().stem()),
         .advice = options_.control_object ? fmt::format("`copy_to status {}` tells", names_.place().address(store_))
                                           : std::string("see which files are there")}));
  }

  static error stopped() {
    return error({.code = errc::stopped, .message = "the export was stopped; nothing of it is visible"});
  }

  /// The one function that reports; counters that others keep are read here.
  void tell(export_stage stage) {
    progress_.stage = stage;
    progress_.bytes_acknowledged = engine_.acknowledged();
    if (sink_) {
      progress_.bytes_encoded = bytes_before_ + sink_->bytes();
    }
    if (on_progress_) {
      on_progress_(progress_);
    }
  }
  /// Past the decision no exception of the callback may stop us.
  void tell_decided(export_stage stage) {
    (void)guarded([&]() -> result<void> {
      tell(stage);
      return {};
    });
  }

  source_ref source_;
  any_encoder const& prototype_;
  store_ref store_;
  export_options const& options_;
  export_names names_;
  part_plan plan_;
  std::stop_token stop_;
  progress_callback const& on_progress_;
  control_object control_;
  std::deque<staged_file> files_; // a deque: the engine's workers hold pointers into it
  upload_engine engine_;
  std::optional<upload_sink> sink_;
  std::optional<any_encoder> encoder_;
  progress progress_;
  std::uint64_t begun_before_ = store_.counters().requests_of(request_kind::create_upload); ///< uploads, by others
  std::uint64_t bytes_before_ = 0; ///< `bytes_encoded` of the closed files
};

} // namespace copyto::detail

#endif
