// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_IMPL_UTF8_IPP
#define COPYTO_CORE_IMPL_UTF8_IPP

#include <copyto/core/utf8.hpp>

#if defined(__x86_64__)
#include <tmmintrin.h>
#endif

namespace copyto::detail {

#if defined(__x86_64__)

/// J. Keiser, D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (Software: Practice and Experience, 2021):
/// each kind of fault has a bit; the high half of a byte, its low half and the high half of the next one look up the
/// faults that each allows, and what all three allow is there.
enum utf8_fault : std::uint8_t { // first byte, second byte
  too_short = 1 << 0,            // 11______ 0_______, 11______ 11______
  too_long = 1 << 1,             // 0_______ 10______
  overlong_3 = 1 << 2,           // 11100000 100_____
  too_large = 1 << 3,            // 11110100 1001____, 11110100 101_____, 11110101 1001____, ...
  surrogate = 1 << 4,            // 11101101 101_____
  overlong_2 = 1 << 5,           // 1100000_ 10______
  overlong_4 = 1 << 6,           // 11110000 1000____; also 11110101 1000____, ..., which are too large
  two_continue = 1 << 7,         // 10______ 10______: right in the third and fourth byte of a character
};
inline constexpr std::uint8_t utf8_any_low = too_short | too_long | two_continue;
inline constexpr std::uint8_t utf8_high_halves[16] = {too_long,
                                                      too_long,
                                                      too_long,
                                                      too_long,
                                                      too_long,
                                                      too_long,
                                                      too_long,
                                                      too_long,
                                                      two_continue,
                                                      two_continue,
                                                      two_continue,
                                                      two_continue,
                                                      too_short | overlong_2,
                                                      too_short,
                                                      too_short | overlong_3 | surrogate,
                                                      too_short | too_large | overlong_4};
inline constexpr std::uint8_t utf8_low_halves[16] = {utf8_any_low | overlong_2 | overlong_3 | overlong_4,
                                                     utf8_any_low | overlong_2,
                                                     utf8_any_low,
                                                     utf8_any_low,
                                                     utf8_any_low | too_large,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4 | surrogate,
                                                     utf8_any_low | too_large | overlong_4,
                                                     utf8_any_low | too_large | overlong_4};
inline constexpr std::uint8_t utf8_any_continuation = too_long | overlong_2 | two_continue;
inline constexpr std::uint8_t utf8_next_halves[16] = {too_short,
                                                      too_short,
                                                      too_short,
                                                      too_short,
                                                      too_short,
                                                      too_short,
                                                      too_short,
                                                      too_short,
                                                      utf8_any_continuation | overlong_3 | overlong_4,
                                                      utf8_any_continuation | overlong_3 | too_large,
                                                      utf8_any_continuation | surrogate | too_large,
                                                      utf8_any_continuation | surrogate | too_large,
                                                      too_short,
                                                      too_short,
                                                      too_short,
                                                      too_short};

/// Sixteen bytes a step.
[[nodiscard]] __attribute__((target("ssse3"))) inline bool valid_utf8_by_vector(std::string_view text) noexcept {
  auto const load = [](void const* p) __attribute__((target("ssse3"))) {
    return _mm_loadu_si128(static_cast<__m128i const*>(p));
  };
  __m128i const high_halves = load(utf8_high_halves);
  __m128i const low_halves = load(utf8_low_halves);
  __m128i const next_halves = load(utf8_next_halves);
  __m128i const half = _mm_set1_epi8(15);
  // In the last three bytes of a block, what begins a character that is longer than what is left.
  __m128i const unfinished = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, static_cast<char>(0xEF),
                                           static_cast<char>(0xDF), static_cast<char>(0xBF));
  __m128i faults = _mm_setzero_si128();
  __m128i before = _mm_setzero_si128();
  auto const check = [&](__m128i block) __attribute__((target("ssse3"))) {
    if (_mm_movemask_epi8(block) == 0) {
      faults = _mm_or_si128(faults, _mm_subs_epu8(before, unfinished));
    } else {
      __m128i const back_1 = _mm_alignr_epi8(block, before, 15);
      __m128i const back_2 = _mm_alignr_epi8(block, before, 14);
      __m128i const back_3 = _mm_alignr_epi8(block, before, 13);
      __m128i const found =
          _mm_and_si128(_mm_and_si128(_mm_shuffle_epi8(high_halves, _mm_and_si128(_mm_srli_epi16(back_1, 4), half)),
                                      _mm_shuffle_epi8(low_halves, _mm_and_si128(back_1, half))),
                        _mm_shuffle_epi8(next_halves, _mm_and_si128(_mm_srli_epi16(block, 4), half)));
      // The third byte behind 111_____ and the fourth behind 1111____ must be what else is `two_continue`.
      __m128i const must = _mm_and_si128(_mm_or_si128(_mm_subs_epu8(back_2, _mm_set1_epi8(0xE0 - 0x80)),
                                                      _mm_subs_epu8(back_3, _mm_set1_epi8(0xF0 - 0x80))),
                                         _mm_set1_epi8(static_cast<char>(0x80)));
      faults = _mm_or_si128(faults, _mm_xor_si128(found, must));
    }
    before = block;
  };
  std::size_t at = 0;
  for (; text.size() - at >= 16; at += 16) {
    check(load(text.data() + at));
  }
  char rest[16] = {}; // at least one zero, which ends what is unfinished
  std::memcpy(rest, text.data() + at, text.size() - at);
  check(load(rest));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(faults, _mm_setzero_si128())) == 0xFFFF;
}

#endif

COPYTO_DECL bool valid_utf8_text(std::string_view text) noexcept {
#if defined(__x86_64__)
  if (text.size() >= 16 && __builtin_cpu_supports("ssse3") != 0) {
    return valid_utf8_by_vector(text);
  }
#endif
  return valid_utf8_from(text, 0);
}

COPYTO_DECL bool valid_utf8_from(std::string_view text, std::size_t at) noexcept {
  auto const* p = reinterpret_cast<unsigned char const*>(text.data());
  std::size_t const size = text.size();
  auto const continues = [&](std::size_t i) { return i < size && (p[i] & 0xC0) == 0x80; };
  while (at < size) {
    if (at + 8 <= size) {
      std::uint64_t word;
      std::memcpy(&word, p + at, 8);
      if ((word & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    unsigned const lead = p[at];
    if (lead < 0x80) {
      ++at;
    } else if (lead >= 0xC2 && lead < 0xE0) {
      if (!continues(at + 1)) {
        return false;
      }
      at += 2;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      if (!continues(at + 1) || !continues(at + 2)) {
        return false;
      }
      unsigned const second = p[at + 1];
      if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0)) {
        return false; // overlong, surrogate
      }
      at += 3;
    } else if (lead >= 0xF0 && lead < 0xF5) {
      if (!continues(at + 1) || !continues(at + 2) || !continues(at + 3)) {
        return false;
      }
      unsigned const second = p[at + 1];
      if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90)) {
        return false; // overlong, above U+10FFFF
      }
      at += 4;
    } else {
      return false;
    }
  }
  return true;
}

} // namespace copyto::detail

#endif
