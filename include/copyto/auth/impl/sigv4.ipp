// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_SIGV4_IPP
#define COPYTO_AUTH_IMPL_SIGV4_IPP

#include <copyto/auth/sigv4.hpp>

#include <copyto/core/ascii.hpp>

#include <copyto/http/date.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace copyto::detail {

/// Headers that proxies and libraries add, change or drop on the way. Google's front ends rewrite
/// Accept-Encoding.
[[nodiscard]] inline bool is_left_unsigned(std::string_view lower_name) {
  static constexpr std::string_view names[] = {"accept-encoding",
                                               "authorization",
                                               "connection",
                                               "expect",
                                               "host",
                                               "keep-alive",
                                               "proxy-authenticate",
                                               "proxy-authorization",
                                               "te",
                                               "trailer",
                                               "transfer-encoding",
                                               "upgrade",
                                               "user-agent",
                                               "x-amzn-trace-id"};
  return std::find(std::begin(names), std::end(names), lower_name) != std::end(names);
}

/// Value without outer white space, inner runs of it made one space, also across folded lines.
[[nodiscard]] inline std::string trimmed(std::string_view value) {
  std::string text;
  bool space = false;
  for (char c : value) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      space = !text.empty();
      continue;
    }
    if (std::exchange(space, false)) {
      text += ' ';
    }
    text += c;
  }
  return text;
}

/// Lower-case names and canonical values, sorted by name, each name once.
[[nodiscard]] inline std::vector<std::pair<std::string, std::string>> canonical_headers(request const& r) {
  std::vector<std::pair<std::string, std::string>> headers{{"host", authority(r)}};
  for (header const& h : r.headers) {
    std::string name = h.name;
    std::ranges::transform(name, name.begin(), ascii::to_lower);
    if (!is_left_unsigned(name)) {
      headers.emplace_back(std::move(name), trimmed(h.value));
    }
  }
  std::stable_sort(headers.begin(), headers.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < headers.size(); ++i) {
    if (headers[i].first == headers[kept].first) {
      headers[kept].second += "," + headers[i].second;
    } else if (++kept != i) {
      headers[kept] = std::move(headers[i]);
    }
  }
  headers.resize(kept + 1);
  return headers;
}

} // namespace copyto::detail

namespace copyto::sigv4 {

COPYTO_COLD std::string signed_headers(request const& r) {
  std::string names;
  for (auto const& [name, value] : detail::canonical_headers(r)) {
    names.append(names.empty() ? "" : ";").append(name);
  }
  return names;
}

COPYTO_COLD std::string canonical_request(request const& r, std::string_view payload_hash) {
  std::string text = r.method + '\n' + encoded_path(r) + '\n' + encoded_query(r) + '\n';
  std::string names;
  for (auto& [name, value] : detail::canonical_headers(r)) {
    text.append(name).append(":").append(value).append("\n");
    names.append(names.empty() ? "" : ";").append(name);
    secret::wipe(value.data(), value.size());
  }
  return text.append("\n").append(names).append("\n").append(payload_hash);
}

COPYTO_COLD std::string scope_text(scope const& s) {
  return format_amz_date(s.time)
      .substr(0, 8)
      .append("/")
      .append(s.region)
      .append("/")
      .append(s.service)
      .append("/")
      .append(s.dialect.terminator);
}

COPYTO_COLD std::string string_to_sign(std::string_view canonical_request, scope const& s) {
  return std::string(s.dialect.algorithm) + '\n' + format_amz_date(s.time) + '\n' + scope_text(s) + '\n' +
         hex(sha256(as_bytes(canonical_request)));
}

COPYTO_COLD signing_key::signing_key(secret const& secret_key, scope const& s) {
  std::string start(s.dialect.key_prefix);
  start.reserve(start.size() + secret_key.reveal().size()); // no copy is left behind by growing
  start += secret_key.reveal();
  key_ = hmac_sha256(as_bytes(start), as_bytes(format_amz_date(s.time).substr(0, 8)));
  secret::wipe(start.data(), start.size());
  for (std::string_view part : {s.region, s.service, s.dialect.terminator}) {
    key_ = hmac_sha256(key_, as_bytes(part));
  }
}

COPYTO_COLD std::string signing_key::sign(std::string_view string_to_sign) const {
  return hex(hmac_sha256(key_, as_bytes(string_to_sign)));
}

COPYTO_COLD void sign(request& r, credentials const& who, scope const& s, std::string_view payload_hash) {
  r.headers.push_back({.name = std::string(s.dialect.date_header), .value = format_amz_date(s.time)});
  if (s.service == "s3" || s.service == "storage") {
    r.headers.push_back({.name = std::string(s.dialect.hash_header), .value = std::string(payload_hash)});
  }
  if (!who.session_token.empty()) {
    r.headers.push_back({.name = std::string(s.dialect.token_header),
                         .value = std::string(who.session_token.reveal()),
                         .sensitive = true});
  }
  std::string canonical = canonical_request(r, payload_hash);
  std::string const signature = signing_key(who.secret_key, s).sign(string_to_sign(canonical, s));
  secret::wipe(canonical.data(), canonical.size());
  r.headers.push_back({.name = "Authorization",
                       .value = std::string(s.dialect.algorithm) + " Credential=" + who.access_key_id + "/" +
                                scope_text(s) + ",SignedHeaders=" + signed_headers(r) + ",Signature=" + signature,
                       .sensitive = true});
}

} // namespace copyto::sigv4

#endif
