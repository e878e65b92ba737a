// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "source.hpp"

#include "formats.hpp"

#include <copyto/encode/verbatim.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/postgres_copy.hpp>
#include <copyto/source/postgres_shards.hpp>
#include <copyto/source/sqlite.hpp>
#include <copyto/source/sqlite_shards.hpp>

#include <fmt/format.h>

#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <string_view>
#include <utility>

namespace copy_to {
namespace {

copyto::error usage(std::string message, std::string advice) {
  return copyto::error(
      {.code = copyto::errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

/// A number of at most two digits that makes up all of `text`, or -1.
int small_number(std::string_view text) {
  int number = -1;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc() && end == text.data() + text.size() && text.size() <= 2 ? number : -1;
}

copyto::result<opened_source> open_sqlite(export_arguments const& copy, std::stop_token const& stop) {
  if (copy.shards) {
    copyto::result<copyto::sqlite_shards> shards = copyto::sqlite_shards::open(
        copy.sqlite, {.table = copy.table, .query = copy.query, .count = copy.dry_run}, *copy.shards, stop);
    if (!shards) {
      return shards.error();
    }
    std::string how = fmt::format("rows come from SQLite in {} shards", shards->shard_count());
    return opened_source{
        .rows = copyto::any_shards(*std::move(shards)), .encoder = make_encoder(copy), .how = std::move(how)};
  }
  copyto::result<copyto::sqlite_source> source =
      copyto::sqlite_source::open(copy.sqlite, {.table = copy.table, .query = copy.query, .count = copy.dry_run}, stop);
  if (!source) {
    return source.error();
  }
  return opened_source{.rows = *std::move(source), .encoder = make_encoder(copy), .how = "rows come from SQLite"};
}

copyto::result<opened_source> open_postgres(export_arguments const& copy, bool explain, std::stop_token const& stop) {
  // CSV has no types: there a numeric without digits of its own is its text, as PostgreSQL's own COPY writes it.
  bool const as_text = copy.numeric.empty() && copy.format == file_format::csv;
  copyto::result<std::optional<copyto::postgres_decimal>> const numeric =
      parse_numeric(as_text ? "text" : copy.numeric);
  if (!numeric) {
    return numeric.error();
  }
  // Nor has CSV arrays: there they are PostgreSQL's text, too.
  bool const text = copy.arrays.empty() ? copy.format == file_format::csv : copy.arrays == "text";
  auto const nested = text ? copyto::postgres_nested::text : copyto::postgres_nested::columns;
  copyto::postgres_options const options{.connection = copy.postgres,
                                         .table = copy.table,
                                         .query = copy.query,
                                         .numeric = *numeric,
                                         .nested = nested,
                                         .explain = explain,
                                         .start_late = copy.dry_run,
                                         .snapshot = copy.snapshot};
  if (copy.shards) {
    copyto::result<copyto::postgres_shards> shards = copyto::postgres_shards::open(
        {.rows = options, .shards = *copy.shards, .by = copy.shard_by, .of = copy.shard_table}, stop);
    if (!shards) {
      return shards.error();
    }
    std::string how = fmt::format("rows come from PostgreSQL in {} shards, {}", shards->shard_count(), shards->how());
    return opened_source{
        .rows = copyto::any_shards(*std::move(shards)), .encoder = make_encoder(copy), .how = std::move(how)};
  }
  copyto::result<copyto::postgres_source> source = copyto::postgres_source::open(options, stop);
  if (!source) {
    return source.error();
  }
  std::string how = fmt::format("rows come from PostgreSQL by {}", to_string(source->method()));
  return opened_source{.rows = *std::move(source), .encoder = make_encoder(copy), .how = std::move(how)};
}

copyto::result<opened_source> open_adbc(export_arguments const& copy) {
  copyto::result<copyto::adbc_source> source = copyto::adbc_source::open(copy.adbc);
  if (!source) {
    return source.error();
  }
  return opened_source{
      .rows = *std::move(source), .encoder = make_encoder(copy), .how = "rows come from an ADBC driver"};
}

copyto::result<opened_source> open_pass_through(export_arguments const& copy, bool explain,
                                                std::stop_token const& stop) {
  copyto::result<copyto::postgres_copy> source = copyto::postgres_copy::open({.connection = copy.postgres,
                                                                              .table = copy.table,
                                                                              .query = copy.query,
                                                                              .copy_options = copy.pass_through,
                                                                              .explain = explain,
                                                                              .snapshot = copy.snapshot},
                                                                             stop);
  if (!source) {
    return source.error();
  }
  copyto::copy_framing const& framing = source->framing();
  bool const binary = framing.format == "binary";
  bool const csv = framing.format == "csv";
  copyto::verbatim encoder({.header = framing.header,
                            .trailer = framing.trailer,
                            .extension = binary ? "bin"
                                         : csv  ? "csv"
                                                : "txt",
                            .content_type = binary ? "application/octet-stream"
                                            : csv  ? "text/csv"
                                                   : "text/plain",
                            .codec = copy.codec});
  std::string how = fmt::format("rows come from PostgreSQL as it formats them, {}", framing.format);
  return opened_source{.rows = *std::move(source), .encoder = std::move(encoder), .how = std::move(how)};
}

} // namespace

copyto::result<std::optional<copyto::postgres_decimal>> parse_numeric(std::string_view text) {
  if (text.empty()) {
    return std::optional(copyto::postgres_decimal());
  }
  if (text == "text") {
    return std::optional<copyto::postgres_decimal>();
  }
  std::size_t const comma = text.find(',');
  int const precision = small_number(text.substr(0, comma));
  int const scale = comma == text.npos ? 0 : small_number(text.substr(comma + 1));
  if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
    return usage(fmt::format("--numeric must be `text` or PRECISION,SCALE with 1 to 38 digits, not `{}`", text),
                 "e.g. --numeric 38,10");
  }
  return std::optional(copyto::postgres_decimal{precision, scale});
}

copyto::result<void> check_connection(std::string const& uri) {
  struct free_options {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  char* why = nullptr;
  std::unique_ptr<PQconninfoOption, free_options> const options(PQconninfoParse(uri.c_str(), &why));
  PQfreemem(why); // it repeats the URI
  if (!options) {
    return usage("the connection URI of --from cannot be read",
                 "write postgresql://[user@]host[:port]/database, special characters as %XX");
  }
  for (PQconninfoOption const* o = options.get(); o->keyword != nullptr; ++o) {
    std::string_view const keyword = o->keyword;
    if ((keyword == "password" || keyword == "sslpassword") && o->val != nullptr) {
      return usage("the connection URI of --from holds a password, which the list of processes shows to everybody here",
                   "give it in PGPASSWORD, a password file or a service file");
    }
  }
  return {};
}

copyto::result<opened_source> open_source(export_arguments const& copy, bool watched, std::stop_token const& stop) {
  if (!copy.sqlite.empty()) {
    return open_sqlite(copy, stop);
  }
  if (!copy.adbc.driver.empty()) {
    return open_adbc(copy);
  }
  bool const explain = watched || copy.dry_run;
  return copy.format == file_format::pass_through ? open_pass_through(copy, explain, stop)
                                                  : open_postgres(copy, explain, stop);
}

} // namespace copy_to
