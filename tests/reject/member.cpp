// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V20: a member of the row type is of a type that has no copyto::column_type
#include "parts.hpp"

struct reading {
  std::int64_t at = 0;
  void* value = {};
};
BOOST_DESCRIBE_STRUCT(reading, (), (at, value))

int main() {
  std::vector<reading> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, copyto::memory_store{}));
}
