// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// encode TABLE ROWS FORMAT FROM THREADS DIRECTORY: for each line that it reads, one export into DIRECTORY, which it empties
// again; prints the seconds, those of CPU of the process and of the thread that exports, and the bytes of the files. It says
// "ready" when the rows are there. With "keep" as a line the files stay, and it ends.
// TABLE: lineitem, wide, nulls, hits, orders. FORMAT: csv, parquet-none, parquet-snappy, parquet-zstd. FROM: structs (a
// std::vector), columns (memory as Arrow has it, which batches borrow) or arrow (the same as an Arrow stream, 64 K rows at a
// time).
#include "hits.hpp"
#include "tables.hpp"

#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/modern.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/source/arrow.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
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
  [[nodiscard]] std::vector<copyto::column_view> const& views() const { return views_; }
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

/// The same columns as an Arrow stream.
class arrow_columns {
public:
  static constexpr std::int64_t rows_at_a_time = 65'536;

  arrow_columns(copyto::schema_view fields, columns_table const& table) : table_(table) {
    root_ = type("+s", nullptr, fields, false);
  }
  /// One after the other; all borrow from this.
  ArrowArrayStream stream() {
    next_ = 0;
    ArrowArrayStream made{};
    made.get_schema = [](ArrowArrayStream* s, ArrowSchema* out) {
      *out = *static_cast<arrow_columns*>(s->private_data)->root_;
      return 0;
    };
    made.get_next = [](ArrowArrayStream* s, ArrowArray* out) {
      *out = static_cast<arrow_columns*>(s->private_data)->next();
      return 0;
    };
    made.get_last_error = [](ArrowArrayStream*) -> char const* { return nullptr; };
    made.release = [](ArrowArrayStream* s) { s->release = nullptr; };
    made.private_data = this;
    return made;
  }

private:
  static std::string format(copyto::field const& f) {
    switch (f.type.id) {
    case copyto::kind::boolean: return "b";
    case copyto::kind::int8: return "c";
    case copyto::kind::int16: return "s";
    case copyto::kind::int32: return "i";
    case copyto::kind::int64: return "l";
    case copyto::kind::float32: return "f";
    case copyto::kind::float64: return "g";
    case copyto::kind::string: return "U";
    case copyto::kind::date: return "tdD";
    case copyto::kind::timestamp: return f.type.utc ? "tsu:UTC" : "tsu:";
    case copyto::kind::decimal:
      return fmt::format("d:{},{},{}", f.type.precision, f.type.scale, 8 * copyto::value_width(f.type));
    case copyto::kind::list: return "+l";
    case copyto::kind::structure: return "+s";
    default: throw std::invalid_argument("no Arrow type for this column");
    }
  }
  ArrowSchema* type(std::string text, char const* name, copyto::schema_view children, bool nullable) {
    std::vector<ArrowSchema*>& below = types_below_.emplace_back();
    for (copyto::field const& f : children) {
      below.push_back(type(format(f), names_.emplace_back(f.name).c_str(), f.children(), f.optional));
    }
    ArrowSchema& made = types_.emplace_back();
    made.format = names_.emplace_back(std::move(text)).c_str();
    made.name = name;
    made.flags = nullable ? ARROW_FLAG_NULLABLE : 0;
    made.n_children = static_cast<std::int64_t>(below.size());
    made.children = below.data();
    made.release = [](ArrowSchema* s) { s->release = nullptr; };
    return &made;
  }
  ArrowArray* array(copyto::column_view const& v, std::int64_t offset, std::int64_t length) {
    std::vector<ArrowArray*>& below = below_.emplace_back();
    for (std::size_t c = 0; c != v.type->node_count; ++c) {
      copyto::column_view const& child = v.children[c];
      below.push_back(array(child, 0, static_cast<std::int64_t>(child.length)));
    }
    bool const plain = v.offsets == nullptr && v.type->node_count == 0;
    std::vector<void const*>& buffers = buffers_.emplace_back();
    buffers.push_back(v.validity);
    if (plain) {
      buffers.push_back(v.values);
    } else if (v.offsets != nullptr) {
      buffers.push_back(v.offsets);
    }
    if (v.form == copyto::bytes_form::offsets64 && v.type->node_count == 0) {
      buffers.push_back(v.values);
    }
    return &fill(arrays_.emplace_back(), offset, length, v.validity == nullptr ? 0 : -1, buffers, below);
  }
  static ArrowArray& fill(ArrowArray& made, std::int64_t offset, std::int64_t length, std::int64_t nulls,
                          std::vector<void const*>& buffers, std::vector<ArrowArray*>& below) {
    made.length = length;
    made.null_count = nulls;
    made.offset = offset;
    made.n_buffers = static_cast<std::int64_t>(buffers.size());
    made.buffers = buffers.data();
    made.n_children = static_cast<std::int64_t>(below.size());
    made.children = below.data();
    made.release = [](ArrowArray* a) { a->release = nullptr; };
    return made;
  }
  ArrowArray next() {
    auto const rows = static_cast<std::int64_t>(table_.rows());
    std::int64_t const count = std::min(rows_at_a_time, rows - next_);
    if (count == 0) {
      return {};
    }
    arrays_.clear();
    buffers_.clear();
    below_.clear();
    std::vector<ArrowArray*> columns;
    for (copyto::column_view const& v : table_.views()) {
      columns.push_back(array(v, next_, count));
    }
    next_ += count;
    ArrowArray batch{};
    return fill(batch, 0, count, 0, buffers_.emplace_back(1, nullptr), below_.emplace_back(std::move(columns)));
  }

