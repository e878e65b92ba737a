// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/sql.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;

std::string refusal(std::string_view sql) {
  result<std::string> const trimmed = detail::pg_trim_query(sql);
  EXPECT_FALSE(trimmed) << sql;
  EXPECT_TRUE(!trimmed && trimmed.error().is(errc::invalid_argument));
  EXPECT_TRUE(trimmed || !trimmed.error()->advice.empty());
  return trimmed ? std::string() : trimmed.error()->message;
}

TEST(pg_trim_query, takes_semicolons_and_comments_off_the_end) {
  struct {
    char const* given;
    char const* kept;
  } const cases[] = {
      {"SELECT 1", "SELECT 1"},
      {"  select 1 ;  ; \n", "  select 1"},
      {"SELECT 1; -- done", "SELECT 1"},
      {"SELECT 1 -- one", "SELECT 1"},
      {"SELECT 1 /* a /* nested; */ one */ ;", "SELECT 1"},
      {"/* why */ -- and\nVALUES (1)", "/* why */ -- and\nVALUES (1)"},
      {"((SELECT 1))", "((SELECT 1))"},
      {"TABLE t;", "TABLE t"},
      {"WITH a AS (SELECT 1) SELECT * FROM a", "WITH a AS (SELECT 1) SELECT * FROM a"},
      {"SELECT ';' ;", "SELECT ';'"},
      {"SELECT 'it''s; -- no comment';", "SELECT 'it''s; -- no comment'"},
      {"SELECT E'a\\';b';", "SELECT E'a\\';b'"},
      {"SELECT 'a\\';", "SELECT 'a\\'"},
      {"SELECT \"a;\"\"b\";", "SELECT \"a;\"\"b\""},
      {"SELECT $$;$$;", "SELECT $$;$$"},
      {"SELECT $a$ $$;$b$ $a$;", "SELECT $a$ $$;$b$ $a$"},
      {"SELECT a$b$ FROM t; -- $b$", "SELECT a$b$ FROM t"},
      {"SELECT $1;", "SELECT $1"},
      {"SELECT type'x;';", "SELECT type'x;'"},
      {"SELECT 1 - -1;", "SELECT 1 - -1"},
      // Left for the server, which says where.
      {"SELECT 'open; ", "SELECT 'open; "},
      {"SELECT $x$open; ", "SELECT $x$open; "},
  };
  for (auto const& c : cases) {
    result<std::string> const trimmed = detail::pg_trim_query(c.given);
    ASSERT_TRUE(trimmed) << c.given;
    EXPECT_EQ(*trimmed, c.kept) << c.given;
  }
}

TEST(pg_trim_query, refuses_what_cannot_be_read_like_a_table) {
  EXPECT_EQ(refusal(""), "the query is empty");
  EXPECT_EQ(refusal(" ; -- nothing\n"), "the query is empty");
  EXPECT_EQ(refusal("SELECT 1; DROP TABLE t"),
            "the query is more than one statement: \"DROP TABLE t\" follows a semicolon");
  EXPECT_EQ(refusal("DELETE FROM t RETURNING *"),
            "the query begins with \"DELETE\" and is no query that can be read like a table");
  EXPECT_NE(refusal("SHOW ALL").find("\"SHOW\""), std::string::npos);
  EXPECT_NE(refusal("'text'").find("\"'text'\""), std::string::npos);
  EXPECT_NE(refusal(std::string_view("SELECT 1\0", 9)).find("NUL"), std::string::npos);
}

TEST(pg_table_query, folds_names_as_SQL_does_and_quotes_them) {
  EXPECT_EQ(detail::pg_table_query("orders").value(), "SELECT * FROM \"orders\"");
  EXPECT_EQ(detail::pg_table_query("Public.Orders_2").value(), "SELECT * FROM \"public\".\"orders_2\"");
  EXPECT_EQ(detail::pg_table_query("\"My \"\"Schema\"\".x\".T$").value(),
            "SELECT * FROM \"My \"\"Schema\"\".x\".\"t$\"");
  EXPECT_EQ(detail::pg_table_query("db.s.t").value(), "SELECT * FROM \"db\".\"s\".\"t\"");
  EXPECT_EQ(detail::pg_table_query("\xC3\xA9t\xC3\xA9").value(), "SELECT * FROM \"\xC3\xA9t\xC3\xA9\"");
}

TEST(pg_table_query, refuses_what_is_no_name) {
  for (std::string_view const name : {"", ".", "a.", ".a", "a..b", "a b", "a;b", "a.b.c.d", "\"a", "\"\"", "a--b", "1a",
                                      "a,b", "E'a'", "$$a$$", "a\"b\"", "t; DROP TABLE x", "t)"}) {
    result<std::string> const query = detail::pg_table_query(name);
    ASSERT_FALSE(query) << name;
    EXPECT_TRUE(query.error().is(errc::invalid_argument));
  }
  EXPECT_FALSE(detail::pg_table_query(std::string_view("a\0b", 3)));
}

TEST(pg_quoted, doubles_quotes_and_backslashes) {
  EXPECT_EQ(detail::pg_quoted_name("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(detail::pg_quoted_text("it's"), "'it''s'");
  EXPECT_EQ(detail::pg_quoted_text("a\\'b"), "E'a\\\\''b'");
}

TEST(pg_place, counts_lines_and_characters) {
  EXPECT_EQ(detail::pg_place("SELECT a FORM t", 10), ", at line 1, column 10, before \"FORM t\"");
  EXPECT_EQ(detail::pg_place("SELECT '\xC3\xA9\xC3\xA9',\n  b FORM t\nWHERE 1", 16),
            ", at line 2, column 3, before \"b FORM t\"");
  EXPECT_EQ(detail::pg_place("SELECT a,", 10), ", at line 1, column 10, the end of the query");
  EXPECT_EQ(detail::pg_place("SELECT a,", 1000), ", at line 1, column 10, the end of the query");
  EXPECT_EQ(detail::pg_place("SELECT " + std::string(50, 'x'), 8),
            ", at line 1, column 8, before \"" + std::string(30, 'x') + "...\"");
}

TEST(pg_unique_names, numbers_what_is_repeated) {
  using names = std::vector<std::string>;
  EXPECT_EQ(detail::pg_unique_names({"a", "b"}), (names{"a", "b"}));
  EXPECT_EQ(detail::pg_unique_names({"a", "a", "a"}), (names{"a", "a2", "a3"}));
  EXPECT_EQ(detail::pg_unique_names({"?column?", "?column?"}), (names{"?column?", "?column?2"}));
  EXPECT_EQ(detail::pg_unique_names({"A", "a"}), (names{"A", "a"}));
  EXPECT_EQ(detail::pg_unique_names({"", ""}), (names{"?column?", "?column?2"}));
}

TEST(pg_unique_names, never_takes_the_name_of_another_column) {
  using names = std::vector<std::string>;
  EXPECT_EQ(detail::pg_unique_names({"a", "a", "a2", "a"}), (names{"a", "a3", "a2", "a4"}));
  EXPECT_EQ(detail::pg_unique_names({"a2", "a", "a"}), (names{"a2", "a", "a3"}));
  EXPECT_EQ(detail::pg_unique_names({"a", "a", "a2", "a2"}), (names{"a", "a3", "a2", "a22"}));
}

} // namespace
