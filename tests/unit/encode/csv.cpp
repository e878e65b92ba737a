// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/csv.hpp>

#include <copyto/schema/decimal.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

using cells = std::vector<std::optional<std::string>>;

std::string contents(memory_sink const& file) { return std::string(as_text(file.contents())); }

/// One file with `count` rows that `fill` appends to the batch.
std::string encode(schema_view fields, std::size_t count, std::function<void(batch&)> const& fill,
                   csv_options const& options = {}) {
  batch rows(fields);
  fill(rows);
  rows.close(count);
  memory_sink file;
  csv encoder{options};
  EXPECT_TRUE(encoder.check(fields, sink::no_limit));
  EXPECT_TRUE(encoder.begin(fields, file));
  EXPECT_EQ(encoder.write(rows, 0, file).value(), count);
  EXPECT_EQ(encoder.end(file).value().rows, count);
  EXPECT_EQ(encoder.pending_bytes(), 0U);
  if (count != 0 && options.codec.id() == codec_id::none) { // a block gives the same file
    memory_sink placed;
    csv file_of_blocks{options};
    EXPECT_TRUE(file_of_blocks.begin(fields, placed));
    auto writer = file_of_blocks.block_writer(fields, sink::no_limit);
    EXPECT_EQ(writer.write(rows, 0, count).value(), count);
    auto block = writer.end().value();
    EXPECT_EQ(file_of_blocks.place(block, placed).value(), count);
    EXPECT_EQ(file_of_blocks.end(placed).value().rows, count);
    EXPECT_EQ(contents(placed), contents(file));
  }
  return contents(file);
}

/// A file of one string column.
std::string encode(cells const& values, csv_options const& options = {}) {
  field const column{.name = "s", .type = {.id = kind::string}, .optional = true};
  return encode(
      {&column, 1}, values.size(),
      [&](batch& rows) {
        for (auto const& v : values) {
          v ? rows.buffer(0).append_copy(*v) : rows.buffer(0).append_null();
        }
      },
      options);
}

/// One value of a fixed-width type, and a NULL.
template <class T>
std::string encode_value(logical_type type, T value, csv_options const& options = {}) {
  field const column{.name = "x", .type = type, .optional = true};
  return encode(
      {&column, 1}, 2,
      [&](batch& rows) {
        rows.buffer(0).append_fixed(value);
        rows.buffer(0).append_null();
      },
      options);
}

/// All files of these rows, offered to the encoder in batches of `batch_rows`, as an exporter does it.
std::vector<std::string> encode_files(std::vector<cells> const& data, std::uint64_t limit, std::size_t batch_rows,
                                      csv_options const& options) {
  std::vector<field> fields;
  for (std::size_t c = 0; c != data.front().size(); ++c) {
    fields.push_back({.name = c == 0 ? "first" : "more", .type = {.id = kind::string}, .optional = true});
  }
  std::vector<std::string> files;
  std::optional<memory_sink> file;
  csv const prototype{options};
  csv encoder;
  auto const finish = [&] {
    EXPECT_TRUE(encoder.end(*file));
    files.push_back(contents(*file));
    file.reset();
  };
  batch rows(fields, batch_rows);
  for (std::size_t start = 0; start < data.size(); start += batch_rows) {
    std::size_t const count = std::min(batch_rows, data.size() - start);
    rows.clear();
    for (std::size_t i = 0; i != count; ++i) {
      for (std::size_t c = 0; c != fields.size(); ++c) {
        auto const& v = data[start + i][c];
        v ? rows.buffer(c).append_copy(*v) : rows.buffer(c).append_null();
      }
    }
    rows.close(count);
    for (std::size_t first = 0; first != count;) {
      if (!file) {
        file.emplace(limit);
        encoder = prototype;
        EXPECT_TRUE(encoder.begin(fields, *file));
      }
      std::size_t const taken = encoder.write(rows, first, *file).value();
      first += taken;
      if (first != count) {
        finish();
      }
    }
  }
  if (file) {
    finish();
  }
  return files;
}

TEST(csv, quotes_as_postgresql_does) {
  EXPECT_EQ(
      encode({{"plain"}, {" blanks "}, {"a,b"}, {"say \"hi\""}, {"two\nlines"}, {"cr\r"}, {"tab\t"}, {"back\\slash"}}),
      "plain\n blanks \n\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\nlines\"\n\"cr\r\"\ntab\t\nback\\slash\n");
}

