// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_TOML_IPP
#define COPYTO_SOURCE_ARROW_IMPL_TOML_IPP

#include <copyto/source/arrow/detail/toml.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/core/utf8.hpp>

#include <boost/algorithm/string/join.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <utility>

namespace copyto::detail {

/// One pass over the text. Each step says whether it went well; where one did not, `wrong_` says why.
class toml_reader {
public:
  explicit toml_reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool read();
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  [[nodiscard]] std::string const& wrong() const noexcept { return wrong_; }
  [[nodiscard]] toml_values& values() noexcept { return values_; }

private:
  static constexpr int max_depth = 64; // of arrays and inline tables

  bool fail(std::string why);
  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
  [[nodiscard]] char now() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; } // which no TOML has
  bool take(std::string_view word);
  void skip_blanks();
  bool end_of_line();
  bool skip_lines();
  bool expression();
  bool table(toml_path const& path);
  bool keys(toml_path& path);
  bool pair(toml_path const& table, int depth);
  bool value(toml_path const& path, int depth);
  bool array(toml_path const& path, int depth);
  bool inline_table(toml_path const& path, int depth);
  bool string(std::string& into);
  bool several_lines(std::string& into, std::string_view quotes);
  bool escape(std::string& into, bool lines);
  bool bare_value(std::string& into);
  bool put(toml_path const& path, toml_value value);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::string wrong_;
  toml_path table_; // the header that stands above
  toml_values values_;
  std::set<toml_path> tables_;
  bool in_array_ = false;
};

COPYTO_COLD bool toml_reader::fail(std::string why) {
  wrong_ = std::move(why);
  return false;
}

COPYTO_COLD bool toml_reader::take(std::string_view word) {
  bool const there = rest().starts_with(word);
  at_ += there ? word.size() : 0;
  return there;
}

COPYTO_COLD void toml_reader::skip_blanks() {
  while (now() == ' ' || now() == '\t') {
    ++at_;
  }
}

/// Blanks, a comment, and the end of the line or of the text.
COPYTO_COLD bool toml_reader::end_of_line() {
  skip_blanks();
  if (now() == '#') {
    while (at_ < text_.size() && now() != '\n' && !rest().starts_with("\r\n")) {
      if (ascii::is_control(now()) && now() != '\t') {
        return fail("a comment holds a control character");
      }
      ++at_;
    }
  }
  if (at_ == text_.size()) {
    return true;
  }
  if (!take("\n") && !take("\r\n")) {
    return fail(fmt::format("`{}` stands where the line should end",
                            rest().substr(0, std::min<std::size_t>(rest().find_first_of("\r\n"), 40))));
  }
  ++line_;
  return true;
}

/// In an array: blanks, comments and line ends.
COPYTO_COLD bool toml_reader::skip_lines() {
  for (skip_blanks(); at_ < text_.size() && (now() == '#' || now() == '\n' || now() == '\r'); skip_blanks()) {
    if (!end_of_line()) {
      return false;
    }
  }
  return true;
}

COPYTO_COLD bool toml_reader::read() {
  if (!valid_utf8(text_)) {
    return fail("it is not valid UTF-8");
  }
  while (at_ < text_.size()) {
    if (!expression() || !end_of_line()) {
      return false;
    }
  }
  return true;
}

/// A line: nothing, a header, or a key and a value.
COPYTO_COLD bool toml_reader::expression() {
  skip_blanks();
  if (at_ == text_.size() || now() == '#' || now() == '\n' || now() == '\r') {
    return true;
  }
  if (rest().starts_with("[[")) {
    return fail("there is no array of tables in it");
  }
  if (!take("[")) {
    return pair(table_, 0);
  }
  table_.clear();
  if (!keys(table_)) {
    return false;
  }
  if (!take("]")) {
    return fail("the header of a table does not end with ]");
  }
  return table(table_);
}

COPYTO_COLD std::string toml_name(toml_path const& path) { return boost::algorithm::join(path, "."); }

COPYTO_COLD bool toml_reader::table(toml_path const& path) {
  if (!tables_.insert(path).second) {
    return fail(fmt::format("the table `{}` comes twice", toml_name(path)));
  }
  toml_path above;
  for (std::string const& key : path) {
    above.push_back(key);
    if (values_.contains(above)) {
      return fail(fmt::format("`{}` is a value and a table", toml_name(above)));
    }
  }
  return true;
}

