// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_FILE_STAGER_IPP
#define COPYTO_EXPORT_IMPL_FILE_STAGER_IPP

#include <copyto/export/detail/file_stager.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace copyto::detail {

/// What the last file may know.
class files_so_far final : public written_files {
public:
  files_so_far(std::vector<staged_file const*> const& files, store_ref store, export_names const& names)
      : files_(files), store_(store), names_(names) {
    count = files.size();
    for (staged_file const* f : files) {
      rows += f->rows;
      bytes += f->upload.session().bytes();
    }
  }
  [[nodiscard]] file_report file(std::size_t i) const override {
    staged_file const& f = *files_[i];
    return {.key = f.upload.session().key(),
            .shard = f.shard,
            .partition = std::string(names_.partition_of(f.upload.session().key())),
            .rows = f.rows,
            .bytes = f.upload.session().bytes(),
            .crc64nvme = f.upload.crc64nvme(),
            .columns = f.columns};
  }
  [[nodiscard]] std::string uri(std::string_view key) const override { return store_.uri(key); }

private:
  std::vector<staged_file const*> const& files_;
  store_ref store_;
  export_names const& names_;
};

COPYTO_COLD file_stager::file_stager(schema_view fields, any_encoder const& encoder, store_ref store,
                                     planned_export const& planned, std::stop_token stop)
    : fields_(fields), prototype_(encoder), store_(store), options_(planned.options), names_(planned.names),
      token_(planned.token.empty() ? planned.options.export_id : planned.token), plan_(planned.plan),
      stop_(std::move(stop)),
      engine_(store, {.buffer_bytes = part_memory(options_, plan_), .parts_in_flight = options_.parts_in_flight},
              stop_) {
  begin_shard(0);
}

COPYTO_COLD void file_stager::begin_shard(std::uint32_t shard) {
  before_ = rows();
  cutter_.reset();
  rows_ = 0;
  given_ = 0;
  placed_ = 0;
  shard_ = shard;
  first_file_ = files_.size();
  rule_ = {.ticket_rows = prototype_.block_rows(fields_),
           .max_file_rows = options_.max_file_rows,
           .column_stats = options_.column_stats};
  threaded_ =
      encodes_on_threads(options_, fields_, prototype_) && !(options_.column_stats && prototype_.parts_blocks());
  if (!threaded_) {
    encode_here();
  }
}

COPYTO_COLD void file_stager::begin_partition(partition_place& place, std::uint32_t shard) {
  begin_shard(shard);
  place_ = &place;
}

/// On this thread: where blocks are parted at any row, `write` gives the same files, and copies less.
COPYTO_COLD void file_stager::encode_here() {
  threaded_ = false;
  rule_.ticket_rows = prototype_.parts_blocks() ? 0 : rule_.ticket_rows;
}

COPYTO_DECL void file_stager::make_room(batch& rows) const {
  std::uint64_t room = to_file_end(threaded_ ? given_ : rows_);
  if (threaded_) {
    room = std::min(room, workers_ ? workers_->room() : rule_.ticket_rows);
  }
  rows.clear();
  rows.set_capacity(static_cast<std::size_t>(std::min<std::uint64_t>(options_.batch_rows, room)));
}

COPYTO_DECL result<void> file_stager::add(batch& rows) {
  if (rows.rows() > rows.capacity()) {
    return error(errc::source_failed, "the row source gave more rows than the batch may hold");
  }
  result<void> taken = rule_.ticket_rows == 0 ? write(rows) : threaded_ ? give(rows) : cut(rows);
  return taken ? engine_.drain(false) : taken;
}

COPYTO_DECL result<void> file_stager::write(batch const& rows) {
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
    placed_ = rows_;
    if (first != rows.rows() || at_file_end()) {
      if (result<void> closed = close(); !closed) {
        return closed;
      }
    }
  }
  return {};
}

