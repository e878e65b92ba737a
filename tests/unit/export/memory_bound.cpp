// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/memory_bound.hpp>

#include <copyto/encode/parquet.hpp>

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

TEST(MemoryBound, OptionsAreMadeToFitALimit) {
  auto const fit = [](std::uint64_t limit, export_options const& options = {}) {
    return copyto::fit_memory(options, limit, fields, lines(), {});
  };
  export_options const whole = fit(bound({})).value();
  EXPECT_EQ(whole.parts_in_flight, export_options().parts_in_flight);
  EXPECT_EQ(whole.part_size, export_options().part_size);
  for (std::uint64_t limit = bound({}) - 1;; limit -= copyto::MiB) {
    auto const fitted = fit(limit);
    if (!fitted) {
      // Less than the smallest: the message says how much that is, and so much is enough.
      std::uint64_t const least = bound({.part_size = 5 * copyto::MiB, .parts_in_flight = 1});
      EXPECT_TRUE(fitted.error().is(copyto::errc::limit_exceeded));
      EXPECT_NE(fitted.error().message().find(std::to_string(least)), std::string::npos) << fitted.error().message();
      EXPECT_TRUE(fit(least));
      break;
    }
    EXPECT_LE(bound(*fitted), limit);
    EXPECT_TRUE(fitted->parts_in_flight == 1 || fitted->part_size == export_options().part_size)
        << "parts in flight go first";
  }
}

TEST(MemoryBound, NamesTheFileSizeThatFits) { // E19
  std::vector<copyto::field> many;
  std::vector<std::string> names;
  for (int i = 0; i != 200; ++i) {
    names.push_back(std::to_string(i));
  }
  for (std::string const& name : names) {
    many.push_back({.name = name, .type = {.id = copyto::kind::string}});
  }
  copyto::parquet const encoder;
  for (std::uint64_t const limit : {60 * copyto::MiB, 90 * copyto::MiB, 120 * copyto::MiB}) {
    auto const refused = copyto::fit_memory({}, limit, many, encoder, {});
    ASSERT_FALSE(refused);
    std::optional<std::uint64_t> const size = copyto::fitting_file_size({}, limit, many, encoder, {});
    ASSERT_TRUE(size);
    EXPECT_EQ(*size % copyto::MiB, 0U);
    EXPECT_NE(refused.error().message().find(std::to_string(*size / copyto::MiB) + " MiB or less"), std::string::npos)
        << refused.error().message();
    EXPECT_TRUE(copyto::fit_memory({.max_file_size = *size}, limit, many, encoder, {}));
    EXPECT_FALSE(copyto::fit_memory({.max_file_size = *size + copyto::MiB}, limit, many, encoder, {}));
  }
  EXPECT_FALSE(copyto::fitting_file_size({}, copyto::MiB, many, encoder, {})) << "no size of a file helps";
}

} // namespace
