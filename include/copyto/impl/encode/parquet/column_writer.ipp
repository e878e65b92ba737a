// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_ENCODE_PARQUET_COLUMN_WRITER_IPP
#define COPYTO_IMPL_ENCODE_PARQUET_COLUMN_WRITER_IPP

#include <copyto/core/utf8.hpp>
#include <copyto/encode/parquet/column_writer.hpp>
#include <copyto/encode/parquet/plain.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace copyto::detail {

/// Bytes behind the values that loops may touch: one value more than there are, or a whole word.
inline constexpr std::size_t page_slack = 16;

COPYTO_DECL column_writer::column_writer(leaf const& column, column_sizes sizes, page_codec codec, block_pool& blocks)
    : column_(&column), sizes_(sizes), codec_(codec), gap_(gap_bytes(column, sizes)),
      definition_(column.max_definition), chunk_(blocks) {}

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
  return gap_bytes(column, sizes) + sizes.page_bytes + page_slack + levels;
}

COPYTO_DECL std::size_t column_writer::open_bytes() const noexcept {
  std::size_t const levels =
      column_->max_definition == 0 ? 0 : 4 + std::min(gap_, definition_.max_encoded_size(page_slots_));
  return page_slots_ == 0 ? 0 : page_bytes() + levels + 32;
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

COPYTO_DECL result<void> column_writer::append(column_view const& values, std::size_t first, std::size_t count) {
  std::size_t const valid = count_values(values, first, count);
  append_levels(values, first, count, valid);
  statistics_.add_nulls(count - valid);
  if (valid == 0) {
    return {};
  }
  if (result<void> appended = append_values(values, first, count, valid); !appended) {
    return appended;
  }
  form const& f = column_->as;
  return f.ranged && (slice_low_ < f.low || slice_high_ > f.high) ? check_range(values, first, count) : result<void>();
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

COPYTO_DECL result<void> column_writer::append_values(column_view const& v, std::size_t first, std::size_t count,
                                                      std::size_t valid) {
  auto const widen = [&]<class In, class Out>(In, Out) {
    append_numbers<In, Out>(v, first, count, valid, [](In x) { return static_cast<Out>(x); });
  };
  form const& f = column_->as;
  switch (f.how) {
  case conversion::bits: append_booleans(v, first, count, valid); break;
  case conversion::from_int8: widen(std::int8_t(), std::int32_t()); break;
  case conversion::from_int16: widen(std::int16_t(), std::int32_t()); break;
  case conversion::from_uint8: widen(std::uint8_t(), std::int32_t()); break;
  case conversion::from_uint16: widen(std::uint16_t(), std::int32_t()); break;
  case conversion::from_uint32: widen(std::uint32_t(), std::int64_t()); break;
  case conversion::from_millis:
    append_numbers<std::int32_t, std::int64_t>(v, first, count, valid,
                                               [](std::int32_t x) { return std::int64_t{x} * 1000; });
    break;
  case conversion::from_half:
    append_numbers<std::uint16_t, float>(v, first, count, valid, [](std::uint16_t x) { return widen_half(x); });
    break;
  case conversion::copy:
    switch (f.order) {
    case ordering::signed_integer:
      f.width == 4 ? widen(std::int32_t(), std::int32_t()) : widen(std::int64_t(), std::int64_t());
      break;
    case ordering::unsigned_integer:
      f.width == 4 ? widen(std::uint32_t(), std::uint32_t()) : widen(std::uint64_t(), std::uint64_t());
      break;
    case ordering::floating: f.width == 4 ? widen(float(), float()) : widen(double(), double()); break;
    default: append_fixed(v, first, count, valid); break;
    }
    break;
  case conversion::from_uint64:
  case conversion::from_int128: append_big_endian(v, first, count, valid); break;
  case conversion::bytes: return append_bytes(v, first, count, valid);
  case conversion::uuid_text: {
    std::byte* at = room(valid * (4 + uuid_text_size));
    char text[uuid_text_size];
    for_each_value(v, first, count, [&](std::size_t i) {
      format_uuid(static_cast<std::byte const*>(v.values) + (v.offset + i) * 16, text);
      put_string(at, {text, uuid_text_size});
      return true;
    });
    break;
  }
  case conversion::interval_text:
  case conversion::interval_fixed: return append_intervals(v, first, count, valid);
  }
  return {};
}

template <class T>
void column_writer::add_numbers(std::byte const* values, std::size_t count) {
  if constexpr (std::is_floating_point_v<T>) {
    statistics_.add_floats<T>(values, count);
  } else {
    number_range<T> const r = range_of<T>(values, count);
    slice_low_ = r.low;
    slice_high_ = r.high;
    statistics_.add_range(r.low, r.high);
  }
}

template <class In, class Out, class F>
void column_writer::append_numbers(column_view const& v, std::size_t first, std::size_t count, std::size_t valid,
                                   F convert) {
  std::byte* const at = room(valid * sizeof(Out));
  if (std::is_same_v<In, Out> && valid == count) {
    std::memcpy(at, static_cast<std::byte const*>(v.values) + (v.offset + first) * sizeof(In), count * sizeof(In));
  } else {
    convert_values<In, Out>(v, first, count, at, convert);
  }
  values_size_ += valid * sizeof(Out);
  add_numbers<Out>(at, valid);
}

COPYTO_DECL void column_writer::append_booleans(column_view const& v, std::size_t first, std::size_t count,
                                                std::size_t valid) {
  room(valid / 8 + 1);
  bool any_true = false;
  bool any_false = false;
  bits_ +=
      pack_booleans(v, first, count, reinterpret_cast<std::uint8_t*>(page_.data() + gap_), bits_, any_true, any_false);
  statistics_.add_range(any_false ? 0 : 1, any_true ? 1 : 0);
}

/// Byte strings of one length, and binary16.
COPYTO_DECL void column_writer::append_fixed(column_view const& v, std::size_t first, std::size_t count,
                                             std::size_t valid) {
  std::size_t const width = column_->as.width;
  std::byte* const at = room(valid * width);
  auto const* const from = static_cast<std::byte const*>(v.values) + v.offset * width;
  if (valid == count) {
    std::memcpy(at, from + first * width, count * width);
  } else {
    std::byte* to = at;
    for_each_value(v, first, count, [&](std::size_t i) {
      std::memcpy(to, from + i * width, width);
      to += width;
      return true;
    });
  }
  values_size_ += valid * width;
  for (std::size_t i = 0; i != valid && column_->as.order != ordering::none; ++i) {
    if (column_->as.order == ordering::half) {
      std::uint16_t bits;
      std::memcpy(&bits, at + i * 2, 2);
      statistics_.add_half(bits);
    } else {
      statistics_.add_bytes(reinterpret_cast<char const*>(at + i * width), width);
    }
  }
}

COPYTO_DECL void column_writer::append_big_endian(column_view const& v, std::size_t first, std::size_t count,
                                                  std::size_t valid) {
  std::size_t const width = column_->as.width;
  std::byte* at = room(valid * width);
  bool const wide = column_->as.how == conversion::from_int128;
  int128 low = 0;
  int128 high = 0;
  bool any = false;
  for_each_value(v, first, count, [&](std::size_t i) {
    int128 const value = wide ? load_slot<int128>(v, i) : static_cast<int128>(load_slot<std::uint64_t>(v, i));
    store_big_endian(at, value, width);
    at += width;
    low = any && low < value ? low : value;
    high = any && high > value ? high : value;
    any = true;
    return true;
  });
  values_size_ += valid * width;
  slice_low_ = low;
  slice_high_ = high;
  statistics_.add_range(low, high);
}

/// A BYTE_ARRAY value; there must be room for it.
COPYTO_DECL void column_writer::put_string(std::byte*& at, std::string_view value) {
  auto const size = static_cast<std::uint32_t>(value.size());
  std::memcpy(at, &size, 4);
  if (!value.empty()) {
    std::memcpy(at + 4, value.data(), value.size());
  }
  statistics_.add_bytes(reinterpret_cast<char const*>(at) + 4, value.size());
  at += 4 + value.size();
  values_size_ += 4 + value.size();
}

template <class Get>
result<void> column_writer::append_strings(column_view const& v, std::size_t first, std::size_t count, bool adjacent,
                                           Get get) {
  std::size_t total = 0;
  for_each_value(v, first, count, [&](std::size_t i) {
    total += 4 + get(i).size();
    return true;
  });
  std::byte* at = room(total);
  bool check = column_->as.order == ordering::text;
  if (check && adjacent) {
    // One pass over all bytes of the slice settles the usual case.
    std::string_view const last = get(first + count - 1);
    char const* const begin = get(first).data();
    check = !is_ascii({begin, static_cast<std::size_t>(last.data() + last.size() - begin)});
  }
  std::size_t bad = 0;
  bool const all = for_each_value(v, first, count, [&](std::size_t i) {
    std::string_view const value = get(i);
    if (check && !valid_utf8(value)) {
      bad = i;
      return false;
    }
    put_string(at, value);
    return true;
  });
  return all ? result<void>()
             : refuse(bad, fmt::format("a {} is not valid UTF-8", to_string(column_->type->type.id)),
                      "declare the column as binary, or repair the text before it is exported");
}

COPYTO_DECL result<void> column_writer::append_bytes(column_view const& v, std::size_t first, std::size_t count,
                                                     std::size_t) {
  auto const sliced = [&]<class Offset>(Offset) {
    auto const* const offsets = static_cast<Offset const*>(v.offsets) + v.offset;
    auto const* const bytes = static_cast<char const*>(v.values);
    return append_strings(v, first, count, true, [=](std::size_t i) {
      return std::string_view(bytes + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
    });
  };
  switch (v.form) {
  case bytes_form::offsets32: return sliced(std::int32_t());
  case bytes_form::offsets64: return sliced(std::int64_t());
  case bytes_form::views:
  case bytes_form::none: break;
  }
  auto const* const views = v.data<std::string_view>();
  return append_strings(v, first, count, false, [=](std::size_t i) { return views[i]; });
}

COPYTO_DECL result<void> column_writer::append_intervals(column_view const& v, std::size_t first, std::size_t count,
                                                         std::size_t valid) {
  bool const text = column_->as.how == conversion::interval_text;
  std::byte* at = room(valid * (text ? 4 + max_interval_text : 12));
  std::size_t bad = 0;
  bool const all = for_each_value(v, first, count, [&](std::size_t i) {
    auto const value = load_slot<interval>(v, i);
    if (text) {
      char buffer[max_interval_text];
      std::size_t const size = format_interval(value, buffer);
      put_string(at, {buffer, size});
      return true;
    }
    constexpr std::int64_t milli = 1'000'000;
    bad = i;
    if (value.months < 0 || value.days < 0 || value.nanoseconds < 0 || value.nanoseconds % milli != 0 ||
        value.nanoseconds / milli > std::numeric_limits<std::uint32_t>::max()) {
      return false;
    }
    std::uint32_t const parts[3] = {static_cast<std::uint32_t>(value.months), static_cast<std::uint32_t>(value.days),
                                    static_cast<std::uint32_t>(value.nanoseconds / milli)};
    std::memcpy(at, parts, 12);
    at += 12;
    values_size_ += 12;
    return true;
  });
  return all ? result<void>()
             : refuse(bad,
                      "an interval is negative, not in whole milliseconds, or its time part is longer than 49 days, "
                      "which Parquet's INTERVAL cannot hold",
                      "use the portable reader profile, which writes intervals as text, or a string column");
}

/// Finds the value that a slice's range says is there.
COPYTO_DECL result<void> column_writer::check_range(column_view const& v, std::size_t first, std::size_t count) const {
  form const& f = column_->as;
  int128 const factor = f.how == conversion::from_millis ? 1000 : 1;
  std::size_t const width = value_width(column_->type->type);
  std::size_t bad = first;
  for_each_value(v, first, count, [&](std::size_t i) {
    int128 const value = factor * (width == 4   ? static_cast<int128>(load_slot<std::int32_t>(v, i))
                                   : width == 8 ? static_cast<int128>(load_slot<std::int64_t>(v, i))
                                                : load_slot<int128>(v, i));
    bad = i;
    return value >= f.low && value <= f.high;
  });
  return f.note == annotation::decimal
             ? refuse(bad, fmt::format("a decimal has more than {} digits", f.precision),
                      "declare the column with a larger precision")
             : refuse(bad, "a time lies outside one day, 00:00:00 to 23:59:59.999999999",
                      "use an interval or an integer column for durations, and 00:00:00 for midnight");
}

COPYTO_DECL error column_writer::refuse(std::size_t row, std::string message, std::string advice) const {
  return error({.code = errc::value_out_of_range,
                .message = std::move(message),
                .row = row,
                .column = std::string(column_->type->name),
                .advice = std::move(advice)});
}

COPYTO_DECL result<void> column_writer::end_page(page_scratch& scratch) {
  std::size_t start = gap_;
  std::size_t const end = page_size();
  if (column_->max_definition != 0) {
    scratch.levels.clear();
    definition_.encode(scratch.levels);
    auto const size = static_cast<std::uint32_t>(scratch.levels.size());
    room(0); // a page of NULLs has no values, and may have no buffer yet
    start -= 4 + size;
    std::memcpy(page_.data() + start, &size, 4);
    std::memcpy(page_.data() + start + 4, scratch.levels.data(), size);
  }
  auto const size =
      append_data_page(chunk_, bytes_view(page_.data() + start, end - start), page_slots_, codec_, scratch);
  if (!size) {
    return size.error();
  }
  totals_.uncompressed_bytes += *size;
  totals_.slots += page_slots_;
  ++totals_.pages;

  page_slots_ = values_size_ = bits_ = 0;
  definition_.clear();
  // A value larger than a page must not keep its memory for the rest of the file.
  if (page_.capacity() > gap_ + sizes_.page_bytes + page_slack) {
    page_.release();
  }
  return {};
}

COPYTO_DECL result<void> column_writer::end_chunk(thrift_writer& footer, sink& out, std::uint64_t offset) {
  totals_.offset = offset;
  totals_.compressed_bytes = chunk_.size();
  write_column_chunk(footer, *column_, codec_.algorithm->id(), totals_, statistics_);
  result<void> written = chunk_.write_to(out);
  chunk_.clear();
  statistics_.clear();
  totals_ = {};
  return written;
}

} // namespace copyto::detail

#endif
