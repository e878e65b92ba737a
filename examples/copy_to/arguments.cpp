// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "arguments.hpp"

#include "copy_statement.hpp"
#include "formats.hpp"
#include "options.hpp"
#include "size.hpp"
#include "source.hpp"
#include "topic.hpp"

#include <copyto/auth/digest.hpp>
#include <copyto/commit/control_record.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/core/processors.hpp>
#include <copyto/encode/parquet/bloom_filter.hpp>
#include <copyto/encode/parquet/modern.hpp>
#include <copyto/export/partition_by.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/handoff/success_file.hpp>
#include <copyto/http/date.hpp>
#include <copyto/store/object.hpp>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace po = boost::program_options;

namespace copy_to {
namespace {

copyto::error usage(std::string message, std::string advice = {}) {
  return copyto::error(
      {.code = copyto::errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

std::string get(po::variables_map const& given, char const* name) {
  return given.count(name) != 0 ? given[name].as<std::string>() : std::string();
}

/// The first of `names` that was given, with its dashes, or nothing.
std::string first_of(po::variables_map const& given, std::span<char const* const> names) {
  for (char const* name : names) {
    if (given.count(name) != 0) {
      return fmt::format("--{}", name);
    }
  }
  return {};
}

/// The whole number that option `name` gives.
copyto::result<int> read_number(po::variables_map const& given, char const* name) {
  std::string const text = get(given, name);
  int number = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || end != text.data() + text.size()) {
    return usage(fmt::format("--{} must be a whole number, not `{}`", name, text));
  }
  return number;
}

/// Options that only buckets have.
constexpr char const* bucket_values[] = {"endpoint",
                                         "region",
                                         "profile",
                                         "account",
                                         "jurisdiction",
                                         "ca-file",
                                         "proxy",
                                         "storage-class",
                                         "aws-profile",
                                         "assume-role-arn",
                                         "external-id",
                                         "role-session-name",
                                         "sts-endpoint",
                                         "conditional-writes",
                                         "credentials",
                                         "sse",
                                         "kms-key",
                                         "kms-context",
                                         "bucket-key",
                                         "sse-customer-key-file",
                                         "acl",
                                         "cache-control",
                                         "object-lock",
                                         "content-disposition",
                                         "lock-until",
                                         "content-language",
                                         "expected-bucket-owner"};
constexpr char const* bucket_flags[] = {"path-style", "allow-http",     "fips", "dual-stack", "accelerate",
                                        "legal-hold", "requester-pays", "tag",  "metadata",   "grant"};

using pairs = std::vector<std::pair<std::string, std::string>>;

/// The values of an option that is given as NAME=VALUE, several times.
copyto::result<pairs> read_pairs(po::variables_map const& given, char const* name) {
  pairs read;
  if (given.count(name) == 0) {
    return read;
  }
  for (std::string const& text : given[name].as<std::vector<std::string>>()) {
    std::size_t const sign = text.find('=');
    if (sign == 0 || sign == text.npos) {
      return usage(fmt::format("--{} must be a name, `=` and a value", name));
    }
    read.emplace_back(text.substr(0, sign), text.substr(sign + 1));
  }
  return read;
}

/// 32 bytes, as they are or in base64.
copyto::result<copyto::secret> read_customer_key(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(128, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if (text.size() != 32) {
    std::optional<std::string> bytes =
        copyto::unbase64(std::string_view(text).substr(0, text.find_last_not_of(" \t\r\n") + 1));
    copyto::secret::wipe(text.data(), text.size());
    text = std::move(bytes).value_or("");
  }
  copyto::secret key(text);
  copyto::secret::wipe(text.data(), text.size());
  if (key.reveal().size() != 32) {
    return usage("--sse-customer-key-file must name a file with a key of 32 bytes, as they are or in base64");
  }
  return key;
}

copyto::result<copyto::object_attributes> read_attributes(po::variables_map const& given) {
  copyto::object_attributes read{.encryption = get(given, "sse"),
                                 .kms_key = get(given, "kms-key"),
                                 .kms_context = get(given, "kms-context"),
                                 .acl = get(given, "acl"),
                                 .cache_control = get(given, "cache-control"),
                                 .content_disposition = get(given, "content-disposition"),
                                 .content_language = get(given, "content-language"),
                                 .lock_mode = get(given, "object-lock"),
                                 .legal_hold = given.count("legal-hold") != 0,
                                 .expected_owner = get(given, "expected-bucket-owner"),
                                 .requester_pays = given.count("requester-pays") != 0};
  for (auto const& [name, into] :
       {std::pair("tag", &read.tags), {"metadata", &read.metadata}, {"grant", &read.grants}}) {
    copyto::result<pairs> list = read_pairs(given, name);
    if (!list) {
      return list.error();
    }
    *into = *std::move(list);
  }
  if (std::string const word = get(given, "bucket-key"); !word.empty()) {
    if (word != "yes" && word != "no") {
      return usage(fmt::format("--bucket-key cannot be `{}`", word), "choose yes or no");
    }
    read.bucket_key = word == "yes";
  }
  if (std::string const time = get(given, "lock-until"); !time.empty()) {
    read.lock_until = copyto::parse_iso_time(time);
    if (!read.lock_until) {
      return usage(fmt::format("--lock-until cannot be `{}`", time), "write it like 2030-01-01T00:00:00Z");
    }
  }
  if (std::string const path = get(given, "sse-customer-key-file"); !path.empty()) {
    copyto::result<copyto::secret> key = read_customer_key(path);
    if (!key) {
      return key.error();
    }
    read.customer_key = *std::move(key);
  }
  return read;
}

copyto::result<std::optional<bool>> read_conditional_writes(std::string const& text) {
  if (text.empty() || text == "probe") {
    return std::optional<bool>();
  }
  if (text != "yes" && text != "no") {
    return usage(fmt::format("--conditional-writes cannot be `{}`", text), "choose yes, no or probe");
  }
  return std::optional(text == "yes");
}

copyto::result<void> read_store(po::variables_map const& given, std::string const& uri, store_arguments& store) {
  copyto::result<copyto::store_target> to = copyto::parse_target(uri);
  if (!to) {
    return to.error();
  }
  copyto::result<std::optional<bool>> const conditional = read_conditional_writes(get(given, "conditional-writes"));
  if (!conditional) {
    return conditional.error();
  }
  copyto::result<copyto::object_attributes> attributes = read_attributes(given);
  if (!attributes) {
    return attributes.error();
  }
  store.to = *std::move(to);
  store.by = {.aws_profile = get(given, "aws-profile"),
              .credentials = get(given, "credentials"),
              .service = get(given, "profile"),
              .endpoint = get(given, "endpoint"),
              .region = get(given, "region"),
              .account = get(given, "account"),
              .jurisdiction = get(given, "jurisdiction"),
              .path_style = given.count("path-style") != 0,
              .fips = given.count("fips") != 0,
              .dual_stack = given.count("dual-stack") != 0,
              .accelerate = given.count("accelerate") != 0,
              .allow_http = given.count("allow-http") != 0,
              .ca_file = get(given, "ca-file"),
              .proxy = get(given, "proxy"),
              .storage_class = get(given, "storage-class"),
              .attributes = *std::move(attributes),
              .conditional_writes = *conditional,
              .role_arn = get(given, "assume-role-arn"),
              .external_id = get(given, "external-id"),
              .role_session_name = get(given, "role-session-name"),
              .sts_endpoint = get(given, "sts-endpoint")};
  for (char const* name : bucket_values) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} is empty", name));
    }
  }
  if (!store.to.is_bucket()) {
    std::string option = first_of(given, bucket_values);
    if (option.empty()) {
      option = first_of(given, bucket_flags);
    }
    if (!option.empty()) {
      return usage(fmt::format("{} is for buckets, and `{}` is a directory", option, uri));
    }
  }
  if (store.by.proxy.find('@') != store.by.proxy.npos) {
    return usage("--proxy holds a login, which everybody on the machine can see in the list of processes",
                 "put the proxy with its login into the environment: HTTPS_PROXY, or http_proxy for http:// endpoints");
  }
  return {};
}

/// Reads the size that option `name` gives; without it, `size` stays what it is.
copyto::result<void> read_size(po::variables_map const& given, char const* name, std::uint64_t& size) {
  if (given.count(name) == 0) {
    return {};
  }
  copyto::result<std::uint64_t> const read = parse_size(get(given, name));
  if (!read) {
    return read.error().with(
        [name](copyto::error_info& info) { info.message = fmt::format("--{}: {}", name, info.message); });
  }
  size = *read;
  return {};
}

/// Reads the whole number from 1 that option `name` gives; without it, `number` stays what it is.
copyto::result<void> read_count(po::variables_map const& given, char const* name, std::uint64_t& number) {
  if (given.count(name) == 0) {
    return {};
  }
  std::string const text = get(given, name);
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || end != text.data() + text.size() || number == 0) {
    return usage(fmt::format("--{} must be a whole number from 1, not `{}`", name, text));
  }
  return {};
}

copyto::result<void> read_cut(po::variables_map const& given, export_arguments& copy) {
  if (copyto::result<void> read = read_count(given, "max-file-rows", copy.cut.max_file_rows); !read) {
    return read;
  }
  for (auto const& [name, size] : {std::pair<char const*, std::uint64_t*>{"max-file-size", &copy.cut.max_file_size},
                                   {"part-size", &copy.cut.part_size},
                                   {"memory-limit", &copy.memory_limit}}) {
    if (copyto::result<void> const read = read_size(given, name, *size); !read) {
      return read.error();
    }
  }
  copy.cut.threads = copyto::available_processors();
  if (copy.shards) {
    copy.cut.connections = std::min<std::uint32_t>(copyto::available_processors(), 8);
  }
  for (auto const& [name, count] :
       {std::pair<char const*, std::uint32_t*>{"parts-in-flight", &copy.cut.parts_in_flight},
        {"connections", &copy.cut.connections},
        {"threads", &copy.cut.threads}}) {
    if (given.count(name) == 0) {
      continue;
    }
    constexpr int most = 256;
    copyto::result<int> const number = read_number(given, name);
    if (!number) {
      return number.error();
    }
    if (*number < 1 || *number > most) {
      return usage(fmt::format("--{} must be 1 to {}, not {}", name, most, *number));
    }
    *count = static_cast<std::uint32_t>(*number);
  }
  if (copy.cut.single_file && given.count("max-file-size") == 0) { // what needs no larger parts
    copy.cut.max_file_size = copy.cut.part_size * copyto::store_limits().max_parts;
  }
  return {};
}

/// Where the files go, what becomes of what is there, and how they are called.
copyto::result<copyto::destination> read_destination(po::variables_map const& given, arguments& read) {
  copyto::if_exists mode = copyto::if_exists::error;
  std::string const word = get(given, "if-exists");
  read.copy.skip_existing = word == "skip";
  if (read.copy.skip_existing && read.copy.cut.as_they_close) {
    return usage("--if-exists skip cannot tell whether files that become visible as they close are all",
                 "leave one of them out");
  }
  if (given.count("if-exists") != 0 && !read.copy.skip_existing) {
    auto const* const known =
        std::ranges::find(copyto::if_exists_names, word, [](auto const& named) { return named.first; });
    if (known == copyto::if_exists_names.end()) {
      return usage(fmt::format("--if-exists cannot be `{}`", word), "choose error, append, replace or skip");
    }
    mode = known->second;
  }
  bool const controlled = given.count("no-control-object") == 0;
  if (!controlled && mode != copyto::if_exists::append) {
    return usage("--no-control-object is for exports that append", "add --if-exists append, or leave it out");
  }
  std::string names = get(given, "names");
  if (read.copy.cut.single_file || names == "aurora") {
    std::string_view const by = read.copy.cut.single_file ? "--single-file" : "--names aurora";
    std::optional<copyto::store_target> file = copyto::as_file(read.store.to);
    if (!file) {
      return usage(fmt::format("`{}` does not name a file", read.store.to.text),
                   "write the key or the path of the file that is to be made");
    }
    if (read.copy.cut.single_file && given.count("names") != 0 && names != "aurora") {
      return usage("--names has no effect next to --single-file", "the URI of --to names the file; leave it out");
    }
    if (mode == copyto::if_exists::append) {
      return usage(fmt::format("one key cannot be appended to, and {} writes to the key that --to names", by),
                   "leave it out, or replace what is there");
    }
    read.store.to = *std::move(file);
    std::string key = read.store.to.prefix;
    return mode == copyto::if_exists::replace ? copyto::replace_key(std::move(key)) : copyto::one_key(std::move(key));
  }
  if (names == "materialize") {
    names = copyto::name_template::materialize;
  } else if (given.count("names") != 0) {
    if (copyto::result<copyto::name_template> const good = copyto::name_template::parse(names); !good) {
      return good.error();
    }
  }
  std::string prefix = read.store.to.prefix;
  switch (mode) {
  case copyto::if_exists::error: break;
  case copyto::if_exists::append:
    return controlled ? copyto::append_to(std::move(prefix), std::move(names))
                      : copyto::append_without_control(std::move(prefix), std::move(names));
  case copyto::if_exists::replace:
    return given.count("replace-partitions") != 0 ? copyto::replace_partitions(std::move(prefix), std::move(names))
                                                  : copyto::replace(std::move(prefix), std::move(names));
  }
  return copyto::into(std::move(prefix), std::move(names));
}

/// Those of a directory that cannot be there are found when rows have to wait.
copyto::result<void> read_partitions(po::variables_map const& given, arguments& read) {
  if (given.count("partition-by") == 0) {
    std::string const unused =
        first_of(given, {{"partition-keep", "max-partitions", "replace-partitions", "spill", "spill-limit"}});
    return unused.empty() ? copyto::result<void>()
                          : usage(fmt::format("{} has no effect without --partition-by", unused), "leave it out");
  }
  if (given.count("replace-partitions") != 0 && get(given, "if-exists") != "replace") {
    return usage("--replace-partitions goes with --if-exists replace", "add that");
  }
  if (given.count("pass-through") != 0) {
    return usage("--partition-by has no effect next to --pass-through, whose rows are not looked into",
                 "leave one of them out");
  }
  copyto::result<std::vector<copyto::partition_key>> keys = copyto::parse_partition_keys(get(given, "partition-by"));
  if (!keys) {
    return keys.error();
  }
  copyto::partition_settings settings{.keep = given.count("partition-keep") != 0,
                                      .spill_directory = get(given, "spill")};
  std::uint64_t most = settings.most;
  if (copyto::result<void> count = read_count(given, "max-partitions", most); !count) {
    return count;
  }
  settings.most = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, 100'000'000));
  if (copyto::result<void> size = read_size(given, "spill-limit", settings.spill_limit); !size) {
    return size;
  }
  std::uint64_t memory = export_arguments().memory_limit;
  if (copyto::result<void> size = read_size(given, "memory-limit", memory); !size) {
    return size;
  }
  settings.spill_memory = std::clamp<std::uint64_t>(memory / 4, copyto::MiB, settings.spill_memory);
  read.copy.cut.partitions = copyto::partition_by(*std::move(keys), std::move(settings));
  return {};
}

