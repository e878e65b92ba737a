// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_IMPL_PARQUET_IPP
#define COPYTO_ENCODE_IMPL_PARQUET_IPP

#include <copyto/encode/parquet.hpp>

#include <copyto/encode/parquet/detail/file_writer.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>

namespace copyto::detail {

COPYTO_COLD parquet_core::parquet_core(parquet_options options, reader::profile const& readers)
    : options_(std::make_shared<parquet_options const>(std::move(options))), readers_(readers) {}
COPYTO_COLD parquet_core::parquet_core(parquet_core const& other)
    : options_(other.options_), readers_(other.readers_) {}
COPYTO_COLD parquet_core::parquet_core(parquet_core&& other) noexcept
    : options_(other.options_), // NOLINT(performance-move-constructor-init): what was moved from stays usable
      readers_(other.readers_), file_(std::move(other.file_)) {}
COPYTO_COLD parquet_core& parquet_core::operator=(parquet_core const& other) {
  if (this != &other) {
    options_ = other.options_;
    readers_ = other.readers_;
    file_.reset();
  }
  return *this;
}
COPYTO_COLD parquet_core& parquet_core::operator=(parquet_core&& other) noexcept {
  file_ = std::move(other.file_);
  options_ = other.options_;
  readers_ = other.readers_;
  return *this;
}
COPYTO_COLD parquet_core::~parquet_core() = default;

COPYTO_COLD result<void> parquet_core::check(schema_view fields, std::uint64_t) const {
  return check_parquet(fields, *options_, readers_);
}

COPYTO_COLD std::uint64_t parquet_core::memory_bound(schema_view fields, std::uint64_t max_file_size) const {
  return sizeof(file_writer) + parquet_plan(fields, *options_, readers_, max_file_size).memory();
}

COPYTO_COLD result<void> parquet_core::begin(schema_view fields, sink& out) {
  file_ = std::make_unique<file_writer>(fields, *options_, readers_, out.limit());
  return file_->begin(out);
}

COPYTO_COLD result<std::size_t> parquet_core::write(batch const& rows, std::size_t first, sink& out) {
  return file_->write(rows, first, out);
}

COPYTO_COLD result<file_stats> parquet_core::end(sink& out) {
  auto stats = file_->end(out);
  file_.reset();
  return stats;
}

COPYTO_COLD std::uint64_t parquet_core::pending_bytes() const { return file_ ? file_->pending_bytes() : 0; }

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
