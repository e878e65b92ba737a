// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_SQLITE_HPP
#define COPYTO_SRC_SQLITE_HPP

/// The bodies of the component `sqlite`. A program that defines COPYTO_SEPARATE_COMPILATION for all its translation
/// units and reads SQLite databases includes this in exactly one of them, next to <copyto/src.hpp>. In the default mode
/// it adds nothing that the headers do not.

#include <copyto/source/impl/sqlite.ipp>
#include <copyto/source/impl/sqlite_shards.ipp>
#include <copyto/source/sqlite/impl/rows.ipp>
#include <copyto/source/sqlite/impl/session.ipp>
#include <copyto/source/sqlite/impl/values.ipp>

#endif
