// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "copy_statement.hpp"

#include "size.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <locale>
#include <optional>
#include <span>
#include <utility>

namespace copy_to {
namespace {

enum class token_kind : std::uint8_t {
  end,
  word,   ///< a name or a keyword
  quoted, ///< a name in double quotes
  text,   ///< a string
  number,
  symbol, ///< one character
  broken, ///< a string, a name or a comment without its end; `value` says which
};

struct token {
  token_kind kind = token_kind::end;
  std::size_t at = 0;     ///< where it begins in the statement
  std::size_t behind = 0; ///< where it ends
  std::string value = {}; ///< without quotes

  [[nodiscard]] bool is(char symbol) const { return kind == token_kind::symbol && value.front() == symbol; }
  [[nodiscard]] bool is(std::string_view keyword) const {
    return kind == token_kind::word && boost::algorithm::iequals(value, keyword, std::locale::classic());
  }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return begins_word(c) || is_digit(c); }

/// The words of SQL, as PostgreSQL cuts them (postgresql.org/docs/current/sql-syntax-lexical.html).
class scanner {
public:
  scanner(std::string_view sql, bool comments_nest) : sql_(sql), comments_nest_(comments_nest) {}

  token next() {
    if (std::optional<token> comment = skip_blank()) {
      return *std::move(comment);
    }
    if (at_ == sql_.size()) {
      return {.kind = token_kind::end, .at = at_, .behind = at_};
    }
    char const c = sql_[at_];
    if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      return string(true);
    }
    if (begins_word(c)) {
      return run(token_kind::word, [](char d) { return in_word(d) || d == '$'; });
    }
    if (is_digit(c)) {
      return run(token_kind::number, [](char d) { return in_word(d) || d == '.'; });
    }
    switch (c) {
    case '\'': return string(false);
    case '"': return name();
    case '$': return dollar();
    default: ++at_; return {token_kind::symbol, at_ - 1, at_, std::string(1, c)};
    }
  }

private:
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  template <class Belongs>
  token run(token_kind kind, Belongs belongs) {
    std::size_t const begin = at_;
    while (at_ != sql_.size() && belongs(sql_[at_])) {
      ++at_;
    }
    return {kind, begin, at_, std::string(sql_.substr(begin, at_ - begin))};
  }

  token broken(std::size_t begin, char const* what) {
    at_ = sql_.size();
    return {token_kind::broken, begin, at_, what};
  }

