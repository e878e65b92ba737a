// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_CRC_HPP
#define COPYTO_CORE_CRC_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <cstdint>

namespace copyto {

/// The cyclic redundancy checks of formats and stores. All are bit-reflected, begin with all ones and end with
/// all ones flipped; the check value is that of "123456789". `before` is the checksum of the bytes in front of
/// these. Carry-less multiplication where the processor has it, else eight bytes a step by tables. Thread-safe.

/// CRC-32 of gzip, zlib and Parquet's pages (RFC 1952, section 8). Check value 0xCBF43926.
[[nodiscard]] std::uint32_t crc32(bytes_view bytes, std::uint32_t before = 0) noexcept;

/// CRC-32C of Google Cloud Storage and S3 (Castagnoli; RFC 3720, 12.1). Check value 0xE3069283.
[[nodiscard]] std::uint32_t crc32c(bytes_view bytes, std::uint32_t before = 0) noexcept;

/// CRC-64/NVME, the full-object checksum of S3 and R2 (NVM Express NVM Command Set Specification 1.0,
/// 5.2.1.3.4). Check value 0xAE8B14860A799888.
[[nodiscard]] std::uint64_t crc64nvme(bytes_view bytes, std::uint64_t before = 0) noexcept;

/// Checksum of two runs of bytes, one behind the other, from the checksums of each: what a store says of a whole
/// object is compared with what was computed part by part.
[[nodiscard]] std::uint32_t join_crc32c(std::uint32_t first, std::uint32_t second, std::uint64_t second_size) noexcept;
[[nodiscard]] std::uint64_t join_crc64nvme(std::uint64_t first, std::uint64_t second,
                                           std::uint64_t second_size) noexcept;

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/core/impl/crc.ipp>
#endif

#endif
