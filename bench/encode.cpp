// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// encode TABLE ROWS FORMAT FILE REPETITIONS: encodes a std::vector of structs into FILE, REPETITIONS times; prints
// the seconds of each and the bytes of the file. TABLE: lineitem, wide, nulls. FORMAT: csv, parquet-none,
// parquet-snappy, parquet-zstd.
#include "tables.hpp"

#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/source/rows.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace {

/// A file, written in pieces of 1 MiB.
class file_sink final : public copyto::sink {
public:
  explicit file_sink(char const* path) : descriptor_(::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
      throw std::system_error(errno, std::generic_category(), path);
    }
    buffer_.reserve(copyto::MiB);
  }
  file_sink(file_sink const&) = delete;
  file_sink& operator=(file_sink const&) = delete;
  ~file_sink() override { ::close(descriptor_); }

  void flush() {
    write_all(buffer_.view());
    buffer_.clear();
  }

private:
  copyto::result<void> take(copyto::bytes_view bytes) override {
    if (buffer_.size() + bytes.size() > copyto::MiB) {
      flush();
    }
    if (bytes.size() >= copyto::MiB) {
      write_all(bytes);
    } else {
      buffer_.append(bytes);
    }
    return {};
  }
  void write_all(copyto::bytes_view bytes) const {
    while (!bytes.empty()) {
      ssize_t const written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0) {
        throw std::system_error(errno, std::generic_category(), "write");
      }
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
  int descriptor_;
  copyto::byte_buffer buffer_;
};

template <class Row, class Encoder>
void encode(std::vector<Row> const& rows, Encoder encoder, copyto::sink& out) {
  auto source = copyto::rows(rows);
  copyto::batch batch(source.schema());
  encoder.begin(source.schema(), out).value();
  for (bool more = true; more;) {
    batch.clear();
    more = source.fill(batch, {}).value() == copyto::fill_status::more;
    if (encoder.write(batch, 0, out).value() != batch.rows()) {
      throw std::logic_error("the encoder ended the file, which has no limit");
    }
  }
  if (encoder.end(out).value().rows != rows.size()) {
    throw std::logic_error("rows are missing");
  }
}

template <class Row>
void run(std::size_t count, std::string_view format, char const* path, int repetitions) {
  std::vector<Row> const rows = bench::make(count, static_cast<Row const*>(nullptr));
  for (int i = 0; i != repetitions; ++i) {
    auto const start = std::chrono::steady_clock::now();
    std::uint64_t bytes = 0;
    {
      file_sink out(path);
      if (format == "csv") {
        encode(rows, copyto::csv{{.header = copyto::csv_header::every_file}}, out);
      } else if (format == "parquet-none") {
        encode(rows, copyto::parquet{}, out);
      } else if (format == "parquet-snappy") {
        encode(rows, copyto::parquet{{.codec = copyto::snappy()}}, out);
      } else if (format == "parquet-zstd") {
        encode(rows, copyto::parquet{{.codec = copyto::zstd(3)}}, out);
      } else {
        throw std::invalid_argument("no such format");
      }
      out.flush();
      bytes = out.bytes();
    }
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    fmt::print("{:.6f} {}\n", took.count(), bytes);
  }
}

} // namespace

int main(int count, char** values) {
  if (count != 6) {
    fmt::print(stderr, "usage: encode TABLE ROWS FORMAT FILE REPETITIONS\n");
    return 2;
  }
  try {
    std::string_view const table = values[1];
    std::size_t const rows = std::stoull(values[2]);
    int const repetitions = std::stoi(values[5]);
    if (table == "lineitem") {
      run<bench::lineitem>(rows, values[3], values[4], repetitions);
    } else if (table == "wide") {
      run<bench::wide>(rows, values[3], values[4], repetitions);
    } else if (table == "nulls") {
      run<bench::nulls>(rows, values[3], values[4], repetitions);
    } else {
      throw std::invalid_argument("no such table");
    }
  } catch (std::exception const& e) {
    fmt::print(stderr, "encode: {}\n", e.what());
    return 1;
  }
}