  /// Blanks and comments.
  std::optional<token> skip_blank() {
    for (;;) {
      if (std::string_view(" \t\r\n\f\v").find(peek(0)) != std::string_view::npos && at_ != sql_.size()) {
        ++at_;
      } else if (peek(0) == '-' && peek(1) == '-') {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (peek(0) == '/' && peek(1) == '*') {
        std::size_t const begin = at_;
        std::size_t depth = 0;
        do {
          bool const opens = peek(0) == '/' && peek(1) == '*' && (depth == 0 || comments_nest_);
          bool const closes = peek(0) == '*' && peek(1) == '/';
          depth += opens ? 1 : 0;
          depth -= closes ? 1 : 0;
          at_ += opens || closes ? 2 : 1;
        } while (depth != 0 && at_ < sql_.size());
        if (depth != 0) {
          return broken(begin, "a comment");
        }
      } else {
        return std::nullopt;
      }
    }
  }

  /// '...' with '' for a quote; with backslashes where an E stands before it.
  token string(bool escapes) {
    std::size_t const begin = at_;
    token read{.kind = token_kind::text, .at = begin};
    for (at_ += escapes ? 2 : 1; at_ != sql_.size(); ++at_) {
      char const c = sql_[at_];
      if (c == '\'' && peek(1) != '\'') {
        read.behind = ++at_;
        return read;
      }
      if (c == '\'') {
        ++at_;
      } else if (c == '\\' && escapes) {
        ++at_;
        constexpr std::string_view letters = "tnrbf\\'";
        constexpr std::string_view meant = "\t\n\r\b\f\\'";
        std::size_t const letter = at_ == sql_.size() ? letters.npos : letters.find(sql_[at_]);
        if (letter == letters.npos) {
          return broken(begin, "an escape that is not \\t, \\n, \\r, \\b, \\f, \\\\ or \\', or a string");
        }
        read.value += meant[letter];
        continue;
      }
      read.value += c;
    }
    return broken(begin, "a string");
  }

  /// "..." with "" for a quote.
  token name() {
    std::size_t const begin = at_;
    token read{.kind = token_kind::quoted, .at = begin};
    for (++at_; at_ != sql_.size(); ++at_) {
      char const c = sql_[at_];
      if (c == '"' && peek(1) != '"') {
        read.behind = ++at_;
        return read;
      }
      at_ += c == '"' ? 1 : 0;
      read.value += c;
    }
    return broken(begin, "a name in quotes");
  }

  /// $$...$$ or $tag$...$tag$; any other dollar is a symbol, as in $1.
  token dollar() {
    std::size_t const begin = at_;
    std::size_t end = at_ + 1;
    while (end != sql_.size() && in_word(sql_[end])) {
      ++end;
    }
    if (end == sql_.size() || sql_[end] != '$' || is_digit(sql_[begin + 1])) {
      ++at_;
      return {token_kind::symbol, begin, at_, "$"};
    }
    std::string_view const tag = sql_.substr(begin, end + 1 - begin);
    std::size_t const close = sql_.find(tag, end + 1);
    if (close == sql_.npos) {
      return broken(begin, "a string");
    }
    at_ = close + tag.size();
    return {token_kind::text, begin, at_, std::string(sql_.substr(end + 1, close - end - 1))};
  }

  std::string_view sql_;
  bool comments_nest_;
  std::size_t at_ = 0;
};

enum class value_kind : std::uint8_t { text, name, byte, size, whole, format, flag, no_flag, columns, keys };

struct statement_option {
  std::string_view name;   ///< in the statement
  std::string_view option; ///< on the command line
  value_kind value;
};

constexpr statement_option known_options[] = {
    {"AWS CONNECTION", "aws-profile", value_kind::name},
    {"FORMAT", "format", value_kind::format},
    {"MAX FILE SIZE", "max-file-size", value_kind::size},
    {"MAX FILE ROWS", "max-file-rows", value_kind::whole},
    {"HEADER", "header", value_kind::flag},
    {"DELIMITER", "delimiter", value_kind::byte},
    {"QUOTE", "quote", value_kind::byte},
    {"ESCAPE", "escape", value_kind::byte},
    {"NULL", "null", value_kind::text},
    {"FORCE QUOTE", "force-quote", value_kind::columns},
    {"COMPRESSION", "codec", value_kind::name},
    {"COMPRESSION LEVEL", "codec-level", value_kind::whole},
    {"READER", "reader", value_kind::name},
    {"ROW GROUP ROWS", "row-group-rows", value_kind::whole},
    {"KEY", "key", value_kind::columns},
    {"ENVELOPE", "envelope", value_kind::name},
    {"HEADERS", "headers", value_kind::columns},
    {"PARTITION HASH", "partition-hash", value_kind::name},
    {"TRANSACTION ROWS", "transaction-rows", value_kind::whole},
    {"PROGRESS TOPIC", "progress-topic", value_kind::name},
    {"ROW GROUP SIZE", "row-group-size", value_kind::size},
    {"BLOOM FILTER", "bloom-filter", value_kind::columns},
    {"IF EXISTS", "if-exists", value_kind::name},
    {"NAMES", "names", value_kind::text},
    {"SINGLE FILE", "single-file", value_kind::flag},
    {"EMPTY FILE", "no-empty-file", value_kind::no_flag},
    {"CONTROL OBJECT", "no-control-object", value_kind::no_flag},
    {"AS THEY CLOSE", "as-they-close", value_kind::flag},
    {"MANIFEST", "manifest", value_kind::flag},
    {"SUCCESS FILE", "success-file", value_kind::flag},
    {"PARTITION BY", "partition-by", value_kind::keys},
    {"PARTITION KEEP", "partition-keep", value_kind::flag},
    {"MAX PARTITIONS", "max-partitions", value_kind::whole},
    {"REPLACE PARTITIONS", "replace-partitions", value_kind::flag},
    {"COLUMN STATS", "column-stats", value_kind::flag},
    {"PART SIZE", "part-size", value_kind::size},
    {"PARTS IN FLIGHT", "parts-in-flight", value_kind::whole},
    {"THREADS", "threads", value_kind::whole},
    {"SHARDS", "shards", value_kind::whole},
    {"SHARD BY", "shard-by", value_kind::name},
    {"CONNECTIONS", "connections", value_kind::whole},
    {"REGION", "region", value_kind::text},
    {"ENDPOINT", "endpoint", value_kind::text},
    {"STORAGE CLASS", "storage-class", value_kind::name},
};

constexpr std::string_view form =
    "the form is COPY table TO 's3://bucket/prefix' WITH (FORMAT = 'parquet'), or COPY (SELECT ...) TO ...";

class parser {
public:
  parser(std::string_view sql, bool comments_nest)
      : sql_(sql), scan_(sql, comments_nest), names_are_sql_(comments_nest) {
    take();
  }

