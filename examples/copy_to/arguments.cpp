// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "arguments.hpp"

#include "size.hpp"

#include <copyto/encode/csv/options.hpp>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <span>
#include <sstream>
#include <string_view>
#include <vector>

namespace po = boost::program_options;

namespace copy_to {
namespace {

struct option {
  char const* name;
  char const* value; ///< what its value is called in the help; nullptr: it has none
  char const* text;
};

constexpr option copy_options[] = {
    {"from", "sqlite:FILE", "the database; it is opened read-only, and read in one transaction"},
    {"table", "NAME", "export all rows and columns of this table or view"},
    {"query", "SQL", "export the rows of this one SELECT; columns need names of their own"},
    {"to", "URI", "s3://bucket/prefix, file:///directory, or the path of a directory; nothing may be there yet"},
};
constexpr option format_options[] = {
    {"format", "FORMAT", "parquet (default) or csv"},
    {"codec", "CODEC", "of Parquet pages: snappy (default) or none"},
    {"max-file-size", "SIZE",
     "where a file ends and the next one begins, as encoded: bytes, or a number and B, kB, MB, GB or TB, each 1024 "
     "times the one before; default 256MB"},
    {"header", nullptr, "CSV: column names as the first line of every file"},
    {"delimiter", "CHAR", "CSV: between fields; one ASCII character, or \\t; default a comma"},
    {"null", "TEXT", "CSV: how NULL is written; default nothing, without quotes"},
};
constexpr option bucket_options[] = {
    {"endpoint", "URL",
     "https://host[:port]; default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or Amazon's for the region"},
    {"region", "NAME", "default AWS_REGION, AWS_DEFAULT_REGION, or us-east-1 with an endpoint of your own"},
    {"profile", "NAME",
     "what answers there: aws, gcs, r2 or s3-compatible; default by the endpoint's host name. It decides about "
     "checksums and conditional writes; whether an s3-compatible store honours these is found out at the beginning"},
    {"path-style", nullptr, "host/bucket/key instead of bucket.host/key; addresses and odd bucket names get it anyway"},
    {"allow-http", nullptr, "accept an http:// endpoint, where anybody on the way may read and change the data"},
    {"ca-file", "FILE", "PEM file of the certificate authorities to trust, instead of the system's"},
};
constexpr option general_options[] = {
    {"json", nullptr, "print one JSON object and nothing else on standard output"},
    {"help", nullptr, "print this"},
    {"version", nullptr, "print the version"},
};

po::options_description describe(char const* caption, std::span<option const> options) {
  constexpr unsigned columns = 80;
  po::options_description described(caption, columns);
  for (option const& o : options) {
    if (o.value != nullptr) {
      described.add_options()(o.name, po::value<std::string>()->value_name(o.value), o.text);
    } else {
      described.add_options()(o.name, o.text);
    }
  }
  return described;
}

po::options_description all_options() {
  po::options_description all;
  for (std::span<option const> const group :
       {std::span<option const>(copy_options), std::span<option const>(format_options),
        std::span<option const>(bucket_options), std::span<option const>(general_options)}) {
    all.add(describe("", group));
  }
  all.add_options()("word", po::value<std::vector<std::string>>()); // what is no option
  return all;
}

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
           .ca_file = get(given, "ca-file")};
  for (char const* name : {"profile", "endpoint", "region", "ca-file"}) {
    if (given.count(name) != 0 && get(given, name).empty()) {
      return usage(fmt::format("--{} is empty", name));
    }
  }
  constexpr std::string_view profiles[] = {"", "aws", "gcs", "r2", "s3-compatible"};
  if (std::ranges::find(profiles, store.profile) == std::end(profiles)) {
    return usage(fmt::format("there is no profile `{}`", store.profile), "choose aws, gcs, r2 or s3-compatible");
  }
  if (!store.to.is_s3) {
    std::string const option =
        first_of(given, {"endpoint", "region", "profile", "path-style", "allow-http", "ca-file"});
    if (!option.empty()) {
      return usage(fmt::format("{} is for buckets, and `{}` is a directory", option, uri));
    }
  }
  return {};
}

