// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/detail/json_value.hpp>

#include <copyto/schema/batch.hpp>
#include <copyto/schema/columns.hpp>
#include <copyto/schema/describe.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace copyto;

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct line {
  std::string note = {};
  decimal<10, 2> price = {};
  std::optional<double> weight = {};
};
BOOST_DESCRIBE_STRUCT(line, (), (note, price, weight))

struct order {
  std::int64_t id = 0;
  bool open = false;
  std::vector<line> lines = {};
  std::map<std::string, std::optional<std::int32_t>> stock = {};
  std::map<std::int32_t, bool> flags = {};
  std::chrono::sys_time<std::chrono::microseconds> at = {};
  std::chrono::local_time<std::chrono::milliseconds> local = {};
  std::chrono::sys_days day = {};
  std::vector<std::byte> raw = {};
  json extra = {"{}"};
  colour kind = colour::red;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, open, lines, stock, flags, at, local, day, raw, extra, kind))

struct row {
  std::optional<order> value = {};
};
BOOST_DESCRIBE_STRUCT(row, (), (value))

std::string text_of(std::optional<order> value, detail::json_form const& form = {}) {
  row const r{std::move(value)};
  batch rows(schema_of<row>::fields, 1);
  schema_of<row>::append(rows, 1, [&](std::size_t) -> row const& { return r; });
  rows.close(1);
  byte_buffer out;
  auto const fault = detail::append_json(out, rows.column(0), 0, form);
  return fault ? std::string(fault->why) + " at " + fault->path : std::string(as_text(out.view()));
}

TEST(JsonValue, EveryKindOfNodeHasAForm) {
  using namespace std::chrono_literals;
  order o{.id = -5, .open = true};
  o.lines.push_back({"a \"quoted\" \\ \n\x01 \xC3\xA4", decimal<10, 2>::parse("12.5").value(), 1e20});
  o.lines.push_back({"", decimal<10, 2>::parse("-0.07").value(), std::nullopt});
  o.stock = {{"k\"", 1}, {"n", std::nullopt}};
  o.flags = {{-1, true}, {2, false}};
  o.at = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 12h + 34min + 56s + 780ms;
  o.day = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29);
  o.raw = {std::byte{0x01}, std::byte{0xAB}};
  o.extra.text = "[1, null]";
  EXPECT_EQ(
      text_of(o),
      "{\"id\":-5,\"open\":true,\"lines\":[{\"note\":\"a \\\"quoted\\\" \\\\ \\n\\u0001 \xC3\xA4\",\"price\":12.50,"
      "\"weight\":1e+20},{\"note\":\"\",\"price\":-0.07,\"weight\":null}],\"stock\":{\"k\\\"\":1,\"n\":null},"
      "\"flags\":{\"-1\":true,\"2\":false},\"at\":\"2024-02-29T12:34:56.78+00:00\","
      "\"local\":\"1970-01-01T00:00:00\",\"day\":\"2024-02-29\",\"raw\":\"\\\\x01ab\",\"extra\":[1, null],"
      "\"kind\":\"red\"}");
  EXPECT_EQ(text_of(std::nullopt), "null");
}

TEST(JsonValue, WhatIsNoNumberOfJsonIsAString) {
  order o;
  for (double const x : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                         std::numeric_limits<double>::quiet_NaN()}) {
    o.lines.push_back({"", {}, x});
  }
  std::string const text = text_of(o);
  for (char const* word : {"\"weight\":\"Infinity\"", "\"weight\":\"-Infinity\"", "\"weight\":\"NaN\""}) {
    EXPECT_NE(text.find(word), std::string::npos) << text;
  }
}

TEST(JsonValue, AYearBeforeChristKeepsItsEra) {
  order o;
  o.at = std::chrono::sys_days(std::chrono::year(-43) / 3 / 15);
  EXPECT_NE(text_of(o).find("\"0044-03-15T00:00:00+00:00 BC\""), std::string::npos) << text_of(o);
}

TEST(JsonValue, AFaultSaysWhere) {
  order o;
  o.lines.push_back({"\xFF", {}, {}});
  EXPECT_EQ(text_of(o), "a text is not valid UTF-8 at .lines[].note");
  o.lines.clear();
  o.stock = {{"\xFF", 1}};
  EXPECT_EQ(text_of(o), "a text is not valid UTF-8 at .stock[].key");
}

TEST(JsonValue, AnotherFormIsAsked) {
  order o{.id = -5};
  o.lines.push_back({"a", decimal<10, 2>::parse("12.5").value(), std::nullopt});
  o.stock = {{"n", std::nullopt}};
  o.at = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(1'500'000));
  o.local = std::chrono::local_time<std::chrono::milliseconds>(std::chrono::milliseconds(-1));
  o.day = std::chrono::sys_days(std::chrono::days(7));
  o.raw = {std::byte{0x01}, std::byte{0xAB}};
  EXPECT_EQ(
      text_of(
          o,
          {.decimals_as_text = true, .wide_integers_as_text = true, .base64 = true, .epoch = true, .omit_null = true}),
      R"({"id":"-5","open":false,"lines":[{"note":"a","price":"12.50"}],"stock":{"n":null},"flags":{},)"
      R"("at":"1500000","local":"-1","day":7,"raw":"Aas=","extra":{},"kind":"red"})");
  EXPECT_NE(text_of(o, {.epoch = true}).find(R"("at":1500000,"local":-1,"day":7,)"), std::string::npos);
  EXPECT_EQ(text_of(std::nullopt, {.omit_null = true}), "null");
}

struct sparse {
  std::optional<std::int32_t> a = {};
  std::optional<std::int32_t> b = {};
};
BOOST_DESCRIBE_STRUCT(sparse, (), (a, b))
struct sparse_row {
  sparse value = {};
};
BOOST_DESCRIBE_STRUCT(sparse_row, (), (value))

TEST(JsonValue, OmittedMembersLeaveNoComma) {
  std::vector<sparse_row> const all = {{{1, 2}}, {{1, {}}}, {{{}, 2}}, {{}}};
  batch rows(schema_of<sparse_row>::fields, all.size());
  schema_of<sparse_row>::append(rows, all.size(), [&](std::size_t i) -> sparse_row const& { return all[i]; });
  rows.close(all.size());
  byte_buffer out;
  for (std::size_t i = 0; i != all.size(); ++i) {
    EXPECT_FALSE(detail::append_json(out, rows.column(0), i, {.omit_null = true}));
  }
  EXPECT_EQ(as_text(out.view()), R"({"a":1,"b":2}{"a":1}{"b":2}{})");
}

TEST(JsonValue, EveryCharacterIsEscapedWhereItMustBe) {
  for (std::size_t at = 0; at != 20; ++at) {
    for (unsigned c = 0; c != 0x80; ++c) {
      std::string text(20, '\x7F');
      text[at] = static_cast<char>(c);
      byte_buffer out;
      detail::append_json_string(out, text);
      std::string const made(as_text(out.view()));
      std::string_view const briefly = "\"\"\\\\\bb\ff\nn\rr\tt";
      std::string want(1, static_cast<char>(c));
      for (std::size_t i = 0; i != briefly.size(); i += 2) {
        want = briefly[i] == static_cast<char>(c) ? std::string("\\") + briefly[i + 1] : want;
      }
      if (want.size() == 1 && c < 0x20) {
        want = std::string("\\u00") + "0123456789abcdef"[c >> 4U] + "0123456789abcdef"[c & 15U];
      }
      ASSERT_EQ(made, "\"" + std::string(at, '\x7F') + want + std::string(19 - at, '\x7F') + "\"") << c;
    }
  }
}

} // namespace
