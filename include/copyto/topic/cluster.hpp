// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_CLUSTER_HPP
#define COPYTO_TOPIC_CLUSTER_HPP

#include <copyto/core/secret.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace copyto {

/// How a client says who it is (SASL). OAUTHBEARER and others: by `kafka_cluster::settings`.
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
  /// How long to wait for a first answer, until no broker is there.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);
  /// More, taken over as they are, after all else. Those by which an exporter keeps its promises are refused:
  /// transactional.id, transaction.timeout.ms, enable.idempotence, acks, isolation.level, queue.buffering.max.kbytes,
  /// enable.partition.eof, enable.auto.commit, group.id, and what is a field here.
  std::vector<kafka_setting> settings = {};
};

} // namespace copyto

#endif
