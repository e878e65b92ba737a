// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_CHUNK_FILTER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_CHUNK_FILTER_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/encode/detail/rope.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/options.hpp>

#include <cstdint>
#include <memory>

namespace copyto::detail {

/// The filter of the column chunks of one leaf, one after the other.
class chunk_filter {
public:
  chunk_filter() = default;
  chunk_filter(chunk_filter const&) = delete;
  chunk_filter& operator=(chunk_filter const&) = delete;
  virtual ~chunk_filter() = default;

  /// Takes all values of a page, or of a dictionary, as PLAIN has them.
  virtual void add(bytes_view plain) = 0;
  /// Appends the filter as the file has it; nothing where the values are more than it can hold. Begins the next chunk.
  virtual void end(rope& out) = 0;
};

/// Makes filters of one kind. A column points to it, so that a program that asks for no filter does not hold its code.
/// Thread-safe.
class filter_kind {
public:
  constexpr filter_kind() = default;
  filter_kind(filter_kind const&) = delete;
  filter_kind& operator=(filter_kind const&) = delete;

  /// Whether values of this form can be in it.
  [[nodiscard]] virtual bool fits(form const& as) const noexcept = 0;
  /// The most bytes of a filter in the file, for chunks of up to `values`; and of heap of a `chunk_filter`.
  [[nodiscard]] virtual std::uint64_t stored_bytes(parquet_filter const& how, std::uint64_t values) const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t memory(parquet_filter const& how, std::uint64_t values) const noexcept = 0;
  [[nodiscard]] virtual std::unique_ptr<chunk_filter> make(parquet_filter const& how, form const& as,
                                                           std::uint64_t values) const = 0;

protected:
  ~filter_kind() = default;
};

} // namespace copyto::detail

#endif
