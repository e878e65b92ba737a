// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>

#include "../codec/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

constexpr field columns[] = {{.name = "n", .type = {.id = kind::int64}}, {.name = "s", .type = {.id = kind::string}}};

std::vector<std::string> random_texts(std::size_t count, std::size_t longest, bool noise) {
  std::mt19937_64 random(count + longest);
  std::vector<std::string> texts(count);
  for (std::string& text : texts) {
    std::size_t const size = random() % (longest + 1);
    while (text.size() < size) {
      text += noise ? std::string(1, static_cast<char>('!' + random() % 90))
                    : "some words " + std::to_string(random() % 50);
    }
  }
  return texts;
}

/// All files of these rows, offered in batches of `batch_rows`, as they are in the store.
std::vector<std::string> encode(std::vector<std::string> const& texts, csv const& prototype, std::uint64_t limit,
                                std::size_t batch_rows) {
  EXPECT_TRUE(prototype.check(columns, limit));
  std::vector<std::string> files;
  std::optional<memory_sink> file;
  csv encoder;
  auto const start = [&] {
    file.emplace(limit);
    encoder = prototype;
    EXPECT_TRUE(encoder.begin(columns, *file));
  };
  auto const finish = [&] {
    EXPECT_TRUE(encoder.end(*file));
    EXPECT_EQ(encoder.pending_bytes(), 0U);
    files.emplace_back(as_text(file->contents()));
  };
  start();
  batch rows(columns, batch_rows);
  for (std::size_t at = 0; at < texts.size(); at += batch_rows) {
    std::size_t const count = std::min(batch_rows, texts.size() - at);
    rows.clear();
    for (std::size_t i = 0; i != count; ++i) {
      rows.buffer(0).append_fixed(static_cast<std::int64_t>(at + i));
      rows.buffer(1).append_view(texts[at + i]);
    }
    rows.close(count);
    for (std::size_t first = 0; first != count;) {
      first += encoder.write(rows, first, *file).value();
      if (first != count) {
        finish();
        start();
      }
    }
  }
  finish();
  return files;
}

TEST(csv_compressed, files_hold_what_uncompressed_ones_do) {
  for (codec const& c : {gzip(), zstd(), zstd(-1), gzip(1)}) {
    for (std::size_t const longest : {30U, 3000U, 200'000U}) {
      std::vector<std::string> const texts = random_texts(600'000 / longest + 3, longest, false);
      auto const files =
          encode(texts, csv{{.header = copyto::csv_header::every_file, .codec = c}}, sink::no_limit, 500);
      ASSERT_EQ(files.size(), 1U);
      EXPECT_EQ(testing_codecs::decompressed(files[0]),
                encode(texts, csv{{.header = copyto::csv_header::every_file}}, sink::no_limit, 500)[0]);
    }
  }
}

TEST(csv_compressed, an_empty_file_is_a_compressed_one_too) {
  for (codec const& c : {gzip(), zstd()}) {
    memory_sink file;
    csv encoder{{.codec = c}};
    ASSERT_TRUE(encoder.begin(columns, file));
    ASSERT_TRUE(encoder.end(file));
    EXPECT_EQ(testing_codecs::decompressed(std::string(as_text(file.contents()))), "");
  }
}

TEST(csv_compressed, the_compressed_size_decides_where_files_end_and_batches_do_not) {
  std::mt19937_64 random(3);
  for (int round = 0; round != 16; ++round) {
    codec const c = round % 2 == 0 ? gzip() : zstd();
    bool const noise = round % 4 < 2;
    std::size_t const longest = round % 8 < 4 ? 100 : 150'000;
    std::vector<std::string> const texts = random_texts(longest == 100 ? 20'000 : 20, longest, noise);
    std::uint64_t const limit = longest == 100 ? 3'000 + random() % 30'000 : 50'000 + random() % 100'000;
    csv const encoder{{.header = copyto::csv_header::every_file, .codec = c}};
    std::vector<std::string> const files = encode(texts, encoder, limit, texts.size());
    ASSERT_EQ(encode(texts, encoder, limit, 7), files);
    ASSERT_EQ(encode(texts, encoder, limit, 4096), files);

    std::string joined = "n,s\n";
    for (std::size_t i = 0; i != files.size(); ++i) {
      std::string const text = testing_codecs::decompressed(files[i]);
      ASSERT_TRUE(text.starts_with("n,s\n"));
      bool const single = std::ranges::count(text, '\n') == 2;
      EXPECT_TRUE(files[i].size() <= limit || single) << files[i].size() << " of " << limit;
      if (longest == 100 && i + 1 != files.size()) { // full, but for what a flush would tell little of
        EXPECT_GE(files[i].size() + detail::file_stream::least_flush + 400, limit);
      }
      joined += text.substr(4);
    }
    EXPECT_EQ(joined, encode(texts, csv{{.header = copyto::csv_header::every_file}}, sink::no_limit, 100)[0]);
    EXPECT_GT(files.size(), 1U);
  }
}

TEST(csv_compressed, a_limit_that_nothing_fits_gives_a_file_a_row) {
  std::vector<std::string> const texts = random_texts(20, 50, false);
  for (codec const& c : {gzip(), zstd()}) {
    EXPECT_EQ(encode(texts, csv{{.codec = c}}, 1, 20).size(), texts.size());
  }
}

TEST(csv_compressed, names_files_after_their_codec) {
  EXPECT_EQ((csv{{.codec = gzip()}}.extension()), "csv.gz");
  EXPECT_EQ((csv{{.codec = zstd()}}.extension()), "csv.zst");
  EXPECT_EQ((csv{{.codec = gzip()}}.content_type()), "application/gzip");
  EXPECT_EQ((csv{{.codec = zstd()}}.content_type()), "application/zstd");
}

TEST(csv_compressed, the_stream_counts_in_the_memory_bound_and_as_pending) {
  EXPECT_EQ((csv{{.codec = zstd()}}.memory_bound(columns, 0)) - zstd().stream_bytes(),
            (csv{{.codec = gzip()}}.memory_bound(columns, 0)) - gzip().stream_bytes());
  EXPECT_GT((csv{{.codec = zstd()}}.memory_bound(columns, 0)), zstd().stream_bytes());
  memory_sink file;
  csv encoder{{.codec = gzip()}};
  ASSERT_TRUE(encoder.begin(columns, file));
  batch rows(columns);
  std::string const text(1000, 'x');
  for (int i = 0; i != 200; ++i) {
    rows.buffer(0).append_fixed(std::int64_t{7});
    rows.buffer(1).append_view(text);
  }
  rows.close(200);
  ASSERT_TRUE(encoder.write(rows, 0, file));
  EXPECT_EQ(encoder.pending_bytes(), std::size_t{200} * 1003 - detail::block_stream::block_size);
}

} // namespace
