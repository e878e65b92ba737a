// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_PARTITION_HASH_IPP
#define COPYTO_TOPIC_IMPL_PARTITION_HASH_IPP

#include <copyto/topic/partition_hash.hpp>

#include <copyto/core/crc.hpp>

#include <boost/endian/conversion.hpp>

#include <cstddef>

namespace copyto {

namespace detail {

/// `count` bytes, at most eight, as a little-endian number.
inline std::uint64_t load_up_to_8(std::byte const* at, std::size_t count) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i != count; ++i) {
    word |= static_cast<std::uint64_t>(at[i]) << 8 * i;
  }
  return word;
}
inline std::uint64_t load_word_64(std::byte const* at) noexcept {
  return boost::endian::endian_load<std::uint64_t, 8, boost::endian::order::little>(
      reinterpret_cast<unsigned char const*>(at));
}
inline std::uint32_t load_word_32(std::byte const* at) noexcept {
  return boost::endian::endian_load<std::uint32_t, 4, boost::endian::order::little>(
      reinterpret_cast<unsigned char const*>(at));
}
/// SeaHash's step: a shift by bits of the number itself between two multiplications.
constexpr std::uint64_t seahash_diffuse(std::uint64_t x) noexcept {
  constexpr std::uint64_t factor = 0x6EED'0E9D'A4D9'4A4F;
  x *= factor;
  x ^= (x >> 32) >> (x >> 60);
  return x * factor;
}

} // namespace detail

COPYTO_DECL std::uint64_t seahash(bytes_view bytes) noexcept {
  std::uint64_t a = 0x16F1'1FE8'9B0D'677C;
  std::uint64_t b = 0xB480'A793'D8E6'C86C;
  std::uint64_t c = 0x6FE2'E5AA'F078'EBC9;
  std::uint64_t d = 0x14F9'94A4'C525'9381;
  auto const take = [&](std::uint64_t word) {
    std::uint64_t const mixed = detail::seahash_diffuse(a ^ word);
    a = b;
    b = c;
    c = d;
    d = mixed;
  };
  std::size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) {
    take(detail::load_word_64(bytes.data() + at));
  }
  if (at != bytes.size()) {
    take(detail::load_up_to_8(bytes.data() + at, bytes.size() - at));
  }
  return detail::seahash_diffuse(a ^ b ^ c ^ d ^ bytes.size());
}

COPYTO_DECL std::uint32_t murmur2(bytes_view bytes) noexcept {
  constexpr std::uint32_t factor = 0x5BD1'E995;
  std::uint32_t hash = 0x9747'B28C ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; bytes.size() - at >= 4; at += 4) {
    std::uint32_t word = detail::load_word_32(bytes.data() + at) * factor;
    word ^= word >> 24;
    hash = hash * factor ^ word * factor;
  }
  if (at != bytes.size()) {
    hash ^= static_cast<std::uint32_t>(detail::load_up_to_8(bytes.data() + at, bytes.size() - at));
    hash *= factor;
  }
  hash ^= hash >> 13;
  hash *= factor;
  return hash ^ hash >> 15;
}

COPYTO_DECL std::int32_t partition_of(partition_hash kind, bytes_view key, std::int32_t partitions) noexcept {
  auto const count = static_cast<std::uint32_t>(partitions);
  switch (kind) {
  case partition_hash::murmur2: return static_cast<std::int32_t>((murmur2(key) & 0x7FFF'FFFF) % count); // toPositive
  case partition_hash::crc32: return static_cast<std::int32_t>(crc32(key) % count);
  case partition_hash::seahash: break;
  }
  return static_cast<std::int32_t>(seahash(key) % count);
}

} // namespace copyto

#endif
