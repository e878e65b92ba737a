// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

/// Writes random Parquet files and what must be read from them.
///
///     parquet_random <first seed> <seeds> <directory> [civil]
///     parquet_random samples <directory>
///
/// For each seed a random schema, random rows, tiny limits, a random codec and random batch sizes: the
/// files go to `<seed>/<n>.parquet`, in the order of their names, the expectation to `<seed>.jsonl`: a line about
/// schema and files, then one line a row. parquet_random.py reads both. The rows are exported with several batch sizes, from
/// several memory layouts, on 1, 2, 3 and 8 threads of the export's or of an executor that takes tasks in a random order,
/// filled by these threads and by the caller; the program fails where the bytes differ, or a file passes its limit.
///
/// Samples are a case for each profile and logical type, `<profile>-<type>`: a column `id`, and one of the type. There, and
/// with `civil`, dates and timestamps are of the years 1 to 9999, which is all that many readers know. readers/ reads them.
#include "../lib/random_values.hpp"

#include <copyto/encode/codec/brotli.hpp>
#include <copyto/encode/codec/libdeflate.hpp>
#include <copyto/encode/codec/lz4.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/bloom_filter.hpp>
#include <copyto/encode/parquet/modern.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

/// How a column's memory reaches the batch.
enum class layout { copied, views, borrowed32, borrowed64 };

struct column {
  field type = {};
  std::vector<cell> cells = {};
  layout how = layout::copied;
  // The whole column as one foreign array.
  std::string values = {};
  std::vector<std::int32_t> offsets32 = {};
  std::vector<std::int64_t> offsets64 = {};
  std::vector<std::uint8_t> validity = {};
};

field random_field(dice& d, std::deque<std::string>& names, bool exact) {
  static std::vector<std::string> const odd = {"a",
                                               "with space",
                                               "dot.ted",
                                               "quo\"te",
                                               "back\\slash",
                                               "tab\there",
                                               "\xC3\xBCml\xC3\xA4ut",
                                               "snow\xE2\x98\x83man",
                                               "UPPER",
                                               "list",
                                               "1",
                                               "semi;colon",
                                               "brace{}",
                                               "a=b",
                                               std::string(300, 'n')};
  field f;
  f.name = names.emplace_back(d.any(odd) + fmt::format("_{}", names.size()));
  f.optional = d.one_in(2);
  f.id = d.one_in(3) ? static_cast<std::int32_t>(d.roll(1000)) : -1;
  f.type.id = static_cast<kind>(d.roll(static_cast<std::uint64_t>(kind::list)));
  switch (f.type.id) {
  case kind::decimal:
    f.type.precision = static_cast<std::uint8_t>(1 + d.roll(38));
    f.type.scale = static_cast<std::uint8_t>(d.roll(f.type.precision + 1U));
    break;
  case kind::fixed_binary: f.type.width = static_cast<std::uint32_t>(1 + d.roll(d.one_in(4) ? 100 : 20)); break;
  case kind::time:
  case kind::timestamp:
    f.type.unit = static_cast<copyto::time_unit>(d.roll(exact ? 3 : 2));
    f.type.utc = d.one_in(2);
    break;
  default: break;
  }
  return f;
}

/// The column as one foreign array, with rubbish where it is NULL.
void make_foreign(dice& d, column& c) {
  bool const bytes = copyto::is_bytes(c.type.type.id);
  std::size_t const n = c.cells.size();
  c.validity.assign((n + 7) / 8, 0);
  if (c.type.type.id == kind::boolean) {
    c.values.assign((n + 7) / 8, '\0');
  }
  c.offsets32.push_back(0);
  c.offsets64.push_back(0);
  for (std::size_t i = 0; i != n; ++i) {
    cell const& v = c.cells[i];
    std::string const stored = !v.null ? v.bytes
                               : bytes ? "\xFFrubbish"
                                       : std::string(copyto::value_width(c.type.type), '\x99');
    if (!v.null) {
      c.validity[i >> 3] = static_cast<std::uint8_t>(c.validity[i >> 3] | 1U << (i & 7));
    }
    if (c.type.type.id == kind::boolean) {
      bool const bit = v.null ? d.one_in(2) : v.bytes[0] != 0;
      c.values[i >> 3] = static_cast<char>(c.values[i >> 3] | (bit ? 1 << (i & 7) : 0));
    } else {
      c.values += stored;
    }
    c.offsets32.push_back(static_cast<std::int32_t>(c.values.size()));
    c.offsets64.push_back(static_cast<std::int64_t>(c.values.size()));
  }
}

