// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_DICTIONARY_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_DICTIONARY_IPP

#include <copyto/encode/parquet/detail/dictionary.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace copyto::detail {

/// The table is at most half full; with that, a chain of this length is the work of someone who chose
/// values with equal hashes, and the dictionary calls itself full rather than search on.
inline constexpr unsigned max_dictionary_probes = 256;
inline constexpr std::size_t min_dictionary_slots = 256;
inline constexpr std::size_t min_dictionary_bytes = 1024;
/// An entry of this part of the share has no place beyond the share.
inline constexpr std::size_t large_entry = 8;
/// Bytes behind the entries that readers of whole words may touch.
inline constexpr std::size_t dictionary_slack = 16;

template <class T>
[[nodiscard]] T load_at(void const* from, std::size_t i = 0) noexcept {
  T value;
  std::memcpy(&value, static_cast<std::byte const*>(from) + i * sizeof(T), sizeof(T));
  return value;
}

/// Fibonacci hashing, whose high bits are good: also for numbers in a row and for doubles that are whole.
template <class Number>
[[nodiscard]] std::uint32_t hash_number(Number value) noexcept {
  auto const wide = static_cast<std::uint64_t>(value);
  return static_cast<std::uint32_t>(((wide ^ wide >> 32) * 0x9E3779B97F4A7C15U) >> 32);
}

/// Both halves of a 128-bit product in one word (the step of wyhash).
[[nodiscard]] inline std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  wide const product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Touches no byte outside of `value`.
[[nodiscard]] inline std::uint32_t hash_bytes(std::string_view value) noexcept {
  constexpr std::uint64_t k0 = 0x9E3779B97F4A7C15U;
  constexpr std::uint64_t k1 = 0xA0761D6478BD642FU;
  char const* p = value.data();
  std::size_t n = value.size();
  std::uint64_t seed = k0 ^ n;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  for (; n > 16; p += 16, n -= 16) {
    seed = fold_product(load_at<std::uint64_t>(p) ^ k1, load_at<std::uint64_t>(p + 8) ^ seed);
  }
  if (n >= 8) {
    a = load_at<std::uint64_t>(p);
    b = load_at<std::uint64_t>(p + n - 8);
  } else if (n >= 4) {
    a = load_at<std::uint32_t>(p);
    b = load_at<std::uint32_t>(p + n - 4);
  } else if (n != 0) {
    auto const byte = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(p[i])); };
    a = byte(0) << 16 | byte(n / 2) << 8 | byte(n - 1);
  }
  return static_cast<std::uint32_t>(fold_product(a ^ k1, b ^ seed) >> 32);
}

