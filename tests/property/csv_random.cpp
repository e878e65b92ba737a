// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

/// Writes random CSV files and what must be read from them.
///
///     csv_random <first seed> <seeds> <directory>
///
/// For each seed a random dialect, schema, codec and file size limit. The files go to `<seed>.<n>.csv` (or .csv.gz,
/// .csv.zst), the expectation to `<seed>.jsonl`: a line with options, columns and number of files, then one line a row.
/// csv_random.py reads both. The rows are also exported on 1, 2 and 8 threads, which must give the same files; half of the
/// time these are the files.

#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/export/job.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/store/memory.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

std::mt19937_64 random_bits;
std::uint64_t below(std::uint64_t bound) { return random_bits() % bound; }
bool once_in(std::uint64_t n) { return below(n) == 0; }
template <class T, std::size_t N>
T const& pick(T const (&of)[N]) {
  return of[below(N)];
}
/// An integer of any magnitude.
template <class T>
T any_integer() {
  auto const bits = static_cast<T>(random_bits() >> below(64));
  return once_in(2) ? bits : static_cast<T>(~bits);
}

codec random_codec() {
  switch (below(6)) {
  case 0: return gzip(static_cast<int>(1 + below(9)));
  case 1: return zstd(static_cast<int>(below(12)) - 3);
  default: return {};
  }
}

csv_options random_options(std::size_t columns) {
  constexpr char delimiters[] = {',', ',', ',', ';', '\t', '|', ' ', '-', '7', 'x', '\\', ':'};
  constexpr char quotes[] = {'"', '"', '"', '\'', '|', '\\', 'a', '1', '.'};
  constexpr char const* nulls[] = {"", "", "NULL", "\\N", "\\.", "-1", "t", "NaN", "a b", "\\x", "00:00:00"};
  std::vector<field> const fields(columns);
  bool const common = once_in(2); // one that every reader knows
  for (;;) {
    csv_options options{
        .delimiter = common ? pick({',', ';', '\t', '|'}) : pick(delimiters),
        .quote = common ? pick({'"', '\''}) : pick(quotes),
        .escape = '"',
        .null_text = common ? pick({"", "NULL"}) : pick(nulls),
        .header = once_in(3) ? copyto::csv_header::every_file : copyto::csv_header::none,
        .quotes = pick({csv_quotes::necessary, csv_quotes::necessary, csv_quotes::all, csv_quotes::non_numeric}),
        .codec = random_codec()};
    options.escape = common && !once_in(4) ? options.quote
                     : common              ? '\\'
                     : once_in(20)         ? options.delimiter
                                           : pick(quotes);
    if (check(options, fields)) {
      return options;
    }
  }
}

