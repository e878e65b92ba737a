// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/memory_bound.hpp>

#include "lines.hpp"

#include <gtest/gtest.h>

namespace {

using namespace export_tests;
using copyto::export_options;
using copyto::store_limits;

constexpr copyto::schema_view fields{copyto::schema_of<number>::fields};

std::uint64_t bound(export_options const& options, store_limits const& limits = {}) {
  return copyto::memory_bound(options, fields, lines(), limits).value();
}

TEST(MemoryBound, CountsPartsInFlightAndTheOneBeingFilled) {
  export_options options;
  std::uint64_t const four = bound(options);
  options.parts_in_flight = 5;
  EXPECT_EQ(bound(options) - four, options.part_size + store_limits().request_memory);
}

TEST(MemoryBound, DoesNotGrowWithTheSizeOfFilesWhileThePartsDoNot) {
  export_options options;
  std::uint64_t const small = bound(options);
  options.max_file_size = 70 * copyto::GiB;
  EXPECT_EQ(bound(options), small);
  options.max_file_size = copyto::TiB;
  EXPECT_GT(bound(options), small) << "10,000 parts of 8 MiB do not hold 1 TiB";
}

TEST(MemoryBound, CountsTheBatchAndWhatTheStoreNeeds) {
  export_options options;
  std::uint64_t const before = bound(options);
  options.batch_rows *= 2;
  EXPECT_GT(bound(options), before + options.batch_rows * 8 / 2);
  EXPECT_EQ(bound({}, {.request_memory = 0}) + 5 * store_limits().request_memory, bound({}));
}

} // namespace
