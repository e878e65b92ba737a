// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_TOML_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_TOML_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// The keys that lead to a value, e.g. Driver, shared.
using toml_path = std::vector<std::string>;

/// A value that is neither a table nor an inline table, which are the beginning of the paths of what they hold.
struct toml_value {
  std::string text = {};  ///< of a string, its content; of an array, nothing; of another one, as it stands
  bool is_string = false; ///<
  std::size_t line = 0;   ///< from 1
};
using toml_values = std::map<toml_path, toml_value>;

/// Reads TOML 1.0 (toml.io/en/v1.0.0) but for arrays of tables, which are an error. Numbers and times are not looked into;
/// nor are the values in arrays kept. errc::invalid_argument: "<what>, line 3: <what is wrong>"; `what` names the text.
[[nodiscard]] result<toml_values> parse_toml(std::string_view text, std::string_view what);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/toml.ipp>
#endif

#endif
