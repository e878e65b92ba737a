// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_KAFKA_HPP
#define COPYTO_SRC_KAFKA_HPP

/// The bodies of the component `kafka`. A program that defines COPYTO_SEPARATE_COMPILATION for all its translation
/// units and writes to topics includes this in exactly one of them, next to <copyto/src.hpp>. In the default mode it adds
/// nothing that the headers do not.

#include <copyto/topic/impl/avro_plan.ipp>
#include <copyto/topic/impl/avro_records.ipp>
#include <copyto/topic/impl/avro_schema.ipp>
#include <copyto/topic/impl/csv_records.ipp>
#include <copyto/topic/impl/json_records.ipp>
#include <copyto/topic/impl/kafka_client.ipp>
#include <copyto/topic/impl/partition_hash.ipp>
#include <copyto/topic/impl/producer.ipp>
#include <copyto/topic/impl/progress_reader.ipp>
#include <copyto/topic/impl/progress_record.ipp>
#include <copyto/topic/impl/raw_records.ipp>
#include <copyto/topic/impl/record_columns.ipp>
#include <copyto/topic/impl/run.ipp>
#include <copyto/topic/impl/topic_rows.ipp>
#include <copyto/topic/impl/topic_schemas.ipp>

#endif
