// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_PROGRESS_READER_IPP
#define COPYTO_TOPIC_IMPL_PROGRESS_READER_IPP

#include <copyto/topic/detail/progress_reader.hpp>

#include <copyto/topic/detail/kafka_client.hpp>
#include <copyto/topic/detail/progress_record.hpp>

#include <fmt/format.h>

namespace copyto::detail {

/// Where the topic ends, for those who read what is not committed, too.
COPYTO_COLD result<std::int64_t> end_of_progress(kafka_cluster const& cluster, std::string const& topic,
                                                 std::string const& what, std::stop_token const& stop) {
  kafka_news news(cluster);
  kafka_conf conf;
  conf.set("group.id", "copyto"); // which is never joined
  conf.set("isolation.level", "read_uncommitted");
  conf.set(cluster);
  conf.listen(news);
  result<rd_kafka_t*> const client = make_client(RD_KAFKA_CONSUMER, conf, news);
  if (!client) {
    return client.error();
  }
  kafka_ptr<rd_kafka_t, rd_kafka_destroy> const owned(*client);
  for (kafka_wait const wait(cluster.connect_timeout, stop);;) {
    std::int64_t first = 0;
    std::int64_t end = 0;
    rd_kafka_resp_err_t const code =
        rd_kafka_query_watermark_offsets(*client, topic.c_str(), 0, &first, &end, 25 * kafka_step_ms);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return end;
    }
    rd_kafka_poll(*client, 0);
    if (stop.stop_requested()) {
      return kafka_stopped();
    }
    bool const again = code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT;
    if (!again || wait.over() || news.hopeless()) {
      return again ? news.unreachable(what) : kafka_error(code, what);
    }
  }
}

COPYTO_COLD result<std::optional<topic_progress>> read_progress(kafka_cluster const& cluster,
                                                                std::string const& progress_topic,
                                                                std::string const& export_id,
                                                                std::stop_token const& stop) {
  kafka_news news(cluster);
  kafka_conf conf;
  conf.set("group.id", "copyto"); // which is never joined
  conf.set("enable.auto.commit", "false");
  conf.set("enable.partition.eof", "true");
  conf.set("isolation.level", "read_committed");
  conf.set(cluster);
  conf.listen(news);
  result<rd_kafka_t*> const client = make_client(RD_KAFKA_CONSUMER, conf, news);
  if (!client) {
    return client.error();
  }
  kafka_ptr<rd_kafka_t, rd_kafka_destroy> const owned(*client);
  rd_kafka_poll_set_consumer(*client);
  kafka_ptr<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy> const from(
      rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(from.get(), progress_topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
  std::string const what = fmt::format("the progress topic `{}` cannot be read", progress_topic);
  if (rd_kafka_resp_err_t const code = rd_kafka_assign(*client, from.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return kafka_error(code, what);
  }
  std::optional<topic_progress> last;
  std::optional<std::int64_t> end; // of the topic, which the last record that is committed may be before
  std::optional<kafka_wait> wait;
  for (wait.emplace(cluster.connect_timeout, stop);;) {
    kafka_ptr<rd_kafka_message_t, rd_kafka_message_destroy> const message(
        rd_kafka_consumer_poll(*client, kafka_step_ms));
    if (stop.stop_requested()) {
      return kafka_stopped();
    }
    if (message == nullptr) {
      if (end && wait->over()) {
        return error({.code = errc::service_failed,
                      .disposition = disposition::transient,
                      .message = what + ": a transaction of another export is open, which hides what is behind it",
                      .advice = "try again once that export has ended; the brokers end the transaction of one that was "
                                "killed after its transaction timeout"});
      }
      if (wait->over() || news.hopeless()) {
        return news.unreachable(what);
      }
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (!end) {
        result<std::int64_t> const asked = end_of_progress(cluster, progress_topic, what, stop);
        if (!asked) {
          return asked.error();
        }
        end = *asked;
        wait.emplace(cluster.connect_timeout, stop);
      }
      if (message->offset >= *end) {
        return last;
      }
      continue;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return kafka_error(message->err, what);
    }
    wait.emplace(cluster.connect_timeout, stop); // something came
    if (std::string_view(static_cast<char const*>(message->key), message->key_len) == export_id) {
      result<topic_progress> read =
          parse_progress({static_cast<char const*>(message->payload), message->payload == nullptr ? 0 : message->len});
      if (!read) {
        return read.error();
      }
      last = *std::move(read);
    }
  }
}

} // namespace copyto::detail

#endif
