// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DIGEST_HPP
#define COPYTO_AUTH_DIGEST_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace copyto {

using sha256_digest = std::array<std::byte, 32>;
using md5_digest = std::array<std::byte, 16>;
using sha1_digest = std::array<std::byte, 20>;

/// SHA-256, by OpenSSL. Throws std::bad_alloc, and only that.
[[nodiscard]] sha256_digest sha256(bytes_view bytes);
/// SHA-1, by OpenSSL: for names of files that others chose, never to protect. Throws std::bad_alloc, and only that.
[[nodiscard]] sha1_digest sha1(bytes_view bytes);
/// HMAC with SHA-256 (RFC 2104), by OpenSSL. Throws std::bad_alloc, and only that.
[[nodiscard]] sha256_digest hmac_sha256(bytes_view key, bytes_view message);
/// MD5, by OpenSSL: errc::unsupported where a FIPS provider refuses it.
[[nodiscard]] result<md5_digest> md5(bytes_view bytes);

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string hex(bytes_view bytes);
/// Base64 with padding (RFC 4648, 4).
[[nodiscard]] std::string base64(bytes_view bytes);
/// The reverse, with padding and nothing else; nothing where this is not such a text.
[[nodiscard]] std::optional<std::string> unbase64(std::string_view text);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/digest.ipp>
#endif

#endif
