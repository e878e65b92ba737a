// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_IMPL_CHECK_IPP
#define COPYTO_ENCODE_CSV_IMPL_CHECK_IPP

#include <copyto/encode/csv/check.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/encode/codec/detail/file_stream.hpp>
#include <copyto/encode/csv/detail/quoting.hpp>
#include <copyto/schema/detail/json_value.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace copyto {

namespace detail {

/// The rules for `csv_options::quotes` and `force_quote`.
COPYTO_DECL result<void> check_quotes(csv_options const& options, schema_view fields) {
  auto const refuse = [](std::string message, std::string const& column, std::string_view advice) {
    return error({.code = errc::invalid_argument,
                  .message = std::move(message),
                  .column = column,
                  .advice = std::string(advice)});
  };
  bool const never = options.quotes == csv_quotes::never;
  if (!options.force_quote.empty() && (never || options.quotes == csv_quotes::all)) {
    return refuse(
        fmt::format("the CSV option \"force_quote\" has no effect where \"quotes\" is {}", never ? "never" : "all"),
        options.force_quote.front(), "leave one of them out");
  }
  for (auto name = options.force_quote.begin(); name != options.force_quote.end(); ++name) {
    if (std::ranges::find(fields, *name, &field::name) == fields.end()) {
      return refuse("the CSV option \"force_quote\" names a column that the schema does not have", *name,
                    "correct the name, or leave it out");
    }
    if (std::find(options.force_quote.begin(), name, *name) != name) {
      return refuse("the CSV option \"force_quote\" names a column twice", *name, "name it once");
    }
  }
  csv_quoting const quoting(options, fields.size() == 1);
  for (field const& f : fields) {
    bool const looks_like_mark = &f == fields.data() && f.name.starts_with(bom);
    if (never && options.header != csv_header::none &&
        (looks_like_mark || quoting.needed(f.name, quoting.scan(f.name)))) {
      return refuse("the name of a column needs quotes in a header, and the CSV option \"quotes\" is never",
                    std::string(f.name), "rename the column, or write no header");
    }
  }
  return {};
}

} // namespace detail

COPYTO_DECL result<void> check(csv_options const& options, schema_view fields) {
  auto const refuse = [](std::string_view option, std::string_view why, std::string_view advice) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("the CSV option \"{}\" {}", option, why),
                  .advice = std::string(advice)});
  };
  struct {
    std::string_view name;
    char value;
  } const characters[] = {{"delimiter", options.delimiter}, {"quote", options.quote}, {"escape", options.escape}};
  for (auto const& [name, value] : characters) {
    if (value == '\r' || value == '\n') {
      return refuse(name, "is a line end", "choose a character that does not end a line");
    }
    if (value == '\0' || static_cast<unsigned char>(value) >= 0x80) {
      return refuse(name, "is not an ASCII character", "choose a character from U+0001 to U+007F");
    }
  }
  if (options.delimiter == options.quote) {
    return refuse("delimiter", "is the same as the option \"quote\"", "choose two different characters");
  }
  std::string_view const null_text = options.null_text;
  if (null_text.find_first_of("\r\n") != std::string_view::npos) {
    return refuse("null_text", "holds a line end", "choose a text of one line");
  }
  if (null_text.find(options.delimiter) != std::string_view::npos) {
    return refuse("null_text", "holds the delimiter", "choose another text, or another delimiter");
  }
  if (null_text.find(options.quote) != std::string_view::npos) {
    return refuse("null_text", "holds the quote character", "choose another text, or another quote character");
  }
  if (null_text.find('\0') != std::string_view::npos || !valid_utf8(null_text)) {
    return refuse("null_text", "is not UTF-8 text without NUL bytes", "choose a text of printable characters");
  }
  if (fields.size() == 1 && null_text == "\\.") {
    return refuse("null_text", "is \\. in a file of one column, where PostgreSQL reads it as the end of the data",
                  "choose another text, such as \\N");
  }
  if (null_text.starts_with("\xEF\xBB\xBF")) {
    return refuse("null_text", "begins with a byte order mark, which readers leave out at the beginning of a file",
                  "choose another text");
  }
  using detail::unreadable_name;
  for (field const& f : fields) {
    if (is_nested(f.type.id) && options.nested == csv_nested::refuse) {
      return error(
          {.code = errc::unsupported,
           .message = fmt::format("the CSV option \"nested\" is refuse, and a column is of type {}", describe(f)),
           .column = std::string(f.name),
           .advice = "leave the column out, let it be written as JSON text, or write Parquet"});
    }
    if (std::string const name = unreadable_name(f, std::string(f.name)); !name.empty()) {
      return error({.code = errc::invalid_argument,
                    .message = "the name of a struct's member is not valid UTF-8, so it cannot stand in JSON",
                    .column = name,
                    .advice = "rename the member"});
    }
    if (options.header != csv_header::none && (f.name.find('\0') != std::string_view::npos || !valid_utf8(f.name))) {
      return error(
          {.code = errc::invalid_argument,
           .message = "the name of a column is not UTF-8 text without NUL bytes, so it cannot stand in a header",
           .advice = fmt::format("rename column {} (counted from 1), or write no header", &f - fields.data() + 1)});
    }
  }
  if (result<void> codec = detail::check_file_codec(options.codec); !codec) {
    return codec;
  }
  return detail::check_quotes(options, fields);
}

} // namespace copyto

#endif
