// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"

#include <copyto/encode/codec/brotli.hpp>
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/libdeflate.hpp>
#include <copyto/encode/codec/lz4.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>

#include <fmt/format.h>

namespace copy_to {
namespace {

copyto::error usage(std::string message, std::string advice) {
  return copyto::error(
      {.code = copyto::errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

copyto::csv_options csv_of(export_arguments const& copy) {
  copyto::csv_options options = copy.csv;
  options.codec = copy.codec;
  return options;
}

} // namespace

copyto::result<copyto::codec> make_codec(std::string_view name, std::optional<int> level) {
  copyto::codec made;
  if (name == "zstd") {
    made = level ? copyto::zstd(*level) : copyto::zstd();
  } else if (name == "gzip") {
    made = level ? copyto::gzip(*level) : copyto::gzip();
  } else if (name == "libdeflate") {
    made = level ? copyto::libdeflate(*level) : copyto::libdeflate();
  } else if (name == "brotli") {
    made = level ? copyto::brotli(*level) : copyto::brotli();
  } else if (name != "none" && name != "snappy" && name != "lz4") {
    return usage(fmt::format("there is no codec `{}`", name),
                 "choose snappy, zstd, lz4, gzip, libdeflate, brotli or none");
  } else if (level) {
    return usage(fmt::format("--codec-level has no effect on the codec {}", name), "add --codec zstd, or leave it out");
  } else if (name == "snappy") {
    made = copyto::snappy();
  } else if (name == "lz4") {
    made = copyto::lz4();
  }
  if (copyto::result<void> const good = made.check(); !good) {
    return good.error();
  }
  return made;
}

copyto::result<void> check_formats(export_arguments const& copy) {
  if (copy.format == file_format::parquet) {
    return {};
  }
  if (copy.codec.id() != copyto::codec_id::none && !copy.codec.has_stream()) {
    return usage(fmt::format("the codec {} is for pages of Parquet files", copy.codec.name()),
                 "choose gzip, zstd or none");
  }
  if (copy.format == file_format::pass_through) {
    return {};
  }
  copyto::csv_options options = csv_of(copy);
  options.force_quote = {}; // names of columns, which are not known yet
  return copyto::check(options, {});
}

copyto::any_encoder make_encoder(export_arguments const& copy) {
  if (copy.format == file_format::csv) {
    return copyto::csv(csv_of(copy));
  }
  copyto::parquet_options options = copy.parquet;
  options.codec = copy.codec;
  return copyto::parquet<copyto::reader::any>(copy.readers, std::move(options));
}

} // namespace copy_to
