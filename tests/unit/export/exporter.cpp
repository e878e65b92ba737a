// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/exporter.hpp>

#include "lines.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace export_tests;

TEST(Exporter, RunsOnce) {
  copyto::memory_store store(small_store());
  auto const rows = numbers(3);
  auto job = copyto::make_exporter(copyto::rows(rows), lines(), store, small_job());
  EXPECT_EQ(job.run().value().rows, 3U);
  EXPECT_TRUE(job.run().error().is(copyto::errc::invalid_argument));
  EXPECT_EQ(visible(store).size(), 1U);
}

TEST(Exporter, OwnsWhatItIsMadeOf) {
  copyto::memory_store store(small_store());
  auto job = copyto::make_exporter(copyto::rows(numbers(18)), lines(), store, small_job());
  auto moved = std::move(job);
  ASSERT_TRUE(moved.run());
  EXPECT_EQ(visible(store), expected());
}

TEST(Exporter, SeveralMayRunSideBySide) {
  copyto::memory_store store(small_store());
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 4; ++i) {
      threads.emplace_back([store, i] {
        auto options = small_job();
        options.to = copyto::into("p" + std::to_string(i));
        EXPECT_TRUE(copyto::make_exporter(copyto::rows(numbers(100)), lines(), store, options).run());
      });
    }
  }
  EXPECT_EQ(visible(store).size(), 4 * expected(100).size());
  EXPECT_TRUE(is_settled(store));
}

TEST(Exporter, ExportableIsTheSilentForm) {
  using source = decltype(copyto::rows(std::declval<std::vector<number>&>()));
  static_assert(copyto::Exportable<source, lines, copyto::memory_store>);
  static_assert(!copyto::Exportable<int, lines, copyto::memory_store>);
  static_assert(!copyto::Exportable<source, int, copyto::memory_store>);
  static_assert(!copyto::Exportable<source, lines, int>);
  static_assert(copyto::why<int, lines, copyto::memory_store>() == copyto::verdict::source_needs_schema);
}

TEST(Exporter, KnowsItsMemoryBound) {
  auto job = copyto::make_exporter(copyto::rows(numbers(1)), lines(), copyto::memory_store(), {});
  EXPECT_GT(job.memory_bound().value(), 40 * copyto::MiB);
  auto bad = copyto::make_exporter(copyto::rows(numbers(1)), lines(), copyto::memory_store(),
                                   {.max_file_size = 6 * copyto::TiB});
  EXPECT_TRUE(bad.memory_bound().error().is(copyto::errc::limit_exceeded));
}

} // namespace
