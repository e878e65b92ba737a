// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// A row source of one's own, whose columns are known at run time only: a text with a line of "name:type" words, and
// then a line for each row. It models RowSource (source/concept.hpp), so that it goes with every encoder and store.
// Prints the CSV file that comes of it.
#include <copyto/copyto.hpp>

#include <charconv>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

class text_table {
public:
  explicit text_table(std::string const& text) : text_(text) {
    std::string header;
    std::getline(text_, header);
    std::istringstream words(header);
    std::vector<std::string> names;
    std::vector<copyto::field> fields;
    for (std::string word; words >> word;) {
      names.push_back(word);
    }
    for (std::string_view const name : names) { // fields borrow their names
      std::size_t const colon = name.find(':');
      copyto::kind const kind = name.substr(colon + 1) == "int" ? copyto::kind::int64 : copyto::kind::string;
      fields.push_back({.name = name.substr(0, colon), .type = {.id = kind}, .optional = true});
    }
    schema_ = copyto::schema(fields); // a copy that owns them
  }

  [[nodiscard]] copyto::schema_view schema() const { return schema_; }

  copyto::result<copyto::fill_status> fill(copyto::batch& rows, std::stop_token const&) {
    std::size_t count = 0;
    for (std::string line; count != rows.capacity() && std::getline(text_, line); ++count, ++row_) {
      std::istringstream words(line);
      for (std::size_t i = 0; i != schema_.view().size(); ++i) {
        std::string word;
        words >> word;
        if (copyto::result<void> appended = append(rows.buffer(i), word); !appended) {
          return appended.error();
        }
      }
    }
    rows.close(count);
    return text_.eof() ? copyto::fill_status::end : copyto::fill_status::more;
  }

private:
  copyto::result<void> append(copyto::column_buffer& column, std::string const& word) const {
    if (word.empty() || word == "-") {
      column.append_null();
    } else if (column.type().type.id == copyto::kind::string) {
      column.append_copy(word); // `word` goes away before the encoder sees the batch
    } else {
      std::int64_t value = 0;
      auto const [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
      if (fault != std::errc() || end != word.data() + word.size()) {
        return copyto::error({.code = copyto::errc::value_out_of_range,
                              .message = "`" + word + "` is no number",
                              .row = row_,
                              .column = std::string(column.type().name)});
      }
      column.append_fixed(value);
    }
    return {};
  }

  std::istringstream text_;
  copyto::schema schema_;
  std::uint64_t row_ = 1;
};
static_assert(copyto::RowSource<text_table>);

int main() {
  text_table source("city:text people:int\n"
                    "Oslo 724290\n"
                    "Atlantis -\n"
                    "Bergen 294029\n");
  copyto::memory_store store;
  copyto::report const done =
      copyto::make_exporter(std::move(source), copyto::csv{{.header = copyto::csv_header::every_file}}, store)
          .run()
          .value();
  for (copyto::file_report const& file : done.files) {
    std::fputs(store.get(file.key, copyto::MiB, {}).value().body.c_str(), stdout);
  }
}
