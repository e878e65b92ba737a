// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_DOUBLE_WIRE_HPP
#define COPYTO_TESTS_DOUBLE_WIRE_HPP

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A strict S3 service for tests: it checks what real services check, keeps their rules by profile, and fails on
/// demand. Nothing in it is taken from the library under test, so that a mistake there is not made here, too.
namespace copyto::doubles {

/// A request as it came over the wire. Names of headers are in lower case.
struct wire_request {
  std::string method = {};
  std::string target = {}; ///< path and query, as they were sent
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};

  [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
    for (auto const& [key, value] : headers) {
      if (key == name) {
        return value;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  [[nodiscard]] std::string_view query() const {
    std::size_t const mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  }
};

struct wire_answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

/// Percent-decoding; nothing where it is malformed.
[[nodiscard]] std::optional<std::string> decoded(std::string_view text);
/// Encodes every byte but `A-Z a-z 0-9 - . _ ~` (RFC 3986), and '/' where `slashes` stay.
[[nodiscard]] std::string encoded(std::string_view text, bool slashes);

/// Names and values of a query, decoded, in their order; nothing where it is malformed.
using query_items = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::optional<query_items> parsed_query(std::string_view query);

[[nodiscard]] std::string sha256_hex(std::string_view text);
[[nodiscard]] std::string md5_base64(std::string_view text);
[[nodiscard]] std::string md5_hex(std::string_view text);
/// Base64 of the big-endian bytes.
[[nodiscard]] std::string crc64nvme_base64(std::string_view text);
[[nodiscard]] std::string crc32c_base64(std::string_view text);

} // namespace copyto::doubles

#endif
