// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_PRODUCER_IPP
#define COPYTO_TOPIC_IMPL_PRODUCER_IPP

#include <copyto/topic/detail/producer.hpp>

#include <copyto/topic/detail/kafka_client.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace copyto::detail {

inline constexpr std::string_view taken_over = "a newer run of this export has taken over";
inline constexpr std::string_view leave_it = "leave it to that one";

[[nodiscard]] inline bool is_fenced(rd_kafka_resp_err_t code) noexcept {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

struct producer::state : kafka_news {
  using kafka_news::kafka_news;
  state(state const&) = delete;
  state& operator=(state const&) = delete;
  ~state() {
    for (rd_kafka_topic_t* topic : topics) {
      if (topic != nullptr) {
        rd_kafka_topic_destroy(topic);
      }
    }
    if (client != nullptr) {
      rd_kafka_destroy(client);
    }
  }

  /// Why the transaction cannot go on, if so: what has ended the producer as a whole, or the first record's failure.
  [[nodiscard]] std::optional<error> why() const {
    char text[512] = {};
    rd_kafka_resp_err_t const fatal = rd_kafka_fatal_error(client, text, sizeof(text));
    if (is_fenced(fatal)) {
      return error({.code = errc::claim_lost,
                    .message = std::string(taken_over),
                    .service_text = text,
                    .advice = std::string(leave_it)});
    }
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return kafka_error(fatal, "the transaction has failed", text);
    }
    return failed.empty() ? std::optional<error>() : failed.front();
  }

  rd_kafka_t* client = nullptr;
  rd_kafka_topic_t* topics[2] = {};
  std::chrono::milliseconds connect_timeout = {};
  std::chrono::milliseconds transaction_timeout = {};
  std::uint64_t acknowledged = 0;
  bool aborting = false;
  std::vector<error> failed = {}; ///< the first record that was not delivered
};

COPYTO_COLD producer::producer(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
COPYTO_COLD producer::producer(producer&&) noexcept = default;
COPYTO_COLD producer& producer::operator=(producer&&) noexcept = default;
COPYTO_COLD producer::~producer() = default;

COPYTO_COLD result<producer> producer::open(kafka_cluster const& cluster, producer_settings const& settings) {
  auto made = std::make_unique<state>(cluster);
  made->connect_timeout = cluster.connect_timeout;
  made->transaction_timeout = settings.transaction_timeout;
  kafka_conf conf;
  conf.set("queue.buffering.max.messages",
           fmt::to_string(std::clamp<std::uint64_t>(settings.queue_bytes / 256, 1000, 5'000'000)));
  conf.set("transactional.id", settings.transactional_id);
  conf.set("transaction.timeout.ms", fmt::to_string(settings.transaction_timeout.count()));
  conf.set("queue.buffering.max.kbytes", fmt::to_string(std::max<std::uint64_t>(settings.queue_bytes / KiB, 1)));
  conf.set(cluster);
  conf.listen(*made);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, rd_kafka_message_t const* message, void* to) {
    state& self = static_cast<state&>(*static_cast<kafka_news*>(to));
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++self.acknowledged;
    } else if (self.failed.empty() && !self.aborting && message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
               message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) { // purged: what ended the producer says why
      auto const row = reinterpret_cast<std::uintptr_t>(message->_private);
      self.failed.push_back(kafka_error(message->err, "a record could not be delivered").with([&](error_info& info) {
        info.row = row == 0 ? std::nullopt : std::optional<std::uint64_t>(row);
      }));
    }
  });
  result<rd_kafka_t*> client = make_client(RD_KAFKA_PRODUCER, conf, *made);
  if (!client) {
    return client.error();
  }
  made->client = *client;
  return producer(std::move(made));
}

