// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/any.hpp>
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/verbatim.hpp>

#include "codec/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

constexpr field column{.name = "row", .type = {.id = kind::binary}};

/// All files of these rows, offered in batches of `batch_rows`.
std::vector<std::string> encode(std::vector<std::string> const& texts, any_encoder const& prototype,
                                std::uint64_t limit = sink::no_limit, std::size_t batch_rows = 4096) {
  EXPECT_TRUE(prototype.check({&column, 1}, limit));
  std::vector<std::string> files;
  std::optional<memory_sink> file;
  std::optional<any_encoder> encoder;
  std::uint64_t in_file = 0;
  auto const start = [&] {
    file.emplace(limit);
    encoder.emplace(prototype);
    in_file = 0;
    EXPECT_TRUE(encoder->begin({&column, 1}, *file));
  };
  auto const finish = [&] {
    EXPECT_EQ(encoder->end(*file).value().rows, in_file);
    files.emplace_back(as_text(file->contents()));
  };
  start();
  batch rows({&column, 1}, batch_rows);
  for (std::size_t at = 0; at < texts.size(); at += batch_rows) {
    std::size_t const count = std::min(batch_rows, texts.size() - at);
    rows.clear();
    for (std::size_t i = 0; i != count; ++i) {
      rows.buffer(0).append_view(texts[at + i]);
    }
    rows.close(count);
    for (std::size_t first = 0; first != count;) {
      std::size_t const taken = encoder->write(rows, first, *file).value();
      first += taken;
      in_file += taken;
      if (first != count) {
        finish();
        start();
      }
    }
  }
  finish();
  return files;
}

TEST(verbatim, passes_rows_on_between_header_and_trailer) {
  verbatim const encoder{{.header = "<", .trailer = ">"}};
  EXPECT_EQ(encode({"a\n", "", "\xff\n", "b"}, encoder), (std::vector<std::string>{"<a\n\xff\nb>"}));
  EXPECT_EQ(encode({}, encoder), (std::vector<std::string>{"<>"}));
  EXPECT_EQ(encode({}, verbatim()), (std::vector<std::string>{""}));
}

TEST(verbatim, ends_files_between_rows_exactly_at_the_limit) {
  std::vector<std::string> const rows(5, "abc\n");
  verbatim const encoder{{.header = "<<", .trailer = ">"}};
  EXPECT_EQ(encode(rows, encoder, 11), (std::vector<std::string>{"<<abc\nabc\n>", "<<abc\nabc\n>", "<<abc\n>"}));
  EXPECT_EQ(encode(rows, encoder, 10).size(), 5U);
  EXPECT_EQ(encode(rows, encoder, 1).size(), 5U); // the first row is always taken
}

