// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_SQLITE_HPP
#define COPYTO_SRC_SQLITE_HPP

/// The bodies of the component `sqlite`. A program that defines COPYTO_SEPARATE_COMPILATION for all its translation
/// units and reads SQLite databases includes this in exactly one of them, next to <copyto/src.hpp>. In the default mode
/// it adds nothing that the headers do not.

#include <copyto/impl/source/sqlite.ipp>
#include <copyto/impl/source/sqlite/session.ipp>
#include <copyto/impl/source/sqlite/values.ipp>

#endif
