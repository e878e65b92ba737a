// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_SCHEMA_REGISTRY_HPP
#define COPYTO_TOPIC_SCHEMA_REGISTRY_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>
#include <copyto/http/concept.hpp>

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace copyto {

/// A schema registry with the interface of Confluent's: that, Redpanda's, Karapace, Apicurio (/apis/ccompat/v7).
struct schema_registry {
  std::string url = {};  ///< "https://host[:port][/prefix]", without a user name
  std::string user = {}; ///< of basic authentication (RFC 7617); with an empty password, too, there is none
  copyto::secret password = {};
  copyto::patience patience = {};
};

namespace detail {
[[nodiscard]] result<request> registry_request(schema_registry const& registry, std::string_view subject,
                                               std::string_view schema);
[[nodiscard]] result<std::uint32_t> registered_id(schema_registry const& registry, std::string_view subject,
                                                  result<response> const& answer);
} // namespace detail

/// Registers a schema of Avro as a version of this subject ("trades-value") and returns its number, for
/// `avro_records_options::schema_id`; that of the same schema if it is there already
/// (docs.confluent.io, Schema Registry API Reference, "POST /subjects/(string: subject)/versions").
///
/// Sends one request, which has no effect when repeated: errors whose disposition is `transient` may pass then.
///
/// - invalid_argument: the URL, subject or user cannot be used; the registry refuses the schema (422), or as incompatible with
///   those before it (409)
/// - bad_credentials, access_denied, not_found: 401, 403, 404
/// - throttled, service_failed: 429, any other status
/// - bad_answer: there is no number in the answer
/// - what the transport says
///
/// An error holds the HTTP status, and the registry's code and message; never the password. Thread-safe.
template <Transport T>
[[nodiscard]] result<std::uint32_t> register_schema(T& transport, schema_registry const& registry,
                                                    std::string_view subject, std::string_view schema,
                                                    std::stop_token stop = {}) {
  result<request> asked = detail::registry_request(registry, subject, schema);
  if (!asked) {
    return asked.error();
  }
  result<response> const answer = transport.perform(*asked, std::move(stop));
  asked->wipe_secrets();
  return detail::registered_id(registry, subject, answer);
}

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/schema_registry.ipp>
#endif

#endif
