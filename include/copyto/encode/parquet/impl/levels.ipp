// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_LEVELS_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_LEVELS_IPP

#include <copyto/encode/parquet/detail/levels.hpp>

#include <copyto/core/detail/bits.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace copyto::detail {

COPYTO_DECL void level_buffer::append_run(std::uint8_t level, std::size_t count) {
  data_.resize(storage_bytes(size_ + count));
  auto* const at = reinterpret_cast<std::uint8_t*>(data_.data());
  if (width_ != 1) {
    std::fill_n(at + size_, count, level);
    size_ += count;
    return;
  }
  while (count != 0) {
    std::size_t const n = std::min<std::size_t>(64, count);
    write_bits(at, size_, level != 0 ? low_bits(n) : 0, n);
    size_ += n;
    count -= n;
  }
}

COPYTO_DECL void level_buffer::append_bits(std::uint8_t const* bits, std::size_t first, std::size_t count) {
  data_.resize(storage_bytes(size_ + count));
  auto* const at = reinterpret_cast<std::uint8_t*>(data_.data());
  for_each_word(bits, first, count, [&](std::uint64_t word, std::size_t, std::size_t n) {
    write_bits(at, size_, word, n);
    size_ += n;
  });
}

COPYTO_DECL void level_buffer::append(std::span<std::uint8_t const> levels) {
  data_.resize(storage_bytes(size_ + levels.size()));
  if (width_ == 1) {
    auto* const at = reinterpret_cast<std::uint8_t*>(data_.data());
    for (std::size_t i = 0; i < levels.size(); i += 8) {
      std::size_t const n = std::min<std::size_t>(8, levels.size() - i);
      std::uint64_t eight = 0; // a byte each
      std::memcpy(&eight, levels.data() + i, n);
      write_bits(at, size_, eight * 0x0102040810204080U >> 56, n); // byte i becomes bit i
      size_ += n;
    }
    return;
  }
  std::copy(levels.begin(), levels.end(), reinterpret_cast<std::uint8_t*>(data_.data()) + size_);
  size_ += levels.size();
}

COPYTO_DECL void level_buffer::count(std::span<std::uint64_t> counts) const noexcept {
  auto const* const at = reinterpret_cast<std::uint8_t const*>(data_.data());
  if (width_ == 0 || size_ == 0) {
    counts[0] += size_;
  } else if (width_ == 1) {
    std::size_t const ones = count_bits(at, 0, size_);
    counts[0] += size_ - ones;
    counts[1] += ones;
  } else {
    std::array<std::array<std::uint32_t, 256>, 2> tables{}; // two, since neighbours are often equal
    for (std::size_t i = 0; i != size_; ++i) {
      ++tables[i & 1][at[i]];
    }
    for (std::size_t level = 0; level != counts.size(); ++level) {
      counts[level] += tables[0][level] + tables[1][level];
    }
  }
}

/// The one level of a group of 8 (the last may be shorter), or -1.
COPYTO_DECL int level_buffer::uniform_level(std::size_t group) const noexcept {
  auto const* const at = reinterpret_cast<std::uint8_t const*>(data_.data());
  std::size_t const n = std::min<std::size_t>(8, size_ - group * 8);
  if (width_ == 1) {
    unsigned const bits = at[group];
    return bits == low_bits(n) ? 1 : bits == 0 ? 0 : -1;
  }
  std::uint8_t const* const first = at + group * 8;
  if (n == 8) {
    std::uint64_t eight;
    std::memcpy(&eight, first, 8);
    return eight == *first * 0x0101010101010101U ? *first : -1;
  }
  return std::all_of(first, first + n, [&](std::uint8_t level) { return level == *first; }) ? *first : -1;
}

COPYTO_DECL void level_buffer::encode_run(byte_buffer& out, unsigned level, std::size_t count) const {
  append_varint(out, count << 1);
  out.append_value(static_cast<std::uint8_t>(level));
}

/// Groups `first` to `last` - 1; the last of the page is padded with zeros to its full size, since
/// readers take whole groups.
COPYTO_DECL void level_buffer::encode_packed(byte_buffer& out, std::size_t first, std::size_t last) const {
  if (first == last) {
    return;
  }
  append_varint(out, (last - first) << 1 | 1);
  if (width_ == 1) {
    out.append(data_.view().subspan(first, last - first));
    return;
  }
  auto const* const levels = reinterpret_cast<std::uint8_t const*>(data_.data());
  std::byte* to = out.room((last - first) * width_ + sizeof(std::uint64_t));
  for (std::size_t group = first; group != last; ++group, to += width_) {
    std::uint8_t eight[8] = {};
    std::memcpy(eight, levels + group * 8, std::min<std::size_t>(8, size_ - group * 8));
    std::uint64_t packed = 0; // 8 levels of up to 8 bits
    for (std::size_t i = 0; i != 8; ++i) {
      packed |= static_cast<std::uint64_t>(eight[i]) << (i * width_);
    }
    std::memcpy(to, &packed, sizeof(packed));
  }
  out.advance((last - first) * width_);
}

COPYTO_DECL void level_buffer::encode(byte_buffer& out) const {
  std::size_t const groups = (size_ + 7) / 8;
  std::size_t packed_from = 0;
  for (std::size_t group = 0; group != groups;) {
    int const level = uniform_level(group);
    std::size_t end = group + 1;
    while (level >= 0 && end != groups && uniform_level(end) == level) {
      ++end;
    }
    // A run takes 2 bytes or more, and the packed groups behind it another header.
    bool const pays = (end - group) * width_ >= 4 || end - group == groups;
    if (level >= 0 && pays) {
      encode_packed(out, packed_from, group);
      encode_run(out, static_cast<unsigned>(level), std::min(end * 8, size_) - group * 8);
      packed_from = end;
    }
    group = end;
  }
  encode_packed(out, packed_from, groups);
}

} // namespace copyto::detail

#endif
