// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "load.hpp"

#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/region.hpp>
#include <copyto/handoff/iam_policy.hpp>

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace copy_to {
namespace {

/// `text` as comments of SQL, under a headline.
std::string commented(std::string_view headline, std::string text) {
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  boost::algorithm::replace_all(text, "\n", "\n-- ");
  return fmt::format("-- {}\n-- {}\n", headline, text);
}

/// As SQL has it: SQLite's --table is the very name, which is quoted where it is no plain word.
std::string table_of(export_arguments const& copy) {
  if (!copy.load_table.empty() || copy.sqlite.empty()) {
    return copy.load_table.empty() ? copy.table : copy.load_table;
  }
  bool const plain = std::ranges::all_of(copy.table, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (plain && (copy.table.front() < '0' || copy.table.front() > '9')) {
    return copy.table;
  }
  return '"' + boost::algorithm::replace_all_copy(copy.table, "\"", "\"\"") + '"';
}

/// As the store gets it: the option, or else the profile's and the environment's; empty where none of them says it.
std::string region_of(store_arguments const& store) {
  if (!store.by.region.empty() || store.to.scheme != "s3") {
    return store.by.region;
  }
  copyto::result<copyto::aws_profile> const profile = store.by.aws_profile.empty()
                                                          ? copyto::read_current_aws_profile()
                                                          : copyto::read_aws_profile(store.by.aws_profile);
  return profile ? profile->region : std::string();
}

copyto::load_target target_of(arguments const& given) {
  copyto::load_target target{
      .table = table_of(given.copy), .role_arn = given.copy.load_role, .region = region_of(given.store)};
  if (given.copy.format == file_format::csv) {
    target.csv = given.copy.csv;
    target.csv->codec = given.copy.codec;
  } else {
    target.readers = given.copy.readers;
    target.page_codecs = {given.copy.codec.id()};
    for (copyto::parquet_column const& column : given.copy.parquet.columns) {
      if (column.encoding) {
        target.page_encodings.push_back(*column.encoding);
      }
    }
  }
  return target;
}

/// The library's advice speaks of its own options.
copyto::error advice_in_options(copyto::error const& why) {
  return why.with([](copyto::error_info& info) {
    boost::algorithm::replace_all(info.advice, "write a manifest", "add --manifest");
    boost::algorithm::replace_all(info.advice, "keep the columns of the partitions in the files",
                                  "add --partition-keep");
    boost::algorithm::replace_all(info.advice, "choose the portable readers", "add --reader portable");
    boost::algorithm::replace_all(info.advice, "choose Snappy, Zstandard or gzip", "add --codec snappy, zstd or gzip");
    boost::algorithm::replace_all(info.advice, "(csv_quotes::all)", "(--force-quote '*')");
    boost::algorithm::replace_all(info.advice, "leave the encodings to the profile", "leave --encoding out");
  });
}

} // namespace

copyto::result<std::string> load_text(arguments const& given, copyto::report const& done,
                                      copyto::any_store const& store) {
  copyto::load_target const target = target_of(given);
  copyto::any_store reached = store;
  copyto::result<std::string> sql = copyto::load_statement(done, copyto::store_ref(reached), target, *given.copy.load);
  if (!sql) {
    return advice_in_options(sql.error());
  }
  if (*given.copy.load != copyto::sql_dialect::snowflake || given.store.to.scheme != "s3") {
    return sql;
  }
  std::string_view const partition = copyto::aws_partition(target.region);
  *sql +=
      commented(fmt::format("IAM policy of the role {}:", target.role_arn),
                copyto::reader_policy(given.copy.cut.to, given.store.to.bucket, partition, given.store.by.attributes));
  *sql += commented("Its trust policy; DESC INTEGRATION shows the two values:",
                    copyto::trust_policy("STORAGE_AWS_IAM_USER_ARN", "STORAGE_AWS_EXTERNAL_ID"));
  return sql;
}

copyto::result<void> check_load(arguments const& given, copyto::export_options const& options,
                                copyto::schema_view fields, copyto::any_encoder const& encoder,
                                copyto::any_store const& store) {
  if (!given.copy.load) {
    return {};
  }
  if (!given.store.by.attributes.customer_key.empty()) {
    return copyto::error({.code = copyto::errc::unsupported,
                          .message =
                              "--print-load has no statement for files that are encrypted with a key of your own, "
                              "which no engine could be given",
                          .advice = "leave out --print-load or --sse-customer-key-file"});
  }
  copyto::any_store reached = store;
  copyto::result<void> good =
      copyto::check_load(fields, encoder, copyto::store_ref(reached), options, target_of(given), *given.copy.load);
  if (good) {
    return good;
  }
  return advice_in_options(good.error());
}

std::string policy_text(arguments const& given) {
  return copyto::writer_policy(given.copy.cut.to, given.store.to.bucket, copyto::aws_partition(region_of(given.store)),
                               given.store.by.attributes, given.copy.cut.last.get());
}

} // namespace copy_to