std::string random_text(csv_options const& options) {
  constexpr char const* pieces[] = {"a",
                                    "b",
                                    " ",
                                    "\n",
                                    "\r",
                                    "\r\n",
                                    "\t",
                                    "\"",
                                    "'",
                                    "\\",
                                    "\\.",
                                    "\xc3\xa9",
                                    ",",
                                    ";",
                                    "\x01",
                                    "NULL",
                                    "|",
                                    "0",
                                    "\xe2\x82\xac",
                                    "\xf0\x9f\x98\x80",
                                    "-1",
                                    "some text",
                                    "#comment",
                                    "x"};
  std::string text;
  if (once_in(10)) {
    return options.null_text;
  }
  for (std::uint64_t i = once_in(500) ? 20'000 : below(9); i != 0; --i) {
    switch (below(12)) {
    case 0: text += options.delimiter; break;
    case 1: text += options.quote; break;
    case 2: text += options.escape; break;
    default: text += pick(pieces);
    }
  }
  return text;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (char const c : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}
std::string json_string(std::string_view text) {
  std::string json = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

logical_type random_type() {
  logical_type type{.id = static_cast<kind>(below(static_cast<std::uint64_t>(kind::list)))};
  if (once_in(3)) {
    type.id = kind::string;
  }
  switch (type.id) {
  case kind::decimal:
    type.precision = static_cast<std::uint8_t>(1 + below(38));
    type.scale = static_cast<std::uint8_t>(below(type.precision + std::uint64_t{1}));
    break;
  case kind::fixed_binary: type.width = static_cast<std::uint32_t>(1 + below(20)); break;
  case kind::time:
  case kind::timestamp:
    type.unit = static_cast<time_unit>(below(3));
    type.utc = once_in(2);
    break;
  default: break;
  }
  return type;
}

/// Appends a random value and returns it as JSON.
std::string append_random(column_buffer& to, csv_options const& options) {
  logical_type const& type = to.type().type;
  auto const integer = [&]<class T>(T value) {
    to.append_fixed(value);
    return fmt::format("{}", value);
  };
  auto const text = [&](std::string const& value) {
    to.append_copy(value);
    return json_string(value);
  };
  constexpr std::int64_t per_second[] = {1'000, 1'000'000, 1'000'000'000};
  std::int64_t const second = per_second[static_cast<std::size_t>(type.unit)];
  // Trailing zeros of fractions must go, so that many of them are needed.
  auto const fraction = [&] {
    return static_cast<std::int64_t>(below(static_cast<std::uint64_t>(second))) / pick({1, 10, 100, 1000}) *
           pick({1, 10, 100, 1000}) % second * (once_in(3) ? 0 : 1);
  };
  switch (type.id) {
  case kind::boolean: {
    bool const value = once_in(2);
    to.append_bool(value);
    return value ? "true" : "false";
  }
  case kind::int8: return integer(any_integer<std::int8_t>());
  case kind::int16: return integer(any_integer<std::int16_t>());
  case kind::int32: return integer(any_integer<std::int32_t>());
  case kind::int64: return integer(any_integer<std::int64_t>());
  case kind::uint8: return integer(any_integer<std::uint8_t>());
  case kind::uint16: return integer(any_integer<std::uint16_t>());
  case kind::uint32: return integer(any_integer<std::uint32_t>());
  case kind::uint64: return integer(any_integer<std::uint64_t>());
  case kind::float16: return integer(static_cast<std::uint16_t>(random_bits()));
  case kind::float32: {
    float const round = static_cast<float>(below(100'000)) / pick({1.0F, 10.0F, 1000.0F, 1e-5F, 1e10F});
    auto bits = static_cast<std::uint32_t>(random_bits());
    if (once_in(2)) {
      std::memcpy(&bits, &round, sizeof(bits));
    }
    return integer(bits);
  }
  case kind::float64: {
    double const round = static_cast<double>(below(100'000'000)) / pick({1.0, 10.0, 1000.0, 1e-9, 1e20});
    std::uint64_t bits = random_bits();
    if (once_in(2)) {
      std::memcpy(&bits, &round, sizeof(bits));
    }
    return integer(bits);
  }
  case kind::decimal: {
    int128 const bound = power_of_ten(type.precision);
    int128 value = (static_cast<int128>(random_bits() >> below(64)) << 60 ^ static_cast<int128>(random_bits())) % bound;
    value = once_in(2) ? value / power_of_ten(static_cast<int>(below(type.precision))) : value;
    value = once_in(2) ? -value : value;
    type.precision <= 9    ? to.append_fixed(static_cast<std::int32_t>(value))
    : type.precision <= 18 ? to.append_fixed(static_cast<std::int64_t>(value))
                           : to.append_fixed(value);
    return fmt::format("\"{}\"", value);
  }
  case kind::string: return text(random_text(options));
  case kind::json: return text("{\"a\": " + std::to_string(below(100)) + '}');
  case kind::enumeration: return text(std::string(1, static_cast<char>('a' + below(5))));
  case kind::binary:
  case kind::fixed_binary:
  case kind::uuid: {
    std::string bytes(type.id == kind::binary ? below(12) : value_width(type), '\0');
    for (char& c : bytes) {
      c = static_cast<char>(random_bits());
    }
    if (type.id == kind::binary) {
      to.append_copy(bytes);
    } else {
      to.append_raw(reinterpret_cast<std::byte const*>(bytes.data()));
    }
    return '"' + hex(bytes) + '"';
  }
  case kind::date: return integer(static_cast<std::int32_t>(below(6'000'000)) - 2'200'000); // years -4000 to 12000
  case kind::time: {
    std::int64_t const value = static_cast<std::int64_t>(below(86'400)) * second + fraction();
    return type.unit == time_unit::milli ? integer(static_cast<std::int32_t>(value)) : integer(value);
  }
  case kind::timestamp: {
    // Years -4000 to 12000, as far as the unit reaches.
    bool const nano = type.unit == time_unit::nano;
    auto const seconds = static_cast<std::int64_t>(below(nano ? 9'000'000'000 : 500'000'000'000)) -
                         (nano ? 4'500'000'000 : 190'000'000'000);
    return integer(seconds * second + fraction());
  }
  case kind::interval: {
    interval const value{.months = once_in(2) ? 0 : any_integer<std::int32_t>() / 16,
                         .days = once_in(2) ? 0 : any_integer<std::int32_t>(),
                         .nanoseconds = once_in(3)   ? 0
                                        : once_in(2) ? any_integer<std::int64_t>()
                                                     : any_integer<std::int64_t>() / 1000 * 1000};
    to.append_fixed(value);
    return fmt::format("[{}, {}, {}]", value.months, value.days, value.nanoseconds);
  }
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  std::abort();
}

/// Rows with numbers.
class numbered_rows {
public:
  numbered_rows(schema_view fields, std::vector<column_buffer>& columns, std::size_t rows)
      : fields_(fields), rows_(rows) {
    for (column_buffer& c : columns) {
      views_.push_back(c.view());
    }
  }
  [[nodiscard]] schema_view schema() const { return fields_; }
  result<fill_status> fill(batch& out, std::stop_token const& stop) {
    std::size_t const now = std::min(out.capacity(), rows_ - next_);
    (void)fill_range(out, next_, now, stop);
    next_ += now;
    return next_ == rows_ ? fill_status::end : fill_status::more;
  }
  [[nodiscard]] std::uint64_t row_count() const { return rows_; }
  result<void> fill_range(batch& out, std::uint64_t first, std::size_t count, std::stop_token const&) const {
    for (std::size_t c = 0; c != views_.size(); ++c) {
      column_view part = views_[c];
      part.offset = first;
      part.length = count;
      out.borrow(c, part);
    }
    out.borrowed(count);
    return {};
  }

private:
  schema_view fields_;
  std::size_t rows_;
  std::size_t next_ = 0;
  std::vector<column_view> views_;
};

/// The files of an export on one thread, if other numbers of threads give the same.
std::vector<std::string> export_files(csv const& prototype, std::vector<field> const& fields,
                                      std::vector<column_buffer>& columns, std::size_t rows, std::uint64_t limit) {
  std::vector<std::string> first;
  for (std::uint32_t const threads : {1U, 2U, 8U}) {
    numbered_rows source(fields, columns, rows);
    memory_store store;
    export_options const options{.to = into("f"),
                                 .max_file_size = std::min<std::uint64_t>(limit, TiB),
                                 .threads = threads,
                                 .batch_rows = 1 + below(300),
                                 .export_id = "x"};
    report const done = run_export(source_ref(source), prototype, store_ref(store), options, {}, {}).value();
    std::vector<std::string> files;
    auto const objects = store.objects();
    for (file_report const& f : done.files) {
      files.push_back(objects.at(f.key).body);
    }
    if (first.empty()) {
      first = files;
    }
    if (files != first) {
      fmt::print(stderr, "{} threads give other files than one\n", threads);
      std::exit(1);
    }
  }
  return first;
}

void write_case(std::string const& stem) {
  std::size_t const columns = once_in(4) ? 1 : 1 + below(8);
  csv_options options = random_options(columns);
  std::vector<std::string> names;
  for (std::size_t c = 0; c != columns; ++c) {
    names.push_back(once_in(5) ? "c" + std::to_string(c) + random_text(options) : "c" + std::to_string(c));
  }
  std::vector<field> fields;
  std::string schema;
  for (std::string const& name : names) {
    logical_type const type = random_type();
    fields.push_back({.name = name, .type = type, .optional = true});
    schema +=
        fmt::format("{}{{\"name\": {}, \"kind\": \"{}\", \"unit\": {}, \"utc\": {}, \"precision\": {}, \"scale\": {}}}",
                    schema.empty() ? "" : ", ", json_string(name), to_string(type.id), static_cast<int>(type.unit),
                    type.utc, type.precision, type.scale);
  }
  std::string forced;
  for (std::string const& name : names) {
    bool const twice = std::ranges::count(names, name) != 1;
    if (options.quotes != csv_quotes::all && !twice && once_in(6)) {
      options.force_quote.push_back(name);
      forced += (forced.empty() ? "" : ", ") + json_string(name);
    }
  }
  std::size_t const count = below(once_in(10) ? 3000 : 60);
  std::uint64_t const limit = once_in(3) ? sink::no_limit : 1 + below(once_in(2) ? 500 : 100'000);

  std::string expected;
  csv const prototype{options};
  std::vector<column_buffer> all(fields.begin(), fields.end());
  std::optional<memory_sink> file;
  csv encoder;
  std::size_t files = 0;
  auto const start = [&] {
    file.emplace(limit);
    encoder = prototype;
    encoder.begin(fields, *file).value();
  };
  auto const finish = [&] {
    encoder.end(*file).value();
    std::string_view const bytes = as_text(file->contents());
    std::ofstream(fmt::format("{}.{}.{}", stem, files++, prototype.extension()), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  start();
  batch rows(fields);
  for (std::size_t done = 0; done != count;) {
    std::size_t const now = std::min(count - done, 1 + below(200));
    rows.clear();
    for (std::size_t i = 0; i != now; ++i) {
      expected += '[';
      for (std::size_t c = 0; c != columns; ++c) {
        bool const null = once_in(6);
        if (null) {
          rows.buffer(c).append_null();
        }
        expected += (c == 0 ? "" : ", ") + (null ? "null" : append_random(rows.buffer(c), options));
      }
      expected += "]\n";
    }
    rows.close(now);
    for (std::size_t c = 0; c != columns; ++c) {
      for (std::size_t i = 0; i != now; ++i) {
        all[c].append_slot(rows.column(c), i);
      }
    }
    for (std::size_t first = 0; first != now;) {
      first += encoder.write(rows, first, *file).value();
      if (first != now) {
        finish();
        start();
      }
    }
    done += now;
  }
  finish();
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) == sorted.end()) { // what an export may have
    std::vector<std::string> const exported = export_files(prototype, fields, all, count, limit);
    if (once_in(2)) { // the readers see these
      for (; files != 0; --files) {
        std::filesystem::remove(fmt::format("{}.{}.{}", stem, files - 1, prototype.extension()));
      }
      for (std::string const& bytes : exported) {
        std::ofstream(fmt::format("{}.{}.{}", stem, files++, prototype.extension()), std::ios::binary) << bytes;
      }
    }
  }
  std::ofstream(stem + ".jsonl", std::ios::binary)
      << fmt::format(
             "{{\"delimiter\": {}, \"quote\": {}, \"escape\": {}, \"null\": {}, \"header\": {}, \"files\": {}, "
             "\"limit\": {}, \"quotes\": {}, \"force_quote\": [{}], \"extension\": \"{}\", \"columns\": [{}]}}\n",
             json_string({&options.delimiter, 1}), json_string({&options.quote, 1}), json_string({&options.escape, 1}),
             json_string(options.null_text), options.header != copyto::csv_header::none, files, limit,
             static_cast<int>(options.quotes), forced, prototype.extension(), schema)
      << expected;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: csv_random <first seed> <seeds> <directory>\n", stderr);
    return 2;
  }
  std::uint64_t const seed = std::strtoull(argv[1], nullptr, 10);
  int const cases = std::atoi(argv[2]);
  for (int i = 0; i != cases; ++i) {
    random_bits.seed(seed + static_cast<std::uint64_t>(i));
    write_case(fmt::format("{}/{}", argv[3], seed + static_cast<std::uint64_t>(i)));
  }
}
