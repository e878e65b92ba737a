// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/detail/block_stream.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;

/// Writes down what it is given.
class recorder final : public detail::block_stream {
public:
  struct call {
    std::size_t size;
    bool end;
    friend bool operator==(call const&, call const&) = default;
  };
  std::vector<call> calls;

private:
  result<void> squeeze(bytes_view block, step then, sink& out) override {
    calls.push_back({block.size(), then == step::end});
    return out.write(block);
  }
  [[nodiscard]] std::uint64_t max_size(std::uint64_t size, std::uint64_t steps) const noexcept override {
    return size + 1000 * steps;
  }
};
constexpr std::size_t block = detail::block_stream::block_size;

TEST(BlockStream, CutsTheInputAtTheSamePlacesHoweverItComes) {
  std::string const text(3 * block + 5, 'x');
  for (std::size_t const piece : {std::size_t{1000}, block - 1, block, block + 1, 2 * block, text.size()}) {
    recorder stream;
    memory_sink file;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      ASSERT_TRUE(stream.write(as_bytes(std::string_view(text).substr(at, piece)), file));
    }
    ASSERT_TRUE(stream.end(file));
    EXPECT_EQ(stream.calls, (std::vector<recorder::call>{{block, false}, {block, false}, {block, false}, {5, true}}));
    EXPECT_EQ(as_text(file.contents()), text);
  }
}

TEST(BlockStream, CountsWhatIsPendingAndBoundsTheRest) {
  recorder stream;
  memory_sink file;
  ASSERT_TRUE(stream.write(as_bytes(std::string(block + 7, 'x')), file));
  EXPECT_EQ(stream.pending_bytes(), 7U);
  EXPECT_EQ(stream.max_rest(3), 10U + 2000); // one step to end, and one for a flush before
  EXPECT_EQ(stream.max_rest(block), block + 7 + 3000);
}

TEST(BlockStream, AFlushLeavesNothingPendingAndWithoutInputDoesNothing) {
  recorder stream;
  memory_sink file;
  ASSERT_TRUE(stream.flush(file));
  ASSERT_TRUE(stream.write(as_bytes("abc"), file));
  ASSERT_TRUE(stream.flush(file));
  ASSERT_TRUE(stream.flush(file));
  EXPECT_EQ(stream.pending_bytes(), 0U);
  ASSERT_TRUE(stream.end(file));
  EXPECT_EQ(stream.calls, (std::vector<recorder::call>{{3, false}, {0, true}}));
}

} // namespace
