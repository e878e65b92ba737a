// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_KEY_IPP
#define COPYTO_STORE_IMPL_KEY_IPP

#include <copyto/store/key.hpp>

#include <copyto/core/utf8.hpp>

#include <fmt/format.h>

namespace copyto {

COPYTO_COLD result<void> check_key(std::string_view key, std::size_t max_size) {
  auto const refused = [&](std::string message) {
    return error({.code = errc::invalid_argument,
                  .message = std::move(message),
                  .key = valid_utf8(key) ? std::string(key) : std::string(),
                  .advice = fmt::format("keys are 1 to {} bytes of UTF-8 without NUL", max_size)});
  };
  if (key.empty()) {
    return refused("the key is empty");
  }
  if (key.size() > max_size) {
    return refused(fmt::format("the key has {} bytes", key.size()));
  }
  if (key.find('\0') != key.npos) {
    return refused("the key holds a NUL");
  }
  if (!valid_utf8(key)) {
    return refused("the key is not valid UTF-8");
  }
  return {};
}

} // namespace copyto

#endif
