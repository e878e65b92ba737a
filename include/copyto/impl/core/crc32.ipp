// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_CORE_CRC32_IPP
#define COPYTO_IMPL_CORE_CRC32_IPP

#include <copyto/core/crc32.hpp>

#include <boost/endian/conversion.hpp>

#include <array>
#include <cstddef>

#if defined(__x86_64__)
#include <smmintrin.h>
#include <wmmintrin.h>
#endif

namespace copyto {

namespace detail {

inline constexpr auto crc32_table = [] {
  std::array<std::array<std::uint32_t, 256>, 8> t{};
  for (std::uint32_t i = 0; i != 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit != 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
    }
    t[0][i] = crc;
  }
  for (std::size_t slice = 1; slice != 8; ++slice) {
    for (std::size_t i = 0; i != 256; ++i) {
      std::uint32_t const before = t[slice - 1][i];
      t[slice][i] = t[0][before & 0xff] ^ (before >> 8);
    }
  }
  return t;
}();

COPYTO_DECL std::uint32_t crc32_by_tables(bytes_view bytes, std::uint32_t before) noexcept {
  auto const& t = crc32_table;
  std::uint32_t crc = ~before;
  std::byte const* p = bytes.data();
  std::size_t n = bytes.size();
  for (; n >= 8; p += 8, n -= 8) {
    auto const word = crc ^ boost::endian::endian_load<std::uint64_t, 8, boost::endian::order::little>(
                                reinterpret_cast<unsigned char const*>(p));
    crc = t[7][word & 0xff] ^ t[6][word >> 8 & 0xff] ^ t[5][word >> 16 & 0xff] ^ t[4][word >> 24 & 0xff] ^
          t[3][word >> 32 & 0xff] ^ t[2][word >> 40 & 0xff] ^ t[1][word >> 48 & 0xff] ^ t[0][word >> 56];
  }
  for (; n != 0; ++p, --n) {
    crc = t[0][(crc ^ static_cast<std::uint32_t>(*p)) & 0xff] ^ (crc >> 8);
  }
  return ~crc;
}

#if defined(__x86_64__)

/// 64 bytes or more, a multiple of 16. V. Gopal et al., "Fast CRC Computation for Generic Polynomials
/// Using PCLMULQDQ Instruction" (Intel, 2009), with the constants of its bit-reflected form: four
/// lanes are folded over 64 bytes a step, then into one, which Barrett's reduction brings to 32 bits.
__attribute__((target("sse4.1,pclmul"))) COPYTO_DECL std::uint32_t crc32_by_folding(bytes_view bytes,
                                                                                    std::uint32_t before) noexcept {
  auto const load = [&](std::size_t at) __attribute__((target("sse4.1,pclmul"))) {
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(bytes.data() + at));
  };
  auto const fold = [](__m128i x, __m128i by, __m128i next) __attribute__((target("sse4.1,pclmul"))) {
    __m128i const low = _mm_clmulepi64_si128(x, by, 0x00);
    __m128i const high = _mm_clmulepi64_si128(x, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
  };
  __m128i const by_64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  __m128i const by_16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  __m128i const by_8 = _mm_set_epi64x(0, 0x0163cd6124);
  __m128i const reduce = _mm_set_epi64x(0x01f7011641, 0x01db710641);
  __m128i const low_words = _mm_setr_epi32(-1, 0, -1, 0);

  __m128i a = _mm_xor_si128(load(0), _mm_cvtsi32_si128(static_cast<int>(~before)));
  __m128i b = load(16);
  __m128i c = load(32);
  __m128i d = load(48);
  std::size_t at = 64;
  for (; bytes.size() - at >= 64; at += 64) {
    a = fold(a, by_64, load(at));
    b = fold(b, by_64, load(at + 16));
    c = fold(c, by_64, load(at + 32));
    d = fold(d, by_64, load(at + 48));
  }
  a = fold(a, by_16, b);
  a = fold(a, by_16, c);
  a = fold(a, by_16, d);
  for (; at != bytes.size(); at += 16) {
    a = fold(a, by_16, load(at));
  }
  a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by_16, 0x10));
  a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low_words), by_8, 0x00));
  __m128i x = _mm_clmulepi64_si128(_mm_and_si128(a, low_words), reduce, 0x10);
  x = _mm_clmulepi64_si128(_mm_and_si128(x, low_words), reduce, 0x00);
  return ~static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(a, x), 1));
}

#endif

} // namespace detail

COPYTO_DECL std::uint32_t crc32(bytes_view bytes, std::uint32_t before) noexcept {
#if defined(__x86_64__)
  if (bytes.size() >= 64 && __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0) {
    std::size_t const folded = bytes.size() / 16 * 16;
    before = detail::crc32_by_folding(bytes.first(folded), before);
    bytes = bytes.subspan(folded);
  }
#endif
  return detail::crc32_by_tables(bytes, before);
}

} // namespace copyto

#endif
