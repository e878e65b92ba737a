// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_COLUMN_WRITER_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_COLUMN_WRITER_IPP

#include <copyto/encode/parquet/detail/column_writer.hpp>

#include <copyto/encode/parquet/detail/indices.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace copyto::detail {

/// Values in the dictionary at the first `look`; there is another whenever they have doubled.
inline constexpr std::uint64_t first_look = 4096;
/// The share of the values since the last look, in sixteenths, that makes it give up if they were new. It falls,
/// since what is new after many values will fill the dictionary.
inline constexpr std::array<std::uint64_t, 4> too_many_new = {14, 12, 8, 4};

COPYTO_COLD column_writer::column_writer(leaf const& column, column_sizes sizes, page_codec codec, block_pool& blocks,
                                         page_scratch& scratch, std::unique_ptr<chunk_filter> filter)
    : scratch_(&scratch), page_(column, sizes), chunk_(column, codec, blocks, scratch), filter_(std::move(filter)) {
  begin_form();
}

COPYTO_DECL void column_writer::begin_form() noexcept {
  auto const by_hand = page_.column().by_hand;
  form_ = by_hand.value_or(encoding::plain);
  chose_form_ = by_hand.has_value();
}

COPYTO_DECL bool column_writer::has_forms() const noexcept {
  return scratch_->encodings != nullptr && !scratch_->encodings->of(page_.column().as.type).empty();
}

COPYTO_DECL std::size_t column_writer::open_bytes() const noexcept {
  std::size_t const waiting = chunk_.waiting() * (max_page_header + 16);
  if (page_.slots() == 0) {
    return waiting;
  }
  std::size_t values = page_.value_bytes();
  if (undecided() && has_forms()) {
    values = page_.plain_bytes(); // more than any form of it
  } else if (undecided()) {
    values = std::min<std::size_t>(page_.plain_bytes(),
                                   page_.dictionary().page().size() + max_page_header + page_.packed_bytes());
  } else if (page_.indexed()) {
    values = page_.packed_bytes();
  }
  return waiting + values + page_.level_bytes() + max_page_header;
}

template <class Rows>
result<void> column_writer::append_rows(Rows const& rows, std::size_t first, std::size_t count) {
  for (;;) {
    result<std::size_t> const taken = page_.append(rows, first, count);
    if (!taken) {
      return taken.error();
    }
    if (*taken == count) {
      return {};
    }
    first += *taken;
    count -= *taken;
    if (result<void> given_up = give_up_dictionary(); !given_up) {
      return given_up;
    }
  }
}

COPYTO_DECL result<void> column_writer::append(column_view const& values, std::size_t first, std::size_t count) {
  return append_rows(values, first, count);
}

COPYTO_DECL result<void> column_writer::append(leaf_rows const& rows, std::size_t first, std::size_t count) {
  return append_rows(rows, first, count);
}

COPYTO_DECL result<void> column_writer::check_dictionary(bool used_up) {
  std::uint32_t const entries = page_.dictionary().size();
  bool const grew = entries != std::exchange(entries_at_checkpoint_, entries);
  if (used_up && grew && page_.indexed() && shared_room() != 0) {
    return give_up_dictionary();
  }
  if (!page_.indexed() || page_.indexed_values() < first_look << checks_) {
    return {};
  }
  std::uint64_t const limit = too_many_new[std::min<std::size_t>(checks_, too_many_new.size() - 1)];
  std::uint64_t const fresh = entries - entries_at_check_;
  bool const give_up = 16 * fresh >= limit * (page_.indexed_values() - values_at_check_);
  ++checks_;
  values_at_check_ = page_.indexed_values();
  entries_at_check_ = entries;
  return give_up ? give_up_dictionary() : result<void>();
}

COPYTO_COLD result<void> column_writer::give_up_dictionary() {
  if (undecided()) {
    page_.make_plain(*scratch_);
    return {};
  }
  if (page_.has_values()) {
    if (result<void> stored = store_page(); !stored) {
      return stored;
    }
  }
  page_.stop_indexing();
  return {};
}

COPYTO_DECL result<void> column_writer::end_page() {
  if (undecided() && !page_.has_values()) {
    byte_buffer& levels = scratch_->levels;
    levels.clear();
    page_.levels().encode(levels);
    chunk_.set_levels([&](level_counts& counts) { page_.levels().count(counts); });
    if (chunk_.wait(levels.view(), page_.facts())) {
      page_.begin();
      return {};
    }
    page_.make_plain(*scratch_);
  }
  if (undecided()) {
    std::size_t const packed = (page_.indices() + 7) / 8 * index_width(page_.dictionary().size());
    if (page_.dictionary().page().size() + packed >= page_.plain_bytes()) {
      page_.make_plain(*scratch_);
    }
  }
  if (has_forms() && !chose_form_ && page_.has_values()) {
    bool const open = undecided();
    if (open || !page_.indexed()) {
      result<encoding> const best = scratch_->encodings->smallest(page_, chunk_.codec(), *scratch_);
      if (!best) {
        return best.error();
      }
      chose_form_ = *best != encoding::rle_dictionary;
      form_ = chose_form_ ? *best : encoding::plain;
      if (open && chose_form_) {
        page_.make_plain(*scratch_);
      }
    }
  }
  return store_page();
}

COPYTO_DECL result<void> column_writer::store_page() {
  encoding values = page_.indexed() ? encoding::rle_dictionary : encoding::plain;
  if (result<void> stored = chunk_.add_waiting(values, index_width(page_.dictionary().size())); !stored) {
    return stored;
  }
  if (filter_ != nullptr && values == encoding::plain) { // in whichever form they are stored
    filter_->add(page_.held());
  }
  bytes_view body;
  if (values == encoding::plain && form_ != encoding::plain && page_.has_values()) {
    body = page_.encoded_body(*scratch_, *scratch_->encodings, form_);
    values = body.empty() ? encoding::plain : form_;
  }
  if (body.empty()) {
    body = values == encoding::plain ? page_.plain_body(*scratch_) : page_.indexed_body(*scratch_);
  }
  chunk_.set_levels([&](level_counts& counts) { page_.levels().count(counts); });
  result<void> stored = chunk_.add(body, values, page_.facts());
  page_.begin();
  return stored;
}

COPYTO_COLD result<ended_chunk> column_writer::end_chunk() {
  if (filter_ != nullptr && chunk_.needs_dictionary()) {
    filter_->add(page_.dictionary().page());
  }
  result<ended_chunk> ended = chunk_.end(page_.dictionary());
  page_.next_chunk();
  begin_form();
  checks_ = 0;
  values_at_check_ = 0;
  entries_at_check_ = 0;
  entries_at_checkpoint_ = 0;
  return ended;
}

} // namespace copyto::detail

#endif
