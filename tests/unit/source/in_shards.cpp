// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/in_shards.hpp>

#include <copyto/schema/describe.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/testing/shard_contract.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace copyto;

struct item {
  std::int64_t id = 0;
  std::string name = {};
};
BOOST_DESCRIBE_STRUCT(item, (), (id, name))

template <class Container>
Container items(std::int64_t count) {
  Container made;
  for (std::int64_t i = 0; i != count; ++i) {
    made.push_back({.id = i, .name = "n" + std::to_string(i)});
  }
  return made;
}

std::vector<std::string> ids(std::int64_t count) {
  std::vector<std::string> made;
  for (std::int64_t i = 0; i != count; ++i) {
    made.push_back(std::to_string(i));
  }
  return made;
}

TEST(in_shards, keeps_the_contract) {
  for (std::int64_t const count : {0, 1, 5, 100, 101}) {
    for (std::uint32_t const shards : {0U, 1U, 3U, 8U, 101U}) {
      std::vector<item> const rows = items<std::vector<item>>(count);
      EXPECT_EQ(copyto::testing::try_shards(
                    {.open = [&] { return any_shards(in_shards(copyto::rows(rows), shards)); }, .rows = ids(count)}),
                std::vector<std::string>());
      EXPECT_EQ(
          copyto::testing::try_shards(
              {.open = [&] { return any_shards(in_shards(copyto::rows(items<std::deque<item>>(count)), shards)); },
               .rows = ids(count)}),
          std::vector<std::string>());
    }
  }
}

TEST(in_shards, shards_split_and_differ_by_one_row_at_most) {
  std::vector<item> const rows = items<std::vector<item>>(10);
  auto source = in_shards(copyto::rows(rows), 4);
  static_assert(Shardable<decltype(source)>);
  static_assert(!std::is_void_v<decltype(source)::row>);
  EXPECT_EQ(source.shard_count(), 4U);
  EXPECT_EQ(source.hint().rows, 10U);
  std::vector<std::uint64_t> sizes;
  for (std::uint32_t i = 0; i != 4; ++i) {
    any_source shard = source.shard(i, {}).value();
    EXPECT_TRUE(shard.ref().splits());
    sizes.push_back(shard.ref().row_count());
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{3, 3, 2, 2}));
}

/// Shards of texts that the test gives, wrong as it likes.
class texts {
public:
  texts(std::vector<std::vector<item>> shards, std::uint32_t at_once) : shards_(std::move(shards)), at_once_(at_once) {}
  [[nodiscard]] schema_view schema() const { return schema_of<item>::fields; }
  [[nodiscard]] std::uint32_t shard_count() const { return static_cast<std::uint32_t>(shards_.size()); }
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t, std::stop_token const&) {
    return shards_begun{.at_once = at_once_};
  }
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token const&) {
    if (index == 9) {
      return error(errc::source_failed, "cut");
    }
    return any_source(copyto::rows(shards_[index]));
  }

private:
  std::vector<std::vector<item>> shards_;
  std::uint32_t at_once_;
};

TEST(shard_contract, finds_what_is_broken) {
  auto const faults = [](std::vector<std::vector<item>> const& shards, std::uint32_t at_once,
                         std::int64_t count) -> std::string {
    std::vector<std::string> const found =
        copyto::testing::try_shards({.open = [&] { return any_shards(texts(shards, at_once)); }, .rows = ids(count)});
    return found.empty() ? "" : found.front();
  };
  EXPECT_EQ(faults({{{.id = 0}}, {{.id = 1}}}, 1, 2), "");
  EXPECT_NE(faults({{{.id = 0}}, {{.id = 0}}}, 1, 2).find("other ones from row 2"), std::string::npos); // twice
  EXPECT_NE(faults({{{.id = 0}}}, 1, 2).find("1 rows where there are 2"), std::string::npos);           // lost
  EXPECT_NE(faults({{{.id = 1}}, {{.id = 0}}}, 1, 2).find("from row 1"), std::string::npos);            // order
  EXPECT_EQ(faults({{{.id = 0}}}, 9, 1), "begin_shards(1) allows 9");
  EXPECT_EQ(faults({{{.id = 0}}}, 0, 1), "begin_shards(1) allows 0");
  std::vector<std::vector<item>> ten(10);
  EXPECT_NE(faults(ten, 1, 0).find("shard 9: "), std::string::npos);
}

} // namespace
