// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// identical DATABASE DIRECTORY ROWS: makes a table in DATABASE and exports it below DIRECTORY, from structs and
// from SQL, in batches of several sizes, into DIRECTORY/<format>-<source>-<batch>. The script of the same name
// compares the files.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/source/sqlite.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <iostream>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using std::chrono::local_days;
using std::chrono::microseconds;
using std::chrono::sys_days;

/// As SQL reports the table: every column optional.
struct item {
  std::optional<std::int64_t> id;
  std::optional<std::string> name;
  std::optional<double> price;
  std::optional<bool> sold;
  std::optional<std::vector<std::byte>> code;
  std::optional<sys_days> day;
  std::optional<std::chrono::local_time<microseconds>> at;
  std::optional<copyto::decimal<9, 2>> fee;
};
BOOST_DESCRIBE_STRUCT(item, (), (id, name, price, sold, code, day, at, fee))

constexpr char const* create = "CREATE TABLE item (id INTEGER, name TEXT, price REAL, sold BOOLEAN, code BLOB, day "
                               "DATE, at DATETIME, fee DECIMAL(9,2))";

item make(std::int64_t i) {
  std::uint64_t const mix = static_cast<std::uint64_t>(i + 1) * 0x9E3779B97F4A7C15U;
  auto const digit = [&](int bit, std::uint64_t below) { return (mix >> bit) % below; };
  item row;
  row.id = i;
  if (digit(3, 7) != 0) {
    row.name =
        digit(3, 5) == 0 ? std::string() : fmt::format("name \"{}\", {:x}\n", i, mix).substr(0, 5 + digit(9, 40));
  }
  if (digit(5, 5) != 0) {
    row.price = static_cast<double>(digit(7, 1'000'000)) / 7;
  }
  if (digit(11, 3) != 0) {
    row.sold = digit(13, 2) == 0;
  }
  if (digit(17, 4) != 0) {
    row.code.emplace(digit(19, 30), static_cast<std::byte>(digit(23, 256)));
  }
  if (digit(29, 6) != 0) {
    row.day = sys_days(std::chrono::days(static_cast<int>(digit(31, 40'000)) - 10'000));
    row.at = local_days(row.day->time_since_epoch()) + microseconds(digit(13, 86'400'000'000));
  }
  if (digit(37, 9) != 0) {
    row.fee = copyto::decimal<9, 2>::from_unscaled(static_cast<int>(digit(7, 2'000'000)) - 1'000'000).value();
  }
  return row;
}

void insist(bool good, sqlite3* db) {
  if (!good) {
    throw std::runtime_error(sqlite3_errmsg(db));
  }
}

std::string date_text(sys_days day) {
  std::chrono::year_month_day const d(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()),
                     static_cast<unsigned>(d.day()));
}

void fill_table(char const* path, std::vector<item> const& rows) {
  sqlite3* raw = nullptr;
  int const opened = sqlite3_open(path, &raw);
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> const db(raw, sqlite3_close);
  insist(opened == SQLITE_OK, raw);
  insist(sqlite3_exec(raw, create, nullptr, nullptr, nullptr) == SQLITE_OK, raw);
  insist(sqlite3_exec(raw, "BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK, raw);
  sqlite3_stmt* prepared = nullptr;
  insist(sqlite3_prepare_v2(raw, "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?)", -1, &prepared, nullptr) ==
             SQLITE_OK,
         raw);
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> const insert(prepared, sqlite3_finalize);
  auto const text = [&](int column, std::string const& value) {
    insist(sqlite3_bind_text(prepared, column, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT) ==
               SQLITE_OK,
           raw);
  };
  for (item const& row : rows) {
    sqlite3_reset(prepared);
    sqlite3_clear_bindings(prepared);
    sqlite3_bind_int64(prepared, 1, *row.id);
    if (row.name) {
      text(2, *row.name);
    }
    if (row.price) {
      sqlite3_bind_double(prepared, 3, *row.price);
    }
    if (row.sold) {
      sqlite3_bind_int(prepared, 4, *row.sold ? 1 : 0);
    }
    if (row.code) { // a zero-length blob needs a pointer, or it is NULL
      sqlite3_bind_blob(prepared, 5, row.code->empty() ? "" : static_cast<void const*>(row.code->data()),
                        static_cast<int>(row.code->size()), SQLITE_TRANSIENT);
    }
    if (row.day) {
      text(6, date_text(*row.day));
      auto const of_day = *row.at - local_days(row.day->time_since_epoch());
      std::chrono::hh_mm_ss const clock(of_day);
      text(7, fmt::format("{} {:02}:{:02}:{:02}.{:06}", date_text(*row.day), clock.hours().count(),
                          clock.minutes().count(), clock.seconds().count(), clock.subseconds().count()));
    }
    if (row.fee) {
      int const cents = row.fee->unscaled();
      text(8, fmt::format("{}{}.{:02}", cents < 0 ? "-" : "", std::abs(cents) / 100, std::abs(cents) % 100));
    }
    insist(sqlite3_step(prepared) == SQLITE_DONE, raw);
  }
  insist(sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK, raw);
}

struct run {
  std::string directory;
  std::string format;
  copyto::any_encoder encoder;
  std::size_t batch_rows;
};

template <class Source>
void export_rows(run const& r, char const* name, Source source) {
  std::string const target = fmt::format("{}/{}-{}-{}", r.directory, r.format, name, r.batch_rows);
  copyto::directory_store store(target);
  copyto::report const done = copyto::run_export(copyto::source_ref(source), r.encoder, copyto::store_ref(store),
                                                 {.max_file_size = 256 * copyto::KiB,
                                                  .part_size = store.limits().min_part,
                                                  .batch_rows = r.batch_rows,
                                                  .export_id = "same"},
                                                 {}, {})
                                  .value();
  std::cout << target << ' ' << done.rows << ' ' << done.files.size() << '\n';
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: identical DATABASE DIRECTORY ROWS\n";
    return 2;
  }
  try {
    std::vector<item> rows;
    for (std::int64_t i = 0; i != std::atoll(argv[3]); ++i) {
      rows.push_back(make(i));
    }
    fill_table(argv[1], rows);
    std::pair<std::string, copyto::any_encoder> const encoders[] = {
        {"csv", copyto::csv(copyto::csv_options{.header = copyto::csv_header::every_file})},
        {"snappy", copyto::parquet(copyto::parquet_options{.codec = copyto::snappy()})},
        {"plain", copyto::parquet(copyto::parquet_options{})}};
    for (auto const& [format, encoder] : encoders) {
      for (std::size_t const batch_rows : {1U, 7U, 2048U, 4096U}) {
        run const r{argv[2], format, encoder, batch_rows};
        export_rows(r, "sql", copyto::sqlite_source::open(argv[1], {.table = "item"}).value());
        export_rows(r, "vector", copyto::rows(rows));
        export_rows(r, "list", copyto::rows(std::list<item>(rows.begin(), rows.end())));
        export_rows(r, "generator", copyto::generate([i = std::int64_t{0}, end = std::int64_t(rows.size())]() mutable {
                      return i == end ? std::nullopt : std::optional(make(i++));
                    }));
      }
    }
  } catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
  return 0;
}
