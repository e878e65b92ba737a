// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_TOPIC_SCHEMAS_HPP
#define COPYTO_TOPIC_TOPIC_SCHEMAS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/topic/avro_schema.hpp>
#include <copyto/topic/options.hpp>

#include <string>

namespace copyto {

/// The Avro schemas of an export's records.
struct topic_schemas {
  std::string value = {};
  std::string key = {}; ///< empty: records have no key
};

/// The schemas with which `avro_records` writes the values and keys of an export with these options: the columns of the key; the
/// value without the column that deletes; around it, what the Debezium envelope has. For a registry (`register_schema`), or for
/// the reader.
///
/// `value`, `key`: as the `avro_records` of the export are named. Errors: those of the options that name columns, and of
/// `avro_schema`. Thread-safe.
[[nodiscard]] result<topic_schemas> topic_avro_schemas(schema_view fields, topic_options const& options,
                                                       avro_naming const& value = {}, avro_naming const& key = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/topic_schemas.ipp>
#endif

#endif
