// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_REJECT_PARTS_HPP
#define COPYTO_TESTS_REJECT_PARTS_HPP

#include <copyto/export/exporter.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/store/memory.hpp>

#include <vector>

// Whole, right parts; each reject test spoils one of them.

struct point {
  std::int64_t x = 0;
  std::int64_t y = 0;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, y))

/// An encoder of int64 columns only.
struct lines {
  static constexpr bool supports(copyto::field const& f) { return f.type.id == copyto::kind::int64; }
  std::string_view extension() const { return "txt"; }
  std::string_view content_type() const { return "text/plain"; }
  copyto::result<void> check(copyto::schema_view, std::uint64_t) const { return {}; }
  std::uint64_t memory_bound(copyto::schema_view, std::uint64_t) const { return 0; }
  copyto::result<void> begin(copyto::schema_view, copyto::sink&) { return {}; }
  copyto::result<std::size_t> write(copyto::batch const& rows, std::size_t first, copyto::sink&) {
    return rows.rows() - first;
  }
  copyto::result<copyto::file_stats> end(copyto::sink&) { return copyto::file_stats{}; }
};

/// What a user writes after composing: none of it may add a second error.
template <class Job>
int use(Job job) {
  auto const done = job.run();
  auto const bound = job.memory_bound();
  return done.has_value() && bound.has_value() && done.value().rows == 0 ? 0 : 1;
}

#endif
