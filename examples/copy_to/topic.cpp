// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "topic.hpp"

#include "options.hpp"
#include "signals.hpp"
#include "source.hpp"

#include <copyto/auth/default_chain.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/core/json_text.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/kafka.hpp>
#include <copyto/topic/msk_iam.hpp>
#include <copyto/topic/schema_registry.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace copy_to {

struct topic_arguments {
  copyto::kafka_topic to = {};
  copyto::topic_options options = {};
  std::string format = "json";
  std::optional<std::uint32_t> schema_id = {};
  std::optional<std::uint32_t> key_schema_id = {};
  std::optional<copyto::schema_registry> registry = {};
};

namespace {

namespace po = boost::program_options;

copyto::error usage(std::string message, std::string advice = {}) {
  return copyto::error(
      {.code = copyto::errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

constexpr std::string_view scheme = "kafka://";

constexpr std::array topic_only = {"key",
                                   "envelope",
                                   "deleted-column",
                                   "headers",
                                   "partition-hash",
                                   "transaction-rows",
                                   "transaction-timeout",
                                   "progress-topic",
                                   "schema-id",
                                   "key-schema-id",
                                   "schema-registry",
                                   "partitions",
                                   "replication",
                                   "topic-config",
                                   "tls",
                                   "client-certificate",
                                   "client-key",
                                   "sasl",
                                   "user",
                                   "kafka-config",
                                   "no-create"};
/// Of these, what `status` and `abort` take, too.
constexpr std::array to_settle = {
    "to",           "export-id",           "progress-topic", "ca-file",    "tls",  "client-certificate",
    "sasl",         "client-key",          "user",           "region",     "json", "verbose",
    "kafka-config", "transaction-timeout", "command",        "allow-http", "word"};
/// Those that files have, too.
constexpr std::array for_both = {"from",        "table",       "query",   "numeric",   "arrays",
                                 "adbc-option", "adbc-secret", "to",      "format",    "word",
                                 "ca-file",     "dry-run",     "json",    "verbose",   "partition-by",
                                 "export-id",   "region",      "command", "allow-http"};

std::string get(po::variables_map const& given, char const* name) {
  return given.count(name) == 0 ? std::string() : given[name].as<std::string>();
}

std::vector<std::string> names_of(std::string const& text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; !text.empty() && at <= text.size();) {
    std::size_t const end = std::min(text.find(',', at), text.size());
    names.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

std::vector<std::pair<std::string, std::string>> pairs_of(po::variables_map const& given, char const* name) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (given.count(name) != 0) {
    for (std::string const& text : given[name].as<std::vector<std::string>>()) {
      std::size_t const sign = std::min(text.find('='), text.size());
      pairs.emplace_back(text.substr(0, sign), text.substr(std::min(sign + 1, text.size())));
    }
  }
  return pairs;
}

/// A whole number of an option that is there.
template <class Number>
copyto::result<void> read_number(po::variables_map const& given, char const* name, Number least, Number& to) {
  if (given.count(name) == 0) {
    return {};
  }
  std::string const text = get(given, name);
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), to);
  if (wrong != std::errc() || end != text.data() + text.size() || to < least) {
    return usage(fmt::format("--{} must be a whole number from {} on, not `{}`", name, least, text));
  }
  return {};
}

copyto::result<void> read_settings(po::variables_map const& given, copyto::kafka_cluster& cluster) {
  for (auto& [name, value] : pairs_of(given, "kafka-config")) {
    if (name.find("password") != name.npos || name.find("secret") != name.npos || name == "ssl.key.pem") {
      return usage(fmt::format("--kafka-config {} would show a secret to everybody on this machine", name),
                   "set KAFKA_PASSWORD or KAFKA_KEY_PASSWORD, or give the key by --client-key");
    }
    cluster.settings.push_back({.name = name, .value = copyto::secret(value)});
  }
  return {};
}

copyto::result<void> read_cluster(po::variables_map const& given, copyto::kafka_cluster& cluster) {
  auto const password = [](char const* name) {
    char const* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread
    return value == nullptr ? copyto::secret() : copyto::secret(value);
  };
  cluster.ca_file = get(given, "ca-file");
  cluster.certificate_file = get(given, "client-certificate");
  cluster.key_file = get(given, "client-key");
  cluster.key_password = password("KAFKA_KEY_PASSWORD");
  cluster.tls = given.count("tls") != 0 || !cluster.ca_file.empty() || !cluster.certificate_file.empty();
  cluster.user = get(given, "user");
  if (get(given, "sasl") == "msk-iam") {
    std::string region = get(given, "region");
    for (char const* const name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
      char const* const set = std::getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread
      region = region.empty() && set != nullptr ? set : region;
    }
    if (region.empty() || !cluster.user.empty()) {
      return usage(region.empty() ? "--sasl msk-iam needs --region, AWS_REGION or AWS_DEFAULT_REGION"
                                  : "--user has no effect on --sasl msk-iam");
    }
    cluster.tls = true;
    cluster.token = copyto::msk_iam(copyto::default_chain(), region);
    return read_settings(given, cluster);
  }
  if (given.count("region") != 0) {
    return usage("--region is for --sasl msk-iam", "leave it out");
  }
  std::string const mechanism = given.count("sasl") != 0 ? get(given, "sasl") : cluster.user.empty() ? "" : "plain";
  constexpr std::pair<std::string_view, copyto::sasl_mechanism> mechanisms[] = {
      {"", copyto::sasl_mechanism::none},
      {"plain", copyto::sasl_mechanism::plain},
      {"scram-sha-256", copyto::sasl_mechanism::scram_sha_256},
      {"scram-sha-512", copyto::sasl_mechanism::scram_sha_512}};
  auto const* const known =
      std::ranges::find(mechanisms, mechanism, &std::pair<std::string_view, copyto::sasl_mechanism>::first);
  if (known == std::end(mechanisms)) {
    return usage(fmt::format("--sasl cannot be `{}`", mechanism),
                 "choose plain, scram-sha-256, scram-sha-512 or msk-iam");
  }
  cluster.sasl = known->second;
  if (cluster.sasl != copyto::sasl_mechanism::none) {
    cluster.password = password("KAFKA_PASSWORD");
    if (cluster.user.empty() || cluster.password.empty()) {
      return usage("SASL needs --user, and the password in the environment as KAFKA_PASSWORD");
    }
    if (cluster.sasl == copyto::sasl_mechanism::plain && !cluster.tls && given.count("allow-http") == 0) {
      return usage("--sasl plain without --tls shows the password to anybody on the way",
                   "add --tls, choose scram-sha-256, or add --allow-http if that is meant");
    }
  }
  return read_settings(given, cluster);
}

copyto::result<void> read_records(po::variables_map const& given, topic_arguments& topic) {
  topic.format = given.count("format") != 0 ? get(given, "format") : "json";
  if (topic.format != "json" && topic.format != "avro" && topic.format != "csv" && topic.format != "raw") {
    return usage(fmt::format("there are no records of `{}`", topic.format), "choose json, avro, csv or raw");
  }
  for (auto const& [name, to] : {std::pair("schema-id", &topic.schema_id), {"key-schema-id", &topic.key_schema_id}}) {
    std::uint32_t id = 0;
    if (copyto::result<void> read = read_number<std::uint32_t>(given, name, 0, id); !read) {
      return read;
    }
    if (given.count(name) != 0) {
      *to = id;
    }
  }
  if (given.count("key") == 0 && topic.key_schema_id) {
    return usage("--key-schema-id has no effect without --key", "leave it out, or name the columns of the key");
  }
  if (given.count("key") != 0 && topic.schema_id.has_value() != topic.key_schema_id.has_value()) {
    return usage("--schema-id and --key-schema-id go together where records have a key",
                 "give both, or neither, or --schema-registry");
  }
  bool const schemas = topic.schema_id || topic.key_schema_id || given.count("schema-registry") != 0;
  if (schemas && topic.format != "avro") {
    return usage("--schema-id, --key-schema-id and --schema-registry are for --format avro", "leave them out");
  }
  if (given.count("schema-registry") != 0) {
    if (topic.schema_id || topic.key_schema_id) {
      return usage("--schema-registry gives the numbers of schemas", "leave --schema-id and --key-schema-id out");
    }
    char const* const user = std::getenv("SCHEMA_REGISTRY_USER");         // NOLINT(concurrency-mt-unsafe)
    char const* const password = std::getenv("SCHEMA_REGISTRY_PASSWORD"); // NOLINT(concurrency-mt-unsafe)
    topic.registry = copyto::schema_registry{.url = get(given, "schema-registry"),
                                             .user = user == nullptr ? "" : user,
                                             .password = copyto::secret(password == nullptr ? "" : password)};
    if (password != nullptr && topic.registry->url.starts_with("http://") && given.count("allow-http") == 0) {
      return usage("an http:// registry shows SCHEMA_REGISTRY_PASSWORD to anybody on the way",
                   "take https://, or add --allow-http if that is meant");
    }
  }
  return {};
}

copyto::result<void> read_topic_options(po::variables_map const& given, copyto::topic_options& options) {
  for (char const* const name : {"key", "headers", "deleted-column", "partition-by"}) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} names no column", name), "leave it out");
    }
  }
  options.key = names_of(get(given, "key"));
  options.headers = names_of(get(given, "headers"));
  options.deleted = get(given, "deleted-column");
  options.partition_by = get(given, "partition-by");
  options.export_id = get(given, "export-id");
  if (given.count("progress-topic") != 0) {
    options.progress_topic = get(given, "progress-topic");
  }
  if (std::string const word = get(given, "envelope"); !word.empty() && word != "append") {
    if (word != "upsert" && word != "debezium") {
      return usage(fmt::format("--envelope cannot be `{}`", word), "choose append, upsert or debezium");
    }
    options.envelope = word == "upsert" ? copyto::topic_envelope::upsert : copyto::topic_envelope::debezium;
  }
  if (std::string const word = get(given, "partition-hash"); !word.empty() && word != "seahash") {
    if (word != "murmur2" && word != "crc32") {
      return usage(fmt::format("--partition-hash cannot be `{}`", word), "choose seahash, murmur2 or crc32");
    }
    options.hash = word == "murmur2" ? copyto::partition_hash::murmur2 : copyto::partition_hash::crc32;
  }
  std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(options.transaction_timeout).count();
  copyto::new_topic made;
  for (copyto::result<void> const& read :
       {read_number<std::uint64_t>(given, "transaction-rows", 1, options.transaction_rows),
        read_number<std::int64_t>(given, "transaction-timeout", 1, seconds),
        read_number<std::int32_t>(given, "partitions", 1, made.partitions),
        read_number<std::int16_t>(given, "replication", 1, made.replication)}) {
    if (!read) {
      return read;
    }
  }
  options.transaction_timeout = std::chrono::seconds(seconds);
  if (!options.partition_by.empty() && given.count("partition-hash") != 0) {
    return usage("--partition-hash has no effect beside --partition-by", "leave one of them out");
  }
  if (options.key.empty() && given.count("partition-hash") != 0) {
    return usage("--partition-hash has no effect without --key", "leave it out, or name the columns of the key");
  }
  for (char const* const name : {"partitions", "replication", "topic-config"}) {
    if (given.count("no-create") != 0 && given.count(name) != 0) {
      return usage(fmt::format("--{} has no effect beside --no-create", name), "leave one of them out");
    }
  }
  made.configs = pairs_of(given, "topic-config");
  for (auto const& [name, value] : made.configs) {
    if (name.empty() || value.empty()) {
      return usage("--topic-config must be NAME=VALUE");
    }
  }
  options.create_progress->replication = made.replication;
  options.create = std::move(made);
  if (given.count("no-create") != 0) {
    options.create.reset();
    options.create_progress.reset();
  }
  return {};
}

