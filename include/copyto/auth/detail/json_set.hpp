// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_JSON_SET_HPP
#define COPYTO_AUTH_DETAIL_JSON_SET_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/core/config.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace copyto::detail {

/// The members of a JSON object, those of objects in it by their path ("roleCredentials/accessKeyId"); what is not text is as
/// it is written, null is "null". Any of them may be a secret.
using json_members = std::map<std::string, secret, std::less<>>;

/// Nothing: this is no JSON object of at most 64 KiB and 8 levels. Wipes the text.
[[nodiscard]] std::optional<json_members> read_json_members(std::string& text);

/// The text of a member; empty: there is none, or null.
[[nodiscard]] std::string_view member(json_members const& of, std::string_view path);

/// A time in JSON of AWS: ISO 8601 in UTC ("Z", "UTC") or with an offset ("+01:00"), or milliseconds since 1970.
[[nodiscard]] std::optional<utc_time> read_json_time(std::string_view text);

/// What the parts of a set of credentials are called.
struct json_set_names {
  std::string_view id = "AccessKeyId";
  std::string_view secret_key = "SecretAccessKey";
  std::string_view session_token = "Token";
  std::string_view expiry = "Expiration"; ///< a time in JSON
};

/// The set. errc::bad_answer names what is missing; a set without `expiry` does not expire.
[[nodiscard]] result<credentials> read_json_set(json_members const& from, json_set_names const& names);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/json_set.ipp>
#endif

#endif
