// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// A file format of one's own: JSON lines, one object a row. It models Encoder (encode/concept.hpp), so that it goes with
// every source and store; a row type with a column that it cannot write does not compile. Prints the file.
#include <copyto/copyto.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

class json_lines {
public:
  static constexpr bool supports(copyto::field const& f) {
    using enum copyto::kind;
    return f.type.id == boolean || f.type.id == int64 || f.type.id == float64 || f.type.id == string;
  }
  [[nodiscard]] static constexpr std::string_view extension() { return "jsonl"; }
  [[nodiscard]] static constexpr std::string_view content_type() { return "application/jsonl"; }

  // What can be said of options and schema before the first request; there are no options here.
  [[nodiscard]] copyto::result<void> check(copyto::schema_view fields, std::uint64_t) const {
    for (copyto::field const& f : fields) { // a schema that is known at run time only
      if (!supports(f)) {
        return copyto::error({.code = copyto::errc::unsupported,
                              .message = "JSON lines cannot hold " + copyto::describe(f),
                              .column = std::string(f.name)});
      }
    }
    return {};
  }
  // One line is held at a time, and a few times the largest value is not counted.
  [[nodiscard]] std::uint64_t memory_bound(copyto::schema_view fields, std::uint64_t) const {
    std::uint64_t bytes = 0;
    for (copyto::field const& f : fields) {
      bytes += 2 * (f.name.size() + 32);
    }
    return bytes;
  }

  // One instance writes one file.
  copyto::result<void> begin(copyto::schema_view fields, copyto::sink&) {
    fields_ = fields;
    return {};
  }
  // Takes rows until the file has come to its limit; the exporter offers the others to the next one.
  copyto::result<std::size_t> write(copyto::batch const& rows, std::size_t first, copyto::sink& out) {
    std::size_t row = first;
    for (; row != rows.rows(); ++row) {
      line_.clear();
      for (std::size_t i = 0; i != fields_.size(); ++i) {
        line_ += i == 0 ? "{" : ",";
        append_text(fields_[i].name);
        line_ += ':';
        append_value(rows.column(i), row);
      }
      line_ += "}\n";
      if (rows_ != 0 && out.bytes() + line_.size() > out.limit()) {
        break;
      }
      if (copyto::result<void> written = out.write(line_); !written) {
        return written.error();
      }
      ++rows_;
    }
    return row - first;
  }
  copyto::result<copyto::file_stats> end(copyto::sink&) { return copyto::file_stats{.rows = rows_}; }

private:
  void append_value(copyto::column_view const& column, std::size_t row) {
    auto out = std::back_inserter(line_);
    if (column.is_null(row)) {
      line_ += "null";
    } else if (column.type->type.id == copyto::kind::boolean) {
      line_ += column.bit(row) ? "true" : "false";
    } else if (column.type->type.id == copyto::kind::int64) {
      fmt::format_to(out, "{}", column.data<std::int64_t>()[row]);
    } else if (column.type->type.id == copyto::kind::float64) {
      double const value = column.data<double>()[row];
      std::isfinite(value) ? fmt::format_to(out, "{}", value) : fmt::format_to(out, "null"); // JSON has no other
    } else {
      append_text(column.bytes(row));
    }
  }
  void append_text(std::string_view text) {
    line_ += '"';
    for (char const c : text) {
      if (c == '"' || c == '\\') {
        line_ += '\\';
        line_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        fmt::format_to(std::back_inserter(line_), "\\u{:04x}", static_cast<unsigned char>(c));
      } else {
        line_ += c;
      }
    }
    line_ += '"';
  }

  copyto::schema_view fields_;
  std::string line_;
  std::uint64_t rows_ = 0;
};
static_assert(copyto::Encoder<json_lines>);

struct pet {
  std::string name;
  std::int64_t legs = 0;
  std::optional<double> kilograms;
  bool indoors = false;
};
BOOST_DESCRIBE_STRUCT(pet, (), (name, legs, kilograms, indoors))

int main() {
  std::vector<pet> const pets = {{"Rex \"the dog\"", 4, 31.5, true}, {"Goldie", 0, std::nullopt, true}};
  copyto::memory_store store;
  copyto::report const done = copyto::make_exporter(copyto::rows(pets), json_lines{}, store).run().value();
  for (copyto::file_report const& file : done.files) {
    std::fputs(store.get(file.key, copyto::MiB, {}).value().body.c_str(), stdout);
  }
}
