// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_ROW_GROUP_WRITER_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_ROW_GROUP_WRITER_IPP

#include <copyto/encode/parquet/detail/row_group_writer.hpp>

#include <copyto/encode/parquet/detail/plain.hpp>
#include <copyto/schema/detail/required.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace copyto::detail {

COPYTO_COLD row_group_writer::row_group_writer(std::shared_ptr<parquet_plan const> plan)
    : row_group_writer(
          plan, std::make_shared<block_pool>(plan->block_bytes,
                                             static_cast<std::size_t>(plan->chunk_bytes() / plan->block_bytes))) {}

COPYTO_COLD row_group_writer::row_group_writer(row_group_writer const& other)
    : row_group_writer(other.plan_, other.blocks_) {}

COPYTO_COLD row_group_writer::row_group_writer(std::shared_ptr<parquet_plan const> plan,
                                               std::shared_ptr<block_pool> blocks)
    : plan_(std::move(plan)), blocks_(std::move(blocks)) {
  compressors_.reserve(plan_->codecs.size());
  for (codec const& c : plan_->codecs) {
    compressors_.push_back(c.make_compressor());
  }
  columns_.reserve(plan_->leaves.size());
  for (std::size_t i = 0; i != plan_->leaves.size(); ++i) {
    std::size_t const c = plan_->codec_of[i];
    columns_.emplace_back(plan_->leaves[i], plan_->sizes(i),
                          page_codec{&plan_->codecs[c], compressors_[c].get(), plan_->checksums}, *blocks_, scratch_,
                          plan_->make_filter(i));
  }
  for (std::size_t i = 0; i != plan_->columns.size(); ++i) {
    if (plan_->columns[i].shredded) {
      shredders_.emplace_back(plan_->fields[i]);
    }
  }
  scratch_.encodings = plan_->encodings;
  scratch_.header.reserve(128);
  scratch_.levels.reserve(plan_->level_scratch());
  scratch_.body.reserve(plan_->body_scratch());
  scratch_.seen.reserve(plan_->seen_scratch());
  scratch_.levels_kept = scratch_.levels.capacity();
  scratch_.body_kept = std::max<std::size_t>(scratch_.body.capacity(), 8 * KiB);
  scratch_.compressed_kept = plan_->compressed_scratch();
  begin();
}

COPYTO_COLD void row_group_writer::begin() {
  full_ = false;
  has_index_ = true;
  order_ = row_order::of(plan_->fields, plan_->sorted_by);
  rows_ = raw_ = since_bytes_ = 0;
  rows_left_ = std::min({std::uint64_t{checkpoint_rows}, plan_->row_group_rows, plan_->page_rows});
}

COPYTO_COLD error refuse_size(leaf const& l, std::size_t row, std::uint64_t bytes) {
  return error(
      {.code = errc::value_out_of_range,
       .message = fmt::format("{} of {} bytes {} larger than a page of Parquet can be",
                              l.shredded ? "the values of a row," : "a value", bytes, l.shredded ? "are" : "is"),
       .row = row,
       .column = std::string(l.label()),
       .advice = "split it into values of at most 2 GiB - 1 MiB"});
}

/// Adds the sizes of strings to those of their rows.
COPYTO_DECL result<void> row_group_writer::measure_strings(leaf const& l, column_view const& v, std::size_t first,
                                                           std::size_t count) {
  std::uint64_t most = 0;
  auto const add = [&](std::size_t i, std::uint64_t size) {
    row_sizes_[i] += size;
    most = std::max(most, size);
  };
  auto const add_offsets = [&]<class Offset>(Offset const* offsets) {
    for (std::size_t i = 0; i != count; ++i) {
      add(i, static_cast<std::uint64_t>(offsets[i + 1] - offsets[i]));
    }
  };
  if (has_nulls(v) || v.form == bytes_form::views) {
    for_each_value(v, first, count, [&](std::size_t i) {
      add(i - first, v.bytes(i).size());
      return true;
    });
  } else if (v.form == bytes_form::offsets32) {
    add_offsets(static_cast<std::int32_t const*>(v.offsets) + v.offset + first);
  } else {
    add_offsets(static_cast<std::int64_t const*>(v.offsets) + v.offset + first);
  }
  if (most > max_value_bytes) {
    std::size_t bad = first;
    for_each_value(v, first, count, [&](std::size_t i) {
      bad = i;
      return v.bytes(i).size() <= max_value_bytes;
    });
    return refuse_size(l, bad, most);
  }
  return {};
}