/// Keys with dots between them.
COPYTO_COLD bool toml_reader::keys(toml_path& path) {
  do {
    skip_blanks();
    std::string key;
    if (now() == '"' || now() == '\'') {
      if (rest().starts_with("\"\"\"") || rest().starts_with("'''")) {
        return fail("a key goes over several lines");
      }
      if (!string(key)) {
        return false;
      }
    } else {
      while (ascii::is_alnum(now()) || now() == '_' || now() == '-') {
        key += text_[at_++];
      }
      if (key.empty()) {
        return fail("a key is missing, which is letters, digits, _ and -, or stands in quotes");
      }
    }
    path.push_back(std::move(key));
    skip_blanks();
  } while (take("."));
  return true;
}

COPYTO_COLD bool toml_reader::pair(toml_path const& table, int depth) {
  toml_path path = table;
  if (!keys(path)) {
    return false;
  }
  if (!take("=")) {
    return fail(fmt::format("there is no = behind `{}`", toml_name(path)));
  }
  skip_blanks();
  return value(path, depth);
}

COPYTO_COLD bool toml_reader::value(toml_path const& path, int depth) {
  if (depth > max_depth) {
    return fail("arrays and tables are too deep");
  }
  toml_value found{.line = line_};
  if (now() == '{') {
    return inline_table(path, depth);
  }
  if (now() == '[') {
    if (!array(path, depth)) {
      return false;
    }
  } else if (now() == '"' || now() == '\'') {
    found.is_string = true;
    std::string_view const three = now() == '"' ? "\"\"\"" : "'''";
    if (take(three) ? !several_lines(found.text, three) : !string(found.text)) {
      return false;
    }
  } else if (!bare_value(found.text)) {
    return false;
  }
  return put(path, std::move(found));
}

COPYTO_COLD bool toml_reader::array(toml_path const& path, int depth) {
  bool const within = std::exchange(in_array_, true);
  ++at_; // [
  while (true) {
    if (!skip_lines()) {
      return false;
    }
    if (take("]")) {
      in_array_ = within;
      return true;
    }
    if (!value(path, depth + 1) || !skip_lines()) {
      return false;
    }
    if (!take(",") && now() != ']') {
      return fail(fmt::format("the array `{}` does not end with ]", toml_name(path)));
    }
  }
}

COPYTO_COLD bool toml_reader::inline_table(toml_path const& path, int depth) {
  ++at_; // {
  skip_blanks();
  if (take("}")) {
    return true;
  }
  while (true) {
    if (!pair(path, depth + 1)) {
      return false;
    }
    skip_blanks();
    if (take("}")) {
      return true;
    }
    if (!take(",")) {
      return fail(fmt::format("the table `{}` does not end with }} on its line", toml_name(path)));
    }
  }
}

/// In quotes of one sign, on one line.
COPYTO_COLD bool toml_reader::string(std::string& into) {
  char const quote = text_[at_++];
  while (now() != quote) {
    if (at_ == text_.size() || now() == '\n' || rest().starts_with("\r\n")) {
      return fail("a text in quotes does not end on its line");
    }
    if (ascii::is_control(now()) && now() != '\t') {
      return fail("a text holds a control character");
    }
    if (quote == '"' && now() == '\\') {
      if (!escape(into, false)) {
        return false;
      }
    } else {
      into += text_[at_++];
    }
  }
  ++at_;
  return true;
}

/// Behind three quotes.
COPYTO_COLD bool toml_reader::several_lines(std::string& into, std::string_view quotes) {
  if (take("\n") || take("\r\n")) { // the first line end is none of the text
    ++line_;
  }
  while (!rest().starts_with(quotes)) {
    if (at_ == text_.size()) {
      return fail("a text in three quotes does not end");
    }
    if (ascii::is_control(now()) && now() != '\t' && now() != '\n' && !rest().starts_with("\r\n")) {
      return fail("a text holds a control character");
    }
    if (quotes.front() == '"' && now() == '\\') {
      if (!escape(into, true)) {
        return false;
      }
      continue;
    }
    line_ += now() == '\n' ? 1 : 0;
    into += text_[at_++];
  }
  at_ += quotes.size();
  for (int more = 0; more != 2 && now() == quotes.front(); ++more) { // up to two quotes before the three
    into += text_[at_++];
  }
  return true;
}

