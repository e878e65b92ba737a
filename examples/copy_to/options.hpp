// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_OPTIONS_HPP
#define COPY_TO_OPTIONS_HPP

#include <copyto/core/error.hpp>

#include <boost/program_options/options_description.hpp>

#include <string>

namespace copy_to {

/// Every option of the command line; words that are none are called "word".
[[nodiscard]] boost::program_options::options_description all_options();
/// What --help prints.
[[nodiscard]] std::string help();
/// An error of the library that speaks of a setting of the store (".region") speaks of its option ("--region").
[[nodiscard]] copyto::error in_options(copyto::error const& e);

} // namespace copy_to

#endif
