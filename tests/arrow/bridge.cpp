// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

/// A shared library for arrow.py, which hands over Arrow streams of other libraries within one process.
#include <copyto/copyto.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/arrow.hpp>
#include <copyto/store/directory.hpp>

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

template <class Encoder>
copyto::result<copyto::report> run(copyto::source_ref source, Encoder const& encoder, char const* directory,
                                   std::uint32_t threads, std::uint32_t batch_rows) {
  copyto::directory_store store(directory);
  copyto::export_options const options{.to = copyto::into("f"), .threads = threads, .batch_rows = batch_rows};
  return copyto::run_export(source, encoder, copyto::store_ref(store), options, {}, {});
}

/// "parquet exact", "parquet portable" or "csv".
copyto::result<copyto::report> export_to(copyto::source_ref source, std::string const& format, char const* directory,
                                         std::uint32_t threads, std::uint32_t batch_rows) {
  if (format == "csv") {
    return run(source, copyto::csv{{.null_text = "\\N"}}, directory, threads, batch_rows);
  }
  auto const readers = format == "parquet exact" ? copyto::reader::exact::value : copyto::reader::portable::value;
  return run(source, copyto::parquet<copyto::reader::any>{readers}, directory, threads, batch_rows);
}

std::int64_t told(copyto::result<copyto::report> const& done, char* text, std::size_t size) {
  if (done) {
    return static_cast<std::int64_t>(done->rows);
  }
  std::snprintf(text, size, "%s", done.error().message().c_str());
  return -1;
}

struct line {
  std::string item = {};
  std::optional<double> price = {};
};
BOOST_DESCRIBE_STRUCT(line, (), (item, price))

struct order {
  std::int64_t id = 0;
  std::optional<std::string> note = {};
  std::vector<line> lines = {};
  std::optional<std::vector<std::optional<std::int32_t>>> codes = {};
  std::map<std::string, std::optional<std::int64_t>> stock = {};
  copyto::decimal<12, 2> total = {};
  std::chrono::sys_days day = {};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, note, lines, codes, stock, total, day))

/// The orders that `orders` in arrow.py makes, too.
std::vector<order> orders(std::int64_t count) {
  std::vector<order> all;
  for (std::int64_t i = 0; i != count; ++i) {
    order o{.id = i};
    if (i % 3 != 0) {
      o.note = "note " + std::to_string(i % 50);
    }
    for (std::int64_t k = 0; k != i % 8; ++k) {
      o.lines.push_back({"item " + std::to_string((i + k) % 100),
                         k % 4 == 3 ? std::nullopt : std::optional(static_cast<double>(i % 1000) / 4)});
    }
    if (i % 5 != 0) {
      o.codes.emplace();
      for (std::int64_t k = 0; k != i % 3; ++k) {
        o.codes->push_back(k == 1 ? std::nullopt : std::optional(static_cast<std::int32_t>(i + k)));
      }
    }
    for (std::int64_t k = 0; k != i % 4; ++k) {
      o.stock["k" + std::to_string(k)] = k == 2 ? std::nullopt : std::optional(i * k);
    }
    o.total = copyto::decimal<12, 2>::from_unscaled(i * 7 - 500).value();
    o.day = std::chrono::sys_days(std::chrono::days(i % 20'000));
    all.push_back(std::move(o));
  }
  return all;
}

} // namespace

extern "C" {

/// Rows exported, or -1 and an error in `text`. Takes the stream.
std::int64_t copyto_export_stream(ArrowArrayStream* stream, char const* format, char const* directory,
                                  std::uint32_t threads, std::uint32_t batch_rows, char* text, std::size_t size) {
  auto source = copyto::arrow_source::open(*stream);
  if (!source) {
    return told(source.error(), text, size);
  }
  return told(export_to(copyto::source_ref(*source), format, directory, threads, batch_rows), text, size);
}

/// The same of one record batch.
std::int64_t copyto_export_array(ArrowSchema* schema, ArrowArray* array, char const* format, char const* directory,
                                 char* text, std::size_t size) {
  auto source = copyto::arrow_source::open(*schema, *array);
  if (!source) {
    return told(source.error(), text, size);
  }
  return told(export_to(copyto::source_ref(*source), format, directory, 1, 512), text, size);
}

/// The orders as a vector of structs.
std::int64_t copyto_export_orders(std::int64_t count, char const* format, char const* directory, std::uint32_t threads,
                                  char* text, std::size_t size) {
  std::vector<order> const all = orders(count);
  auto source = copyto::rows(all);
  return told(export_to(copyto::source_ref(source), format, directory, threads, 2048), text, size);
}
}
