// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_MESSAGE_HPP
#define COPYTO_HTTP_MESSAGE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// One header line. Names compare without case (RFC 9110, 5.1).
struct header {
  std::string name = {};
  std::string value = {};
  bool sensitive = false; ///< holds a secret: wiped after use, never shown
};

/// One `name=value` of a query, both not encoded. Order does not matter: the query is sent sorted.
struct query_item {
  std::string name = {};
  std::string value = {};
};

/// How long a request may make no progress. Without a word there is no limit for the whole of it: a part may be large
/// and the line slow.
struct patience {
  std::chrono::milliseconds connect{0};    ///< for TCP and TLS; 0: as the transport is set
  std::uint32_t low_speed = 1;             ///< bytes per second ...
  std::chrono::seconds low_speed_time{60}; ///< ... that must pass on average over this time, waiting included
  std::chrono::seconds whole{0};           ///< for all of it; 0: no limit
};

/// One request. What is signed is what is sent: path and query are held raw, and both the signer and
/// the transport take their encoded form from `encoded_path` and `encoded_query`.
struct request {
  std::string method = "GET";
  std::string scheme = "https";
  std::string host = {};
  std::uint16_t port = 0; ///< 0: the scheme's own
  std::string path = "/"; ///< raw, begins with '/'; never normalised
  std::vector<query_item> query = {};
  std::vector<header> headers = {};
  bytes_view body = {};  ///< borrowed until the request is done; used where `text` is empty
  std::string text = {}; ///< a small body that the request owns
  copyto::patience patience = {};
  std::size_t max_answer = 8 * MiB; ///< a longer answer is an error
  bool direct = false;              ///< past any proxy: to a service of this machine

  [[nodiscard]] bytes_view content() const noexcept { return text.empty() ? body : as_bytes(text); }
  /// Overwrites the values of sensitive headers, once it has been sent.
  void wipe_secrets() noexcept;
};

/// One answer, of any status.
struct response {
  int status = 0;
  std::vector<copyto::header> headers = {};
  std::string body = {};
  /// How often the request was sent: more than 1 where a kept connection turned out to be dead, so that
  /// the server may have seen it twice.
  int sends = 1;
  /// Came over a connection that had been kept from an earlier request.
  bool kept_connection = false;

  /// Value of a header, the first one of that name.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

/// Value of a header, the first one of that name.
[[nodiscard]] std::optional<std::string_view> find_header(std::vector<header> const& headers, std::string_view name);

/// Whether both are the same text, upper and lower case of ASCII letters aside.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// The path, each byte encoded once.
[[nodiscard]] std::string encoded_path(request const& r);

/// The query in its canonical form: encoded, sorted by encoded name, then encoded value (Signature
/// Version 4, "Create a canonical request"). No leading '?'.
[[nodiscard]] std::string encoded_query(request const& r);

/// Host with the port where it is not the scheme's own, as in the Host header.
[[nodiscard]] std::string authority(request const& r);

/// The whole URL.
[[nodiscard]] std::string url(request const& r);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/message.ipp>
#endif

#endif
