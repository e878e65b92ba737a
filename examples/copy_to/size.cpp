// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "size.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace copy_to {
namespace {

__extension__ typedef unsigned __int128 uint128; // NOLINT(modernize-use-using): __extension__ goes with typedef only

std::optional<std::uint64_t> bytes_of(std::string_view unit) {
  constexpr std::pair<std::string_view, std::string_view> units[] = {
      {"B", "b"}, {"kB", "k"}, {"MB", "m"}, {"GB", "g"}, {"TB", "t"}}; // Materialize's spelling, and a short one
  std::uint64_t factor = 1;
  for (auto const& [name, letter] : units) {
    if (unit == name || unit == letter) {
      return factor;
    }
    factor *= 1024;
  }
  return unit.empty() ? std::optional<std::uint64_t>(1) : std::nullopt;
}

} // namespace

copyto::result<std::uint64_t> parse_size(std::string_view text) {
  auto const wrong = [text](std::string_view why) {
    return copyto::error(
        {.code = copyto::errc::invalid_argument,
         .message = fmt::format("`{}` is no size: {}", text, why),
         .advice = "write a number of bytes, or a number and B, kB, MB, GB or TB, e.g. 256MB, or k, m, g, t, e.g. 2g"});
  };
  std::string_view const whole_text = text.substr(0, text.find_first_not_of("0123456789"));
  std::uint64_t whole = 0;
  if (whole_text.empty()) {
    return wrong("it does not begin with a number");
  }
  if (std::from_chars(whole_text.data(), whole_text.data() + whole_text.size(), whole).ec != std::errc()) {
    return wrong("it is too large");
  }
  std::string_view unit = text.substr(whole_text.size());
  uint128 fraction = 0; // over `denominator`
  uint128 denominator = 1;
  if (unit.starts_with('.')) {
    std::string_view const digits = unit.substr(1, unit.find_first_not_of("0123456789", 1) - 1);
    if (digits.empty() || digits.size() > 18) {
      return wrong("1 to 18 digits must follow the point");
    }
    for (char const digit : digits) {
      fraction = fraction * 10 + static_cast<unsigned>(digit - '0');
      denominator *= 10;
    }
    unit.remove_prefix(1 + digits.size());
  }
  if (unit.starts_with(' ')) {
    unit.remove_prefix(1);
  }
  std::optional<std::uint64_t> const factor = bytes_of(unit);
  if (!factor) {
    return wrong(fmt::format("there is no unit `{}`", unit));
  }
  uint128 const bytes = uint128{whole} * *factor + fraction * *factor / denominator;
  if (bytes > std::numeric_limits<std::uint64_t>::max()) {
    return wrong("it is too large");
  }
  if (bytes == 0) {
    return wrong("it must be at least one byte");
  }
  return static_cast<std::uint64_t>(bytes);
}

} // namespace copy_to
