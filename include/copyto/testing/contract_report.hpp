// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_CONTRACT_REPORT_HPP
#define COPYTO_TESTING_CONTRACT_REPORT_HPP

#include <cstddef>
#include <string>
#include <vector>

namespace copyto::testing {

/// What came out of a contract suite.
struct contract_report {
  std::size_t checks = 0;
  std::vector<std::string> failures = {}; ///< one sentence each
  [[nodiscard]] bool ok() const noexcept { return failures.empty() && checks != 0; }
  /// All failures, one a line.
  [[nodiscard]] std::string text() const {
    std::string out = std::to_string(checks) + " checks, " + std::to_string(failures.size()) + " failed\n";
    for (std::string const& failure : failures) {
      out += failure + '\n';
    }
    return out;
  }
};

} // namespace copyto::testing

#endif
