// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "arguments.hpp"

#include "formats.hpp"
#include "options.hpp"
#include "size.hpp"
#include "source.hpp"

#include <boost/algorithm/string/split.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
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
std::string first_of(po::variables_map const& given, std::initializer_list<char const*> names) {
  for (char const* name : names) {
    if (given.count(name) != 0) {
      return fmt::format("--{}", name);
    }
  }
  return {};
}

copyto::result<void> read_store(po::variables_map const& given, std::string const& uri, store_arguments& store) {
  copyto::result<target> to = parse_target(uri);
  if (!to) {
    return to.error();
  }
  store = {.to = *std::move(to),
           .profile = get(given, "profile"),
           .endpoint = get(given, "endpoint"),
           .region = get(given, "region"),
           .path_style = given.count("path-style") != 0,
           .allow_http = given.count("allow-http") != 0,
           .ca_file = get(given, "ca-file"),
           .role_arn = get(given, "assume-role-arn"),
           .external_id = get(given, "external-id"),
           .role_session_name = get(given, "role-session-name"),
           .sts_endpoint = get(given, "sts-endpoint")};
  for (char const* name : {"profile", "endpoint", "region", "ca-file", "assume-role-arn", "external-id",
                           "role-session-name", "sts-endpoint"}) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} is empty", name));
    }
  }
  constexpr std::string_view profiles[] = {"", "aws", "gcs", "r2", "s3-compatible"};
  if (std::ranges::find(profiles, store.profile) == std::end(profiles)) {
    return usage(fmt::format("there is no profile `{}`", store.profile), "choose aws, gcs, r2 or s3-compatible");
  }
  if (!store.to.is_s3) {
    std::string const option = first_of(given, {"endpoint", "region", "profile", "path-style", "allow-http", "ca-file",
                                                "assume-role-arn", "external-id", "role-session-name", "sts-endpoint"});
    if (!option.empty()) {
      return usage(fmt::format("{} is for buckets, and `{}` is a directory", option, uri));
    }
  }
  if (store.role_arn.empty()) {
    std::string const option = first_of(given, {"external-id", "role-session-name", "sts-endpoint"});
    if (!option.empty()) {
      return usage(fmt::format("{} has no effect without --assume-role-arn", option), "add it, or leave this out");
    }
  }
  return {};
}

copyto::result<void> read_source(po::variables_map const& given, export_arguments& copy) {
  std::string const from = get(given, "from");
  constexpr std::string_view sqlite = "sqlite:";
  constexpr std::string_view advice = "write --from sqlite:FILE or --from postgresql://[user@]host/database";
  if (from.empty()) {
    return usage("--from is missing", std::string(advice));
  }
  if (from.starts_with(sqlite) && from.size() != sqlite.size()) {
    copy.sqlite = from.substr(sqlite.size());
    if (std::string const option = first_of(given, {"numeric", "pass-through"}); !option.empty()) {
      return usage(fmt::format("{} is for PostgreSQL, and `{}` is not", option, from), "leave it out");
    }
  } else if (from.starts_with("postgresql://") || from.starts_with("postgres://")) {
    if (copyto::result<void> const good = check_connection(from); !good) {
      return good.error();
    }
    copy.postgres = from;
  } else {
    return usage(fmt::format("cannot export from `{}`", from), std::string(advice));
  }
  copy.table = get(given, "table");
  copy.query = get(given, "query");
  if (given.count("table") + given.count("query") != 1) {
    return usage("give either --table or --query");
  }
  for (char const* name : {"table", "query", "numeric", "pass-through"}) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} is empty", name));
    }
  }
  copy.numeric = get(given, "numeric");
  if (auto const numeric = parse_numeric(copy.numeric); !numeric) {
    return numeric.error();
  }
  copy.pass_through = get(given, "pass-through");
  return {};
}

copyto::result<void> read_codec(po::variables_map const& given, export_arguments& copy) {
  std::string const name = given.count("codec") != 0             ? get(given, "codec")
                           : copy.format == file_format::parquet ? "snappy"
                                                                 : "none";
  std::optional<int> level;
  if (given.count("codec-level") != 0) {
    std::string const text = get(given, "codec-level");
    int number = 0;
    auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc() || end != text.data() + text.size() || text.empty()) {
      return usage(fmt::format("--codec-level must be a whole number, not `{}`", text));
    }
    level = number;
  }
  copyto::result<copyto::codec> codec = make_codec(name, level);
  if (!codec) {
    return codec.error();
  }
  copy.codec = *std::move(codec);
  return {};
}