COPYTO_COLD bool toml_reader::escape(std::string& into, bool lines) {
  ++at_; // the backslash
  constexpr std::string_view letters = "btnfr\"\\";
  constexpr std::string_view meant = "\b\t\n\f\r\"\\";
  if (std::size_t const known = letters.find(now()); at_ < text_.size() && known != letters.npos) {
    into += meant[known];
    ++at_;
    return true;
  }
  if (lines) { // at the end of a line, which goes, and so do all blanks and lines before the next sign
    std::size_t const blanks = std::min(rest().find_first_not_of(" \t\r\n"), rest().size());
    std::string_view const gone = rest().substr(0, blanks);
    if (std::size_t const end = gone.find('\n'); end != gone.npos) {
      line_ += static_cast<std::size_t>(std::ranges::count(gone, '\n'));
      at_ += blanks;
      return true;
    }
  }
  std::size_t const digits = now() == 'u' ? 4 : now() == 'U' ? 8 : 0;
  std::string_view const hex = digits == 0 ? std::string_view() : rest().substr(1, digits);
  std::uint32_t point = 0;
  auto const read = std::from_chars(hex.data(), hex.data() + hex.size(), point, 16);
  bool const whole = digits != 0 && hex.size() == digits && read.ec == std::errc() && read.ptr == hex.data() + digits;
  if (!whole || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
    return fail(R"(a \ in a text has no meaning: write \\, or put the text in single quotes)");
  }
  char character[4];
  into.append(character, put_utf8(character, point));
  at_ += 1 + digits;
  return true;
}

/// A number, a time, true or false.
COPYTO_COLD bool toml_reader::bare_value(std::string& into) {
  constexpr std::string_view behind = " \t\r\n,]}#=";
  std::size_t size = std::min(rest().find_first_of(behind), rest().size());
  if (size == 10 && rest()[4] == '-' && size + 1 < rest().size() && rest()[size] == ' ' &&
      ascii::is_digit(rest()[size + 1])) { // the blank between a date and its time
    size = std::min(rest().find_first_of(behind, size + 1), rest().size());
  }
  into = rest().substr(0, size);
  std::string_view const word = into;
  std::string_view const number = word.substr(word.starts_with('+') || word.starts_with('-') ? 1 : 0);
  bool const looks_so = word == "true" || word == "false" || number == "inf" || number == "nan" ||
                        (!number.empty() && ascii::is_digit(number.front()) && std::ranges::all_of(number, [](char c) {
                          return ascii::is_alnum(c) || std::string_view("_+-.: ").find(c) != std::string_view::npos;
                        }));
  if (!looks_so) {
    return fail(word.empty() ? "a value is missing" : fmt::format("`{}` is no value: a text stands in quotes", word));
  }
  at_ += size;
  return true;
}

COPYTO_COLD bool toml_reader::put(toml_path const& path, toml_value value) {
  if (in_array_) {
    return true; // what an array holds is not kept
  }
  toml_path above;
  for (std::string const& key : path) {
    if (!above.empty() && values_.contains(above)) {
      return fail(fmt::format("`{}` is a value and a table", toml_name(above)));
    }
    above.push_back(key);
  }
  auto const begins = [&](toml_path const& other) {
    return other.size() > path.size() && std::equal(path.begin(), path.end(), other.begin());
  };
  auto const next = values_.lower_bound(path);
  auto const header = tables_.lower_bound(path);
  if (next != values_.end() && next->first == path) {
    return fail(fmt::format("`{}` comes twice", toml_name(path)));
  }
  if ((next != values_.end() && begins(next->first)) ||
      (header != tables_.end() && (*header == path || begins(*header)))) {
    return fail(fmt::format("`{}` is a value and a table", toml_name(path)));
  }
  values_.emplace_hint(next, path, std::move(value));
  return true;
}

COPYTO_COLD result<toml_values> parse_toml(std::string_view text, std::string_view what) {
  toml_reader reader(text);
  if (!reader.read()) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("{}, line {}: {}", what, reader.line(), reader.wrong()),
                  .advice = "correct it; toml.io/en/v1.0.0 has the rules"});
  }
  return std::move(reader.values());
}

} // namespace copyto::detail

#endif
