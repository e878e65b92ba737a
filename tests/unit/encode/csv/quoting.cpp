// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/csv/detail/quoting.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::csv_options;
using copyto::detail::csv_findings;
using copyto::detail::csv_quoting;

TEST(csv_quoting, finds_every_byte_at_every_place_of_every_length) {
  csv_options const options{.delimiter = ';', .quote = '\''};
  csv_quoting const quoting(options, false);
  for (std::size_t size = 0; size != 40; ++size) {
    std::string text(size, 'x');
    csv_findings const nothing = quoting.scan(text);
    EXPECT_FALSE(nothing.special || nothing.nul || nothing.not_ascii) << size;
    for (std::size_t at = 0; at != size; ++at) {
      for (int byte = 0; byte != 256; ++byte) {
        char const c = static_cast<char>(byte);
        text[at] = c;
        csv_findings const found = quoting.scan(text);
        ASSERT_EQ(found.special, c == ';' || c == '\'' || c == '\r' || c == '\n') << size << ' ' << at << ' ' << byte;
        ASSERT_EQ(found.nul, byte == 0) << size << ' ' << at;
        ASSERT_EQ(found.not_ascii, byte >= 128) << size << ' ' << at << ' ' << byte;
      }
      text[at] = 'x';
    }
  }
}

TEST(csv_quoting, quotes_what_equals_null_and_a_lonely_end_of_data) {
  csv_options const options{.null_text = "NULL"};
  csv_quoting const many(options, false);
  csv_quoting const one(options, true);
  EXPECT_TRUE(many.needed("NULL", {}));
  EXPECT_FALSE(many.needed("NULLS", {}));
  EXPECT_FALSE(many.needed("", {}));
  EXPECT_FALSE(many.needed("\\.", {}));
  EXPECT_TRUE(one.needed("\\.", {}));
  EXPECT_FALSE(one.needed("\\..", {}));
  EXPECT_TRUE(many.needed("x", {.special = true}));
  csv_options const plain;
  EXPECT_TRUE(csv_quoting(plain, false).needed("", {}));
}

TEST(csv_quoting, knows_which_texts_can_need_quotes) {
  csv_options const plain;
  EXPECT_FALSE(csv_quoting(plain, false).possible("0123456789-"));
  csv_options const minus{.delimiter = '-'};
  EXPECT_TRUE(csv_quoting(minus, false).possible("0123456789-"));
  csv_options const digit{.quote = '7'};
  EXPECT_TRUE(csv_quoting(digit, false).possible("0123456789-"));
  csv_options const minus_one{.null_text = "-1"};
  EXPECT_TRUE(csv_quoting(minus_one, false).possible("0123456789-"));
  csv_options const word{.null_text = "NULL"};
  EXPECT_FALSE(csv_quoting(word, false).possible("0123456789-"));
}

TEST(csv_quoting, escapes_quote_and_escape) {
  csv_options const plain;
  EXPECT_EQ(csv_quoting(plain, false).find_escaped("ab\"c"), 2U);
  EXPECT_EQ(csv_quoting(plain, false).find_escaped("ab\\c"), 4U);
  EXPECT_EQ(csv_quoting(plain, false).find_escaped(""), 0U);
  csv_options const backslash{.escape = '\\'};
  EXPECT_EQ(csv_quoting(backslash, false).find_escaped("ab\\c\""), 2U);
  EXPECT_EQ(csv_quoting(backslash, false).find_escaped("ab\"c\\"), 2U);
  EXPECT_EQ(csv_quoting(backslash, false).find_escaped("abc"), 3U);
}

} // namespace
