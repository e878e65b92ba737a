// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// An Encoder (encode/concept.hpp) of one's own: tab-separated text for ClickHouse; a file ends a row late at most.
#include <copyto/copyto.hpp>

#include <fmt/format.h>

struct tsv {
  static constexpr bool supports(copyto::field f) { return is_bytes(f.type.id) || f.type.id == copyto::kind::int64; }
  static std::string_view extension() { return "tsv"; }
  static std::string_view content_type() { return "text/tab-separated-values"; }
  static copyto::result<void> check(copyto::schema_view, std::uint64_t) { return {}; } // there are no options
  static std::uint64_t memory_bound(copyto::schema_view fields, std::uint64_t) { return 64 * fields.size(); } // `line`
  copyto::result<void> begin(copyto::schema_view, copyto::sink&) { return {}; } // no header
  copyto::result<std::size_t> write(copyto::batch const& rows, std::size_t first, copyto::sink& out) {
    std::size_t row = first;
    for (; row != rows.rows() && out.bytes() < out.limit(); ++row, ++count) { // the next file is offered the others
      line.clear(); // keeps its memory: nothing is to be allocated for each row
      for (std::size_t i = 0; i != rows.schema().size(); ++i) {
        append(rows.column(i), row, i + 1 == rows.schema().size() ? '\n' : '\t');
      }
      if (copyto::result<void> const written = out.write(line); !written) {
        return written.error();
      }
    }
    return row - first;
  }
  copyto::result<copyto::file_stats> end(copyto::sink&) { return copyto::file_stats{.rows = count}; }

  void append(copyto::column_view const& column, std::size_t row, char behind) {
    if (column.is_null(row)) {
      line += "\\N";
    } else if (column.type->type.id == copyto::kind::int64) {
      line += fmt::format_int(column.data<std::int64_t>()[row]).c_str();
    } else {
      for (char const c : column.bytes(row)) {
        std::size_t const special = std::string_view("\t\n\r\\").find(c);
        special == std::string_view::npos ? line += c : (line += '\\') += "tnr\\"[special];
      }
    }
    line += behind;
  }
  std::string line = {};
  std::uint64_t count = 0; // of this file: each has a copy of the encoder that was passed
};

struct pet {
  std::string name;
  std::optional<std::int64_t> legs;
};
BOOST_DESCRIBE_STRUCT(pet, (), (name, legs))

int main() {
  std::vector<pet> const pets = {{"Rex\tthe dog", 4}, {"Goldie", std::nullopt}};
  copyto::memory_store const store;
  // A file is nothing but its rows: `in_blocks` is all that threads need.
  (void)copyto::make_exporter(copyto::rows(pets), copyto::in_blocks(tsv{}), store, {.threads = 2}).run().value();
  fmt::print("{}", store.objects().begin()->second.body);
}
