// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_AVRO_SCHEMA_HPP
#define COPYTO_TOPIC_AVRO_SCHEMA_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace copyto {

/// What a record of Avro is called.
struct avro_naming {
  std::string record = "row";  ///< its name, and the beginning of those of types in it
  std::string name_space = {}; ///< "com.example.trades"; empty: none
};

/// The schema of records with these columns in this order, as JSON without spaces (Avro 1.12,
/// avro.apache.org/docs/1.12.0/specification): a record whose fields are the columns.
///
/// | type | Avro |
/// |---|---|
/// | bool | boolean |
/// | int8 to int32, uint8, uint16 | int |
/// | int64, uint32 | long |
/// | uint64 | bytes, decimal(20, 0) |
/// | float16, float | float |
/// | double | double |
/// | decimal | bytes, decimal |
/// | string, json, enum | string |
/// | binary | bytes |
/// | fixed binary | fixed |
/// | uuid | string, uuid: of 36 characters, since readers of Avro before 1.12 know no other |
/// | date | int, date |
/// | time | int, time-millis; long, time-micros; nanoseconds: long, with a property `copyto.type` of `time-nanos`, as Avro has no type for them. In UTC with a property `copyto.utc` of `true` |
/// | timestamp | long, timestamp-millis, -micros or -nanos in UTC, else local-timestamp-millis, -micros or -nanos; readers before 1.12 see nanoseconds as long |
/// | interval | fixed of 12 bytes, duration: unsigned months, days and milliseconds |
/// | list | array |
/// | struct | record |
/// | map | map where its keys are strings or enumerators, else an array of records of `key` and `value`, with the logical type `map` of Iceberg |
/// | optional | union of null and the type; its default as a field is null |
///
/// Types in the record that need a name get that of the way to them: `row_lines_element`, with `_2` and so on behind it where
/// two would be the same. They are in the namespace of the record.
///
/// errc::invalid_argument: a name is none of Avro's (letters, digits and `_`), with the column and the path below it; no
/// columns, or one twice. Thread-safe.
[[nodiscard]] result<std::string> avro_schema(schema_view fields, std::span<std::size_t const> columns,
                                              avro_naming const& naming = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/avro_schema.ipp>
#endif

#endif
