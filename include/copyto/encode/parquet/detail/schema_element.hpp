// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_SCHEMA_ELEMENT_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_SCHEMA_ELEMENT_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// The SchemaElement that all columns hang below. Its repetition is left out: BigQuery refuses odd ones.
void write_root_element(thrift_writer& out, std::size_t children);

/// The SchemaElement of a leaf, with its logical type and, where there is one, the older converted type
/// (LogicalTypes.md, "Compatibility").
void write_leaf_element(thrift_writer& out, leaf const& column, std::string_view name, std::int32_t id);

/// The SchemaElements of a column or of one of its nodes, and of all below it, by depth first. `next`: its first leaf; moved
/// on behind its last. `next_id`: the id of the next that has none, counted on; nullptr: it gets none.
void write_column_elements(thrift_writer& out, field const& f, std::string_view name,
                           std::vector<leaf>::const_iterator& next, std::int32_t* next_id = nullptr);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/schema_element.ipp>
#endif

#endif
