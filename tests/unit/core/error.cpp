// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/error.hpp>
#include <copyto/core/result.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <type_traits>

namespace {

using copyto::disposition;
using copyto::errc;
using copyto::error;

TEST(Error, TellsEverythingInOneSentence) {
  error const e({.code = errc::access_denied,
                 .message = "cannot write the object",
                 .operation = "PutObject",
                 .key = "s3://lake/day=1/part-0000",
                 .http_status = 403,
                 .service_code = "AccessDenied",
                 .service_text = "Access Denied",
                 .request_id = "4442587FB7D0A2F9",
                 .attempts = 3,
                 .row = 42,
                 .column = "price",
                 .advice = "grant s3:PutObject"});
  std::string const text = e.message();
  for (std::string_view const part : {"cannot write the object", "s3://lake/day=1/part-0000", "403", "AccessDenied",
                                      "4442587FB7D0A2F9", "42", "price", "grant s3:PutObject"}) {
    EXPECT_NE(text.find(part), text.npos) << part << " is missing in: " << text;
  }
  EXPECT_EQ(text.find('\n'), text.npos) << text;
}

TEST(Error, LeavesOutWhatIsNotKnown) {
  std::string const text = error(errc::stopped, "the export was stopped").message();
  EXPECT_NE(text.find("the export was stopped"), text.npos);
  EXPECT_EQ(text.find("row"), text.npos) << text;
  EXPECT_EQ(text.find("HTTP"), text.npos) << text;
}

TEST(Error, NamesTheErrorsOfTheCleanUpToo) {
  error const first(errc::unreachable, "the first failure");
  error const both = first.with_suppressed(error({.code = errc::io_failed, .message = "a later one", .key = "k2"}));
  EXPECT_EQ(both.code(), errc::unreachable);
  ASSERT_EQ(both->suppressed.size(), 1U);
  EXPECT_TRUE(first->suppressed.empty()) << "errors are immutable";
  EXPECT_NE(both.message().find("the first failure"), std::string::npos);
  EXPECT_NE(both.message().find("a later one"), std::string::npos);
  EXPECT_NE(both.message().find("k2"), std::string::npos);
}

TEST(Error, WithMakesAChangedCopy) {
  error const first(errc::not_found, "one");
  error const second = first.with([](copyto::error_info& info) { info.message = "two"; });
  EXPECT_EQ(first->message, "one");
  EXPECT_EQ(second->message, "two");
  EXPECT_EQ(second.code(), errc::not_found);
}

TEST(Error, KnowsWhetherTryingAgainHelps) {
  EXPECT_FALSE(error(errc::throttled, "x").retryable());
  EXPECT_TRUE(error({.code = errc::throttled, .disposition = disposition::transient}).retryable());
  EXPECT_FALSE(error({.code = errc::throttled, .disposition = disposition::exhausted}).retryable());
  EXPECT_TRUE(error({.code = errc::unreachable, .disposition = disposition::in_doubt}).in_doubt());
  EXPECT_FALSE(error().retryable());
  EXPECT_FALSE(error().in_doubt());
}

TEST(Error, EveryCodeHasANameOfItsOwnAndConvertsToStdErrorCode) {
  std::set<std::string_view> names;
  for (int i = 1; i <= static_cast<int>(errc::in_doubt); ++i) {
    auto const code = static_cast<errc>(i);
    EXPECT_FALSE(to_string(code).empty()) << i;
    EXPECT_TRUE(names.insert(to_string(code)).second) << to_string(code);
    std::error_code const std_code = code;
    EXPECT_EQ(std_code.value(), i);
    EXPECT_EQ(std_code.category(), copyto::error_category());
    EXPECT_FALSE(std_code.message().empty());
  }
  EXPECT_EQ(make_error_code(error(errc::claimed, "x")), errc::claimed);
  EXPECT_EQ(to_string(errc::access_denied), "access_denied");
}

TEST(Result, ValueThrowsTheFailureWithItsError) {
  copyto::result<int> const bad = error(errc::not_found, "there is no such thing");
  try {
    (void)bad.value();
    FAIL();
  } catch (copyto::failure const& f) {
    EXPECT_TRUE(f.error().is(errc::not_found));
    EXPECT_NE(std::string(f.what()).find("there is no such thing"), std::string::npos);
  }
  copyto::result<int> const good = 3;
  EXPECT_EQ(good.value(), 3);
  static_assert(sizeof(copyto::result<void>) <= 4 * sizeof(void*));
}

} // namespace
