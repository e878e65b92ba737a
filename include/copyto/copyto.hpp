// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COPYTO_HPP
#define COPYTO_COPYTO_HPP

/// Everything that needs Boost and fmt only. <copyto/s3.hpp>, <copyto/encode/codec/snappy.hpp> and
/// <copyto/source/sqlite.hpp> add what needs other libraries.

#include <copyto/core/bytes.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/error.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>
#include <copyto/core/version.hpp>

#include <copyto/schema/batch.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/schema/columns.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/schema/field.hpp>
#include <copyto/schema/schema.hpp>

#include <copyto/source/concept.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/source/in_shards.hpp>
#include <copyto/source/rows.hpp>

#include <copyto/encode/concept.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/in_blocks.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/verbatim.hpp>

#include <copyto/store/concept.hpp>
#include <copyto/store/directory.hpp>
#include <copyto/store/memory.hpp>

#include <copyto/export/exporter.hpp>
#include <copyto/export/writer.hpp>

#endif
