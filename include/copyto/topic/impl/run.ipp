// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_RUN_IPP
#define COPYTO_TOPIC_IMPL_RUN_IPP

#include <copyto/topic/run.hpp>

#include <copyto/commit/naming.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/crc.hpp>
#include <copyto/core/json_text.hpp>
#include <copyto/schema/detail/required.hpp>
#include <copyto/topic/detail/producer.hpp>
#include <copyto/topic/detail/progress_reader.hpp>
#include <copyto/topic/detail/progress_record.hpp>
#include <copyto/topic/detail/topic_rows.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>
#include <utility>

namespace copyto {
namespace detail {

COPYTO_COLD producer_settings settings_of(topic_options const& options) {
  return {.transactional_id = options.transactional_id_prefix + options.export_id,
          .transaction_timeout = options.transaction_timeout,
          .queue_bytes = options.queue_bytes};
}

/// Names of topics as Kafka has them (Topic.validate).
COPYTO_COLD bool valid_topic(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

COPYTO_COLD result<void> check_topic_options(kafka_cluster const& cluster, std::string const& topic,
                                             topic_options const& options) {
  auto const no = [](std::string message, std::string advice) {
    return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
  };
  if (cluster.bootstrap.empty()) {
    return no("kafka_cluster::bootstrap is empty", "name a broker as host:port");
  }
  if (!valid_topic(topic) || !valid_topic(options.progress_topic)) {
    return no(fmt::format("`{}` can be no topic of Kafka", valid_topic(topic) ? options.progress_topic : topic),
              "choose up to 249 letters, digits, dots, underscores and hyphens");
  }
  if (topic == options.progress_topic) {
    return no(fmt::format("`{}` is the topic of the rows and of their progress, too", topic), "choose two topics");
  }
  if (!options.export_id.empty() && !valid_export_id(options.export_id)) {
    return no(fmt::format("`{}` can be no export's id", options.export_id), "leave it out for a new one");
  }
  if (options.transaction_timeout < std::chrono::seconds(1) || options.transaction_timeout > std::chrono::hours(24)) {
    return no("topic_options::transaction_timeout must be a second to a day", "leave it out for 15 minutes");
  }
  if (options.queue_bytes < 64 * KiB || options.queue_bytes > 2048 * MiB || options.batch_rows == 0) {
    return no("topic_options::queue_bytes must be 64 KiB to 2 GiB, and batch_rows at least 1",
              "leave them out for the defaults");
  }
  return {};
}

/// Settings without which a record of progress could be lost: retention. Compaction keeps the last one.
COPYTO_COLD result<void> check_progress_topic(producer& client, topic_options const& options,
                                              std::stop_token const& stop, std::vector<error>& warnings) {
  constexpr char const* names[] = {"cleanup.policy", "retention.ms", "retention.bytes"};
  auto const found = client.configs(options.progress_topic, names, stop);
  if (!found && found.error().is(errc::access_denied)) {
    warnings.push_back(found.error().with([&](error_info& info) {
      info.message += ", so that it is not known whether its records expire";
      info.advice = "see to it that cleanup.policy is compact";
    }));
    return {};
  }
  if (!found) {
    return found.error();
  }
  bool expires = false;
  for (auto const& [name, value] : *found) {
    expires = expires || (name == "cleanup.policy" && value.find("delete") != value.npos);
  }
  std::string by;
  for (auto const& [name, value] : *found) {
    by += name.starts_with("retention") && value != "-1" ? fmt::format("{}{} = {}", by.empty() ? "" : ", ", name, value)
                                                         : "";
  }
  if (expires && !by.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("records of the progress topic `{}` expire ({}), and with them the knowledge "
                                         "which rows are committed",
                                         options.progress_topic, by),
                  .advice = "set its cleanup.policy to compact, or retention.ms and retention.bytes to -1"});
  }
  return {};
}

COPYTO_COLD result<void> one_partition(std::string const& topic, std::int32_t partitions) {
  if (partitions == 1) {
    return {};
  }
  return error({.code = errc::invalid_argument,
                .message = fmt::format("the progress topic `{}` has {} partitions, and with more than one the last "
                                       "record of an export is not known",
                                       topic, partitions),
                .advice = "name another progress topic, or make it anew with one partition"});
}

/// One run; see `run_topic_export`.
class topic_run {
public:
  topic_run(source_ref source, kafka_cluster const& cluster, std::string const& topic, topic_options const& options,
            topic_rows& records, std::stop_token const& stop, topic_callback const& on_progress)
      : source_(source), cluster_(cluster), topic_(topic), options_(options), records_(records), stop_(stop),
        on_progress_(on_progress), rows_(source.schema(), options.batch_rows) {}
  topic_run(topic_run const&) = delete;
  topic_run& operator=(topic_run const&) = delete;
  ~topic_run() { // by an exception
    if (open_) {
      (void)producer_->abort();
    }
  }