copyto::result<void> read_names(po::variables_map const& given, arguments& read) {
  copyto::export_options& cut = read.copy.cut;
  read.copy.dry_run = given.count("dry-run") != 0;
  cut.single_file = given.count("single-file") != 0;
  cut.as_they_close = given.count("as-they-close") != 0;
  bool const success = given.count("success-file") != 0;
  if (given.count("manifest") != 0) {
    std::string const key = get(given, "manifest");
    if (success && !key.empty()) {
      return usage("--success-file names the manifest, and --manifest does", "leave one of the names out");
    }
    cut.last = copyto::manifest(key, success ? std::string(copyto::success_file_name) : std::string());
  } else if (success) {
    cut.last = copyto::success_file();
  }
  if (copyto::result<void> partitions = read_partitions(given, read); !partitions) {
    return partitions;
  }
  cut.column_stats = given.count("column-stats") != 0;
  if (cut.column_stats && given.count("json") == 0 && given.count("manifest") == 0) {
    return usage("--column-stats has no effect", "add --json or --manifest, which show them, or leave it out");
  }
  cut.empty_file = given.count("no-empty-file") == 0;
  copyto::result<copyto::destination> to = read_destination(given, read);
  if (!to) {
    return to.error();
  }
  cut.to = *std::move(to);
  return {};
}

