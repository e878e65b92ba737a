// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_JSON_SET_IPP
#define COPYTO_AUTH_IMPL_JSON_SET_IPP

#include <copyto/auth/detail/json_set.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/core/bytes.hpp>
#include <copyto/core/detail/json_depth.hpp>
#include <copyto/http/date.hpp>

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <sstream>
#include <system_error>
#include <utility>

namespace copyto::detail {

/// Moves the leaves of a tree over, and wipes it.
COPYTO_COLD void take_members(boost::property_tree::ptree& from, std::string const& path, json_members& into) {
  for (auto& [name, node] : from) {
    std::string const place = path.empty() ? name : path + "/" + name;
    if (node.empty()) {
      into.insert_or_assign(place, secret(node.data()));
      secret::wipe(node.data().data(), node.data().size());
    } else {
      take_members(node, place, into);
    }
  }
}

COPYTO_COLD std::optional<json_members> read_json_members(std::string& text) {
  std::optional<json_members> read;
  std::size_t const first = text.find_first_not_of(" \t\r\n");
  if (text.size() <= 64 * KiB && first != text.npos && text[first] == '{' && json_nests_at_most(text, 8)) {
    try {
      std::istringstream stream(text);
      boost::property_tree::ptree tree;
      boost::property_tree::read_json(stream, tree);
      take_members(tree, {}, read.emplace());
    } catch (boost::property_tree::json_parser_error const&) {
      read.reset();
    }
  }
  secret::wipe(text.data(), text.size());
  text.clear();
  return read;
}

COPYTO_COLD std::string_view member(json_members const& of, std::string_view path) {
  auto const found = of.find(path);
  std::string_view const text = found == of.end() ? std::string_view() : found->second.reveal();
  return text == "null" ? std::string_view() : text;
}

COPYTO_COLD std::optional<utc_time> read_json_time(std::string_view text) {
  std::int64_t number = 0;
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault == std::errc() && end == text.data() + text.size()) {
    constexpr std::int64_t most = 253'402'300'799'000; // the year 9999
    return number >= 0 && number <= most ? std::optional<utc_time>(std::chrono::milliseconds(number)) : std::nullopt;
  }
  if (text.size() > 10 && text[10] == ' ') {
    std::string with_sign(text);
    with_sign[10] = 'T';
    return read_json_time(with_sign);
  }
  if (text.ends_with("UTC")) { // as older versions of the AWS CLI write it
    return parse_iso_time(std::string(text.substr(0, text.size() - 3)) + "Z");
  }
  std::string_view const offset =
      text.size() > 19
          ? text.substr(text.find_first_of("+-", 19) < text.size() ? text.find_first_of("+-", 19) : text.size())
          : std::string_view();
  if (offset.empty()) {
    return parse_iso_time(text);
  }
  unsigned hours = 0;
  unsigned minutes = 0;
  bool const is_offset = offset.size() == 6 && offset[3] == ':' &&
                         std::from_chars(offset.data() + 1, offset.data() + 3, hours).ptr == offset.data() + 3 &&
                         std::from_chars(offset.data() + 4, offset.data() + 6, minutes).ptr == offset.data() + 6;
  std::optional<utc_time> const local = parse_iso_time(std::string(text.substr(0, text.size() - offset.size())) + "Z");
  if (!is_offset || !local || hours > 23 || minutes > 59) {
    return std::nullopt;
  }
  std::chrono::minutes const ahead(hours * 60 + minutes);
  return offset[0] == '+' ? *local - ahead : *local + ahead;
}

COPYTO_COLD result<credentials> read_json_set(json_members const& from, json_set_names const& names) {
  auto const bad = [](std::string_view name, std::string_view why) {
    return error({.code = errc::bad_answer, .message = fmt::format("{} {}", name, why)});
  };
  credentials set{.access_key_id = std::string(member(from, names.id)),
                  .secret_key = secret(member(from, names.secret_key)),
                  .session_token = secret(member(from, names.session_token))};
  if (set.access_key_id.empty() || set.secret_key.empty()) {
    return bad(set.access_key_id.empty() ? names.id : names.secret_key, "is missing");
  }
  for (auto const& [text, name] : {std::pair(std::string_view(set.access_key_id), names.id),
                                   {set.secret_key.reveal(), names.secret_key},
                                   {set.session_token.reveal(), names.session_token}}) {
    if (std::ranges::any_of(text, ascii::is_control)) { // it could be in no header
      return bad(name, "holds a character that it cannot");
    }
  }
  std::string_view const expiry = member(from, names.expiry);
  if (expiry.empty()) {
    return set;
  }
  set.expiry = read_json_time(expiry);
  return set.expiry ? result<credentials>(std::move(set)) : bad(names.expiry, "is no time");
}

} // namespace copyto::detail

#endif
