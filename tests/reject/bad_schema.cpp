// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V15: the schema is not valid
#include "parts.hpp"

struct no_name {
  std::int64_t a = 0;
};
template <>
struct copyto::schema_of<no_name> : copyto::columns<copyto::column<"", &no_name::a>> {};

int main() {
  std::vector<no_name> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, copyto::memory_store{}));
}
