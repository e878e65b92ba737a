// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

/// Writes random Parquet and CSV files with nested columns, and what must be read from them.
///
///     parquet_nested <first seed> <seeds> <directory>
///
/// For each seed a random schema of lists, structs and maps in each other, random rows, tiny limits and a random codec: the
/// files go to `<seed>/<n>.parquet`, the expectation to `<seed>.jsonl`: a line about schema and files, then one a row, in
/// which a list is an array, a struct an array of its members, and a map an array of pairs; `<seed>.csv` has the same rows.
/// parquet_nested.py reads all of them.
/// The rows are exported several times: from memory of the batch's own and from foreign arrays (sliced, with rubbish below
/// what is NULL, with offsets of either size), in batches of several sizes, on 1 to 4 threads; the program fails where the
/// bytes differ.
#include "../lib/random_nested.hpp"

#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/modern.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

/// The most bytes of a value in a file.
std::uint64_t size_of(field const& f, value const& v) {
  std::uint64_t size = 8 + v.bytes.size() + copyto::value_width(f.type);
  for (std::size_t i = 0; i != v.items.size(); ++i) {
    size += size_of(f.nodes[i % f.node_count], v.items[i]);
  }
  return size;
}

/// The nested columns, one after the other: of others, CSV is tested elsewhere.
void write_csv(dice& d, std::string const& path, std::vector<field> const& fields, table const& columns) {
  std::ofstream out(path, std::ios::binary);
  for (std::size_t i = 0; i != fields.size(); ++i) {
    if (fields[i].node_count == 0) {
      continue;
    }
    std::vector<field> const one = {fields[i]};
    table const rows = {columns[i]};
    std::vector<std::unique_ptr<foreign_array>> foreign;
    foreign.push_back(std::make_unique<foreign_array>(d, one[0]));
    for (value const& v : rows[0]) {
      foreign.back()->push(d, v);
    }
    copyto::csv const encoder{{.null_text = "\\N"}};
    std::vector<file> const text =
        encode(encoder, nested_source(one, rows, false, &foreign), copyto::sink::no_limit, 64, 1, {});
    for (std::size_t const batch_rows : {std::size_t{1}, std::size_t{100}}) {
      nested_source const own(one, rows, d.one_in(2), nullptr);
      if (encode(encoder, own, copyto::sink::no_limit, batch_rows, 2, {}) != text) {
        fmt::print(stderr, "{}: own and foreign memory give other CSV\n", path);
        std::exit(1);
      }
    }
    out << (text.empty() ? "" : text[0].bytes);
  }
}

void write_case(std::uint64_t seed, std::string const& directory) {
  dice d(seed * 6364136223846793005U + 11);
  bool const exact = d.one_in(4);
  tree owner;
  std::vector<field> fields;
  for (std::uint64_t n = 1 + d.roll(4); n != 0; --n) {
    fields.push_back(owner.node(d, fmt::format("c{}", fields.size()), exact, 5));
  }
  std::size_t const rows = d.one_in(8) ? d.roll(3) : d.roll(d.one_in(8) ? 1500 : 200);
  table columns(fields.size());
  for (std::size_t i = 0; i != fields.size(); ++i) {
    std::vector<std::uint64_t> const rates = {0, 1, 2, 3, 30};
    habits const h{.nulls = d.any(rates), .longest = d.roll(5), .few = d.one_in(2)};
    for (std::size_t r = 0; r != rows; ++r) {
      columns[i].push_back(make(d, fields[i], exact, h));
    }
  }

  copyto::parquet_options options = random_parquet_options(d);
  if (d.one_in(3)) {
    options.columns.push_back({.name = std::string(d.any(fields).name), .codec = random_codec(d)});
  }
  std::uint64_t limit = d.one_in(2) ? copyto::sink::no_limit : 1 + d.roll(100'000);
  bool const modern = !exact && seed % 2 == 0; // which has the types of portable
  copyto::parquet<copyto::reader::any> const encoder{exact    ? copyto::reader::exact::value
                                                     : modern ? copyto::reader::modern::value
                                                              : copyto::reader::portable::value,
                                                     options};
  copyto::result<void> checked;
  while (!(checked = encoder.check(fields, limit)) &&
         checked.error()->message.find("max_file_size") != std::string::npos) {
    limit += limit / 4 + 1000;
  }
  if (!checked) {
    fmt::print(stderr, "seed {}: {}\n", seed, checked.error()->message);
    std::exit(1);
  }

  std::uint64_t largest = 0;
  for (std::size_t r = 0; r != rows; ++r) {
    std::uint64_t size = 0;
    for (std::size_t i = 0; i != fields.size(); ++i) {
      size += size_of(fields[i], columns[i][r]);
    }
    largest = std::max(largest, size);
  }
  std::vector<std::unique_ptr<foreign_array>> foreign;
  for (std::size_t i = 0; i != fields.size(); ++i) {
    foreign.push_back(std::make_unique<foreign_array>(d, fields[i]));
    for (value const& v : columns[i]) {
      foreign.back()->push(d, v);
    }
  }
  auto const files_of = [&](bool borrowed, bool views, std::size_t batch_rows, std::uint32_t threads) {
    return encode(encoder, nested_source(fields, columns, views, borrowed ? &foreign : nullptr), limit, batch_rows,
                  threads, {}, largest);
  };
  std::vector<file> const files = files_of(false, false, 1 + d.roll(500), 1);
  for (bool const borrowed : {false, true}) {
    for (std::size_t const batch_rows : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
      std::uint32_t const threads = batch_rows == 1 ? 2 : batch_rows == 7 ? 1 : 4;
      if (files_of(borrowed, d.one_in(2), batch_rows, threads) != files) {
        fmt::print(stderr, "seed {}: {} memory, batches of {} rows and {} threads give other files\n", seed,
                   borrowed ? "foreign" : "own", batch_rows, threads);
        std::exit(1);
      }
    }
  }

  write_csv(d, fmt::format("{}/{}.csv", directory, seed), fields, columns);

  std::ofstream lines(fmt::format("{}/{}.jsonl", directory, seed), std::ios::binary);
  lines << fmt::format(R"({{"profile":"{}","row_group_rows":{},"page_rows":{},"checksums":{},"files":[)",
                       exact ? "exact" : "portable", options.row_group_rows, options.page_rows, options.checksums);
  std::filesystem::create_directory(fmt::format("{}/{}", directory, seed));
  for (std::size_t i = 0; i != files.size(); ++i) {
    std::string const name = fmt::format("{}/{:05}.parquet", seed, i);
    std::ofstream(fmt::format("{}/{}", directory, name), std::ios::binary) << files[i].bytes;
    lines << fmt::format(R"({}{{"name":"{}","rows":{}}})", i == 0 ? "" : ",", name, files[i].rows);
  }
  lines << R"(],"columns":[)";
  for (std::size_t i = 0; i != fields.size(); ++i) {
    lines << (i == 0 ? "" : ",") << spec(fields[i]);
  }
  lines << "]}\n";
  for (std::size_t r = 0; r != rows; ++r) {
    for (std::size_t i = 0; i != columns.size(); ++i) {
      lines << (i == 0 ? "[" : ",") << expected_json(fields[i], columns[i][r]);
    }
    lines << "]\n";
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: parquet_nested <first seed> <seeds> <directory>\n");
    return 2;
  }
  std::uint64_t const first = std::strtoull(argv[1], nullptr, 10);
  std::uint64_t const count = std::strtoull(argv[2], nullptr, 10);
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    write_case(seed, argv[3]);
  }
  return 0;
}