  [[nodiscard]] result<topic_report> run(bool new_id);

private:
  [[nodiscard]] result<void> prepare(bool new_id);
  [[nodiscard]] result<void> have_topics();
  [[nodiscard]] result<bool> next_batch();
  [[nodiscard]] result<void> add_batch();
  [[nodiscard]] result<void> add(topic_record record);
  [[nodiscard]] result<void> commit(bool done);
  [[nodiscard]] result<void> settle(error const& unknown, topic_progress const& wanted);
  [[nodiscard]] error failed(error why);
  void tell();

  source_ref source_;
  kafka_cluster const& cluster_;
  std::string const& topic_;
  topic_options const& options_;
  topic_rows& records_;
  std::stop_token const& stop_;
  topic_callback const& on_progress_;
  batch rows_;
  std::optional<producer> producer_;
  std::int32_t partitions_ = 0;
  topic_progress so_far_;  ///< of the rows that were sent or skipped
  topic_progress earlier_; ///< committed by earlier runs
  std::uint64_t committed_rows_ = 0;
  std::uint64_t committed_bytes_ = 0;
  bool open_ = false; ///< a transaction is
  topic_snapshot seen_;
  topic_report report_;
};

COPYTO_COLD result<void> topic_run::have_topics() {
  for (bool const progress : {false, true}) {
    std::string const& name = progress ? options_.progress_topic : topic_;
    std::optional<new_topic> how = progress ? options_.create_progress : options_.create;
    result<std::optional<std::int32_t>> there = producer_->partitions(name, stop_);
    if (!there) {
      return there.error();
    }
    if (!*there && !how) {
      return error({.code = errc::not_found,
                    .message = fmt::format("there is no topic `{}`", name),
                    .advice = "create it, or let it be created"});
    }
    if (!*there) {
      if (progress) {
        how->partitions = 1;
        how->configs.insert(how->configs.begin(),
                            {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}, {"retention.bytes", "-1"}});
      }
      if (result<void> made = producer_->create(name, *how, stop_); !made) {
        return made;
      }
      report_.created_topic = report_.created_topic || !progress;
      for (int tries = 0; !*there; ++tries) { // until the brokers know it
        if (tries == 100) {
          return error(errc::service_failed, fmt::format("topic `{}` was created, and is not there", name));
        }
        if (tries != 0) {
          system_clock().sleep(std::chrono::milliseconds(100), stop_);
        }
        there = producer_->partitions(name, stop_);
        if (!there) {
          return there.error();
        }
      }
    }
    if (!progress) {
      partitions_ = **there;
    } else if (result<void> one = one_partition(name, **there); !one) {
      return one;
    }
  }
  return options_.check_retention ? check_progress_topic(*producer_, options_, stop_, report_.warnings)
                                  : result<void>();
}

/// What decides beside keys and values how records look and where they go: a run that goes on must have the same.
COPYTO_COLD std::string places_of(topic_options const& options, std::int32_t partitions) {
  std::string text =
      fmt::format("{} {} {}", partitions, static_cast<int>(options.hash), json_text(options.partition_by));
  for (std::string const& name : options.headers) {
    text += json_text(name);
  }
  return text;
}

