// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_CSV_RECORDS_IPP
#define COPYTO_TOPIC_IMPL_CSV_RECORDS_IPP

#include <copyto/topic/csv_records.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/encode/csv/check.hpp>
#include <copyto/schema/detail/json_value.hpp>
#include <copyto/schema/detail/value_text.hpp>
#include <copyto/topic/detail/record_columns.hpp>

#include <optional>

namespace copyto {

namespace detail {

/// Writes the fields of one row. Functions return false where they cannot; then `failed` says why.
class csv_record_pen {
public:
  csv_record_pen(csv_records& of, byte_buffer& out) noexcept
      : quoting_(of.options_, of.columns_.size() == 1), json_(of.json_), out_(out) {}

  std::optional<error> failed;

  bool field_of(column_view const& column, field const& f, std::size_t row, csv_column how, bool first) {
    first_ = first;
    field_ = &f;
    row_ = row;
    if (column.is_null(row)) {
      out_.append(std::string_view(quoting_.options().null_text));
      return true;
    }
    switch (f.type.id) {
    case kind::string:
    case kind::json:
    case kind::enumeration: {
      std::string_view const text = column.bytes(row);
      csv_findings const found = quoting_.scan(text);
      if (found.nul || (found.not_ascii && !valid_utf8(text))) {
        return refuse(found.nul ? "a text holds a NUL byte, which CSV readers take for its end"
                                : "a text is not valid UTF-8",
                      "make the column binary, or write JSON or Avro");
      }
      return put(text, found, how);
    }
    case kind::binary:
    case kind::fixed_binary: {
      std::string_view const bytes = column.bytes(row);
      json_.clear();
      json_.append("\\x");
      pg::put_hex(reinterpret_cast<char*>(json_.room(2 * bytes.size())), bytes);
      json_.advance(2 * bytes.size());
      return put_scratch(how);
    }
    case kind::list:
    case kind::structure:
    case kind::map: {
      json_.clear();
      if (std::optional<json_fault> const fault = append_json(json_, column, row)) {
        return refuse(fault->why, "correct it in the source", fault->path);
      }
      return put_scratch(how);
    }
    default: break;
    }
    char* const at = reinterpret_cast<char*>(out_.room(pg::max_text));
    char const* const end = pg::put_value(at, column, row);
    if (end == nullptr) {
      return refuse("a time of day is outside of 00:00:00 to 24:00:00", "correct it in the source");
    }
    auto const size = static_cast<std::size_t>(end - at);
    if (how == csv_column::plain) {
      out_.advance(size);
      return true;
    }
    char text[pg::max_text];
    std::string_view(at, size).copy(text, size);
    return put({text, size}, how);
  }

private:
  bool put_scratch(csv_column how) {
    bool const done = put(as_text(json_.view()), how);
    if (json_.capacity() > MiB) { // of one large value
      json_.release();
    }
    return done;
  }
  bool put(std::string_view text, csv_column how) { return put(text, quoting_.scan(text), how); }
  bool put(std::string_view text, csv_findings found, csv_column how) {
    constexpr std::string_view mark = "\xEF\xBB\xBF"; // readers take it away from the beginning of a file
    if (!quoting_.needed(text, found) && how != csv_column::quoted && !(first_ && text.starts_with(mark))) {
      out_.append(text);
      return true;
    }
    csv_options const& options = quoting_.options();
    if (options.quotes == csv_quotes::never) {
      return refuse("a value needs quotes, and the CSV option \"quotes\" is never",
                    "allow quotes, or choose another delimiter or null_text");
    }
    std::string_view const quote(&options.quote, 1);
    out_.append(quote);
    for (;;) {
      std::size_t const run = quoting_.find_escaped(text);
      out_.append(text.substr(0, run));
      if (run == text.size()) {
        break;
      }
      char const escaped[] = {options.escape, text[run]};
      out_.append(std::string_view(escaped, 2));
      text.remove_prefix(run + 1);
    }
    out_.append(quote);
    return true;
  }
  bool refuse(std::string_view why, std::string_view advice, std::string_view below = {}) {
    failed = record_value_error(*field_, row_, below, why, advice);
    return false;
  }

  csv_quoting quoting_;
  byte_buffer& json_;
  byte_buffer& out_;
  field const* field_ = nullptr;
  std::size_t row_ = 0;
  bool first_ = false; ///< field of the record
};

} // namespace detail

COPYTO_COLD csv_records::csv_records(csv_records_options const& options)
    : options_{.delimiter = options.delimiter,
               .quote = options.quote,
               .escape = options.escape,
               .null_text = options.null_text,
               .quotes = options.quotes,
               .force_quote = options.force_quote,
               .nested = options.nested} {}

COPYTO_COLD result<void> csv_records::begin(schema_view fields, std::span<std::size_t const> columns) {
  if (result<void> checked = detail::check_record_columns(fields, columns); !checked) {
    return checked;
  }
  std::vector<field> written;
  for (std::size_t const c : columns) {
    written.push_back(fields[c]);
  }
  if (result<void> checked = check(options_, written); !checked) {
    return checked;
  }
  detail::csv_quoting const quoting(options_, columns.size() == 1);
  columns_.clear();
  for (std::size_t const c : columns) {
    columns_.push_back({c, quoting.of(fields[c], detail::pg::alphabet(fields[c].type.id))});
  }
  return {};
}

COPYTO_DECL result<void> csv_records::append(batch const& rows, std::size_t row, byte_buffer& out) {
  std::size_t const before = out.size();
  detail::csv_record_pen pen(*this, out);
  bool first = true;
  for (column const& c : columns_) {
    out.append(first ? std::string_view() : std::string_view(&options_.delimiter, 1));
    if (!pen.field_of(rows.column(c.number), rows.schema()[c.number], row, c.how, first)) {
      out.resize(before);
      return *std::move(pen.failed);
    }
    first = false;
  }
  return {};
}

} // namespace copyto

#endif