void fill(copyto::batch& rows, std::vector<column> const& columns, std::size_t first, std::size_t count, bool foreign) {
  rows.clear();
  for (std::size_t i = 0; i != columns.size(); ++i) {
    column const& c = columns[i];
    copyto::column_buffer& to = rows.buffer(i);
    for (std::size_t r = first; r != first + count; ++r) {
      cell const& v = c.cells[r];
      if (v.null) {
        to.append_null();
      } else if (c.type.type.id == kind::boolean) {
        to.append_bool(v.bytes[0] != 0);
      } else if (!copyto::is_bytes(c.type.type.id)) {
        to.append_raw(reinterpret_cast<std::byte const*>(v.bytes.data()));
      } else if (c.how == layout::views) {
        to.append_view(v.bytes);
      } else {
        to.append_copy(v.bytes);
      }
    }
  }
  rows.close(count);
  for (std::size_t i = 0; foreign && i != columns.size(); ++i) {
    column const& c = columns[i];
    if (c.how != layout::borrowed32 && c.how != layout::borrowed64) {
      continue;
    }
    std::size_t nulls = 0;
    for (std::size_t r = first; r != first + count; ++r) {
      nulls += c.cells[r].null ? 1 : 0;
    }
    bool const bytes = copyto::is_bytes(c.type.type.id);
    bool const narrow = c.how == layout::borrowed32;
    rows.borrow(i, {.type = &c.type,
                    .length = count,
                    .null_count = nulls,
                    .offset = first,
                    .validity = nulls == 0 && narrow ? nullptr : c.validity.data(),
                    .values = c.values.data(),
                    .offsets = !bytes   ? nullptr
                               : narrow ? static_cast<void const*>(c.offsets32.data())
                                        : static_cast<void const*>(c.offsets64.data()),
                    .form = !bytes   ? copyto::bytes_form::none
                            : narrow ? copyto::bytes_form::offsets32
                                     : copyto::bytes_form::offsets64});
  }
}

/// The columns as rows with numbers, for threads that fill their own batches.
class numbered_rows {
public:
  numbered_rows(std::vector<field> const& fields, std::vector<column> const& columns, bool foreign)
      : fields_(fields), columns_(columns), foreign_(foreign) {}
  [[nodiscard]] copyto::schema_view schema() const { return fields_; }
  copyto::result<copyto::fill_status> fill(copyto::batch& rows, std::stop_token const&) {
    std::size_t const count = std::min<std::size_t>(rows.capacity(), row_count() - next_);
    ::fill(rows, columns_, next_, count, foreign_);
    next_ += count;
    return next_ == row_count() ? copyto::fill_status::end : copyto::fill_status::more;
  }
  [[nodiscard]] std::uint64_t row_count() const { return columns_.front().cells.size(); }
  copyto::result<void> fill_range(copyto::batch& rows, std::uint64_t first, std::size_t count,
                                  std::stop_token const&) const {
    ::fill(rows, columns_, first, count, foreign_);
    return {};
  }

private:
  std::vector<field> const& fields_;
  std::vector<column> const& columns_;
  bool foreign_;
  std::size_t next_ = 0;
};
static_assert(copyto::Splittable<numbered_rows>);

/// The same without numbers, so that the caller hands them over.
class streamed_rows {
public:
  explicit streamed_rows(numbered_rows rows) : rows_(rows) {}
  [[nodiscard]] copyto::schema_view schema() const { return rows_.schema(); }
  copyto::result<copyto::fill_status> fill(copyto::batch& rows, std::stop_token const& stop) {
    return rows_.fill(rows, stop);
  }

private:
  numbered_rows rows_;
};
static_assert(!copyto::Splittable<streamed_rows>);