/// The first line of a file, or nothing.
std::optional<copyto::secret> read_secret_file(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (!std::getline(file, text)) {
    return std::nullopt;
  }
  copyto::secret read(std::string_view(text).substr(0, text.find_last_not_of('\r') + 1));
  copyto::secret::wipe(text.data(), text.size());
  return read;
}

/// Options of an ADBC driver. What is secret may not stand in the list of processes.
copyto::result<void> read_adbc(po::variables_map const& given, copyto::adbc_options& adbc) {
  copyto::result<pairs> const plain = read_pairs(given, "adbc-option");
  copyto::result<pairs> const secrets = read_pairs(given, "adbc-secret");
  if (!plain || !secrets) {
    return plain ? secrets.error() : plain.error();
  }
  for (auto const& [name, value] : *plain) {
    if (name == "entrypoint") {
      adbc.entrypoint = value;
      continue;
    }
    std::string const folded = boost::algorithm::to_lower_copy(name);
    constexpr std::string_view words[] = {"password", "passphrase", "secret", "token", "private_key", "pwd"};
    std::size_t const at = value.find("://");
    std::size_t const user_end = at == value.npos ? at : value.substr(0, value.find('/', at + 3)).rfind('@');
    bool const in_uri = user_end != value.npos && value.substr(at + 3, user_end - at - 3).find(':') != value.npos;
    if (in_uri || std::ranges::any_of(words, [&](std::string_view w) { return folded.find(w) != folded.npos; })) {
      return usage(
          fmt::format("--adbc-option {} holds a password, which the list of processes shows to everybody here", name),
          "give --adbc-secret NAME=VARIABLE, of the environment, or NAME=@FILE");
    }
    adbc.options.push_back({.name = name, .value = copyto::secret(value)});
  }
  for (auto const& [name, from] : *secrets) {
    std::optional<copyto::secret> value;
    if (from.starts_with('@')) {
      value = read_secret_file(from.substr(1));
    } else if (char const* const text = std::getenv(from.c_str()); // NOLINT(concurrency-mt-unsafe): before any thread
               text != nullptr) {
      value = copyto::secret(text);
    }
    if (!value) {
      return usage(fmt::format("--adbc-secret {} cannot be read from {} {}", name,
                               from.starts_with('@') ? "the file" : "the environment variable",
                               from.substr(from.starts_with('@') ? 1 : 0)));
    }
    adbc.options.push_back({.name = name, .value = *std::move(value)});
  }
  return {};
}

