// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_COLUMN_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_COLUMN_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/column_buffer.hpp>
#include <copyto/schema/column_view.hpp>
#include <copyto/source/arrow/abi.hpp>
#include <copyto/source/arrow/detail/type.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// The arrays of a node, one after the other, as a batch has them.
///
/// | the array | the view |
/// |---|---|
/// | has the layout of a batch | is of the array's own memory |
/// | has other numbers, views, sizes of lists | has values or offsets of this column's, and the array's validity |
/// | is a dictionary of byte strings | points into the dictionary |
/// | is another dictionary, has run ends, or lists in any order | is a copy |
class arrow_column {
public:
  /// `node` must outlive it.
  explicit arrow_column(arrow_node const& node);

  /// Takes an array, all its slots, after a look at all that can be seen of it without its buffers' sizes. It must live as
  /// long as the view. Errors: source_failed for an array that breaks the specification, value_out_of_range for a value
  /// that the column cannot hold; both with the column's path, and the slot as row.
  [[nodiscard]] result<void> take(ArrowArray const& array);
  /// Valid until the next `take`.
  [[nodiscard]] column_view const& view() const noexcept { return view_; }
  /// After `take`, of a column: NULL in a node that has none by the schema. The row is that of the array.
  [[nodiscard]] result<void> check_required() const;

private:
  [[nodiscard]] error broken(std::string_view why, std::optional<std::size_t> slot = std::nullopt) const;
  [[nodiscard]] error unfit(std::string_view why, std::size_t slot) const;
  [[nodiscard]] result<void> check_shape(ArrowArray const& a) const;
  [[nodiscard]] result<void> take_child(std::size_t i, ArrowArray const& child, std::size_t needed);
  /// Values of this column's own: memory for them, which the view has.
  [[nodiscard]] std::byte* own_values(ArrowArray const& a, std::size_t width);
  template <class In, class Out, class F>
  [[nodiscard]] result<void> convert(ArrowArray const& a, std::string_view why, F put);
  template <class Out>
  [[nodiscard]] result<void> convert_decimal(ArrowArray const& a);
  [[nodiscard]] result<void> take_fixed(ArrowArray const& a);
  template <class Offset>
  [[nodiscard]] result<std::size_t> check_offsets(ArrowArray const& a, void const* offsets) const;
  [[nodiscard]] result<void> take_offsets(ArrowArray const& a);
  [[nodiscard]] result<void> take_views(ArrowArray const& a);
  [[nodiscard]] result<void> take_list(ArrowArray const& a);
  [[nodiscard]] result<void> take_fixed_list(ArrowArray const& a);
  template <class Offset>
  [[nodiscard]] result<void> take_list_view(ArrowArray const& a);
  [[nodiscard]] result<void> take_run_end(ArrowArray const& a);
  [[nodiscard]] result<void> take_dictionary(ArrowArray const& a);
  [[nodiscard]] std::size_t index_at(ArrowArray const& a, std::size_t i) const noexcept;
  void use_copy();

  arrow_node const* node_;
  column_view view_;
  std::vector<arrow_column> children_; ///< of lists, structs, maps; the values of run ends and dictionaries
  std::vector<column_view> child_views_;
  byte_buffer values_;   ///< converted values, or views
  byte_buffer offsets_;  ///< of lists of fixed size and of list views
  byte_buffer validity_; ///< where it is not the array's
  std::optional<column_buffer> copy_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/column.ipp>
#endif

#endif
