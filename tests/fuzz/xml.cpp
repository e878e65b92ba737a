// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: any document is read to its end or refused; a text that is written is read again.
#include "fuzz.hpp"

#include <copyto/core/utf8.hpp>
#include <copyto/http/xml.hpp>

#include <algorithm>
#include <optional>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  copyto::xml_reader reader(text);
  std::size_t events = 0;
  for (copyto::result<copyto::xml_event> event = reader.next(); event && *event != copyto::xml_event::end;
       event = reader.next()) {
    must(++events <= 2 * size + 2);
  }
  copyto::result<std::string> const root = copyto::xml_root(text);
  (void)copyto::xml_text(text, "a/b");
  if (root) {
    must(!root->empty());
  }
  bool const plain = copyto::valid_utf8(text) && std::ranges::all_of(text, [](char c) {
                       return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t';
                     });
  if (plain) {
    std::optional<std::string> const again = copyto::xml_text("<a>" + copyto::xml_escape(text) + "</a>", "a");
    must(again && *again == text);
  }
  return 0;
}
