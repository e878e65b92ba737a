// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_DETAIL_CHECKSUM_HPP
#define COPYTO_STORE_S3_DETAIL_CHECKSUM_HPP

#include <copyto/core/result.hpp>
#include <copyto/http/message.hpp>
#include <copyto/store/object.hpp>
#include <copyto/store/service.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Checksums as S3's and Google's requests and answers write them: base64 of the big-endian bytes (Amazon S3 User
/// Guide, "Checking object integrity"; Cloud Storage documentation, "x-goog-hash"). Pure functions, thread-safe.
namespace copyto::detail {

/// Text of a body's checksum; empty where the dialect has none. errc::unsupported where OpenSSL refuses MD5.
[[nodiscard]] result<std::string> checksum_text(checksum kind, part_body const& body);

/// Adds the headers by which a request declares this checksum of its body.
void declare_checksum(checksum kind, std::string_view text, std::vector<header>& headers);

/// What the headers of an answer say that the body was or the object is; nothing where they do not say it.
[[nodiscard]] std::optional<std::string> declared_checksum(checksum kind, response const& answer);

/// Text of the checksum of all parts behind each other, from `part_tag::checksum` of each. Nothing where the dialect
/// has none for whole objects, or a part's is missing.
[[nodiscard]] std::optional<std::string> joined_checksum(checksum kind, std::span<part_tag const> parts);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/s3/impl/checksum.ipp>
#endif

#endif
