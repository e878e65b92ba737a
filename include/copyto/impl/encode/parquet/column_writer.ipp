// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_ENCODE_PARQUET_COLUMN_WRITER_IPP
#define COPYTO_IMPL_ENCODE_PARQUET_COLUMN_WRITER_IPP

#include <copyto/encode/parquet/column_writer.hpp>
#include <copyto/encode/parquet/indices.hpp>
#include <copyto/encode/parquet/plain.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace copyto::detail {

/// Values in the dictionary at the first `look`; there is another whenever they have doubled.
inline constexpr std::uint64_t first_look = 4096;
/// The share of the values since the last look, in sixteenths, that makes it give up if they were new. It falls,
/// since what is new after many values will fill the dictionary.
inline constexpr std::array<std::uint64_t, 4> too_many_new = {14, 12, 8, 4};

COPYTO_DECL column_writer::column_writer(leaf const& column, column_sizes sizes, page_codec codec, block_pool& blocks,
                                         page_scratch& scratch)
    : column_(&column), sizes_(sizes), codec_(codec), gap_(gap_bytes(column, sizes)), scratch_(&scratch),
      definition_(column.max_definition), chunk_(blocks), dictionary_(column.as.width, sizes.dictionary),
      indexing_(dictionary_.enabled()) {}

COPYTO_DECL std::size_t column_writer::gap_bytes(leaf const& column, column_sizes sizes) noexcept {
  if (column.max_definition == 0) {
    return 0;
  }
  // A multiple of 16, so that values are aligned.
  return (4 + level_buffer(column.max_definition).max_encoded_size(sizes.page_rows) + 15) / 16 * 16;
}

COPYTO_DECL std::uint64_t column_writer::memory(leaf const& column, column_sizes sizes) noexcept {
  std::size_t const levels =
      column.max_definition == 0 ? 0 : level_buffer(column.max_definition).storage_bytes(sizes.page_rows);
  return gap_bytes(column, sizes) + sizes.page_bytes + page_slack + levels +
         dictionary::memory(column.as.width, sizes.dictionary);
}

COPYTO_DECL std::size_t column_writer::packed_bytes() const noexcept {
  return 1 + max_indices_size(values_size_ / 4, index_width(sizes_.dictionary.entries));
}

COPYTO_DECL std::size_t column_writer::open_bytes() const noexcept {
  std::size_t const waiting = waiting_count_ * (max_page_header + 16);
  if (page_slots_ == 0) {
    return waiting;
  }
  std::size_t const levels =
      column_->max_definition == 0 ? 0 : 4 + std::min(gap_, definition_.max_encoded_size(page_slots_));
  std::size_t values = page_size() - gap_;
  if (undecided()) {
    values = std::min<std::size_t>(plain_bytes_, dictionary_.page().size() + max_page_header + packed_bytes());
  } else if (indexing_) {
    values = packed_bytes();
  }
  return waiting + values + levels + max_page_header;
}

COPYTO_DECL std::byte* column_writer::room(std::size_t more) {
  std::size_t const size = page_size();
  std::size_t const needed = size + more + page_slack;
  if (page_.capacity() < needed) {
    page_.resize(std::min(size, page_.capacity())); // what there is to move
    if (page_.capacity() == 0) {
      page_.reserve(std::max(needed, gap_ + sizes_.page_bytes + page_slack));
    } else {
      (void)page_.room(needed - page_.size());
    }
  }
  return page_.data() + size;
}

COPYTO_DECL std::byte* column_writer::stage(std::size_t values) {
  std::size_t const bytes = values * column_->as.width;
  // The numbers go in front of the values, which are needed for the statistics.
  return indexing_ ? room(bytes + 4 * values) + 4 * values : room(bytes);
}

COPYTO_DECL std::size_t column_writer::settle(std::byte const* staged, std::size_t values) {
  std::size_t const width = column_->as.width;
  if (!indexing_) {
    values_size_ += values * width;
    return values;
  }
  std::size_t const taken = dictionary_.index(staged, values, page_.data() + page_size());
  values_size_ += 4 * taken;
  plain_bytes_ += taken * width;
  indexed_values_ += taken;
  return taken;
}

/// Slots in front of the one that has value number `values`, which is there.
COPYTO_DECL std::size_t slots_before(column_view const& v, std::size_t first, std::size_t count, std::size_t values) {
  std::size_t slot = first;
  for_each_value(v, first, count, [&](std::size_t i) {
    slot = i;
    return values-- != 0;
  });
  return slot - first;
}

COPYTO_DECL result<void> column_writer::append(column_view const& values, std::size_t first, std::size_t count) {
  for (;;) {
    std::size_t const valid = count_values(values, first, count);
    std::size_t slots = count;
    std::size_t taken = valid;
    if (valid != 0) {
      result<std::size_t> const appended = append_values(values, first, count, valid);
      if (!appended) {
        return appended.error();
      }
      taken = *appended;
      slots = taken == valid ? count : slots_before(values, first, count, taken);
    }
    append_levels(values, first, slots, taken);
    page_statistics_.add_nulls(slots - taken);
    form const& f = column_->as;
    if (taken != 0 && f.ranged && (slice_low_ < f.low || slice_high_ > f.high)) {
      return check_range(values, first, count);
    }
    if (taken == valid) {
      return {};
    }
    first += slots;
    count -= slots;
    if (result<void> given_up = give_up_dictionary(); !given_up) {
      return given_up;
    }
  }
}

/// Flat columns: a definition level is the slot's validity, and nothing repeats.
COPYTO_DECL void column_writer::append_levels(column_view const& values, std::size_t first, std::size_t count,
                                              std::size_t valid) {
  page_slots_ += count;
  if (column_->max_definition == 0) {
    return;
  }
  definition_.reserve(sizes_.page_rows);
  if (valid == 0 || valid == count) {
    definition_.append_run(valid == 0 ? 0 : 1, count);
  } else {
    definition_.append_bits(values.validity, values.offset + first, count);
  }
}

COPYTO_DECL result<void> column_writer::look() {
  if (!indexing_ || indexed_values_ < first_look << looks_) {
    return {};
  }
  std::uint64_t const limit = too_many_new[std::min<std::size_t>(looks_, too_many_new.size() - 1)];
  std::uint64_t const fresh = dictionary_.size() - entries_at_look_;
  bool const give_up = 16 * fresh >= limit * (indexed_values_ - values_at_look_);
  ++looks_;
  values_at_look_ = indexed_values_;
  entries_at_look_ = dictionary_.size();
  return give_up ? give_up_dictionary() : result<void>();
}

COPYTO_DECL result<void> column_writer::give_up_dictionary() {
  if (undecided()) {
    make_page_plain();
    return {};
  }
  if (values_size_ != 0) {
    if (result<void> stored = store_indexed_page(); !stored) {
      return stored;
    }
  }
  indexing_ = false;
  return {};
}

} // namespace copyto::detail

#endif
