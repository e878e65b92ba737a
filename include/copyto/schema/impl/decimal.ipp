// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_DECIMAL_IPP
#define COPYTO_SCHEMA_IMPL_DECIMAL_IPP

#include <copyto/schema/decimal.hpp>

#include <fmt/format.h>

namespace copyto {

COPYTO_DECL result<int128> parse_decimal(std::string_view text, int precision, int scale) {
  auto const refuse = [&](std::string_view why) -> result<int128> {
    return error({.code = errc::value_out_of_range,
                  .message = fmt::format("\"{}\" {} decimal({},{})", text.substr(0, 80), why, precision, scale)});
  };
  std::string_view rest = text;
  bool const negative = !rest.empty() && rest.front() == '-';
  if (negative || (!rest.empty() && rest.front() == '+')) {
    rest.remove_prefix(1);
  }
  int128 const full = power_of_ten(precision - 1); // no further digit fits behind a value of so many
  int128 value = 0;
  int behind = -1; // digits behind the point, -1 before it
  bool any = false;
  for (char const c : rest) {
    if (c == '.' && behind < 0) {
      behind = 0;
      continue;
    }
    if (c < '0' || c > '9') {
      return refuse("is not a plain number, as needed for");
    }
    any = true;
    if (behind >= scale) {
      if (c != '0') {
        return refuse("has more digits behind the point than");
      }
      continue;
    }
    behind += behind >= 0 ? 1 : 0;
    if (value >= full) {
      return refuse("has more digits than");
    }
    value = value * 10 + (c - '0');
  }
  if (!any) {
    return refuse("is not a plain number, as needed for");
  }
  for (int i = behind < 0 ? 0 : behind; i != scale; ++i) {
    if (value >= full) {
      return refuse("has more digits than");
    }
    value *= 10;
  }
  return negative ? -value : value;
}

} // namespace copyto

#endif
