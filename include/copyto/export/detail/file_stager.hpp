// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_FILE_STAGER_HPP
#define COPYTO_EXPORT_DETAIL_FILE_STAGER_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/detail/upload_sink.hpp>
#include <copyto/export/last_file.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/schema/column_stats.hpp>
#include <copyto/upload/engine.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace copyto::detail {

/// Rows on their way into files that nobody sees yet: encodes, cuts and uploads. What becomes of the uploads is
/// `export_run`'s to decide. What it is given must outlive it.
///
///     make_room, add ──► ... make_room, add ──► finish      then all bytes are stored, and nobody sees them
class file_stager {
public:
  file_stager(schema_view fields, any_encoder const& encoder, store_ref store, planned_export const& planned,
              std::stop_token stop)
      : fields_(fields), prototype_(encoder), store_(store), options_(planned.options), names_(planned.names),
        plan_(planned.plan), stop_(std::move(stop)),
        engine_(store, {.buffer_bytes = part_memory(options_, plan_), .parts_in_flight = options_.parts_in_flight},
                stop_) {}

  /// Empties a batch, and says how many rows it may take.
  void make_room(batch& rows) const {
    rows.clear();
    rows.set_capacity(static_cast<std::size_t>(std::min<std::uint64_t>(options_.batch_rows, rows_left())));
  }
  /// Writes the rows of a batch that there was room for.
  result<void> add(batch const& rows) {
    if (rows.rows() > rows.capacity()) {
      return error(errc::source_failed, "the row source gave more rows than the batch may hold");
    }
    result<void> written = write(rows);
    return written ? engine_.drain(false) : written;
  }
  /// Closes the last file, and waits until the store has every byte. `each()` is called when parts have been stored; its
  /// error ends the work.
  template <class Each>
  result<void> finish(Each const& each) {
    if (result<void> closed = close_all(); !closed) {
      return closed;
    }
    while (!engine_.idle()) {
      if (result<void> drained = engine_.drain(true); !drained) {
        return drained;
      }
      if (result<void> seen = each(); !seen) {
        return seen;
      }
    }
    return stop_.stop_requested() ? result<void>(stopped()) : each();
  }

  [[nodiscard, gnu::cold]] static control_file control_file_of(staged_file const& f) {
    upload_session const& upload = f.upload.session();
    return {.key = upload.key(),
            .upload_id = upload.upload_id(),
            .rows = f.rows,
            .bytes = upload.bytes(),
            .crc64nvme = f.upload.crc64nvme(),
            .parts = upload.parts()};
  }
  [[nodiscard, gnu::cold]] std::vector<control_file> control_files() const {
    std::vector<control_file> files;
    files.reserve(files_.size());
    for (staged_file const& f : files_) {
      files.push_back(control_file_of(f));
    }
    return files;
  }

