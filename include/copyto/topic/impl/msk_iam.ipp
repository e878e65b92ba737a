// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_MSK_IAM_IPP
#define COPYTO_TOPIC_IMPL_MSK_IAM_IPP

#include <copyto/topic/msk_iam.hpp>

#include <copyto/auth/sigv4.hpp>
#include <copyto/core/detail/base64.hpp>
#include <copyto/http/date.hpp>
#include <copyto/http/message.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace copyto::detail {

inline constexpr std::chrono::seconds msk_token_life{900}; ///< the most that MSK takes

COPYTO_COLD result<kafka_token> msk_token(credentials const& who, std::string_view region, utc_time now) {
  if (region.empty() || who.access_key_id.empty() || who.secret_key.empty()) {
    return error({.code = errc::bad_credentials,
                  .message = region.empty() ? "MSK's IAM needs a region" : "MSK's IAM needs an access key",
                  .advice = "name the cluster's region, and a provider of AWS credentials"});
  }
  sigv4::scope const scope{.region = region, .service = "kafka-cluster", .time = now};
  request signed_url{.host = fmt::format("kafka.{}.amazonaws.com", region),
                     .query = {{"Action", "kafka-cluster:Connect"},
                               {"X-Amz-Algorithm", std::string(scope.dialect.algorithm)},
                               {"X-Amz-Credential", fmt::format("{}/{}", who.access_key_id, sigv4::scope_text(scope))},
                               {"X-Amz-Date", format_amz_date(now)},
                               {"X-Amz-Expires", fmt::to_string(msk_token_life.count())},
                               {"X-Amz-SignedHeaders", "host"}}};
  if (!who.session_token.empty()) {
    signed_url.query.push_back({"X-Amz-Security-Token", std::string(who.session_token.reveal())});
  }
  std::string const canonical = sigv4::canonical_request(signed_url, sigv4::empty_payload);
  std::string const signature = sigv4::signing_key(who.secret_key, scope).sign(sigv4::string_to_sign(canonical, scope));
  std::string text = fmt::format("https://{}/?{}&X-Amz-Signature={}&User-Agent=copyto", signed_url.host,
                                 encoded_query(signed_url), signature);
  std::string token(base64_size(text.size()), '\0');
  put_base64(token.data(), text);
  std::ranges::replace(token, '+', '-'); // RFC 4648, section 5
  std::ranges::replace(token, '/', '_');
  token.erase(std::min(token.find('='), token.size()));
  kafka_token made{.text = secret(token), .expiry = now + msk_token_life};
  for (std::string* const wiped : {&text, &token}) {
    secret::wipe(wiped->data(), wiped->size());
  }
  for (query_item& item : signed_url.query) {
    secret::wipe(item.value.data(), item.value.size());
  }
  if (who.expiry && *who.expiry < made.expiry) { // the token ends with its keys
    made.expiry = *who.expiry;
  }
  return made;
}

} // namespace copyto::detail

#endif