/// Exports the rows, checks that the bytes do not depend on batches, memory and threads, and writes files and expectation.
void write_files(dice& d, std::string const& name, std::string const& directory, copyto::reader::profile const& readers,
                 std::vector<column> const& columns, copyto::parquet_options const& options, std::uint64_t limit,
                 std::size_t batch_rows) {
  std::vector<field> fields;
  std::size_t const rows = columns.front().cells.size();
  for (column const& c : columns) {
    fields.push_back(c.type);
  }
  copyto::parquet<copyto::reader::any> const encoder{readers, options};
  while (!encoder.check(fields, limit)) { // until each file can hold something
    limit += limit / 4 + 1000;
  }

  std::vector<file> const files = encode(encoder, numbered_rows(fields, columns, true), limit, batch_rows, 1, {});
  random_executor executor(d.bits());
  for (std::size_t const other : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    bool const foreign = d.one_in(2);
    numbered_rows const rows_again(fields, columns, foreign);
    std::uint32_t const threads = other == 1 ? 2 : other == 7 ? 3 : 8;
    std::function<void(std::function<void()>)> by;
    if (d.one_in(3)) {
      by = std::ref(executor);
    }
    std::vector<file> const again = d.one_in(2) ? encode(encoder, rows_again, limit, other, threads, by)
                                                : encode(encoder, streamed_rows(rows_again), limit, other, threads, by);
    if (again != files) {
      fmt::print(stderr, "{}: batches of {} rows on one thread and of {} on {} give different files\n", name,
                 batch_rows, other, threads);
      std::exit(1);
    }
  }

  std::ofstream lines(fmt::format("{}/{}.jsonl", directory, name), std::ios::binary);
  lines << fmt::format(
      R"({{"profile":"{}","types":"{}","by_hand":{},"row_group_rows":{},"page_rows":{},"dictionary_entries":{},"checksums":{},"files":[)",
      readers.name, readers.uuid ? "exact" : "portable",
      std::ranges::any_of(options.columns, [](copyto::parquet_column const& c) { return c.encoding.has_value(); }),
      options.row_group_rows, options.page_rows, options.dictionary_entries, options.checksums);
  std::filesystem::create_directory(fmt::format("{}/{}", directory, name));
  for (std::size_t i = 0; i != files.size(); ++i) {
    std::string const file = fmt::format("{}/{:05}.parquet", name, i);
    std::ofstream(fmt::format("{}/{}", directory, file), std::ios::binary) << files[i].bytes;
    lines << fmt::format(R"({}{{"name":"{}","rows":{}}})", i == 0 ? "" : ",", file, files[i].rows);
  }
  lines << R"(],"metadata":[)";
  for (auto const& [key, value] : options.metadata) {
    lines << fmt::format("{}[{},{}]", &key == &options.metadata.front().first ? "" : ",", json_text(key),
                         json_text(value));
  }
  lines << R"(],"columns":[)";
  for (std::size_t i = 0; i != fields.size(); ++i) {
    field const& f = fields[i];
    lines << fmt::format(
        R"({}{{"name":{},"kind":"{}","unit":{},"utc":{},"precision":{},"scale":{},"width":{},"optional":{},"id":{}}})",
        i == 0 ? "" : ",", json_text(f.name), to_string(f.type.id), static_cast<int>(f.type.unit), f.type.utc,
        f.type.precision, f.type.scale, f.type.width, f.optional,
        options.number_fields ? static_cast<std::int32_t>(i + 1) : f.id);
  }
  lines << "]}\n";
  for (std::size_t r = 0; r != rows; ++r) {
    for (std::size_t i = 0; i != columns.size(); ++i) {
      lines << (i == 0 ? "[" : ",") << expected(fields[i].type, columns[i].cells[r]);
    }
    lines << "]\n";
  }
}

/// Values in their order, where that is one of numbers or of bytes; NULLs stay where they are.
void sort_cells(column& c) {
  bool const bytes = copyto::is_bytes(c.type.type.id);
  auto const number = [](std::string const& cell) {
    std::int64_t value = 0;
    std::memcpy(&value, cell.data(), std::min<std::size_t>(cell.size(), 8));
    unsigned const unused = 64 - 8 * static_cast<unsigned>(std::clamp<std::size_t>(cell.size(), 1, 8));
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused;
  };
  std::vector<std::string> values;
  for (cell const& each : c.cells) {
    if (!each.null) {
      values.push_back(each.bytes);
    }
  }
  std::ranges::sort(values,
                    [&](std::string const& a, std::string const& b) { return bytes ? a < b : number(a) < number(b); });
  std::size_t next = 0;
  for (cell& each : c.cells) {
    each.bytes = each.null ? "" : values[next++];
  }
}

