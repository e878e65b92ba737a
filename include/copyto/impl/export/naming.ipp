// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_NAMING_IPP
#define COPYTO_IMPL_EXPORT_NAMING_IPP

#include <copyto/export/naming.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace copyto {
namespace detail {

struct utc_fields {
  int year;
  unsigned month, day;
  int hour, minute, second;
};
COPYTO_DECL utc_fields split_utc(utc_time time) {
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}
/// Takes at least `least` digits from the front of `text`.
COPYTO_DECL bool skip_digits(std::string_view& text, std::size_t least) {
  auto const digits = static_cast<std::size_t>(
      std::ranges::find_if_not(text, [](char c) { return c >= '0' && c <= '9'; }) - text.begin());
  text.remove_prefix(digits);
  return digits >= least;
}
COPYTO_DECL bool skip_text(std::string_view& text, std::string_view expected) {
  bool const there = text.starts_with(expected);
  text.remove_prefix(there ? expected.size() : 0);
  return there;
}

} // namespace detail

COPYTO_DECL export_names::export_names(std::string_view prefix, std::string export_id, std::string extension)
    : export_id_(std::move(export_id)), extension_(std::move(extension)) {
  while (prefix.ends_with('/')) {
    prefix.remove_suffix(1);
  }
  while (prefix.starts_with('/')) {
    prefix.remove_prefix(1);
  }
  directory_ = prefix;
  if (!directory_.empty()) {
    directory_ += '/';
  }
}

COPYTO_DECL std::string export_names::file(std::uint32_t shard, std::uint32_t number) const {
  return fmt::format("{}part-{:04}-{:04}-{}.{}", directory_, shard, number, export_id_, extension_);
}

COPYTO_DECL std::string export_names::pattern() const { return "part-{shard}-{file}-" + export_id_ + "." + extension_; }

COPYTO_DECL bool export_names::is_control_name(std::string_view key) const {
  return detail::skip_text(key, directory_) && key.starts_with("_copyto.") && key.find('/') == key.npos;
}

COPYTO_DECL bool export_names::is_file_of(std::string_view key, std::string_view export_id) const {
  using detail::skip_digits, detail::skip_text;
  return skip_text(key, directory_) && skip_text(key, "part-") && skip_digits(key, 4) && skip_text(key, "-") &&
         skip_digits(key, 4) && skip_text(key, "-") && skip_text(key, export_id) && skip_text(key, ".") &&
         key.find('/') == key.npos;
}

COPYTO_DECL bool valid_export_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

COPYTO_DECL std::string make_export_id(utc_time now) {
  auto const t = detail::split_utc(now);
  std::random_device random; // the kernel's generator
  return fmt::format("{:04}{:02}{:02}t{:02}{:02}{:02}z-{:08x}{:08x}", t.year, t.month, t.day, t.hour, t.minute,
                     t.second, random(), random());
}

COPYTO_DECL std::string format_utc(utc_time time) {
  auto const t = detail::split_utc(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

} // namespace copyto

#endif