COPYTO_COLD result<void> topic_run::prepare(bool new_id) {
  result<producer> opened = producer::open(cluster_, settings_of(options_));
  if (!opened) {
    return opened.error();
  }
  producer_ = *std::move(opened);
  if (result<void> there = have_topics(); !there) {
    return there;
  }
  if (result<void> used = producer_->use(topic_, options_.progress_topic); !used) {
    return used;
  }
  if (result<void> fenced = producer_->fence(stop_); !fenced) {
    return fenced;
  }
  so_far_.export_id = options_.export_id;
  so_far_.topic = topic_;
  so_far_.started = records_.started();
  so_far_.digest = crc32(as_bytes(places_of(options_, partitions_)), 0);
  seen_.export_id = options_.export_id;
  report_.partitions.assign(static_cast<std::size_t>(partitions_), 0);
  if (new_id) {
    return {};
  }
  auto found = read_progress(cluster_, options_.progress_topic, options_.export_id, stop_);
  if (!found) {
    return found.error();
  }
  if (*found) {
    if ((*found)->topic != topic_) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("export {} has gone into topic `{}`", options_.export_id, (*found)->topic),
                    .advice = "name that topic, or leave the id out for a new export"});
    }
    earlier_ = **std::move(found);
    if (earlier_.started != 0) {
      so_far_.started = earlier_.started;
      records_.set_started(earlier_.started);
    }
  }
  return {};
}

COPYTO_COLD result<topic_report> topic_run::run(bool new_id) {
  system_clock const clock;
  auto const begin = clock.elapsed();
  if (result<void> ready = prepare(new_id); !ready) {
    return ready.error();
  }
  auto const ready = clock.elapsed();
  committed_rows_ = earlier_.rows;
  committed_bytes_ = earlier_.bytes;
  tell();
  while (!earlier_.done) {
    result<bool> const more = next_batch();
    if (!more) {
      return failed(more.error());
    }
    if (result<void> added = add_batch(); !added) {
      return failed(added.error());
    }
    tell();
    if (*more) {
      continue;
    }
    if (so_far_.rows < earlier_.rows) {
      return failed(error({.code = errc::source_failed,
                           .message = fmt::format("the source has ended after {} rows, and {} are committed",
                                                  so_far_.rows, earlier_.rows),
                           .advice = "give it the same rows in the same order, e.g. by ORDER BY"}));
    }
    auto const sent = clock.elapsed();
    report_.times.exporting = sent - ready;
    if (result<void> committed = commit(true); !committed) {
      return failed(committed.error());
    }
    report_.times.committing = clock.elapsed() - sent;
    break;
  }
  report_.times.preparing = ready - begin;
  report_.export_id = options_.export_id;
  report_.topic = topic_;
  report_.rows = committed_rows_;
  report_.earlier_rows = earlier_.rows;
  report_.already_done = earlier_.done;
  report_.bytes = committed_bytes_;
  report_.staged = seen_.staged;
  report_.transactions = seen_.transactions;
  tell();
  return std::move(report_);
}

COPYTO_DECL result<bool> topic_run::next_batch() {
  if (stop_.stop_requested()) {
    return error(errc::stopped, "a stop was requested");
  }
  rows_.clear();
  try {
    result<fill_status> const filled = source_.fill(rows_, stop_);
    result<void> const kept = filled ? check_required(rows_) : filled.error();
    return kept ? result<bool>(*filled == fill_status::more) : kept.error();
  } catch (...) {
    return caught(errc::source_failed, "the source threw");
  }
}

COPYTO_DECL result<void> topic_run::add_batch() {
  records_.take(rows_);
  for (std::size_t i = 0; i != rows_.rows(); ++i) {
    result<topic_record> record = records_.make(i, partitions_);
    if (!record) {
      return record.error().with([&](error_info& info) {
        if (info.row) { // from 0 in the batch to 1 in the source
          info.row = so_far_.rows + 1;
        }
      });
    }
    record->row = so_far_.rows + 1;
    if (result<void> added = add(*record); !added) {
      return added;
    }
  }
  return producer_->poll();
}

