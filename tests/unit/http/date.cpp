// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/date.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using std::chrono::microseconds;
using std::chrono::seconds;

TEST(date, reads_the_header_of_rfc_9110) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), utc_time(seconds(784111777)));
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT"), utc_time(seconds(1709251199)));
  for (char const* text :
       {"", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 30 Feb 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(date, reads_the_times_of_answers) {
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37Z"), utc_time(seconds(784111777)));
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37.25Z"), utc_time(seconds(784111777) + microseconds(250000)));
  EXPECT_EQ(parse_iso_time("1994-11-06T08:49:37.123456789Z"), utc_time(seconds(784111777) + microseconds(123456)));
  for (char const* text : {"", "Z", "1994-11-06T08:49:37", "1994-11-06T08:49:37.Z", "1994-11-06T08:49:37,1Z",
                           "1994-13-06T08:49:37Z", "1994-11-06 08:49:37Z", "1994-11-06T08:49:37.1xZ"}) {
    EXPECT_FALSE(parse_iso_time(text)) << text;
  }
}

TEST(date, writes_the_form_that_is_signed) {
  EXPECT_EQ(format_amz_date(utc_time(seconds(1440938160))), "20150830T123600Z");
  EXPECT_EQ(format_amz_date(utc_time(seconds(1440938160) + microseconds(999999))), "20150830T123600Z");
  EXPECT_EQ(format_amz_date(utc_time(seconds(0))), "19700101T000000Z");
}

} // namespace