  copyto::result<std::vector<std::string>> statement() {
    try {
      keyword("COPY");
      source();
      keyword("TO");
      if (here_.kind != token_kind::text) {
        refuse(here_, fmt::format("a URI in single quotes is expected, not {}", shown(here_)));
      }
      add("to", take().value);
      if (here_.is("USING") || here_.is("AWS")) {
        if (here_.is("USING")) {
          take();
        }
        keyword("AWS");
        keyword("CONNECTION");
        seen_.push_back(known_options[0].name);
        option(known_options[0]);
      }
      if (here_.is("WITH")) {
        take();
        if (!here_.is('(')) {
          refuse(here_, fmt::format("options in parentheses are expected behind WITH, not {}", shown(here_)));
        }
      }
      if (here_.is('(')) {
        options();
      }
      if (here_.is(';')) {
        take();
      }
      if (here_.kind != token_kind::end) {
        refuse(here_, fmt::format("the statement should end here, and {} follows", shown(here_)));
      }
    } catch (copyto::failure const& f) {
      return f.error();
    }
    auto const has = [&](std::string_view option) {
      return std::ranges::any_of(line_, [&](std::string const& word) { return word.starts_with(option); });
    };
    if (!table_.empty() && has("--shards=") && !has("--shard-by=")) { // pages are a table's, and no query's
      line_.front() = fmt::format("--table={}", table_);
    }
    return std::move(line_);
  }

private:
  /// What stands there, for a message; of a string, only that it is one.
  static std::string shown(token const& t) {
    switch (t.kind) {
    case token_kind::end: return "the end";
    case token_kind::text: return "a string";
    default: return fmt::format("`{}`", t.value);
    }
  }

  [[noreturn]] void refuse(token const& t, std::string why, std::string advice = std::string(form)) const {
    std::string_view const before = sql_.substr(0, t.at);
    std::size_t const line_begin = before.rfind('\n') + 1; // npos + 1 is 0
    auto const characters = std::ranges::count_if(before.substr(line_begin), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80; // does not continue a character of UTF-8
    });
    throw copyto::failure(
        copyto::error({.code = copyto::errc::invalid_argument,
                       .message = fmt::format("COPY statement, line {}, column {}: {}",
                                              std::ranges::count(before, '\n') + 1, characters + 1, why),
                       .advice = std::move(advice)}));
  }

  /// Goes on to the next token and returns the one that was here.
  token take() {
    token was = std::exchange(here_, scan_.next());
    if (here_.kind == token_kind::broken) {
      refuse(here_, fmt::format("{} that begins here has no end", here_.value), "close it");
    }
    return was;
  }

  void keyword(std::string_view word) {
    if (!here_.is(word)) {
      refuse(here_, fmt::format("{} is expected, not {}", word, shown(here_)));
    }
    take();
  }

  void add(std::string_view option, std::string_view value) { line_.push_back(fmt::format("--{}={}", option, value)); }

  void source() {
    if (here_.is('(')) {
      query();
      return;
    }
    token const first = here_;
    std::size_t behind = 0;
    std::size_t parts = 0;
    for (;; ++parts) {
      if (here_.kind != token_kind::word && here_.kind != token_kind::quoted) {
        refuse(here_, fmt::format("a table or a query in parentheses is expected, not {}", shown(here_)));
      }
      behind = take().behind;
      if (!here_.is('.')) {
        break;
      }
      take();
    }
    if (here_.is('(')) {
      refuse(here_, "a list of columns has no place here", "write COPY (SELECT a, b FROM ...) TO ...");
    }
    std::string_view const name = sql_.substr(first.at, behind - first.at);
    table_ = names_are_sql_ ? std::string(name)
             : parts == 0   ? first.value
                            : std::string(); // SQLite's --table is a name
    add("query", fmt::format("SELECT * FROM {}", name));
  }

