// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_TOPIC_SCHEMAS_IPP
#define COPYTO_TOPIC_IMPL_TOPIC_SCHEMAS_IPP

#include <copyto/topic/topic_schemas.hpp>

#include <copyto/topic/avro_records.hpp>
#include <copyto/topic/detail/topic_rows.hpp>

#include <utility>

namespace copyto {

COPYTO_COLD result<topic_schemas> topic_avro_schemas(schema_view fields, topic_options const& options,
                                                     avro_naming const& value, avro_naming const& key) {
  auto const named = [](avro_naming const& n) {
    return avro_records(avro_records_options{.record = n.record, .name_space = n.name_space});
  };
  detail::topic_rows rows(fields, named(value), named(key), options);
  if (result<void> begun = rows.begin(); !begun) {
    return begun.error();
  }
  topic_schemas made;
  result<std::string> schema = avro_schema(rows.value_fields(), rows.value_columns(), value);
  if (!schema) {
    return schema.error();
  }
  made.value = *std::move(schema);
  if (!rows.key_columns().empty()) {
    schema = avro_schema(fields, rows.key_columns(), key);
    if (!schema) {
      return schema.error();
    }
    made.key = *std::move(schema);
  }
  return made;
}

} // namespace copyto

#endif