COPYTO_COLD result<std::optional<std::int32_t>> producer::partitions(std::string const& topic,
                                                                     std::stop_token const& stop) {
  kafka_ptr<rd_kafka_topic_t, rd_kafka_topic_destroy> const handle(
      rd_kafka_topic_new(state_->client, topic.c_str(), nullptr));
  if (handle == nullptr) {
    return kafka_error(rd_kafka_last_error(), fmt::format("topic `{}` cannot be asked for", topic));
  }
  for (kafka_wait const wait(state_->connect_timeout, stop);;) {
    rd_kafka_metadata_t const* found = nullptr;
    rd_kafka_resp_err_t code = rd_kafka_metadata(state_->client, 0, handle.get(), &found, kafka_step_ms);
    kafka_ptr<rd_kafka_metadata_t const, rd_kafka_metadata_destroy> const owned(found);
    rd_kafka_poll(state_->client, 0);
    bool const answered = code == RD_KAFKA_RESP_ERR_NO_ERROR && found->topic_cnt == 1;
    if (answered) {
      code = found->topics[0].err;
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR && found->topics[0].partition_cnt > 0) {
        return std::optional(found->topics[0].partition_cnt);
      }
      if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        return std::optional<std::int32_t>();
      }
      if (code != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE && code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_error(code, fmt::format("topic `{}` cannot be described", topic));
      }
    }
    if (wait.stopped()) {
      return kafka_stopped();
    }
    if (wait.over() || state_->hopeless()) {
      return state_->unreachable("no broker of the cluster can be reached");
    }
  }
}

/// The event that answers an admin request; nothing: a stop, or none came.
COPYTO_COLD rd_kafka_event_t* admin_answer(rd_kafka_t* client, rd_kafka_queue_t* queue, std::chrono::milliseconds most,
                                           std::stop_token const& stop) {
  for (kafka_wait const wait(most, stop);;) {
    if (rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, kafka_step_ms)) {
      return event;
    }
    rd_kafka_poll(client, 0);
    if (wait.stopped() || wait.over()) {
      return nullptr;
    }
  }
}

COPYTO_COLD result<void> producer::create(std::string const& topic, new_topic const& how, std::stop_token const& stop) {
  char text[512];
  kafka_ptr<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy> const wanted(
      rd_kafka_NewTopic_new(topic.c_str(), how.partitions, how.replication, text, sizeof(text)));
  std::string const what = fmt::format("topic `{}` cannot be created", topic);
  if (wanted == nullptr) {
    return kafka_error(RD_KAFKA_RESP_ERR__INVALID_ARG, what, text);
  }
  for (auto const& [name, value] : how.configs) {
    if (rd_kafka_resp_err_t const code = rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return kafka_error(code, what);
    }
  }
  kafka_ptr<rd_kafka_queue_t, rd_kafka_queue_destroy> const queue(rd_kafka_queue_new(state_->client));
  rd_kafka_NewTopic_t* all[] = {wanted.get()};
  rd_kafka_CreateTopics(state_->client, all, 1, nullptr, queue.get());
  kafka_ptr<rd_kafka_event_t, rd_kafka_event_destroy> const event(
      admin_answer(state_->client, queue.get(), state_->connect_timeout, stop));
  if (event == nullptr) {
    return stop.stop_requested() ? kafka_stopped() : state_->unreachable(what);
  }
  if (rd_kafka_resp_err_t const code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return kafka_error(code, what, rd_kafka_event_error_string(event.get()));
  }
  std::size_t count = 0;
  rd_kafka_topic_result_t const** const made =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i != count; ++i) {
    rd_kafka_resp_err_t const code = rd_kafka_topic_result_error(made[i]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      char const* const said = rd_kafka_topic_result_error_string(made[i]);
      return kafka_error(code, what, said == nullptr ? "" : said);
    }
  }
  return {};
}

