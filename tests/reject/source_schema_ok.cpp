// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "parts.hpp"

struct undescribed {
  std::int64_t x = 0;
};
template <>
struct copyto::schema_of<undescribed> : copyto::columns<copyto::column<"x", &undescribed::x>> {};

int main() {
  std::vector<undescribed> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, copyto::memory_store{}, {.to = copyto::into("a")}));
}
