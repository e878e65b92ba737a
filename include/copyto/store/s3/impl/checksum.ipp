// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_CHECKSUM_IPP
#define COPYTO_STORE_S3_IMPL_CHECKSUM_IPP

#include <copyto/store/s3/detail/checksum.hpp>

#include <copyto/auth/digest.hpp>
#include <copyto/core/crc.hpp>

#include <boost/endian/conversion.hpp>

#include <cstring>

namespace copyto::detail {

inline constexpr std::string_view amz_crc64nvme = "x-amz-checksum-crc64nvme";
inline constexpr std::string_view goog_hash = "x-goog-hash";

template <class Number>
[[nodiscard]] std::string big_endian_base64(Number value) {
  Number const big = boost::endian::native_to_big(value);
  return base64(std::as_bytes(std::span(&big, 1)));
}
template <class Number>
[[nodiscard]] std::optional<Number> from_big_endian_base64(std::string_view text) {
  std::optional<std::string> const bytes = unbase64(text);
  if (!bytes || bytes->size() != sizeof(Number)) {
    return std::nullopt;
  }
  Number big;
  std::memcpy(&big, bytes->data(), sizeof(big));
  return boost::endian::big_to_native(big);
}

template <class Number>
[[nodiscard]] std::optional<std::string> join_all(std::span<part_tag const> parts,
                                                  Number (*join)(Number, Number, std::uint64_t) noexcept) {
  Number whole = 0;
  for (part_tag const& part : parts) {
    std::optional<Number> const one = from_big_endian_base64<Number>(part.checksum);
    if (!one) {
      return std::nullopt;
    }
    whole = join(whole, *one, part.size);
  }
  return big_endian_base64(whole);
}

COPYTO_DECL result<std::string> checksum_text(checksum kind, part_body const& body) {
  switch (kind) {
  case checksum::none: break;
  case checksum::content_md5: {
    result<md5_digest> const digest = md5(body.bytes());
    return digest ? result<std::string>(base64(*digest)) : digest.error();
  }
  case checksum::crc64nvme: return big_endian_base64(body.crc64nvme());
  case checksum::goog_crc32c: return big_endian_base64(crc32c(body.bytes()));
  }
  return std::string();
}

COPYTO_DECL void declare_checksum(checksum kind, std::string_view text, std::vector<header>& headers) {
  auto const add = [&](std::string_view name, std::string value) {
    headers.push_back({.name = std::string(name), .value = std::move(value)});
  };
  switch (kind) {
  case checksum::none: break;
  case checksum::content_md5: add("Content-MD5", std::string(text)); break;
  case checksum::crc64nvme:
    add("x-amz-sdk-checksum-algorithm", "CRC64NVME"); // some servers verify only then
    add(amz_crc64nvme, std::string(text));
    break;
  case checksum::goog_crc32c: add(goog_hash, "crc32c=" + std::string(text)); break;
  }
}

COPYTO_DECL std::optional<std::string> declared_checksum(checksum kind, response const& answer) {
  if (kind == checksum::crc64nvme) {
    auto const value = answer.header(amz_crc64nvme);
    return value ? std::optional<std::string>(*value) : std::nullopt;
  }
  if (kind == checksum::goog_crc32c) { // "crc32c=...,md5=...", or a line of its own for each
    constexpr std::string_view mark = "crc32c=";
    for (header const& h : answer.headers) {
      std::size_t const at = same_name(h.name, goog_hash) ? h.value.find(mark) : std::string::npos;
      if (at != std::string::npos) {
        std::size_t const begin = at + mark.size();
        return h.value.substr(begin, h.value.find_first_of(", ", begin) - begin);
      }
    }
  }
  return std::nullopt;
}

COPYTO_DECL std::optional<std::string> joined_checksum(checksum kind, std::span<part_tag const> parts) {
  switch (kind) {
  case checksum::crc64nvme: return join_all<std::uint64_t>(parts, join_crc64nvme);
  case checksum::goog_crc32c: return join_all<std::uint32_t>(parts, join_crc32c);
  default: return std::nullopt;
  }
}

} // namespace copyto::detail

#endif
