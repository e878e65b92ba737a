// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

/// Writes random rows as records of Avro and JSON, and what must be read from them.
///
///     records <first seed> <seeds> <directory>
///
/// For each seed a random schema of every type, a random choice of its columns, and random rows. `<seed>.jsonl` has a line
/// about columns, options and the Avro schema, then one a row: what must be read, the record of Avro as hexadecimal digits,
/// and that of JSON as a string. records.py reads them with libraries that nobody here wrote.
/// The records are made several times: from memory of the batch's own and from foreign arrays (sliced, with rubbish below what
/// is NULL), in batches of several sizes; the program fails where the bytes differ, and where the lines of CSV are not those
/// of the encoder.
#include "../lib/random_nested.hpp"

#include <copyto/encode/csv.hpp>
#include <copyto/topic/avro_records.hpp>
#include <copyto/topic/csv_records.hpp>
#include <copyto/topic/json_records.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

template <class T>
T check(copyto::result<T> r, std::uint64_t seed) {
  if (!r) {
    fmt::print(stderr, "seed {}: {}\n", seed, r.error().message());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return *std::move(r);
  }
}

struct rows_of_a_seed {
  std::uint64_t seed = 0;
  std::vector<field> fields = {};
  table columns = {};
  std::vector<std::unique_ptr<foreign_array>> foreign = {};
  std::vector<std::size_t> chosen = {};
};

/// A record for each row.
template <class Format>
std::vector<std::string> records(rows_of_a_seed const& of, Format format, bool borrowed, bool views,
                                 std::size_t batch_rows) {
  check(format.begin(of.fields, of.chosen), of.seed);
  nested_source source(of.fields, of.columns, views, borrowed ? &of.foreign : nullptr);
  std::vector<std::string> made;
  copyto::byte_buffer out;
  copyto::fill_status status = copyto::fill_status::more;
  while (status == copyto::fill_status::more) {
    copyto::batch rows(of.fields, batch_rows);
    status = check(source.fill(rows, {}), of.seed);
    for (std::size_t i = 0; i != rows.rows(); ++i) {
      out.clear();
      check(format.append(rows, i, out), of.seed);
      made.emplace_back(copyto::as_text(out.view()));
    }
  }
  return made;
}
/// The same, made in every way.
template <class Format>
std::vector<std::string> records(dice& d, rows_of_a_seed const& of, Format const& format) {
  std::vector<std::string> made = records(of, format, false, false, 1000);
  for (bool const borrowed : {false, true}) {
    if (records(of, format, borrowed, d.one_in(2), 1 + d.roll(50)) != made) {
      fmt::print(stderr, "seed {}: {} memory gives other records of {}\n", of.seed, borrowed ? "foreign" : "own",
                 format.name());
      std::exit(1);
    }
  }
  return made;
}

/// Compares lines of CSV with a file of it; without texts, in which a NUL byte may be.
void check_csv(dice& d, rows_of_a_seed& of) {
  rows_of_a_seed some{.seed = of.seed};
  for (std::size_t i = 0; i != of.fields.size(); ++i) {
    if (!copyto::is_bytes(of.fields[i].type.id) || of.fields[i].type.id == kind::binary) {
      some.chosen.push_back(some.fields.size());
      some.fields.push_back(of.fields[i]);
      some.columns.push_back(of.columns[i]);
    }
  }
  if (some.fields.empty()) {
    return;
  }
  for (std::size_t i = 0; i != some.fields.size(); ++i) {
    some.foreign.push_back(std::make_unique<foreign_array>(d, some.fields[i]));
    for (value const& v : some.columns[i]) {
      some.foreign.back()->push(d, v);
    }
  }
  static std::vector<char> const marks = {',', '\t', '1', 'e', 'x', '"', '\'', '\\', ':'};
  copyto::csv_records_options options{.delimiter = d.any(marks), .quote = d.any(marks), .escape = d.any(marks)};
  if (options.delimiter == options.quote) {
    options = {};
  }
  options.null_text = d.one_in(2) ? "NULL" : "";
  options.quotes = static_cast<copyto::csv_quotes>(d.roll(3));
  std::string lines;
  for (std::string const& record : records(d, some, copyto::csv_records(options))) {
    lines += record + "\n";
  }
  copyto::csv const encoder{{.delimiter = options.delimiter,
                             .quote = options.quote,
                             .escape = options.escape,
                             .null_text = options.null_text,
                             .quotes = options.quotes}};
  nested_source const source(some.fields, some.columns, false, nullptr);
  std::vector<file> const files = encode(encoder, source, copyto::sink::no_limit, 100, 1, {});
  if (lines != (files.empty() ? "" : files[0].bytes)) {
    fmt::print(stderr, "seed {}: lines of CSV are not those of the encoder\n", of.seed);
    std::exit(1);
  }
}

