// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_DETAIL_TEXT_BLOCK_HPP
#define COPYTO_ENCODE_DETAIL_TEXT_BLOCK_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/error.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/encode/detail/rope.hpp>
#include <copyto/encode/sink.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace copyto::detail {

/// A block (encode/block.hpp) of formats whose rows stand in a file one after the other.
struct text_block {
  /// Where it ends at the latest, of files of `max_file_size` bytes.
  static constexpr std::uint64_t limit(std::uint64_t max_file_size) noexcept {
    return std::clamp<std::uint64_t>(max_file_size / 4, 1, 4 * MiB);
  }
  static constexpr std::size_t piece_bytes = 64 * KiB;
  /// Memory for all blocks of an export; some of it is kept.
  static std::shared_ptr<block_pool> make_pool(std::uint64_t max_file_size) {
    return std::make_shared<block_pool>(piece_bytes, static_cast<std::size_t>(limit(max_file_size) / piece_bytes + 1));
  }
  /// Heap of one, a row that is longer than the limit aside.
  static constexpr std::uint64_t memory(std::uint64_t max_file_size) noexcept {
    return limit(max_file_size) + 2 * piece_bytes + 2 * most_rows * sizeof(std::uint64_t) + KiB;
  }
  static constexpr std::uint64_t most_rows = 16'384;

  explicit text_block(std::shared_ptr<block_pool> memory) : pool(std::move(memory)), text(*pool) {}

  std::shared_ptr<block_pool> pool; ///< outlives the text
  rope text;
  std::uint64_t rows = 0;
  std::optional<error> warning = std::nullopt; ///< with its row in the block
  std::vector<std::uint64_t> ends = {};        ///< of its rows, where it may be parted between them
  std::uint64_t placed = 0;                    ///< rows that are in a file already
};

/// Collects a block.
class text_block_sink final : public sink {
public:
  text_block_sink(std::shared_ptr<block_pool> pool, std::uint64_t limit) : sink(limit), block_(std::move(pool)) {}
  /// The block, of which the encoder says this.
  [[nodiscard]] text_block take_block(file_stats stats) {
    block_.rows = stats.rows;
    if (!stats.warnings.empty()) {
      block_.warning = std::move(stats.warnings.front());
    }
    return std::move(block_);
  }

private:
  result<void> take(bytes_view bytes) override {
    block_.text.append(bytes);
    return {};
  }
  text_block block_;
};

} // namespace copyto::detail

#endif
