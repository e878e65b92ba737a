// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// postgres csv|parquet|copy OUTPUT NAME=VALUE...: reads what the options connection, table, query, numeric (text or
// PRECISION,SCALE), copy_options and explain say, into the file OUTPUT: one CSV or Parquet file through the decoding source, or
// the bytes of the pass-through source with its framing. stop=1: a line on standard input requests a stop.
// Prints the schema, the method and the number of rows, or what is wrong as one line of name=value and the message, and
// then ends with status 1. The script of the same name compares.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/sink.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/postgres_copy.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace {

using namespace copyto;

class file_sink final : public sink {
public:
  explicit file_sink(char const* path) : file_(path, std::ios::binary) {}

private:
  result<void> take(bytes_view bytes) override {
    std::string_view const text = as_text(bytes);
    file_.write(text.data(), static_cast<std::streamsize>(text.size()));
    return file_ ? result<void>() : result<void>(error(errc::io_failed, "cannot write the file"));
  }
  std::ofstream file_;
};

int tell(error const& e) {
  fmt::print("code={} state={} row={} column={} retryable={}\n{}\n", to_string(e.code()), e->service_code,
             e->row ? fmt::format("{}", *e->row) : "", e->column, e.retryable(), e.message());
  return 1;
}

void tell(size_hint const& hint) {
  if (hint.rows) {
    fmt::print("expected: {} rows\n", *hint.rows);
  }
  if (hint.bytes) {
    fmt::print("expected: {} bytes\n", *hint.bytes);
  }
}

/// Calls `take(batch)` for all batches; the number of rows.
template <class Source, class Take>
result<std::uint64_t> drain(Source& source, std::stop_token const& stop, Take take) {
  batch rows(source.schema());
  std::uint64_t count = 0;
  for (;;) {
    rows.clear();
    result<fill_status> const status = source.fill(rows, stop);
    if (!status) {
      return status.error();
    }
    if (result<void> const taken = take(rows); !taken) {
      return taken.error();
    }
    count += rows.rows();
    if (*status == fill_status::end) {
      return count;
    }
  }
}

template <class Encoder>
result<std::uint64_t> encode(postgres_source& source, Encoder encoder, sink& out, std::stop_token const& stop) {
  if (result<void> const begun = encoder.begin(source.schema(), out); !begun) {
    return begun.error();
  }
  result<std::uint64_t> count = drain(source, stop, [&](batch const& rows) -> result<void> {
    for (std::size_t at = 0; at != rows.rows();) {
      result<std::size_t> const written = encoder.write(rows, at, out);
      if (!written) {
        return written.error();
      }
      at += *written;
    }
    return {};
  });
  if (count) {
    if (auto const ended = encoder.end(out); !ended) {
      return ended.error();
    }
  }
  return count;
}

result<std::uint64_t> pass_through(postgres_copy& source, sink& out, std::stop_token const& stop) {
  result<void> done = out.write(source.framing().header);
  result<std::uint64_t> count = drain(source, stop, [&](batch const& rows) -> result<void> {
    for (std::size_t i = 0; i != rows.rows(); ++i) {
      if (result<void> written = out.write(rows.column(0).bytes(i)); !written) {
        return written;
      }
    }
    return {};
  });
  if (done && count) {
    done = out.write(source.framing().trailer);
  }
  return done ? count : done.error();
}

int run(std::string_view what, char const* output, std::map<std::string, std::string, std::less<>> given,
        std::stop_token const& stop) {
  file_sink out(output);
  result<std::uint64_t> count = std::uint64_t{0};
  if (what == "copy") {
    auto source = postgres_copy::open({.connection = given["connection"],
                                       .table = given["table"],
                                       .query = given["query"],
                                       .copy_options = given["copy_options"],
                                       .explain = given.contains("explain")},
                                      stop);
    if (!source) {
      return tell(source.error());
    }
    fmt::print("format={} header={}\n", source->framing().format, source->framing().header.size());
    tell(source->hint());
    count = pass_through(*source, out, stop);
  } else {
    postgres_options options{.connection = given["connection"], .table = given["table"], .query = given["query"]};
    options.explain = given.contains("explain");
    options.nested = copyto::postgres_nested::text; // postgres_nested.py has the others
    if (std::string const numeric = given["numeric"]; numeric == "text") {
      options.numeric.reset();
    } else if (!numeric.empty()) {
      options.numeric = {.precision = std::atoi(numeric.c_str()),
                         .scale = std::atoi(numeric.substr(numeric.find(',') + 1).c_str())};
    }
    auto source = postgres_source::open(options, stop);
    if (!source) {
      return tell(source.error());
    }
    std::string schema;
    for (field const& f : source->schema()) {
      schema +=
          fmt::format("{}{} {}{}", schema.empty() ? "" : "; ", f.name, describe(f), f.optional ? "" : " required");
    }
    fmt::print("schema: {}\nmethod: {}\n", schema, to_string(source->method()));
    tell(source->hint());
    count = what == "csv" ? encode(*source, csv{{.null_text = "\\N"}}, out, stop)
                          : encode(*source, parquet<>{{.codec = snappy()}}, out, stop);
  }
  if (!count) {
    return tell(count.error());
  }
  fmt::print("rows: {}\n", *count);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    return 2;
  }
  std::map<std::string, std::string, std::less<>> given;
  for (int i = 3; i != argc; ++i) {
    std::string_view const argument = argv[i];
    std::size_t const sign = argument.find('=');
    given.emplace(argument.substr(0, sign), argument.substr(sign + 1));
  }
  std::stop_source stop;
  std::thread stopper;
  if (given.contains("stop")) {
    stopper = std::thread([&stop] {
      std::string line;
      if (std::getline(std::cin, line)) {
        stop.request_stop();
      }
    });
  }
  int const status = run(argv[1], argv[2], given, stop.get_token());
  std::cout.flush();
  if (stopper.joinable()) {
    stopper.join();
  }
  return status;
}
