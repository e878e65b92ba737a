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

/// Slots `first` to `last` of an array, which must be there. It is borrowed, and never released.
[[nodiscard]] inline ArrowArray arrow_part(ArrowArray const& a, std::size_t first, std::size_t last) noexcept {
  ArrowArray part = a;
  part.offset += static_cast<std::int64_t>(first);
  part.length = static_cast<std::int64_t>(last - first);
  bool const lies = a.null_count > 0 && (a.n_buffers < 1 || a.buffers == nullptr || a.buffers[0] == nullptr);
  part.null_count = lies ? a.null_count : a.null_count == 0 ? 0 : -1; // how many are in the part is to be counted
  return part;
}

/// The arrays of a node, one after the other, as a batch has them.
///
/// | the array | the view |
/// |---|---|
/// | has the layout of a batch | is of the array's own memory |
/// | has other numbers, views, sizes of lists | has values or offsets of this column's, and the array's validity |
/// | is a dictionary of byte strings | points into the dictionary |
/// | is another dictionary, has run ends, or lists in any order | is a copy |
///
/// A child has more slots than are reached, by other slices or below a NULL, where anything may be. So what is converted is
/// the part that is reached, as far as offsets tell, and a value that does not fit is an error only where a row has it
/// (`check_values`).
class arrow_column {
public:
  /// `node` must outlive it.
  explicit arrow_column(arrow_node const& node);

  /// Takes an array, all its slots, after a look at all that can be seen of it without its buffers' sizes. They must live as
  /// long as the view. Errors: source_failed for an array that breaks the specification, with the column's path, and the
  /// slot as row; unsupported for one that is too long.
  [[nodiscard]] result<void> take(ArrowArray const& array);
  /// Valid until the next `take`.
  [[nodiscard]] column_view const& view() const noexcept { return view_; }
  /// Bytes of the strings of a dictionary, which all slots share; nothing: they have their own.
  [[nodiscard]] std::optional<std::size_t> shared_bytes() const noexcept { return shared_bytes_; }
  /// After `take`, of a column: NULL in a node that has none by the schema. The row is that of the array.
  [[nodiscard]] result<void> check_required() const;
  /// After `take`, of a column: value_out_of_range for a value that it cannot hold, with the path of the node and the slot of
  /// the array as row.
  [[nodiscard]] result<void> check_values() const;

private:
  [[nodiscard]] error broken(std::string_view why, std::optional<std::size_t> slot = std::nullopt) const;
  /// Slot `i` has a value that the column cannot hold.
  void misfit(std::size_t i, error const& why);
  [[nodiscard]] bool has_misfits() const noexcept;
  /// What is wrong with slot `i` of the view, or with what it has below it; nullptr: nothing.
  [[nodiscard]] error const* misfit_at(std::size_t i) const noexcept;
  [[nodiscard]] result<void> check_shape(ArrowArray const& a) const;
  [[nodiscard]] result<void> take_child(std::size_t i, ArrowArray const& child, std::size_t first, std::size_t last);
  [[nodiscard]] result<void> take_unnumbered(ArrowArray const& values, std::size_t first, std::size_t last);
  [[nodiscard]] result<void> take_structure(ArrowArray const& a);
  /// Values of this column's own: memory for them, which the view has.
  [[nodiscard]] std::byte* own_values(ArrowArray const& a, std::size_t width);
  [[nodiscard]] std::int64_t* own_offsets();
  template <class Offset>
  void rebase_offsets(ArrowArray const& a);
  void take_fixed(ArrowArray const& a);
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
  std::optional<std::size_t> shared_bytes_;
  bool converts_ = false;       ///< it, or a node below it, makes values or offsets of its own
  std::vector<bool> misfits_;   ///< slots that do not fit; empty: all do
  std::optional<error> misfit_; ///< of the first of them
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/column.ipp>
#endif

#endif