std::string topic_uri(topic_arguments const& topic) {
  return fmt::format("{}{}/{}", scheme, topic.to.cluster.bootstrap, topic.to.name);
}

/// The numbers of the schemas, where a registry gives them.
copyto::result<void> register_schemas(topic_arguments& topic, copyto::schema_view fields, std::stop_token const& stop) {
  copyto::result<copyto::topic_schemas> const schemas = copyto::topic_avro_schemas(fields, topic.options);
  if (!schemas) {
    return schemas.error();
  }
  copyto::curl_transport transport;
  for (bool const key : {false, true}) {
    std::string const& schema = key ? schemas->key : schemas->value;
    if (schema.empty()) {
      continue;
    }
    copyto::result<std::uint32_t> const id =
        copyto::register_schema(transport, *topic.registry, topic.to.name + (key ? "-key" : "-value"), schema, stop);
    if (!id) {
      return id.error();
    }
    (key ? topic.key_schema_id : topic.schema_id) = *id;
  }
  return {};
}

copyto::any_records records_of(topic_arguments const& topic, bool key) {
  if (topic.format == "avro") {
    return copyto::avro_records(copyto::avro_records_options{.schema_id = key ? topic.key_schema_id : topic.schema_id});
  }
  if (topic.format == "csv") {
    return copyto::csv_records();
  }
  return topic.format == "raw" ? copyto::any_records(copyto::raw_records())
                               : copyto::any_records(copyto::json_records());
}

