// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_DETAIL_CRC_ENGINE_HPP
#define COPYTO_CORE_DETAIL_CRC_ENGINE_HPP

#include <copyto/core/bytes.hpp>

#include <boost/endian/conversion.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <smmintrin.h>
#include <wmmintrin.h>
#endif

namespace copyto::detail {

/// Arithmetic on polynomials over GF(2) modulo that of a CRC, whose top term is left out. Reflected: the lowest
/// bit of a word is the coefficient of the highest power of t. States are checksums without the flips of all ones.
template <class Word, Word Polynomial>
struct crc_engine {
  static constexpr int width = std::numeric_limits<Word>::digits;

  [[nodiscard]] static constexpr Word times_t(Word a) noexcept { return (a >> 1) ^ ((a & 1) != 0 ? Polynomial : 0); }
  [[nodiscard]] static constexpr Word times(Word a, Word b) noexcept {
    Word product = 0;
    for (Word term = Word{1} << (width - 1); term != 0; term >>= 1) {
      product ^= (a & term) != 0 ? b : 0;
      b = times_t(b);
    }
    return product;
  }
  /// t^n
  [[nodiscard]] static constexpr Word power(std::uint64_t n) noexcept {
    Word result = Word{1} << (width - 1);
    for (Word square = Word{1} << (width - 2); n != 0; n >>= 1) {
      result = (n & 1) != 0 ? times(result, square) : result;
      square = times(square, square);
    }
    return result;
  }
  /// The flips of both checksums cancel out.
  [[nodiscard]] static Word join(Word first, Word second, std::uint64_t second_size) noexcept {
    return times(first, power(second_size * 8)) ^ second;
  }

  using slices = std::array<std::array<Word, 256>, 8>;

  [[nodiscard]] static slices make_tables() noexcept {
    slices t{};
    for (Word i = 0; i != 256; ++i) {
      t[0][i] = i;
      for (int bit = 0; bit != 8; ++bit) {
        t[0][i] = times_t(t[0][i]);
      }
    }
    for (std::size_t slice = 1; slice != 8; ++slice) {
      for (std::size_t i = 0; i != 256; ++i) {
        t[slice][i] = t[0][t[slice - 1][i] & 0xff] ^ (t[slice - 1][i] >> 8);
      }
    }
    return t;
  }

  /// For every processor. The tables are made when they are first used: 24 KiB of zeros take no room in a program.
  [[nodiscard]] static Word by_tables(std::byte const* p, std::size_t size, Word state) noexcept {
    static slices const t = make_tables();
    for (; size >= 8; p += 8, size -= 8) {
      std::uint64_t const word = state ^ boost::endian::endian_load<std::uint64_t, 8, boost::endian::order::little>(
                                             reinterpret_cast<unsigned char const*>(p));
      state = t[7][word & 0xff] ^ t[6][word >> 8 & 0xff] ^ t[5][word >> 16 & 0xff] ^ t[4][word >> 24 & 0xff] ^
              t[3][word >> 32 & 0xff] ^ t[2][word >> 40 & 0xff] ^ t[1][word >> 48 & 0xff] ^ t[0][word >> 56];
    }
    for (; size != 0; ++p, --size) {
      state = t[0][(state ^ static_cast<Word>(*p)) & 0xff] ^ (state >> 8);
    }
    return state;
  }

#if defined(__x86_64__)

  // V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009): the
  // remainder of 128 bits that lie `Bits` in front of others is that of L * t^(64 + Bits) + H * t^Bits, where L
  // and H are the low and high 64. A carry-less product of reflected words comes out one bit low: hence the - 1.

  [[nodiscard]] static constexpr std::uint64_t factor(std::uint64_t power_of_t) noexcept {
    return static_cast<std::uint64_t>(power(power_of_t - 1)) << (64 - width);
  }