/// Bytes of a row of a shredded leaf: the same whichever memory its values lie in.
COPYTO_DECL std::uint64_t nested_size(leaf const& l, leaf_rows const& in, std::size_t row) noexcept {
  std::uint64_t bytes = ((*in.entries)[row + 1] - (*in.entries)[row]) * slot_bytes(l);
  if (l.as.how == conversion::bytes) {
    std::size_t const first = (*in.slots)[row];
    std::size_t const behind = (*in.slots)[row + 1];
    auto const between = [&]<class Offset>(Offset const* offsets) {
      return static_cast<std::uint64_t>(offsets[in.values.offset + behind] - offsets[in.values.offset + first]);
    };
    if (!has_nulls(in.values) && first != behind && in.values.form != bytes_form::views) {
      return bytes + (in.values.form == bytes_form::offsets32
                          ? between(static_cast<std::int32_t const*>(in.values.offsets))
                          : between(static_cast<std::int64_t const*>(in.values.offsets)));
    }
    for_each_value(in.values, first, behind - first, [&](std::size_t i) {
      bytes += in.values.bytes(i).size();
      return true;
    });
  }
  return bytes;
}

/// Takes rows of a nested column apart, and adds the sizes of its leaves.
COPYTO_DECL result<void> row_group_writer::measure_nested(batch const& rows, std::size_t column, std::size_t first,
                                                          std::size_t count) {
  auto const before =
      std::count_if(plan_->columns.begin(), plan_->columns.begin() + static_cast<std::ptrdiff_t>(column),
                    [](column_leaves const& c) { return c.shredded; });
  shredder& apart = shredders_[static_cast<std::size_t>(before)];
  apart.trim(shredded_entries + checkpoint_rows);
  apart.shred(rows.column(column), first, count);
  for (std::size_t i = 0; i != apart.leaves().size(); ++i) {
    leaf const& l = plan_->leaves[plan_->columns[column].first + i];
    for (std::size_t row = 0; row != count; ++row) {
      std::uint64_t const size = nested_size(l, apart.leaves()[i], row);
      if (size > max_value_bytes) {
        return refuse_size(l, first + row, size);
      }
      row_sizes_[row] += size;
    }
  }
  return {};
}

/// Sizes of the next rows, which decide where checkpoints are.
COPYTO_DECL result<void> row_group_writer::measure(batch const& rows, std::size_t first, std::size_t last) {
  measured_first_ = first;
  if (plan_->same_rows()) {
    measured_last_ = last;
    return {};
  }
  std::size_t count = std::min(last - first, checkpoint_rows);
  for (std::uint64_t slots = 0; !shredders_.empty(); count = (count + 1) / 2, slots = 0) {
    for (std::size_t i = 0; i != plan_->columns.size(); ++i) {
      slots += plan_->columns[i].shredded ? shredder::slots_below(rows.column(i), first, count) : 0;
    }
    if (slots <= shredded_entries || count == 1) {
      break;
    }
  }
  measured_last_ = first + count;
  std::fill_n(row_sizes_.begin(), count, plan_->row_bytes);
  for (std::size_t const i : plan_->byte_strings) {
    leaf const& l = plan_->leaves[i];
    if (result<void> measured = measure_strings(l, view_of(l, rows), first, count); !measured) {
      return measured;
    }
  }
  for (std::size_t i = 0; i != plan_->columns.size(); ++i) {
    if (plan_->columns[i].shredded) {
      if (result<void> measured = measure_nested(rows, i, first, count); !measured) {
        return measured;
      }
    }
  }
  return {};
}

/// The measured rows up to the next checkpoint, or to the next large row, which comes alone.
COPYTO_DECL row_group_writer::slice row_group_writer::next_slice(std::size_t first, std::size_t last) const noexcept {
  std::uint64_t const room = plan_->checkpoint_bytes - since_bytes_;
  auto const most = static_cast<std::size_t>(std::min<std::uint64_t>(last - first, rows_left_));
  if (plan_->same_rows()) {
    auto const rows =
        static_cast<std::size_t>(std::min<std::uint64_t>(most, (room + plan_->row_bytes - 1) / plan_->row_bytes));
    return {.rows = rows, .bytes = rows * plan_->row_bytes};
  }
  slice s;
  std::uint64_t const* const sizes = row_sizes_.data() + (first - measured_first_);
  while (s.rows != most && s.bytes < room && (s.rows == 0 || sizes[s.rows] < plan_->large_value)) {
    s.bytes += sizes[s.rows++];
  }
  return s;
}

/// Ends the open page of each column that has a large value in this row, so that no page comes near
/// the 2 GiB that its header can say, or the 16 MB at which some readers stop.
COPYTO_COLD result<void> row_group_writer::set_large_values_apart(batch const& rows, std::size_t row) {
  auto const apart = [&](std::size_t i, std::uint64_t size) {
    return size >= plan_->large_value && columns_[i].page_rows() != 0 ? columns_[i].end_page() : result<void>();
  };
  for (std::size_t const i : plan_->byte_strings) {
    column_view const v = view_of(plan_->leaves[i], rows);
    if (result<void> ended = apart(i, v.is_null(row) ? 0 : v.bytes(row).size()); !ended) {
      return ended;
    }
  }
  auto nested = shredders_.begin();
  for (column_leaves const& column : plan_->columns) {
    for (std::size_t i = 0; column.shredded && i != column.count; ++i) {
      std::uint64_t const size =
          nested_size(plan_->leaves[column.first + i], nested->leaves()[i], row - measured_first_);
      if (result<void> ended = apart(column.first + i, size); !ended) {
        return ended;
      }
    }
    nested += column.shredded ? 1 : 0;
  }
  return {};
}