copyto::result<void> read_shards(po::variables_map const& given, export_arguments& copy) {
  if (given.count("shards") == 0) {
    std::string const unused = first_of(given, {{"shard-by", "shard-table", "connections"}});
    return unused.empty() ? copyto::result<void>()
                          : usage(fmt::format("{} has no effect without --shards", unused), "add --shards N");
  }
  if (!copy.adbc.driver.empty()) {
    return usage("--shards is not for ADBC drivers", "leave it out");
  }
  if (given.count("pass-through") != 0) {
    return usage("--shards has no effect next to --pass-through, whose rows are one stream", "leave one of them out");
  }
  std::uint64_t number = 0;
  if (get(given, "shards") != "auto") {
    if (copyto::result<void> const read = read_count(given, "shards", number); !read) {
      return usage(fmt::format("--shards must be a whole number from 1, or `auto`, not `{}`", get(given, "shards")));
    }
    if (number > copyto::max_shards) {
      return usage(fmt::format("--shards must be 1 to {}, not {}", copyto::max_shards, number));
    }
  }
  copy.shards = static_cast<std::uint32_t>(number);
  for (char const* name : {"shard-by", "shard-table"}) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} is empty", name));
    }
  }
  copy.shard_by = get(given, "shard-by");
  copy.shard_table = get(given, "shard-table");
  if (!copy.shard_by.empty() && copy.postgres.empty()) {
    return usage("--shard-by is for PostgreSQL; SQLite's shards are ranges of the rowid", "leave it out");
  }
  if (!copy.shard_table.empty() && (copy.postgres.empty() || copy.query.empty())) {
    return usage("--shard-table is for a --query of PostgreSQL", "leave it out");
  }
  return {};
}

copyto::result<void> read_source(po::variables_map const& given, export_arguments& copy) {
  std::string const from = get(given, "from");
  constexpr std::string_view adbc = "adbc:";
  constexpr std::string_view sqlite = "sqlite:";
  constexpr std::string_view advice =
      "write --from sqlite:FILE, --from postgresql://[user@]host/database or --from adbc:DRIVER";
  if (from.empty()) {
    return usage("--from is missing", std::string(advice));
  }
  if (from.starts_with(sqlite) && from.size() != sqlite.size()) {
    copy.sqlite = from.substr(sqlite.size());
    if (std::string const option = first_of(given, {{"numeric", "arrays", "pass-through"}}); !option.empty()) {
      return usage(fmt::format("{} is for PostgreSQL, and `{}` is not", option, from), "leave it out");
    }
  } else if (from.starts_with("postgresql://") || from.starts_with("postgres://")) {
    if (copyto::result<void> const good = check_connection(from); !good) {
      return good.error();
    }
    copy.postgres = from;
  } else if (from.starts_with(adbc) && from.size() != adbc.size()) {
    copy.adbc.driver = from.substr(adbc.size());
    if (std::string const option = first_of(given, {{"numeric", "arrays", "pass-through"}}); !option.empty()) {
      return usage(fmt::format("{} is for PostgreSQL, and `{}` is not", option, from), "leave it out");
    }
    if (given.count("table") != 0) {
      return usage("--table is not for ADBC drivers, whose databases quote names in their own ways",
                   "give --query 'SELECT * FROM ...'");
    }
  } else {
    return usage(fmt::format("cannot export from `{}`", from), std::string(advice));
  }
  if (std::string const option = first_of(given, {{"adbc-option", "adbc-secret"}});
      !option.empty() && copy.adbc.driver.empty()) {
    return usage(fmt::format("{} is for ADBC drivers, and `{}` is none", option, from), "leave it out");
  }
  if (copyto::result<void> read = read_adbc(given, copy.adbc); !read) {
    return read;
  }
  copy.table = get(given, "table");
  copy.query = get(given, "query");
  copy.adbc.query = copy.query;
  if (given.count("table") + given.count("query") != 1) {
    return usage("give either --table or --query");
  }
  for (char const* name : {"table", "query", "numeric", "arrays", "pass-through"}) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} is empty", name));
    }
  }
  copy.numeric = get(given, "numeric");
  if (auto const numeric = parse_numeric(copy.numeric); !numeric) {
    return numeric.error();
  }
  copy.arrays = get(given, "arrays");
  if (!copy.arrays.empty() && copy.arrays != "nested" && copy.arrays != "text") {
    return usage(fmt::format("--arrays must be `nested` or `text`, not `{}`", copy.arrays));
  }
  copy.pass_through = get(given, "pass-through");
  return read_shards(given, copy);
}

copyto::result<void> read_codec(po::variables_map const& given, export_arguments& copy) {
  std::string const name = given.count("codec") != 0             ? get(given, "codec")
                           : copy.format == file_format::parquet ? "snappy"
                                                                 : "none";
  std::optional<int> level;
  if (given.count("codec-level") != 0) {
    copyto::result<int> const number = read_number(given, "codec-level");
    if (!number) {
      return number.error();
    }
    level = *number;
  }
  copyto::result<copyto::codec> codec = make_codec(name, level);
  if (!codec) {
    return codec.error();
  }
  copy.codec = *std::move(codec);
  return {};
}

/// Reads the character that option `name` gives; without it, `byte` stays what it is.
copyto::result<void> read_byte(po::variables_map const& given, char const* name, char& byte) {
  if (given.count(name) == 0) {
    return {};
  }
  std::string const text = get(given, name);
  if (text == "\\t") {
    byte = '\t';
  } else if (text.size() == 1) {
    byte = text.front();
  } else {
    return usage(fmt::format("--{} must be one ASCII character or \\t, not `{}`", name, text));
  }
  return {};
}

