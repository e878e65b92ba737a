// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_STS_IPP
#define COPYTO_AUTH_IMPL_STS_IPP

#include <copyto/auth/sts.hpp>

#include <copyto/auth/digest.hpp>
#include <copyto/auth/sigv4.hpp>
#include <copyto/core/ascii.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/http/date.hpp>
#include <copyto/http/endpoint.hpp>
#include <copyto/http/uri_encode.hpp>
#include <copyto/http/xml.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace copyto::sts {

namespace detail {

/// `\w` of the API reference: without letters of other alphabets.
inline constexpr std::string_view word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/// The value itself is never repeated: it may be a secret that ended up in the wrong place.
[[nodiscard]] inline error wrong(std::string_view option, std::string_view why, std::string advice) {
  return error({.code = errc::invalid_argument,
                .message = fmt::format("cannot assume the role: the option \"{}\" {}", option, why),
                .advice = std::move(advice)});
}

/// A rule of the API reference for one parameter.
[[nodiscard]] inline result<void> check_text(std::string_view option, std::string_view value, std::size_t shortest,
                                             std::size_t longest, std::string_view marks) {
  if (value.size() < shortest || value.size() > longest) {
    return wrong(option, fmt::format("has {} characters", value.size()),
                 fmt::format("give {} to {}", shortest, longest));
  }
  if (value.find_first_not_of(std::string(word).append(marks)) != std::string_view::npos) {
    return wrong(option, "holds a character that it cannot", fmt::format("use letters, digits and _{} only", marks));
  }
  return {};
}

/// arn:PARTITION:iam:[REGION]:[ACCOUNT]:role/[PATH/]NAME
[[nodiscard]] inline bool is_role_arn(std::string_view arn) {
  auto const is_printable = [](char c) { return c > ' ' && c <= '~'; };
  if (!arn.starts_with("arn:") || !std::all_of(arn.begin(), arn.end(), is_printable)) {
    return false;
  }
  for (int field = 1; field != 6; ++field) {
    std::size_t const colon = arn.find(':');
    if (colon == std::string_view::npos || (field == 2 && colon == 0) ||
        (field == 3 && arn.substr(0, colon) != "iam")) {
      return false;
    }
    arn.remove_prefix(colon + 1);
  }
  return arn.starts_with("role/") && !arn.ends_with('/');
}

/// API reference, "Tag" and "AssumeRole".
[[nodiscard]] inline result<void> check_tags(assume_role_options const& options) {
  if (options.tags.size() > 50) {
    return wrong("tags", fmt::format("has {} entries", options.tags.size()), "give 50 at most");
  }
  for (auto tag = options.tags.begin(); tag != options.tags.end(); ++tag) {
    auto const& [name, value] = *tag;
    if (name.empty() || utf8_length(name) > 128 || utf8_length(value) > 256 || !valid_utf8(name) ||
        !valid_utf8(value)) {
      return wrong("tags", "has a name or value that is too long, empty or not UTF-8",
                   "give names of 1 to 128 characters, and values of at most 256");
    }
    if (std::any_of(options.tags.begin(), tag, [&](auto const& other) { return same_name(other.first, name); })) {
      return wrong("tags", "has two names that do not differ in more than case", "leave one of them out");
    }
  }
  for (std::string const& name : options.transitive_tags) {
    if (std::none_of(options.tags.begin(), options.tags.end(), [&](auto const& tag) { return tag.first == name; })) {
      return wrong("transitive_tags", "names a tag that is not in tags", "add it there");
    }
  }
  return {};
}

[[nodiscard]] inline result<void> check_duration(assume_role_options const& options, bool chained) {
  auto const [least, most, most_chained] = options.limits;
  auto const seconds = options.duration.count();
  if (chained && options.duration > most_chained) {
    return wrong("duration", fmt::format("is {} s, but the role is assumed by another role's session", seconds),
                 fmt::format("role chaining allows at most {} s", most_chained.count()));
  }
  if (options.duration < least || options.duration > most) {
    return wrong("duration", fmt::format("is {} s", seconds),
                 fmt::format("give {} to {} s", least.count(), most.count()));
  }
  return {};
}

} // namespace detail

