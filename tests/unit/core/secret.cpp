// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/secret.hpp>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string>

namespace {

using copyto::secret;

template <class T>
concept Streams = requires(std::ostream& out, T const& v) { out << v; };

TEST(Secret, CannotBePrintedOrCompared) {
  static_assert(!Streams<secret>);
  static_assert(!fmt::is_formattable<secret>::value);
  static_assert(!std::equality_comparable<secret>);
  static_assert(!std::convertible_to<secret, std::string_view>);
  static_assert(!std::convertible_to<secret, std::string>);
  static_assert(!std::convertible_to<std::string, secret>);
}

TEST(Secret, CopiesShareOneText) {
  secret const a("hunter2");
  secret const b = a; // NOLINT(performance-unnecessary-copy-initialization): the copy is what is tested
  EXPECT_EQ(b.reveal(), "hunter2");
  EXPECT_EQ(a.reveal().data(), b.reveal().data());
  EXPECT_TRUE(secret().empty());
  EXPECT_TRUE(secret("").empty());
}

TEST(Secret, WipeOverwritesEveryByte) {
  std::string text = "hunter2";
  secret::wipe(text.data(), text.size());
  EXPECT_EQ(text, std::string(7, '\0'));
}

} // namespace
