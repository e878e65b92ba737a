// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_CHUNK_PAGES_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_CHUNK_PAGES_IPP

#include <copyto/encode/parquet/detail/chunk_pages.hpp>

#include <cstring>
#include <span>
#include <utility>

namespace copyto::detail {

COPYTO_COLD bool chunk_pages::wait(bytes_view levels, page_facts what) {
  if (waiting_count_ == waiting_.size()) {
    return false;
  }
  if (nested_ != nullptr) {
    byte_buffer& kept = nested_->waiting;
    bytes_view const counts = std::as_bytes(nested_->page.all());
    if (kept.size() + 8 + counts.size() + levels.size() > most_waiting) {
      return false;
    }
    kept.reserve(most_waiting);
    kept.append_value(static_cast<std::uint32_t>(what.rows));
    kept.append_value(static_cast<std::uint32_t>(levels.size()));
    kept.append(counts);
    kept.append(levels);
  }
  waiting_[waiting_count_++] = static_cast<std::uint32_t>(what.slots);
  return true;
}

/// The levels of a page that waits, and how many rows it has.
COPYTO_COLD std::size_t chunk_pages::next_waiting(std::size_t page, std::byte const*& at, byte_buffer& body) {
  body.clear();
  if (nested_ == nullptr) {
    body.append_value(std::uint32_t{0});
    append_varint(body, std::uint64_t{waiting_[page]} << 1); // one run of level 0
    body.append_value(std::uint8_t{0});
    auto const size = static_cast<std::uint32_t>(body.size() - 4);
    std::memcpy(body.data(), &size, 4);
    return waiting_[page];
  }
  std::uint32_t rows_and_size[2];
  std::memcpy(rows_and_size, at, 8);
  std::span<std::uint64_t> const counts = nested_->page.all();
  std::memcpy(counts.data(), at + 8, counts.size_bytes());
  at += 8 + counts.size_bytes();
  body.append(bytes_view(at, rows_and_size[1]));
  at += rows_and_size[1];
  return rows_and_size[0];
}

/// Stores the pages without values that came before the first value. All pages of a chunk without a dictionary are PLAIN
/// ones then, and in a chunk with one, none that are PLAIN come first: no other writer does that.
COPYTO_COLD result<void> chunk_pages::add_waiting(encoding values, unsigned index_width) {
  std::byte const* at = nested_ != nullptr ? nested_->waiting.data() : nullptr;
  for (std::size_t i = 0; i != waiting_count_; ++i) {
    byte_buffer& body = scratch_->body;
    std::size_t const rows = next_waiting(i, at, body);
    if (values == encoding::rle_dictionary) {
      body.append_value(static_cast<std::uint8_t>(index_width));
    }
    statistics nulls;
    nulls.add_nulls(waiting_[i]);
    if (result<void> stored = add(body.view(), values, {.slots = waiting_[i], .rows = rows, .values = nulls});
        !stored) {
      return stored;
    }
  }
  waiting_count_ = 0;
  if (nested_ != nullptr) {
    nested_->waiting.clear();
  }
  return {};
}

COPYTO_DECL result<void> chunk_pages::add(bytes_view body, encoding values, page_facts what) {
  auto const store = [&] {
    return totals_.pages == page_type::data_v2
               ? scratch_->encodings->store_v2(body, *column_, values, what, codec(), *scratch_)
               : store_page(body, {.values = values, .slots = what.slots}, codec(), *scratch_);
  };
  auto page = store();
  bool const decides = scratch_->encodings != nullptr && pages_.size() == 0 && what.values.nulls() != what.slots;
  if (page && decides && codec_.worker != nullptr && !shrinks(body.size(), page->body.size())) {
    // All chunks of a column have one codec, as parquet-go 0.32 takes that of the first for all of them; so these pages say
    // themselves that they are not compressed. Indices shrink less than the dictionary does that goes with them.
    totals_.pages = page_type::data_v2;
    raw_ = values != encoding::rle_dictionary;
    page = store();
  }
  if (!page) {
    return page.error();
  }
  pages_.append(page->header);
  pages_.append(page->repetition);
  pages_.append(page->definition);
  pages_.append(page->body);
  (values == encoding::plain            ? totals_.plain_pages
   : values == encoding::rle_dictionary ? totals_.indexed_pages
                                        : totals_.other_pages) += 1;
  if (values != encoding::plain && values != encoding::rle_dictionary) {
    totals_.other = values;
  }
  totals_.uncompressed_bytes += page->uncompressed_bytes;
  totals_.slots += what.slots;
  totals_.text_bytes += what.text;
  statistics_.merge(what.values);
  level_counts const none;
  if (nested_ != nullptr) {
    nested_->chunk.add(nested_->page);
  }
  if (has_index_) {
    index_.add(column_->as,
               {.stored_bytes = page->size(), .slots = what.slots, .rows = what.rows, .text_bytes = what.text},
               what.values, nested_ != nullptr ? nested_->page : none);
  }
  scratch_->trim();
  return {};
}

COPYTO_COLD result<ended_chunk> chunk_pages::end(dictionary const& entries_of) {
  if (result<void> stored = add_waiting(encoding::plain, 0); !stored) {
    return stored.error();
  }
  ended_chunk ended(std::move(pages_), *blocks_);
  if (totals_.indexed_pages != 0) {
    auto const page =
        store_page(entries_of.page(), {.type = page_type::dictionary, .slots = entries_of.size()}, codec(), *scratch_);
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
  if (nested_ != nullptr) {
    ended.levels = nested_->chunk;
    nested_->chunk.clear();
  }
  ended.index = std::exchange(index_, {});
  has_index_ = true;
  raw_ = false;
  return ended;
}

COPYTO_DECL void chunk_pages::forget_index() noexcept {
  index_.clear();
  has_index_ = false;
}

} // namespace copyto::detail

#endif