void write_case(std::uint64_t seed, std::string const& directory) {
  dice d(seed * 6364136223846793005U + 17);
  tree owner;
  owner.members = {"a", "b_", "list", "element", "_key"};
  owner.every_type = true;
  owner.civil = d.one_in(2);
  rows_of_a_seed of{.seed = seed};
  for (std::uint64_t n = 1 + d.roll(12); n != 0; --n) {
    of.fields.push_back(owner.node(d, fmt::format("c{}", of.fields.size()), false, d.one_in(2) ? 0 : 4));
  }
  std::size_t const rows = d.roll(d.one_in(8) ? 300 : 60);
  of.columns.resize(of.fields.size());
  for (std::size_t i = 0; i != of.fields.size(); ++i) {
    std::vector<std::uint64_t> const rates = {0, 1, 2, 3, 30};
    habits const h{.nulls = d.any(rates), .longest = d.roll(5)};
    of.foreign.push_back(std::make_unique<foreign_array>(d, of.fields[i]));
    for (std::size_t r = 0; r != rows; ++r) {
      of.columns[i].push_back(make(d, of.fields[i], true, h)); // intervals that Avro can hold
      of.foreign.back()->push(d, of.columns[i].back());
    }
    of.chosen.insert(of.chosen.begin() + static_cast<std::ptrdiff_t>(d.roll(of.chosen.size() + 1)), i);
  }
  of.chosen.resize(1 + d.roll(of.chosen.size()));

  copyto::avro_records avro({.record = "trade", .name_space = d.one_in(2) ? "com.example" : ""});
  if (d.one_in(2)) {
    avro.set_schema_id(static_cast<std::uint32_t>(d.bits()));
  }
  copyto::json_records_options const options{.decimals = static_cast<copyto::json_numbers>(d.roll(2)),
                                             .wide_integers = static_cast<copyto::json_numbers>(d.roll(2)),
                                             .binary = static_cast<copyto::json_bytes>(d.roll(2)),
                                             .times = owner.civil && d.one_in(2) ? copyto::json_times::text
                                                                                 : copyto::json_times::epoch,
                                             .nulls = static_cast<copyto::json_nulls>(d.roll(2))};
  std::vector<std::string> const as_avro = records(d, of, avro);
  std::vector<std::string> const as_json = records(d, of, copyto::json_records(options));
  check_csv(d, of);

  copyto::avro_records described = avro;
  check(described.begin(of.fields, of.chosen), seed);
  std::ofstream lines(fmt::format("{}/{}.jsonl", directory, seed), std::ios::binary);
  auto const& id = avro.options().schema_id;
  lines << fmt::format(
      R"({{"schema":{},"id":{},"civil":{},"decimals":{},"wide_integers":{},"binary":{},"times":{},"nulls":{},"columns":[)",
      json_text(described.schema()), id ? fmt::format("{}", *id) : "null", owner.civil,
      static_cast<int>(options.decimals), static_cast<int>(options.wide_integers), static_cast<int>(options.binary),
      static_cast<int>(options.times), static_cast<int>(options.nulls));
  for (std::size_t const c : of.chosen) {
    lines << (c == of.chosen.front() ? "" : ",") << spec(of.fields[c]);
  }
  lines << "]}\n";
  for (std::size_t r = 0; r != rows; ++r) {
    lines << "[[";
    for (std::size_t const c : of.chosen) {
      lines << (c == of.chosen.front() ? "" : ",") << expected_json(of.fields[c], of.columns[c][r]);
    }
    lines << "]," << hex(as_avro[r]) << "," << json_text(as_json[r]) << "]\n";
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: records <first seed> <seeds> <directory>\n");
    return 2;
  }
  std::uint64_t const first = std::strtoull(argv[1], nullptr, 10);
  std::uint64_t const count = std::strtoull(argv[2], nullptr, 10);
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    write_case(seed, argv[3]);
  }
  return 0;
}
