// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_KAFKA_HPP
#define COPYTO_KAFKA_HPP

/// Rows into topics of Kafka and Redpanda. Link with copyto::kafka, which brings librdkafka.

#include <copyto/topic/any_records.hpp>
#include <copyto/topic/avro_records.hpp>
#include <copyto/topic/avro_schema.hpp>
#include <copyto/topic/cluster.hpp>
#include <copyto/topic/concept.hpp>
#include <copyto/topic/csv_records.hpp>
#include <copyto/topic/exporter.hpp>
#include <copyto/topic/json_records.hpp>
#include <copyto/topic/options.hpp>
#include <copyto/topic/partition_hash.hpp>
#include <copyto/topic/raw_records.hpp>
#include <copyto/topic/report.hpp>
#include <copyto/topic/run.hpp>
#include <copyto/topic/topic_schemas.hpp>

#endif
