// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: a manifest is read or refused.
#include "fuzz.hpp"

#include <copyto/handoff/verify.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const files = copyto::parse_manifest(text);
  must(files || files.error().is(copyto::errc::bad_answer));
  return 0;
}
