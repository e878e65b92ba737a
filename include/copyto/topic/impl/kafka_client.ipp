// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_KAFKA_CLIENT_IPP
#define COPYTO_TOPIC_IMPL_KAFKA_CLIENT_IPP

#include <copyto/topic/detail/kafka_client.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace copyto::detail {

COPYTO_COLD void kafka_news::hear(rd_kafka_resp_err_t code, std::string_view text) {
  std::lock_guard const lock(mutex_);
  // The first cause is worth more than "all brokers are down", which follows it.
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
    code_ = code;
    text_ = text;
  }
}

COPYTO_COLD bool kafka_news::hopeless() const {
  rd_kafka_resp_err_t const code = last().first;
  return code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL ||
         code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED;
}

COPYTO_COLD error kafka_news::unreachable(std::string message) const {
  auto const [code, text] = last();
  return kafka_error(code == RD_KAFKA_RESP_ERR_NO_ERROR ? RD_KAFKA_RESP_ERR__TIMED_OUT : code, std::move(message),
                     text);
}

COPYTO_COLD void kafka_news::renew_token(rd_kafka_t* client) noexcept {
  std::string why;
  try {
    result<kafka_token> const made = token_();
    if (made) {
      char text[512] = {};
      auto const until = std::chrono::duration_cast<std::chrono::milliseconds>(made->expiry.time_since_epoch()).count();
      if (rd_kafka_oauthbearer_set_token(client, std::string(made->text.reveal()).c_str(), until,
                                         made->principal.c_str(), nullptr, 0, text,
                                         sizeof(text)) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return;
      }
      why = text;
    } else {
      why = made.error().message();
    }
  } catch (std::exception const& e) {
    why = e.what();
  }
  rd_kafka_oauthbearer_set_token_failure(client, why.c_str());
  hear(RD_KAFKA_RESP_ERR__AUTHENTICATION, "there is no token: " + why);
}

/// Properties that a user may not set, since a promise rests on them or a field is there for them.
inline constexpr std::string_view own_properties[] = {"bootstrap.servers",
                                                      "metadata.broker.list",
                                                      "security.protocol",
                                                      "ssl.ca.location",
                                                      "ssl.certificate.location",
                                                      "ssl.key.location",
                                                      "ssl.key.password",
                                                      "sasl.mechanisms",
                                                      "sasl.mechanism",
                                                      "sasl.username",
                                                      "sasl.password",
                                                      "transactional.id",
                                                      "transaction.timeout.ms",
                                                      "enable.idempotence",
                                                      "acks",
                                                      "request.required.acks",
                                                      "isolation.level",
                                                      "enable.partition.eof",
                                                      "queue.buffering.max.kbytes",
                                                      "enable.auto.commit",
                                                      "group.id",
                                                      "allow.auto.create.topics"};

COPYTO_COLD void kafka_conf::set(char const* name, std::string const& value) {
  char text[512];
  if (rd_kafka_conf_set(conf_.get(), name, value.c_str(), text, sizeof(text)) != RD_KAFKA_CONF_OK && bad_.empty()) {
    bad_.push_back(error({.code = errc::invalid_argument,
                          .message = fmt::format("librdkafka does not take {}", name),
                          .service_text = text}));
  }
}

COPYTO_COLD void kafka_conf::set(kafka_setting const& setting) {
  bool const own = std::ranges::find(own_properties, setting.name) != std::end(own_properties);
  rd_kafka_conf_res_t const done = own ? RD_KAFKA_CONF_OK
                                       : rd_kafka_conf_set(conf_.get(), setting.name.c_str(),
                                                           std::string(setting.value.reveal()).c_str(), nullptr, 0);
  if ((own || done != RD_KAFKA_CONF_OK) && bad_.empty()) {
    bad_.push_back(
        error({.code = errc::invalid_argument,
               .message = fmt::format("the setting `{}` of librdkafka {}", setting.name,
                                      own                             ? "is the exporter's own"
                                      : done == RD_KAFKA_CONF_UNKNOWN ? "is not known to this version of it"
                                                                      : "cannot have this value"),
               .advice = own ? "use the field of kafka_cluster or topic_options that is there for it, or leave it out"
                             : "see CONFIGURATION.md of librdkafka"}));
  }
}