/// For an array of JSON.
std::string messages(std::vector<copyto::error> const& all) {
  std::vector<std::string> texts;
  texts.reserve(all.size());
  for (copyto::error const& e : all) {
    texts.push_back(copyto::json_text(in_options(e).message()));
  }
  return fmt::format("{}", fmt::join(texts, ","));
}

std::string text_of(copyto::topic_report const& done, bool json) {
  auto const seconds = [](std::chrono::nanoseconds t) { return std::chrono::duration<double>(t).count(); };
  if (!json) {
    std::string text;
    for (copyto::error const& warning : done.warnings) {
      text += fmt::format("warning: {}\n", warning.message());
    }
    if (done.earlier_rows != 0) {
      text += fmt::format("{} of the rows were committed before\n", done.earlier_rows);
    }
    return text + fmt::format("export {}\nCOPY {} rows, {} transactions, {} bytes\n", done.export_id, done.rows,
                              done.transactions, done.bytes);
  }
  return fmt::format(
      R"({{"export_id":{},"topic":{},"rows":{},"earlier_rows":{},"bytes":{},"staged":{},"transactions":{},)"
      R"("partitions":[{}],"created_topic":{},"already_done":{},"warnings":[{}],)"
      R"("seconds":{{"preparing":{:.6f},"exporting":{:.6f},"committing":{:.6f}}}}})"
      "\n",
      copyto::json_text(done.export_id), copyto::json_text(done.topic), done.rows, done.earlier_rows, done.bytes,
      done.staged, done.transactions, fmt::join(done.partitions, ","), done.created_topic, done.already_done,
      messages(done.warnings), seconds(done.times.preparing), seconds(done.times.exporting),
      seconds(done.times.committing));
}

