// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/sqlite_shards.hpp>

#include <copyto/testing/shard_contract.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace copyto;
namespace fs = std::filesystem;

/// A database file of one test.
class sqlite_shards_test : public ::testing::Test {
protected:
  sqlite_shards_test() {
    std::string const name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(::testing::TempDir()) / ("copyto_sqlite_shards_" + name + '_' + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    path = (folder_ / "test.db").string();
  }
  ~sqlite_shards_test() override { fs::remove_all(folder_); }

  /// Runs statements on a connection of its own.
  void run(std::string const& sql) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "");
    sqlite3_free(message);
    sqlite3_close(db);
  }
  /// What the contract finds wrong; the rows are 0 to `count` - 1.
  [[nodiscard]] std::vector<std::string> faults(std::string const& table, std::uint32_t shards,
                                                std::vector<std::string> rows) const {
    return copyto::testing::try_shards(
        {.open = [&] { return any_shards(sqlite_shards::open(path, {.table = table}, shards).value()); },
         .rows = std::move(rows)});
  }
  [[nodiscard]] std::string refusal(sqlite_options const& options) const {
    result<sqlite_shards> const opened = sqlite_shards::open(path, options, 2);
    return opened ? "none" : fmt::format("{}: {}", to_string(opened.error().code()), opened.error().message());
  }

  std::string path;

private:
  fs::path folder_;
};

std::vector<std::string> numbers(int count, int step = 1) {
  std::vector<std::string> made;
  for (int i = 0; i != count; ++i) {
    made.push_back(std::to_string(i * step));
  }
  return made;
}

std::string fill(std::string const& table, int count, int step = 1) {
  return fmt::format("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {} - 1) INSERT INTO {} "
                     "SELECT i * {}, 'text ' || i, i FROM n;",
                     count, table, step);
}

TEST_F(sqlite_shards_test, keep_the_contract) {
  run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x);" + fill("t", 1000, 7));
  run("CREATE TABLE plain (id INTEGER, rowid TEXT, x);" + fill("plain", 100)); // a column that is called rowid
  run("CREATE TABLE \"odd \"\" 'name\" (id INTEGER, name TEXT, x);" + fill("\"odd \"\" 'name\"", 10));
  run("CREATE TABLE none (id INTEGER)");
  for (std::uint32_t const shards : {1U, 2U, 3U, 8U, 1000U, 5000U}) {
    EXPECT_EQ(faults("t", shards, numbers(1000, 7)), std::vector<std::string>()) << shards;
    EXPECT_EQ(faults("T", shards, numbers(1000, 7)), std::vector<std::string>()) << shards;
    EXPECT_EQ(faults("plain", shards, numbers(100)), std::vector<std::string>()) << shards;
    EXPECT_EQ(faults("odd \" 'name", shards, numbers(10)), std::vector<std::string>()) << shards;
    EXPECT_EQ(faults("none", shards, {}), std::vector<std::string>()) << shards;
  }
}

TEST_F(sqlite_shards_test, rowids_at_both_ends_of_64_bits) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  run(fmt::format("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES ({} - 1), (-1), (0), (1), ({});",
                  least + 1, most));
  std::vector<std::string> const rows{std::to_string(least), "-1", "0", "1", std::to_string(most)};
  for (std::uint32_t const shards : {1U, 2U, 3U, 7U, 1000U}) {
    EXPECT_EQ(faults("t", shards, rows), std::vector<std::string>()) << shards;
  }
}

TEST_F(sqlite_shards_test, what_has_no_rowid_is_refused_by_name) {
  run("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT * FROM t;"
      "CREATE TABLE w (id TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES ('a');"
      "CREATE TABLE all_taken (rowid TEXT, _rowid_ TEXT, oid TEXT);");
  for (std::string const name : {"v", "w", "all_taken"}) {
    EXPECT_NE(
        refusal({.table = name}).find("unsupported: shards are ranges of the rowid, and \"" + name + "\" has none"),
        std::string::npos)
        << refusal({.table = name});
  }
  EXPECT_NE(
      refusal({.query = "SELECT 1"}).find("unsupported: shards are ranges of a table's rowid, and a query has none"),
      std::string::npos);
  EXPECT_NE(refusal({.table = "absent"}).find("not_found: "), std::string::npos);
  EXPECT_EQ(refusal({.table = "t"}), "none");
}

/// In WAL mode others commit while this reads.
TEST_F(sqlite_shards_test, all_shards_see_what_the_first_connection_saw) {
  run("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x);" + fill("t", 100));
  for (bool const before : {true, false}) {
    bool writes = false;
    auto const open = [&] {
      sqlite_shards source = sqlite_shards::open(path, {.table = "t"}, 4).value();
      if (before && !writes) {
        run("DELETE FROM t WHERE id % 2 = 1"); // between the first connection and the others
      }
      return source;
    };
    sqlite_shards source = open();
    shards_begun const begun = source.begin_shards(4, {}).value();
    EXPECT_EQ(begun.at_once, before ? 1U : 4U);
    ASSERT_EQ(begun.warnings.size(), before ? 1U : 0U);
    if (before) {
      EXPECT_NE(begun.warnings[0].message().find("another program has written"), std::string::npos);
    } else {
      run("DELETE FROM t"); // all have begun: nobody sees it
    }
    std::size_t rows = 0;
    for (std::uint32_t i = 0; i != 4; ++i) {
      any_source shard = source.shard(i, {}).value();
      batch to(source.schema(), 1000);
      for (fill_status status = fill_status::more; status == fill_status::more;) {
        to.clear();
        status = shard.fill(to, {}).value();
        rows += to.rows();
      }
    }
    EXPECT_EQ(rows, before ? 100U : 50U);
    writes = true;
  }
}

} // namespace
