// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_POSTGRES_HPP
#define COPYTO_SRC_POSTGRES_HPP

/// The bodies of the component `postgres`. A program that defines COPYTO_SEPARATE_COMPILATION for all its translation
/// units and reads PostgreSQL databases includes this in exactly one of them, next to <copyto/src.hpp>. In the default
/// mode it adds nothing that the headers do not.

#include <copyto/source/impl/postgres.ipp>
#include <copyto/source/impl/postgres_copy.ipp>
#include <copyto/source/impl/postgres_shards.ipp>
#include <copyto/source/impl/postgres_tables.ipp>
#include <copyto/source/postgres/impl/catalog.ipp>
#include <copyto/source/postgres/impl/copy_format.ipp>
#include <copyto/source/postgres/impl/copy_options.ipp>
#include <copyto/source/postgres/impl/link.ipp>
#include <copyto/source/postgres/impl/session.ipp>
#include <copyto/source/postgres/impl/shard_plan.ipp>
#include <copyto/source/postgres/impl/sql.ipp>
#include <copyto/source/postgres/impl/text_values.ipp>
#include <copyto/source/postgres/impl/transaction.ipp>
#include <copyto/source/postgres/impl/types.ipp>
#include <copyto/source/postgres/impl/values.ipp>

#endif
