// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V01: the row source has no schema() -> schema_view
#include "parts.hpp"

struct undescribed {
  std::int64_t x = 0;
};

int main() {
  std::vector<undescribed> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, copyto::memory_store{}, {.to = copyto::into("a")}));
}
