// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_OPTIONS_HPP
#define COPY_TO_OPTIONS_HPP

#include <boost/program_options/options_description.hpp>

#include <string>

namespace copy_to {

/// Every option of the command line; words that are none are called "word".
[[nodiscard]] boost::program_options::options_description all_options();
/// What --help prints.
[[nodiscard]] std::string help();

} // namespace copy_to

#endif
