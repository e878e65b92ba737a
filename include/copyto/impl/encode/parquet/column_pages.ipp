// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_ENCODE_PARQUET_COLUMN_PAGES_IPP
#define COPYTO_IMPL_ENCODE_PARQUET_COLUMN_PAGES_IPP

/// The open page on its way into the chunk, and the chunk's into the file.
#include <copyto/encode/parquet/column_writer.hpp>
#include <copyto/encode/parquet/indices.hpp>

#include <cstring>
#include <string_view>

namespace copyto::detail {

/// Puts the values in place of their numbers, from the last one on: each begins where its number does or
/// behind it. Nothing needs the dictionary then.
COPYTO_DECL void column_writer::make_page_plain() {
  auto const size = static_cast<std::size_t>(plain_bytes_);
  bool const strings = column_->as.width == 0;
  if (values_size_ != 0) {
    if (strings) {
      add_entries_of_page();
    }
    room(size - values_size_);
    std::byte const* const numbers = page_.data() + gap_;
    std::byte* at = page_.data() + gap_ + size;
    for (std::size_t i = values_size_ / 4; i != 0; --i) {
      std::uint32_t entry;
      std::memcpy(&entry, numbers + 4 * (i - 1), 4);
      std::string_view const value = dictionary_.value(entry);
      at -= value.size();
      std::memcpy(at, value.data(), value.size());
      if (strings) {
        auto const length = static_cast<std::uint32_t>(value.size());
        at -= 4;
        std::memcpy(at, &length, 4);
      }
    }
  }
  values_size_ = size;
  plain_bytes_ = 0;
  indexing_ = false;
  dictionary_.clear();
}

/// The strings that the open page refers to come into its statistics once each.
COPYTO_DECL void column_writer::add_entries_of_page() {
  byte_buffer& seen = scratch_->seen;
  seen.clear();
  seen.resize((std::size_t{dictionary_.size()} + 63) / 64 * 8);
  std::memset(seen.data(), 0, seen.size());
  std::byte const* const numbers = page_.data() + gap_;
  for (std::size_t i = 0; i != values_size_; i += 4) {
    std::uint32_t entry;
    std::memcpy(&entry, numbers + i, 4);
    std::byte& bits = seen.data()[entry >> 3];
    std::byte const bit{static_cast<unsigned char>(1U << (entry & 7))};
    if ((bits & bit) == std::byte{0}) {
      bits |= bit;
      std::string_view const value = dictionary_.value(entry);
      page_statistics_.add_bytes(value.data(), value.size());
    }
  }
}

COPYTO_DECL result<void> column_writer::end_page() {
  if (undecided() && values_size_ == 0) {
    if (waiting_count_ != waiting_.size()) {
      waiting_[waiting_count_++] = static_cast<std::uint32_t>(page_slots_);
      begin_page();
      return {};
    }
    make_page_plain();
  }
  if (undecided()) {
    std::size_t const packed = (values_size_ / 4 + 7) / 8 * index_width(dictionary_.size());
    if (dictionary_.page().size() + packed >= plain_bytes_) {
      make_page_plain();
    }
  }
  return indexing_ ? store_indexed_page() : store_plain_page();
}

COPYTO_DECL result<void> column_writer::store_plain_page() {
  if (result<void> stored = store_waiting(encoding::plain); !stored) {
    return stored;
  }
  room(0); // a page of NULLs has no values, and may have no buffer yet
  std::size_t start = gap_;
  std::size_t const end = page_size();
  if (column_->max_definition != 0) {
    byte_buffer& levels = scratch_->levels;
    levels.clear();
    definition_.encode(levels);
    auto const size = static_cast<std::uint32_t>(levels.size());
    start -= 4 + size;
    std::memcpy(page_.data() + start, &size, 4);
    std::memcpy(page_.data() + start + 4, levels.data(), size);
  }
  result<void> stored =
      store(bytes_view(page_.data() + start, end - start), encoding::plain, page_slots_, page_statistics_);
  begin_page();
  return stored;
}

COPYTO_DECL result<void> column_writer::store_indexed_page() {
  if (result<void> stored = store_waiting(encoding::rle_dictionary); !stored) {
    return stored;
  }
  room(0);
  if (column_->as.width == 0) {
    add_entries_of_page();
  }
  byte_buffer& body = scratch_->body;
  body.clear();
  if (column_->max_definition != 0) {
    body.append_value(std::uint32_t{0});
    definition_.encode(body);
    auto const size = static_cast<std::uint32_t>(body.size() - 4);
    std::memcpy(body.data(), &size, 4);
  }
  // The width is there also where no index follows it: readers read it unasked.
  unsigned const width = index_width(dictionary_.size());
  body.append_value(static_cast<std::uint8_t>(width));
  encode_indices(page_.data() + gap_, values_size_ / 4, width, body);
  result<void> stored = store(body.view(), encoding::rle_dictionary, page_slots_, page_statistics_);
  begin_page();
  return stored;
}

/// Stores the pages of NULLs that came before the first value. All pages of a chunk without a dictionary are PLAIN
/// ones then, and in a chunk with one, none that are PLAIN come first: no other writer does that.
COPYTO_DECL result<void> column_writer::store_waiting(encoding values) {
  for (std::size_t i = 0; i != waiting_count_; ++i) {
    byte_buffer& body = scratch_->body;
    body.clear();
    body.append_value(std::uint32_t{0});
    append_varint(body, std::uint64_t{waiting_[i]} << 1); // one run of level 0
    body.append_value(std::uint8_t{0});
    auto const size = static_cast<std::uint32_t>(body.size() - 4);
    std::memcpy(body.data(), &size, 4);
    if (values == encoding::rle_dictionary) {
      body.append_value(static_cast<std::uint8_t>(index_width(dictionary_.size())));
    }
    statistics nulls;
    nulls.add_nulls(waiting_[i]);
    if (result<void> stored = store(body.view(), values, waiting_[i], nulls); !stored) {
      return stored;
    }
  }
  waiting_count_ = 0;
  return {};
}

/// Puts a page into the chunk.
COPYTO_DECL result<void> column_writer::store(bytes_view body, encoding values, std::size_t slots,
                                              statistics const& what) {
  auto const page = store_page(body, {.type = page_type::data, .values = values, .slots = slots}, codec_, *scratch_);
  if (!page) {
    return page.error();
  }
  chunk_.append(page->header);
  chunk_.append(page->body);
  std::size_t const present = slots - static_cast<std::size_t>(what.nulls());
  std::uint64_t text = 0;
  if (column_->as.type == physical::byte_array && present != 0) {
    text = (values == encoding::plain ? values_size_ : plain_bytes_) - 4 * present;
  }
  (values == encoding::plain ? totals_.plain_pages : totals_.indexed_pages) += 1;
  totals_.uncompressed_bytes += page->uncompressed_bytes;
  totals_.slots += slots;
  totals_.text_bytes += text;
  chunk_statistics_.merge(what);
  if (has_index_) {
    index_.add(column_->as, {.stored_bytes = page->size(), .rows = slots, .text_bytes = text}, what);
  }
  // Nor must what a large value was compressed into stay.
  if (scratch_->compressed.capacity() > scratch_->compressed_kept) {
    scratch_->compressed.release();
  }
  return {};
}

COPYTO_DECL void column_writer::begin_page() noexcept {
  page_slots_ = values_size_ = bits_ = 0;
  plain_bytes_ = 0;
  page_statistics_.clear();
  definition_.clear();
  // A value larger than a page must not keep its memory for the rest of the file.
  if (page_.capacity() > gap_ + sizes_.page_bytes + page_slack) {
    page_.release();
  }
}

COPYTO_DECL result<std::uint64_t> column_writer::end_chunk(thrift_writer& footer, sink& out, std::uint64_t offset) {
  if (result<void> stored = store_waiting(encoding::plain); !stored) {
    return stored.error();
  }
  stored_page entries;
  if (totals_.indexed_pages != 0) {
    auto const page =
        store_page(dictionary_.page(), {.type = page_type::dictionary, .slots = dictionary_.size()}, codec_, *scratch_);
    if (!page) {
      return page.error();
    }
    entries = *page;
    totals_.dictionary_bytes = entries.size();
    totals_.uncompressed_bytes += entries.uncompressed_bytes;
  }
  totals_.offset = offset;
  totals_.compressed_bytes = totals_.dictionary_bytes + chunk_.size();
  begin_column_chunk(footer, *column_, codec_.algorithm->id(), totals_, chunk_statistics_);
  if (totals_.dictionary_bytes != 0) {
    if (result<void> written = out.write(entries.header); !written) {
      return written.error();
    }
    if (result<void> written = out.write(entries.body); !written) {
      return written.error();
    }
  }
  if (result<void> written = chunk_.write_to(out); !written) {
    return written.error();
  }
  chunk_.clear();
  return totals_.uncompressed_bytes;
}

COPYTO_DECL void column_writer::forget_index() noexcept {
  index_.clear();
  has_index_ = false;
}

COPYTO_DECL void column_writer::next_chunk() noexcept {
  chunk_statistics_.clear();
  totals_ = {};
  index_.clear();
  dictionary_.clear();
  indexing_ = dictionary_.enabled();
  looks_ = 0;
  indexed_values_ = values_at_look_ = 0;
  entries_at_look_ = 0;
}

} // namespace copyto::detail

#endif
