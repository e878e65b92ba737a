// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_CONFIG_HPP
#define COPYTO_CORE_CONFIG_HPP

/// The only macros of the library.
///
/// By default every body is inline and nothing has to be built. A program that defines
/// COPYTO_SEPARATE_COMPILATION for all its translation units compiles the bodies once: one of them
/// includes <copyto/src.hpp>, and <copyto/src_s3.hpp>, <copyto/src_sqlite.hpp> and <copyto/src_postgres.hpp>
/// where it uses these.

#if defined(COPYTO_SEPARATE_COMPILATION)
#define COPYTO_DECL
#else
#define COPYTO_DECL inline
#define COPYTO_HEADER_ONLY 1
#endif

/// A body that runs once a request, a file or an export: compiled for size, not for speed.
#define COPYTO_COLD [[gnu::cold]] COPYTO_DECL

#endif
