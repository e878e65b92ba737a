// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(Snappy, HasItsNumberInParquet) {
  EXPECT_EQ(snappy().id(), codec_id::snappy);
  EXPECT_EQ(static_cast<int>(snappy().id()), 1);
}

} // namespace