copyto::result<void> read_csv(po::variables_map const& given, export_arguments& copy) {
  copy.csv.header = given.count("header-once") != 0 ? copyto::csv_header::first_file
                    : given.count("header") != 0    ? copyto::csv_header::every_file
                                                    : copyto::csv_header::none;
  copy.csv.null_text = get(given, "null");
  for (auto const& [name, byte] : {std::pair<char const*, char*>{"delimiter", &copy.csv.delimiter},
                                   {"quote", &copy.csv.quote},
                                   {"escape", &copy.csv.escape}}) {
    if (copyto::result<void> const read = read_byte(given, name, *byte); !read) {
      return read.error();
    }
  }
  if (given.count("escape") == 0) {
    copy.csv.escape = copy.csv.quote;
  }
  if (given.count("force-quote") != 0) {
    std::string const names = get(given, "force-quote");
    if (names == "*") {
      copy.csv.quotes = copyto::csv_quotes::all;
    } else {
      boost::algorithm::split(copy.csv.force_quote, names, [](char c) { return c == ','; });
    }
  }
  return {};
}

copyto::parquet_column& column_of(copyto::parquet_options& parquet, std::string name) {
  auto const found = std::ranges::find(parquet.columns, name, &copyto::parquet_column::name);
  return found != parquet.columns.end() ? *found
                                        : parquet.columns.emplace_back(copyto::parquet_column{.name = std::move(name)});
}

copyto::result<void> read_encodings(po::variables_map const& given, copyto::parquet_options& parquet) {
  using enum copyto::parquet_encoding;
  constexpr std::pair<std::string_view, copyto::parquet_encoding> known[] = {
      {"plain", plain},
      {"delta-binary-packed", delta_binary_packed},
      {"delta-length-byte-array", delta_length_byte_array},
      {"delta-byte-array", delta_byte_array},
      {"byte-stream-split", byte_stream_split}};
  copyto::result<pairs> by_name = read_pairs(given, "encoding");
  if (!by_name) {
    return by_name.error();
  }
  for (auto& [name, word] : *by_name) {
    auto const* const found =
        std::ranges::find(known, word, &std::pair<std::string_view, copyto::parquet_encoding>::first);
    if (found == std::end(known)) {
      return usage(fmt::format("there is no encoding `{}`", word),
                   "choose plain, delta-binary-packed, delta-length-byte-array, delta-byte-array or byte-stream-split");
    }
    copyto::parquet_column& column = column_of(parquet, std::move(name));
    if (column.encoding) {
      return usage(fmt::format("--encoding has column `{}` twice", column.name), "leave one out");
    }
    column.encoding = found->second;
  }
  return {};
}

copyto::result<void> read_parquet(po::variables_map const& given, export_arguments& copy) {
  if (given.count("reader") != 0) {
    std::optional<copyto::reader::profile> known = copyto::reader::named(get(given, "reader"));
    if (get(given, "reader") == copyto::reader::modern::value.name) {
      known = copyto::reader::modern::value;
    }
    if (!known) {
      return usage(fmt::format("there is no reader profile `{}`", get(given, "reader")),
                   "choose portable, modern or exact");
    }
    copy.readers = *known;
  }
  if (given.count("bloom-filter") != 0) {
    std::vector<std::string> names;
    boost::algorithm::split(names, get(given, "bloom-filter"), [](char c) { return c == ','; });
    for (std::string& name : names) {
      copy.parquet.columns.push_back({.name = std::move(name), .filter = copyto::bloom_filter()});
    }
  }
  if (copyto::result<void> read = read_encodings(given, copy.parquet); !read) {
    return read;
  }
  if (given.count("sorted-by") != 0) {
    std::vector<std::string> columns;
    boost::algorithm::split(columns, get(given, "sorted-by"), [](char c) { return c == ','; });
    for (std::string const& text : columns) {
      std::vector<std::string> words;
      boost::algorithm::split(words, text, [](char c) { return c == ' '; });
      copyto::parquet_sorting by{.column = words.front()};
      for (std::size_t i = 1; i != words.size(); ++i) {
        if (words[i] != "asc" && words[i] != "desc" && words[i] != "nulls-first" && words[i] != "nulls-last") {
          return usage(fmt::format("--sorted-by cannot have `{}` behind a column", words[i]),
                       "give it as `at desc nulls-first,id`");
        }
        by.descending = by.descending || words[i] == "desc";
        by.nulls_first = by.nulls_first || words[i] == "nulls-first";
      }
      copy.parquet.sorted_by.push_back(std::move(by));
    }
  }
  copy.parquet.number_fields = given.count("number-fields") != 0;
  copyto::result<pairs> metadata = read_pairs(given, "file-metadata");
  if (!metadata) {
    return metadata.error();
  }
  copy.parquet.metadata = *std::move(metadata);
  if (copyto::result<void> read = read_count(given, "row-group-rows", copy.parquet.row_group_rows); !read) {
    return read;
  }
  return read_size(given, "row-group-size", copy.parquet.row_group_bytes);
}

copyto::result<void> read_format(po::variables_map const& given, export_arguments& copy) {
  if (!copy.pass_through.empty()) {
    copy.format = file_format::pass_through;
  } else if (given.count("format") != 0) {
    std::string const format = get(given, "format");
    if (format != "parquet" && format != "csv") {
      return usage(fmt::format("there is no format `{}`", format), "choose parquet or csv");
    }
    copy.format = format == "parquet" ? file_format::parquet : file_format::csv;
  }
  if (copy.format != file_format::parquet) {
    std::string const unused = first_of(given, {{"reader", "row-group-rows", "row-group-size", "bloom-filter",
                                                 "encoding", "sorted-by", "number-fields", "file-metadata"}});
    if (!unused.empty()) {
      return usage(fmt::format("{} is for Parquet files", unused), "leave it out");
    }
  }
  if (copy.format == file_format::pass_through) {
    std::string const unused = first_of(given, {{"format", "header", "header-once", "delimiter", "quote", "escape",
                                                 "null", "force-quote", "numeric", "arrays", "column-stats"}});
    if (!unused.empty()) {
      return usage(fmt::format("{} has no effect next to --pass-through", unused),
                   "say it in the options of --pass-through, or leave it out");
    }
  } else if (copy.format == file_format::parquet) {
    std::string const unused =
        first_of(given, {{"header", "header-once", "delimiter", "quote", "escape", "null", "force-quote"}});
    if (!unused.empty()) {
      return usage(fmt::format("{} has no effect on Parquet files", unused), "add --format csv, or leave it out");
    }
  }
  if (copyto::result<void> const codec = read_codec(given, copy); !codec) {
    return codec.error();
  }
  if (copyto::result<void> const csv = read_csv(given, copy); !csv) {
    return csv.error();
  }
  if (copyto::result<void> const parquet = read_parquet(given, copy); !parquet) {
    return parquet.error();
  }
  if (copyto::result<void> const good = check_formats(copy); !good) {
    return good.error();
  }
  return read_cut(given, copy);
}

