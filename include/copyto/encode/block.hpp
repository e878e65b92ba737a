// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_BLOCK_HPP
#define COPYTO_ENCODE_BLOCK_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/schema/batch.hpp>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace copyto {

template <class E>
concept HasBlockWriter = requires(E const& e, schema_view fields, std::uint64_t max_file_size) {
  { e.block_writer(fields, max_file_size) } -> std::copyable;
};
/// What `e.block_writer` returns.
template <HasBlockWriter E>
using block_writer_t = decltype(std::declval<E const&>().block_writer(schema_view(), std::uint64_t{0}));

template <class W>
concept HasBlockWrite = requires(W& w, batch const& rows, std::size_t first, std::size_t last) {
  { w.write(rows, first, last) } -> std::same_as<result<std::size_t>>;
};
template <class W>
concept HasBlockFull = requires(W const& w) {
  { w.full() } -> std::same_as<bool>;
};
template <class W>
concept HasBlockEnd = requires(W& w) {
  { w.end().value() } -> std::move_constructible;
};
/// What `w.end()` returns.
template <HasBlockEnd W>
using block_t = std::remove_cvref_t<decltype(std::declval<W&>().end().value())>;

/// Makes blocks: `block_writer_t<E>` for whatever encoder.
template <class W>
concept BlockWriter = std::copyable<W> && HasBlockWrite<W> && HasBlockFull<W> && HasBlockEnd<W>;

template <class E>
concept HasBlockRows = requires(E const& e, schema_view fields) {
  { e.block_rows(fields) } -> std::same_as<std::uint64_t>;
};
template <class E>
concept HasBlockMemoryBound = requires(E const& e, schema_view fields, std::uint64_t max_file_size) {
  { e.block_memory_bound(fields, max_file_size) } -> std::same_as<std::uint64_t>;
};
template <class E>
concept HasPlace = requires(E& e, block_t<block_writer_t<E>>& block, sink& out) {
  { e.place(block, out) } -> std::same_as<result<std::uint64_t>>;
};

/// An encoder whose files consist of blocks that can be made apart from the file, by many threads at a time: row groups of
/// Parquet, runs of lines.
///
/// | expression | meaning |
/// |---|---|
/// | `e.block_rows(fields)` | rows after which a block ends in any case, by `copyto::block_rows`; 0: these options have no blocks |
/// | `e.block_writer(fields, max_file_size)` | `w`, which makes blocks; copies, made before it is used, make others on other threads |
/// | `e.block_memory_bound(fields, max_file_size)` | the most bytes of `w` and of one block that it has made |
/// | `E::parts_blocks` | optional: `place` takes as many rows of a block as fit, so that `e.write` gives the same files; an export on one thread, or with column statistics, does so |
/// | `w.write(rows, first, last)` | takes rows `first` to `last` of the batch, fewer where the block is full; how many |
/// | `w.full()` | whether the block must end |
/// | `w.end()` | the block, and begins the next |
/// | `e.place(block, out)` | puts the rows of a block behind those of the file, as many as keep to `out.limit()`: all, none, or, where blocks can be parted, some; how many. The rest stays in the block, for the next file |
///
/// Law, besides the one of `Encoder`:
/// - A block depends on its rows, the schema and the options alone: not on its file, its thread, or batches.
/// - The first row of a block is always taken, and the first row of a file, or the block that it is in, always placed.
/// - An error of `w` is the last call of that `w`; the row in it counts from 0 in the batch, one of `place` in the block.
/// - `fields` outlives `w` and its blocks. `w` and its copies share nothing that changes without a lock.
/// - An export uses `place`, on one thread; `e.write` is for who writes to a sink alone.
template <class E>
concept BlockEncoder = Encoder<E> && HasBlockWriter<E> && BlockWriter<block_writer_t<E>> && HasBlockRows<E> &&
                       HasBlockMemoryBound<E> && HasPlace<E>;

/// Bytes of a value of the column as `block_rows` counts them.
[[nodiscard]] constexpr std::uint64_t assumed_bytes(field const& f) noexcept {
  if (!is_nested(f.type.id)) {
    return is_bytes(f.type.id) ? 32 : std::max<std::uint64_t>(value_width(f.type), 1);
  }
  std::uint64_t sum = 0;
  for (field const& child : f.children()) {
    sum += assumed_bytes(child);
  }
  return f.type.id == kind::structure ? sum : 4 * sum;
}

/// The largest power of two, from 1,024 to `most_rows`, of rows that take at most `most_bytes`: their widths, and 32 bytes
/// a string; lists and maps are taken to have 4 entries.
[[nodiscard]] constexpr std::uint64_t block_rows(schema_view fields, std::uint64_t most_rows = 131'072,
                                                 std::uint64_t most_bytes = 32 * MiB) noexcept {
  std::uint64_t row = 1;
  for (field const& f : fields) {
    row += assumed_bytes(f);
  }
  return std::bit_floor(std::max<std::uint64_t>(std::min(most_rows, most_bytes / row), 1024));
}

} // namespace copyto

#endif