  void query() {
    token const open = take();
    std::size_t depth = 1;
    bool empty = true;
    for (;;) {
      if (here_.kind == token_kind::end) {
        refuse(open, "the parenthesis that opens here is not closed", "close it");
      }
      depth += here_.is('(') ? 1 : 0;
      depth -= here_.is(')') ? 1 : 0;
      token const t = take();
      if (depth == 0) {
        if (empty) {
          refuse(t, "a query is expected in the parentheses");
        }
        // The line feed ends a comment that may stand last.
        std::string text(sql_.substr(open.behind, t.at - open.behind));
        if (text.find("--") != text.npos) {
          text += '\n';
        }
        add("query", text);
        return;
      }
      empty = false;
    }
  }

  /// The option whose name stands here, the longest of those that could be; takes its words.
  statement_option const& option_name() {
    token const first = here_;
    scanner ahead = scan_;
    std::string words;
    statement_option const* best = nullptr;
    std::size_t best_words = 0;
    token t = here_;
    for (std::size_t count = 1; count != 4 && t.kind == token_kind::word; ++count) {
      words += (words.empty() ? "" : " ") + boost::algorithm::to_upper_copy(t.value, std::locale::classic());
      std::ranges::replace(words, '_', ' ');
      auto const* const known = std::ranges::find(known_options, words, &statement_option::name);
      if (known != std::end(known_options)) {
        best = known;
        best_words = count;
      }
      t = ahead.next();
    }
    if (best == nullptr) {
      refuse(here_, fmt::format("there is no option {}", shown(here_)),
             fmt::format("the options are {}", statement_options_text()));
    }
    for (; best_words != 0; --best_words) {
      take();
    }
    if (std::ranges::find(seen_, best->name) != seen_.end()) {
      refuse(first, fmt::format("{} is given twice", best->name), "leave one out");
    }
    seen_.push_back(best->name);
    return *best;
  }

  void options() {
    do {
      take(); // the parenthesis, or the comma
      option(option_name());
    } while (here_.is(','));
    if (!here_.is(')')) {
      refuse(here_, fmt::format("a comma or a closing parenthesis is expected, not {}", shown(here_)));
    }
    take();
  }

  void option(statement_option const& known) {
    bool const assigned = here_.is('=');
    if (assigned) {
      take();
    }
    if (known.value == value_kind::columns) {
      add(known.option, columns(known));
      return;
    }
    if (known.value == value_kind::keys) {
      add(known.option, keys(known));
      return;
    }
    bool const flag = known.value == value_kind::flag || known.value == value_kind::no_flag;
    if (flag && !assigned && (here_.is(',') || here_.is(')'))) { // given alone, it is on
      set(known, true);
      return;
    }
    if (here_.kind != token_kind::text && here_.kind != token_kind::word && here_.kind != token_kind::quoted &&
        here_.kind != token_kind::number) {
      refuse(here_, fmt::format("a value for {} is expected, not {}", known.name, shown(here_)));
    }
    token const value = take();
    if (flag) {
      set(known, truth(known, value));
    } else {
      add(known.option, checked(known, value));
    }
  }

  void set(statement_option const& known, bool on) {
    if (on == (known.value == value_kind::flag)) {
      line_.push_back(fmt::format("--{}", known.option));
    }
  }

  bool truth(statement_option const& known, token const& value) const {
    std::string const word = boost::algorithm::to_lower_copy(value.value, std::locale::classic());
    bool const on = word == "true" || word == "on" || word == "1";
    if (!on && word != "false" && word != "off" && word != "0") {
      refuse(value, fmt::format("{} is true or false", known.name), "write one of them, or the option alone for true");
    }
    return on;
  }

