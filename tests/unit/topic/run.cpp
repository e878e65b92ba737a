// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Runs against the cluster that librdkafka has for its own tests: real requests, and answers as the test wants them. It does
// not keep what is uncommitted from readers, which tests/integration/kafka.py looks at.
#include <copyto/topic/run.hpp>

#include <copyto/source/generator.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/topic/exporter.hpp>
#include <copyto/topic/json_records.hpp>

// clang-format off: the second needs the first
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
// clang-format on

#include "records.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace topic_tests;

struct item {
  std::int64_t id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(item, (), (id, text))

std::vector<item> items(std::int64_t count) {
  std::vector<item> all;
  for (std::int64_t i = 0; i != count; ++i) {
    all.push_back({i, "text " + std::to_string(i)});
  }
  return all;
}

class mock_cluster {
public:
  mock_cluster() {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, [](rd_kafka_t const*, int, char const*, char const*) {});
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    cluster_ = rd_kafka_mock_cluster_new(client_, 1);
    rd_kafka_mock_topic_create(cluster_, "t", 4, 1);
    rd_kafka_mock_topic_create(cluster_, "_copyto-progress", 1, 1);
  }
  mock_cluster(mock_cluster const&) = delete;
  mock_cluster& operator=(mock_cluster const&) = delete;
  ~mock_cluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  [[nodiscard]] kafka_cluster where() const {
    return {.bootstrap = rd_kafka_mock_cluster_bootstraps(cluster_), .connect_timeout = std::chrono::seconds(20)};
  }
  /// The next answer to such a request.
  void fail(std::int16_t api, rd_kafka_resp_err_t with) { rd_kafka_mock_push_request_errors(cluster_, api, 1, with); }
  static constexpr std::int16_t end_transaction = 26;
  static constexpr std::int16_t init_producer = 22;
  static constexpr std::int16_t produce = 0;

private:
  rd_kafka_t* client_;
  rd_kafka_mock_cluster_t* cluster_;
};

result<topic_report> exported(mock_cluster const& cluster, std::vector<item> const& all, topic_options options,
                              topic_callback const& show = {}) {
  options.check_retention = false; // which this cluster cannot tell
  return make_topic_exporter(rows(all), json_records(), {.cluster = cluster.where(), .name = "t"}, std::move(options))
      .run({}, show);
}

