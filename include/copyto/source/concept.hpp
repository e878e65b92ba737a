// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_CONCEPT_HPP
#define COPYTO_SOURCE_CONCEPT_HPP

#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <stop_token>

namespace copyto {

/// How much a source is to give, as far as it knows: exactly, as a container does, or as a database estimates it.
struct size_hint {
  std::optional<std::uint64_t> rows = std::nullopt;
  std::optional<std::uint64_t> bytes = std::nullopt; ///< of the values as the source holds them, not of the files
};

/// What a fill says: there may be more rows, or these were the last (possibly none).
enum class fill_status : std::uint8_t { more, end };

template <class S>
concept HasSchema = requires(S const& s) {
  { s.schema() } -> std::convertible_to<schema_view>;
};
template <class S>
concept HasFill = requires(S& s, batch& rows, std::stop_token stop) {
  { s.fill(rows, stop) } -> std::same_as<result<fill_status>>;
};

/// Where rows come from.
///
/// Law:
/// - `schema()` is the same for life, and valid as long as the source.
/// - `fill(rows, stop)` finds the batch cleared, appends up to `rows.capacity()` whole rows and closes
///   it. It may append fewer, also none, and return `more`; after `end` it is not called again.
/// - What the batch borrows stays valid until the next `fill` or the end of the source.
/// - Called from one thread at a time, always the exporter's caller.
/// - An error ends the export and names row and column where it can. An exception is caught by the
///   exporter and becomes errc::source_failed. A source that waits watches `stop`.
/// - `static constexpr schema_view static_schema` (optional): the schema, where the compiler knows it;
///   an export that cannot work is then refused at compile time.
/// - `hint()` (optional): a `size_hint`, asked for before the first `fill`; it makes no request and decides nothing.
template <class S>
concept RowSource = HasSchema<S> && HasFill<S>;

template <class S>
concept HasRowCount = requires(S const& s) {
  { s.row_count() } -> std::same_as<std::uint64_t>;
};
template <class S>
concept HasFillRange =
    requires(S const& s, batch& rows, std::uint64_t first, std::size_t count, std::stop_token const& stop) {
      { s.fill_range(rows, first, count, stop) } -> std::same_as<result<void>>;
    };

/// A source whose rows have numbers, so that many threads can read it at a time.
///
/// Law, besides the one of `RowSource`:
/// - `row_count()` is the number of all rows, as long as the source lives.
/// - `fill_range(rows, first, count, stop)` finds the batch cleared, appends rows `first` to `first + count` (from 0), all
///   of them, and closes it. It is called concurrently, with other batches, and in any order.
/// - What a batch borrows stays valid until the end of the source.
/// - An export that encodes on many threads calls `fill_range` alone, any other `fill` alone.
template <class S>
concept Splittable = RowSource<S> && HasRowCount<S> && HasFillRange<S>;

template <class S>
concept HasHint = requires(S const& s) {
  { s.hint() } -> std::same_as<size_hint>;
};

/// What a source says, where it says something.
template <class S>
[[nodiscard]] size_hint hint_of([[maybe_unused]] S const& source) {
  if constexpr (HasHint<S>) {
    return source.hint();
  } else {
    return {};
  }
}

template <class S>
concept HasStaticSchema = requires {
  { S::static_schema } -> std::convertible_to<schema_view>;
};

} // namespace copyto

#endif