  std::string columns(statement_option const& known) {
    if (here_.is('*')) {
      return take().value;
    }
    if (!here_.is('(')) {
      refuse(here_, fmt::format("{} is * or columns in parentheses, not {}", known.name, shown(here_)));
    }
    std::string names;
    do {
      take();
      if (here_.kind != token_kind::word && here_.kind != token_kind::quoted) {
        refuse(here_, fmt::format("the name of a column is expected, not {}", shown(here_)));
      }
      if (here_.value.find(',') != std::string::npos) {
        refuse(here_, "a name that holds a comma cannot be given here", "give the column another one by AS");
      }
      token const column = take();
      names +=
          (names.empty() ? "" : ",") + (column.kind == token_kind::quoted
                                            ? column.value
                                            : boost::algorithm::to_lower_copy(column.value, std::locale::classic()));
    } while (here_.is(','));
    if (!here_.is(')')) {
      refuse(here_, fmt::format("a comma or a closing parenthesis is expected, not {}", shown(here_)));
    }
    take();
    return names;
  }

  /// Columns and transforms of them, as --partition-by has them.
  std::string keys(statement_option const& known) {
    if (here_.kind == token_kind::text) {
      return take().value;
    }
    if (!here_.is('(')) {
      refuse(here_, fmt::format("{} is keys in parentheses, not {}", known.name, shown(here_)));
    }
    take();
    std::string text;
    for (int depth = 1;;) {
      depth += here_.is('(') ? 1 : here_.is(')') ? -1 : 0;
      if (depth == 0) {
        take();
        return text;
      }
      bool const word = here_.kind == token_kind::word || here_.kind == token_kind::number;
      if (!word && here_.kind != token_kind::quoted && !here_.is('(') && !here_.is(')') && !here_.is(',')) {
        refuse(here_, fmt::format("a column, or a transform of one, is expected, not {}", shown(here_)));
      }
      token const part = take();
      text += word ? boost::algorithm::to_lower_copy(part.value, std::locale::classic())
              : part.kind == token_kind::quoted
                  ? '"' + boost::algorithm::replace_all_copy(part.value, "\"", "\"\"") + '"'
                  : part.value;
    }
  }

  /// What is wrong with a value is said where it stands, where that is not left to the command line.
  std::string checked(statement_option const& known, token const& value) const {
    switch (known.value) {
    case value_kind::size:
      if (copyto::result<std::uint64_t> const size = parse_size(value.value); !size) {
        refuse(value, fmt::format("{}: {}", known.name, size.error()->message), size.error()->advice);
      }
      break;
    case value_kind::whole:
      if (value.value.empty() || !std::ranges::all_of(value.value, is_digit)) {
        refuse(value, fmt::format("{} is a whole number", known.name), "write one");
      }
      break;
    case value_kind::byte:
      if (value.value.size() != 1 || static_cast<unsigned char>(value.value.front()) >= 0x80) {
        refuse(value, fmt::format("{} is one ASCII character", known.name),
               "write it in quotes, a tabulator as E'\\t'");
      }
      break;
    case value_kind::format: {
      std::string name = boost::algorithm::to_lower_copy(value.value, std::locale::classic());
      bool const of_topics = name == "json" || name == "avro" || name == "raw"; // of files they are refused later
      if (name != "csv" && name != "parquet" && !of_topics) {
        refuse(value, fmt::format("{} is 'csv' or 'parquet'", known.name),
               "for what PostgreSQL formats itself, e.g. text and binary, see --pass-through");
      }
      return name;
    }
    case value_kind::name:
      if (value.value.empty()) {
        refuse(value, fmt::format("{} is empty", known.name), "write a name");
      }
      break;
    default: break;
    }
    return value.value;
  }

  std::string_view sql_;
  scanner scan_;
  bool names_are_sql_; ///< of --table; else it is a name as it is
  std::string table_;  ///< as --table takes it; empty: there is none
  token here_;
  std::vector<std::string_view> seen_;
  std::vector<std::string> line_;
};

} // namespace

copyto::result<std::vector<std::string>> read_copy_statement(std::string_view statement, bool comments_nest) {
  try {
    return parser(statement, comments_nest).statement();
  } catch (copyto::failure const& f) { // of its first token
    return f.error();
  }
}

std::string statement_options_text() {
  std::string text;
  for (statement_option const& known : known_options) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", known.name);
  }
  return text;
}

} // namespace copy_to
