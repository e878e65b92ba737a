// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_IN_BLOCKS_HPP
#define COPYTO_ENCODE_IN_BLOCKS_HPP

#include <copyto/encode/block.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/encode/detail/text_block.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace copyto {

namespace detail {

/// Makes blocks by letting an encoder write one after the other, each as if it were a file.
template <Encoder E>
class run_writer {
public:
  run_writer(E prototype, schema_view fields, std::uint64_t max_file_size)
      : prototype_(std::move(prototype)), fields_(fields), limit_(text_block::limit(max_file_size)),
        pool_(text_block::make_pool(max_file_size)), rows_(fields, 0) {}
  run_writer(run_writer const& other)
      : prototype_(other.prototype_), fields_(other.fields_), limit_(other.limit_), pool_(other.pool_),
        rows_(other.fields_, 0) {}
  run_writer(run_writer&&) noexcept = default;
  run_writer& operator=(run_writer other) noexcept {
    prototype_ = std::move(other.prototype_);
    fields_ = other.fields_;
    limit_ = other.limit_;
    pool_ = std::move(other.pool_);
    rows_ = std::move(other.rows_);
    encoder_ = std::move(other.encoder_);
    out_ = std::move(other.out_);
    full_ = other.full_;
    return *this;
  }
  ~run_writer() = default;

  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last) {
    if (!encoder_) {
      out_ = std::make_unique<text_block_sink>(pool_, limit_);
      encoder_.emplace(prototype_);
      if (result<void> begun = encoder_->begin(fields_, *out_); !begun) {
        return begun.error();
      }
    }
    for (std::size_t c = 0; c != fields_.size(); ++c) { // those before `last`
      rows_.borrow(c, rows.column(c));
    }
    rows_.borrowed(last);
    result<std::size_t> taken = encoder_->write(rows_, first, *out_);
    full_ = taken && *taken != last - first;
    return taken;
  }
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] result<text_block> end() {
    result<file_stats> stats = encoder_->end(*out_);
    if (!stats) {
      return stats.error();
    }
    text_block block = out_->take_block(*std::move(stats));
    encoder_.reset();
    full_ = false;
    return block;
  }

private:
  E prototype_;
  schema_view fields_;
  std::uint64_t limit_;
  std::shared_ptr<block_pool> pool_;
  batch rows_; ///< borrowed
  std::optional<E> encoder_;
  std::unique_ptr<text_block_sink> out_; ///< of the open block
  bool full_ = false;
};

/// What `in_blocks` makes.
template <Encoder E>
class blocks_encoder : public E {
public:
  explicit blocks_encoder(E encoder) : E(std::move(encoder)) {}

  [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const {
    return E::memory_bound(fields, max_file_size) + block_memory_bound(fields, max_file_size);
  }
  [[nodiscard]] run_writer<E> block_writer(schema_view fields, std::uint64_t max_file_size) const {
    return {*this, fields, max_file_size};
  }
  [[nodiscard]] std::uint64_t block_rows(schema_view fields) const {
    return copyto::block_rows(fields, text_block::most_rows, 2 * MiB);
  }
  [[nodiscard]] std::uint64_t block_memory_bound(schema_view fields, std::uint64_t max_file_size) const {
    return E::memory_bound(fields, max_file_size) + 2 * text_block::memory(max_file_size);
  }
  [[nodiscard]] result<std::uint64_t> place(text_block& block, sink& out) {
    if (placed_.rows != 0 && out.bytes() + block.text.size() > out.limit()) {
      return std::uint64_t{0};
    }
    if (block.warning) {
      placed_.warnings.push_back(
          block.warning->with([&](error_info& info) { info.row = placed_.rows + info.row.value_or(0); }));
    }
    placed_.rows += block.rows;
    result<void> written = block.text.write_to(out);
    return written ? result<std::uint64_t>(block.rows) : written.error();
  }
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, sink& out) {
    result<std::size_t> taken = E::write(rows, first, out);
    alone_ = true;
    return taken;
  }
  [[nodiscard]] result<file_stats> end(sink& out) {
    result<file_stats> ended = E::end(out);
    return alone_ || !ended ? std::move(ended) : result<file_stats>(std::move(placed_));
  }

private:
  file_stats placed_;
  bool alone_ = false; ///< `write` was called, and no block placed
};

} // namespace detail

/// An encoder whose files are nothing but its rows one after the other, without a head, an end or a codec, for many
/// threads: `in_blocks(tsv{})`. Each block of up to 4 MiB, or a quarter of the file limit, is what a file of its rows would
/// be; a file ends where the next one does not fit. `E::begin` and `E::end` must write nothing.
template <Encoder E>
[[nodiscard]] auto in_blocks(E encoder) {
  return detail::blocks_encoder<E>(std::move(encoder));
}

} // namespace copyto

#endif