COPYTO_DECL result<void> file_stager::cut(batch const& rows) {
  if (!cutter_) {
    cutter_.emplace(fields_, prototype_.block_writer(fields_, options_.max_file_size), rule_);
  }
  for (std::size_t first = 0; first != rows.rows();) {
    result<std::size_t> const taken = cutter_->write(rows, first);
    if (!taken) {
      return taken.error();
    }
    first += *taken;
    rows_ += *taken;
    if (cutter_->at_end()) {
      if (result<void> ended = end_block(); !ended) {
        return ended;
      }
    }
  }
  return {};
}

COPYTO_COLD result<void> file_stager::end_block() {
  result<made_block> made = cutter_->end();
  return made ? place(*std::move(made)) : made.error();
}

COPYTO_COLD void file_stager::start_workers() {
  workers_.emplace(
      fields_, std::make_unique<block_cutter>(fields_, prototype_.block_writer(fields_, options_.max_file_size), rule_),
      worker_settings{.threads = options_.threads,
                      .ticket_rows = rule_.ticket_rows,
                      .batch_rows = options_.batch_rows,
                      .queued_bytes = queued_row_bytes(options_),
                      .executor = options_.executor},
      stop_);
}

COPYTO_COLD result<void> file_stager::give(batch& rows) {
  if (!workers_) {
    start_workers();
  }
  rows.own();
  given_ += rows.rows();
  workers_->give(rows);
  for (;;) {
    result<std::optional<made_block>> made = workers_->next(block_workers::until::room);
    if (!made) {
      return made.error();
    }
    if (!*made) {
      return {};
    }
    if (result<void> placed = place(**std::move(made)); !placed) {
      return placed;
    }
  }
}

COPYTO_COLD error file_stager::failed_behind(error const& of_source) {
  if (workers_) {
    workers_->all_given();
    for (;;) {
      result<std::optional<made_block>> const made = workers_->next(block_workers::until::block);
      if (!made) {
        return made.error();
      }
      if (!*made) {
        break;
      }
    }
  }
  return of_source;
}

COPYTO_COLD bool file_stager::read(source_ref source) {
  if (!threaded_ || !source.splits()) {
    return false;
  }
  if (source.row_count() <= rule_.ticket_rows) { // what one thread does, this one can
    encode_here();
    return false;
  }
  start_workers();
  workers_->read(source);
  return true;
}

COPYTO_COLD result<bool> file_stager::step() {
  if (!workers_) {
    result<void> ended = cutter_ && cutter_->open_rows() != 0 ? end_block() : result<void>();
    return ended ? result<bool>(false) : ended.error();
  }
  result<std::optional<made_block>> made = workers_->next(block_workers::until::block);
  if (!made) {
    return made.error();
  }
  if (!*made) {
    return false;
  }
  if (result<void> placed = place(**std::move(made)); !placed) {
    return placed.error();
  }
  result<void> drained = engine_.drain(false);
  return drained ? result<bool>(true) : drained.error();
}

COPYTO_COLD result<void> file_stager::place(made_block made) {
  std::uint64_t const before = placed_;
  for (std::uint64_t left = made.rows; left != 0;) {
    if (!sink_) {
      if (result<void> opened = open(); !opened) {
        return opened;
      }
    }
    result<std::uint64_t> const placed = encoder_->place(*made.block, *sink_);
    if (!placed) {
      return placed.error().with([&](error_info& info) {
        if (info.row) { // from 0 in the block to 1 in the source
          *info.row += before + 1;
        }
      });
    }
    if (*placed > left || (*placed == 0 && files_.back().rows == 0)) {
      return error(errc::unsupported, "the encoder placed no row of a file's first block, or more than there are");
    }
    if (!ranges_.empty() && *placed != 0 && *placed != made.rows) {
      return error(errc::unsupported, "a block of which there are column statistics cannot be parted");
    }
    for (std::size_t c = 0; c != ranges_.size() && *placed != 0; ++c) {
      ranges_[c].merge(made.ranges[c], fields_[c]);
    }
    left -= *placed;
    files_.back().rows += *placed;
    placed_ += *placed;
    if (left != 0 || at_file_end()) {
      if (result<void> closed = close(); !closed) {
        return closed;
      }
    }
  }
  return {};
}