TEST(csv, tells_null_from_the_empty_string) {
  EXPECT_EQ(encode({{std::nullopt}, {""}, {"\\N"}}), "\n\"\"\n\\N\n");
  EXPECT_EQ(encode({{std::nullopt}, {""}, {"\\N"}}, {.null_text = "\\N"}), "\\N\n\n\"\\N\"\n");
}

TEST(csv, quotes_an_end_of_data_mark_only_where_it_is_alone) {
  EXPECT_EQ(encode({{"\\."}, {"\\.x"}}), "\"\\.\"\n\\.x\n");
  field const fields[] = {{.name = "a", .type = {.id = kind::string}}, {.name = "b", .type = {.id = kind::string}}};
  EXPECT_EQ(encode(fields, 1,
                   [](batch& rows) {
                     rows.buffer(0).append_view("\\.");
                     rows.buffer(1).append_view("\\.");
                   }),
            "\\.,\\.\n");
}

TEST(csv, escapes_with_the_escape_character) {
  EXPECT_EQ(encode({{"a'b"}, {"a\\b"}, {"a\\;'b"}, {";"}}, {.delimiter = ';', .quote = '\'', .escape = '\\'}),
            "'a\\'b'\na\\b\n'a\\\\;\\'b'\n';'\n");
}

TEST(csv, writes_every_type) {
  using enum kind;
  EXPECT_EQ(encode_value({.id = int8}, std::int8_t{-128}), "-128\n\n");
  EXPECT_EQ(encode_value({.id = int16}, std::int16_t{-32768}), "-32768\n\n");
  EXPECT_EQ(encode_value({.id = int32}, std::numeric_limits<std::int32_t>::min()), "-2147483648\n\n");
  EXPECT_EQ(encode_value({.id = int64}, std::numeric_limits<std::int64_t>::min()), "-9223372036854775808\n\n");
  EXPECT_EQ(encode_value({.id = uint8}, std::uint8_t{255}), "255\n\n");
  EXPECT_EQ(encode_value({.id = uint16}, std::uint16_t{65535}), "65535\n\n");
  EXPECT_EQ(encode_value({.id = uint32}, std::uint32_t{4294967295}), "4294967295\n\n");
  EXPECT_EQ(encode_value({.id = uint64}, ~std::uint64_t{0}), "18446744073709551615\n\n");
  EXPECT_EQ(encode_value({.id = float16}, std::uint16_t{0x2e66}), "0.099975586\n\n");
  EXPECT_EQ(encode_value({.id = float32}, 0.1F), "0.1\n\n");
  EXPECT_EQ(encode_value({.id = float64}, 1e20), "1e+20\n\n");
  EXPECT_EQ(encode_value({.id = decimal, .precision = 9, .scale = 2}, std::int32_t{-5}), "-0.05\n\n");
  EXPECT_EQ(encode_value({.id = decimal, .precision = 18, .scale = 0}, std::int64_t{42}), "42\n\n");
  EXPECT_EQ(encode_value({.id = decimal, .precision = 38, .scale = 1}, int128{-123}), "-12.3\n\n");
  EXPECT_EQ(encode_value({.id = date}, std::int32_t{19'782}), "2024-02-29\n\n");
  EXPECT_EQ(encode_value({.id = time, .unit = time_unit::milli}, std::int32_t{36'610'100}), "10:10:10.1\n\n");
  EXPECT_EQ(encode_value({.id = time, .unit = time_unit::micro, .utc = true}, std::int64_t{1}),
            "00:00:00.000001+00\n\n");
  EXPECT_EQ(encode_value({.id = timestamp, .unit = time_unit::nano}, std::int64_t{-1}),
            "1969-12-31 23:59:59.999999999\n\n");
  EXPECT_EQ(encode_value({.id = timestamp, .unit = time_unit::milli, .utc = true}, std::int64_t{0}),
            "1970-01-01 00:00:00+00\n\n");
  EXPECT_EQ(encode_value({.id = kind::interval}, copyto::interval{14, 3, 1'000'000'000}),
            "1 year 2 mons 3 days 00:00:01\n\n");

  field const fields[] = {
      {.name = "b", .type = {.id = boolean}}, {.name = "s", .type = {.id = string}},
      {.name = "j", .type = {.id = json}},    {.name = "e", .type = {.id = enumeration}},
      {.name = "x", .type = {.id = binary}},  {.name = "f", .type = {.id = fixed_binary, .width = 3}},
      {.name = "u", .type = {.id = uuid}}};
  std::byte const raw[16] = {std::byte{0xab}, std::byte{0x01}, std::byte{0xff}};
  EXPECT_EQ(encode(fields, 1,
                   [&](batch& rows) {
                     rows.buffer(0).append_bool(true);
                     rows.buffer(1).append_view("caf\xc3\xa9");
                     rows.buffer(2).append_view("{\"a\": [1, 2]}");
                     rows.buffer(3).append_view("red");
                     rows.buffer(4).append_view(std::string_view("\0\xff", 2));
                     rows.buffer(5).append_raw(raw);
                     rows.buffer(6).append_raw(raw);
                   }),
            "t,caf\xc3\xa9,\"{\"\"a\"\": [1, 2]}\",red,\\x00ff,\\xab01ff,ab01ff00-0000-0000-0000-000000000000\n");
}

TEST(csv, quotes_numbers_where_the_dialect_asks_for_it) {
  EXPECT_EQ(encode_value({.id = kind::int32}, std::int32_t{-12}, {.delimiter = '-'}), "\"-12\"\n\n");
  EXPECT_EQ(encode_value({.id = kind::int32}, std::int32_t{121}, {.quote = '2', .escape = '2'}), "212212\n\n");
  EXPECT_EQ(encode_value({.id = kind::int32}, std::int32_t{-1}, {.null_text = "-1"}), "\"-1\"\n-1\n");
  EXPECT_EQ(encode_value({.id = kind::float64}, std::numeric_limits<double>::quiet_NaN(), {.null_text = "NaN"}),
            "\"NaN\"\nNaN\n");
  EXPECT_EQ(encode_value({.id = kind::timestamp}, std::int64_t{0}, {.delimiter = ' '}), "\"1970-01-01 00:00:00\"\n\n");
  EXPECT_EQ(encode_value({.id = kind::date}, std::int32_t{0}, {.delimiter = ' '}), "1970-01-01\n\n");
}

TEST(csv, quotes_hexadecimal_digits_where_the_dialect_asks_for_it) {
  field const column{.name = "x", .type = {.id = kind::binary}, .optional = true};
  auto const hex = [&](std::string_view bytes, csv_options const& options) {
    return encode(
        {&column, 1}, 1, [&](batch& rows) { rows.buffer(0).append_copy(bytes); }, options);
  };
  EXPECT_EQ(hex("\xab", {.delimiter = 'b'}), "\"\\xab\"\n");
  EXPECT_EQ(hex("\xac", {.delimiter = 'b'}), "\\xac\n");
  EXPECT_EQ(hex("\xab", {.quote = '\\', .escape = '\\'}), "\\\\\\xab\\\n");
  EXPECT_EQ(hex("\xaa\xbb", {.quote = 'a', .escape = 'b'}), "a\\xbababbbba\n");
  EXPECT_EQ(hex("", {.null_text = "\\x"}), "\"\\x\"\n");
  EXPECT_EQ(hex("A", {.null_text = "\\x"}), "\\x41\n");
  EXPECT_EQ(hex("AB", {.null_text = "\\x4142"}), "\"\\x4142\"\n");
  EXPECT_EQ(hex("AC", {.null_text = "\\x4142"}), "\\x4143\n");
  EXPECT_EQ(hex("A", {.null_text = "\\x4142"}), "\\x41\n");
}

/// Three columns, a row of values and a row of NULLs.
std::string encode_mixed(csv_options const& options) {
  field const fields[] = {{.name = "n", .type = {.id = kind::int32}, .optional = true},
                          {.name = "s", .type = {.id = kind::string}, .optional = true},
                          {.name = "b", .type = {.id = kind::binary}, .optional = true},
                          {.name = "t", .type = {.id = kind::boolean}, .optional = true}};
  return encode(
      fields, 2,
      [](batch& rows) {
        rows.buffer(0).append_fixed(std::int32_t{-5});
        rows.buffer(1).append_view("a\"b");
        rows.buffer(2).append_view("\x01");
        rows.buffer(3).append_bool(true);
        for (std::size_t c = 0; c != 4; ++c) {
          rows.buffer(c).append_null();
        }
      },
      options);
}

TEST(csv, quotes_what_the_options_ask_for_but_never_null_or_header) {
  EXPECT_EQ(encode_mixed({.header = copyto::csv_header::every_file}), "n,s,b,t\n-5,\"a\"\"b\",\\x01,t\n,,,\n");
  EXPECT_EQ(encode_mixed({.header = copyto::csv_header::every_file, .quotes = csv_quotes::all}),
            "n,s,b,t\n\"-5\",\"a\"\"b\",\"\\x01\",\"t\"\n,,,\n");
  EXPECT_EQ(encode_mixed({.quotes = csv_quotes::non_numeric}), "-5,\"a\"\"b\",\"\\x01\",\"t\"\n,,,\n");
  EXPECT_EQ(encode_mixed({.force_quote = {"t", "n"}}), "\"-5\",\"a\"\"b\",\\x01,\"t\"\n,,,\n");
  EXPECT_EQ(encode_mixed({.null_text = "N", .quotes = csv_quotes::non_numeric, .force_quote = {"n"}}),
            "\"-5\",\"a\"\"b\",\"\\x01\",\"t\"\nN,N,N,N\n");
  EXPECT_EQ(encode_mixed({.delimiter = '-', .quotes = csv_quotes::non_numeric}),
            "\"-5\"-\"a\"\"b\"-\"\\x01\"-\"t\"\n---\n"); // a number that needs quotes has them
  EXPECT_EQ(encode({{""}, {std::nullopt}}, {.quotes = csv_quotes::all}), "\"\"\n\n");
  EXPECT_EQ(encode_mixed({.quote = 'x', .escape = '\\', .quotes = csv_quotes::all}),
            "x-5x,xa\"bx,x\\\\\\x01x,xtx\n,,,\n");
}

TEST(csv, numbers_are_every_integer_float_and_decimal) {
  for (int k = 0; k != static_cast<int>(kind::list); ++k) {
    auto const id = static_cast<kind>(k);
    bool const number = id != kind::boolean && k <= static_cast<int>(kind::decimal);
    csv_options const options{.quotes = csv_quotes::non_numeric};
    EXPECT_EQ(detail::csv_quoting(options, false).of({.name = "x", .type = {.id = id}}, "0"),
              number ? detail::csv_column::plain : detail::csv_column::quoted)
        << k;
  }
}

TEST(csv, without_quotes_refuses_what_needs_them_and_names_row_and_column) {
  csv_options const options{.quotes = csv_quotes::never};
  EXPECT_EQ(encode({{"plain"}, {std::nullopt}, {"tab\t"}}, options), "plain\n\ntab\t\n");
  field const fields[] = {{.name = "id", .type = {.id = kind::int32}}, {.name = "note", .type = {.id = kind::string}}};
  for (std::string const& bad : {std::string("a,b"), std::string("\""), std::string("two\nlines"), std::string("\r"),
                                 std::string(), std::string(100'000, '"')}) {
    batch rows(fields);
    rows.buffer(0).append_fixed(std::int32_t{1});
    rows.buffer(1).append_view("good");
    rows.buffer(0).append_fixed(std::int32_t{2});
    rows.buffer(1).append_view(bad);
    rows.close(2);
    memory_sink file;
    csv encoder{options};
    ASSERT_TRUE(encoder.begin(fields, file));
    auto const written = encoder.write(rows, 0, file);
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().is(errc::value_out_of_range));
    EXPECT_EQ(written.error()->message, "a value needs quotes, and the CSV option \"quotes\" is never");
    EXPECT_EQ(written.error()->row, 1U);
    EXPECT_EQ(written.error()->column, "note");
  }
  field const bytes{.name = "x", .type = {.id = kind::binary}};
  batch rows({&bytes, 1});
  rows.buffer(0).append_view("\xab");
  rows.close(1);
  memory_sink file;
  csv encoder{{.delimiter = 'b', .quotes = csv_quotes::never}};
  ASSERT_TRUE(encoder.begin(rows.schema(), file));
  EXPECT_FALSE(encoder.write(rows, 0, file));
}

TEST(csv, repeats_the_header_in_every_file_and_quotes_it) {
  EXPECT_EQ(encode(cells{}, {.header = copyto::csv_header::every_file}), "s\n");
  EXPECT_EQ(encode(cells{}), "");
  field const fields[] = {{.name = "a,b", .type = {.id = kind::string}},
                          {.name = "NULL", .type = {.id = kind::string}}};
  EXPECT_EQ(encode(fields, 0, [](batch&) {}, {.null_text = "NULL", .header = copyto::csv_header::every_file}),
            "\"a,b\",\"NULL\"\n");
  std::vector<cells> const rows(3, {"x", "y"});
  EXPECT_EQ(encode_files(rows, 16, 10, {.header = copyto::csv_header::every_file}),
            (std::vector<std::string>{"first,more\nx,y\n", "first,more\nx,y\n", "first,more\nx,y\n"}));
}

TEST(csv, ends_a_file_exactly_at_its_limit) {
  std::vector<cells> const rows(5, {"abc"}); // 4 bytes each
  EXPECT_EQ(encode_files(rows, 8, 5, {}), (std::vector<std::string>{"abc\nabc\n", "abc\nabc\n", "abc\n"}));
  EXPECT_EQ(encode_files(rows, 7, 5, {}).size(), 5U);
  EXPECT_EQ(encode_files(rows, 12, 5, {}), (std::vector<std::string>{"abc\nabc\nabc\n", "abc\nabc\n"}));
  EXPECT_EQ(encode_files(rows, 1, 5, {}).size(), 5U); // the first row is always taken
}

TEST(csv, splits_by_rows_alone_and_keeps_every_row) {
  std::mt19937 random(7);
  constexpr std::string_view letters = "ab,\"\n\\xyz0";
  for (int round = 0; round != 24; ++round) {
    std::vector<cells> data(1 + random() % 300, cells(1 + random() % 2));
    std::size_t const longest = round % 6 == 0 ? 200'000 : 60;
    for (cells& row : data) {
      for (auto& cell : row) {
        if (random() % 5 != 0) {
          std::size_t const size = longest > 60 && random() % 40 != 0 ? random() % 1000 : random() % longest;
          cell.emplace();
          for (std::size_t i = 0; i != size; ++i) {
            cell->push_back(letters[random() % (round % 2 == 0 ? letters.size() : 2)]);
          }
        }
      }
    }
    csv_options const options{.escape = round % 3 == 0 ? '\\' : '"',
                              .header = round % 4 == 0 ? copyto::csv_header::every_file : copyto::csv_header::none};
    std::uint64_t const limit = longest > 60 ? 70'000 + random() % 200'000 : 20 + random() % 2000;
    std::vector<std::string> const files = encode_files(data, limit, data.size(), options);
    ASSERT_EQ(encode_files(data, limit, 1, options), files);
    ASSERT_EQ(encode_files(data, limit, 7, options), files);

    std::vector<std::string> const whole = encode_files(data, sink::no_limit, 50, options);
    std::string const header =
        options.header != copyto::csv_header::none ? (data.front().size() == 2 ? "first,more\n" : "first\n") : "";
    std::string joined = header;
    for (std::string const& file : files) {
      ASSERT_TRUE(file.starts_with(header));
      joined += file.substr(header.size());
    }
    ASSERT_EQ(joined, whole.front());

    // No file passes the limit unless it has one row, and none would have had room for the next row.
    std::size_t row = 0;
    for (std::string const& file : files) {
      std::uint64_t size = header.size();
      std::size_t rows = 0;
      for (; row != data.size(); ++row, ++rows) {
        std::string const line = encode_files({data[row]}, sink::no_limit, 1, {.escape = options.escape}).front();
        if (rows != 0 && size + line.size() > limit) {
          break;
        }
        size += line.size();
      }
      ASSERT_EQ(file.size(), size);
    }
    ASSERT_EQ(row, data.size());
  }
}

TEST(csv, passes_long_rows_through_in_bounded_memory) {
  // All lengths around the size of the scratch memory and its multiples, behind a short row and before one.
  for (std::size_t const around : {65'536U, 131'072U}) {
    for (std::size_t size = around - 110; size != around + 8; ++size) {
      std::string const text(size, 'x');
      EXPECT_EQ(encode({{"a"}, {text}, {"b"}}), "a\n" + text + "\nb\n");
    }
  }
  std::string const quotes(100'001, '"');
  EXPECT_EQ(encode({{"a"}, {quotes}, {"b"}}), "a\n\"" + quotes + quotes + "\"\nb\n");

  field const column{.name = "x", .type = {.id = kind::binary}};
  for (std::size_t size = 32'700; size != 32'780; ++size) {
    std::string const bytes(size, '\x5a');
    std::string expected = "\\x";
    for (std::size_t i = 0; i != size; ++i) {
      expected += "5a";
    }
    EXPECT_EQ(encode({&column, 1}, 1, [&](batch& rows) { rows.buffer(0).append_view(bytes); }), expected + '\n');
  }
}

TEST(csv, holds_back_no_more_than_its_memory_bound) {
  field const column{.name = "s", .type = {.id = kind::string}};
  batch rows({&column, 1});
  for (int i = 0; i != 2000; ++i) {
    rows.buffer(0).append_view("some text of a row that is neither short nor long");
  }
  rows.close(2000);
  memory_sink file;
  csv encoder;
  ASSERT_TRUE(encoder.begin(rows.schema(), file));
  for (int i = 0; i != 20; ++i) {
    ASSERT_EQ(encoder.write(rows, 0, file).value(), 2000U);
    EXPECT_LE(encoder.pending_bytes(), encoder.memory_bound(rows.schema(), sink::no_limit));
    EXPECT_EQ(file.bytes() + encoder.pending_bytes(), 2000U * 50 * static_cast<unsigned>(i + 1));
  }
}

TEST(csv, names_row_and_column_of_text_that_is_not_utf8) {
  field const fields[] = {{.name = "id", .type = {.id = kind::int32}}, {.name = "note", .type = {.id = kind::json}}};
  for (std::string_view const bad : {std::string_view("caf\xe9"), std::string_view("a\0b", 3)}) {
    batch rows(fields);
    rows.buffer(0).append_fixed(std::int32_t{1});
    rows.buffer(1).append_view("good");
    rows.buffer(0).append_fixed(std::int32_t{2});
    rows.buffer(1).append_view(bad);
    rows.close(2);
    memory_sink file;
    csv encoder;
    ASSERT_TRUE(encoder.begin(fields, file));
    auto const written = encoder.write(rows, 0, file);
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().is(errc::value_out_of_range));
    EXPECT_EQ(written.error()->row, 1U);
    EXPECT_EQ(written.error()->column, "note");
    EXPECT_FALSE(written.error()->advice.empty());
  }
}

/// The same of a JSON text within a nested value, which becomes a part of its JSON as it is.
TEST(csv, names_row_and_column_of_nested_text_that_cannot_be) {
  field const member{.name = "j", .type = {.id = kind::json}};
  field const column{.name = "note", .type = {.id = kind::structure}, .nodes = &member, .node_count = 1};
  for (std::string_view const bad :
       {std::string_view("\"a\0b\"", 5), std::string_view("\"caf\xe9\""), std::string_view()}) {
    batch rows(schema_view(&column, 1));
    for (std::string_view const json : {std::string_view("1"), bad}) {
      rows.buffer(0).child(0).append_view(json);
      rows.buffer(0).append_struct();
    }
    rows.close(2);
    memory_sink file;
    csv encoder;
    ASSERT_TRUE(encoder.begin({&column, 1}, file));
    auto const written = encoder.write(rows, 0, file);
    ASSERT_FALSE(written) << bad;
    EXPECT_TRUE(written.error().is(errc::value_out_of_range));
    EXPECT_EQ(written.error()->row, 1U);
    EXPECT_TRUE(written.error()->column.starts_with("note")) << written.error()->column;
  }
}

TEST(csv, refuses_a_time_outside_of_the_day) {
  for (csv_options const& options : {csv_options{}, csv_options{.delimiter = ':'}}) {
    field const column{.name = "at", .type = {.id = kind::time}};
    batch rows({&column, 1});
    rows.buffer(0).append_fixed(std::int64_t{-1});
    rows.close(1);
    memory_sink file;
    csv encoder{options};
    ASSERT_TRUE(encoder.begin(rows.schema(), file));
    auto const written = encoder.write(rows, 0, file);
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error().is(errc::value_out_of_range));
    EXPECT_EQ(written.error()->row, 0U);
    EXPECT_EQ(written.error()->column, "at");
  }
}

/// Fails once it has taken `good` bytes.
class failing_sink final : public sink {
public:
  explicit failing_sink(std::size_t good) : good_(good) {}

private:
  result<void> take(bytes_view bytes) override {
    if (bytes.size() > good_) {
      return error(errc::io_failed, "the disk is full");
    }
    good_ -= bytes.size();
    return {};
  }
  std::size_t good_;
};

TEST(csv, returns_the_error_of_the_sink) {
  field const column{.name = "s", .type = {.id = kind::string}};
  for (std::size_t const length : {100U, 40'000U, 300'000U}) {
    std::string const text(length, 'x');
    for (std::size_t good = 0; good <= 700'000; good += 50'000) {
      batch rows({&column, 1});
      std::size_t const count = 700'000 / length + 1;
      for (std::size_t i = 0; i != count; ++i) {
        rows.buffer(0).append_view(text);
      }
      rows.close(count);
      failing_sink file(good);
      csv encoder{{.header = copyto::csv_header::every_file}};
      ASSERT_TRUE(encoder.begin(rows.schema(), file));
      auto const written = encoder.write(rows, 0, file);
      error const failed = written ? encoder.end(file).error() : written.error();
      EXPECT_TRUE(failed.is(errc::io_failed)) << length << ' ' << good;
    }
  }
}

TEST(csv, reads_borrowed_columns_from_their_offset) {
  field const fields[] = {{.name = "n", .type = {.id = kind::int32}, .optional = true},
                          {.name = "s", .type = {.id = kind::string}},
                          {.name = "b", .type = {.id = kind::boolean}}};
  std::int32_t const numbers[] = {0, 1, 2, 3};
  std::uint8_t const valid = 0b1011;
  std::uint8_t const bits = 0b0100;
  std::int32_t const offsets[] = {0, 1, 3, 6, 10};
  std::string_view const text = "abbcccdddd";
  batch rows(fields);
  rows.borrow(0, {.type = fields, .length = 3, .null_count = 1, .offset = 1, .validity = &valid, .values = numbers});
  rows.borrow(1, {.type = fields + 1,
                  .length = 3,
                  .offset = 1,
                  .values = text.data(),
                  .offsets = offsets,
                  .form = bytes_form::offsets32});
  rows.borrow(2, {.type = fields + 2, .length = 3, .offset = 1, .values = &bits});
  rows.borrowed(3);
  memory_sink file;
  csv encoder;
  ASSERT_TRUE(encoder.begin(fields, file));
  EXPECT_EQ(encoder.write(rows, 1, file).value(), 2U);
  ASSERT_TRUE(encoder.end(file));
  EXPECT_EQ(contents(file), ",ccc,t\n3,dddd,f\n");
}

TEST(csv, is_an_encoder_of_all_types) {
  static_assert(Encoder<csv>);
  for (int k = 0; k <= static_cast<int>(kind::map); ++k) {
    auto const id = static_cast<kind>(k);
    EXPECT_TRUE(csv::supports({.type = {.id = id}}));
  }
  EXPECT_EQ(csv().extension(), "csv");
  EXPECT_EQ(csv().content_type(), "text/csv");
  EXPECT_FALSE((csv{{.delimiter = '"'}}.check({}, 0)));
}

constexpr std::string_view bom = "\xEF\xBB\xBF";

TEST(Csv, AFirstFieldThatBeginsWithAByteOrderMarkIsQuoted) {
  std::string const marked = std::string(bom) + "a";
  std::string const quoted = '"' + marked + '"';
  EXPECT_EQ(encode({marked, marked}), quoted + "\n" + marked + "\n") << "in the first row only";
  EXPECT_EQ(encode({std::nullopt, marked}), "\n" + marked + "\n");
  EXPECT_EQ(encode({marked}, {.header = csv_header::every_file}), "s\n" + marked + "\n");
  EXPECT_EQ(encode({std::string(bom)}), '"' + std::string(bom) + "\"\n");
  EXPECT_EQ(encode({"\xEF\xBB\xBE"}), "\xEF\xBB\xBE\n") << "another character";
  std::string const long_text = marked + std::string(200'000, 'x'); // longer than the scratch memory
  EXPECT_EQ(encode({long_text, long_text}), '"' + long_text + "\"\n" + long_text + "\n");
  field const named{.name = marked, .type = {.id = kind::string}};
  auto const one = [](batch& rows) { rows.buffer(0).append_copy("v"); };
  EXPECT_EQ(encode({&named, 1}, 1, one, {.header = csv_header::every_file}), quoted + "\nv\n");
  std::vector<cells> const rows = {{marked, marked}, {marked, "b"}};
  EXPECT_EQ(encode_files(rows, 4, 9, {}), (std::vector<std::string>{quoted + "," + marked + "\n", quoted + ",b\n"}))
      << "in each file";
  EXPECT_FALSE(csv(csv_options{.null_text = marked}).check({&named, 1}, sink::no_limit));
}

/// The warnings of one file.
std::vector<error> warnings_of(cells const& values, csv_options const& options = {}) {
  field const column{.name = "s", .type = {.id = kind::string}, .optional = true};
  batch rows({&column, 1});
  for (auto const& v : values) {
    v ? rows.buffer(0).append_copy(*v) : rows.buffer(0).append_null();
  }
  rows.close(values.size());
  memory_sink file;
  csv encoder{options};
  EXPECT_TRUE(encoder.begin({&column, 1}, file));
  EXPECT_EQ(encoder.write(rows, 0, file).value(), values.size());
  return encoder.end(file).value().warnings;
}

TEST(Csv, AByteOrderMarkIsQuotedWhereItsBlockBeginsAFileOnly) {
  field const column{.name = "s", .type = {.id = kind::string}};
  schema_view const fields{&column, 1};
  batch rows(fields);
  std::string const marked = "\xEF\xBB\xBF a \\ backslash " + std::string(200'000, 'x');
  rows.buffer(0).append_copy(marked);
  rows.close(1);
  auto const file_of = [&](csv_options const& options, int blocks) -> result<std::string> {
    csv encoder{options};
    memory_sink out;
    EXPECT_TRUE(encoder.begin(fields, out));
    auto writer = encoder.block_writer(fields, sink::no_limit);
    for (int i = 0; i != blocks; ++i) {
      EXPECT_EQ(writer.write(rows, 0, 1).value(), 1U);
      auto block = writer.end().value();
      if (result<std::uint64_t> const placed = encoder.place(block, out); !placed) {
        return placed.error();
      }
    }
    EXPECT_EQ(encoder.end(out).value().rows, static_cast<std::uint64_t>(blocks));
    return contents(out);
  };
  std::string escaped = marked;
  escaped.replace(escaped.find('\\'), 1, "\\\\");
  EXPECT_EQ(file_of({}, 2).value(), "\"" + marked + "\"\n" + marked + "\n");
  EXPECT_EQ(file_of({.escape = '\\'}, 2).value(), "\"" + escaped + "\"\n" + marked + "\n");
  EXPECT_EQ(file_of({.header = csv_header::every_file}, 1).value(), "s\n" + marked + "\n");
  EXPECT_EQ(file_of({.header = csv_header::every_file, .quotes = csv_quotes::never}, 1).value(), "s\n" + marked + "\n");
  error const refused = file_of({.quotes = csv_quotes::never}, 1).error();
  EXPECT_TRUE(refused.is(errc::value_out_of_range));
  EXPECT_EQ(refused->row, 0U);
}

TEST(Csv, ALineThatEndsTheDataForOlderPsqlIsWarnedOfOnce) { // E18
  for (std::string_view const bad : {"a\n\\.\nb", "\n\\.\n", "a\n\\.\r\nb", "a\n\\.x\n\\.\n"}) {
    std::vector<error> const warned = warnings_of({"fine", std::nullopt, std::string(bad), std::string(bad)});
    ASSERT_EQ(warned.size(), 1U) << bad;
    EXPECT_EQ(warned[0]->row, 2U);
    EXPECT_EQ(warned[0]->column, "s");
    EXPECT_NE(warned[0].message().find("psql 18"), std::string::npos) << warned[0].message();
  }
  for (std::string_view const good :
       {"\\.", "a\n\\.", "\\.\na", "a\n\\.b\nc", "a\n \\.\nb", "a\n\\. \nb", "a\r\\.\rb", "a\n\\\\.\nb"}) {
    EXPECT_TRUE(warnings_of({std::string(good)}).empty()) << good;
  }
  EXPECT_TRUE(warnings_of({"a\n\\.\nb"}, {.escape = '\\'}).empty()) << "there it is \\\\.";
  std::string const far = std::string(300'000, 'x') + "\n\\.\n" + std::string(300'000, 'y');
  EXPECT_EQ(warnings_of({far}).size(), 1U);
}

} // namespace
