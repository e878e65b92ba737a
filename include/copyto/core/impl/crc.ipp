// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_IMPL_CRC_IPP
#define COPYTO_CORE_IMPL_CRC_IPP

#include <copyto/core/crc.hpp>

#include <copyto/core/detail/crc_engine.hpp>

namespace copyto {

COPYTO_DECL std::uint32_t crc32(bytes_view bytes, std::uint32_t before) noexcept {
  return detail::crc32_engine::checksum(bytes, before);
}
COPYTO_DECL std::uint32_t crc32c(bytes_view bytes, std::uint32_t before) noexcept {
  return detail::crc32c_engine::checksum(bytes, before);
}
COPYTO_DECL std::uint64_t crc64nvme(bytes_view bytes, std::uint64_t before) noexcept {
  return detail::crc64nvme_engine::checksum(bytes, before);
}
COPYTO_DECL std::uint32_t join_crc32c(std::uint32_t first, std::uint32_t second, std::uint64_t second_size) noexcept {
  return detail::crc32c_engine::join(first, second, second_size);
}
COPYTO_DECL std::uint64_t join_crc64nvme(std::uint64_t first, std::uint64_t second,
                                         std::uint64_t second_size) noexcept {
  return detail::crc64nvme_engine::join(first, second, second_size);
}

} // namespace copyto

#endif