/// Sometimes one by hand, where the type has it.
void choose_encoding(dice& d, copyto::parquet_options& options, field const& f) {
  using enum copyto::parquet_encoding;
  std::vector const all = {plain, delta_binary_packed, delta_length_byte_array, delta_byte_array, byte_stream_split};
  copyto::parquet_options const some{.columns = {{.name = std::string(f.name), .encoding = d.any(all)}}};
  bool const known =
      std::ranges::any_of(options.columns, [&](copyto::parquet_column const& c) { return c.name == f.name; });
  if (d.one_in(2) && !known &&
      copyto::parquet<copyto::reader::any>(copyto::reader::modern::value, some)
          .check(std::span(&f, 1), copyto::sink::no_limit)) {
    options.columns.push_back(some.columns.front());
  }
}

/// Of one column in every third file.
void choose_filter(std::uint64_t seed, copyto::parquet_options& options, std::vector<field> const& fields) {
  field const& f = fields[seed / 3 % fields.size()];
  if (seed % 3 != 0 || f.type.id == kind::boolean) {
    return;
  }
  auto known = std::ranges::find(options.columns, f.name, &copyto::parquet_column::name);
  if (known == options.columns.end()) {
    known = options.columns.insert(known, {.name = std::string(f.name)});
  }
  known->filter = copyto::bloom_filter(seed % 2 == 0 ? 0.01 : 0.2, seed % 7 == 0 ? 64 : 1024);
}

/// Of the first column that happens to be sorted, and of one behind it that has the same value everywhere.
void claim_order(copyto::parquet_options& options, std::vector<column> const& columns) {
  for (column const& c : columns) {
    bool const text = copyto::is_bytes(c.type.type.id) || c.type.type.id == kind::fixed_binary;
    bool const number = c.type.type.id == kind::int32 || c.type.type.id == kind::int64 || c.type.type.id == kind::date;
    auto const value = [&](cell const& of) {
      std::int64_t n = 0;
      if (number && !of.null) {
        std::memcpy(&n, of.bytes.data(), std::min<std::size_t>(of.bytes.size(), 8));
        n = of.bytes.size() == 4 ? static_cast<std::int32_t>(n) : n;
      }
      return std::tuple(of.null, n, text ? of.bytes : std::string());
    };
    bool const first = options.sorted_by.empty();
    auto const compare = [&](cell const& a, cell const& b) { return value(a) < value(b); };
    if ((text || number) && (std::ranges::is_sorted(c.cells, compare) &&
                             (first || c.cells.empty() || !compare(c.cells.front(), c.cells.back())))) {
      options.sorted_by.push_back({.column = std::string(c.type.name)});
      if (!first) {
        return;
      }
    }
  }
}

