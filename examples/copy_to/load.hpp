// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_LOAD_HPP
#define COPY_TO_LOAD_HPP

#include "arguments.hpp"

#include <copyto/encode/any.hpp>
#include <copyto/export/report.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/store/any.hpp>

#include <string>

namespace copy_to {

/// What --print-load asks for: SQL that loads what was exported; for Snowflake, as comments behind it, also the policies
/// of the role that reads.
[[nodiscard]] copyto::result<std::string> load_text(arguments const& given, copyto::report const& done,
                                                    copyto::any_store const& store);

/// Whether there will be such SQL for an export of these columns.
[[nodiscard]] copyto::result<void> check_load(arguments const& given, copyto::export_options const& options,
                                              copyto::schema_view fields, copyto::any_encoder const& encoder,
                                              copyto::any_store const& store);

/// What --print-policy asks for: the IAM policy of who exports with these options, as JSON.
[[nodiscard]] std::string policy_text(arguments const& given);

} // namespace copy_to

#endif