COPYTO_COLD result<std::vector<std::pair<std::string, std::string>>>
producer::configs(std::string const& topic, std::span<char const* const> names, std::stop_token const& stop) {
  kafka_ptr<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy> const asked(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  kafka_ptr<rd_kafka_queue_t, rd_kafka_queue_destroy> const queue(rd_kafka_queue_new(state_->client));
  rd_kafka_ConfigResource_t* all[] = {asked.get()};
  rd_kafka_DescribeConfigs(state_->client, all, 1, nullptr, queue.get());
  kafka_ptr<rd_kafka_event_t, rd_kafka_event_destroy> const event(
      admin_answer(state_->client, queue.get(), state_->connect_timeout, stop));
  std::string const what = fmt::format("the configuration of topic `{}` cannot be read", topic);
  if (event == nullptr) {
    return stop.stop_requested() ? kafka_stopped() : state_->unreachable(what);
  }
  if (rd_kafka_resp_err_t const code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return kafka_error(code, what, rd_kafka_event_error_string(event.get()));
  }
  std::vector<std::pair<std::string, std::string>> found;
  std::size_t count = 0;
  rd_kafka_ConfigResource_t const** const resources =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  for (std::size_t i = 0; i != count; ++i) {
    if (rd_kafka_resp_err_t const code = rd_kafka_ConfigResource_error(resources[i]);
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      char const* const said = rd_kafka_ConfigResource_error_string(resources[i]);
      return kafka_error(code, what, said == nullptr ? "" : said);
    }
    std::size_t entries = 0;
    rd_kafka_ConfigEntry_t const** const entry = rd_kafka_ConfigResource_configs(resources[i], &entries);
    for (std::size_t e = 0; e != entries; ++e) {
      char const* const name = rd_kafka_ConfigEntry_name(entry[e]);
      char const* const value = rd_kafka_ConfigEntry_value(entry[e]);
      if (std::ranges::any_of(names, [&](std::string_view wanted) { return wanted == name; })) {
        found.emplace_back(name, value == nullptr ? "" : value);
      }
    }
  }
  return found;
}

COPYTO_COLD result<void> producer::use(std::string const& rows_topic, std::string const& progress_topic) {
  for (std::size_t i = 0; i != 2; ++i) {
    std::string const& name = i == 0 ? rows_topic : progress_topic;
    state_->topics[i] = rd_kafka_topic_new(state_->client, name.c_str(), nullptr);
    if (state_->topics[i] == nullptr) {
      return kafka_error(rd_kafka_last_error(), fmt::format("topic `{}` cannot be written", name));
    }
  }
  return {};
}

COPYTO_COLD result<void> producer::fence(std::stop_token const& stop) {
  // What an earlier run has left is ended first, which takes the broker a moment.
  for (kafka_wait const wait(std::max<std::chrono::milliseconds>(state_->connect_timeout, std::chrono::minutes(1)),
                             stop);
       ;) {
    rd_kafka_error_t* const failed = rd_kafka_init_transactions(state_->client, 5 * kafka_step_ms);
    rd_kafka_poll(state_->client, 0);
    if (failed == nullptr) {
      return {};
    }
    bool const again = rd_kafka_error_is_retriable(failed) != 0 && rd_kafka_error_is_fatal(failed) == 0;
    error made = taken_error(failed, "the transactional id cannot be taken");
    if (!again || wait.over()) {
      return made;
    }
    if (wait.stopped()) {
      return kafka_stopped();
    }
  }
}

COPYTO_COLD result<void> producer::begin() {
  state_->aborting = false;
  rd_kafka_error_t* const failed = rd_kafka_begin_transaction(state_->client);
  return failed == nullptr ? result<void>() : taken_error(failed, "a transaction cannot be begun");
}

COPYTO_DECL result<void> producer::send(topic_record const& record, std::stop_token const& stop) {
  auto const bytes = [](std::optional<bytes_view> const& of) {
    // librdkafka tells NULL from empty by the pointer.
    return of ? const_cast<void*>(static_cast<void const*>(of->empty() ? "" : static_cast<void const*>(of->data())))
              : nullptr;
  };
  auto const size = [](std::optional<bytes_view> const& of) { return of ? of->size() : 0; };
  auto* const row = reinterpret_cast<void*>(static_cast<std::uintptr_t>(record.row));
  rd_kafka_topic_t* const topic = state_->topics[static_cast<std::size_t>(record.to)];
  for (;;) {
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (record.headers.empty()) {
      if (rd_kafka_produce(topic, record.partition, RD_KAFKA_MSG_F_COPY, bytes(record.value), size(record.value),
                           bytes(record.key), size(record.key), row) == -1) {
        code = rd_kafka_last_error();
      }
    } else {
      rd_kafka_headers_t* const headers = rd_kafka_headers_new(record.headers.size());
      for (record_header const& h : record.headers) {
        rd_kafka_header_add(headers, h.name.data(), static_cast<ssize_t>(h.name.size()), bytes(h.value),
                            static_cast<ssize_t>(size(h.value)));
      }
      rd_kafka_vu_t parts[7] = {};
      parts[0].vtype = RD_KAFKA_VTYPE_RKT;
      parts[0].u.rkt = topic;
      parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
      parts[1].u.i32 = record.partition;
      parts[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
      parts[2].u.i = RD_KAFKA_MSG_F_COPY;
      parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
      parts[3].u.mem = {bytes(record.value), size(record.value)};
      parts[4].vtype = RD_KAFKA_VTYPE_KEY;
      parts[4].u.mem = {bytes(record.key), size(record.key)};
      parts[5].vtype = RD_KAFKA_VTYPE_HEADERS;
      parts[5].u.headers = headers;
      parts[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
      parts[6].u.ptr = row;
      if (rd_kafka_error_t* const failed = rd_kafka_produceva(state_->client, parts, std::size(parts))) {
        code = rd_kafka_error_code(failed);
        rd_kafka_error_destroy(failed);
        rd_kafka_headers_destroy(headers); // which are the record's only where it was taken
      }
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return {};
    }
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      if (result<void> before = poll(); !before) { // what has failed the transaction
        return before;
      }
      return kafka_error(code, code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE
                                   ? fmt::format("a record of {} bytes is larger than librdkafka sends",
                                                 size(record.key) + size(record.value))
                                   : std::string("a record cannot be sent"))
          .with([&](error_info& info) {
            info.row = record.row == 0 ? std::nullopt : std::optional<std::uint64_t>(record.row);
          });
    }
    if (stop.stop_requested()) {
      return kafka_stopped();
    }
    rd_kafka_poll(state_->client, kafka_step_ms / 2);
    if (std::optional<error> failed = state_->why()) {
      return *std::move(failed);
    }
  }
}

COPYTO_COLD result<void> producer::poll() {
  rd_kafka_poll(state_->client, 0);
  std::optional<error> failed = state_->why();
  return failed ? result<void>(*std::move(failed)) : result<void>();
}

COPYTO_COLD result<void> producer::commit() {
  std::stop_token const never;
  for (kafka_wait const wait(state_->transaction_timeout, never);;) {
    rd_kafka_error_t* const failed = rd_kafka_commit_transaction(state_->client, -1); // the transaction's own time
    if (failed == nullptr) {
      return {};
    }
    bool const give_up = rd_kafka_error_txn_requires_abort(failed) != 0;
    bool const again = rd_kafka_error_is_retriable(failed) != 0 && rd_kafka_error_is_fatal(failed) == 0;
    rd_kafka_resp_err_t const code = rd_kafka_error_code(failed);
    bool const fenced = is_fenced(code);
    error made = taken_error(failed, "the transaction cannot be committed");
    if (give_up) {
      return state_->why().value_or(made);
    }
    if (fenced || !again || wait.over()) {
      return made.with([&](error_info& info) {
        info.code = fenced ? errc::claim_lost : info.code;
        info.disposition = disposition::in_doubt;
        info.message = fenced ? std::string(taken_over) : "it is not known whether the transaction was committed";
        info.advice = fenced ? std::string(leave_it) : info.advice;
      });
    }
  }
}

COPYTO_COLD result<void> producer::abort() {
  state_->aborting = true;
  std::stop_token const never;
  for (kafka_wait const wait(state_->connect_timeout, never);;) {
    rd_kafka_error_t* const failed = rd_kafka_abort_transaction(state_->client, 25 * kafka_step_ms);
    if (failed == nullptr) {
      return {};
    }
    bool const again = rd_kafka_error_is_retriable(failed) != 0 && rd_kafka_error_is_fatal(failed) == 0;
    error made =
        taken_error(failed, "the transaction could not be aborted, and the broker will do it when its time is up");
    if (!again || wait.over()) {
      return made;
    }
  }
}

COPYTO_COLD std::uint64_t producer::acknowledged() const noexcept { return state_->acknowledged; }

} // namespace copyto::detail

#endif
