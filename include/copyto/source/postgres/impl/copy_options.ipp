// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_COPY_OPTIONS_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_COPY_OPTIONS_IPP

#include <copyto/source/postgres/detail/copy_options.hpp>

#include <copyto/core/ascii.hpp>

#include <copyto/source/postgres/detail/sql.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <optional>

namespace copyto::detail {

class pg_option_reader {
public:
  explicit pg_option_reader(std::string_view text) noexcept : text_(text) { advance(); }

  result<pg_copy_options> read();

private:
  /// To the next token. A quote without an end leaves `token_` empty, and `at_` on it.
  void advance() noexcept {
    at_ = pg_skip_blanks(text_, at_ + token_.size());
    std::size_t const end = at_ < text_.size() ? pg_token_end(text_, at_) : at_;
    token_ = text_.substr(at_, end == std::string_view::npos ? 0 : end - at_);
  }
  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] bool at_word() const noexcept {
    char const c = token_.empty() ? '\0' : token_.front();
    return pg_starts_word(c);
  }
  [[nodiscard]] error refused(std::string_view wanted) const {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("the COPY options lack {} at byte {}, before \"{}\"", wanted, at_,
                                         text_.substr(at_, 20)),
                  .advice = "write what stands between the parentheses of COPY ... WITH (...), such as: format csv, "
                            "delimiter $$:$$, header"});
  }
  /// The token as a value, and its text if that is known.
  struct value {
    std::string sql = {};
    std::optional<std::string> text = std::nullopt;
  };
  [[nodiscard]] std::optional<value> scalar() const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view token_;
};

/// What stands between single or double quotes, which are doubled inside.
inline std::string pg_unquoted(std::string_view token) {
  std::string text;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    text.push_back(token[i]);
    i += token[i] == token.front() ? 1 : 0;
  }
  return text;
}

inline std::optional<pg_option_reader::value> pg_option_reader::scalar() const {
  auto const quoted = [](std::string const& text) { return value{.sql = pg_quoted_text(text), .text = text}; };
  if (token_.empty()) {
    return std::nullopt;
  }
  if (token_.front() == '\'' || token_.front() == '"') {
    return quoted(pg_unquoted(token_));
  }
  if (token_.front() == '$' && token_.size() > 1) {
    std::size_t const tag = token_.find('$', 1) + 1;
    return quoted(std::string(token_.substr(tag, token_.size() - 2 * tag)));
  }
  if (at_word() && token_.back() == '\'') { // E'...', which means the same everywhere
    return value{.sql = std::string(token_)};
  }
  if (at_word()) {
    return quoted(pg_folded(token_));
  }
  return std::nullopt;
}

inline result<pg_copy_options> pg_option_reader::read() {
  pg_copy_options options;
  if (text_.find('\0') != std::string_view::npos) {
    return error(errc::invalid_argument, "the COPY options have a NUL byte");
  }
  while (!at_end()) {
    bool const quoted = token_.starts_with('"') && token_.size() > 2;
    if (!quoted && (!at_word() || token_.back() == '\'')) {
      return refused("the name of an option");
    }
    std::string const name = quoted ? pg_unquoted(token_) : pg_folded(token_);
    value given;
    advance();
    if (token_ == "*") {
      given.sql = "*";
      advance();
    } else if (token_.size() == 1 && ascii::is_digit(token_.front())) {
      for (; token_.size() == 1 && ascii::is_digit(token_.front()); advance()) {
        given.sql += token_;
      }
      given.text = given.sql;
    } else if (token_ == "(") {
      given.sql = "(";
      do {
        advance();
        std::optional<value> const item = scalar();
        if (!item) {
          return refused("a value of the list");
        }
        given.sql += (given.sql.size() == 1 ? "" : ", ") + item->sql;
        advance();
      } while (token_ == ",");
      if (token_ != ")") {
        return refused("a closing parenthesis");
      }
      given.sql += ')';
      advance();
    } else if (token_ != "," && !at_end()) {
      std::optional<value> one = scalar();
      if (!one) {
        return refused("a value");
      }
      given = std::move(*one);
      advance();
    }
    if (!at_end() && token_ != ",") {
      return refused("a comma");
    }
    options.list += fmt::format("{}{}{}{}", options.list.empty() ? "" : ", ", pg_quoted_name(name),
                                given.sql.empty() ? "" : " ", given.sql);
    if (name == "format") {
      std::string const wanted = pg_folded(given.text.value_or(""));
      options.format = wanted == "csv" ? "csv" : wanted == "text" ? "text" : wanted == "binary" ? "binary" : "";
      if (options.format.empty()) {
        return error({.code = errc::unsupported,
                      .message = fmt::format("the COPY format \"{}\" is not one that can be cut into files", wanted),
                      .advice = "choose text, csv or binary"});
      }
    } else if (name == "encoding") {
      options.encoding = given.text.value_or("");
    } else if (name == "header") {
      std::string const wanted = pg_folded(given.text.value_or("true"));
      options.header = wanted != "false" && wanted != "off" && wanted != "0";
    }
    if (!at_end()) {
      advance();
      if (at_end()) {
        return refused("an option behind the last comma");
      }
    }
  }
  return options;
}

COPYTO_DECL result<pg_copy_options> pg_read_copy_options(std::string_view text) {
  return pg_option_reader(text).read();
}

} // namespace copyto::detail

#endif
