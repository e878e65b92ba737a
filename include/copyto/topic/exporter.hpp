// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_EXPORTER_HPP
#define COPYTO_TOPIC_EXPORTER_HPP

#include <copyto/core/result.hpp>
#include <copyto/source/ref.hpp>
#include <copyto/topic/any_records.hpp>
#include <copyto/topic/cluster.hpp>
#include <copyto/topic/options.hpp>
#include <copyto/topic/report.hpp>
#include <copyto/topic/run.hpp>
#include <copyto/topic/verdict.hpp>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

namespace copyto {

/// A topic of a cluster, and in which form its keys are.
struct kafka_topic {
  kafka_cluster cluster = {};
  std::string name = {};
  std::optional<any_records> keys = {}; ///< nullopt: in the format of the values
};

/// An export into a topic, ready to run. Made by `make_topic_exporter`. Each from one thread at a time.
template <class Source>
class topic_exporter {
public:
  topic_exporter(Source source, any_records value, kafka_topic topic, topic_options options)
      : source_(std::move(source)), value_(std::move(value)), topic_(std::move(topic)), options_(std::move(options)) {}

  /// Puts all rows into the topic and returns when they are committed; see `run_topic_export` (topic/run.hpp) for what is
  /// there otherwise. A stop takes effect within a second, but not while a commit is waited for. The rows are used up: a
  /// second call is errc::invalid_argument.
  [[nodiscard]] result<topic_report> run(std::stop_token stop = {}, topic_callback const& on_progress = {}) {
    if (std::exchange(used_, true)) {
      return error(errc::invalid_argument, "an exporter runs once: its source has been read");
    }
    return run_topic_export(source_ref(source_), value_, keys(), topic_.cluster, topic_.name, options_, stop,
                            on_progress);
  }
  /// Whether it can begin, without a request.
  [[nodiscard]] result<void> check() const {
    return check_topic_export(source_.schema(), value_, keys(), topic_.cluster, topic_.name, options_);
  }
  /// The most heap that `run` takes, bytes; see `topic_memory_bound`.
  [[nodiscard]] std::uint64_t memory_bound() const { return topic_memory_bound(options_); }

private:
  [[nodiscard]] any_records keys() const { return topic_.keys ? *topic_.keys : value_; }

  Source source_;
  any_records value_;
  kafka_topic topic_;
  topic_options options_;
  bool used_ = false;
};

/// Composes an export into a topic. What cannot work does not compile, with one error that says why.
///
///     auto job = copyto::make_topic_exporter(copyto::rows(trades), copyto::json_records(), {.cluster = {...}, .name = "trades"},
///                                            {.key = {"id"}, .envelope = copyto::topic_envelope::upsert});
///     copyto::topic_report done = job.run().value();
template <class Source, class Format>
[[nodiscard]] auto make_topic_exporter(Source source, Format format, kafka_topic topic, topic_options options = {}) {
  constexpr topic_verdict v = why_topic<Source, Format>();
  if constexpr (v == topic_verdict::ok) {
    return topic_exporter<Source>(std::move(source), any_records(std::move(format)), std::move(topic),
                                  std::move(options));
  } else {
    return rejected_topic<v, std::conditional_t<v == topic_verdict::not_a_format, Format, Source>>();
  }
}

/// The same with a key whose columns the compiler looks up: `copyto::topic_key<"region", "id">()`.
template <class Source, class Format, fixed_string First, fixed_string... Rest>
[[nodiscard]] auto make_topic_exporter(Source source, Format format, kafka_topic topic,
                                       topic_key<First, Rest...> /*key*/, topic_options options = {}) {
  constexpr topic_verdict v = why_topic<Source, Format, topic_key<First, Rest...>>();
  if constexpr (v == topic_verdict::ok) {
    options.key = {std::string(First.view()), std::string(Rest.view())...};
    return topic_exporter<Source>(std::move(source), any_records(std::move(format)), std::move(topic),
                                  std::move(options));
  } else {
    return rejected_topic<
        v, std::conditional_t<v == topic_verdict::key_not_a_column, topic_key<First, Rest...>, Source>>();
  }
}

} // namespace copyto

#endif
