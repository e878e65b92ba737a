// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/detail/service_failure.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;

TEST(ServiceFailure, OwnCodesComeBeforeThoseOfAll) {
  constexpr failure_code own[] = {{"SlowDown", errc::limit_exceeded, remedy::none}, {"Own", errc::conflict}};
  EXPECT_EQ(meaning_of_code("SlowDown", own)->code, errc::limit_exceeded);
  EXPECT_EQ(meaning_of_code("SlowDown", {})->remedy, remedy::slow_down);
  EXPECT_EQ(meaning_of_code("Own", own)->code, errc::conflict);
  EXPECT_EQ(meaning_of_code("InternalError", own)->remedy, remedy::repeat);
  EXPECT_FALSE(meaning_of_code("", own));
  EXPECT_FALSE(meaning_of_code("slowdown", own));
}

TEST(ServiceFailure, StatusesMeanWhatHttpSays) {
  struct row {
    int status;
    errc code;
    remedy cured_by;
    bool may_have_happened;
  };
  for (row const& r :
       {row{301, errc::service_failed, remedy::region, false}, row{307, errc::service_failed, remedy::region, false},
        row{400, errc::service_failed, remedy::none, false}, row{401, errc::bad_credentials, remedy::none, false},
        row{403, errc::access_denied, remedy::none, false}, row{404, errc::not_found, remedy::none, false},
        row{405, errc::unsupported, remedy::none, false}, row{408, errc::service_failed, remedy::repeat, false},
        row{412, errc::precondition_failed, remedy::none, false}, row{413, errc::limit_exceeded, remedy::none, false},
        row{429, errc::throttled, remedy::slow_down, false}, row{500, errc::service_failed, remedy::repeat, true},
        row{501, errc::unsupported, remedy::none, false}, row{502, errc::service_failed, remedy::repeat, true},
        row{503, errc::throttled, remedy::slow_down, true}, row{599, errc::service_failed, remedy::repeat, true}}) {
    failure_code const meaning = meaning_of_status(r.status);
    EXPECT_EQ(meaning.code, r.code) << r.status;
    EXPECT_EQ(meaning.remedy, r.cured_by) << r.status;
    EXPECT_EQ(meaning.may_have_happened, r.may_have_happened) << r.status;
  }
}

TEST(ServiceFailure, OnlySessionsGetBetterByOtherCredentials) {
  for (remedy const r : {remedy::none, remedy::repeat, remedy::clock, remedy::session}) {
    for (bool const temporary : {true, false}) {
      service_failure f{.remedy = r};
      f.resolve_session(temporary);
      EXPECT_EQ(f.remedy, r != remedy::session ? r : temporary ? remedy::credentials : remedy::none);
    }
  }
}

TEST(ServiceFailure, HidesASecretWhereverTheServerRepeatsIt) {
  constexpr std::string_view secret = "0123456789abcdefSECRET";
  service_failure f{.service_code = "a 0123456789abcdefSECRET",
                    .service_text = "0123456789abcdefSECRET b",
                    .request_id = "0123456789abcdefSECRET"};
  f.hide(secret);
  for (std::string const& text : {f.service_code, f.service_text, f.request_id}) {
    EXPECT_EQ(text.find("SECRET"), text.npos) << text;
  }
  EXPECT_TRUE(f.service_code.starts_with("a "));
}

} // namespace