COPYTO_COLD result<void> check(assume_role_options const& options, bool chained) {
  using detail::wrong;
  if (options.role_arn.size() < 20 || options.role_arn.size() > 2048 || !detail::is_role_arn(options.role_arn)) {
    return wrong("role_arn", options.role_arn.empty() ? "is empty" : "is not the ARN of a role",
                 "write it as arn:aws:iam::<account>:role/<name>, 20 to 2048 characters");
  }
  if (!options.session_name.empty()) {
    if (auto good = detail::check_text("session_name", options.session_name, 2, 64, "+=,.@-"); !good) {
      return good;
    }
  }
  if (!options.external_id.empty()) {
    if (auto good = detail::check_text("external_id", options.external_id, 2, 1224, "+=,.@:/-"); !good) {
      return good;
    }
  }
  if (auto good = detail::check_duration(options, chained); !good) {
    return good;
  }
  if (!valid_utf8(options.policy)) {
    return wrong("policy", "is not valid UTF-8", "give a policy as JSON");
  }
  if (auto good = detail::check_tags(options); !good) {
    return good;
  }
  if (!options.source_identity.empty()) {
    if (auto good = detail::check_text("source_identity", options.source_identity, 2, 64, "+=,.@-"); !good) {
      return good;
    }
  }
  if (options.policy_arns.size() > 10) {
    return wrong("policy_arns", fmt::format("has {} entries", options.policy_arns.size()), "give 10 at most");
  }
  if (std::size_t const policy_size = utf8_length(options.policy); policy_size > 2048) {
    return wrong("policy", fmt::format("has {} characters", policy_size), "give 2048 at most");
  }
  std::string const region = region_of(options);
  if (region.empty()) {
    return wrong("region", "is empty, and the role's partition does not tell one",
                 "name the region of the STS endpoint");
  }
  if (!is_region_name(region)) {
    return wrong("region", "cannot be the name of a region", "set it, e.g. to \"eu-west-1\"");
  }
  if (options.endpoint.empty()) {
    return {};
  }
  auto const endpoint = parse_endpoint(options.endpoint);
  if (!endpoint) {
    return wrong("endpoint", "is wrong: " + endpoint.error()->message, endpoint.error()->advice);
  }
  if (endpoint->scheme != "https" && !options.allow_http) {
    return wrong("endpoint", "is not encrypted: it begins with http://",
                 "use https://, or set .allow_http to accept that anybody on the way may read the session's secrets");
  }
  return {};
}

COPYTO_COLD std::string region_of(assume_role_options const& options) {
  if (!options.region.empty()) {
    return options.region;
  }
  std::string_view const arn = options.role_arn;
  return arn.starts_with("arn:aws-cn:")       ? "cn-north-1"
         : arn.starts_with("arn:aws-us-gov:") ? "us-gov-west-1"
         // Servers that are not Amazon's accept any region.
         : arn.starts_with("arn:aws:") || !options.endpoint.empty() ? "us-east-1"
                                                                    : "";
}

