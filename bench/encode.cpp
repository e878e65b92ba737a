// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// encode TABLE ROWS FORMAT FROM THREADS DIRECTORY: for each line that it reads, one export into DIRECTORY, which it empties
// again; prints the seconds, those of CPU of the process and of the thread that exports, and the bytes of the files. It says
// "ready" when the rows are there. With "keep" as a line the files stay, and it ends.
// TABLE: lineitem, wide, nulls, hits. FORMAT: csv, parquet-none, parquet-snappy, parquet-zstd. FROM: structs (a std::vector)
// or columns (memory as Arrow has it, which batches borrow).
#include "hits.hpp"
#include "tables.hpp"

#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

/// A table in columns, each in one run of memory: values, 64-bit offsets, validity bits.
class columns_table {
public:
  template <class Row>
  explicit columns_table(std::vector<Row> const& rows) : rows_(rows.size()) {
    auto source = copyto::rows(rows);
    for (copyto::field const& f : source.schema()) {
      buffers_.emplace_back(f);
    }
    copyto::batch some(source.schema());
    for (bool more = true; more;) {
      some.clear();
      more = source.fill(some, {}).value() == copyto::fill_status::more;
      for (std::size_t c = 0; c != buffers_.size(); ++c) {
        for (std::size_t i = 0; i != some.rows(); ++i) {
          buffers_[c].append_slot(some.column(c), i);
        }
      }
    }
    for (copyto::column_buffer& b : buffers_) {
      views_.push_back(b.view());
    }
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  void borrow(copyto::batch& out, std::uint64_t first, std::size_t count) const {
    for (std::size_t c = 0; c != views_.size(); ++c) {
      copyto::column_view part = views_[c];
      part.offset = first;
      part.length = count;
      part.null_count = 0;
      for (std::size_t i = 0; part.validity != nullptr && i != count; ++i) {
        part.null_count += part.is_null(i) ? 1 : 0;
      }
      part.validity = part.null_count == 0 ? nullptr : part.validity;
      out.borrow(c, part);
    }
    out.borrowed(count);
  }

private:
  std::uint64_t rows_;
  std::vector<copyto::column_buffer> buffers_;
  std::vector<copyto::column_view> views_;
};

/// Its rows; a copy begins anew.
template <class Row>
class columns_source {
public:
  static constexpr copyto::schema_view static_schema = copyto::schema_of<Row>::fields;

  explicit columns_source(std::vector<Row> const& rows) : table_(std::make_shared<columns_table>(rows)) {}
  [[nodiscard]] static copyto::schema_view schema() { return static_schema; }
  copyto::result<copyto::fill_status> fill(copyto::batch& out, std::stop_token const&) {
    std::size_t const count = std::min<std::size_t>(out.capacity(), table_->rows() - next_);
    table_->borrow(out, next_, count);
    next_ += count;
    return next_ == table_->rows() ? copyto::fill_status::end : copyto::fill_status::more;
  }
  [[nodiscard]] std::uint64_t row_count() const { return table_->rows(); }
  copyto::result<void> fill_range(copyto::batch& out, std::uint64_t first, std::size_t count,
                                  std::stop_token const&) const {
    table_->borrow(out, first, count);
    return {};
  }

private:
  std::shared_ptr<columns_table const> table_;
  std::uint64_t next_ = 0;
};
static_assert(copyto::Splittable<columns_source<bench::nulls>>);

double seconds(timeval const& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }
double cpu(int who) {
  rusage used{};
  ::getrusage(who, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

template <class Source, class Encoder>
void rounds(Source const& source, Encoder const& encoder, std::uint32_t threads, std::string const& directory) {
  fmt::print("ready\n");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    std::filesystem::remove_all(directory);
    copyto::directory_store const store(directory);
    double const process = cpu(RUSAGE_SELF);
    double const thread = cpu(RUSAGE_THREAD);
    auto const start = std::chrono::steady_clock::now();
    copyto::report const done = copyto::make_exporter(source, encoder, store,
                                                      {.to = copyto::into("t"),
                                                       .max_file_size = 64 * copyto::GiB,
                                                       .part_size = 8 * copyto::MiB,
                                                       .threads = threads})
                                    .run()
                                    .value();
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    fmt::print("{:.6f} {:.6f} {:.6f} {}\n", took.count(), cpu(RUSAGE_SELF) - process, cpu(RUSAGE_THREAD) - thread,
               done.bytes);
    std::fflush(stdout);
    if (line == "keep") {
      return;
    }
    std::filesystem::remove_all(directory);
  }
}

template <class Source>
void run_format(Source const& source, std::string_view format, std::uint32_t threads, std::string const& directory) {
  if (format == "csv") {
    rounds(source, copyto::csv{{.header = copyto::csv_header::every_file}}, threads, directory);
  } else if (format == "parquet-none") {
    rounds(source, copyto::parquet{}, threads, directory);
  } else if (format == "parquet-snappy") {
    rounds(source, copyto::parquet{{.codec = copyto::snappy()}}, threads, directory);
  } else if (format == "parquet-zstd") {
    rounds(source, copyto::parquet{{.codec = copyto::zstd(3)}}, threads, directory);
  } else {
    throw std::invalid_argument("no such format");
  }
}

template <class Row>
void run(char** values) {
  auto const threads = static_cast<std::uint32_t>(std::stoul(values[5]));
  std::vector<Row> rows = bench::make(std::stoull(values[2]), static_cast<Row const*>(nullptr));
  if (std::string_view(values[4]) == "structs") {
    run_format(copyto::rows(std::as_const(rows)), values[3], threads, values[6]);
  } else if (std::string_view(values[4]) == "columns") {
    columns_source<Row> const columns(rows);
    rows = {};
    run_format(columns, values[3], threads, values[6]);
  } else {
    throw std::invalid_argument("rows come from structs or from columns");
  }
}

} // namespace

int main(int count, char** values) {
  if (count != 7) {
    fmt::print(stderr, "usage: encode TABLE ROWS FORMAT structs|columns THREADS DIRECTORY\n");
    return 2;
  }
  try {
    std::string_view const table = values[1];
    if (table == "lineitem") {
      run<bench::lineitem>(values);
    } else if (table == "wide") {
      run<bench::wide>(values);
    } else if (table == "nulls") {
      run<bench::nulls>(values);
    } else if (table == "hits") {
      run<bench::hits>(values);
    } else {
      throw std::invalid_argument("no such table");
    }
  } catch (std::exception const& e) {
    fmt::print(stderr, "encode: {}\n", e.what());
    return 1;
  }
}
