// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_NAMING_IPP
#define COPYTO_COMMIT_IMPL_NAMING_IPP

#include <copyto/commit/naming.hpp>

#include <copyto/core/ascii.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace copyto {
COPYTO_COLD result<export_names> export_names::recorded(export_place place, std::string_view pattern,
                                                        std::string manifest) {
  if (place.is_key()) {
    return export_names(std::move(place), name_template(), std::move(manifest));
  }
  result<name_template> names = name_template::parse(pattern);
  if (!names) {
    return error({.code = errc::bad_answer,
                  .message = "the control object's file names are not such as this version makes",
                  .advice = "was it written by a newer version?",
                  .suppressed = {names.error()}});
  }
  return export_names(std::move(place), *std::move(names), std::move(manifest));
}

COPYTO_COLD std::string export_names::file(std::uint32_t shard, std::uint32_t number,
                                           std::span<std::string const> values) const {
  if (place_.is_key()) {
    return place_.numbered(number);
  }
  return place_.stem() + names_.name(shard, number, values);
}

COPYTO_COLD std::string_view export_names::partition_of(std::string_view key) const {
  return place_.is_key() || !key.starts_with(place_.stem()) ? std::string_view()
                                                            : names_.partition_of(key.substr(place_.stem().size()));
}

COPYTO_COLD std::string export_names::pattern() const { return place_.is_key() ? "{key}_part{file}" : names_.text(); }

COPYTO_COLD bool export_names::is_file(std::string_view key) const {
  if (!manifest_.empty() && key == manifest_) {
    return true;
  }
  return place_.holds(key) && (place_.is_key() || names_.makes(key.substr(place_.stem().size())));
}

COPYTO_COLD bool valid_export_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::ranges::all_of(id, [](char c) { return ascii::is_alnum(c) || c == '-'; });
}

COPYTO_COLD std::string make_export_id(utc_time now) {
  auto const t = split_utc(now);
  std::random_device random; // the kernel's generator
  return fmt::format("{:04}{:02}{:02}t{:02}{:02}{:02}z-{:08x}{:08x}", t.year, t.month, t.day, t.hour, t.minute,
                     t.second, random(), random());
}

COPYTO_COLD std::string format_utc(utc_time time) {
  auto const t = split_utc(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

} // namespace copyto

#endif
