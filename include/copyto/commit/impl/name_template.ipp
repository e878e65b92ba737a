// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_NAME_TEMPLATE_IPP
#define COPYTO_COMMIT_IMPL_NAME_TEMPLATE_IPP

#include <copyto/commit/name_template.hpp>

#include <copyto/core/ascii.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {
namespace detail {

inline constexpr std::string_view name_placeholders =
    "{file} {shard} {partition} {id} {ext} {year} {month} {day} {hour} {minute} {second}";
/// A value of a partition, in bound templates only.
inline constexpr std::string_view value_piece = "{value}";

/// Takes the next piece off the front of a checked template: a placeholder with its braces, or text up to one.
COPYTO_COLD std::string_view next_piece(std::string_view& text) {
  auto const end = text.starts_with('{') ? text.find('}') + 1 : std::min(text.find('{'), text.size());
  std::string_view const piece = text.substr(0, end);
  text.remove_prefix(end);
  return piece;
}
COPYTO_COLD bool is_number_piece(std::string_view piece) { return piece == "{file}" || piece == "{shard}"; }

/// Takes at least four digits from the front of `text`.
COPYTO_COLD bool skip_number(std::string_view& text) {
  auto const digits = static_cast<std::size_t>(std::ranges::find_if_not(text, ascii::is_digit) - text.begin());
  text.remove_prefix(digits);
  return digits >= 4;
}

} // namespace detail

COPYTO_COLD result<name_template> name_template::parse(std::string_view text) {
  auto const wrong = [text](std::string message) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("file names cannot be made by `{}`: {}", text, message),
                  .advice = fmt::format("write e.g. {}", standard)});
  };
  std::string_view rest = text;
  constexpr std::string_view prefix = "{prefix}/";
  if (rest.starts_with(prefix)) {
    rest.remove_prefix(prefix.size());
  }
  name_template made{std::string(rest)};
  if (rest.empty()) {
    return wrong("it is empty");
  }
  for (std::string_view segments = rest; !segments.empty();) {
    std::string_view const segment = segments.substr(0, segments.find('/'));
    bool const last = segment.size() == segments.size();
    if (segment.empty() || segment == "." || segment == ".." || (!last && segment.size() + 1 == segments.size())) {
      return wrong("between slashes, and behind the last, there must be a name, not `.` or `..`");
    }
    segments.remove_prefix(segment.size() + (last ? 0 : 1));
  }
  if (rest.starts_with("_copyto.")) {
    return wrong("names that begin with `_copyto.` are the library's own");
  }
  bool after_number = false;
  bool whole = true; // a name between slashes begins here
  while (!rest.empty()) {
    if (rest.front() == '{' && rest.find('}') == rest.npos) {
      return wrong("a `}` is missing");
    }
    std::string_view const piece = detail::next_piece(rest);
    bool const placeholder = piece.front() == '{';
    if (placeholder && piece != detail::value_piece &&
        detail::name_placeholders.find(piece) == std::string_view::npos) {
      return wrong(piece == "{prefix}" ? "{prefix}/ can only be the beginning"
                                       : fmt::format("there is no placeholder {}; there are {{prefix}} {}", piece,
                                                     detail::name_placeholders));
    }
    if (!placeholder && piece.find('}') != piece.npos) {
      return wrong("a `}` has no `{`");
    }
    if (std::ranges::any_of(piece, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; })) {
      return wrong("it has a control character");
    }
    if (piece == detail::value_piece && !rest.starts_with('/')) {
      return wrong("behind a value there must be a slash");
    }
    if (piece == "{partition}" && (!whole || !rest.starts_with('/') || rest.find("{partition}") != rest.npos)) {
      return wrong("{partition} is there once, between slashes or at the beginning");
    }
    whole = piece.ends_with('/');
    if (after_number && (placeholder || ascii::is_digit(piece.front()))) {
      return wrong("behind {file} and {shard} there must be a character that is no digit, since numbers may grow");
    }
    after_number = detail::is_number_piece(piece);
  }
  return made;
}

COPYTO_COLD name_template name_template::bind(std::string_view export_id, std::string_view extension, utc_time start,
                                              std::string_view partition) const {
  utc_fields const t = split_utc(start);
  std::string bound;
  for (std::string_view rest = text_; !rest.empty();) {
    std::string_view const piece = detail::next_piece(rest);
    if (piece == "{id}") {
      bound += export_id;
    } else if (piece == "{ext}") {
      bound += extension;
    } else if (piece == "{partition}") {
      bound += partition;
    } else if (piece == "{year}") {
      bound += fmt::format("{:04}", t.year);
    } else if (piece == "{month}") {
      bound += fmt::format("{:02}", t.month);
    } else if (piece == "{day}") {
      bound += fmt::format("{:02}", t.day);
    } else if (piece == "{hour}") {
      bound += fmt::format("{:02}", t.hour);
    } else if (piece == "{minute}") {
      bound += fmt::format("{:02}", t.minute);
    } else if (piece == "{second}") {
      bound += fmt::format("{:02}", t.second);
    } else {
      bound += piece;
    }
  }
  return name_template(std::move(bound));
}

COPYTO_COLD std::string name_template::name(std::uint32_t shard, std::uint32_t number,
                                            std::span<std::string const> values) const {
  std::string made;
  std::size_t next = 0;
  for (std::string_view rest = text_; !rest.empty();) {
    std::string_view const piece = detail::next_piece(rest);
    if (piece == detail::value_piece && next != values.size()) {
      made += values[next++];
    } else if (detail::is_number_piece(piece)) {
      made += fmt::format("{:04}", piece == "{file}" ? number : shard);
    } else {
      made += piece;
    }
  }
  return made;
}

COPYTO_COLD bool name_template::makes(std::string_view name) const {
  for (std::string_view rest = text_; !rest.empty();) {
    std::string_view const piece = detail::next_piece(rest);
    if (piece == detail::value_piece) {
      name.remove_prefix(std::min(name.find('/'), name.size()));
    } else if (detail::is_number_piece(piece)) {
      if (!detail::skip_number(name)) {
        return false;
      }
    } else if (name.starts_with(piece)) {
      name.remove_prefix(piece.size());
    } else {
      return false;
    }
  }
  return name.empty();
}

COPYTO_COLD std::string_view name_template::partition_of(std::string_view name) const {
  std::string_view rest = text_;
  rest = rest.substr(0, rest.rfind(detail::value_piece) == rest.npos
                            ? 0
                            : rest.rfind(detail::value_piece) + detail::value_piece.size());
  std::string_view left = name;
  std::size_t begin = 0; // of the path: behind the last slash that stands before its first value
  bool before = true;
  while (!rest.empty()) {
    std::string_view const piece = detail::next_piece(rest);
    if (piece == detail::value_piece) {
      if (before) {
        begin = name.substr(0, name.size() - left.size()).rfind('/') + 1; // npos + 1 is 0
        before = false;
      }
      left.remove_prefix(std::min(left.find('/'), left.size()));
    } else if (detail::is_number_piece(piece)) {
      if (!detail::skip_number(left)) {
        return {};
      }
    } else if (left.starts_with(piece)) {
      left.remove_prefix(piece.size());
    } else {
      return {};
    }
  }
  return left.starts_with('/') ? name.substr(begin, name.size() - left.size() - begin) : std::string_view();
}

} // namespace copyto

#endif