TEST(verbatim, keeps_every_row_below_every_limit_with_every_codec_and_batch) {
  std::mt19937_64 random(5);
  for (int round = 0; round != 30; ++round) {
    codec const c = round % 3 == 0 ? codec() : round % 3 == 1 ? gzip() : zstd();
    std::size_t const longest = round % 4 == 0 ? 200'000 : 100;
    std::vector<std::string> rows(longest == 100 ? 10'000 : 12);
    for (std::string& row : rows) {
      std::size_t const size = random() % longest;
      while (row.size() < size) {
        row += round % 2 == 0 ? std::string(1, static_cast<char>(random())) : "words " + std::to_string(random() % 90);
      }
    }
    std::uint64_t const limit = longest == 100 ? 500 + random() % 50'000 : 50'000 + random() % 100'000;
    verbatim const encoder{{.header = "head\n", .trailer = "tail", .codec = c}};
    std::vector<std::string> const files = encode(rows, encoder, limit);
    ASSERT_EQ(encode(rows, encoder, limit, 1), files);
    ASSERT_EQ(encode(rows, encoder, limit, 777), files);
    std::string whole;
    for (std::string const& row : rows) {
      whole += row;
    }
    std::string joined;
    for (std::string const& file : files) {
      std::string const text = c.id() == codec_id::none ? file : testing_codecs::decompressed(file);
      ASSERT_TRUE(text.starts_with("head\n") && text.ends_with("tail"));
      joined += text.substr(5, text.size() - 9);
      bool const single = std::ranges::find(rows, text.substr(5, text.size() - 9)) != rows.end();
      EXPECT_TRUE(file.size() <= limit || single);
    }
    EXPECT_EQ(joined, whole);
    EXPECT_GT(files.size(), 1U);
  }
}

TEST(verbatim, names_files_after_their_options_and_codec) {
  EXPECT_EQ(verbatim().extension(), "txt");
  EXPECT_EQ(verbatim().content_type(), "text/plain");
  verbatim_options options{.extension = "csv", .content_type = "text/csv; header=present"};
  EXPECT_EQ(verbatim(options).extension(), "csv");
  EXPECT_EQ(verbatim(options).content_type(), "text/csv; header=present");
  options.codec = gzip();
  EXPECT_EQ(verbatim(options).extension(), "csv.gz");
  EXPECT_EQ(verbatim(options).content_type(), "application/gzip");
  options.codec = zstd();
  EXPECT_EQ(any_encoder(verbatim(options)).extension(), "csv.zst");
  EXPECT_EQ(any_encoder(verbatim(options)).content_type(), "application/zstd");
}

TEST(verbatim, takes_one_required_column_of_bytes) {
  static_assert(Encoder<verbatim>);
  static_assert(verbatim::supports(column) && verbatim::supports({.name = "s", .type = {.id = kind::string}}));
  verbatim const encoder;
  field const two[] = {column, {.name = "b", .type = {.id = kind::binary}}};
  EXPECT_TRUE(encoder.check({two, 1}, 1));
  EXPECT_TRUE(encoder.check(two, 1).error().is(errc::invalid_argument));
  EXPECT_TRUE(encoder.check({}, 1).error().is(errc::invalid_argument));
  for (field const& bad : {field{.name = "x", .type = {.id = kind::int32}},
                           field{.name = "x", .type = {.id = kind::fixed_binary, .width = 3}},
                           field{.name = "x", .type = {.id = kind::string}, .optional = true}}) {
    EXPECT_FALSE(verbatim::supports(bad));
    auto const checked = encoder.check({&bad, 1}, 1);
    ASSERT_FALSE(checked);
    EXPECT_TRUE(checked.error().is(errc::unsupported));
    EXPECT_EQ(checked.error()->column, "x");
    EXPECT_FALSE(any_encoder(encoder).check({&bad, 1}, 1));
  }
}

TEST(verbatim, refuses_options_that_cannot_name_or_compress_a_file) {
  auto const refused = [](verbatim_options options) {
    auto const checked = verbatim(std::move(options)).check({&column, 1}, 1);
    return checked ? errc{} : checked.error().code();
  };
  EXPECT_EQ(refused({.extension = "tar.x-1_2"}), errc{});
  for (char const* bad : {"", "a/b", ".csv", "csv.", "a b", "\xc3\xa9", "a\n"}) {
    EXPECT_EQ(refused({.extension = bad}), errc::invalid_argument) << bad;
  }
  for (char const* bad : {"", "text/plain\r\nx: y", "t\xc3\xa9xt"}) {
    EXPECT_EQ(refused({.content_type = bad}), errc::invalid_argument) << bad;
  }
  EXPECT_EQ(refused({.codec = snappy()}), errc::unsupported);
  EXPECT_EQ(refused({.codec = gzip(0)}), errc::invalid_argument);
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

TEST(verbatim, returns_the_error_of_the_sink) {
  for (codec const& c : {codec(), gzip(), zstd()}) {
    for (std::size_t const good : {0U, 5U, 70'000U}) {
      batch rows({&column, 1});
      std::string text(150'000, 'x');
      std::mt19937 random(1);
      std::ranges::generate(text, [&] { return static_cast<char>(random()); });
      rows.buffer(0).append_view(text);
      rows.close(1);
      failing_sink file(good);
      verbatim encoder{{.header = "0123456789", .codec = c}};
      ASSERT_TRUE(encoder.begin({&column, 1}, file));
      auto const written = encoder.write(rows, 0, file);
      error const failed = written ? encoder.end(file).error() : written.error();
      EXPECT_TRUE(failed.is(errc::io_failed));
    }
  }
}

TEST(verbatim, holds_back_no_more_than_its_memory_bound) {
  verbatim encoder{{.header = "h"}};
  memory_sink file;
  ASSERT_TRUE(encoder.begin({&column, 1}, file));
  batch rows({&column, 1});
  for (int i = 0; i != 2000; ++i) {
    rows.buffer(0).append_view("some text of a row that is neither short nor long");
  }
  rows.close(2000);
  for (unsigned i = 1; i != 20; ++i) {
    ASSERT_EQ(encoder.write(rows, 0, file).value(), 2000U);
    EXPECT_LE(encoder.pending_bytes(), encoder.memory_bound({&column, 1}, sink::no_limit));
    EXPECT_EQ(file.bytes() + encoder.pending_bytes(), 1 + 2000U * 49 * i);
  }
  EXPECT_GE((verbatim{{.codec = zstd()}}.memory_bound({&column, 1}, 1)), zstd().stream_bytes());
}

} // namespace