/// Whether two runs of `n` bytes are the same, without a call where they are short; touches no byte behind them.
[[nodiscard]] inline bool same_bytes(char const* a, char const* b, std::size_t n) noexcept {
  if (n > 16) {
    return std::memcmp(a, b, n) == 0;
  }
  if (n >= 8) {
    return ((load_at<std::uint64_t>(a) ^ load_at<std::uint64_t>(b)) |
            (load_at<std::uint64_t>(a + n - 8) ^ load_at<std::uint64_t>(b + n - 8))) == 0;
  }
  if (n >= 4) {
    return ((load_at<std::uint32_t>(a) ^ load_at<std::uint32_t>(b)) |
            (load_at<std::uint32_t>(a + n - 4) ^ load_at<std::uint32_t>(b + n - 4))) == 0;
  }
  return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

COPYTO_DECL std::string_view dictionary::value(std::uint32_t index) const noexcept {
  auto const* const values = reinterpret_cast<char const*>(values_.data());
  if (width_ != 0) {
    return {values + std::size_t{index} * width_, width_};
  }
  char const* const at = values + load_at<std::uint32_t>(starts_.data(), index);
  return {at, load_at<std::uint32_t>(at - 4)};
}

/// Enters an entry into the table, which has a free slot.
COPYTO_DECL void dictionary::place(std::uint32_t hash, std::uint32_t entry) noexcept {
  std::size_t const mask = (std::size_t{1} << (32 - shift_)) - 1;
  std::size_t at = hash >> shift_;
  if (is_number(width_)) {
    while (load_at<number_slot>(table_.data(), at) != 0) {
      at = (at + 1) & mask;
    }
    number_slot const slot = entry + 1;
    std::memcpy(table_.data() + at * sizeof(slot), &slot, sizeof(slot));
  } else {
    while (load_at<bytes_slot>(table_.data(), at) != 0) {
      at = (at + 1) & mask;
    }
    bytes_slot const slot = bytes_slot{hash} << 32 | (entry + 1);
    std::memcpy(table_.data() + at * sizeof(slot), &slot, sizeof(slot));
  }
}

/// Makes room for one more entry that takes `more` bytes of the page; false: there is none.
COPYTO_DECL bool dictionary::grow(std::size_t more) {
  if (size_ == limits_.entries || more > limits_.bytes - values_.size()) {
    return false;
  }
  std::size_t const needed = values_.size() + more;
  if (needed > limits_.share_bytes && more > limits_.share_bytes / large_entry) {
    return false;
  }
  if (values_.capacity() < needed + dictionary_slack) {
    std::size_t const doubled = std::max(2 * values_.capacity(), min_dictionary_bytes);
    std::size_t const most = needed <= limits_.share_bytes ? limits_.share_bytes : limits_.bytes;
    values_.reserve(std::min(std::max(needed, doubled), most) + dictionary_slack);
  }
  if (width_ == 0 && starts_.capacity() < 4 * (std::size_t{size_} + 1)) {
    std::uint32_t const most = size_ < limits_.share_entries ? limits_.share_entries : limits_.entries;
    starts_.reserve(4 * std::min<std::size_t>(std::max<std::size_t>(2 * std::size_t{size_}, 64), most));
  }
  std::size_t const slots = shift_ == 32 ? 0 : std::size_t{1} << (32 - shift_);
  if (2 * (std::size_t{size_} + 1) <= slots) {
    return true;
  }
  std::size_t const slot_bytes = is_number(width_) ? sizeof(number_slot) : sizeof(bytes_slot);
  std::size_t const grown = std::max(2 * slots, min_dictionary_slots);
  shift_ = 32 - static_cast<unsigned>(std::countr_zero(grown));
  byte_buffer const old = std::move(table_); // lives until its hashes are taken over
  table_ = byte_buffer();
  table_.resize(grown * slot_bytes);
  std::memset(table_.data(), 0, grown * slot_bytes);
  for (std::size_t i = 0; i != slots; ++i) {
    if (is_number(width_)) {
      if (auto const slot = load_at<number_slot>(old.data(), i); slot != 0) {
        place(width_ == 4 ? hash_number(load_at<std::uint32_t>(values_.data(), slot - 1))
                          : hash_number(load_at<std::uint64_t>(values_.data(), slot - 1)),
              slot - 1);
      }
    } else if (auto const slot = load_at<bytes_slot>(old.data(), i); slot != 0) {
      place(static_cast<std::uint32_t>(slot >> 32), static_cast<std::uint32_t>(slot) - 1);
    }
  }
  return true;
}

template <class Number>
std::uint32_t dictionary::add_number(Number value, std::uint32_t hash) {
  if (!grow(sizeof(Number))) {
    return none;
  }
  values_.append_value(value);
  place(hash, size_);
  return size_++;
}

COPYTO_DECL std::uint32_t dictionary::add_bytes(std::string_view value, std::uint32_t hash) {
  if (!grow(value.size() + (width_ == 0 ? 4 : 0))) {
    return none;
  }
  if (width_ == 0) {
    values_.append_value(static_cast<std::uint32_t>(value.size()));
    starts_.append_value(static_cast<std::uint32_t>(values_.size()));
  }
  values_.append(value);
  place(hash, size_);
  return size_++;
}

template <class Number>
std::size_t dictionary::index_numbers(std::byte const* values, std::size_t count, std::byte* indices) {
  // Copies of the members: what is written through `indices` could be any of them.
  unsigned shift = shift_;
  std::size_t mask = shift == 32 ? 0 : (std::size_t{1} << (32 - shift)) - 1;
  std::byte const* table = table_.data();
  std::byte const* known = values_.data();
  for (std::size_t i = 0; i != count; ++i) {
    auto const value = load_at<Number>(values, i);
    std::uint32_t const hash = hash_number(value);
    std::uint32_t entry = none;
    if (table != nullptr) {
      std::size_t at = hash >> shift;
      for (unsigned probes = 0;; ++probes) {
        auto const slot = load_at<number_slot>(table, at);
        if (slot == 0) {
          break;
        }
        if (load_at<Number>(known, slot - 1) == value) {
          entry = slot - 1;
          break;
        }
        if (probes == max_dictionary_probes) {
          return i;
        }
        at = (at + 1) & mask;
      }
    }
    if (entry == none) {
      entry = add_number(value, hash);
      if (entry == none) {
        return i;
      }
      shift = shift_;
      mask = (std::size_t{1} << (32 - shift)) - 1;
      table = table_.data();
      known = values_.data();
    }
    std::memcpy(indices + 4 * i, &entry, 4);
  }
  return count;
}

COPYTO_DECL std::uint32_t dictionary::find_or_add(std::string_view value) {
  std::uint32_t const hash = hash_bytes(value);
  if (shift_ != 32) {
    std::size_t const mask = (std::size_t{1} << (32 - shift_)) - 1;
    std::size_t at = hash >> shift_;
    for (unsigned probes = 0;; ++probes) {
      auto const slot = load_at<bytes_slot>(table_.data(), at);
      if (slot == 0) {
        break;
      }
      if (slot >> 32 == hash) {
        std::uint32_t const entry = static_cast<std::uint32_t>(slot) - 1;
        std::string_view const known = this->value(entry);
        if (known.size() == value.size() && same_bytes(known.data(), value.data(), value.size())) {
          return entry;
        }
      }
      if (probes == max_dictionary_probes) {
        return none;
      }
      at = (at + 1) & mask;
    }
  }
  return add_bytes(value, hash);
}

COPYTO_DECL std::size_t dictionary::index(std::byte const* values, std::size_t count, std::byte* indices) {
  switch (width_) {
  case 4: return index_numbers<std::uint32_t>(values, count, indices);
  case 8: return index_numbers<std::uint64_t>(values, count, indices);
  default: break;
  }
  for (std::size_t i = 0; i != count; ++i) {
    std::uint32_t const entry = find_or_add({reinterpret_cast<char const*>(values) + i * width_, width_});
    if (entry == none) {
      return i;
    }
    std::memcpy(indices + 4 * i, &entry, 4);
  }
  return count;
}

COPYTO_DECL std::uint64_t dictionary::shared_room() const noexcept {
  if (values_.size() <= limits_.share_bytes && size_ <= limits_.share_entries) {
    return 0;
  }
  // Twice the page, which doubles; a table that is a quarter full; and starts, which double.
  std::uint64_t const heap =
      2 * values_.size() +
      size_ * (is_number(width_) ? 4 * sizeof(number_slot) : 4 * sizeof(bytes_slot) + (width_ == 0 ? 8 : 0));
  std::uint64_t const own = share_memory(width_, limits_);
  return heap > own ? heap - own : 1;
}

COPYTO_DECL void dictionary::clear() noexcept {
  if (shared_room() != 0) {
    values_ = byte_buffer();
    starts_ = byte_buffer();
    table_ = byte_buffer();
    shift_ = 32;
  }
  size_ = 0;
  values_.clear();
  starts_.clear();
  if (shift_ != 32) {
    // As many slots as at first: few values are then found in few cache lines again.
    shift_ = 32 - static_cast<unsigned>(std::countr_zero(min_dictionary_slots));
    std::memset(table_.data(), 0,
                min_dictionary_slots * (is_number(width_) ? sizeof(number_slot) : sizeof(bytes_slot)));
  }
}

COPYTO_DECL std::uint64_t dictionary::memory(std::uint32_t width, dictionary_limits limits) noexcept {
  if (limits.entries == 0) {
    return 0;
  }
  std::uint64_t const least = width == 0 ? 4 : width;
  std::uint64_t const entries = std::min<std::uint64_t>(limits.entries, limits.bytes / least + 1);
  std::uint64_t const slots = std::max<std::uint64_t>(std::bit_ceil(2 * entries), min_dictionary_slots);
  return std::max<std::uint64_t>(limits.bytes, min_dictionary_bytes) + dictionary_slack +
         slots * (is_number(width) ? sizeof(number_slot) : sizeof(bytes_slot)) +
         (width == 0 ? 4 * std::max<std::uint64_t>(entries, 64) : 0);
}

COPYTO_DECL std::uint64_t dictionary::growth(std::uint32_t width, dictionary_limits limits) noexcept {
  return memory(width, limits) / 2; // the largest of them, half of what it becomes
}

} // namespace copyto::detail

#endif