/// The SQL that loads what is exported.
copyto::result<void> read_load(po::variables_map const& given, arguments& read) {
  export_arguments& copy = read.copy;
  copy.print_policy = given.count("print-policy") != 0;
  if (copy.print_policy && read.store.to.scheme != "s3") {
    return usage("--print-policy is for s3:// buckets", "leave it out");
  }
  copy.load_table = get(given, "load-table");
  copy.load_role = get(given, "load-role");
  if (given.count("print-load") == 0) {
    std::string const unused = first_of(given, {{"load-table", "load-role"}});
    return unused.empty() ? copyto::result<void>()
                          : usage(fmt::format("{} has no effect without --print-load", unused), "leave it out");
  }
  std::string const dialect = get(given, "print-load");
  copy.load = copyto::parse_sql_dialect(dialect);
  if (!copy.load) {
    return usage(fmt::format("--print-load cannot be `{}`", dialect),
                 "choose snowflake, redshift, bigquery, athena, duckdb or postgres");
  }
  if (copy.format == file_format::pass_through) {
    return usage("--print-load has no effect next to --pass-through", "load the files by COPY with the same options");
  }
  if (copy.dry_run || copy.print_policy) {
    return usage("--print-load prints what loads the files of an export, and here is none", "leave it out");
  }
  if (copy.load_table.empty() && copy.table.empty()) {
    return usage("--print-load needs to know the table", "give --load-table");
  }
  bool const role = (*copy.load == copyto::sql_dialect::snowflake && read.store.to.scheme == "s3") ||
                    *copy.load == copyto::sql_dialect::redshift;
  if (role && copy.load_role.empty()) {
    return usage("--print-load needs to know the role that reads the bucket", "give --load-role");
  }
  if (!role && !copy.load_role.empty()) {
    return usage(fmt::format("--load-role has no effect on --print-load {} here", dialect), "leave it out");
  }
  return {};
}

constexpr char const* sweep_only[] = {"older-than", "apply"};
constexpr char const* validate_only[] = {"print-trust-policy"};
constexpr char const* settle_only[] = {"export-id"};
constexpr char const* aurora_only[] = {"options"};

/// NAMES between commas; one in double quotes may hold them.
std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names(1);
  bool quoted = false;
  for (char const c : text) {
    quoted = quoted != (c == '"');
    if (c == ',' && !quoted) {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  return names;
}

/// A table's name as one piece of a path: what would cut it or stand for something else is percent-encoded.
std::string as_piece(std::string_view name) {
  std::string piece;
  bool const dots = name == "." || name == "..";
  for (char const c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || dots ||
        std::string_view("/\\%{}").find(c) != std::string_view::npos) {
      piece += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      piece += c;
    }
  }
  return piece;
}

copyto::result<arguments> read_copy(po::variables_map const& given);

constexpr char const* table_set[] = {"schema", "tables", "jobs"};

/// --schema and --tables: the command line is read once for each table, and before that for one that might be.
copyto::result<arguments> read_tables(po::variables_map const& given) {
  auto const request = std::make_shared<table_arguments>();
  if (given.count("schema") + given.count("tables") + given.count("table") + given.count("query") != 1) {
    return usage("give one of --schema, --tables, --table and --query");
  }
  if (!get(given, "from").starts_with("postgres")) {
    return usage(fmt::format("{} is for PostgreSQL", first_of(given, table_set)), "give --table or --query");
  }
  if (std::string const unused = first_of(given, {{"load-table", "shard-table", "command", "print-policy"}});
      !unused.empty()) {
    return usage(fmt::format("{} is for one table, and there may be several", unused), "leave it out");
  }
  request->schema = get(given, "schema");
  if (given.count("tables") != 0) {
    request->names = split_names(get(given, "tables"));
  }
  if (given.count("schema") != 0 ? request->schema.empty() : std::ranges::any_of(request->names, &std::string::empty)) {
    return usage(fmt::format("{} has an empty name", first_of(given, table_set)));
  }
  std::uint64_t jobs = 1;
  if (copyto::result<void> const read = read_count(given, "jobs", jobs); !read) {
    return read.error();
  }
  constexpr std::uint64_t most_jobs = 64;
  if (jobs > most_jobs) {
    return usage(fmt::format("--jobs must be 1 to {}, not {}", most_jobs, jobs));
  }
  request->jobs = static_cast<std::uint32_t>(jobs);
  std::string const to = get(given, "to");
  std::size_t const at = to.find("{table}");
  if (at == to.npos) {
    return usage("each table needs a place of its own, and --to has no {table}",
                 "write --to s3://bucket/{table}/, for example");
  }
  if (std::size_t const bucket = to.find("://");
      bucket != to.npos && !to.starts_with("file:") && to.find('{') < to.find('/', bucket + 3)) {
    return usage("{table} and {schema} stand in the path of --to, and not in its bucket",
                 "write --to s3://bucket/{table}/");
  }
  request->of = [given, to, jobs](copyto::postgres_table const& table) -> copyto::result<arguments> {
    po::variables_map one = given;
    for (char const* name : {"schema", "tables", "jobs", "to"}) {
      one.erase(name);
    }
    std::string place = boost::algorithm::replace_all_copy(to, "{table}", as_piece(table.name));
    boost::algorithm::replace_all(place, "{schema}", as_piece(table.schema));
    one.emplace("to", po::variable_value(place, false));
    one.emplace("table", po::variable_value(table.quoted, false));
    copyto::result<arguments> read = read_copy(one);
    if (read) {
      read->json = given.count("json") != 0;
      read->verbose = given.count("verbose") != 0;
      read->copy.cut.threads = std::max(read->copy.cut.threads / static_cast<std::uint32_t>(jobs), 1U);
      if (read->copy.memory_limit != export_arguments().memory_limit) {
        read->copy.memory_limit /= jobs;
      }
    }
    return read;
  };
  copyto::result<arguments> read = request->of({.schema = "schema", .name = "table", .quoted = "\"schema\".\"table\""});
  if (read) {
    read->tables = request;
  }
  return read;
}

