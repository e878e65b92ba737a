// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_CRC32_HPP
#define COPYTO_CORE_CRC32_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <cstdint>

namespace copyto {

/// CRC-32 of gzip, zlib and Parquet's pages (RFC 1952, section 8: reflected polynomial 0xEDB88320, all
/// ones in and out; check value of "123456789" is 0xCBF43926). `before` is the checksum of the bytes in
/// front of these. Thread-safe.
///
/// Sixteen bytes a step by carry-less multiplication where the processor has it, else eight by tables.
[[nodiscard]] std::uint32_t crc32(bytes_view bytes, std::uint32_t before = 0) noexcept;

namespace detail {

/// The form for every processor.
[[nodiscard]] std::uint32_t crc32_by_tables(bytes_view bytes, std::uint32_t before = 0) noexcept;

} // namespace detail

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/core/crc32.ipp>
#endif

#endif
