// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_AVRO_SCHEMA_IPP
#define COPYTO_TOPIC_IMPL_AVRO_SCHEMA_IPP

#include <copyto/topic/avro_schema.hpp>

#include <copyto/topic/detail/avro_plan.hpp>
#include <copyto/topic/detail/record_columns.hpp>

#include <utility>

namespace copyto {

COPYTO_COLD result<std::string> avro_schema(schema_view fields, std::span<std::size_t const> columns,
                                            avro_naming const& naming) {
  if (result<void> const checked = detail::check_record_columns(fields, columns); !checked) {
    return checked.error();
  }
  result<detail::avro_plan> plan = detail::make_avro_plan(fields, columns, naming.record, naming.name_space);
  if (!plan) {
    return plan.error();
  }
  return std::move(plan->schema);
}

} // namespace copyto

#endif
