// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_POSTGRES_HPP
#define COPYTO_SRC_POSTGRES_HPP

/// The bodies of the component `postgres`. A program that defines COPYTO_SEPARATE_COMPILATION for all its translation
/// units and reads PostgreSQL databases includes this in exactly one of them, next to <copyto/src.hpp>. In the default
/// mode it adds nothing that the headers do not.

#include <copyto/impl/source/postgres.ipp>
#include <copyto/impl/source/postgres/copy_format.ipp>
#include <copyto/impl/source/postgres/copy_options.ipp>
#include <copyto/impl/source/postgres/link.ipp>
#include <copyto/impl/source/postgres/session.ipp>
#include <copyto/impl/source/postgres/sql.ipp>
#include <copyto/impl/source/postgres/text_values.ipp>
#include <copyto/impl/source/postgres/types.ipp>
#include <copyto/impl/source/postgres/values.ipp>
#include <copyto/impl/source/postgres_copy.ipp>

#endif