copyto::result<void> read_source(po::variables_map const& given, export_arguments& copy) {
  std::string const from = get(given, "from");
  constexpr std::string_view scheme = "sqlite:";
  if (from.empty()) {
    return usage("--from is missing", "write --from sqlite:FILE");
  }
  if (!from.starts_with(scheme) || from.size() == scheme.size()) {
    return usage(fmt::format("cannot export from `{}`", from), "write --from sqlite:FILE");
  }
  copy.database = from.substr(scheme.size());
  copy.table = get(given, "table");
  copy.query = get(given, "query");
  if (given.count("table") + given.count("query") != 1) {
    return usage("give either --table or --query");
  }
  if (copy.table.empty() && copy.query.empty()) {
    return usage(fmt::format("{} is empty", first_of(given, {"table", "query"})));
  }
  return {};
}

copyto::result<void> read_format(po::variables_map const& given, export_arguments& copy) {
  if (given.count("format") != 0) {
    std::string const format = get(given, "format");
    if (format != "parquet" && format != "csv") {
      return usage(fmt::format("there is no format `{}`", format), "choose parquet or csv");
    }
    copy.parquet = format == "parquet";
  }
  std::string const unused =
      copy.parquet ? first_of(given, {"header", "delimiter", "null"}) : first_of(given, {"codec"});
  if (!unused.empty()) {
    return usage(fmt::format("{} has no effect on {} files", unused, copy.parquet ? "Parquet" : "CSV"),
                 copy.parquet ? "add --format csv, or leave it out" : "leave it out");
  }
  if (given.count("codec") != 0) {
    std::string const codec = get(given, "codec");
    if (codec != "snappy" && codec != "none") {
      return usage(fmt::format("there is no codec `{}`", codec), "choose snappy or none");
    }
    copy.snappy = codec == "snappy";
  }
  copy.header = given.count("header") != 0;
  if (given.count("delimiter") != 0) {
    std::string const delimiter = get(given, "delimiter");
    if (delimiter == "\\t") {
      copy.delimiter = '\t';
    } else if (delimiter.size() == 1) {
      copy.delimiter = delimiter.front();
    } else {
      return usage(fmt::format("--delimiter must be one ASCII character or \\t, not `{}`", delimiter));
    }
  }
  copy.null_text = get(given, "null");
  if (copyto::result<void> const fits =
          copyto::check({.delimiter = copy.delimiter, .null_text = copy.null_text, .header = copy.header}, {});
      !fits && !copy.parquet) {
    return fits.error();
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
  std::string const option = first_of(
      given, {"from", "table", "query", "to", "format", "codec", "max-file-size", "header", "delimiter", "null"});
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
  }
  return read;
}

std::string help() {
  std::ostringstream text;
  text << R"(copy_to exports the rows of a table or query as Parquet or CSV files to a
bucket or a directory. Either all files become visible, or none.

  copy_to --from sqlite:FILE (--table NAME | --query SQL) --to URI [options]
  copy_to status URI   tells whether an export is under way, or was left, there
  copy_to resume URI   finishes one that was committed: its other files, too,
                       become visible
  copy_to abort URI    gives up one that was not committed, also a running one

)" << describe("What to export", copy_options)
       << '\n'
       << describe("File format", format_options) << '\n'
       << describe("Buckets", bucket_options) << '\n'
       << describe("Output", general_options) << R"(
Credentials for buckets come from the environment only: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and, if they are temporary, AWS_SESSION_TOKEN.

The last line on standard output is `COPY <rows> rows, <files> files, <bytes>
bytes`; with --json it is an object with rows_uploaded, files_uploaded,
bytes_uploaded, export_id and files, each with key, rows, bytes and crc64nvme
(base64, as S3 shows it). On a terminal, progress is shown on standard error.

Control-C (SIGINT, SIGTERM, SIGHUP) stops an export and cleans up, for at most
30 seconds; a second one ends it at once, and the exit status is 128 and the
signal's number.

Exit status:
  0  done; settled; nothing left to settle
  1  failed or stopped, and nothing of this export is visible
  2  wrong usage
  3  in doubt, or not finished after the commit; status: an export is under way,
     or was left
  4  failed after files were published as they closed (not offered yet)

Examples:
  copy_to --from sqlite:shop.db --table orders --to /backup/orders
  copy_to --from sqlite:shop.db --query 'SELECT id, total FROM orders' \
          --to s3://lake/orders --region eu-west-1
  copy_to --from sqlite:shop.db --table orders --to csv/orders --format csv \
          --header --max-file-size 64MB
  copy_to status s3://lake/orders --region eu-west-1
)";
  return std::move(text).str();
}

} // namespace copy_to
