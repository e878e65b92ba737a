// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/sqlite.hpp>

#include <copyto/encode/csv.hpp>
#include <copyto/schema/schema.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>

namespace {

using namespace copyto;
namespace fs = std::filesystem;

/// A database file of one test.
class sqlite_source_test : public testing::Test {
protected:
  sqlite_source_test() {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(testing::TempDir()) / ("copyto_sqlite_" + name + '_' + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    path = (folder_ / "test.db").string();
  }
  ~sqlite_source_test() override { fs::remove_all(folder_); }

  /// Runs statements on a connection of its own; returns SQLite's message, "" after a success.
  [[nodiscard]] std::string run(std::string const& sql) const {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    std::string message;
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      message = sqlite3_errmsg(db);
    }
    sqlite3_close(db);
    return message;
  }
  void setup(std::string const& sql) const { ASSERT_EQ(run(sql), ""); }

  /// "name type, ..." of what is read, all optional.
  static std::string described(sqlite_source const& source) {
    std::string text;
    for (field const& f : source.schema()) {
      EXPECT_TRUE(f.optional);
      text += (text.empty() ? "" : ", ") + std::string(f.name) + ' ' + describe(f);
    }
    return text;
  }
  /// All rows as CSV with ~ for NULL.
  static result<std::string> rows(sqlite_source& source, std::size_t capacity = 3) {
    csv encoder{{.null_text = "~"}};
    memory_sink file;
    batch batch(source.schema(), capacity);
    EXPECT_TRUE(encoder.begin(source.schema(), file));
    for (;;) {
      batch.clear();
      result<fill_status> const filled = source.fill(batch, {});
      if (!filled) {
        return filled.error();
      }
      EXPECT_LE(batch.rows(), capacity);
      EXPECT_EQ(encoder.write(batch, 0, file).value(), batch.rows());
      if (*filled == fill_status::end) {
        break;
      }
    }
    EXPECT_TRUE(encoder.end(file));
    return std::string(as_text(file.contents()));
  }
  [[nodiscard]] std::string query(std::string const& sql) const {
    auto source = sqlite_source::open(path, {.query = sql}).value();
    return described(source) + '\n' + rows(source).value();
  }
  [[nodiscard]] error refusal(sqlite_options const& options) const {
    auto const source = sqlite_source::open(path, options);
    EXPECT_FALSE(source);
    return source ? error(errc::stopped, "accepted") : source.error();
  }
  /// The error for a value in a table of one column "v", behind a row that fits.
  [[nodiscard]] error misfit(std::string const& type, std::string const& good, std::string const& bad) const {
    setup("DROP TABLE IF EXISTS t; CREATE TABLE t(v " + type + "); INSERT INTO t VALUES (" + good + "), (" + bad + ")");
    auto source = sqlite_source::open(path, {.table = "t"}).value();
    result<std::string> const read = rows(source);
    EXPECT_FALSE(read) << *read;
    error e = read ? error(errc::stopped, "accepted") : read.error();
    EXPECT_TRUE(e.is(errc::value_out_of_range));
    EXPECT_EQ(e->row, 2U);
    EXPECT_EQ(e->column, "v");
    EXPECT_FALSE(e->advice.empty());
    return e;
  }

