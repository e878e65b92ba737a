// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_ROW_CODEC_HPP
#define COPYTO_EXPORT_DETAIL_ROW_CODEC_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace copyto::detail {

/// Rows as bytes one behind the other, for a while within one process:
///
///     size of what follows, 4 bytes | a bit for each optional column: NULL | values, column by column
///
/// | a value of | is |
/// |---|---|
/// | fixed width | its bytes; of booleans one |
/// | byte strings | 4 bytes of size, and the bytes |
/// | lists, maps | 4 bytes of count, and the slots: of all elements, or of all keys and then all values |
/// | structs | a slot of each member |
///
/// A slot within a nested value begins with a byte that says whether it is NULL. Columns are gone through one by one, for many
/// rows each.
class row_codec {
public:
  /// `fields` outlive this.
  explicit row_codec(schema_view fields);

  /// Writes rows of the columns behind the end of `out`, from `first` on: at most `count`, and no more than come to `most`
  /// bytes, but one if `at_least_one`. `starts[i]` becomes the offset of the i-th; as many as there are starts were written.
  /// limit_exceeded for a row of 4 GiB or more.
  [[nodiscard]] result<void> write(std::span<column_view const> columns, std::size_t first, std::size_t count,
                                   std::uint64_t most, bool at_least_one, byte_buffer& out,
                                   std::vector<std::uint64_t>& starts);
  /// Bytes of the smallest row.
  [[nodiscard]] std::size_t min_size() const noexcept;
  /// Bytes of the row that begins there.
  [[nodiscard]] static std::size_t size(std::byte const* row) noexcept;
  /// Appends rows to a batch of the same columns; its strings stay where they are.
  void read(std::span<std::byte const* const> rows, batch& to);

private:
  schema_view fields_;
  std::size_t null_bytes_ = 0;
  std::vector<std::uint64_t> sizes_;
  std::vector<std::byte*> out_;
  std::vector<std::byte const*> in_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/row_codec.ipp>
#endif

#endif