COPYTO_COLD void kafka_conf::set(kafka_cluster const& cluster) {
  bool const login = cluster.sasl != sasl_mechanism::none;
  set("bootstrap.servers", cluster.bootstrap);
  set("allow.auto.create.topics", "false");
  set("security.protocol",
      fmt::format("{}{}", login || cluster.token ? "sasl_" : "", cluster.tls ? "ssl" : "plaintext"));
  if (cluster.token) {
    set("sasl.mechanisms", "OAUTHBEARER");
  }
  for (auto const& [name, value] : {std::pair("ssl.ca.location", &cluster.ca_file),
                                    {"ssl.certificate.location", &cluster.certificate_file},
                                    {"ssl.key.location", &cluster.key_file}}) {
    if (!value->empty()) {
      set(name, *value);
    }
  }
  if (!cluster.key_password.empty()) {
    set("ssl.key.password", std::string(cluster.key_password.reveal()));
  }
  if (login) {
    set("sasl.mechanisms", cluster.sasl == sasl_mechanism::plain           ? "PLAIN"
                           : cluster.sasl == sasl_mechanism::scram_sha_256 ? "SCRAM-SHA-256"
                                                                           : "SCRAM-SHA-512");
    set("sasl.username", cluster.user);
    set("sasl.password", std::string(cluster.password.reveal()));
  }
  for (kafka_setting const& setting : cluster.settings) {
    set(setting);
  }
}

COPYTO_COLD void kafka_conf::listen(kafka_news& news) noexcept {
  rd_kafka_conf_set_opaque(conf_.get(), &news);
  rd_kafka_conf_set_log_cb(conf_.get(), [](rd_kafka_t const*, int, char const*, char const*) {});
  rd_kafka_conf_set_error_cb(conf_.get(), [](rd_kafka_t*, int code, char const* text, void* to) {
    static_cast<kafka_news*>(to)->hear(static_cast<rd_kafka_resp_err_t>(code), text == nullptr ? "" : text);
  });
  if (news.has_token()) {
    rd_kafka_conf_enable_sasl_queue(conf_.get(), 1);
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf_.get(), [](rd_kafka_t* client, char const*, void* to) {
      static_cast<kafka_news*>(to)->renew_token(client);
    });
  }
}

COPYTO_COLD result<rd_kafka_t*> make_client(rd_kafka_type_t type, kafka_conf& conf, kafka_news& news) {
  if (result<void> const good = conf.good(); !good) {
    return good.error();
  }
  char text[512];
  rd_kafka_t* const made = rd_kafka_new(type, conf.get(), text, sizeof(text));
  if (made == nullptr) {
    return error({.code = errc::invalid_argument,
                  .message = "librdkafka does not take the connection",
                  .service_text = text,
                  .advice = "check the files of TLS, and the settings"});
  }
  conf.release();         // it is the client's now
  if (news.has_token()) { // a thread of librdkafka asks for tokens, whatever we wait for
    if (rd_kafka_error_t* const failed = rd_kafka_sasl_background_callbacks_enable(made)) {
      rd_kafka_destroy(made);
      return taken_error(failed, "tokens cannot be renewed");
    }
  }
  return made;
}

COPYTO_COLD error kafka_stopped() { return error(errc::stopped, "a stop was requested"); }

COPYTO_COLD error taken_error(rd_kafka_error_t* e, std::string message) {
  kafka_ptr<rd_kafka_error_t, rd_kafka_error_destroy> const owned(e);
  error made = kafka_error(rd_kafka_error_code(e), std::move(message), rd_kafka_error_string(e));
  if (rd_kafka_error_is_fatal(e) != 0) {
    made = made.with([](error_info& info) { info.disposition = disposition::permanent; });
  }
  return made;
}

} // namespace copyto::detail

#endif