COPYTO_DECL result<void> row_group_writer::take(batch const& rows, std::size_t first, slice part) {
  if (order_ != nullptr) {
    if (result<void> sorted = order_->append(rows, first, part.rows); !sorted) {
      return sorted;
    }
  }
  auto nested = shredders_.begin();
  for (column_leaves const& column : plan_->columns) {
    for (std::size_t i = 0; i != column.count; ++i) {
      column_writer& to = columns_[column.first + i];
      result<void> taken = column.shredded
                               ? to.append(nested->leaves()[i], first - measured_first_, part.rows)
                               : to.append(view_of(plan_->leaves[column.first + i], rows), first, part.rows);
      if (!taken) {
        return taken;
      }
    }
    nested += column.shredded ? 1 : 0;
  }
  rows_ += part.rows;
  raw_ += part.bytes;
  since_bytes_ += part.bytes;
  rows_left_ -= part.rows;
  return {};
}

COPYTO_DECL result<std::size_t> row_group_writer::write(batch const& rows, std::size_t first, std::size_t last) {
  if (result<void> kept = check_required(rows); !kept) {
    return kept.error();
  }
  std::size_t at = first;
  measured_last_ = first;
  while (at != last && !full_) {
    if (at == measured_last_) {
      if (result<void> measured = measure(rows, at, last); !measured) {
        return measured.error();
      }
    }
    slice const part = next_slice(at, measured_last_);
    if (!plan_->same_rows() && row_sizes_[at - measured_first_] >= plan_->large_value) {
      if (result<void> apart = set_large_values_apart(rows, at); !apart) {
        return apart.error();
      }
    }
    if (result<void> taken = take(rows, at, part); !taken) {
      return taken.error();
    }
    at += part.rows;
    if (rows_left_ == 0 || since_bytes_ >= plan_->checkpoint_bytes) {
      if (result<void> checked = checkpoint(); !checked) {
        return checked.error();
      }
    }
  }
  return at - first;
}

COPYTO_DECL std::uint64_t row_group_writer::bytes() const noexcept {
  std::uint64_t held = 0;
  for (column_writer const& c : columns_) {
    held += c.encoded_bytes() + c.open_bytes();
  }
  return held;
}

COPYTO_DECL result<void> row_group_writer::checkpoint() {
  since_bytes_ = 0;
  std::uint64_t room = 0;
  for (column_writer const& c : columns_) {
    room += c.shared_room();
  }
  for (column_writer& c : columns_) {
    if (result<void> checked = c.check_dictionary(room > plan_->dictionary_room); !checked) {
      return checked;
    }
    // A page of a nested column has at least as many entries as rows.
    if (c.page_rows() != 0 && (c.page_bytes() >= plan_->page_bytes || c.page_slots() >= plan_->page_rows)) {
      if (result<void> ended = c.end_page(); !ended) {
        return ended;
      }
    }
  }
  limit_index();
  full_ = rows_ >= plan_->row_group_rows || raw_ >= plan_->row_group_bytes || bytes() >= plan_->row_group_bytes;
  rows_left_ = std::min<std::uint64_t>(checkpoint_rows, plan_->row_group_rows - std::min(rows_, plan_->row_group_rows));
  for (column_writer const& c : columns_) {
    rows_left_ = std::min<std::uint64_t>(rows_left_, plan_->page_rows - c.page_rows());
  }
  return {};
}

/// A page index that has come to the limit of a file's is left out; it is optional.
COPYTO_COLD void row_group_writer::limit_index() noexcept {
  std::uint64_t index = 0;
  for (column_writer const& c : columns_) {
    index += c.index_bytes();
  }
  if (has_index_ && index > plan_->index_bytes) {
    has_index_ = false;
    for (column_writer& c : columns_) {
      c.forget_index();
    }
  }
}

COPYTO_COLD result<row_group> row_group_writer::end() {
  row_group ended(blocks_);
  ended.rows = rows_;
  ended.chunks.reserve(columns_.size());
  for (column_writer& c : columns_) {
    if (c.page_rows() != 0) {
      if (result<void> stored = c.end_page(); !stored) {
        return stored.error();
      }
    }
    result<ended_chunk> chunk = c.end_chunk();
    if (!chunk) {
      return chunk.error();
    }
    ended.chunks.push_back(*std::move(chunk));
    if (c.has_filter()) {
      ended.filters.push_back({.leaf = ended.chunks.size() - 1, .stored = rope(*blocks_)});
      c.end_filter(ended.filters.back().stored);
    }
  }
  ended.has_index = has_index_;
  ended.order = std::move(order_);
  begin();
  return ended;
}

} // namespace copyto::detail

#endif
