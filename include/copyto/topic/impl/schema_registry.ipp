// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_SCHEMA_REGISTRY_IPP
#define COPYTO_TOPIC_IMPL_SCHEMA_REGISTRY_IPP

#include <copyto/topic/schema_registry.hpp>

#include <copyto/core/detail/base64.hpp>
#include <copyto/core/detail/json_depth.hpp>
#include <copyto/core/json_text.hpp>
#include <copyto/http/detail/redact.hpp>
#include <copyto/http/detail/service_failure.hpp>
#include <copyto/http/endpoint.hpp>

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <fmt/format.h>

#include <charconv>
#include <sstream>
#include <system_error>

namespace copyto::detail {

COPYTO_COLD result<request> registry_request(schema_registry const& registry, std::string_view subject,
                                             std::string_view schema) {
  result<http_endpoint> const at = parse_endpoint(registry.url);
  if (!at) {
    return at.error().with([](error_info& info) { info.message = "the schema registry: " + info.message; });
  }
  // A slash would have to be encoded, which servers and proxies read in different ways.
  if (subject.empty() || subject.find('/') != std::string_view::npos || subject == "." || subject == "..") {
    return error({.code = errc::invalid_argument,
                  .message = "the subject of a schema is empty or has a slash",
                  .key = std::string(subject),
                  .advice = "name it by the topic: TOPIC-key, TOPIC-value"});
  }
  if (registry.user.find(':') != std::string::npos) { // RFC 7617, section 2
    return error({.code = errc::invalid_argument,
                  .message =
                      "the user of the schema registry has a colon in its name, which basic authentication cannot "
                      "send"});
  }
  std::string path = at->path;
  path.erase(path.find_last_not_of('/') + 1);
  request r{.method = "POST",
            .scheme = at->scheme,
            .host = at->host,
            .port = at->port,
            .path = fmt::format("{}/subjects/{}/versions", path, subject),
            .headers = {{.name = "Content-Type", .value = "application/vnd.schemaregistry.v1+json"},
                        {.name = "Accept", .value = "application/vnd.schemaregistry.v1+json, application/json"}},
            .text = fmt::format("{{\"schema\":{}}}", json_text(schema)),
            .patience = registry.patience,
            .max_answer = MiB};
  if (!registry.user.empty() || !registry.password.empty()) {
    std::string pair;
    pair.reserve(registry.user.size() + 1 + registry.password.reveal().size()); // no copy stays behind
    pair += registry.user;
    pair += ':';
    pair += registry.password.reveal();
    constexpr std::string_view scheme = "Basic ";
    std::string value(scheme.size() + base64_size(pair.size()), '\0');
    scheme.copy(value.data(), scheme.size());
    put_base64(value.data() + scheme.size(), pair);
    secret::wipe(pair.data(), pair.size());
    r.headers.push_back({.name = "Authorization", .value = std::move(value), .sensitive = true});
  }
  return r;
}

/// A member of the answer, as it is written; empty: there is none.
[[nodiscard]] COPYTO_COLD std::string registry_member(std::string const& body, char const* name) {
  namespace pt = boost::property_tree;
  if (!json_nests_at_most(body, 32)) {
    return {};
  }
  try {
    std::istringstream in(body);
    pt::ptree all;
    pt::read_json(in, all);
    auto const found = all.find(name);
    return found == all.not_found() ? std::string() : found->second.data();
  } catch (pt::json_parser_error const&) {
    return {};
  }
}

/// What the registry says, without the password.
[[nodiscard]] COPYTO_COLD std::string registry_text(schema_registry const& registry, std::string text) {
  std::string_view const password = registry.password.reveal();
  redact(text, password);
  if (!password.empty() && text.find(password) != std::string::npos) { // too short to be cut out
    return "[redacted]";
  }
  return one_line(std::move(text));
}

COPYTO_COLD result<std::uint32_t> registered_id(schema_registry const& registry, std::string_view subject,
                                                result<response> const& answer) {
  error_info info{.operation = "RegisterSchema", .key = std::string(subject)};
  if (!answer) {
    return answer.error().with([&](error_info& of) {
      of.operation = info.operation;
      of.key = info.key;
      if (of.disposition == disposition::in_doubt && of.code != errc::stopped) {
        of.disposition = disposition::transient; // the same schema gets the same number
      }
    });
  }
  info.http_status = answer->status;
  if (answer->ok()) {
    std::string const text = registry_member(answer->body, "id");
    std::uint32_t id = 0;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (fault == std::errc() && end == text.data() + text.size()) {
      return id;
    }
    info.code = errc::bad_answer;
    info.message = "the schema registry has answered without the number of the schema";
    info.advice = "see whether the URL is that of a registry with Confluent's interface";
    return error(std::move(info));
  }
  info.service_code = registry_text(registry, registry_member(answer->body, "error_code"));
  info.service_text = registry_text(registry, registry_member(answer->body, "message"));
  switch (answer->status) {
  case 409:
    info.code = errc::invalid_argument;
    info.message = "the schema registry refuses the schema as incompatible with those before it";
    info.advice =
        "keep to columns that readers of the subject know, or register it under another subject, or change the "
        "subject's compatibility";
    return error(std::move(info));
  case 422:
    info.code = errc::invalid_argument;
    info.message = "the schema registry refuses the schema";
    return error(std::move(info));
  default: break;
  }
  failure_code const meaning = meaning_of_status(answer->status);
  bool const passes = meaning.remedy == remedy::repeat || meaning.remedy == remedy::slow_down;
  info.code = meaning.code;
  info.disposition = passes ? disposition::transient : disposition::permanent;
  info.message = "the schema registry has not registered the schema";
  if (answer->status == 401 || answer->status == 403) {
    info.advice = "check user, password and their rights to write to the subject";
  } else if (answer->status == 404 || (answer->status >= 300 && answer->status < 400)) {
    info.advice = "check the URL: redirects are not followed";
  }
  return error(std::move(info));
}

} // namespace copyto::detail

#endif