std::string text_of(std::optional<copyto::topic_progress> const& found, topic_arguments const& topic, bool json) {
  if (json) {
    return found ? fmt::format(R"({{"export_id":{},"topic":{},"rows":{},"bytes":{},"state":"{}"}})"
                               "\n",
                               copyto::json_text(found->export_id), copyto::json_text(found->topic), found->rows,
                               found->bytes, found->done ? "done" : "open")
                 : "null\n";
  }
  if (!found) {
    return fmt::format("no row of export {} is committed\n", topic.options.export_id);
  }
  return fmt::format("export {} has committed {} rows, {} bytes, to topic {}, {}\n", found->export_id, found->rows,
                     found->bytes, found->topic, found->done ? "all of them" : "and was not at its end");
}

/// `committed`: rows that readers see of the export.
exit_status told(copyto::error const& why, std::uint64_t committed, terminal& out) {
  out.say(in_options(why).message());
  return why.is(copyto::errc::in_doubt) ? exit_in_doubt : committed != 0 ? exit_published : exit_failed;
}

exit_status try_out(arguments const& given, topic_arguments const& topic, opened_source const& source, terminal& out) {
  std::stop_token const never;
  copyto::result<void> const good =
      copyto::check_topic_export(source.schema(), records_of(topic, false), records_of(topic, true), topic.to.cluster,
                                 topic.to.name, topic.options);
  copyto::topic_dry_run found = copyto::dry_run_topic(topic.to.cluster, topic.to.name, topic.options, never);
  if (!good) {
    found.refusals.insert(found.refusals.begin(), good.error());
  }
  copyto::topic_schemas schemas;
  if (good && topic.format == "avro") {
    copyto::result<copyto::topic_schemas> made = copyto::topic_avro_schemas(source.schema(), topic.options);
    schemas = made ? *std::move(made) : schemas; // an error of these is one of `good`
  }
  std::string text = fmt::format("topic {}: {}\n", topic_uri(topic),
                                 found.partitions == 0 ? "not there" : fmt::format("{} partitions", found.partitions));
  if (found.max_message_bytes != 0) {
    text += fmt::format("records of at most {} bytes\n", found.max_message_bytes);
  }
  text += fmt::format("progress topic {}: {}\n", topic.options.progress_topic,
                      found.progress_is_there ? "there" : "not there");
  for (auto const& [name, schema] : {std::pair("value", &schemas.value), std::pair("key", &schemas.key)}) {
    text += schema->empty() ? "" : fmt::format("schema of the {}: {}\n", name, *schema);
  }
  if (given.json) {
    auto const or_null = [](std::string const& schema) { return schema.empty() ? "null" : schema.c_str(); };
    text = fmt::format(
        R"({{"partitions":{},"max_message_bytes":{},"progress_topic":{},"refusals":[{}],"warnings":[{}],"value_schema":{},"key_schema":{}}})"
        "\n",
        found.partitions, found.max_message_bytes, found.progress_is_there, messages(found.refusals),
        messages(found.warnings), or_null(schemas.value), or_null(schemas.key));
  }
  print(text, out);
  for (copyto::error const& warning : found.warnings) {
    out.say("warning: " + in_options(warning).message());
  }
  for (copyto::error const& refusal : found.refusals) {
    out.say(in_options(refusal).message());
  }
  return found.refusals.empty() ? exit_done : exit_failed;
}

} // namespace

