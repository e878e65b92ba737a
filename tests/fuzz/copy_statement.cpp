// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: whatever stands in a COPY statement, it is read or refused, with a place; what is read is options whose
// sizes are good.
#include "fuzz.hpp"

#include "../../examples/copy_to/copy_statement.hpp"
#include "../../examples/copy_to/size.hpp"

#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  std::string_view const statement(reinterpret_cast<char const*>(data) + 1, size - 1);
  bool const comments_nest = (data[0] & 1U) != 0;
  copyto::result<std::vector<std::string>> const line = copy_to::read_copy_statement(statement, comments_nest);
  if (!line) {
    must(line.error().message().find("COPY statement, line ") == 0);
    return 0;
  }
  must(line->size() >= 2 && line->front().starts_with("--query=") && line->at(1).starts_with("--to="));
  for (std::string_view const option : *line) {
    must(option.starts_with("--"));
    for (std::string_view const name : {"--max-file-size=", "--part-size="}) {
      must(!option.starts_with(name) || copy_to::parse_size(option.substr(name.size())).has_value());
    }
  }
  return 0;
}
