// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_CONCEPT_HPP
#define COPYTO_TOPIC_CONCEPT_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/schema/batch.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

namespace copyto {

template <class F>
concept HasFormatName = requires(F const& f) {
  { f.name() } -> std::same_as<std::string_view>;
};
template <class F>
concept HasFrameBytes = requires(F const& f) {
  { f.frame_bytes() } -> std::same_as<std::size_t>;
};
template <class F>
concept HasBeginRecords = requires(F& f, schema_view fields, std::span<std::size_t const> columns) {
  { f.begin(fields, columns) } -> std::same_as<result<void>>;
};
template <class F>
concept HasAppendRecord = requires(F& f, batch const& rows, std::size_t row, byte_buffer& out) {
  { f.append(rows, row, out) } -> std::same_as<result<void>>;
};

/// Turns a row into the bytes of a record's key or value.
///
/// | expression | meaning |
/// |---|---|
/// | `F::supports(field)` | constexpr: whether a column of this type can be written |
/// | `f.name()`, `f.content_type()` | "json"; "application/json": for reports and headers |
/// | `f.begin(fields, columns)` | once, before the first row: which columns, by their number, and in which order |
/// | `f.append(rows, row, out)` | puts row number `row` of the batch behind what `out` holds |
/// | `f.frame_bytes()` | after `begin`: how many bytes at the start of each record say how to read it; others are its own |
///
/// Law:
/// - `begin` takes at least one column, each once. It checks their names, their types and the options: errc::invalid_argument
///   or errc::unsupported, with the column. `fields` outlives the format; `columns` need not.
/// - The batches have the columns of `fields`. Same row, columns and options, same bytes; each record stands for itself.
/// - A value that does not fit is errc::value_out_of_range and names the column, with the path below it; `error_info::row`
///   holds the 0-based number in the batch. Then `out` is as it was.
/// - No I/O, no thread, no clock. Nothing is allocated per row but by `out`.
/// - One thread at a time. A copy is a format of its own, with the same columns.
///
/// A column that is NULL is part of the record. Whether a record has a key or a value at all is decided by who asks for it.
/// Two records have the same key if their bytes are equal behind `frame_bytes`, which another version of a schema changes.
template <class F>
concept RecordFormat = std::copyable<F> && HasSupports<F> && HasFormatName<F> && HasContentType<F> &&
                       HasFrameBytes<F> && HasBeginRecords<F> && HasAppendRecord<F>;

} // namespace copyto

#endif