bool is_topic(std::string_view uri) noexcept { return uri.starts_with(scheme); }

std::string_view first_topic_option(po::variables_map const& given) {
  auto const* const found = std::ranges::find_if(topic_only, [&](char const* name) { return given.count(name) != 0; });
  return found == topic_only.end() ? std::string_view() : *found;
}

copyto::result<std::shared_ptr<topic_arguments const>> read_topic(po::variables_map const& given,
                                                                  std::string const& uri, command what) {
  auto topic = std::make_shared<topic_arguments>();
  std::string const rest = uri.substr(scheme.size());
  std::size_t const slash = rest.find('/');
  if (slash == 0 || slash == rest.npos || slash + 1 == rest.size() || rest.find('/', slash + 1) != rest.npos ||
      rest.find('@') != rest.npos) {
    return usage("the URI of a topic must be kafka://host:port/topic, with commas between several brokers",
                 "give user and password by --user and KAFKA_PASSWORD");
  }
  topic->to.cluster.bootstrap = rest.substr(0, slash);
  topic->to.name = rest.substr(slash + 1);
  for (auto const& [name, value] : given) {
    bool const known = what == command::copy
                           ? std::ranges::count(topic_only, name) != 0 || std::ranges::count(for_both, name) != 0
                           : std::ranges::count(to_settle, name) != 0;
    if (!known && !value.defaulted()) {
      return usage(what == command::copy ? fmt::format("--{} has no effect on a topic", name)
                                         : fmt::format("--{} has no effect on what is asked of a topic's export", name),
                   "leave it out");
    }
  }
  for (copyto::result<void> const& read : {read_cluster(given, topic->to.cluster), read_records(given, *topic),
                                           read_topic_options(given, topic->options)}) {
    if (!read) {
      return read.error();
    }
  }
  if (what != command::copy && topic->options.export_id.empty()) {
    return usage("--export-id is missing", "name the export that is meant");
  }
  if (given.count("export-id") != 0 && !copyto::valid_export_id(topic->options.export_id)) {
    return usage("--export-id must be 1 to 64 letters, digits and `-`");
  }
  return std::shared_ptr<topic_arguments const>(std::move(topic));
}