COPYTO_COLD std::string form(assume_role_options const& options, std::string_view token) {
  std::string text;
  text.reserve(512 + 3 * token.size() + 3 * options.policy.size()); // so that no copy of the token stays behind
  auto const add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      text.append(text.empty() ? "" : "&").append(name).append("=").append(uri_encode(value, uri_part::component));
    }
  };
  add("Action", name_of(token.empty() ? action::assume_role : action::assume_role_with_web_identity));
  add("Version", "2011-06-15");
  add("RoleArn", options.role_arn);
  add("RoleSessionName", options.session_name);
  add("ExternalId", token.empty() ? options.external_id : "");
  add("DurationSeconds", std::to_string(options.duration.count()));
  add("Policy", options.policy);
  for (std::size_t i = 0; i != options.policy_arns.size(); ++i) {
    add(fmt::format("PolicyArns.member.{}.arn", i + 1), options.policy_arns[i]);
  }
  if (!token.empty()) {
    add("WebIdentityToken", token);
    return text;
  }
  for (std::size_t i = 0; i != options.tags.size(); ++i) {
    add(fmt::format("Tags.member.{}.Key", i + 1), options.tags[i].first);
    text += fmt::format("&Tags.member.{}.Value={}", i + 1, uri_encode(options.tags[i].second, uri_part::component));
  }
  for (std::size_t i = 0; i != options.transitive_tags.size(); ++i) {
    add(fmt::format("TransitiveTagKeys.member.{}", i + 1), options.transitive_tags[i]);
  }
  add("SourceIdentity", options.source_identity);
  return text;
}

COPYTO_COLD request make_request(assume_role_options const& options, std::string_view token) {
  std::string const region = region_of(options);
  http_endpoint const endpoint =
      parse_endpoint(options.endpoint.empty() ? aws_endpoint("sts", region, options.network) : options.endpoint)
          .value();
  request r;
  r.method = "POST";
  r.scheme = endpoint.scheme;
  r.host = endpoint.host;
  r.port = endpoint.port;
  r.path = endpoint.path.empty() ? "/" : endpoint.path;
  r.headers = {{.name = "Content-Type", .value = "application/x-www-form-urlencoded; charset=utf-8"}};
  r.text = form(options, token);
  r.max_answer = 256 * KiB;
  r.patience = {.low_speed_time = std::chrono::seconds(20), .whole = std::chrono::seconds(60)};
  return r;
}

COPYTO_COLD void sign(request& r, credentials const& who, std::string_view region, utc_time time) {
  sigv4::sign(r, who, {.region = region, .service = "sts", .time = time}, hex(sha256(r.content())));
}

COPYTO_COLD result<credentials> read_session(response& answer, action asked) {
  auto const bad = [&](std::string_view why) {
    secret::wipe(answer.body.data(), answer.body.size());
    return error({.code = errc::bad_answer,
                  .message = fmt::format("cannot assume the role: the answer is not one of STS: {}", why),
                  .http_status = answer.status,
                  .advice = "check the STS endpoint, and that no proxy answers in its place"});
  };
  auto const take_secret = [](xml_reader& reader) {
    std::string text = reader.take_text();
    secret taken(text);
    secret::wipe(text.data(), text.size());
    return taken;
  };
  credentials session;
  std::string const place = fmt::format("{0}Response/{0}Result/Credentials/", name_of(asked));
  xml_reader reader(answer.body);
  for (;;) {
    result<xml_event> const event = reader.next();
    if (!event) {
      return bad("it is not XML");
    }
    if (*event == xml_event::end) {
      break;
    }
    if (*event != xml_event::close || !reader.path().starts_with(place)) {
      continue;
    }
    std::string_view const name = reader.path().substr(place.size());
    if (name == "AccessKeyId") {
      session.access_key_id = reader.text();
    } else if (name == "SecretAccessKey") {
      session.secret_key = take_secret(reader);
    } else if (name == "SessionToken") {
      session.session_token = take_secret(reader);
    } else if (name == "Expiration") {
      session.expiry = parse_iso_time(reader.text());
    }
  }
  if (session.access_key_id.empty() || session.secret_key.empty() || session.session_token.empty()) {
    return bad("it holds no session");
  }
  if (std::ranges::any_of(session.access_key_id, ascii::is_control) ||
      std::ranges::any_of(session.secret_key.reveal(), ascii::is_control) ||
      std::ranges::any_of(session.session_token.reveal(), ascii::is_control)) {
    return bad("a part of the session holds a character that no header can");
  }
  if (!session.expiry) {
    return bad("it does not say when the session ends");
  }
  secret::wipe(answer.body.data(), answer.body.size());
  return session;
}

} // namespace copyto::sts

#endif
