// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_AUTH_VECTORS_HPP
#define COPYTO_TESTS_UNIT_AUTH_VECTORS_HPP

#include <copyto/auth/sigv4.hpp>
#include <copyto/http/uri_encode.hpp>

#include <istream>
#include <optional>
#include <stdexcept>
#include <string>

namespace sigv4_tests {

/// A request, what it is signed with, and the Authorization that botocore gave it: see make_sigv4_vectors.py.
struct vector {
  copyto::request asked;
  copyto::credentials who;
  std::string region;
  copyto::utc_time time;
  std::string payload;
  std::string expected;

  /// What we give it, without blanks, as `expected` is.
  [[nodiscard]] std::string signed_by_us() {
    copyto::sigv4::sign(asked, who, {.region = region, .time = time}, payload);
    return squeezed(std::string(copyto::find_header(asked.headers, "authorization").value()));
  }
  /// Blanks between the fields of an Authorization are free.
  static std::string squeezed(std::string text) {
    std::erase(text, ' ');
    return text;
  }
};

/// The next of a file, or nothing at its end. Throws for lines of other kinds.
inline std::optional<vector> next_vector(std::istream& file) {
  using copyto::uri_decode;
  vector v;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() && !v.expected.empty()) {
      return v;
    }
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    std::string const name = line.substr(0, line.find(' '));
    std::string const raw = line.substr(line.find(' ') + 1);
    std::size_t const equals = raw.find('=');
    std::string const first = uri_decode(raw.substr(0, equals)).value();
    std::string const second = equals == std::string::npos ? "" : uri_decode(raw.substr(equals + 1)).value();
    if (name == "method") {
      v.asked.method = first;
    } else if (name == "scheme") {
      v.asked.scheme = first;
    } else if (name == "host") {
      v.asked.host = first;
    } else if (name == "port") {
      v.asked.port = static_cast<std::uint16_t>(std::stoi(first));
    } else if (name == "path") {
      v.asked.path = first;
    } else if (name == "query") {
      v.asked.query.push_back({.name = first, .value = second});
    } else if (name == "header") {
      v.asked.headers.push_back({.name = first, .value = second});
    } else if (name == "id") {
      v.who.access_key_id = first;
    } else if (name == "secret") {
      v.who.secret_key = copyto::secret(first);
    } else if (name == "token") {
      v.who.session_token = copyto::secret(first);
    } else if (name == "region") {
      v.region = first;
    } else if (name == "time") {
      v.time = copyto::utc_time(std::chrono::seconds(std::stoll(first)));
    } else if (name == "payload") {
      v.payload = first;
    } else if (name == "authorization") {
      v.expected = vector::squeezed(first);
    } else {
      throw std::runtime_error("unknown line: " + line);
    }
  }
  return std::nullopt;
}

} // namespace sigv4_tests

#endif
