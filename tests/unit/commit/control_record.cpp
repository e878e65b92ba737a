// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/control_record.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::control_record;
using copyto::control_state;
using copyto::errc;
using copyto::format_control;
using copyto::parse_control;

control_record example() {
  std::string const odd = "p/odd key %41 \n\r\t\"~*\xC3\xA4\xF0\x9F\x98\x80 end";
  return {.state = control_state::commit,
          .export_id = "20261120t104512z-5f1c0e9ab2d47c63",
          .token = "20261120t104512z-5f1c0e9ab2d47c63-00ff00ff00ff00ff",
          .started = "2026-11-20T10:45:12Z",
          .host = "",
          .names = "part-{shard}-{file}-x.csv",
          .manifest = "p/b",
          .shard = 3,
          .shards = 7,
          .files = {{.key = odd,
                     .upload_id = "2~VmVy+/=_ x",
                     .shard = 6,
                     .rows = UINT64_MAX,
                     .bytes = 12,
                     .crc64nvme = 0x00000000DEADBEEF,
                     .parts = {{.number = 1, .size = 10, .tag = "\"9b2cf535f27731c9\""},
                               {.number = 2, .size = 2, .tag = ""}}},
                    {.key = "p/b", .upload_id = "%", .rows = 0, .bytes = 0, .crc64nvme = 0, .parts = {}}}};
}

void expect_same(control_record const& a, control_record const& b) {
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.export_id, b.export_id);
  EXPECT_EQ(a.token, b.token);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.host, b.host);
  EXPECT_EQ(a.mode, b.mode);
  EXPECT_EQ(a.names, b.names);
  EXPECT_EQ(a.manifest, b.manifest);
  EXPECT_EQ(a.shard, b.shard);
  EXPECT_EQ(a.shards, b.shards);
  ASSERT_EQ(a.files.size(), b.files.size());
  for (std::size_t i = 0; i != a.files.size(); ++i) {
    EXPECT_EQ(a.files[i].key, b.files[i].key);
    EXPECT_EQ(a.files[i].upload_id, b.files[i].upload_id);
    EXPECT_EQ(a.files[i].shard, b.files[i].shard);
    EXPECT_EQ(a.files[i].rows, b.files[i].rows);
    EXPECT_EQ(a.files[i].bytes, b.files[i].bytes);
    EXPECT_EQ(a.files[i].crc64nvme, b.files[i].crc64nvme);
    ASSERT_EQ(a.files[i].parts.size(), b.files[i].parts.size());
    for (std::size_t p = 0; p != a.files[i].parts.size(); ++p) {
      EXPECT_EQ(a.files[i].parts[p].number, b.files[i].parts[p].number);
      EXPECT_EQ(a.files[i].parts[p].size, b.files[i].parts[p].size);
      EXPECT_EQ(a.files[i].parts[p].tag, b.files[i].parts[p].tag);
    }
  }
}

TEST(Control, ReadsBackWhatItWrote) {
  for (control_state const state : {control_state::claim, control_state::commit, control_state::aborting}) {
    control_record record = example();
    record.state = state;
    auto const back = parse_control(format_control(record));
    ASSERT_TRUE(back) << back.error().message();
    expect_same(*back, record);
  }
  expect_same(parse_control(format_control({})).value(), {});
}

TEST(Control, EveryByteIsAllowedInAKey) {
  control_record record;
  for (int c = 0; c != 256; ++c) {
    record.files.push_back(
        {.key = std::string(1, static_cast<char>(c)) + "x", .upload_id = std::string(2, static_cast<char>(c))});
  }
  expect_same(parse_control(format_control(record)).value(), record);
}

TEST(Control, ACutAtAnyByteIsRefused) {
  std::string const text = format_control(example());
  for (std::size_t size = 0; size != text.size(); ++size) {
    auto const cut = parse_control(std::string_view(text).substr(0, size));
    ASSERT_FALSE(cut) << text.substr(0, size);
    EXPECT_TRUE(cut.error().is(errc::bad_answer));
  }
}

TEST(Control, WhatComesBehindTheEndIsRefused) {
  std::string const text = format_control(example());
  EXPECT_FALSE(parse_control(text + "x"));
  EXPECT_FALSE(parse_control(text + "\n"));
  EXPECT_FALSE(parse_control(text + text));
}

TEST(Control, ForeignTextIsRefused) {
  std::string const text = format_control(example());
  auto const with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    auto const at = changed.find(from);
    EXPECT_NE(at, changed.npos) << from;
    return changed.replace(at, from.size(), to);
  };
  EXPECT_FALSE(parse_control("hello\n"));
  EXPECT_FALSE(parse_control(with("copyto-control 1", "copyto-control 2")));
  EXPECT_FALSE(parse_control(with("state commit", "state done")));
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 3")));
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 3 7 9")));
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 3 x")));
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 7 7")));
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 3 6")));          // a file is of shard 6
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 3 1000000000"))); // more than there may be
  EXPECT_FALSE(parse_control(with("shard 3 7", "shard 3 4294967296")));
  EXPECT_FALSE(parse_control(with("mode error", "colour red")));
  EXPECT_FALSE(parse_control(with("%20", "%2")));
  EXPECT_FALSE(parse_control(with("%20", "%GG")));
  EXPECT_FALSE(parse_control("copyto-control 1\npart 1 2 x\nend\n")) << "a part of no file";
}

TEST(Control, SumsUpItsFiles) {
  control_record record;
  record.files = {{.key = "a", .rows = 3, .bytes = 10}, {.key = "b", .rows = 4, .bytes = 20}};
  EXPECT_EQ(record.rows(), 7U);
  EXPECT_EQ(record.bytes(), 30U);
}

} // namespace