COPYTO_COLD result<void> file_stager::close_all(std::vector<staged_file const*> const& shards) {
  if (files_.empty() && shards.empty() && options_.empty_file &&
      options_.partitions == nullptr) { // no rows at all: one valid file
    result<void> opened = open();
    opened = opened ? close() : opened;
    if (!opened) {
      return opened;
    }
  }
  if (options_.last == nullptr) {
    return {};
  }
  std::vector<staged_file const*> all = shards;
  for (staged_file const& f : files_) {
    all.push_back(&f);
  }
  std::ranges::stable_sort(all, {}, &staged_file::order);
  return write_last(all);
}

COPYTO_COLD result<void> file_stager::open() {
  if (options_.single_file && files_.size() != first_file_) {
    bool const full = at_file_end();
    return error(
        {.code = errc::limit_exceeded,
         .message = fmt::format("one file was asked for, and row {} would make it longer than {} {}", placed_ + 1,
                                full ? options_.max_file_rows : options_.max_file_size, full ? "rows" : "bytes"),
         .key = store_.uri(files_.back().upload.session().key()),
         .advice = "allow a larger file, or several"});
  }
  auto number = static_cast<std::uint32_t>(files_.size() - first_file_);
  std::string key;
  if (place_ == nullptr) {
    key = names_.file(shard_, number);
  } else {
    number += place_->first_file;
    key = names_.file(shard_, number, place_->values);
  }
  object_options const object{.content_type = prototype_.content_type(), .token = token_};
  std::uint64_t const order = (std::uint64_t{shard_} << 32) | (place_ == nullptr ? 0 : place_->order);
  files_.emplace_back(engine_, std::move(key), object, plan_, shard_, order);
  sink_.emplace(files_.back().upload, options_.max_file_size, number);
  encoder_.emplace(prototype_);
  ranges_.assign(options_.column_stats ? fields_.size() : 0, {});
  return encoder_->begin(fields_, *sink_);
}

COPYTO_COLD result<void> file_stager::close() {
  result<file_stats> ended = encoder_->end(*sink_);
  if (!ended) {
    return ended.error();
  }
  for (error& warning : ended->warnings) {
    if (std::ranges::none_of(warnings_, [&](error const& e) { return e->message == warning->message; })) {
      warnings_.push_back(warning.with([&](error_info& info) {
        if (info.row) { // from 0 in the file to 1 in the source
          *info.row += placed_ - files_.back().rows + 1;
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

COPYTO_COLD control_file file_stager::control_file_of(staged_file const& f) {
  upload_session const& upload = f.upload.session();
  return {.key = upload.key(),
          .upload_id = upload.upload_id(),
          .shard = f.shard,
          .rows = f.rows,
          .bytes = upload.bytes(),
          .crc64nvme = f.upload.crc64nvme(),
          .parts = upload.parts()};
}

COPYTO_COLD void file_stager::halt() {
  if (workers_) {
    workers_->halt();
  }
  engine_.halt();
  cutter_.reset();
}

COPYTO_COLD result<void> file_stager::write_last(std::vector<staged_file const*> const& files_before) {
  files_so_far files(files_before, store_, names_);
  files.export_id = options_.export_id;
  files.extension = prototype_.extension();
  files.columns = fields_;
  object_options const object{.content_type = options_.last->content_type(), .token = token_};
  constexpr std::uint64_t last = ~std::uint64_t{0};
  upload_stream& upload = files_.emplace_back(engine_, names_.manifest(), object, plan_, 0, last).upload;
  upload_sink to(upload, sink::no_limit, static_cast<std::uint32_t>(files.count));
  result<void> written = options_.last->write(files, to);
  return written ? upload.close() : written;
}

} // namespace copyto::detail

#endif
