// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/detail/progress_record.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

namespace {

using copyto::errc;
using copyto::topic_progress;
using copyto::detail::parse_progress;
using copyto::detail::progress_text;

topic_progress const some = {.export_id = "20261130T151347Z-9f2c",
                             .topic = "orders",
                             .rows = std::numeric_limits<std::uint64_t>::max(),
                             .bytes = 9321188,
                             .digest = 0x1a2b3c4d,
                             .done = true,
                             .started = 1764515627000};

TEST(ProgressRecord, IsLinesOfWords) {
  EXPECT_EQ(progress_text(some),
            "copyto-progress 1\nexport 20261130T151347Z-9f2c\ntopic orders\nrows "
            "18446744073709551615\nbytes 9321188\ndigest 1a2b3c4d\nstarted 1764515627000\nstate done\n");
}

TEST(ProgressRecord, NeedNotSayWhenItsExportBegan) {
  std::string text = progress_text(some);
  text.erase(text.find("started"), text.find("state ") - text.find("started"));
  EXPECT_EQ(parse_progress(text).value().started, 0);
}

TEST(ProgressRecord, IsReadAsItWasWritten) {
  for (bool const done : {false, true}) {
    topic_progress wanted = some;
    wanted.done = done;
    auto const read = parse_progress(progress_text(wanted) + "later what-this-version-does-not-know\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->export_id, wanted.export_id);
    EXPECT_EQ(read->topic, wanted.topic);
    EXPECT_EQ(read->rows, wanted.rows);
    EXPECT_EQ(read->bytes, wanted.bytes);
    EXPECT_EQ(read->digest, wanted.digest);
    EXPECT_EQ(read->done, wanted.done);
    EXPECT_EQ(read->started, wanted.started);
  }
}

TEST(ProgressRecord, WhatIsNoneIsRefused) {
  auto const refused = [](std::string const& text, std::string_view why) {
    auto const read = parse_progress(text);
    ASSERT_FALSE(read) << text;
    EXPECT_TRUE(read.error().is(errc::bad_answer));
    EXPECT_NE(read.error().message().find(why), std::string::npos) << read.error().message();
  };
  std::string const good = progress_text(some);
  auto const with = [&](std::string_view part, std::string_view other) {
    std::string text = good;
    text.replace(text.find(part), part.size(), other);
    return text;
  };
  refused("", "a line is missing");
  refused("{}", "its last line has no end");
  refused(with("copyto-progress 1", "copyto-progress 2"), "it is of version 2, and this library knows 1");
  refused(with("rows ", "cols "), "a line is missing");
  refused(with("18446744073709551615", "18446744073709551616"), "a number or the state is none");
  refused(with("9321188", "-1"), "a number or the state is none");
  refused(with("1a2b3c4d", "1a2b3c4dx"), "a number or the state is none");
  refused(with("state done", "state gone"), "a number or the state is none");
  refused(with("started 17", "started x7"), "a number or the state is none");
  for (std::size_t size = 1; size < good.size(); ++size) {
    EXPECT_FALSE(parse_progress(good.substr(0, size))) << size;
  }
}

} // namespace
