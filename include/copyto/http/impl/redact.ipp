// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_REDACT_IPP
#define COPYTO_HTTP_IMPL_REDACT_IPP

#include <copyto/http/detail/redact.hpp>

#include <algorithm>
#include <cstddef>

namespace copyto::detail {

inline constexpr std::string_view cut_mark = "...";

COPYTO_DECL std::string one_line(std::string text) {
  constexpr std::size_t longest = 400;
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  if (text.size() > longest) {
    std::size_t cut = longest;
    while (cut != 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) {
      --cut;
    }
    text.resize(cut);
    text += cut_mark;
  }
  return text;
}

COPYTO_DECL void redact(std::string& text, std::string_view hidden) {
  constexpr std::size_t shortest = 8;
  if (hidden.size() < shortest) {
    return;
  }
  for (std::size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at)) {
    text.replace(at, hidden.size(), "[redacted]");
  }
  // The beginning of one on which the text was cut.
  std::size_t const end = text.ends_with(cut_mark) ? text.size() - cut_mark.size() : text.size();
  for (std::size_t size = std::min(hidden.size(), end); size >= shortest; --size) {
    if (std::string_view(text).substr(end - size, size) == hidden.substr(0, size)) {
      text.replace(end - size, size, "[redacted]");
      return;
    }
  }
}

} // namespace copyto::detail

#endif