TEST(TopicRun, AllRowsAreOneTransaction) {
  mock_cluster const cluster;
  topic_snapshot last;
  auto const done = exported(cluster, items(10'000), {.key = {"id"}}, [&](topic_snapshot const& s) {
    EXPECT_GE(s.rows, last.rows);
    EXPECT_GE(s.staged, last.staged);
    EXPECT_TRUE(s.committed == 0 || s.committed == 10'000);
    last = s;
  });
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->rows, 10'000);
  EXPECT_EQ(done->staged, 10'000);
  EXPECT_EQ(done->transactions, 1);
  ASSERT_EQ(done->partitions.size(), 4);
  EXPECT_EQ(done->partitions[0] + done->partitions[1] + done->partitions[2] + done->partitions[3], 10'000);
  EXPECT_GT(done->partitions[3], 2000);
  EXPECT_EQ(last.committed, 10'000);
  auto const status = topic_status(cluster.where(), "_copyto-progress", done->export_id, {});
  ASSERT_TRUE(status && *status);
  EXPECT_EQ((*status)->rows, 10'000);
  EXPECT_EQ((*status)->bytes, done->bytes);
  EXPECT_TRUE((*status)->done);
}

TEST(TopicRun, NoRowsAreDoneToo) {
  mock_cluster const cluster;
  auto const done = exported(cluster, {}, {.export_id = "none"});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->rows, 0);
  EXPECT_TRUE((*topic_status(cluster.where(), "_copyto-progress", "none", {}))->done);
}

TEST(TopicRun, TransactionsAreCutByRowsAndGoneOnBehind) {
  mock_cluster const cluster;
  auto all = items(1000);
  topic_options const options{.transaction_rows = 300, .export_id = "x", .check_retention = false, .batch_rows = 100};
  auto const bad = [&](std::size_t at) {
    return make_topic_exporter(generate([&all, at, i = std::size_t{0}]() mutable -> std::optional<item> {
                                 if (i == at) {
                                   throw std::runtime_error("the wire broke");
                                 }
                                 return all[i++];
                               }),
                               json_records(), {.cluster = cluster.where(), .name = "t"}, options)
        .run();
  };
  auto const failed = bad(700);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().is(errc::source_failed));
  EXPECT_NE(failed.error().message().find("the wire broke"), std::string::npos);
  auto const status = topic_status(cluster.where(), "_copyto-progress", "x", {});
  ASSERT_TRUE(status && *status);
  EXPECT_EQ((*status)->rows, 600);
  EXPECT_FALSE((*status)->done);
  std::uint64_t const before = (*status)->rows;

  // Other rows, or fewer, are refused.
  std::vector<item> other = all;
  std::swap(other[3], other[4]);
  if (before != 0) {
    auto const refused = exported(cluster, other, options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("gives other rows than the"), std::string::npos)
        << refused.error().message();
    auto const fewer = exported(cluster, items(100), options);
    ASSERT_FALSE(fewer);
    EXPECT_NE(fewer.error().message().find("has ended after 100 rows"), std::string::npos) << fewer.error().message();
  }
  auto const done = exported(cluster, all, options);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->rows, 1000);
  EXPECT_EQ(done->earlier_rows, before);
  EXPECT_EQ(done->staged, 1000 - before);
  EXPECT_EQ(done->transactions, (1000 - before + 299) / 300);
  auto const again = exported(cluster, all, options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->staged, 0);
}

TEST(TopicRun, ASnapshotGoesOnAsItBegan) {
  mock_cluster const cluster;
  auto const all = items(100);
  std::int64_t hours = 0; // between the runs
  topic_options options;
  options.key = {"id"};
  options.envelope = topic_envelope::debezium;
  options.transaction_rows = 30;
  options.export_id = "snapshot";
  options.now = [&hours] { return copyto::utc_time(std::chrono::hours(500'000 + hours)); };
  std::stop_source stop;
  options.check_retention = false;
  options.batch_rows = 10;
  auto const run = [&](std::stop_token until, topic_callback const& show) {
    return make_topic_exporter(rows(all), json_records(), {.cluster = cluster.where(), .name = "t"}, options)
        .run(until, show);
  };
  ASSERT_FALSE(run(stop.get_token(), [&](topic_snapshot const& s) {
    if (s.committed == 60) {
      stop.request_stop();
    }
  }));
  hours = 7;
  auto const done = run({}, {});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->earlier_rows, 60);
  EXPECT_EQ(done->staged, 40);
  EXPECT_EQ((*topic_status(cluster.where(), "_copyto-progress", "snapshot", {}))->started, 500'000LL * 3600 * 1000);
}

// This cluster shows what is not committed, so that the older one finds all its rows.
TEST(TopicRun, TheOlderOfTwoOnlyReadsWhatBecameOfItsRows) {
  for (rd_kafka_resp_err_t const why : {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH}) {
    mock_cluster cluster;
    bool armed = false;
    auto const older = exported(cluster, items(100), {.export_id = "x"}, [&](topic_snapshot const& s) {
      if (s.staged == 100 && !armed) { // the newer run has begun
        armed = true;
        cluster.fail(mock_cluster::end_transaction, why);
        // Whoever asks for the transactional id now fences off the newer one.
        cluster.fail(mock_cluster::init_producer, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
      }
    });
    EXPECT_TRUE(older) << older.error().message();
    auto const next = exported(cluster, items(1), {.export_id = "y"});
    EXPECT_TRUE(!next && next.error().is(errc::access_denied)) << "somebody has asked for the transactional id before";
  }
}

TEST(TopicRun, AnswersThatPassAreRepeated) {
  mock_cluster cluster;
  cluster.fail(mock_cluster::end_transaction, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  cluster.fail(mock_cluster::init_producer, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  auto const done = exported(cluster, items(100), {.key = {"id"}});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->rows, 100);
}

TEST(TopicRun, WhoIsFencedOffIsTold) {
  mock_cluster cluster;
  cluster.fail(mock_cluster::init_producer, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  auto const denied = exported(cluster, items(10), {});
  ASSERT_FALSE(denied);
  EXPECT_TRUE(denied.error().is(errc::access_denied)) << denied.error().message();
}

TEST(TopicRun, ARecordThatIsTooLargeIsNamed) {
  mock_cluster const cluster;
  auto all = items(10);
  all[6].text.assign(2'000'000, 'x');
  auto const done = exported(cluster, all, {});
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::limit_exceeded)) << done.error().message();
  EXPECT_EQ(done.error()->row, 7);
}

TEST(TopicRun, AStopLeavesNothing) {
  mock_cluster const cluster;
  std::stop_source stop;
  auto const all = items(50'000);
  auto const done = make_topic_exporter(rows(all), json_records(), {.cluster = cluster.where(), .name = "t"},
                                        {.export_id = "s", .check_retention = false, .batch_rows = 100})
                        .run(stop.get_token(), [&](topic_snapshot const& s) {
                          if (s.rows > 1000) {
                            stop.request_stop();
                          }
                        });
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::stopped));
  auto const status = topic_status(cluster.where(), "_copyto-progress", "s", {});
  ASSERT_TRUE(status);
}

TEST(TopicRun, WhatCannotBeginIsSaidWithoutARequest) {
  auto const why = [](kafka_cluster const& cluster, std::string const& topic, topic_options const& options) {
    std::vector<item> const none;
    auto const done =
        make_topic_exporter(rows(none), json_records(), {.cluster = cluster, .name = topic}, options).run();
    return done ? std::string("done") : std::string(to_string(done.error().code())) + " " + done.error()->message;
  };
  kafka_cluster const nobody{.bootstrap = "127.0.0.1:1"};
  EXPECT_EQ(why({}, "t", {}), "invalid_argument kafka_cluster::bootstrap is empty");
  EXPECT_EQ(why(nobody, "a b", {}), "invalid_argument `a b` can be no topic of Kafka");
  EXPECT_EQ(why(nobody, "..", {}), "invalid_argument `..` can be no topic of Kafka");
  EXPECT_EQ(why(nobody, "t", {.progress_topic = "t"}),
            "invalid_argument `t` is the topic of the rows and of their progress, too");
  EXPECT_EQ(why(nobody, "t", {.export_id = "a/b"}), "invalid_argument `a/b` can be no export's id");
  EXPECT_TRUE(why(nobody, "t", {.transaction_timeout = std::chrono::milliseconds(1)}).starts_with("invalid_argument"));
  kafka_cluster own = nobody;
  own.settings.push_back({.name = "acks", .value = secret("1")});
  EXPECT_EQ(why(own, "t", {}), "invalid_argument the setting `acks` of librdkafka is the exporter's own");
  own.settings.front() = {.name = "no.such", .value = secret("hidden-word")};
  EXPECT_EQ(why(own, "t", {}),
            "invalid_argument the setting `no.such` of librdkafka is not known to this version of it");
  own.settings.front() = {.name = "linger.ms", .value = secret("hidden-word")};
  EXPECT_EQ(why(own, "t", {}), "invalid_argument the setting `linger.ms` of librdkafka cannot have this value");
}

} // namespace
