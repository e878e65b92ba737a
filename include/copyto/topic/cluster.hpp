// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_CLUSTER_HPP
#define COPYTO_TOPIC_CLUSTER_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace copyto {

/// How a client says who it is (SASL) by a user's password. OAUTHBEARER: by `kafka_cluster::token`.
enum class sasl_mechanism : std::uint8_t {
  none,
  plain,
  scram_sha_256, ///< librdkafka before 2.6.1 cannot log in to Kafka 4 by it (confluentinc/librdkafka pull request 4895)
  scram_sha_512, ///< likewise
};

/// A configuration property of librdkafka (its CONFIGURATION.md). The value may be a password, so it never prints.
struct kafka_setting {
  std::string name = {};
  secret value = {};
};

/// A bearer token (SASL OAUTHBEARER, RFC 7628), and until when it is good.
struct kafka_token {
  secret text = {};
  utc_time expiry = {};
  std::string principal = "copyto"; ///< what brokers that do not look into the token call us
};

/// Where the brokers of Kafka or Redpanda are, and who we are there. Nothing is asked before a run.
struct kafka_cluster {
  std::string bootstrap = {};        ///< host:port, several with commas between them
  bool tls = false;                  ///< TLS; the server's certificate is always checked, with its host name
  std::string ca_file = {};          ///< PEM; empty: what the system trusts
  std::string certificate_file = {}; ///< PEM, of a client that shows one
  std::string key_file = {};         ///< PEM, of that certificate
  secret key_password = {};
  sasl_mechanism sasl = sasl_mechanism::none;
  std::string user = {};
  secret password = {};
  /// In place of a password: gives a token, before the first connection and again in time before it ends; e.g. `msk_iam`
  /// (topic/msk_iam.hpp). Called on a thread of librdkafka, also while another call of another client runs; what it throws
  /// is an error.
  std::function<result<kafka_token>()> token = {};
  /// How long to wait for a first answer, until no broker is there.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);
  /// More, taken over as they are, after all else. Those by which an exporter keeps its promises are refused:
  /// transactional.id, transaction.timeout.ms, enable.idempotence, acks, isolation.level, queue.buffering.max.kbytes,
  /// enable.partition.eof, enable.auto.commit, group.id, and what is a field here.
  std::vector<kafka_setting> settings = {};
};

} // namespace copyto

#endif