copyto::result<arguments> read_copy(po::variables_map const& given) {
  if (given.count("schema") + given.count("tables") != 0) {
    return read_tables(given);
  }
  if (given.count("jobs") != 0) {
    return usage("--jobs has no effect without --schema or --tables", "leave it out");
  }
  arguments read;
  if (std::string const option = first_of(given, validate_only); !option.empty()) {
    return usage(fmt::format("{} is of `copy_to validate URI`", option), "leave it out");
  }
  if (std::string const option = first_of(given, sweep_only); !option.empty()) {
    return usage(fmt::format("{} is of `copy_to sweep URI`", option), "leave it out");
  }
  if (is_topic(get(given, "to"))) {
    copyto::result<std::shared_ptr<topic_arguments const>> topic = read_topic(given, get(given, "to"), command::copy);
    if (!topic) {
      return topic.error();
    }
    read.topic = *std::move(topic);
    read.copy.dry_run = given.count("dry-run") != 0;
    copyto::result<void> source = read_source(given, read.copy);
    return source ? copyto::result<arguments>(std::move(read)) : source.error();
  }
  if (std::string_view const option = first_topic_option(given); !option.empty()) {
    return usage(fmt::format("--{} is for topics", option), "write --to kafka://host:port/topic, or leave it out");
  }
  if (std::string const option = first_of(given, settle_only); !option.empty()) {
    return usage(fmt::format("{} is of `copy_to status URI`, resume, abort and verify", option), "leave it out");
  }
  if (std::string const option = first_of(given, aurora_only); !option.empty()) {
    return usage(fmt::format("{} is of `copy_to aurora-export`", option), "write --pass-through, or leave it out");
  }
  if (copyto::result<void> source = read_source(given, read.copy); !source) {
    return source.error();
  }
  if (given.count("to") == 0) {
    return usage("--to is missing", "write --to s3://bucket/prefix, or --to and the path of a directory");
  }
  if (copyto::result<void> store = read_store(given, get(given, "to"), read.store); !store) {
    return store.error();
  }
  if (copyto::result<void> names = read_names(given, read); !names) {
    return names.error();
  }
  if (copyto::result<void> format = read_format(given, read.copy); !format) {
    return format.error();
  }
  if (copyto::result<void> load = read_load(given, read); !load) {
    return load.error();
  }
  return read;
}

