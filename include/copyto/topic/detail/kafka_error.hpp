// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_KAFKA_ERROR_HPP
#define COPYTO_TOPIC_DETAIL_KAFKA_ERROR_HPP

#include <copyto/core/error.hpp>

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

namespace copyto::detail {

/// One of librdkafka's errors as one of ours. `said`: its own sentence, or a broker's.
[[nodiscard]] inline error kafka_error(rd_kafka_resp_err_t code, std::string message, std::string_view said = {}) {
  error_info info{.code = errc::service_failed,
                  .disposition = disposition::transient,
                  .message = std::move(message),
                  .service_code = rd_kafka_err2name(code),
                  .service_text = std::string(said.empty() ? std::string_view(rd_kafka_err2str(code)) : said)};
  auto const is = [&](errc ours, disposition how, std::string advice) {
    info.code = ours;
    info.disposition = how;
    info.advice = std::move(advice);
  };
  constexpr auto permanent = disposition::permanent;
  switch (code) {
  case RD_KAFKA_RESP_ERR__AUTHENTICATION:
  case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
  case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
    is(errc::bad_credentials, permanent, "check user, password and mechanism");
    break;
  case RD_KAFKA_RESP_ERR__SSL:
    is(errc::unreachable, permanent, "check the CA file, the client's certificate, and whether this port speaks TLS");
    break;
  case RD_KAFKA_RESP_ERR__TRANSPORT:
  case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
  case RD_KAFKA_RESP_ERR__TIMED_OUT:
  case RD_KAFKA_RESP_ERR__RESOLVE:
    is(errc::unreachable, disposition::transient,
       "check host and port of the brokers, and whether they speak TLS there");
    break;
  case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
  case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
  case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
  case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    is(errc::access_denied, permanent,
       "allow the user Describe, Create and Write on the topic, Read and Write on the progress topic, and Describe and "
       "Write on the transactional id");
    break;
  case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
  case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
  case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION: is(errc::not_found, permanent, "create the topic"); break;
  case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
  case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    is(errc::limit_exceeded, permanent,
       "raise max.message.bytes of the topic, and message.max.bytes of librdkafka by a setting");
    break;
  case RD_KAFKA_RESP_ERR__FENCED:
  case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
  case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    is(errc::claim_lost, permanent,
       "another run has this export's id, or the transaction was open for longer than its timeout: set the rows of a "
       "transaction");
    break;
  case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
    is(errc::invalid_argument, permanent,
       "choose a transaction timeout within the broker's transaction.max.timeout.ms");
    break;
  case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
  case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
  case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
  case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
  case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
  case RD_KAFKA_RESP_ERR__INVALID_ARG: is(errc::invalid_argument, permanent, ""); break;
  case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
  case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    is(errc::unsupported, permanent,
       "brokers need to be of Kafka 0.11 or newer, or Redpanda with transactions enabled");
    break;
  default: break;
  }
  return error(std::move(info));
}

} // namespace copyto::detail

#endif
