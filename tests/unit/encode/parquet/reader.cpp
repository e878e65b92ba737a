// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/reader.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

constexpr field nanoseconds{.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::nano}};
constexpr field microseconds{.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::micro}};
constexpr field nanosecond_time{.name = "at", .type = {.id = kind::time, .unit = time_unit::nano}};
constexpr field list{.name = "l", .type = {.id = kind::list}, .nodes = &microseconds, .node_count = 1};

// Known to the compiler, so that an export that cannot work does not compile.
static_assert(reader::portable::supports(microseconds));
static_assert(!reader::portable::supports(nanoseconds));
static_assert(reader::portable::supports(nanosecond_time)); // as text
static_assert(!reader::supports({.time = true}, nanosecond_time));
static_assert(reader::named("portable") == reader::portable::value && reader::named("exact") == reader::exact::value);
static_assert(!reader::named("spark"));
static_assert(reader::exact::supports(nanoseconds));
static_assert(reader::any::supports(nanoseconds));
static_assert(reader::any::supports(list));
// A nested column is as good as its leaves.
constexpr field instants{.name = "l", .type = {.id = kind::list}, .nodes = &nanoseconds, .node_count = 1};
static_assert(reader::portable::supports(list) && reader::exact::supports(instants));
static_assert(!reader::portable::supports(instants));

TEST(Reader, PortableHoldsEveryFlatTypeInSomeForm) {
  for (auto k = static_cast<int>(kind::boolean); k != static_cast<int>(kind::list); ++k) {
    field const f{.name = "f", .type = {.id = static_cast<kind>(k)}};
    EXPECT_TRUE(reader::portable::supports(f)) << to_string(f.type.id);
    EXPECT_TRUE(reader::exact::supports(f)) << to_string(f.type.id);
  }
}

TEST(Reader, ANarrowerProfileIsData) {
  constexpr reader::profile readers{.name = "mine", .nanoseconds = true};
  static_assert(reader::supports(readers, nanoseconds));
  EXPECT_NE(readers, reader::portable::value);
}

} // namespace
