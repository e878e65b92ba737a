// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_MODERN_HPP
#define COPYTO_ENCODE_PARQUET_MODERN_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/value_encodings.hpp>
#include <copyto/encode/parquet/reader.hpp>

#include <cstddef>
#include <span>

namespace copyto {
namespace detail {

/// DELTA_BINARY_PACKED for integers, DELTA_BYTE_ARRAY for byte strings; others by hand.
class modern_encodings final : public value_encodings {
public:
  constexpr modern_encodings() = default;
  [[nodiscard]] std::span<encoding const> of(physical type) const noexcept override;
  [[nodiscard]] result<encoding> smallest(open_page const& page, page_codec codec,
                                          page_scratch& scratch) const override;
  [[nodiscard]] bool fits(encoding how, physical type) const noexcept override;
  void encode(encoding how, physical type, bytes_view plain, std::size_t count, byte_buffer& out) const override;
  [[nodiscard]] result<stored_page> store_v2(bytes_view body, leaf const& column, encoding values,
                                             page_facts const& what, page_codec codec,
                                             page_scratch& scratch) const override;
};
inline constexpr modern_encodings every_modern_encoding{};

} // namespace detail

namespace reader {

/// The types of `portable`, in smaller files: numbers and byte strings are written as differences where that is shorter.
///
/// - Integers, dates, timestamps and decimals of up to 18 digits: DELTA_BINARY_PACKED. Text and bytes: DELTA_BYTE_ARRAY.
/// - The pages of a column chunk whose first page its codec does not make smaller by an eighth are of version 2, and not
///   compressed. Where they are indices of a dictionary, that is compressed, and of the pages those that become smaller so.
///   (A chunk that begins with pages of NULLs is compressed.)
/// - By hand (`parquet_column::encoding`) also DELTA_LENGTH_BYTE_ARRAY, on which Spark 3.5.6 fails (3.5.9 does not), and
///   BYTE_STREAM_SPLIT, which Spark 3.5 and 4.0 read only without their vectorized reader.
/// - Each column chunk is written in the form of which a sample, the first 8,192 values (or 64 KiB) of its first page, is the
///   smallest once it is compressed: as a dictionary, as differences, or PLAIN. So files depend on the rows alone. A page that
///   would be larger than PLAIN is PLAIN.
/// - docs/readers.md says which readers open such files.
struct modern {
  static constexpr profile value = [] {
    profile made = portable::value;
    made.name = "modern";
    made.encodings = &detail::every_modern_encoding;
    return made;
  }();
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(value, f); }
};

} // namespace reader
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/modern.ipp>
#endif

#endif
