// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_PLACE_IPP
#define COPYTO_COMMIT_IMPL_PLACE_IPP

#include <copyto/commit/place.hpp>

#include <copyto/core/ascii.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {
namespace detail {

inline constexpr std::string_view own_names = "_copyto.";
inline constexpr std::string_view control_end = "INCOMPLETE";
inline constexpr std::string_view part_infix = "_part";

} // namespace detail

COPYTO_COLD export_place::export_place(std::string_view prefix) {
  while (prefix.ends_with('/')) {
    prefix.remove_suffix(1);
  }
  while (prefix.starts_with('/')) {
    prefix.remove_prefix(1);
  }
  stem_ = prefix;
  if (!stem_.empty()) {
    stem_ += '/';
  }
}

COPYTO_COLD export_place export_place::key(std::string_view key) {
  export_place place("");
  place.stem_ = key;
  place.is_key_ = true;
  return place;
}

COPYTO_COLD export_place export_place::shared(std::string_view prefix, std::string_view export_id) {
  export_place place(prefix);
  place.shared_by_ = export_id;
  return place;
}

COPYTO_COLD std::string export_place::control() const {
  std::string key = stem_ + std::string(detail::own_names);
  if (is_shared()) {
    key += shared_by_ + '.';
  }
  return key += detail::control_end;
}

COPYTO_COLD std::string export_place::manifest(std::string_view export_id) const {
  return fmt::format("{}_copyto.manifest-{}.json", stem_, export_id);
}

COPYTO_COLD std::string export_place::probe(std::string_view export_id) const {
  return stem_ + "_copyto.probe-" + std::string(export_id);
}

COPYTO_COLD bool export_place::is_own_name(std::string_view key) const {
  return key.starts_with(stem_) && key.substr(stem_.size()).starts_with(detail::own_names) &&
         key.find('/', stem_.size()) == key.npos;
}

COPYTO_COLD bool export_place::is_control(std::string_view key) {
  std::string_view const name = key.substr(key.rfind('/') + 1); // npos + 1 is 0
  return name.ends_with(detail::control_end) && name.find(detail::own_names) != name.npos;
}

COPYTO_COLD std::optional<export_place> export_place::of_control(std::string_view prefix, std::string_view key) {
  export_place place(prefix);
  if (place.control() == key) {
    return place;
  }
  std::string_view const end = detail::control_end;
  if (place.is_own_name(key) && key.ends_with(end)) {
    key.remove_prefix(place.stem_.size() + detail::own_names.size());
    key.remove_suffix(end.size());
    if (key.size() > 1 && key.ends_with('.')) {
      place.shared_by_ = key.substr(0, key.size() - 1);
      return place;
    }
  }
  return std::nullopt;
}

COPYTO_COLD std::string export_place::numbered(std::uint32_t number) const {
  return number == 0 ? stem_ : fmt::format("{}{}{}", stem_, detail::part_infix, number + std::uint64_t{1});
}

COPYTO_COLD bool export_place::holds(std::string_view key) const {
  if (!key.starts_with(stem_) || !is_key_) {
    return key.starts_with(stem_);
  }
  key.remove_prefix(stem_.size());
  if (key.empty() || !key.starts_with(detail::part_infix)) {
    return key.empty();
  }
  key.remove_prefix(detail::part_infix.size());
  return !key.empty() && key.front() != '0' && key != "1" && std::ranges::all_of(key, ascii::is_digit);
}

COPYTO_COLD std::string export_place::address(store_ref store) const {
  return is_shared() ? store.uri(stem_) + " --export-id " + shared_by_ : store.uri(stem_);
}

} // namespace copyto

#endif
