// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V03: the encoder needs static constexpr bool supports(field const&)
#include "parts.hpp"

struct incomplete {
  copyto::result<void> begin(copyto::schema_view, copyto::sink&) { return {}; }
  copyto::result<copyto::file_stats> end(copyto::sink&) { return copyto::file_stats{}; }
  copyto::result<std::size_t> write(copyto::batch const& rows, std::size_t first, copyto::sink&) {
    return rows.rows() - first;
  }
  std::string_view extension() const { return "txt"; }
  copyto::result<void> check(copyto::schema_view, std::uint64_t) const { return {}; }
  std::string_view content_type() const { return "text/plain"; }
  std::uint64_t memory_bound(copyto::schema_view, std::uint64_t) const { return 0; }
};

int main() {
  std::vector<point> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), incomplete{}, copyto::memory_store{}));
}
