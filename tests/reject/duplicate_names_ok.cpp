// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "parts.hpp"

struct reading {
  std::int64_t a = 0;
  std::int64_t b = 0;
};
template <>
struct copyto::schema_of<reading>
    : copyto::columns<copyto::column<"value", &reading::a>, copyto::column<"other", &reading::b>> {};

int main() {
  std::vector<reading> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, copyto::memory_store{}));
}
