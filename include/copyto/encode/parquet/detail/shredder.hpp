// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_SHREDDER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_SHREDDER_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace copyto::detail {

/// Some rows of one leaf of a nested column. A row has one entry or more, each with its levels, and as many slots as
/// entries that reach the leaf's array. Borrowed from the shredder, and from the batch.
struct leaf_rows {
  column_view values = {};                     ///< a slot without a value is NULL, whichever ancestor makes it so
  std::uint8_t const* definition = nullptr;    ///< of each entry; nullptr: all have the leaf's highest
  std::uint8_t const* repetition = nullptr;    ///< of each entry; nullptr: nothing repeats
  std::vector<std::uint32_t> const* entries{}; ///< where those of each row begin, and the end of the last
  std::vector<std::uint32_t> const* slots{};   ///< the same of slots
  std::size_t first_row = 0;                   ///< in the batch
};

/// Some of these rows.
struct leaf_slice {
  leaf_rows const* in = nullptr;
  std::size_t first = 0;
  std::size_t rows = 0;

  /// Keeps the rows whose values are among the first `values`; how many values they have.
  std::size_t keep_whole_rows(std::size_t values) noexcept;
  /// The row in the batch that a slot belongs to.
  [[nodiscard]] std::size_t row_of(std::size_t slot) const noexcept;
};

/// Takes a nested column apart (record shredding, as in the Dremel paper): for each leaf the definition and repetition
/// levels of its entries, and the slots that have values.
///
///     node       optional                       list, map                                leaf
///     an entry   stays, or ends as NULL here    becomes one for each element,            has a slot, with a value
///                                               or ends here where there are none        where it has not ended
///
/// It goes down the tree node by node, each time over all entries of the rows. One that has not ended has level `open`.
/// What lies below a NULL, or between two lists, has slots that no entry reaches; they come to nothing.
class shredder {
public:
  /// `column` must outlive it.
  explicit shredder(field const& column);

  /// Slots of all leaves together that lie below these rows.
  [[nodiscard]] static std::uint64_t slots_below(column_view const& column, std::size_t first, std::size_t count);
  /// Takes rows `first` to `first + count` apart, for `leaves()`.
  void shred(column_view const& column, std::size_t first, std::size_t count);
  /// In the order of the schema; valid until the next `shred`, and as long as the batch.
  [[nodiscard]] std::span<leaf_rows const> leaves() const noexcept { return leaves_; }
  /// Gives the memory back that one unusually large row took.
  void trim(std::size_t kept_entries) noexcept;

  /// Heap, for so many rows and entries a leaf.
  [[nodiscard]] static std::uint64_t memory(field const& column, std::size_t rows, std::size_t entries) noexcept;

private:
  static constexpr std::uint8_t open = 255;

  /// The entries of the rows at a node.
  struct frame {
    std::size_t count = 0;
    std::uint8_t const* definition = nullptr; ///< `open`, or where the entry ended; nullptr: all are open
    std::uint8_t const* repetition = nullptr; ///< nullptr: nothing repeats so far
    std::uint8_t base = 0;                    ///< an entry that ended below it has no slot here
    std::size_t first = 0;                    ///< slot of the first entry that has one
    std::uint32_t const* slots = nullptr;     ///< of the entries that have one; nullptr: one after the other
    bool masked = false;                      ///< some of these slots lie below a NULL struct
    std::vector<std::uint32_t> const* entries =
        nullptr; ///< see `leaf_rows`; of entries that have a slot, not of slots:
    std::vector<std::uint32_t> const* reached = nullptr;
    [[nodiscard]] bool ended(std::size_t i) const noexcept { return definition != nullptr && definition[i] != open; }
    [[nodiscard]] bool has_slot(std::size_t i) const noexcept { return definition == nullptr || definition[i] >= base; }
    [[nodiscard]] std::size_t slot(std::size_t reached_so_far) const noexcept {
      return slots != nullptr ? slots[reached_so_far] : first + reached_so_far;
    }
  };
  /// What a node keeps for the frames below it.
  struct node {
    byte_buffer definition = {};
    byte_buffer repetition = {};
    byte_buffer validity = {};
    std::vector<std::uint32_t> slots = {};
    std::vector<std::uint32_t> entries = {};
    std::vector<std::uint32_t> reached = {};
  };

  void visit(column_view const& v, frame f, std::uint8_t definition, std::uint8_t repetition);
  static void end_nulls(node& n, column_view const& v, frame& f, std::uint8_t definition);
  template <class Offset>
  static void expand(node& n, column_view const& v, frame& f, std::uint8_t definition, std::uint8_t repetition);
  static void number_slots(node& n, frame const& f);
  static leaf_rows finish(node& n, column_view const& v, frame const& f, std::uint8_t highest);
  static void hide(node& n, column_view& v, frame const& f);

  std::vector<node> nodes_; ///< in the order of `visit`
  std::vector<leaf_rows> leaves_;
  std::vector<std::uint32_t> rows_; ///< 0, 1, 2, ...: a row is an entry at the top
  std::size_t next_node_ = 0;
  std::size_t next_leaf_ = 0;
  std::size_t first_row_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/shredder.ipp>
#endif

#endif
