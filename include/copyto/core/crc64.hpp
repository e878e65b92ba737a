// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_CRC64_HPP
#define COPYTO_CORE_CRC64_HPP

#include <copyto/core/bytes.hpp>

#include <boost/endian/conversion.hpp>

#include <array>
#include <cstdint>

namespace copyto {

/// CRC-64/NVME, the full-object checksum of S3 and R2 (reflected polynomial 0x9A6C9329AC4BC9B5, all
/// ones in and out; check value of "123456789" is 0xAE8B14860A799888; NVM Express NVM Command Set
/// Specification 1.0, 5.2.1.3.4). Eight bytes a step.
class crc64nvme {
public:
  void update(bytes_view bytes) noexcept {
    std::uint64_t crc = ~value_;
    std::byte const* p = bytes.data();
    std::size_t n = bytes.size();
    for (; n >= 8; p += 8, n -= 8) {
      crc ^= boost::endian::endian_load<std::uint64_t, 8, boost::endian::order::little>(
          reinterpret_cast<unsigned char const*>(p));
      crc = table[7][crc & 0xff] ^ table[6][(crc >> 8) & 0xff] ^ table[5][(crc >> 16) & 0xff] ^
            table[4][(crc >> 24) & 0xff] ^ table[3][(crc >> 32) & 0xff] ^ table[2][(crc >> 40) & 0xff] ^
            table[1][(crc >> 48) & 0xff] ^ table[0][crc >> 56];
    }
    for (; n != 0; ++p, --n) {
      crc = table[0][(crc ^ static_cast<std::uint64_t>(*p)) & 0xff] ^ (crc >> 8);
    }
    value_ = ~crc;
  }
  /// The checksum of everything so far.
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

private:
  static constexpr auto table = [] {
    std::array<std::array<std::uint64_t, 256>, 8> t{};
    for (std::uint64_t i = 0; i != 256; ++i) {
      std::uint64_t crc = i;
      for (int bit = 0; bit != 8; ++bit) {
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x9A6C9329AC4BC9B5ULL : 0);
      }
      t[0][i] = crc;
    }
    for (std::size_t slice = 1; slice != 8; ++slice) {
      for (std::size_t i = 0; i != 256; ++i) {
        std::uint64_t const before = t[slice - 1][i];
        t[slice][i] = t[0][before & 0xff] ^ (before >> 8);
      }
    }
    return t;
  }();
  std::uint64_t value_ = 0;
};

} // namespace copyto

#endif
