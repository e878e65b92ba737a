// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: a size is refused, or it is the number that long arithmetic makes of it.
#include "../../examples/copy_to/size.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  copyto::result<std::uint64_t> const read = copy_to::parse_size(text);
  if (!read) {
    return 0;
  }
  std::string const copy(text); // strtold needs a zero behind it
  char* unit = nullptr;
  long double value = std::strtold(copy.c_str(), &unit);
  unit += *unit == ' ' ? 1 : 0;
  int power = 0;
  switch (*unit) {
  case 'k': power = 10; break;
  case 'm':
  case 'M': power = 20; break;
  case 'g':
  case 'G': power = 30; break;
  case 't':
  case 'T': power = 40; break;
  default: break;
  }
  value = std::ldexp(value, power);
  long double const difference = std::fabs(static_cast<long double>(*read) - value);
  if (difference > 1 + value * 1e-15L) {
    std::abort();
  }
  return 0;
}