  std::string path;

private:
  fs::path folder_;
};

TEST_F(sqlite_source_test, reads_a_table_by_its_declared_types) {
  setup(
      "CREATE TABLE \"the \"\"orders\"(id INTEGER PRIMARY KEY, price DECIMAL(15,2), note TEXT, raw BLOB, rate REAL,"
      " day DATE, at DATETIME, seen TIMESTAMP, paid BOOLEAN, big NUMERIC(30));"
      "INSERT INTO \"the \"\"orders\" VALUES"
      "(1, 12.5, 'a,b', x'00ff', 1.5, '2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29T00:00', 1, 7),"
      "(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
      "(9223372036854775807, 3, '', x'', 2, '0001-01-01', '1969-12-31 23:59:59.999999', '2000-01-01 00:00:00', 0, -1)");
  auto source = sqlite_source::open(path, {.table = "the \"orders"}).value();
  EXPECT_EQ(described(source), "id int64, price decimal(15,2), note string, raw binary, rate double, day date, "
                               "at timestamp(us), seen timestamp(us), paid bool, big decimal(30,0)");
  EXPECT_EQ(rows(source).value(),
            "1,12.50,\"a,b\",\\x00ff,1.5,2024-02-29,2024-02-29 12:34:56.789,2024-02-29 00:00:00,t,7\n"
            "2,~,~,~,~,~,~,~,~,~\n"
            "9223372036854775807,3.00,,\\x,2,0001-01-01,1969-12-31 23:59:59.999999,2000-01-01 00:00:00,f,-1\n");
}

/// SQLite makes numbers of documents that are some, and its own text of a real has 15 digits.
TEST_F(sqlite_source_test, rounds_no_number_that_becomes_text) {
  setup("CREATE TABLE t(j JSON, any); INSERT INTO t VALUES ('0.30000000000000004', 0.30000000000000004),"
        "('5e-324', 'x'), (2, 2), (-1e23, 2.0)");
  EXPECT_EQ(query("SELECT j, any FROM t"),
            "j json, any string\n0.30000000000000004,0.30000000000000004\n5e-324,x\n2,2\n-1e+23,2.0\n");
  EXPECT_NE(misfit("JSON", "1", "'1e400'")->message.find("infinite"), std::string::npos);
}

TEST_F(sqlite_source_test, reads_no_database_past_its_write_ahead_log) {
  sqlite3* other = nullptr; // as long as it is open, nothing is moved out of the log
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(
      sqlite3_exec(other,
                   "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a); INSERT INTO t VALUES (1)",
                   nullptr, nullptr, nullptr),
      SQLITE_OK);
  auto const passed = sqlite_source::open("file:" + path + "?immutable=1", {.table = "t"});
  ASSERT_FALSE(passed);
  EXPECT_NE(passed.error().message().find("write-ahead log"), std::string_view::npos) << passed.error().message();
  EXPECT_TRUE(sqlite_source::open(path, {.table = "t"}));
  sqlite3_close(other); // which ends the log
  EXPECT_TRUE(sqlite_source::open("file:" + path + "?immutable=1", {.table = "t"}));
}

TEST_F(sqlite_source_test, takes_a_column_declared_json_for_documents) {
  setup("CREATE TABLE t(j JSON); INSERT INTO t VALUES ('{\"a\": [1, null]}'), ('12'), ('1.50'), (NULL), ('\"x\"')");
  EXPECT_EQ(query("SELECT j FROM t"), "j json\n\"{\"\"a\"\": [1, null]}\"\n12\n1.5\n~\n\"\"\"x\"\"\"\n");
  EXPECT_NE(
      misfit("JSON", "'{}'", "x'00'")->message.find("the value is a blob, and the column, declared JSON, takes text"),
      std::string::npos);
}

TEST_F(sqlite_source_test, keeps_declared_types_through_views_and_subqueries) {
  setup("CREATE TABLE t(a INTEGER, d DATE, p DECIMAL(9,3)); INSERT INTO t VALUES (1, '2024-01-01', '1.250');"
        "CREATE VIEW v AS SELECT d AS day, p, a FROM t");
  EXPECT_EQ(query("SELECT day, p, x FROM (SELECT v.*, a AS x FROM v) WHERE x > 0"),
            "day date, p decimal(9,3), x int64\n2024-01-01,1.250,1\n");
  auto view = sqlite_source::open(path, {.table = "v"}).value();
  EXPECT_EQ(described(view), "day date, p decimal(9,3), a int64");
}

TEST_F(sqlite_source_test, types_other_columns_by_their_values) {
  setup("CREATE TABLE t(k INTEGER, u, n NUMERIC, s STRING); INSERT INTO t VALUES (1, 1, 1, 'x'), (2, 2, 2.5, 'y'),"
        "(3, NULL, NULL, NULL)");
  EXPECT_EQ(query("SELECT u, n, s, k + 1 AS sum, k * 1.0 AS real, NULL AS none, k || '' AS text, x'0a' AS raw, "
                  "CASE k WHEN 1 THEN 1 ELSE 'two' END AS mixed, CASE k WHEN 1 THEN 1.5 ELSE 'two' END AS other, "
                  "CASE k WHEN 1 THEN 7 WHEN 2 THEN 1e300 END AS wide FROM t"),
            "u int64, n double, s string, sum int64, real double, none string, text string, raw binary, "
            "mixed string, other string, wide double\n"
            "1,1,x,2,1,~,1,\\x0a,1,1.5,7\n"
            "2,2.5,y,3,2,~,2,\\x0a,two,two,1e+300\n"
            "~,~,~,4,3,~,3,\\x0a,two,two,~\n");
  EXPECT_EQ(query("SELECT 1 AS a WHERE 0"), "a string\n");
}

TEST_F(sqlite_source_test, refuses_blobs_among_other_values) {
  setup("CREATE TABLE t(v); INSERT INTO t VALUES (x'00'), ('a')");
  error const e = refusal({.table = "t"});
  EXPECT_TRUE(e.is(errc::invalid_argument));
  EXPECT_EQ(e->column, "v");
  EXPECT_NE(e->advice.find("CAST"), std::string::npos);
  EXPECT_EQ(query("SELECT CAST(v AS BLOB) AS v FROM t"), "v binary\n\\x00\n\\x61\n");
}

TEST_F(sqlite_source_test, refuses_values_that_do_not_fit_their_column) {
  auto const says = [&](std::string const& type, std::string const& good, std::string const& bad,
                        std::string const& why) {
    std::string const message = misfit(type, good, bad)->message;
    EXPECT_NE(message.find(why), std::string::npos) << type << ' ' << bad << ": " << message;
  };
  says("INTEGER", "1", "1.5", "the value is a real, and the column, declared INTEGER, takes integers");
  says("INTEGER", "1", "'x'", "the value is a text");
  says("INTEGER", "1", "x'00'", "the value is a blob");
  says("TEXT", "'a'", "x'00'", "the value is a blob, and the column, declared TEXT, takes text");
  says("BLOB", "x'00'", "'a'", "takes blobs");
  says("BLOB", "x'00'", "1", "the value is an integer, and the column, declared BLOB, takes blobs");
  says("BLOB", "x'00'", "1.5", "takes blobs");
  says("REAL", "1", "'x'", "takes numbers");
  says("REAL", "1", "x'00'", "takes numbers");
  says("BOOLEAN", "1", "2", "takes the integers 0 and 1, not 2");
  says("BOOLEAN", "1", "'t'", "takes the integers 0 and 1");
  says("BOOLEAN", "1", "0.5", "takes the integers 0 and 1");
  says("BOOLEAN", "1", "x'00'", "takes the integers 0 and 1");
  says("DATE", "'2024-01-01'", "'2024-01-32'", "is not a day of the calendar");
  says("DATE", "'2024-01-01'", "20240101", "takes text of the form YYYY-MM-DD");
  says("DATE", "'2024-01-01'", "x'00'", "takes text of the form YYYY-MM-DD");
  says("DATETIME", "'2024-01-01 00:00'", "'2024-01-01T00:00:00Z'", "has a zone");
  says("DATETIME", "'2024-01-01 00:00'", "1704067200", "takes text of the form YYYY-MM-DD HH:MM[:SS[.ffffff]]");
  says("DATETIME", "'2024-01-01 00:00'", "2460310.5", "the value is a real");
  says("DECIMAL(5,2)", "1", "1000", "has more digits than decimal(5,2)");
  says("DECIMAL(5,2)", "1", "0.125", "has more digits behind the point than decimal(5,2)");
  says("DECIMAL(5,2)", "1", "'abc'", "is not a plain number");
  says("DECIMAL(5,2)", "1", "x'00'", "takes numbers");
}

TEST_F(sqlite_source_test, refuses_to_round_an_integer) {
  setup("CREATE TABLE t(a); INSERT INTO t VALUES (1.5), (9007199254740993)");
  auto source = sqlite_source::open(path, {.table = "t"}).value();
  error const e = rows(source).error();
  EXPECT_TRUE(e.is(errc::value_out_of_range));
  EXPECT_EQ(e->row, 2U);
  EXPECT_NE(e->message.find("9007199254740993"), std::string::npos);
}

TEST_F(sqlite_source_test, stores_decimals_in_all_their_widths) {
  setup("CREATE TABLE t(a DECIMAL(9,4), b DECIMAL(18,4), c DECIMAL(38,4)); INSERT INTO t VALUES (-1.5, -1.5, -1.5),"
        "('99999.9999', 1e13, 1e33)");
  EXPECT_EQ(query("SELECT * FROM t"), "a decimal(9,4), b decimal(18,4), c decimal(38,4)\n"
                                      "-1.5000,-1.5000,-1.5000\n"
                                      "99999.9999,10000000000000.0000,1000000000000000000000000000000000.0000\n");
}

TEST_F(sqlite_source_test, counts_rows_where_asked_or_where_it_reads_them_anyway) {
  setup("CREATE TABLE \"a \"\"b\"(n INTEGER); INSERT INTO \"a \"\"b\" VALUES (1), (2), (NULL);"
        "CREATE TABLE loose(n); INSERT INTO loose VALUES (1), (2)");
  auto const rows = [&](sqlite_options const& options) {
    return sqlite_source::open(path, options).value().hint().rows;
  };
  EXPECT_EQ(rows({.table = "a \"b"}), std::nullopt);
  EXPECT_EQ(rows({.table = "a \"b", .count = true}), 3U);
  EXPECT_EQ(rows({.query = "SELECT * FROM \"a \"\"b\"", .count = true}), std::nullopt);
  EXPECT_EQ(rows({.table = "loose"}), 2U) << "the typing pass has seen all";
  EXPECT_EQ(rows({.query = "SELECT n + 1 FROM loose WHERE n > 1"}), 1U);
}

TEST_F(sqlite_source_test, keeps_nul_bytes_and_long_values) {
  setup("CREATE TABLE t(a TEXT, b BLOB); INSERT INTO t VALUES ('x' || char(0) || 'y', zeroblob(3)),"
        "(printf('%.*c', 700000, 'z'), zeroblob(700000)), ('end', x'01')");
  auto source = sqlite_source::open(path, {.table = "t"}).value();
  batch batch(source.schema());
  EXPECT_EQ(source.fill(batch, {}).value(), fill_status::more); // ended early, by its size
  ASSERT_EQ(batch.rows(), 2U);
  EXPECT_EQ(batch.column(0).bytes(0), std::string_view("x\0y", 3));
  EXPECT_EQ(batch.column(1).bytes(0), std::string_view("\0\0\0", 3));
  EXPECT_EQ(batch.column(0).bytes(1), std::string(700'000, 'z'));
  batch.clear();
  EXPECT_EQ(source.fill(batch, {}).value(), fill_status::end);
  ASSERT_EQ(batch.rows(), 1U);
  EXPECT_EQ(batch.column(0).bytes(0), "end");
}

TEST_F(sqlite_source_test, gives_the_same_rows_for_every_batch_size) {
  setup("CREATE TABLE t(a INTEGER, b TEXT); WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < "
        "100)"
        "INSERT INTO t SELECT i, CASE WHEN i % 7 THEN 'row ' || i END FROM c");
  auto reference = sqlite_source::open(path, {.table = "t"}).value();
  std::string const expected = rows(reference, 1000).value();
  for (std::size_t const capacity : {1U, 2U, 50U, 99U, 100U, 101U}) {
    auto source = sqlite_source::open(path, {.table = "t"}).value();
    EXPECT_EQ(rows(source, capacity).value(), expected) << capacity;
  }
}

TEST_F(sqlite_source_test, reads_one_snapshot) {
  setup("PRAGMA journal_mode=WAL; CREATE TABLE t(a INTEGER, b); INSERT INTO t VALUES (1, 2)");
  auto source = sqlite_source::open(path, {.table = "t"}).value();
  setup("INSERT INTO t VALUES (2, 'text'); UPDATE t SET a = 5");
  EXPECT_EQ(rows(source).value(), "1,2\n");
}

TEST_F(sqlite_source_test, lets_writers_go_on_after_the_last_row) {
  setup("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)");
  auto source = sqlite_source::open(path, {.table = "t"}).value();
  EXPECT_EQ(run("INSERT INTO t VALUES (2)"), "database is locked");
  EXPECT_EQ(rows(source).value(), "1\n");
  EXPECT_EQ(run("INSERT INTO t VALUES (2)"), "");
}

TEST_F(sqlite_source_test, never_writes) {
  setup("CREATE TABLE t(a INTEGER)");
  for (auto const* sql :
       {"INSERT INTO t VALUES (1)", "DELETE FROM t RETURNING a", "CREATE TABLE u(a)", "DROP TABLE t"}) {
    error const e = refusal({.query = sql});
    EXPECT_TRUE(e.is(errc::invalid_argument)) << sql;
    EXPECT_NE(e->message.find("changes the database"), std::string::npos) << e->message;
  }
}

TEST_F(sqlite_source_test, refuses_what_is_not_one_query) {
  setup("CREATE TABLE t(a INTEGER)");
  auto const why = [&](std::string const& sql) {
    error const e = refusal({.query = sql});
    EXPECT_TRUE(e.is(errc::invalid_argument)) << sql;
    EXPECT_FALSE(e->advice.empty());
    return e->message;
  };
  EXPECT_NE(why("BEGIN").find("returns no columns"), std::string::npos);
  EXPECT_NE(why("COMMIT").find("returns no columns"), std::string::npos);
  EXPECT_NE(why("SELECT 1; SELECT 2").find("more than one statement"), std::string::npos);
  EXPECT_NE(why("SELECT 1; nonsense").find("more than one statement"), std::string::npos);
  EXPECT_NE(why(" -- nothing").find("no statement"), std::string::npos);
  EXPECT_NE(why("SELECT ?").find("parameters"), std::string::npos);
  EXPECT_NE(why(std::string("SELECT 1\0", 9)).find("NUL"), std::string::npos);
  std::string const broken = why("SELECT a FORM t");
  EXPECT_NE(broken.find("syntax error"), std::string::npos) << broken;
#if SQLITE_VERSION_NUMBER >= 3038000
  EXPECT_NE(broken.find("at byte 14"), std::string::npos) << broken;
#endif
  EXPECT_NE(why("SELECT missing FROM t").find("no such column: missing"), std::string::npos);
  EXPECT_EQ(query("SELECT 1 AS a; -- the end\n ; /* really */ "), "a int64\n1\n");
  EXPECT_EQ(query("WITH x AS (VALUES (1)) SELECT column1 AS a FROM x"), "a int64\n1\n");
}

TEST_F(sqlite_source_test, wants_a_table_or_a_query) {
  setup("CREATE TABLE t(a INTEGER)");
  EXPECT_TRUE(refusal({}).is(errc::invalid_argument));
  EXPECT_TRUE(refusal({.table = "t", .query = "SELECT 1"}).is(errc::invalid_argument));
}

TEST_F(sqlite_source_test, names_a_missing_table_and_those_that_are_there) {
  setup("CREATE TABLE first(a INTEGER PRIMARY KEY AUTOINCREMENT); CREATE VIEW second AS SELECT * FROM gone");
  error const e = refusal({.table = "third"});
  EXPECT_TRUE(e.is(errc::not_found));
  EXPECT_NE(e->message.find("\"third\""), std::string::npos);
  EXPECT_NE(e->advice.find("first, second"), std::string::npos);
  EXPECT_EQ(e->key, path);
  EXPECT_TRUE(sqlite_source::open(path, {.table = "FIRST"}));
  EXPECT_TRUE(refusal({.table = "first; DROP TABLE first"}).is(errc::not_found));
  error const view = refusal({.table = "second"});
  EXPECT_TRUE(view.is(errc::invalid_argument));
  EXPECT_NE(view->message.find("gone"), std::string::npos);
}

TEST_F(sqlite_source_test, says_why_a_file_cannot_be_read) {
  EXPECT_TRUE(refusal({.table = "t"}).is(errc::not_found)); // no file yet
  EXPECT_FALSE(fs::exists(path));
  std::ofstream(path) << std::string(4096, 'x');
  error const e = refusal({.table = "t"});
  EXPECT_TRUE(e.is(errc::invalid_argument));
  EXPECT_EQ(e->message, "the file is not an SQLite database");
  EXPECT_EQ(e->key, path);
  auto const folder = sqlite_source::open(fs::path(path).parent_path().string(), {.table = "t"});
  ASSERT_FALSE(folder);
  EXPECT_TRUE(sqlite_source::open("", {.table = "t"}).error().is(errc::invalid_argument));
}

TEST_F(sqlite_source_test, opens_uris) {
  setup("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)");
  auto source = sqlite_source::open("file:" + path + "?immutable=1", {.table = "t"}).value();
  EXPECT_EQ(rows(source).value(), "1\n");
}

TEST_F(sqlite_source_test, reports_a_lock_as_transient) {
  setup("CREATE TABLE t(a INTEGER)");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> const closing(other, sqlite3_close);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  error const e = refusal({.table = "t", .busy_timeout = std::chrono::milliseconds(1)});
  EXPECT_TRUE(e.is(errc::source_failed));
  EXPECT_TRUE(e.retryable());
}

TEST_F(sqlite_source_test, reports_errors_of_a_running_query) {
  setup("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1), (-9223372036854775808)");
  EXPECT_TRUE(refusal({.query = "SELECT abs(a) AS x FROM t"}).is(errc::source_failed)); // in the typing pass
  auto source = sqlite_source::open(path, {.query = "SELECT a FROM t WHERE abs(a) > 0"}).value();
  error const e = rows(source).error();
  EXPECT_TRUE(e.is(errc::source_failed));
  EXPECT_NE(e->message.find("integer overflow"), std::string::npos);
}

constexpr auto endless = "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c) ";

TEST_F(sqlite_source_test, a_stop_interrupts_the_typing_pass) {
  setup("CREATE TABLE t(a INTEGER)");
  std::stop_source stop;
  std::jthread const stopper([&] { stop.request_stop(); });
  auto const source = sqlite_source::open(path, {.query = std::string(endless) + "SELECT i FROM c"}, stop.get_token());
  ASSERT_FALSE(source);
  EXPECT_TRUE(source.error().is(errc::stopped));
}

TEST_F(sqlite_source_test, a_stop_interrupts_a_row_that_never_comes) {
  setup("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)");
  auto source =
      sqlite_source::open(path, {.query = "SELECT a FROM t WHERE (" + std::string(endless) + "SELECT count(*) FROM c)"})
          .value();
  std::stop_source stop;
  std::jthread const stopper([&] { stop.request_stop(); });
  batch batch(source.schema());
  auto const filled = source.fill(batch, stop.get_token());
  ASSERT_FALSE(filled);
  EXPECT_TRUE(filled.error().is(errc::stopped));
}

TEST_F(sqlite_source_test, moves_with_its_schema) {
  setup("CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1), (2)");
  static_assert(RowSource<sqlite_source> && std::is_nothrow_move_constructible_v<sqlite_source> &&
                std::is_nothrow_move_assignable_v<sqlite_source> && !std::is_copy_constructible_v<sqlite_source>);
  auto first = sqlite_source::open(path, {.table = "t"}).value();
  batch batch(first.schema(), 1);
  EXPECT_EQ(first.fill(batch, {}).value(), fill_status::more);
  sqlite_source second = std::move(first);
  EXPECT_EQ(rows(second).value(), "2\n");
}

TEST_F(sqlite_source_test, leaves_names_to_the_validator) {
  setup("CREATE TABLE t(a INTEGER)");
  auto const source = sqlite_source::open(path, {.query = "SELECT a, a FROM t"}).value();
  EXPECT_EQ(described(source), "a int64, a int64");
}

} // namespace
