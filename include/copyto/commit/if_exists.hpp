// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IF_EXISTS_HPP
#define COPYTO_COMMIT_IF_EXISTS_HPP

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace copyto {

/// What an export does about objects that are there before it.
enum class if_exists : std::uint8_t {
  error,   ///< refuses with errc::not_empty: nothing may be there, apart from names that begin `_copyto.`
  append,  ///< leaves them, and lets other exports append at the same time; a prefix only
  replace, ///< deletes them once all new files are visible; until the commit they are untouched
};

/// The modes by their names.
inline constexpr std::array<std::pair<std::string_view, if_exists>, 3> if_exists_names = {
    {{"error", if_exists::error}, {"append", if_exists::append}, {"replace", if_exists::replace}}};

[[nodiscard]] constexpr std::string_view to_string(if_exists mode) noexcept {
  return if_exists_names[static_cast<std::size_t>(mode)].first;
}

} // namespace copyto

#endif
