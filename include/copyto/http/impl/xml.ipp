// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_XML_IPP
#define COPYTO_HTTP_IMPL_XML_IPP

#include <copyto/http/xml.hpp>

#include <boost/nowide/utf/utf.hpp>

#include <charconv>
#include <iterator>

namespace copyto {

namespace detail {

inline constexpr std::string_view xml_space = " \t\r\n";

[[nodiscard]] inline bool only_space(std::string_view text) noexcept {
  return text.find_first_not_of(xml_space) == std::string_view::npos;
}

/// Code point of what stands between '&' and ';', or nothing.
[[nodiscard]] inline std::optional<std::uint32_t> xml_entity(std::string_view name) {
  struct named {
    std::string_view name;
    char character;
  };
  static constexpr named table[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (named const& entry : table) {
    if (entry.name == name) {
      return static_cast<std::uint32_t>(entry.character);
    }
  }
  if (!name.starts_with('#')) {
    return std::nullopt;
  }
  bool const hex = name.starts_with("#x");
  std::string_view const digits = name.substr(hex ? 2 : 1);
  std::uint32_t value = 0;
  auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (code != std::errc() || end != digits.data() + digits.size() || value == 0 ||
      !boost::nowide::utf::is_valid_codepoint(value)) {
    return std::nullopt;
  }
  return value;
}

} // namespace detail

COPYTO_DECL error xml_reader::bad(std::string_view what) const {
  return error({.code = errc::bad_answer, .message = "the answer is not the XML it should be: " + std::string(what)});
}

COPYTO_DECL result<void> xml_reader::skip_past(std::string_view mark) {
  std::size_t const at = rest_.find(mark);
  if (at == std::string_view::npos) {
    return bad("it is cut");
  }
  rest_.remove_prefix(at + mark.size());
  return {};
}

COPYTO_DECL result<void> xml_reader::read_text(std::string_view raw) {
  while (!raw.empty()) {
    std::size_t const amp = raw.find('&');
    text_ += raw.substr(0, amp);
    if (amp == std::string_view::npos) {
      break;
    }
    raw.remove_prefix(amp + 1);
    std::size_t const semicolon = raw.substr(0, 12).find(';');
    if (semicolon == std::string_view::npos) {
      return bad("an entity does not end");
    }
    auto const code_point = detail::xml_entity(raw.substr(0, semicolon));
    if (!code_point) {
      return bad("an entity is not known");
    }
    boost::nowide::utf::utf_traits<char>::encode(*code_point, std::back_inserter(text_));
    raw.remove_prefix(semicolon + 1);
  }
  return {};
}

COPYTO_DECL void xml_reader::leave() {
  path_.resize(starts_.back());
  starts_.pop_back();
  text_ = std::move(outer_.back());
  outer_.pop_back();
  closed_ = false;
}

COPYTO_DECL result<xml_event> xml_reader::open_tag() {
  // The tag ends at the first '>' outside of quotes.
  std::size_t end = 1;
  for (char quote = '\0'; end != rest_.size() && (quote != '\0' || rest_[end] != '>'); ++end) {
    char const c = rest_[end];
    if (quote != '\0') {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '<') {
      return bad("a tag holds a '<'");
    }
  }
  if (end == rest_.size()) {
    return bad("it is cut");
  }
  std::string_view tag = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  empty_ = tag.ends_with('/');
  tag.remove_suffix(empty_ ? 1 : 0);
  std::string_view name = tag.substr(0, tag.find_first_of(detail::xml_space));
  std::size_t const colon = name.find(':');
  name.remove_prefix(colon == std::string_view::npos ? 0 : colon + 1);
  if (name.empty()) {
    return bad("a tag has no name");
  }
  if (starts_.empty() && begun_) {
    return bad("there is more behind its end");
  }
  if (starts_.size() == max_depth) {
    return bad("it is nested too deeply");
  }
  begun_ = true;
  starts_.push_back(path_.size());
  path_.append(path_.empty() ? "" : "/").append(name);
  outer_.push_back(std::move(text_));
  text_.clear();
  return xml_event::open;
}

COPYTO_DECL result<xml_event> xml_reader::close_tag() {
  std::size_t const end = rest_.find('>');
  if (end == std::string_view::npos) {
    return bad("it is cut");
  }
  std::string_view name = rest_.substr(2, end - 2);
  name = name.substr(0, name.find_first_of(detail::xml_space));
  std::size_t const colon = name.find(':');
  name.remove_prefix(colon == std::string_view::npos ? 0 : colon + 1);
  rest_.remove_prefix(end + 1);
  std::string_view const open = std::string_view(path_).substr(path_.rfind('/') + 1);
  if (starts_.empty() || name != open) {
    return bad("its tags do not match");
  }
  closed_ = true;
  return xml_event::close;
}

COPYTO_DECL result<xml_event> xml_reader::step() {
  if (!begun_ && starts_.empty() && rest_.size() > max_size) {
    return bad("it is too long");
  }
  if (closed_) {
    leave();
  }
  if (empty_) {
    empty_ = false;
    closed_ = true;
    return xml_event::close;
  }
  if (!begun_ && rest_.starts_with("\xEF\xBB\xBF")) {
    rest_.remove_prefix(3);
  }
  for (;;) {
    std::string_view const raw = rest_.substr(0, rest_.find('<'));
    if (starts_.empty()) {
      if (!detail::only_space(raw)) {
        return bad("text stands outside of it");
      }
    } else {
      if (auto done = read_text(raw); !done) {
        return done.error();
      }
    }
    rest_.remove_prefix(raw.size());
    if (rest_.empty()) {
      return begun_ && starts_.empty() ? result<xml_event>(xml_event::end) : bad(begun_ ? "it is cut" : "it is empty");
    }
    if (rest_.starts_with("<?")) {
      if (auto done = skip_past("?>"); !done) {
        return done.error();
      }
    } else if (rest_.starts_with("<!--")) {
      if (auto done = skip_past("-->"); !done) {
        return done.error();
      }
    } else if (rest_.starts_with("<![CDATA[") && !starts_.empty()) {
      std::string_view const before = rest_.substr(9);
      if (auto done = skip_past("]]>"); !done) {
        return done.error();
      }
      text_ += before.substr(0, before.size() - rest_.size() - 3);
    } else if (rest_.starts_with("<!")) {
      return bad("it has a document type");
    } else {
      return rest_.starts_with("</") ? close_tag() : open_tag();
    }
  }
}

COPYTO_DECL result<xml_event> xml_reader::next() {
  result<xml_event> event = step();
  if (!event) {
    // An empty rest and an open root keep the reader in error.
    rest_ = {};
    begun_ = false;
    closed_ = empty_ = false;
    starts_.clear();
  }
  return event;
}

COPYTO_DECL std::optional<std::string> xml_text(std::string_view document, std::string_view path) {
  xml_reader reader(document);
  for (;;) {
    result<xml_event> const event = reader.next();
    if (!event || *event == xml_event::end) {
      return std::nullopt;
    }
    if (*event == xml_event::close && reader.path() == path) {
      return reader.text();
    }
  }
}

COPYTO_DECL result<std::string> xml_root(std::string_view document) {
  xml_reader reader(document);
  std::string root;
  for (;;) {
    result<xml_event> const event = reader.next();
    if (!event) {
      return event.error();
    }
    if (*event == xml_event::end) {
      return root;
    }
    if (root.empty()) {
      root = reader.path();
    }
  }
}

COPYTO_DECL std::string xml_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
    case '&': escaped += "&amp;"; break;
    case '<': escaped += "&lt;"; break;
    case '>': escaped += "&gt;"; break;
    case '"': escaped += "&quot;"; break;
    case '\r': escaped += "&#13;"; break;
    default: escaped += c;
    }
  }
  return escaped;
}

} // namespace copyto

#endif
