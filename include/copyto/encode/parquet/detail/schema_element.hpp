// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_SCHEMA_ELEMENT_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_SCHEMA_ELEMENT_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>

#include <cstddef>

namespace copyto::detail {

/// The SchemaElement that all columns hang below. Its repetition is left out: BigQuery refuses odd ones.
void write_root_element(thrift_writer& out, std::size_t children);

/// The SchemaElement of a leaf, with its logical type and, where there is one, the older converted type
/// (LogicalTypes.md, "Compatibility").
void write_leaf_element(thrift_writer& out, leaf const& column);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/schema_element.ipp>
#endif

#endif
