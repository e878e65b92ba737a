// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_CHUNK_PAGES_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_CHUNK_PAGES_IPP

#include <copyto/encode/parquet/detail/chunk_pages.hpp>

#include <copyto/encode/parquet/detail/indices.hpp>

#include <cstring>
#include <utility>

namespace copyto::detail {

COPYTO_DECL bool chunk_pages::wait(std::size_t slots) noexcept {
  if (waiting_count_ == waiting_.size()) {
    return false;
  }
  waiting_[waiting_count_++] = static_cast<std::uint32_t>(slots);
  return true;
}

/// Stores the pages of NULLs that came before the first value. All pages of a chunk without a dictionary are PLAIN
/// ones then, and in a chunk with one, none that are PLAIN come first: no other writer does that.
COPYTO_DECL result<void> chunk_pages::add_waiting(encoding values, unsigned index_width) {
  for (std::size_t i = 0; i != waiting_count_; ++i) {
    byte_buffer& body = scratch_->body;
    body.clear();
    body.append_value(std::uint32_t{0});
    append_varint(body, std::uint64_t{waiting_[i]} << 1); // one run of level 0
    body.append_value(std::uint8_t{0});
    auto const size = static_cast<std::uint32_t>(body.size() - 4);
    std::memcpy(body.data(), &size, 4);
    if (values == encoding::rle_dictionary) {
      body.append_value(static_cast<std::uint8_t>(index_width));
    }
    statistics nulls;
    nulls.add_nulls(waiting_[i]);
    if (result<void> stored = add(body.view(), {.values = values, .slots = waiting_[i]}, 0, nulls); !stored) {
      return stored;
    }
  }
  waiting_count_ = 0;
  return {};
}

COPYTO_DECL result<void> chunk_pages::add(bytes_view body, page_kind kind, std::uint64_t text, statistics const& what) {
  auto const page = store_page(body, kind, codec_, *scratch_);
  if (!page) {
    return page.error();
  }
  pages_.append(page->header);
  pages_.append(page->body);
  (kind.values == encoding::plain ? totals_.plain_pages : totals_.indexed_pages) += 1;
  totals_.uncompressed_bytes += page->uncompressed_bytes;
  totals_.slots += kind.slots;
  totals_.text_bytes += text;
  statistics_.merge(what);
  if (has_index_) {
    index_.add(column_->as, {.stored_bytes = page->size(), .rows = kind.slots, .text_bytes = text}, what);
  }
  // Nor must what a large value was compressed into stay.
  if (scratch_->compressed.capacity() > scratch_->compressed_kept) {
    scratch_->compressed.release();
  }
  return {};
}

COPYTO_DECL result<ended_chunk> chunk_pages::end(dictionary const& entries_of) {
  if (result<void> stored = add_waiting(encoding::plain, 0); !stored) {
    return stored.error();
  }
  ended_chunk ended(std::move(pages_), *blocks_);
  if (totals_.indexed_pages != 0) {
    auto const page =
        store_page(entries_of.page(), {.type = page_type::dictionary, .slots = entries_of.size()}, codec_, *scratch_);
    if (!page) {
      return page.error();
    }
    ended.dictionary.append(page->header);
    ended.dictionary.append(page->body);
    totals_.dictionary_bytes = page->size();
    totals_.uncompressed_bytes += page->uncompressed_bytes;
  }
  totals_.compressed_bytes = ended.bytes();
  ended.totals = std::exchange(totals_, {});
  ended.values = std::exchange(statistics_, {});
  ended.index = std::exchange(index_, {});
  has_index_ = true;
  return ended;
}

COPYTO_DECL void chunk_pages::forget_index() noexcept {
  index_.clear();
  has_index_ = false;
}

} // namespace copyto::detail

#endif
