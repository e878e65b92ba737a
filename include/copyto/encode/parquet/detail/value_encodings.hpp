// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_VALUE_ENCODINGS_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_VALUE_ENCODINGS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/detail/format.hpp>

#include <cstddef>
#include <span>

namespace copyto::detail {

class open_page;
struct leaf;
struct page_codec;
struct page_facts;
struct page_scratch;
struct stored_page;

/// What pages can have in place of PLAIN values, for readers that know it. A profile points to it, so that a program that
/// names no such profile does not hold its code. Thread-safe.
class value_encodings {
public:
  constexpr value_encodings() = default;
  value_encodings(value_encodings const&) = delete;
  value_encodings& operator=(value_encodings const&) = delete;

  /// Those that are tried for values of the type.
  [[nodiscard]] virtual std::span<encoding const> of(physical type) const noexcept = 0;
  /// In which of these, PLAIN or, where it is indexed, the dictionary, the first values of a page are the smallest as stored.
  [[nodiscard]] virtual result<encoding> smallest(open_page const& page, page_codec codec,
                                                  page_scratch& scratch) const = 0;
  /// Whether values of the type can be written so.
  [[nodiscard]] virtual bool fits(encoding how, physical type) const noexcept = 0;
  /// Appends `count` values of `width` bytes (0: of any length), which are given as PLAIN has them.
  virtual void encode(encoding how, physical type, bytes_view plain, std::size_t count, byte_buffer& out) const = 0;
  /// A page in a chunk of whose first page its codec does not take an eighth. `body`: as a page of version 1 has it.
  [[nodiscard]] virtual result<stored_page> store_v2(bytes_view body, leaf const& column, encoding values,
                                                     page_facts const& what, page_codec codec,
                                                     page_scratch& scratch) const = 0;
  /// The most bytes of PLAIN values that `smallest` looks at.
  static constexpr std::size_t sample_bytes = 64 * KiB;
  /// The most bytes that so many bytes of PLAIN values become.
  [[nodiscard]] static constexpr std::size_t most(std::size_t plain) noexcept { return 2 * plain + 256; }

protected:
  ~value_encodings() = default;
};

} // namespace copyto::detail

#endif