copyto::result<void> read_csv(po::variables_map const& given, export_arguments& copy) {
  copy.csv.header = given.count("header") != 0;
  copy.csv.null_text = get(given, "null");
  if (given.count("delimiter") != 0) {
    std::string const delimiter = get(given, "delimiter");
    if (delimiter == "\\t") {
      copy.csv.delimiter = '\t';
    } else if (delimiter.size() == 1) {
      copy.csv.delimiter = delimiter.front();
    } else {
      return usage(fmt::format("--delimiter must be one ASCII character or \\t, not `{}`", delimiter));
    }
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
  if (copy.format == file_format::pass_through) {
    std::string const unused = first_of(given, {"format", "header", "delimiter", "null", "force-quote", "numeric"});
    if (!unused.empty()) {
      return usage(fmt::format("{} has no effect next to --pass-through", unused),
                   "say it in the options of --pass-through, or leave it out");
    }
  } else if (copy.format == file_format::parquet) {
    std::string const unused = first_of(given, {"header", "delimiter", "null", "force-quote"});
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
  if (copyto::result<void> const good = check_formats(copy); !good) {
    return good.error();
  }
  if (given.count("max-file-size") != 0) {
    copyto::result<std::uint64_t> const size = parse_size(get(given, "max-file-size"));
    if (!size) {
      return size.error().with([](copyto::error_info& info) { info.message = "--max-file-size: " + info.message; });
    }
    copy.max_file_size = *size;
  }
  return {};
}

copyto::result<arguments> read_copy(po::variables_map const& given) {
  arguments read;
  if (copyto::result<void> source = read_source(given, read.copy); !source) {
    return source.error();
  }
  if (given.count("to") == 0) {
    return usage("--to is missing", "write --to s3://bucket/prefix, or --to and the path of a directory");
  }
  if (copyto::result<void> store = read_store(given, get(given, "to"), read.store); !store) {
    return store.error();
  }
  if (copyto::result<void> format = read_format(given, read.copy); !format) {
    return format.error();
  }
  return read;
}

copyto::result<arguments> read_settle(po::variables_map const& given, std::vector<std::string> const& words) {
  arguments read;
  std::string const& verb = words.front();
  if (verb != "status" && verb != "resume" && verb != "abort") {
    return usage(fmt::format("`{}` is not expected here", verb),
                 "an export has options only; the commands are status, resume and abort");
  }
  if (words.size() != 2) {
    return usage(words.size() == 1 ? fmt::format("{} needs the URI that was exported to", verb)
                                   : fmt::format("{} takes one URI, and `{}` is one too many", verb, words[2]));
  }
  std::string const option =
      first_of(given, {"from", "table", "query", "numeric", "pass-through", "to", "format", "codec", "codec-level",
                       "max-file-size", "header", "delimiter", "null", "force-quote"});
  if (!option.empty()) {
    return usage(fmt::format("{} has no effect on {}", option, verb), "leave it out");
  }
  read.what = verb == "status" ? command::status : verb == "resume" ? command::resume : command::abort;
  if (copyto::result<void> store = read_store(given, words[1], read.store); !store) {
    return store.error();
  }
  return read;
}

} // namespace

copyto::result<arguments> parse_arguments(int count, char const* const* values) {
  po::options_description const all = all_options();
  po::positional_options_description words;
  words.add("word", -1);
  po::variables_map given;
  std::vector<std::string> tokens;
  for (char const* const value : std::span(values, static_cast<std::size_t>(count)).subspan(1)) {
    tokens.emplace_back(value);
    if (tokens.back().starts_with("--") && tokens.back().find('=') + 1 == tokens.back().size()) {
      tokens.back().pop_back(); // Program Options takes an empty value as a word of its own only
      tokens.emplace_back();
    }
  }
  try {
    // No guessing: an abbreviation that is good today is another option tomorrow.
    po::store(po::command_line_parser(tokens)
                  .options(all)
                  .positional(words)
                  .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                  .run(),
              given);
  } catch (po::error const& e) {
    return usage(e.what());
  }
  if (given.count("help") != 0) {
    return arguments{.what = command::help};
  }
  if (given.count("version") != 0) {
    return arguments{.what = command::version};
  }
  copyto::result<arguments> read =
      given.count("word") != 0 ? read_settle(given, given["word"].as<std::vector<std::string>>()) : read_copy(given);
  if (read) {
    read->json = given.count("json") != 0;
    read->verbose = given.count("verbose") != 0;
  }
  return read;
}

} // namespace copy_to
