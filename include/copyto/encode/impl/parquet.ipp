// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_IMPL_PARQUET_IPP
#define COPYTO_ENCODE_IMPL_PARQUET_IPP

#include <copyto/encode/parquet.hpp>

#include <copyto/encode/parquet/detail/check.hpp>
#include <copyto/encode/parquet/detail/file_writer.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>
#include <copyto/encode/parquet/detail/row_group_writer.hpp>

namespace copyto::detail {

COPYTO_COLD parquet_core::parquet_core(parquet_options options, reader::profile const& readers)
    : options_(std::make_shared<parquet_options const>(std::move(options))), readers_(readers) {}
COPYTO_COLD parquet_core::parquet_core(parquet_core const& other)
    : options_(other.options_), readers_(other.readers_) {}
COPYTO_COLD parquet_core::parquet_core(parquet_core&& other) noexcept
    : options_(other.options_), // NOLINT(performance-move-constructor-init): what was moved from stays usable
      readers_(other.readers_), plan_(std::move(other.plan_)), file_(std::move(other.file_)),
      group_(std::move(other.group_)) {}
COPYTO_COLD parquet_core& parquet_core::operator=(parquet_core const& other) {
  if (this != &other) {
    options_ = other.options_;
    readers_ = other.readers_;
    plan_.reset();
    file_.reset();
    group_.reset();
  }
  return *this;
}
COPYTO_COLD parquet_core& parquet_core::operator=(parquet_core&& other) noexcept {
  plan_ = std::move(other.plan_);
  file_ = std::move(other.file_);
  group_ = std::move(other.group_);
  options_ = other.options_;
  readers_ = other.readers_;
  return *this;
}
COPYTO_COLD parquet_core::~parquet_core() = default;

COPYTO_COLD result<void> parquet_core::check(schema_view fields, std::uint64_t max_file_size) const {
  return check_parquet(fields, *options_, readers_, max_file_size);
}

COPYTO_COLD std::uint64_t parquet_core::memory_bound(schema_view fields, std::uint64_t max_file_size) const {
  return sizeof(file_writer) + sizeof(row_group_writer) +
         parquet_plan(fields, *options_, readers_, max_file_size).memory();
}

COPYTO_COLD result<void> parquet_core::begin(schema_view fields, sink& out) {
  plan_ = std::make_shared<parquet_plan const>(fields, *options_, readers_, out.limit());
  file_ = std::make_unique<file_writer>(plan_);
  return file_->begin(out);
}

COPYTO_COLD result<void> parquet_core::end_group(sink& out) {
  result<row_group> const ended = group_->end();
  if (!ended) {
    return ended.error();
  }
  result<bool> const placed = file_->place(*ended, true, out);
  // The row of an error has its number in the row group, which is none of a batch.
  return placed ? result<void>() : placed.error().with([](error_info& info) { info.row.reset(); });
}

COPYTO_COLD result<std::size_t> parquet_core::write(batch const& rows, std::size_t first, sink& out) {
  if (group_ == nullptr) {
    group_ = std::make_unique<row_group_writer>(plan_);
  }
  for (std::size_t at = first;;) {
    if (group_->rows() == 0) {
      result<bool> const room = file_->has_room(plan_->largest_group(), plan_->largest_index(), out);
      if (!room || !*room) {
        return room ? result<std::size_t>(at - first) : room.error();
      }
    }
    if (at == rows.rows()) {
      return at - first;
    }
    result<std::size_t> const taken = group_->write(rows, at, rows.rows());
    if (!taken) {
      return taken.error();
    }
    at += *taken;
    if (group_->full()) {
      if (result<void> ended = end_group(out); !ended) {
        return ended.error();
      }
    }
  }
}

COPYTO_COLD result<file_stats> parquet_core::end(sink& out) {
  result<void> const last = group_ != nullptr && group_->rows() != 0 ? end_group(out) : result<void>();
  result<file_stats> stats = last ? file_->end(out) : last.error();
  group_.reset();
  file_.reset();
  return stats;
}

COPYTO_COLD std::uint64_t parquet_core::pending_bytes() const { return group_ ? group_->bytes() : 0; }

COPYTO_COLD std::uint64_t parquet_core::block_rows(schema_view fields) const {
  return parquet_plan(fields, *options_, readers_, sink::no_limit).row_group_rows;
}

COPYTO_COLD std::uint64_t parquet_core::block_memory_bound(schema_view fields, std::uint64_t max_file_size) const {
  parquet_plan const plan(fields, *options_, readers_, max_file_size);
  return sizeof(row_group_writer) + plan.writer_memory() + plan.group_memory();
}

COPYTO_COLD result<std::uint64_t> parquet_core::place(parquet_block const& block, sink& out) {
  result<bool> const placed = file_->place(block.group(), false, out);
  return placed ? result<std::uint64_t>(*placed ? block.group().rows : 0) : placed.error();
}

COPYTO_COLD parquet_block::parquet_block(row_group&& ended) : group_(std::make_unique<row_group>(std::move(ended))) {}
COPYTO_COLD parquet_block::parquet_block(parquet_block&& other) noexcept = default;
COPYTO_COLD parquet_block& parquet_block::operator=(parquet_block&& other) noexcept = default;
COPYTO_COLD parquet_block::~parquet_block() = default;

COPYTO_COLD parquet_block_writer::parquet_block_writer(parquet_core const& encoder, schema_view fields,
                                                       std::uint64_t max_file_size)
    : group_(std::make_unique<row_group_writer>(
          std::make_shared<parquet_plan const>(fields, *encoder.options_, encoder.readers_, max_file_size))) {}
COPYTO_COLD parquet_block_writer::parquet_block_writer(parquet_block_writer const& other)
    : group_(std::make_unique<row_group_writer>(*other.group_)) {}
COPYTO_COLD parquet_block_writer::parquet_block_writer(parquet_block_writer&& other) noexcept = default;
COPYTO_COLD parquet_block_writer& parquet_block_writer::operator=(parquet_block_writer other) noexcept {
  group_.swap(other.group_);
  return *this;
}
COPYTO_COLD parquet_block_writer::~parquet_block_writer() = default;

COPYTO_COLD result<std::size_t> parquet_block_writer::write(batch const& rows, std::size_t first, std::size_t last) {
  return group_->write(rows, first, last);
}
COPYTO_COLD bool parquet_block_writer::full() const { return group_->full(); }
COPYTO_COLD result<parquet_block> parquet_block_writer::end() {
  result<row_group> ended = group_->end();
  return ended ? result<parquet_block>(parquet_block(*std::move(ended))) : ended.error();
}

COPYTO_COLD field parquet_core::written_as(field const& f) const {
  form const as = form_of(readers_, f.type);
  field read = f;
  switch (as.note) {
  case annotation::integer:
    read.type = {.id = as.bits == 8    ? as.sign ? kind::int8 : kind::uint8
                       : as.bits == 16 ? as.sign ? kind::int16 : kind::uint16
                       : as.bits == 32 ? as.sign ? kind::int32 : kind::uint32
                       : as.sign       ? kind::int64
                                       : kind::uint64};
    break;
  case annotation::decimal: read.type = {.id = kind::decimal, .precision = as.precision, .scale = as.scale}; break;
  case annotation::string: read.type = {.id = kind::string}; break;
  case annotation::time:
    read.type.unit = as.unit;
    read.type.utc = as.utc;
    break;
  default: // the type itself, or the next that Parquet has without an annotation
    read.type.id = as.how == conversion::from_half     ? kind::float32
                   : as.how == conversion::from_uint16 ? kind::int32
                   : as.how == conversion::from_uint32 ? kind::int64
                                                       : f.type.id;
  }
  return read;
}

} // namespace copyto::detail

#endif
