// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_TYPE_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_TYPE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/source/arrow/abi.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace copyto::detail {

/// How the buffers of an array lie in memory (arrow.apache.org, "Arrow Columnar Format").
enum class arrow_layout : std::uint8_t {
  null,       ///< no buffers: every slot is NULL
  bits,       ///< validity, one bit a value
  fixed,      ///< validity, values of `width` bytes
  offsets,    ///< validity, offsets of `offset_width` bytes, bytes
  views,      ///< validity, views of 16 bytes, any number of buffers, their sizes
  structure,  ///< validity
  list,       ///< validity, offsets of `offset_width` bytes; also maps, whose child is a struct of key and value
  list_view,  ///< validity, offsets and sizes of `offset_width` bytes
  fixed_list, ///< validity; `width` slots of the child each
  run_end,    ///< no buffers; run ends, values
  dictionary, ///< validity, indices of `width` bytes
};

/// How values of `fixed` become those of a batch.
enum class arrow_values : std::uint8_t {
  same,       ///< they are those of a batch
  multiplied, ///< integers times `factor`
  days,       ///< int64_t milliseconds, of whole days
  decimal,    ///< of `width` bytes to those that the precision takes, times `factor`
  duration,   ///< int64_t, times `factor` nanoseconds of an interval
  months,     ///< int32_t months of an interval
  day_time,   ///< int32_t days and milliseconds of an interval
  bool8,      ///< int8_t, 0 is false
};

/// A column, or a node of one: what its Arrow type says about the arrays that will come.
struct arrow_node {
  field const* type = nullptr; ///< in the schema of the source
  std::string path = {};       ///< for messages: lines[].price
  std::string format = {};     ///< of the Arrow type, for messages
  arrow_layout layout = arrow_layout::null;
  arrow_values values = arrow_values::same;
  std::size_t width = 0;
  std::size_t offset_width = 0;
  bool is_unsigned = false; ///< indices of a dictionary
  int128 factor = 1;
  std::vector<arrow_node> children = {}; ///< list: element; structure: members; map: key and value; run_end: values
  std::size_t run_end_width = 0;
  std::vector<arrow_node> dictionary = {}; ///< one: its values
};

struct arrow_columns {
  copyto::schema schema;
  std::vector<arrow_node> nodes; ///< one a column
};

/// The columns of a stream, whose schema is a struct. Errors: invalid_argument for a schema that breaks the specification,
/// unsupported for a type that no batch can hold; both name the column by its path, and the format.
[[nodiscard]] result<arrow_columns> read_arrow_schema(ArrowSchema const& schema);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/type.ipp>
#endif

#endif
