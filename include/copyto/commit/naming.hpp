// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_NAMING_HPP
#define COPYTO_COMMIT_NAMING_HPP

#include <copyto/commit/name_template.hpp>
#include <copyto/commit/place.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace copyto {

/// The keys of one export: where it goes, and what its files are called there. Pure.
class export_names {
public:
  /// `names` is bound (`name_template::bind`); it has no part in the keys of a place that is one key.
  /// `manifest`: its key; empty: there is none.
  export_names(export_place place, name_template names, std::string manifest = {})
      : place_(std::move(place)), names_(std::move(names)), manifest_(std::move(manifest)) {}
  /// Those that a control object records as `pattern`. errc::bad_answer where this version cannot read it.
  [[nodiscard]] static result<export_names> recorded(export_place place, std::string_view pattern,
                                                     std::string manifest = {});

  [[nodiscard]] export_place const& place() const noexcept { return place_; }
  /// `values`: of its partition, as they stand in a path.
  [[nodiscard]] std::string file(std::uint32_t shard, std::uint32_t number,
                                 std::span<std::string const> values = {}) const;
  /// The path of the partition in which an object lies, e.g. "region=eu/day=2024-01-31"; empty: it is in none.
  [[nodiscard]] std::string_view partition_of(std::string_view key) const;
  [[nodiscard]] name_template const& names() const noexcept { return names_; }
  [[nodiscard]] std::string const& manifest() const noexcept { return manifest_; }
  /// What `file` makes, for the control object.
  [[nodiscard]] std::string pattern() const;
  /// Whether `file` could have made `key`, or it is the manifest's.
  [[nodiscard]] bool is_file(std::string_view key) const;

private:
  export_place place_;
  name_template names_;
  std::string manifest_;
};

/// Whether an export id consists of 1 to 64 letters, digits and `-`.
[[nodiscard]] bool valid_export_id(std::string_view id);
/// "20261120t104512z-5f1c0e9ab2d47c63": sorts by time, unique by 64 random bits.
[[nodiscard]] std::string make_export_id(utc_time now);
/// "2026-11-20T10:45:12Z"
[[nodiscard]] std::string format_utc(utc_time time);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/naming.ipp>
#endif

#endif