COPYTO_DECL result<void> topic_run::add(topic_record record) {
  std::uint64_t bytes = 0;
  for (auto const& part : {record.key, record.value}) {
    std::uint32_t const size = part ? static_cast<std::uint32_t>(part->size()) : ~std::uint32_t{0};
    so_far_.digest = crc32(bytes_view(reinterpret_cast<std::byte const*>(&size), sizeof(size)), so_far_.digest);
    so_far_.digest = part ? crc32(*part, so_far_.digest) : so_far_.digest;
    bytes += part ? part->size() : 0;
  }
  ++so_far_.rows;
  so_far_.bytes += bytes;
  seen_.rows = so_far_.rows;
  if (so_far_.rows <= earlier_.rows) { // is in the topic
    if (so_far_.rows == earlier_.rows && so_far_.digest != earlier_.digest) {
      return error(
          {.code = errc::source_failed,
           .message = fmt::format("the source gives other rows than the {} that export {} has committed, or in "
                                  "another order",
                                  earlier_.rows, options_.export_id),
           .advice = "give it the same rows in the same order, e.g. by ORDER BY, with the same options, and leave the "
                     "topic's partitions as they were"});
    }
    return {};
  }
  if (!open_) {
    if (result<void> begun = producer_->begin(); !begun) {
      return begun;
    }
    open_ = true;
  }
  if (result<void> sent = producer_->send(record, stop_); !sent) {
    return sent;
  }
  ++seen_.staged;
  seen_.staged_bytes += bytes;
  ++report_.partitions[static_cast<std::size_t>(record.partition)];
  if (options_.transaction_rows != 0 && so_far_.rows % options_.transaction_rows == 0) {
    return commit(false);
  }
  return {};
}

COPYTO_COLD result<void> topic_run::commit(bool done) {
  if (!open_) {
    if (result<void> begun = producer_->begin(); !begun) {
      return begun;
    }
    open_ = true;
  }
  topic_progress now = so_far_;
  now.done = done;
  std::string const text = progress_text(now);
  topic_record const record{.to = to_topic::progress, .key = as_bytes(options_.export_id), .value = as_bytes(text)};
  if (result<void> sent = producer_->send(record, stop_); !sent) {
    return sent;
  }
  if (result<void> committed = producer_->commit(); !committed) {
    if (!committed.error().in_doubt()) {
      return committed;
    }
    if (result<void> settled = settle(committed.error(), now); !settled) {
      open_ = false;
      return settled;
    }
  }
  open_ = false;
  committed_rows_ = now.rows;
  committed_bytes_ = now.bytes;
  ++seen_.transactions;
  tell();
  return {};
}

/// The answer to a commit was lost: another producer of the same id makes the broker end the transaction, and then the
/// progress topic knows.
COPYTO_COLD result<void> topic_run::settle(error const& unknown, topic_progress const& wanted) {
  std::stop_token const never;
  // A newer run, which has fenced this one off, has ended the transaction, and must not be fenced off in turn.
  bool const is_older = unknown.is(errc::claim_lost);
  auto const found = is_older ? topic_status(cluster_, options_.progress_topic, options_.export_id, never)
                              : settle_topic_export(cluster_, options_, never);
  if (!found) {
    return error(
        {.code = errc::in_doubt,
         .disposition = disposition::in_doubt,
         .message = fmt::format("it is not known whether rows {} to {} of export {} are committed", committed_rows_ + 1,
                                wanted.rows, options_.export_id),
         .advice = "ask for the status of this export id, or run it again with this id, which goes on where it is",
         .suppressed = {unknown, found.error()}});
  }
  bool const committed = *found && (*found)->rows == wanted.rows && (*found)->digest == wanted.digest;
  if (is_older && !(committed && wanted.done)) {
    return unknown.with([](error_info& info) { info.disposition = disposition::permanent; });
  }
  if (!committed) {
    return unknown.with([](error_info& info) {
      info.disposition = disposition::transient;
      info.message = "the transaction was not committed";
    });
  }
  if (!wanted.done) { // the producer is fenced off by the one that settled
    return error({.code = errc::service_failed,
                  .disposition = disposition::transient,
                  .message = fmt::format("the cluster lost its answer to a commit; {} rows are committed", wanted.rows),
                  .advice = "run it again with this export's id, which goes on behind them",
                  .suppressed = {unknown}});
  }
  return {};
}

COPYTO_COLD error topic_run::failed(error why) {
  if (open_) {
    open_ = false;
    if (result<void> const aborted = producer_->abort(); !aborted) {
      why = why.with_suppressed(aborted.error());
    }
  }
  if (!why.in_doubt() && !why.is(errc::claim_lost) && committed_rows_ != 0 &&
      why->advice.find("export's id") == std::string::npos) {
    why = why.with([&](error_info& info) {
      info.advice += fmt::format("{}{} rows are committed; run it again with the export id {} to go on behind them",
                                 info.advice.empty() ? "" : "; ", committed_rows_, options_.export_id);
    });
  }
  return why;
}

