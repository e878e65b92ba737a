// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// A RowSource (source/concept.hpp) of one's own: a log in the W3C's extended format, as IIS and CloudFront write it
// (https://www.w3.org/TR/WD-logfile.html). Its columns are known at run time only. Prints a good log as CSV, and what
// is said of a bad one.
#include <copyto/copyto.hpp>

#include <charconv>
#include <cstdio>
#include <sstream>

class w3c_log {
public:
  // Reads up to the line `#Fields: date cs-uri ...`: a source knows its columns before its first row. Borrows `text`.
  static copyto::result<w3c_log> open(std::istream& text) {
    for (std::string line; std::getline(text, line);) {
      if (std::string_view rest = line; next_word(rest) == "#Fields:") {
        std::vector<copyto::field> fields; // they borrow their names
        for (std::string_view name = next_word(rest); !name.empty(); name = next_word(rest)) {
          bool const number = name.ends_with("bytes") || name.ends_with("status");
          fields.push_back({name, {number ? copyto::kind::int64 : copyto::kind::string}, true});
        }
        return w3c_log(text, copyto::schema(fields)); // a copy that owns them
      }
    }
    return copyto::error(copyto::errc::source_failed, "the log cannot be read, or has no line #Fields");
  }

  [[nodiscard]] copyto::schema_view schema() const { return schema_; }
  copyto::result<copyto::fill_status> fill(copyto::batch& rows, std::stop_token const& stop) {
    std::size_t count = 0;
    std::size_t bytes = 0; // copied values are bounded, too, as the export's bound of memory assumes
    while (count != rows.capacity() && bytes < copyto::batch::default_bytes && !stop.stop_requested() &&
           std::getline(*text_, line_)) {
      if (!line_.starts_with('#')) {
        ++row_;
        if (copyto::result<void> const appended = append(rows); !appended) {
          return appended.error();
        }
        bytes += line_.size();
        ++count;
      }
    }
    rows.close(count);
    if (text_->bad()) { // what came so far must not pass for the whole
      return copyto::error(copyto::errc::source_failed, "the log cannot be read to its end");
    }
    return *text_ ? copyto::fill_status::more : copyto::fill_status::end;
  }

private:
  w3c_log(std::istream& text, copyto::schema schema) : text_(&text), schema_(std::move(schema)) {}
  static std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r"), rest.size()));
    std::string_view const word = rest.substr(0, rest.find_first_of(" \t\r"));
    rest.remove_prefix(word.size());
    return word;
  }
  copyto::result<void> append(copyto::batch& rows) const {
    std::string_view rest = line_;
    for (std::size_t i = 0; i != schema_.view().size(); ++i) {
      std::string_view const word = next_word(rest);
      std::int64_t number = 0;
      if (word == "-") {
        rows.buffer(i).append_null();
      } else if (schema_.view()[i].type.id == copyto::kind::string && !word.empty()) {
        rows.buffer(i).append_copy(word); // the next line overwrites it; what stays until the next fill: append_view
      } else if (auto const [end, fault] = std::from_chars(word.data(), word.data() + word.size(), number);
                 fault == std::errc() && end == word.data() + word.size()) {
        rows.buffer(i).append_fixed(number);
      } else {
        return wrong(std::string(schema_.view()[i].name));
      }
    }
    return next_word(rest).empty() ? copyto::result<void>() : wrong("");
  }
  [[nodiscard]] copyto::error wrong(std::string const& column) const {
    return copyto::error(
        {.code = copyto::errc::source_failed, .message = "bad line: " + line_, .row = row_, .column = column});
  }

  std::istream* text_;
  copyto::schema schema_;
  std::string line_;
  std::uint64_t row_ = 0; // that of `line_`, from 1
};
static_assert(copyto::RowSource<w3c_log>);

int main() {
  std::string const head = "#Version: 1.0\n#Fields: time cs-uri sc-status sc-bytes\n10:04:12 /cart 500 -\n";
  for (char const* more : {"10:04:13 / 200 5120\n", "10:04:13 / OK 5120\n"}) {
    std::istringstream text(head + more);
    copyto::memory_store store;
    copyto::csv const encoder{{.header = copyto::csv_header::every_file}};
    auto const done = copyto::make_exporter(w3c_log::open(text).value(), encoder, store).run();
    std::puts(done ? store.objects().begin()->second.body.c_str() : done.error().message().c_str());
  }
}
