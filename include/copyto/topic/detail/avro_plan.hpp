// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_AVRO_PLAN_HPP
#define COPYTO_TOPIC_DETAIL_AVRO_PLAN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// How a value goes into a record. The comment says what it is in Avro.
enum class avro_step : std::uint8_t {
  boolean,    ///< boolean
  int8,       ///< int ...
  int16,      ///<
  int32,      ///< also dates
  uint8,      ///<
  uint16,     ///<
  uint32,     ///< long
  int64,      ///< long, also timestamps
  uint64,     ///< decimal(20, 0)
  half,       ///< float
  float32,    ///< float
  float64,    ///< double
  decimal32,  ///< bytes, big-endian two's complement
  decimal64,  ///<
  decimal128, ///<
  text,       ///< string, checked
  bytes,      ///< bytes
  fixed,      ///< fixed
  uuid,       ///< string of 36 characters
  time_milli, ///< int
  time_micro, ///< long
  time_nano,  ///< long
  duration,   ///< fixed of 12 bytes
  array,      ///< one child
  map,        ///< two children, the first a text
  pairs,      ///< an array of records of two children
  record,     ///< `members` children
};

/// A node of a column, with its children behind it.
struct avro_node {
  std::string_view name = {}; ///< borrowed from the field
  avro_step step = avro_step::boolean;
  bool optional = false; ///< a union of null and this
  std::uint32_t members = 0;
  std::uint32_t after = 0; ///< number of the first node behind the last child
};

/// What is written for each row, and the schema that says so.
struct avro_plan {
  std::string schema = {}; ///< JSON
  std::vector<avro_node> nodes = {};
};

/// Columns are checked (`check_record_columns`).
[[nodiscard]] result<avro_plan> make_avro_plan(schema_view fields, std::span<std::size_t const> columns,
                                               std::string_view record, std::string_view name_space);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/avro_plan.ipp>
#endif

#endif
