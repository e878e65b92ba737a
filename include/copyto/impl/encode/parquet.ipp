// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_ENCODE_PARQUET_IPP
#define COPYTO_IMPL_ENCODE_PARQUET_IPP

#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/file_writer.hpp>
#include <copyto/encode/parquet/plan.hpp>

namespace copyto::detail {

COPYTO_DECL parquet_core::parquet_core(parquet_options options, reader::profile const& readers)
    : options_(std::make_shared<parquet_options const>(std::move(options))), readers_(readers) {}
COPYTO_DECL parquet_core::parquet_core(parquet_core const& other)
    : options_(other.options_), readers_(other.readers_) {}
COPYTO_DECL parquet_core::parquet_core(parquet_core&& other) noexcept
    : options_(other.options_), // NOLINT(performance-move-constructor-init): what was moved from stays usable
      readers_(other.readers_), file_(std::move(other.file_)) {}
COPYTO_DECL parquet_core& parquet_core::operator=(parquet_core const& other) {
  if (this != &other) {
    options_ = other.options_;
    readers_ = other.readers_;
    file_.reset();
  }
  return *this;
}
COPYTO_DECL parquet_core& parquet_core::operator=(parquet_core&& other) noexcept {
  file_ = std::move(other.file_);
  options_ = other.options_;
  readers_ = other.readers_;
  return *this;
}
COPYTO_DECL parquet_core::~parquet_core() = default;

COPYTO_DECL result<void> parquet_core::check(schema_view fields, std::uint64_t) const {
  return check_parquet(fields, *options_, readers_);
}

COPYTO_DECL std::uint64_t parquet_core::memory_bound(schema_view fields, std::uint64_t max_file_size) const {
  return sizeof(file_writer) + parquet_plan(fields, *options_, readers_, max_file_size).memory();
}

COPYTO_DECL result<void> parquet_core::begin(schema_view fields, sink& out) {
  file_ = std::make_unique<file_writer>(fields, *options_, readers_, out.limit());
  return file_->begin(out);
}

COPYTO_DECL result<std::size_t> parquet_core::write(batch const& rows, std::size_t first, sink& out) {
  return file_->write(rows, first, out);
}

COPYTO_DECL result<file_stats> parquet_core::end(sink& out) {
  auto stats = file_->end(out);
  file_.reset();
  return stats;
}

COPYTO_DECL std::uint64_t parquet_core::pending_bytes() const { return file_ ? file_->pending_bytes() : 0; }

} // namespace copyto::detail

#endif