  columns_table const& table_;
  std::int64_t next_ = 0;
  ArrowSchema* root_ = nullptr;
  std::deque<std::string> names_;
  std::deque<ArrowSchema> types_;
  std::deque<std::vector<ArrowSchema*>> types_below_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::vector<void const*>> buffers_;
  std::deque<std::vector<ArrowArray*>> below_;
};

/// A copy begins the stream anew.
class arrow_stream {
public:
  explicit arrow_stream(std::shared_ptr<arrow_columns> columns) : columns_(std::move(columns)) { begin(); }
  arrow_stream(arrow_stream const& other) : columns_(other.columns_) { begin(); }
  arrow_stream& operator=(arrow_stream const&) = delete;
  [[nodiscard]] copyto::schema_view schema() const { return source_->schema(); }
  copyto::result<copyto::fill_status> fill(copyto::batch& out, std::stop_token const& stop) {
    return source_->fill(out, stop);
  }

private:
  void begin() {
    ArrowArrayStream stream = columns_->stream();
    source_.emplace(copyto::arrow_source::open(stream).value());
  }
  std::shared_ptr<arrow_columns> columns_;
  std::optional<copyto::arrow_source> source_;
};
static_assert(copyto::RowSource<arrow_stream>);

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

using modern = copyto::parquet<copyto::reader::modern>;

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
  } else if (format == "modern-none") {
    rounds(source, modern(), threads, directory);
  } else if (format == "modern-snappy") {
    rounds(source, modern({.codec = copyto::snappy()}), threads, directory);
  } else if (format == "modern-zstd") {
    rounds(source, modern({.codec = copyto::zstd(3)}), threads, directory);
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
  } else if (std::string_view(values[4]) == "arrow") {
    columns_table const table(rows);
    rows = {};
    run_format(arrow_stream(std::make_shared<arrow_columns>(copyto::schema_of<Row>::fields, table)), values[3], threads,
               values[6]);
  } else {
    throw std::invalid_argument("rows come from structs, from columns or from arrow");
  }
}

} // namespace

int main(int count, char** values) {
  if (count != 7) {
    fmt::print(stderr, "usage: encode TABLE ROWS FORMAT structs|columns|arrow THREADS DIRECTORY\n");
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
    } else if (table == "orders") {
      run<bench::orders>(values);
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
