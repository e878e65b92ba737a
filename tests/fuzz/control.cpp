// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: a control object is read or refused; what is read is written and read again as the same.
#include "fuzz.hpp"

#include <copyto/commit/control_record.hpp>

#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  copyto::result<copyto::control_record> const record = copyto::parse_control(text);
  if (!record) {
    must(record.error().is(copyto::errc::bad_answer));
    return 0;
  }
  std::string const written = copyto::format_control(*record);
  copyto::result<copyto::control_record> const again = copyto::parse_control(written);
  must(again && copyto::format_control(*again) == written);
  return 0;
}