/// "90s", "30m", "24h", "7d"
copyto::result<std::chrono::seconds> parse_age(std::string const& text) {
  std::int64_t number = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view const unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::pair<std::string_view, std::int64_t> units[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  auto const* const known = std::ranges::find(units, unit, &std::pair<std::string_view, std::int64_t>::first);
  constexpr std::int64_t most = 36'500L * 86'400;
  if (wrong != std::errc() || number < 0 || known == std::end(units) || number > most / known->second) {
    return usage(fmt::format("--older-than cannot be `{}`", text), "write a number and s, m, h or d, e.g. 24h");
  }
  return std::chrono::seconds(number * known->second);
}

copyto::result<arguments> read_command(po::variables_map const& given, std::vector<std::string> const& words) {
  static constexpr std::pair<std::string_view, command> commands[] = {
      {"status", command::status}, {"resume", command::resume}, {"abort", command::abort},
      {"verify", command::verify}, {"sweep", command::sweep},   {"validate", command::validate}};
  arguments read;
  std::string const& verb = words.front();
  auto const* const known = std::ranges::find(commands, verb, &std::pair<std::string_view, command>::first);
  if (known == std::end(commands)) {
    return usage(fmt::format("`{}` is not expected here", verb),
                 "an export has options only; the commands are status, resume, abort, verify, sweep, validate and "
                 "aurora-export");
  }
  if (words.size() != 2) {
    return usage(words.size() == 1 ? fmt::format("{} needs the URI that was exported to", verb)
                                   : fmt::format("{} takes one URI, and `{}` is one too many", verb, words[2]));
  }
  if (is_topic(words[1]) && (known->second == command::status || known->second == command::abort)) {
    copyto::result<std::shared_ptr<topic_arguments const>> topic = read_topic(given, words[1], known->second);
    if (!topic) {
      return topic.error();
    }
    read.what = known->second;
    read.topic = *std::move(topic);
    return read;
  }
  if (is_topic(words[1])) {
    return usage(fmt::format("{} is for files", verb),
                 verb == "resume" ? "run the export again with its --export-id" : "");
  }
  if (std::string_view const option = first_topic_option(given); !option.empty()) {
    return usage(fmt::format("--{} has no effect on {}", option, verb), "leave it out");
  }
  constexpr char const* export_only[] = {"from",
                                         "table",
                                         "schema",
                                         "tables",
                                         "jobs",
                                         "query",
                                         "numeric",
                                         "arrays",
                                         "partition-by",
                                         "partition-keep",
                                         "max-partitions",
                                         "replace-partitions",
                                         "spill",
                                         "spill-limit",
                                         "shards",
                                         "connections",
                                         "shard-by",
                                         "shard-table",
                                         "adbc-option",
                                         "adbc-secret",
                                         "pass-through",
                                         "to",
                                         "format",
                                         "codec",
                                         "codec-level",
                                         "max-file-size",
                                         "part-size",
                                         "header",
                                         "header-once",
                                         "delimiter",
                                         "null",
                                         "force-quote",
                                         "storage-class",
                                         "if-exists",
                                         "names",
                                         "memory-limit",
                                         "single-file",
                                         "no-empty-file",
                                         "max-file-rows",
                                         "parts-in-flight",
                                         "no-control-object",
                                         "threads",
                                         "dry-run",
                                         "quote",
                                         "escape",
                                         "options",
                                         "print-load",
                                         "load-table",
                                         "load-role",
                                         "print-policy",
                                         "manifest",
                                         "success-file",
                                         "as-they-close",
                                         "column-stats",
                                         "reader",
                                         "row-group-rows",
                                         "row-group-size",
                                         "bloom-filter",
                                         "encoding",
                                         "sorted-by",
                                         "number-fields",
                                         "file-metadata"};
  std::string option = first_of(given, export_only);
  if (option.empty()) {
    bool const settles = known->second != command::sweep && known->second != command::validate;
    option = settles ? std::string() : first_of(given, settle_only);
    option = option.empty() && known->second != command::sweep ? first_of(given, sweep_only) : option;
    option = option.empty() && known->second != command::validate ? first_of(given, validate_only) : option;
  }
  if (!option.empty()) {
    return usage(fmt::format("{} has no effect on {}", option, verb), "leave it out");
  }
  read.what = known->second;
  read.sweep.abort = given.count("apply") != 0;
  read.print_trust_policy = given.count("print-trust-policy") != 0;
  read.export_id = get(given, "export-id");
  if (given.count("export-id") != 0 && !copyto::valid_export_id(read.export_id)) {
    return usage(fmt::format("--export-id cannot be `{}`", read.export_id),
                 "an export id is 1 to 64 letters, digits and `-`");
  }
  if (given.count("older-than") != 0) {
    copyto::result<std::chrono::seconds> const age = parse_age(get(given, "older-than"));
    if (!age) {
      return age.error();
    }
    read.sweep.older_than = *age;
  }
  if (copyto::result<void> store = read_store(given, words[1], read.store); !store) {
    return store.error();
  }
  std::error_code none; // the path of a manifest, rather than of the directory that one is in
  bool const local = read.what == command::verify && !read.store.to.is_bucket();
  if (local && !std::filesystem::is_directory(read.store.to.path, none)) {
    if (std::optional<copyto::store_target> file = copyto::as_file(read.store.to)) {
      read.store.to = *std::move(file);
    }
  }
  return read;
}

/// A command line, read by its options. `rest` becomes all of it but the words that are no options.
copyto::result<po::variables_map> read_options(std::vector<std::string> const& line,
                                               std::vector<std::string>* rest = nullptr) {
  po::options_description const all = all_options();
  po::positional_options_description words;
  words.add("word", -1);
  std::vector<std::string> tokens;
  for (std::string const& token : line) {
    tokens.push_back(token);
    if (token.starts_with("--") && token.find('=') + 1 == token.size()) {
      tokens.back().pop_back(); // Program Options takes an empty value as a word of its own only
      tokens.emplace_back();
    }
  }
  po::variables_map given;
  try {
    // No guessing: an abbreviation that is good today is another option tomorrow.
    po::parsed_options const parsed =
        po::command_line_parser(tokens)
            .options(all)
            .positional(words)
            .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
            .run();
    po::store(parsed, given);
    for (po::option const& option : parsed.options) {
      if (rest != nullptr && option.position_key == -1) {
        rest->insert(rest->end(), option.original_tokens.begin(), option.original_tokens.end());
      }
    }
  } catch (po::error const& e) {
    return usage(e.what());
  }
  return given;
}

/// The COPY statement of --command, as options behind the others.
copyto::result<arguments> read_statement(po::variables_map const& given, std::vector<std::string> line) {
  if (given.count("word") != 0) {
    return usage(fmt::format("`{}` is not expected next to --command", given["word"].as<std::vector<std::string>>()[0]),
                 "put the statement into quotes, all of it");
  }
  copyto::result<std::vector<std::string>> const options =
      read_copy_statement(get(given, "command"), !get(given, "from").starts_with("sqlite:"));
  if (!options) {
    return options.error();
  }
  line.insert(line.end(), options->begin(), options->end());
  copyto::result<po::variables_map> const both = read_options(line);
  return both ? read_copy(*both) : both.error();
}

/// `copy_to aurora-export QUERY BUCKET FILE_PATH REGION` is an export with Aurora's names and defaults
/// (aws_s3.query_export_to_s3 in Amazon's guide to Aurora PostgreSQL).
copyto::result<arguments> read_aurora(po::variables_map const& given, std::vector<std::string> const& words,
                                      std::vector<std::string> line) {
  if (words.size() != 5) {
    return usage("aurora-export takes a query, a bucket, a file path and a region",
                 "copy_to aurora-export QUERY BUCKET FILE_PATH REGION --from postgresql://... [--options OPTIONS]");
  }
  std::string const& bucket = words[2];
  std::string const options = given.count("options") != 0 ? get(given, "options") : "format text";
  line.push_back("--query=" + words[1]);
  line.push_back(fmt::format("--to={}{}/{}", bucket.find("://") == bucket.npos ? "s3://" : "", bucket, words[3]));
  line.push_back("--region=" + words[4]);
  line.emplace_back("--names=aurora");
  line.push_back("--pass-through=" + options);
  if (given.count("if-exists") == 0) {
    line.emplace_back("--if-exists=replace");
  }
  if (given.count("max-file-size") == 0) {
    line.emplace_back("--max-file-size=6GB");
  }
  copyto::result<po::variables_map> all = read_options(line);
  if (!all) {
    return all.error();
  }
  all->erase("options");
  copyto::result<arguments> read = read_copy(*all);
  if (read) {
    read->what = command::aurora_export;
  }
  return read;
}

} // namespace

copyto::result<arguments> parse_arguments(int count, char const* const* values) {
  auto const all = std::span(values, static_cast<std::size_t>(count)).subspan(1);
  std::vector<std::string> const line(all.begin(), all.end());
  std::vector<std::string> options;
  copyto::result<po::variables_map> const read_line = read_options(line, &options);
  if (!read_line) {
    return read_line.error();
  }
  po::variables_map const& given = *read_line;
  if (given.count("help") != 0) {
    return arguments{.what = command::help};
  }
  if (given.count("version") != 0) {
    return arguments{.what = command::version};
  }
  copyto::result<arguments> read = [&]() -> copyto::result<arguments> {
    if (given.count("command") != 0) {
      return read_statement(given, line);
    }
    if (given.count("word") == 0) {
      return read_copy(given);
    }
    auto const& words = given["word"].as<std::vector<std::string>>();
    return words.front() == "aurora-export" ? read_aurora(given, words, options) : read_command(given, words);
  }();
  if (read) {
    read->json = given.count("json") != 0;
    read->verbose = given.count("verbose") != 0;
  }
  return read;
}

} // namespace copy_to
