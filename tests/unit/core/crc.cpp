// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/crc.hpp>

#include <copyto/core/detail/crc_engine.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;

/// Bit by bit, from the polynomial alone.
template <class Word>
Word slow(std::string_view text, Word polynomial) {
  Word value = ~Word{0};
  for (char const c : text) {
    value ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit != 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? polynomial : 0);
    }
  }
  return ~value;
}

std::string noise(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i != size; ++i) {
    text[i] = static_cast<char>(i * i * 37 + i * 11 + (i >> 5));
  }
  return text;
}

struct gzip {
  using engine = detail::crc32_engine;
  static constexpr std::uint32_t polynomial = 0xEDB88320U;
  static std::uint32_t sum(bytes_view bytes, std::uint32_t before = 0) { return crc32(bytes, before); }
};
struct castagnoli {
  using engine = detail::crc32c_engine;
  static constexpr std::uint32_t polynomial = 0x82F63B78U;
  static std::uint32_t sum(bytes_view bytes, std::uint32_t before = 0) { return crc32c(bytes, before); }
};
struct nvme {
  using engine = detail::crc64nvme_engine;
  static constexpr std::uint64_t polynomial = 0x9A6C9329AC4BC9B5U;
  static std::uint64_t sum(bytes_view bytes, std::uint64_t before = 0) { return crc64nvme(bytes, before); }
};

template <class Kind>
class Crc : public testing::Test {};
using Kinds = testing::Types<gzip, castagnoli, nvme>;
TYPED_TEST_SUITE(Crc, Kinds);

TEST(Crc, HasTheCheckValuesOfTheSpecifications) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926U);
  EXPECT_EQ(crc32(as_bytes(std::string(32, '\0'))), 0x190A55ADU);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\0'))), 0x8A9136AAU); // RFC 3720, B.4
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\xFF'))), 0x62A8AB43U);
  EXPECT_EQ(crc64nvme(as_bytes("123456789")), 0xAE8B14860A799888U);
  EXPECT_EQ(crc32({}) + crc32c({}) + crc64nvme({}), 0U);
}

TYPED_TEST(Crc, EveryFormAgreesWithTheBitwiseOneForEveryLengthAndAlignment) {
  std::string const text = noise(1200);
  for (std::size_t first = 0; first < 19; first += 3) {
    for (std::size_t size = 0; size + first <= text.size(); ++size) {
      std::string_view const part = std::string_view(text).substr(first, size);
      auto const expected = slow(part, TypeParam::polynomial);
      auto const* const p = as_bytes(part).data();
      decltype(expected) const begin = ~decltype(expected){0};
      ASSERT_EQ(TypeParam::sum(as_bytes(part)), expected) << first << ' ' << size;
      ASSERT_EQ(~TypeParam::engine::by_tables(p, size, begin), expected) << first << ' ' << size;
#if defined(__x86_64__)
      if (size >= 64 && __builtin_cpu_supports("pclmul") != 0) {
        ASSERT_EQ(~TypeParam::engine::by_folding(p, size, begin), expected) << first << ' ' << size;
      }
      if (size >= 256 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("vpclmulqdq") != 0) {
        ASSERT_EQ(~TypeParam::engine::by_wide_folding(p, size, begin), expected) << first << ' ' << size;
      }
#endif
    }
  }
}

TYPED_TEST(Crc, GoesOnFromWhatCameBefore) {
  std::string const text = noise(900);
  auto const whole = slow(std::string_view(text), TypeParam::polynomial);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    auto const front = TypeParam::sum(as_bytes(std::string_view(text).substr(0, cut)));
    EXPECT_EQ(TypeParam::sum(as_bytes(std::string_view(text).substr(cut)), front), whole);
  }
}

TYPED_TEST(Crc, OfTwoRunsIsJoinedFromTheChecksumsOfEach) {
  std::string const text = noise(700);
  auto const whole = slow(std::string_view(text), TypeParam::polynomial);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    auto const front = TypeParam::sum(as_bytes(std::string_view(text).substr(0, cut)));
    auto const back = TypeParam::sum(as_bytes(std::string_view(text).substr(cut)));
    EXPECT_EQ(TypeParam::engine::join(front, back, text.size() - cut), whole) << cut;
  }
}

TEST(Crc, JoinsRunsOfAnyLength) {
  // 16 MiB of zeros behind, doubled from one: t^(2^27) by squaring against going through the bytes.
  std::string const front = noise(100);
  std::string const zeros(1U << 24, '\0');
  EXPECT_EQ(join_crc64nvme(crc64nvme(as_bytes(front)), crc64nvme(as_bytes(zeros)), zeros.size()),
            crc64nvme(as_bytes(zeros), crc64nvme(as_bytes(front))));
  EXPECT_EQ(join_crc32c(crc32c(as_bytes(front)), crc32c(as_bytes(zeros)), zeros.size()),
            crc32c(as_bytes(zeros), crc32c(as_bytes(front))));
}

} // namespace