exit_status run_topic(arguments const& given, terminal& out) {
  topic_arguments topic = *given.topic;
  std::stop_source stop;
  std::atomic<std::uint64_t> committed = 0;
  bool named = false; // the export, by which a run goes on that this one may not be able to tell of any more
  signal_watch watch({.first =
                          [&] {
                            out.say("stopping; again to end at once");
                            stop.request_stop();
                          },
                      .second =
                          [&](int number) {
                            out.say("ended at once: the broker gives up the open transaction when its time is up");
                            ::_exit(128 + number);
                          },
                      .late = [&] { ::_exit(committed != 0 ? exit_published : exit_failed); }});
  if (given.what == command::status || given.what == command::abort) {
    auto const found = given.what == command::status
                           ? copyto::topic_status(topic.to.cluster, topic.options.progress_topic,
                                                  topic.options.export_id, stop.get_token())
                           : copyto::settle_topic_export(topic.to.cluster, topic.options, stop.get_token());
    watch.end();
    if (!found) {
      return told(found.error(), 0, out);
    }
    print(text_of(*found, topic, given.json), out);
    return *found && !(*found)->done && given.what == command::status ? exit_in_doubt : exit_done;
  }
  copyto::result<opened_source> source = open_source(given.copy, out.interactive(), stop.get_token());
  if (!source) {
    watch.end();
    return told(source.error(), 0, out);
  }
  if (given.copy.dry_run) {
    watch.end();
    return try_out(given, topic, *source, out);
  }
  copyto::result<void> const registered =
      topic.registry ? register_schemas(topic, source->schema(), stop.get_token()) : copyto::result<void>();
  copyto::result<copyto::topic_report> const done =
      registered ? copyto::run_topic_export(std::get<copyto::any_source>(source->rows).ref(), records_of(topic, false),
                                            records_of(topic, true), topic.to.cluster, topic.to.name, topic.options,
                                            stop.get_token(),
                                            [&](copyto::topic_snapshot const& s) {
                                              committed = s.committed;
                                              if (!named && topic.options.transaction_rows != 0) {
                                                out.say(fmt::format("export {}", s.export_id));
                                              }
                                              named = true;
                                              copyto::progress p;
                                              p.stage = copyto::export_stage::exporting;
                                              p.rows = s.rows;
                                              p.bytes_encoded = s.staged_bytes;
                                              p.bytes_acknowledged = s.committed_bytes;
                                              out.show(p);
                                            })
                 : registered.error();
  watch.end();
  out.clear();
  if (!done) {
    return told(done.error(), committed, out);
  }
  if (done->already_done) {
    out.say(fmt::format("export {} was finished by an earlier run: the source was not read", done->export_id));
  }
  print(text_of(*done, given.json), out);
  return exit_done;
}

} // namespace copy_to
