// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "parts.hpp"

struct reading {
  std::int64_t at = 0;
  std::int64_t value = {};
};
BOOST_DESCRIBE_STRUCT(reading, (), (at, value))

int main() {
  std::vector<reading> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, copyto::memory_store{}));
}
