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
  export_run(source_ref source, any_encoder const& encoder, store_ref store, export_options const& options,
             export_names names, part_plan const& plan, std::stop_token stop, progress_callback const& on_progress)
      : source_(source), prototype_(encoder), store_(store), options_(options), names_(std::move(names)), plan_(plan),
        stop_(std::move(stop)), on_progress_(on_progress), control_(store, names_,
                                                                    {.export_id = names_.export_id(),
                                                                     .started = format_utc(system_clock().now()),
                                                                     .host = host_name(),
                                                                     .names = names_.pattern()}),
        engine_(store, {.buffer_bytes = part_memory(options, plan), .parts_in_flight = options.parts_in_flight},
                stop_) {}

  result<report> run() {
    tell(export_stage::preparing);
    bool threw = true;
    result<void> claimed = guarded([&] {
      result<void> answer = control_.claim(stop_);
      threw = false;
      return answer;
    });
    if (!claimed) {
      return threw ? give_up(claimed.error()) : claimed.error();
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
    try {
      return commit(std::move(files));
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
      result<fill_status> filled = source_.fill(rows, stop_);
      if (!filled) {
        return filled.error();
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
    if (!sink_) { // no rows at all: one valid file
      if (result<void> opened = open(fields); !opened) {
        return opened;
      }
    }
    if (result<void> closed = close(); !closed) {
      return closed;
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
      if (first != rows.rows()) {
        if (result<void> closed = close(); !closed) {
          return closed;
        }
      }
    }
    return {};
  }

  result<void> open(schema_view fields) {
    auto const number = static_cast<std::uint32_t>(files_.size());
    object_options const object{.content_type = prototype_.content_type(), .token = names_.export_id()};
    files_.emplace_back(engine_, names_.file(0, number), object, plan_);
    sink_.emplace(files_.back().upload, options_.max_file_size);
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
    if (!std::ranges::all_of(outcomes, [](file_outcome const& o) { return o.state == file_state::visible; })) {
      return unfinished(store_, names_, record, outcomes, std::nullopt);
    }
    if (result<std::uint64_t> strays = abort_uploads(store_, names_, record.export_id, record.files); !strays) {
      return unfinished(store_, names_, record, outcomes, strays.error());
    }
    if (result<void> removed = control_.remove(); !removed) {
      return unfinished(store_, names_, record, outcomes, removed.error());
    }
    progress_.files_committed = outcomes.size();
    tell_decided(export_stage::done);
    report done{.export_id = record.export_id, .rows = record.rows(), .bytes = record.bytes()};
    for (control_file const& f : record.files) {
      done.files.push_back({.key = f.key, .rows = f.rows, .bytes = f.bytes, .crc64nvme = f.crc64nvme});
    }
    return done;
  }

  /// Before the decision: throws our uploads away, then the claim. `why` stays the error; what could not be
  /// cleaned up is attached by name, and the claim then stays, so that `abort` can do the rest.
  error give_up(error why) {
    engine_.halt(); // no part may land after its upload was aborted
    bool clean = true;
    bool reachable = true; // once it is not, every further request would wait in vain
    for (staged_file const& f : files_) {
      upload_session const& upload = f.upload.session();
      if (upload.upload_id().empty()) {
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
        result<std::uint64_t> count = abort_uploads(store_, names_, names_.export_id(), {});
        return count ? result<void>() : result<void>(count.error());
      });
      if (!strays) {
        why = why.with_suppressed(strays.error());
        clean = false;
      }
    }
    if (clean && !why.is(errc::claim_lost)) {
      if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
        why = why.with_suppressed(removed.error());
        clean = false;
      }
    }
    return clean ? why : leaving_behind(why, store_, names_);
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
    return with_keys(error({.code = errc::in_doubt,
                            .disposition = disposition::in_doubt,
                            .message = fmt::format("the store threw while the export was committed: {}", what),
                            .key = store_.uri(names_.control()),
                            .advice = fmt::format("`copy_to status {}` tells", store_.uri(names_.directory()))}));
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
  std::uint64_t bytes_before_ = 0; ///< `bytes_encoded` of the closed files
};

} // namespace copyto::detail

#endif