  [[nodiscard]] std::deque<staged_file> const& files() const noexcept { return files_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t bytes_encoded() const noexcept { return sink_ ? bytes_ + sink_->bytes() : bytes_; }
  [[nodiscard]] std::uint64_t bytes_acknowledged() const noexcept { return engine_.acknowledged(); }
  [[nodiscard]] schema written() const { return written_columns(fields_, prototype_); }
  /// Of the encoder; each message once.
  [[nodiscard]] std::vector<error> const& warnings() const noexcept { return warnings_; }
  [[nodiscard]] std::uint64_t files_closed() const noexcept { return files_closed_; }
  /// Ends the requests under way and frees the buffers: no part can land after it.
  void halt() { engine_.halt(); }

  static error stopped() {
    return error({.code = errc::stopped, .message = "the export was stopped; nothing of it is visible"});
  }

private:
  [[gnu::cold]] result<void> close_all() {
    if (files_.empty() && options_.empty_file) { // no rows at all: one valid file
      if (result<void> opened = open(); !opened) {
        return opened;
      }
    }
    if (sink_) {
      if (result<void> closed = close(); !closed) {
        return closed;
      }
    }
    return options_.last != nullptr ? write_last() : result<void>();
  }

  result<void> write(batch const& rows) {
    for (std::size_t first = 0; first != rows.rows();) {
      if (!sink_) {
        if (result<void> opened = open(); !opened) {
          return opened;
        }
      }
      result<std::size_t> const taken = encoder_->write(rows, first, *sink_);
      if (!taken) {
        return taken.error().with([&](error_info& info) {
          if (info.row) {
            *info.row += rows_ - first + 1; // from 0 in the batch to 1 in the source
          }
        });
      }
      if (*taken > rows.rows() - first || (*taken == 0 && files_.back().rows == 0)) {
        return error(errc::unsupported, "the encoder took no row, or more than it was given");
      }
      for (std::size_t c = 0; c != ranges_.size(); ++c) {
        ranges_[c].add(rows.column(c), first, *taken);
      }
      first += *taken;
      files_.back().rows += *taken;
      rows_ += *taken;
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

  [[gnu::cold]] result<void> open() {
    if (options_.single_file && !files_.empty()) {
      bool const full = files_.back().rows == options_.max_file_rows;
      return error(
          {.code = errc::limit_exceeded,
           .message = fmt::format("one file was asked for, and row {} would make it longer than {} {}", rows_ + 1,
                                  full ? options_.max_file_rows : options_.max_file_size, full ? "rows" : "bytes"),
           .key = store_.uri(files_.back().upload.session().key()),
           .advice = "allow a larger file, or several"});
    }
    auto const number = static_cast<std::uint32_t>(files_.size());
    object_options const object{.content_type = prototype_.content_type(), .token = options_.export_id};
    files_.emplace_back(engine_, names_.file(0, number), object, plan_);
    sink_.emplace(files_.back().upload, options_.max_file_size, number);
    encoder_.emplace(prototype_);
    ranges_.assign(options_.column_stats ? fields_.size() : 0, {});
    return encoder_->begin(fields_, *sink_);
  }

  [[gnu::cold]] result<void> close() {
    result<file_stats> ended = encoder_->end(*sink_);
    if (!ended) {
      return ended.error();
    }
    for (error& warning : ended->warnings) {
      if (std::ranges::none_of(warnings_, [&](error const& e) { return e->message == warning->message; })) {
        warnings_.push_back(warning.with([&](error_info& info) {
          if (info.row) { // from 0 in the file to 1 in the source
            *info.row += rows_ - files_.back().rows + 1;
          }
        }));
      }
    }
    if (result<void> closed = files_.back().upload.close(); !closed) {
      return closed;
    }
    bytes_ += sink_->bytes();
    for (std::size_t c = 0; c != ranges_.size(); ++c) {
      files_.back().columns.push_back(ranges_[c].stats(fields_[c]));
    }
    encoder_.reset();
    sink_.reset();
    ++files_closed_;
    return {};
  }

  /// What the last file may know.
  class files_so_far final : public written_files {
  public:
    explicit files_so_far(file_stager const& of) : of_(of) { count = of.files_.size(); }
    [[nodiscard]] file_report file(std::size_t i) const override {
      staged_file const& f = of_.files_[i];
      return {.key = f.upload.session().key(),
              .rows = f.rows,
              .bytes = f.upload.session().bytes(),
              .crc64nvme = f.upload.crc64nvme(),
              .columns = f.columns};
    }
    [[nodiscard]] std::string uri(std::string_view key) const override { return of_.store_.uri(key); }

  private:
    file_stager const& of_;
  };

  [[gnu::cold]] result<void> write_last() {
    files_so_far files(*this);
    files.export_id = options_.export_id;
    files.extension = prototype_.extension();
    files.columns = fields_;
    files.rows = rows_;
    files.bytes = bytes_;
    object_options const object{.content_type = options_.last->content_type(), .token = options_.export_id};
    upload_stream& upload = files_.emplace_back(engine_, names_.manifest(), object, plan_).upload;
    upload_sink to(upload, sink::no_limit, static_cast<std::uint32_t>(files.count));
    result<void> written = options_.last->write(files, to);
    return written ? upload.close() : written;
  }

  schema_view fields_;
  any_encoder const& prototype_;
  store_ref store_;
  export_options const& options_;
  export_names const& names_;
  part_plan const& plan_;
  std::stop_token stop_;
  std::deque<staged_file> files_; // a deque: the engine's workers hold pointers into it
  upload_engine engine_;
  std::optional<upload_sink> sink_;
  std::optional<any_encoder> encoder_;
  std::vector<column_range> ranges_; ///< of the open file; none: no statistics are asked for
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0; ///< encoded, of the closed files
  std::uint64_t files_closed_ = 0;
  std::vector<error> warnings_;
};

} // namespace copyto::detail

#endif