  /// Four lanes of 128 bits. 64 bytes or more.
  [[nodiscard]] __attribute__((target("sse4.1,pclmul"))) static Word by_folding(std::byte const* p, std::size_t size,
                                                                                Word state) noexcept {
    auto const load = [&](std::size_t at) __attribute__((target("sse4.1,pclmul"))) {
      return _mm_loadu_si128(reinterpret_cast<__m128i const*>(p + at));
    };
    auto const fold = [](__m128i x, __m128i by, __m128i next) __attribute__((target("sse4.1,pclmul"))) {
      __m128i const low = _mm_clmulepi64_si128(x, by, 0x00);
      __m128i const high = _mm_clmulepi64_si128(x, by, 0x11);
      return _mm_xor_si128(_mm_xor_si128(low, high), next);
    };
    constexpr std::uint64_t far[2] = {factor(64 + 512), factor(512)};
    constexpr std::uint64_t near[2] = {factor(64 + 128), factor(128)};
    __m128i const by_64 = _mm_loadu_si128(reinterpret_cast<__m128i const*>(far));
    __m128i const by_16 = _mm_loadu_si128(reinterpret_cast<__m128i const*>(near));
    __m128i a = _mm_xor_si128(load(0), _mm_cvtsi64_si128(static_cast<std::int64_t>(state)));
    __m128i b = load(16);
    __m128i c = load(32);
    __m128i d = load(48);
    std::size_t at = 64;
    for (; size - at >= 64; at += 64) {
      a = fold(a, by_64, load(at));
      b = fold(b, by_64, load(at + 16));
      c = fold(c, by_64, load(at + 32));
      d = fold(d, by_64, load(at + 48));
    }
    a = fold(a, by_16, b);
    a = fold(a, by_16, c);
    a = fold(a, by_16, d);
    for (; size - at >= 16; at += 16) {
      a = fold(a, by_16, load(at));
    }
    std::byte rest[16];
    std::memcpy(rest, &a, sizeof(rest));
    return by_tables(p + at, size - at, by_tables(rest, sizeof(rest), 0));
  }

  /// Four lanes of 512 bits. 256 bytes or more. In assembly and the compilers' own vectors, as <immintrin.h> would
  /// add 40,000 lines to every program.
  [[nodiscard]] __attribute__((target("avx512f,vpclmulqdq"))) static Word
  by_wide_folding(std::byte const* p, std::size_t size, Word state) noexcept {
    using wide = std::uint64_t __attribute__((vector_size(64)));
    constexpr std::uint64_t low = factor(64 + 2048);
    constexpr std::uint64_t high = factor(2048);
    wide const by = {low, high, low, high, low, high, low, high};
    wide lanes[4];
    std::memcpy(lanes, p, sizeof(lanes));
    lanes[0][0] ^= state;
    std::size_t at = sizeof(lanes);
    for (; size - at >= sizeof(lanes); at += sizeof(lanes)) {
      wide next[4];
      std::memcpy(next, p + at, sizeof(next));
      for (int i = 0; i != 4; ++i) {
        wide a;
        wide b;
        asm("vpclmulqdq $0x00, %1, %2, %0" : "=v"(a) : "v"(by), "v"(lanes[i]));
        asm("vpclmulqdq $0x11, %1, %2, %0" : "=v"(b) : "v"(by), "v"(lanes[i]));
        lanes[i] = a ^ b ^ next[i];
      }
    }
    // What is left is a message of 256 bytes with the same remainder.
    std::byte rest[sizeof(lanes)];
    std::memcpy(rest, lanes, sizeof(rest));
    state = by_folding(rest, sizeof(rest), 0);
    return size - at >= 64 ? by_folding(p + at, size - at, state) : by_tables(p + at, size - at, state);
  }

#endif

  [[nodiscard]] static Word checksum(bytes_view bytes, Word before) noexcept {
    Word const state = ~before;
#if defined(__x86_64__)
    bool const folds = __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
    bool const folds_wide =
        folds && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("vpclmulqdq") != 0;
    if (folds_wide && bytes.size() >= 512) {
      return ~by_wide_folding(bytes.data(), bytes.size(), state);
    }
    if (folds && bytes.size() >= 64) {
      return ~by_folding(bytes.data(), bytes.size(), state);
    }
#endif
    return ~by_tables(bytes.data(), bytes.size(), state);
  }
};

using crc32_engine = crc_engine<std::uint32_t, 0xEDB88320U>;
using crc32c_engine = crc_engine<std::uint32_t, 0x82F63B78U>;
using crc64nvme_engine = crc_engine<std::uint64_t, 0x9A6C9329AC4BC9B5U>;

} // namespace copyto::detail

#endif
