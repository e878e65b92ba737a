// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/keys.hpp>

#include <gtest/gtest.h>

#include <cstdlib>

namespace {

using namespace copyto;

/// Sets or clears the three variables for one test.
class keys_in_the_environment : public testing::Test {
protected:
  static void set(char const* name, char const* value) {
    if (value != nullptr) {
      setenv(name, value, 1);
    } else {
      unsetenv(name);
    }
  }
  static void set_all(char const* id, char const* key, char const* token) {
    set("AWS_ACCESS_KEY_ID", id);
    set("AWS_SECRET_ACCESS_KEY", key);
    set("AWS_SESSION_TOKEN", token);
  }
  void TearDown() override { set_all(nullptr, nullptr, nullptr); }
};

TEST(static_keys, hands_out_what_it_was_given) {
  auto const keys = static_keys("id", "key", "token").get({}, {});
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->access_key_id, "id");
  EXPECT_EQ(keys->secret_key.reveal(), "key");
  EXPECT_EQ(keys->session_token.reveal(), "token");
  EXPECT_FALSE(keys->expiry);
  EXPECT_TRUE(static_keys("id", "key").get({}, {})->session_token.empty());
}

TEST(static_keys, refuses_half_a_set) {
  EXPECT_TRUE(static_keys("", "key").get({}, {}).error().is(errc::bad_credentials));
  EXPECT_TRUE(static_keys("id", "").get({}, {}).error().is(errc::bad_credentials));
}

TEST_F(keys_in_the_environment, are_read_at_each_get) {
  environment_keys const keys;
  set_all("id", "key", "token");
  EXPECT_EQ(keys.get({}, {})->session_token.reveal(), "token");
  set_all("other", "key", nullptr);
  EXPECT_EQ(keys.get({}, {})->access_key_id, "other");
  EXPECT_TRUE(keys.get({}, {})->session_token.empty());
}

TEST_F(keys_in_the_environment, must_be_complete) {
  environment_keys const keys;
  set_all(nullptr, nullptr, "token");
  EXPECT_TRUE(keys.get({}, {}).error().is(errc::bad_credentials));
  set_all("id", nullptr, nullptr);
  auto const half = keys.get({}, {});
  ASSERT_FALSE(half);
  EXPECT_NE(half.error().message().find("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not"), std::string::npos);
  set_all("", "very-secret", nullptr);
  auto const other_half = keys.get({}, {});
  ASSERT_FALSE(other_half);
  EXPECT_EQ(other_half.error().message().find("very-secret"), std::string::npos);
}

} // namespace
