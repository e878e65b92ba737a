// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_DETAIL_LOAD_DUCKDB_HPP
#define COPYTO_HANDOFF_DETAIL_LOAD_DUCKDB_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <string>

namespace copyto::detail {

struct load_job;

/// The statements by which DuckDB loads the files of an export, and no others. Errors: see `check_load`.
[[nodiscard]] result<std::string> load_duckdb(load_job const& job);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/load_duckdb.ipp>
#endif

#endif
