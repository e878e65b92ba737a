// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_OPEN_PAGE_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_OPEN_PAGE_IPP

#include <copyto/encode/parquet/detail/open_page.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/encode/parquet/detail/indices.hpp>
#include <copyto/encode/parquet/detail/plain.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

namespace copyto::detail {

COPYTO_DECL open_page::open_page(leaf const& column, column_sizes sizes)
    : column_(&column), sizes_(sizes), gap_(gap_bytes(column, sizes)), levels_(column),
      dictionary_(column.as.width, sizes.dictionary), indexing_(dictionary_.enabled()) {}

COPYTO_DECL std::size_t open_page::gap_bytes(leaf const& column, column_sizes sizes) noexcept {
  return (page_levels(column).max_encoded_size(sizes.page_slots) + 15) / 16 * 16; // so that values are aligned
}

COPYTO_DECL std::uint64_t open_page::memory(leaf const& column, column_sizes sizes) noexcept {
  return gap_bytes(column, sizes) + sizes.page_bytes + page_slack + page_levels(column).memory(sizes.page_slots) +
         dictionary::share_memory(column.as.width, sizes.dictionary);
}

COPYTO_DECL std::size_t open_page::packed_bytes() const noexcept {
  return 1 + max_indices_size(value_bytes_ / 4, index_width(sizes_.dictionary.entries));
}

COPYTO_DECL std::size_t open_page::level_bytes() const noexcept {
  std::size_t const bytes = levels_.max_encoded_size(slots_);
  return column_->shredded ? bytes : std::min(bytes, 4 + gap_);
}

COPYTO_DECL std::uint64_t open_page::text_bytes() const noexcept {
  return column_->as.type != physical::byte_array || values() == 0
             ? 0
             : (indexing_ ? plain_bytes_ : value_bytes_) - 4 * std::uint64_t{values()};
}

// --- slots come in ------------------------------------------------------------------------------

/// Slots in front of the one that has value number `values`, which is there.
COPYTO_DECL std::size_t slots_before(column_view const& v, std::size_t first, std::size_t count, std::size_t values) {
  std::size_t slot = first;
  for_each_value(v, first, count, [&](std::size_t i) {
    slot = i;
    return values-- != 0;
  });
  return slot - first;
}

COPYTO_DECL result<std::size_t> open_page::append(column_view const& values, std::size_t first, std::size_t count) {
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
  levels_.add(values, first, slots, taken, sizes_.page_slots);
  slots_ += slots;
  rows_ += slots;
  statistics_.add_nulls(slots - taken);
  form const& f = column_->as;
  if (taken != 0 && f.ranged && (slice_low_ < f.low || slice_high_ > f.high)) {
    return check_range(values, first, count).error();
  }
  return slots;
}

COPYTO_DECL result<std::size_t> open_page::append(leaf_rows const& in, std::size_t first, std::size_t count) {
  std::size_t const slot = (*in.slots)[first];
  std::size_t const slots = (*in.slots)[first + count] - slot;
  std::size_t const valid = count_values(in.values, slot, slots);
  leaf_slice slice{.in = &in, .first = first, .rows = count};
  nested_ = &slice;
  std::size_t taken = valid;
  if (valid != 0) {
    result<std::size_t> const appended = append_values(in.values, slot, slots, valid);
    if (!appended) {
      return appended.error();
    }
    taken = *appended;
    form const& f = column_->as;
    if (taken != 0 && f.ranged && (slice_low_ < f.low || slice_high_ > f.high)) {
      return check_range(in.values, slot, slots).error();
    }
  }
  std::size_t const from = (*in.entries)[first];
  std::size_t const entries = (*in.entries)[first + slice.rows] - from;
  levels_.add(in, from, entries, sizes_.page_slots);
  slots_ += entries;
  rows_ += slice.rows;
  statistics_.add_nulls(entries - taken);
  nested_ = nullptr;
  return slice.rows;
}

COPYTO_DECL std::byte* open_page::room(std::size_t more) {
  std::size_t const end = size();
  std::size_t const needed = end + more + page_slack;
  if (buffer_.capacity() < needed) {
    buffer_.resize(std::min(end, buffer_.capacity())); // what there is to move
    if (buffer_.capacity() == 0) {
      buffer_.reserve(std::max(needed, gap_ + sizes_.page_bytes + page_slack));
    } else {
      (void)buffer_.room(needed - buffer_.size());
    }
  }
  return buffer_.data() + end;
}

COPYTO_DECL std::byte* open_page::stage(std::size_t values) {
  std::size_t const bytes = values * column_->as.width;
  // The numbers go in front of the values, which are needed for the statistics.
  return indexing_ ? room(bytes + 4 * values) + 4 * values : room(bytes);
}

COPYTO_DECL std::size_t open_page::keep(std::byte const* staged, std::size_t values) {
  std::size_t const width = column_->as.width;
  if (!indexing_) {
    value_bytes_ += values * width;
    return values;
  }
  std::size_t taken = dictionary_.index(staged, values, buffer_.data() + size());
  taken = taken == values || nested_ == nullptr ? taken : nested_->keep_whole_rows(taken);
  value_bytes_ += 4 * taken;
  plain_bytes_ += taken * width;
  indexed_values_ += taken;
  return taken;
}

COPYTO_DECL result<std::size_t> open_page::append_values(column_view const& v, std::size_t first, std::size_t count,
                                                         std::size_t valid) {
  auto const widen = [&]<class In, class Out>(In, Out) {
    return append_numbers<In, Out>(v, first, count, valid, [](In x) { return static_cast<Out>(x); });
  };
  form const& f = column_->as;
  switch (f.how) {
  case conversion::bits: return append_booleans(v, first, count, valid);
  case conversion::from_int8: return widen(std::int8_t(), std::int32_t());
  case conversion::from_int16: return widen(std::int16_t(), std::int32_t());
  case conversion::from_uint8: return widen(std::uint8_t(), std::int32_t());
  case conversion::from_uint16: return widen(std::uint16_t(), std::int32_t());
  case conversion::from_uint32: return widen(std::uint32_t(), std::int64_t());
  case conversion::from_millis:
    return append_numbers<std::int32_t, std::int64_t>(v, first, count, valid,
                                                      [](std::int32_t x) { return std::int64_t{x} * 1000; });
  case conversion::from_half:
    return append_numbers<std::uint16_t, float>(v, first, count, valid, [](std::uint16_t x) { return widen_half(x); });
  case conversion::copy:
    switch (f.order) {
    case ordering::signed_integer:
      return f.width == 4 ? widen(std::int32_t(), std::int32_t()) : widen(std::int64_t(), std::int64_t());
    case ordering::unsigned_integer:
      return f.width == 4 ? widen(std::uint32_t(), std::uint32_t()) : widen(std::uint64_t(), std::uint64_t());
    case ordering::floating: return f.width == 4 ? widen(float(), float()) : widen(double(), double());
    default: return append_fixed(v, first, count, valid);
    }
  case conversion::from_uint64:
  case conversion::from_int128: return append_big_endian(v, first, count, valid);
  case conversion::bytes: return append_bytes(v, first, count, valid);
  case conversion::uuid_text: {
    char text[uuid_text_size];
    return append_formatted(v, first, count, valid, uuid_text_size, [&](std::size_t i) {
      format_uuid(static_cast<std::byte const*>(v.values) + (v.offset + i) * 16, text);
      return std::string_view(text, uuid_text_size);
    });
  }
  case conversion::time_text: return append_times(v, first, count, valid);
  case conversion::interval_text: {
    char text[max_interval_text];
    return append_formatted(v, first, count, valid, max_interval_text, [&](std::size_t i) {
      return std::string_view(text, format_interval(load_slot<interval>(v, i), text));
    });
  }
  case conversion::interval_fixed: return append_intervals(v, first, count, valid);
  }
  return valid;
}

/// Values as texts of at most `longest` bytes, which `get` may make in the same memory each time.
template <class Get>
result<std::size_t> open_page::append_formatted(column_view const& v, std::size_t first, std::size_t count,
                                                std::size_t valid, std::size_t longest, Get get) {
  if (indexing_) {
    return index_strings(v, first, count, valid, get);
  }
  std::byte* at = room(valid * (4 + longest));
  for_each_value(v, first, count, [&](std::size_t i) {
    (void)put_string(at, get(i));
    return true;
  });
  return valid;
}

COPYTO_DECL result<std::size_t> open_page::append_times(column_view const& v, std::size_t first, std::size_t count,
                                                        std::size_t valid) {
  form const& f = column_->as;
  auto const get = [&](std::size_t i) {
    return f.unit == time_unit::milli ? std::int64_t{load_slot<std::int32_t>(v, i)} : load_slot<std::int64_t>(v, i);
  };
  bool const all = for_each_value(v, first, count, [&](std::size_t i) { return get(i) >= f.low && get(i) <= f.high; });
  if (!all) {
    return check_range(v, first, count).error();
  }
  char text[max_time_text];
  return append_formatted(v, first, count, valid, max_time_text,
                          [&](std::size_t i) { return std::string_view(text, format_time(get(i), f.unit, text)); });
}

template <class T>
void open_page::add_numbers(std::byte const* values, std::size_t count) {
  if constexpr (std::is_floating_point_v<T>) {
    statistics_.add_floats<T>(values, count);
  } else if (count != 0) {
    number_range<T> const r = range_of<T>(values, count);
    slice_low_ = r.low;
    slice_high_ = r.high;
    statistics_.add_range(r.low, r.high);
  }
}

template <class In, class Out, class F>
std::size_t open_page::append_numbers(column_view const& v, std::size_t first, std::size_t count, std::size_t valid,
                                      F convert) {
  std::byte* const at = stage(valid);
  if (std::is_same_v<In, Out> && valid == count) {
    std::memcpy(at, static_cast<std::byte const*>(v.values) + (v.offset + first) * sizeof(In), count * sizeof(In));
  } else {
    convert_values<In, Out>(v, first, count, at, convert);
  }
  std::size_t const taken = keep(at, valid);
  add_numbers<Out>(at, taken);
  return taken;
}

COPYTO_DECL std::size_t open_page::append_booleans(column_view const& v, std::size_t first, std::size_t count,
                                                   std::size_t valid) {
  room(valid / 8 + 1);
  bool any_true = false;
  bool any_false = false;
  bits_ += pack_booleans(v, first, count, reinterpret_cast<std::uint8_t*>(buffer_.data() + gap_), bits_, any_true,
                         any_false);
  statistics_.add_range(any_false ? 0 : 1, any_true ? 1 : 0);
  return valid;
}

/// Byte strings of one length, and binary16.
COPYTO_DECL std::size_t open_page::append_fixed(column_view const& v, std::size_t first, std::size_t count,
                                                std::size_t valid) {
  std::size_t const width = column_->as.width;
  std::byte* const at = stage(valid);
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
  std::size_t const taken = keep(at, valid);
  for (std::size_t i = 0; i != taken && column_->as.order != ordering::none; ++i) {
    if (column_->as.order == ordering::half) {
      std::uint16_t bits;
      std::memcpy(&bits, at + i * 2, 2);
      statistics_.add_half(bits);
    } else {
      statistics_.add_bytes(reinterpret_cast<char const*>(at + i * width), width);
    }
  }
  return taken;
}

COPYTO_DECL std::size_t open_page::append_big_endian(column_view const& v, std::size_t first, std::size_t count,
                                                     std::size_t valid) {
  std::size_t const width = column_->as.width;
  bool const wide = column_->as.how == conversion::from_int128;
  auto const number = [&](std::size_t i) {
    return wide ? load_slot<int128>(v, i) : static_cast<int128>(load_slot<std::uint64_t>(v, i));
  };
  std::byte* const at = stage(valid);
  std::byte* to = at;
  for_each_value(v, first, count, [&](std::size_t i) {
    store_big_endian(to, number(i), width);
    to += width;
    return true;
  });
  std::size_t const taken = keep(at, valid);
  std::size_t seen = 0;
  for_each_value(v, first, count, [&](std::size_t i) {
    if (seen == taken) {
      return false;
    }
    int128 const value = number(i);
    slice_low_ = seen != 0 && slice_low_ < value ? slice_low_ : value;
    slice_high_ = seen != 0 && slice_high_ > value ? slice_high_ : value;
    ++seen;
    return true;
  });
  if (taken != 0) {
    statistics_.add_range(slice_low_, slice_high_);
  }
  return taken;
}

/// A BYTE_ARRAY value; there must be room for it. Returns as `copy_string` does.
COPYTO_DECL std::uint64_t open_page::put_string(std::byte*& at, std::string_view value) {
  auto const size = static_cast<std::uint32_t>(value.size());
  std::memcpy(at, &size, 4);
  std::uint64_t const seen = copy_string(at + 4, value);
  statistics_.add_bytes(reinterpret_cast<char const*>(at) + 4, value.size());
  at += 4 + value.size();
  value_bytes_ += 4 + value.size();
  return seen;
}

/// The numbers of strings in the dictionary. Only those that are new are checked for being UTF-8; `get` may
/// give the same memory each time.
template <class Get>
result<std::size_t> open_page::index_strings(column_view const& v, std::size_t first, std::size_t count,
                                             std::size_t valid, Get get) {
  bool const check = column_->as.order == ordering::text && column_->as.how == conversion::bytes;
  std::byte* const at = room(4 * valid);
  std::size_t taken = 0;
  std::uint64_t bytes = 0;
  std::uint32_t known = dictionary_.size();
  bool good = true;
  std::size_t bad = 0;
  for_each_value(v, first, count, [&](std::size_t i) {
    std::string_view const value = get(i);
    std::uint32_t const entry = dictionary_.find_or_add(value);
    if (entry >= known) {
      if (entry == dictionary::none) {
        return false;
      }
      ++known;
      if (check && !valid_utf8(value)) {
        good = false;
        bad = i;
        return false;
      }
    }
    std::memcpy(at + 4 * taken, &entry, 4);
    bytes += 4 + value.size();
    ++taken;
    return true;
  });
  if (good && taken != valid && nested_ != nullptr) {
    std::size_t const whole = nested_->keep_whole_rows(taken);
    for (std::size_t i = whole; i != taken; ++i) {
      std::uint32_t entry;
      std::memcpy(&entry, at + 4 * i, 4);
      bytes -= 4 + dictionary_.value(entry).size();
    }
    taken = whole;
  }
  value_bytes_ += 4 * taken;
  plain_bytes_ += bytes;
  indexed_values_ += taken;
  return good ? result<std::size_t>(taken) : refuse_text(bad);
}

template <class Get>
result<std::size_t> open_page::append_strings(column_view const& v, std::size_t first, std::size_t count,
                                              std::size_t valid, Get get) {
  if (indexing_) {
    return index_strings(v, first, count, valid, get);
  }
  std::size_t total = 0;
  for_each_value(v, first, count, [&](std::size_t i) {
    total += 4 + get(i).size();
    return true;
  });
  std::byte* at = room(total);
  std::uint64_t seen = 0;
  for_each_value(v, first, count, [&](std::size_t i) {
    seen |= put_string(at, get(i));
    return true;
  });
  if (column_->as.order != ordering::text || (seen & 0x8080808080808080U) == 0) {
    return valid;
  }
  std::size_t bad = 0;
  bool const all = for_each_value(v, first, count, [&](std::size_t i) {
    bad = i;
    return valid_utf8(get(i));
  });
  return all ? result<std::size_t>(valid) : refuse_text(bad);
}

COPYTO_DECL result<std::size_t> open_page::append_bytes(column_view const& v, std::size_t first, std::size_t count,
                                                        std::size_t valid) {
  auto const sliced = [&]<class Offset>(Offset) {
    auto const* const offsets = static_cast<Offset const*>(v.offsets) + v.offset;
    auto const* const bytes = static_cast<char const*>(v.values);
    return append_strings(v, first, count, valid, [=](std::size_t i) {
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
  return append_strings(v, first, count, valid, [=](std::size_t i) { return views[i]; });
}

COPYTO_DECL result<std::size_t> open_page::append_intervals(column_view const& v, std::size_t first, std::size_t count,
                                                            std::size_t valid) {
  std::byte* const at = stage(valid);
  std::byte* to = at;
  std::size_t bad = 0;
  bool const all = for_each_value(v, first, count, [&](std::size_t i) {
    auto const value = load_slot<interval>(v, i);
    constexpr std::int64_t milli = 1'000'000;
    bad = i;
    if (value.months < 0 || value.days < 0 || value.nanoseconds < 0 || value.nanoseconds % milli != 0 ||
        value.nanoseconds / milli > std::numeric_limits<std::uint32_t>::max()) {
      return false;
    }
    std::uint32_t const parts[3] = {static_cast<std::uint32_t>(value.months), static_cast<std::uint32_t>(value.days),
                                    static_cast<std::uint32_t>(value.nanoseconds / milli)};
    std::memcpy(to, parts, 12);
    to += 12;
    return true;
  });
  return all ? result<std::size_t>(keep(at, valid))
             : refuse(bad,
                      "an interval is negative, not in whole milliseconds, or its time part is longer than 49 days, "
                      "which Parquet's INTERVAL cannot hold",
                      "use the portable reader profile, which writes intervals as text, or a string column");
}

/// Finds the value that a slice's range says is there.
COPYTO_DECL result<void> open_page::check_range(column_view const& v, std::size_t first, std::size_t count) const {
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

COPYTO_DECL error open_page::refuse(std::size_t slot, std::string message, std::string advice) const {
  return error({.code = errc::value_out_of_range,
                .message = std::move(message),
                .row = nested_ == nullptr ? slot : nested_->row_of(slot),
                .column = std::string(column_->label()),
                .advice = std::move(advice)});
}

COPYTO_DECL error open_page::refuse_text(std::size_t slot) const {
  return refuse(slot, fmt::format("a {} is not valid UTF-8", to_string(column_->type->type.id)),
                "declare the column as binary, or repair the text before it is exported");
}

// --- the page ends ------------------------------------------------------------------------------

/// Puts the values in place of their numbers, from the last one on: each begins where its number does or
/// behind it. Nothing needs the dictionary then.
COPYTO_DECL void open_page::make_plain(page_scratch& scratch) {
  auto const size = static_cast<std::size_t>(plain_bytes_);
  bool const strings = column_->as.width == 0;
  if (value_bytes_ != 0) {
    if (strings) {
      add_entries(scratch);
    }
    room(size - value_bytes_);
    std::byte const* const numbers = buffer_.data() + gap_;
    std::byte* at = buffer_.data() + gap_ + size;
    for (std::size_t i = value_bytes_ / 4; i != 0; --i) {
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
  value_bytes_ = size;
  plain_bytes_ = 0;
  indexing_ = false;
  dictionary_.clear();
}

/// The strings that the open page refers to come into its statistics once each.
COPYTO_DECL void open_page::add_entries(page_scratch& scratch) {
  byte_buffer& seen = scratch.seen;
  seen.clear();
  seen.resize((std::size_t{dictionary_.size()} + 63) / 64 * 8);
  std::memset(seen.data(), 0, seen.size());
  std::byte const* const numbers = buffer_.data() + gap_;
  for (std::size_t i = 0; i != value_bytes_; i += 4) {
    std::uint32_t entry;
    std::memcpy(&entry, numbers + i, 4);
    std::byte& bits = seen.data()[entry >> 3];
    std::byte const bit{static_cast<unsigned char>(1U << (entry & 7))};
    if ((bits & bit) == std::byte{0}) {
      bits |= bit;
      std::string_view const value = dictionary_.value(entry);
      statistics_.add_bytes(value.data(), value.size());
    }
  }
}

COPYTO_DECL bytes_view open_page::plain_body(page_scratch& scratch) {
  room(0); // a page of NULLs has no values, and may have no buffer yet
  std::size_t const end = size();
  byte_buffer& levels = scratch.levels;
  levels.clear();
  levels_.encode(levels);
  if (levels.size() > gap_) { // of one row with many entries
    levels.append(bytes_view(buffer_.data() + gap_, end - gap_));
    return levels.view();
  }
  std::size_t const start = gap_ - levels.size();
  if (start != gap_) {
    std::memcpy(buffer_.data() + start, levels.data(), levels.size());
  }
  return {buffer_.data() + start, end - start};
}

COPYTO_DECL bytes_view open_page::encoded_body(page_scratch& scratch, value_encodings const& encodings, encoding how) {
  byte_buffer& body = scratch.body;
  body.clear();
  levels_.encode(body);
  std::size_t const levels = body.size();
  encodings.encode(how, column_->as.type, held(), values(), body);
  return body.size() - levels > value_bytes_ ? bytes_view() : body.view();
}

COPYTO_DECL bytes_view open_page::indexed_body(page_scratch& scratch) {
  room(0);
  if (column_->as.width == 0) {
    add_entries(scratch);
  }
  byte_buffer& body = scratch.body;
  body.clear();
  levels_.encode(body);
  // The width is there also where no index follows it: readers read it unasked.
  unsigned const width = index_width(dictionary_.size());
  body.append_value(static_cast<std::uint8_t>(width));
  encode_indices(buffer_.data() + gap_, value_bytes_ / 4, width, body);
  return body.view();
}

COPYTO_DECL void open_page::begin() noexcept {
  slots_ = rows_ = value_bytes_ = bits_ = 0;
  plain_bytes_ = 0;
  statistics_.clear();
  levels_.clear(sizes_.page_slots);
  // A row larger than a page must not keep its memory for the rest of the file.
  if (buffer_.capacity() > gap_ + sizes_.page_bytes + page_slack) {
    buffer_.release();
  }
}

COPYTO_DECL void open_page::next_chunk() noexcept {
  dictionary_.clear();
  indexing_ = dictionary_.enabled();
  indexed_values_ = 0;
}

} // namespace copyto::detail

#endif