COPYTO_DECL void topic_run::tell() {
  seen_.acknowledged = producer_->acknowledged();
  seen_.committed = committed_rows_;
  seen_.committed_bytes = committed_bytes_;
  if (on_progress_) {
    on_progress_(seen_);
  }
}

} // namespace detail

COPYTO_COLD result<void> check_topic_export(schema_view fields, any_records value, any_records key,
                                            kafka_cluster const& cluster, std::string const& topic,
                                            topic_options const& options) {
  if (result<void> good = detail::check_topic_options(cluster, topic, options); !good) {
    return good;
  }
  detail::topic_rows records(fields, std::move(value), std::move(key), options);
  return records.begin();
}

COPYTO_COLD result<topic_report> run_topic_export(source_ref source, any_records value, any_records key,
                                                  kafka_cluster const& cluster, std::string const& topic,
                                                  topic_options options, std::stop_token const& stop,
                                                  topic_callback const& on_progress) {
  if (result<void> const good = detail::check_topic_options(cluster, topic, options); !good) {
    return good.error();
  }
  bool const new_id = options.export_id.empty();
  if (new_id) {
    options.export_id = make_export_id(options.now());
  }
  schema_view const fields = source.schema();
  detail::topic_rows records(fields, std::move(value), std::move(key), options);
  if (result<void> const begun = records.begin(); !begun) {
    return begun.error();
  }
  return detail::topic_run(source, cluster, topic, options, records, stop, on_progress).run(new_id);
}

COPYTO_COLD topic_dry_run dry_run_topic(kafka_cluster const& cluster, std::string const& topic,
                                        topic_options const& options, std::stop_token const& stop) {
  topic_dry_run found;
  topic_options asked = options;
  asked.export_id = asked.export_id.empty() ? "dry-run" : asked.export_id;
  result<detail::producer> client = detail::producer::open(cluster, detail::settings_of(asked));
  if (!client) {
    found.refusals.push_back(client.error());
    return found;
  }
  auto const there = client->partitions(topic, stop);
  if (!there) {
    found.refusals.push_back(there.error());
    return found;
  }
  found.partitions = there->value_or(0);
  if (!*there && !options.create) {
    found.refusals.push_back(error({.code = errc::not_found,
                                    .message = fmt::format("there is no topic `{}`", topic),
                                    .advice = "create it, or let it be created"}));
  }
  if (*there) {
    constexpr char const* names[] = {"max.message.bytes"};
    if (auto const configs = client->configs(topic, names, stop); configs && !configs->empty()) {
      std::string const& text = configs->front().second;
      std::from_chars(text.data(), text.data() + text.size(), found.max_message_bytes);
    }
  }
  auto const progress = client->partitions(options.progress_topic, stop);
  if (!progress) {
    found.refusals.push_back(progress.error());
    return found;
  }
  found.progress_is_there = progress->has_value();
  if (*progress) {
    result<void> one = detail::one_partition(options.progress_topic, **progress);
    one = one && options.check_retention ? detail::check_progress_topic(*client, options, stop, found.warnings) : one;
    if (!one) {
      found.refusals.push_back(one.error());
    }
  }
  return found;
}

COPYTO_COLD std::uint64_t topic_memory_bound(topic_options const& options) noexcept {
  return 2 * options.queue_bytes + 2 * batch::default_bytes + 32 * MiB;
}

COPYTO_COLD result<std::optional<topic_progress>>
settle_topic_export(kafka_cluster const& cluster, topic_options const& options, std::stop_token const& stop) {
  result<detail::producer> client = detail::producer::open(cluster, detail::settings_of(options));
  if (!client) {
    return client.error();
  }
  if (auto const there = client->partitions(options.progress_topic, stop); !there || !*there) {
    return there ? result<std::optional<topic_progress>>(std::optional<topic_progress>()) : there.error();
  }
  if (result<void> const fenced = client->fence(stop); !fenced) {
    return fenced.error();
  }
  return detail::read_progress(cluster, options.progress_topic, options.export_id, stop);
}

COPYTO_COLD result<std::optional<topic_progress>> topic_status(kafka_cluster const& cluster,
                                                               std::string const& progress_topic,
                                                               std::string const& export_id,
                                                               std::stop_token const& stop) {
  return detail::read_progress(cluster, progress_topic, export_id, stop);
}

} // namespace copyto

#endif
