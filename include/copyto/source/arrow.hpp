// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_HPP
#define COPYTO_SOURCE_ARROW_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/source/arrow/abi.hpp>
#include <copyto/source/concept.hpp>

#include <memory>
#include <stop_token>

namespace copyto {

namespace detail {
class arrow_session;
} // namespace detail

/// Rows of an Arrow stream, or of one record batch, by the C data interface (arrow.apache.org, "The Arrow C data interface",
/// "The Arrow C stream interface"): whatever a database, a data frame or a file reader hands over. Needs no Arrow library.
///
///     ArrowArrayStream stream = ...;                                   // from pyarrow, DuckDB, ADBC, arrow-rs, ...
///     auto source = copyto::arrow_source::open(stream).value();
///
/// | Arrow | column |
/// |---|---|
/// | bool, int8 to uint64, halffloat, float, double | the same |
/// | decimal32 to decimal256, of up to 38 digits | decimal(p,s); a negative scale adds its zeros to the precision |
/// | decimal256 of more | decimal(38,s): values of more digits are errors |
/// | utf8, binary: with 32 or 64-bit offsets, or views | string, binary |
/// | fixed size binary | fixed binary |
/// | date32; date64 | date; of whole days |
/// | time, timestamp | time, timestamp in ms, us or ns, from seconds in ms; a timestamp with a zone is in UTC |
/// | duration, interval | interval |
/// | list: offsets, views, of fixed size | list |
/// | struct, map | struct, map |
/// | dictionary, run-end encoded | as their values |
/// | null | string, always NULL |
/// | extension arrow.uuid, arrow.json, arrow.bool8 | uuid, json, bool |
/// | any other extension | as what it is stored in |
/// | union | refused, with its name |
///
/// A column is optional if its Arrow field is nullable. `PARQUET:field_id` in the metadata of a field becomes its id.
///
/// **Memory.** What has the layout of a batch is borrowed; the array stays until its last row is written, and is released by
/// the thread that wrote it. Of the rest
/// (decimals of few digits, views, dictionaries, ...) one array at a time is converted: at most 16 bytes a value, or a copy.
///
/// **Bad streams.** Numbers of buffers and children, lengths of children, offsets, indices, views and NULLs are looked at
/// before a value is read; what lies behind a pointer too short for that cannot be seen. Errors name column and row.
///
/// Models `RowSource`. One thread at a time; every release callback is called once, also after an error. A stop is seen
/// between two arrays: the interface has no way to interrupt a producer.
class arrow_source {
public:
  /// Takes the stream over (`stream.release` is nullptr then) and asks it for its schema. Errors: invalid_argument (an empty
  /// or broken schema), unsupported (a type), source_failed (the producer's words).
  [[nodiscard]] static result<arrow_source> open(ArrowArrayStream& stream);
  /// Takes one record batch and its schema over.
  [[nodiscard]] static result<arrow_source> open(ArrowSchema& schema, ArrowArray& array);
  arrow_source(arrow_source&&) noexcept;
  arrow_source& operator=(arrow_source&&) noexcept;
  ~arrow_source();

  [[nodiscard]] schema_view schema() const noexcept;
  /// Errors: source_failed (the producer's words, or an array that breaks the specification), value_out_of_range, stopped.
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token const& stop);

private:
  explicit arrow_source(std::unique_ptr<detail::arrow_session> session) noexcept;
  std::unique_ptr<detail::arrow_session> session_;
};
static_assert(RowSource<arrow_source>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/arrow.ipp>
#endif

#endif
