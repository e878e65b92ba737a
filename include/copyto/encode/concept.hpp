// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CONCEPT_HPP
#define COPYTO_ENCODE_CONCEPT_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/sink.hpp>
#include <copyto/schema/batch.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// What an encoder knows of a finished file.
struct file_stats {
  std::uint64_t rows = 0;
  /// What readers of the file should know, e.g. that some of them cannot read a value; the same message once a file. A row
  /// is counted from 0 in the file.
  std::vector<error> warnings = {};
};

template <class E>
concept HasSupports = requires(field const& f) {
  { E::supports(f) } -> std::same_as<bool>;
};
template <class E>
concept HasExtension = requires(E const& e) {
  { e.extension() } -> std::convertible_to<std::string_view>;
};
template <class E>
concept HasContentType = requires(E const& e) {
  { e.content_type() } -> std::convertible_to<std::string_view>;
};
template <class E>
concept HasCheck = requires(E const& e, schema_view fields, std::uint64_t max_file_size) {
  { e.check(fields, max_file_size) } -> std::same_as<result<void>>;
};
template <class E>
concept HasMemoryBound = requires(E const& e, schema_view fields, std::uint64_t max_file_size) {
  { e.memory_bound(fields, max_file_size) } -> std::same_as<std::uint64_t>;
};
template <class E>
concept HasBegin = requires(E& e, schema_view fields, sink& out) {
  { e.begin(fields, out) } -> std::same_as<result<void>>;
};
template <class E>
concept HasWrite = requires(E& e, batch const& rows, std::size_t first, sink& out) {
  { e.write(rows, first, out) } -> std::same_as<result<std::size_t>>;
};
template <class E>
concept HasEnd = requires(E& e, sink& out) {
  { e.end(out) } -> std::same_as<result<file_stats>>;
};
template <class E>
concept HasWrittenAs = requires(E const& e, field const& f) {
  { e.written_as(f) } -> std::same_as<field>;
};

/// Turns rows into the bytes of a file.
///
/// | expression | meaning |
/// |---|---|
/// | `E::supports(field)` | constexpr: whether a column of this type can be written |
/// | `e.extension()`, `e.content_type()` | "parquet"; "application/vnd.apache.parquet" |
/// | `e.check(fields, max_file_size)` | options against schema, before the first request; an error names the column |
/// | `e.memory_bound(fields, max_file_size)` | the most bytes this encoder allocates, apart from a few times the largest value |
/// | `e.begin(fields, out)` | starts a file |
/// | `e.write(rows, first, out)` | takes rows from number `first` of the batch on and returns how many it took |
/// | `e.end(out)` | ends the file |
/// | `e.written_as(field)` | optional: the field with the type that readers find in such a column |
///
/// Law:
/// - One instance a file: the one that the user passes is a prototype and is copied for each.
/// - No I/O but through the sink, no thread, no clock: same rows, schema and options, same bytes.
/// - `write` takes all rows unless the file has come to `out.limit()`; then it takes fewer, also none,
///   and the exporter ends this file and offers the rest to the next. The first row of a file is always
///   taken. Where the file ends depends on the rows in it, never on how they came in batches.
/// - Memory is bounded by the options; nothing is allocated per row.
/// - An error of the sink is returned as it is. A value that does not fit is errc::value_out_of_range
///   and names the column; the exporter adds the row where `error_info::row` holds its 0-based number
///   in the batch.
template <class E>
concept Encoder = std::copyable<E> && HasSupports<E> && HasExtension<E> && HasContentType<E> && HasCheck<E> &&
                  HasMemoryBound<E> && HasBegin<E> && HasWrite<E> && HasEnd<E>;

} // namespace copyto

#endif