void write_case(std::uint64_t seed, std::string const& directory, bool civil) {
  dice d(seed * 7919 + 1);
  bool const exact = d.one_in(2);
  std::deque<std::string> names;
  std::vector<column> columns(1 + d.roll(d.one_in(5) ? 20 : 5));
  std::size_t const rows = d.one_in(8) ? d.roll(3) : d.roll(d.one_in(8) ? 3000 : 500);
  std::vector<field> fields;
  for (column& c : columns) {
    c.type = random_field(d, names, exact);
    if (civil && (c.type.type.id == kind::date || c.type.type.id == kind::timestamp)) {
      c.type.type.width = civil_years;
    }
    c.how = static_cast<layout>(d.roll(4));
    std::uint64_t const nulls = d.roll(5);
    std::uint64_t const run = 1 + d.roll(200);
    std::vector<std::string> few; // values that come again and again, for dictionaries
    for (std::uint64_t n = d.one_in(6) ? 1 : d.one_in(2) ? 1 + d.roll(d.one_in(2) ? 18 : 100) : 0; n != 0; --n) {
      few.push_back(random_value(d, c.type.type, exact));
    }
    std::size_t const until = d.one_in(3) ? d.roll(rows + 1) : rows; // from here on other values may come
    for (std::size_t r = 0; r != rows; ++r) {
      bool const null = c.type.optional && (nulls == 0   ? false
                                            : nulls == 1 ? true
                                            : nulls == 2 ? r / run % 2 == 0
                                            : nulls == 3 ? d.one_in(2)
                                                         : d.one_in(50));
      bool const known = !few.empty() && r < until;
      c.cells.push_back({.null = null, .bytes = null ? "" : known ? d.any(few) : random_value(d, c.type.type, exact)});
    }
    c.type.type.width = c.type.type.id == kind::fixed_binary ? c.type.type.width : 0;
    make_foreign(d, c);
    fields.push_back(c.type);
  }

  copyto::parquet_options options = random_parquet_options(d);
  if (d.one_in(3)) {
    field const& f = d.any(fields);
    bool const wide = f.type.id == kind::string || f.type.id == kind::int64 || f.type.id == kind::float64;
    options.columns.push_back(
        {.name = std::string(f.name), .codec = random_codec(d), .dictionary = wide && d.one_in(2)});
  }
  std::uint64_t const limit = d.one_in(2) ? copyto::sink::no_limit : 1 + d.roll(100'000);
  bool const as_ever = seed <= 100; // whose bytes bytes.py knows
  options.number_fields =
      !as_ever && seed % 3 == 0 && std::ranges::all_of(fields, [](field const& f) { return f.id < 0; });
  if (!as_ever && options.codec.id() == copyto::codec_id::none) { // which two in five are
    switch (int const level = static_cast<int>(seed / 8 % 12); seed % 8) {
    case 1:
    case 5: options.codec = copyto::lz4(); break;
    case 2:
    case 7: options.codec = copyto::libdeflate(1 + level); break;
    case 3:
    case 4:
    case 6: options.codec = copyto::brotli(level); break;
    default: break;
    }
  }
  for (std::uint64_t n = as_ever ? 0 : seed % 5; n > 2; --n) {
    options.metadata.emplace_back(fmt::format("key {} \xC3\xBC", n), std::string(d.roll(50), 'v'));
  }
  std::size_t const batch_rows = 1 + d.roll(500);
  bool const modern = !as_ever && !exact && seed % 4 != 0;
  if (modern) {
    for (column& c : columns) {
      if (d.one_in(2)) {
        sort_cells(c);
        c.values.clear();
        c.offsets32.clear();
        c.offsets64.clear();
        c.validity.clear();
        make_foreign(d, c);
      }
      choose_encoding(d, options, c.type);
    }
  }
  if (!as_ever) {
    choose_filter(seed, options, fields);
    claim_order(options, columns);
  }
  write_files(d, std::to_string(seed), directory,
              exact    ? copyto::reader::exact::value
              : modern ? copyto::reader::modern::value
                       : copyto::reader::portable::value,
              columns, options, limit, batch_rows);
}

/// Every logical type, with a name for its sample.
std::vector<std::pair<std::string, copyto::logical_type>> every_type() {
  using copyto::time_unit;
  std::vector<std::pair<std::string, copyto::logical_type>> types;
  for (kind const k : {kind::boolean, kind::int8, kind::int16, kind::int32, kind::int64, kind::uint8, kind::uint16,
                       kind::uint32, kind::uint64, kind::float16, kind::float32, kind::float64}) {
    types.emplace_back(to_string(k), copyto::logical_type{.id = k});
  }
  types.push_back({"decimal(9,2)", {.id = kind::decimal, .precision = 9, .scale = 2}});
  types.push_back({"decimal(18,4)", {.id = kind::decimal, .precision = 18, .scale = 4}});
  types.push_back({"decimal(38,10)", {.id = kind::decimal, .precision = 38, .scale = 10}});
  for (kind const k : {kind::string, kind::json, kind::enumeration, kind::binary, kind::uuid, kind::interval}) {
    types.emplace_back(to_string(k), copyto::logical_type{.id = k});
  }
  types.push_back({"fixed binary", {.id = kind::fixed_binary, .width = 5}});
  types.push_back({"date", {.id = kind::date, .width = civil_years}});
  for (bool const utc : {false, true}) {
    for (auto const& [unit, word] :
         {std::pair(time_unit::milli, "ms"), {time_unit::micro, "us"}, {time_unit::nano, "ns"}}) {
      types.push_back(
          {fmt::format("time {}{}", word, utc ? " utc" : ""), {.id = kind::time, .unit = unit, .utc = utc}});
      types.push_back({fmt::format("timestamp {}{}", word, utc ? " utc" : ""),
                       {.id = kind::timestamp, .unit = unit, .utc = utc, .width = civil_years}});
    }
  }
  return types;
}

/// A column `id`, and one of the type.
void write_sample(dice& d, std::string const& name, copyto::logical_type const& type,
                  copyto::reader::profile const& readers, std::vector<copyto::parquet_column> by_hand,
                  std::string const& directory) {
  std::vector<column> columns(2);
  columns[0].type = {.name = "id", .type = {.id = kind::int32}};
  columns[1].type = {.name = "c", .type = type, .optional = true};
  // Several row groups and pages, which readers may leave out. Spark reads 4,096 rows at a time: where a page begins
  // among them, Spark 3.5.6 takes lengths of DELTA_LENGTH_BYTE_ARRAY for those of other rows.
  auto const has = [&](copyto::parquet_encoding how) { return !by_hand.empty() && by_hand[0].encoding == how; };
  bool const runs = has(copyto::parquet_encoding::delta_binary_packed); // else no page is smaller so, and it is PLAIN
  bool const long_pages = runs || has(copyto::parquet_encoding::delta_length_byte_array);
  std::string value;
  for (std::int32_t r = 0; r != (long_pages ? 10'000 : 600); ++r) {
    columns[0].cells.push_back({.bytes = raw(r)});
    bool const null = d.one_in(9);
    if (!null && (!runs || value.empty() || d.one_in(64))) {
      value = random_value(d, type, readers.uuid);
    }
    columns[1].cells.push_back({.null = null, .bytes = null ? "" : value});
  }
  columns[1].type.type.width = type.id == kind::fixed_binary ? type.width : 0;
  copyto::parquet_options const options{.codec = copyto::snappy(),
                                        .row_group_rows = long_pages ? 8000U : 200U,
                                        .page_rows = long_pages ? 3000U : 20U,
                                        .columns = std::move(by_hand)};
  write_files(d, fmt::format("{}-{}", readers.name, name), directory, readers, columns, options, copyto::sink::no_limit,
              100);
}

void write_samples(std::string const& directory) {
  dice d(20'261'129);
  for (auto const& readers : {copyto::reader::portable::value, copyto::reader::exact::value}) {
    for (auto const& [name, type] : every_type()) {
      if (copyto::reader::supports(readers, {.type = type})) {
        write_sample(d, name, type, readers, {}, directory);
      }
    }
  }
  using enum copyto::parquet_encoding;
  auto const& readers = copyto::reader::modern::value;
  for (auto const& [word, how] : {std::pair("delta_binary_packed", delta_binary_packed),
                                  {"delta_byte_array", delta_byte_array},
                                  {"delta_length_byte_array", delta_length_byte_array},
                                  {"byte_stream_split", byte_stream_split}}) {
    for (auto const& [name, type] : every_type()) {
      std::vector<copyto::parquet_column> const by_hand = {{.name = "c", .encoding = how}};
      field const c{.name = "c", .type = type};
      if (copyto::parquet<copyto::reader::any>(readers, {.columns = by_hand})
              .check(std::span(&c, 1), copyto::sink::no_limit)) {
        write_sample(d, fmt::format("{} {}", name, word), type, readers, by_hand, directory);
      }
    }
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "samples") {
    write_samples(argv[2]);
    return 0;
  }
  bool const civil = argc == 5 && std::string_view(argv[4]) == "civil";
  if (argc != 4 && !civil) {
    fmt::print(stderr, "usage: parquet_random (<first seed> <seeds> | samples) <directory> [civil]\n");
    return 2;
  }
  std::uint64_t const first = std::strtoull(argv[1], nullptr, 10);
  std::uint64_t const count = std::strtoull(argv[2], nullptr, 10);
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    write_case(seed, argv[3], civil);
  }
  return 0;
}
