// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_NAMING_HPP
#define COPYTO_EXPORT_NAMING_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// The keys of one export below one prefix. Pure.
///
/// Files are `<prefix>/part-<shard>-<file>-<export id>.<ext>`, both numbers from 0 and of four digits or
/// more; everything else of ours is `<prefix>/_copyto.*`.
class export_names {
public:
  /// `prefix` may have slashes at its ends.
  explicit export_names(std::string_view prefix, std::string export_id = {}, std::string extension = {});

  [[nodiscard]] std::string const& export_id() const noexcept { return export_id_; }
  /// "<prefix>/", or empty: what every key of the export begins with, and what is listed.
  [[nodiscard]] std::string const& directory() const noexcept { return directory_; }
  [[nodiscard]] std::string file(std::uint32_t shard, std::uint32_t number) const;
  /// The control object, which stands while an export is under way.
  [[nodiscard]] std::string control() const { return directory_ + "_copyto.INCOMPLETE"; }
  /// A key that is never written: deleting it shows whether deleting is allowed.
  [[nodiscard]] std::string probe() const { return directory_ + "_copyto.probe-" + export_id_; }
  /// What `file` makes, for the control object.
  [[nodiscard]] std::string pattern() const;
  /// Whether `key` lies directly below the prefix and is one of ours that is no data.
  [[nodiscard]] bool is_control_name(std::string_view key) const;
  /// Whether `key` could have been made by `file` of the export `export_id`.
  [[nodiscard]] bool is_file_of(std::string_view key, std::string_view export_id) const;

private:
  std::string directory_;
  std::string export_id_;
  std::string extension_;
};

/// Whether an export id consists of 1 to 64 letters, digits and `-`.
[[nodiscard]] bool valid_export_id(std::string_view id);
/// "20261120t104512z-5f1c0e9ab2d47c63": sorts by time, unique by 64 random bits.
[[nodiscard]] std::string make_export_id(utc_time now);
/// "2026-11-20T10:45:12Z"
[[nodiscard]] std::string format_utc(utc_time time);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/export/naming.ipp>
#endif

#endif
