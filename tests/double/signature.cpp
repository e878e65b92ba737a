// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "signature.hpp"

#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace copyto::doubles {
namespace {

struct words {
  std::string algorithm, key_prefix, service, terminator, header_prefix;
};
words const amazon = {"AWS4-HMAC-SHA256", "AWS4", "s3", "aws4_request", "x-amz-"};
words const google = {"GOOG4-HMAC-SHA256", "GOOG4", "storage", "goog4_request", "x-goog-"};

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<unsigned char const*>(text.data()),
       text.size(), out.data(), &size);
  return {reinterpret_cast<char const*>(out.data()), size};
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (;;) {
    std::size_t const end = text.find(by);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

/// The value of `name=` in an Authorization header.
std::string field(std::string_view authorization, std::string_view name) {
  std::size_t const at = authorization.find(name);
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view const rest = authorization.substr(at + name.size());
  return std::string(rest.substr(0, rest.find_first_of(", ")));
}

std::optional<wall_time> parsed_time(std::string const& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (text.size() != 16 ||
      std::sscanf(text.c_str(), "%4d%2d%2dT%2d%2d%2dZ", &year, &month, &day, &hour, &minute, &second) != 6) {
    return std::nullopt;
  }
  std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return wall_time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

/// Trimmed, inner runs of spaces made one.
std::string canonical_value(std::string_view value) {
  std::string out;
  for (char const c : value) {
    if (c == ' ' || c == '\t') {
      if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
    } else {
      out += c;
    }
  }
  while (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

} // namespace

wire_answer refusal(int status, std::string_view code, std::string_view text, std::string_view more) {
  std::string body = R"(<?xml version="1.0" encoding="UTF-8"?><Error><Code>)";
  body.append(code).append("</Code><Message>").append(xml_escaped(text)).append("</Message>").append(more);
  body += "<RequestId>DOUBLE0000</RequestId></Error>";
  return {.status = status, .headers = {{"Content-Type", "application/xml"}}, .body = std::move(body)};
}

std::optional<wire_answer> check_signature(wire_request const& r, rules const& service, key_pair const& keys,
                                           wall_time now, bool encrypted) {
  auto const deny = [](std::string_view why) { return refusal(403, "SignatureDoesNotMatch", why); };
  std::string const authorization = r.header("authorization").value_or("");
  if (authorization.empty()) {
    return refusal(403, "AccessDenied", "the request is not signed");
  }
  bool const goog = authorization.starts_with(google.algorithm + " ");
  words const& w = goog ? google : amazon;
  if (!authorization.starts_with(w.algorithm + " ") || (goog && !service.google)) {
    return refusal(400, "InvalidArgument", "an unknown kind of signature");
  }
  std::vector<std::string> const scope = split(field(authorization, "Credential="), '/');
  if (scope.size() != 5 || scope[3] != w.service || scope[4] != w.terminator) {
    return refusal(400, "AuthorizationHeaderMalformed", "the credential scope is malformed");
  }
  if (scope[0] != keys.id) {
    return refusal(403, "InvalidAccessKeyId", "nobody has this key");
  }
  std::string const date = r.header(w.header_prefix + "date").value_or("");
  std::optional<wall_time> const signed_at = parsed_time(date);
  if (!signed_at || date.substr(0, 8) != scope[1]) {
    return refusal(403, "AccessDenied", "the date is missing, or not that of the scope");
  }
  if (*signed_at > now + std::chrono::minutes(15) || *signed_at < now - std::chrono::minutes(15)) {
    return refusal(403, "RequestTimeTooSkewed", "the clocks differ too much");
  }
  if (service.region != "auto" && scope[2] != service.region) {
    return refusal(400, "AuthorizationHeaderMalformed", "the region is wrong; expecting '" + service.region + "'",
                   "<Region>" + service.region + "</Region>");
  }
  std::string const token = r.header("x-amz-security-token").value_or("");
  if (service.google ? !token.empty() : token != keys.token.value_or("")) {
    return token.empty() ? refusal(403, "InvalidAccessKeyId", "this key belongs to a session")
                         : refusal(400, "ExpiredToken", "the session is over");
  }

  // What the body must be.
  std::string const payload = r.header(w.header_prefix + "content-sha256").value_or("");
  if (payload.empty()) {
    return refusal(400, "MissingSecurityHeader", "the hash of the body is missing");
  }
  if (payload == "UNSIGNED-PAYLOAD") {
    if (!encrypted && !r.body.empty()) {
      return refusal(400, "InvalidRequest", "an unsigned body needs TLS");
    }
  } else if (payload != sha256_hex(r.body)) {
    return refusal(400, "XAmzContentSHA256Mismatch", "the body is another than was signed");
  }

  // What must be covered.
  std::vector<std::string> const names = split(field(authorization, "SignedHeaders="), ';');
  auto const covered = [&](std::string const& name) { return std::ranges::find(names, name) != names.end(); };
  if (!std::ranges::is_sorted(names) || !covered("host") || covered("accept-encoding") || covered("user-agent")) {
    return deny("the list of signed headers is not what it must be");
  }
  for (auto const& [name, value] : r.headers) {
    bool const must = name == "content-md5" || name == "content-type" || name.starts_with("x-amz-") ||
                      name.starts_with("x-goog-") || name == "if-match" || name == "if-none-match";
    if (must && !covered(name)) {
      return deny("a header is not signed: " + name);
    }
  }

  std::optional<std::string> const path = decoded(r.path());
  std::optional<query_items> query = parsed_query(r.query());
  if (!path || !query) {
    return refusal(400, "InvalidURI", "the target is malformed");
  }
  for (auto& [name, value] : *query) {
    name = encoded(name, false);
    value = encoded(value, false);
  }
  std::ranges::sort(*query);
  std::string canonical = r.method + "\n" + encoded(*path, true) + "\n";
  for (auto const& item : *query) {
    canonical += (&item == query->data() ? "" : "&") + item.first + "=" + item.second;
  }
  canonical += "\n";
  for (std::string const& name : names) {
    std::string value;
    for (auto const& [key, text] : r.headers) {
      if (key == name) {
        value += (value.empty() ? "" : ",") + canonical_value(text);
      }
    }
    canonical.append(name).append(":").append(value).append("\n");
  }
  canonical += "\n" + field(authorization, "SignedHeaders=") + "\n" + payload;
  std::string const scope_text = scope[1] + "/" + scope[2] + "/" + scope[3] + "/" + scope[4];
  std::string const text = w.algorithm + "\n" + date + "\n" + scope_text + "\n" + sha256_hex(canonical);
  std::string key = w.key_prefix + keys.secret;
  for (std::size_t i = 1; i != 5; ++i) {
    key = hmac(key, scope[i]);
  }
  std::string expected;
  for (char const c : hmac(key, text)) {
    constexpr std::string_view digits = "0123456789abcdef";
    expected += digits[static_cast<unsigned char>(c) >> 4];
    expected += digits[static_cast<unsigned char>(c) & 15];
  }
  if (expected != field(authorization, "Signature=")) {
    return deny("the signature is another than that of the request that came");
  }
  return std::nullopt;
}

} // namespace copyto::doubles
