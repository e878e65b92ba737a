// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_ADBC_MANIFEST_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_ADBC_MANIFEST_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Manifests of ADBC drivers: TOML files that say which library a driver is (arrow.apache.org/adbc, "ADBC Driver Manager
/// and Manifests"; what that leaves open is as the driver manager of C has it).
namespace copyto::detail {

/// What a manifest says of a driver.
struct adbc_manifest {
  std::string file = {};       ///< where it is
  std::string library = {};    ///< Driver.shared, or what that has for the platform: a path, or a name for the loader
  std::string entrypoint = {}; ///< Driver.entrypoint; empty: there is none
};

/// This machine, which is a Linux, in the words of manifests: "linux_amd64", "linux_arm64_musl".
[[nodiscard]] std::string adbc_platform();

/// The text of a manifest; `file` is where it is from. errc::invalid_argument, with file and line: it is no TOML, or its
/// Driver.shared or Driver.entrypoint is not as it should be; unsupported: its manifest_version is not 1; not_found: it has
/// no library for the platform.
[[nodiscard]] result<adbc_manifest> parse_adbc_manifest(std::string_view text, std::string_view file,
                                                        std::string_view platform);

/// A directory where manifests may be.
struct adbc_place {
  std::string directory = {};
  std::string why = {}; ///< "ADBC_DRIVER_PATH", for messages
};
/// Where to look for manifests, in this order: the directories of ADBC_DRIVER_PATH, that of the user
/// (XDG_CONFIG_HOME or HOME/.config, below it adbc/drivers), /etc/adbc/drivers. The arguments are values of the variables.
[[nodiscard]] std::vector<adbc_place> adbc_places(std::string_view driver_path, std::string_view config_home,
                                                  std::string_view home);
/// The same of this process.
[[nodiscard]] std::vector<adbc_place> adbc_places();

/// Whether a driver of this name is looked up in places: it is no path, and has no dot.
[[nodiscard]] bool is_adbc_name(std::string_view driver) noexcept;

/// The manifest of `driver`: NAME.toml in the first of the places that has one for this platform, or a path of a manifest,
/// with .toml at its end or without. Nothing: there is none, so that the driver is a library. Errors: those of
/// parse_adbc_manifest, and not_found, access_denied or invalid_argument of a file that cannot be read, or is larger than
/// 1 MiB; not_found only if no other place has one.
[[nodiscard]] result<std::optional<adbc_manifest>>
find_adbc_manifest(std::string_view driver, std::span<adbc_place const> places, std::string_view platform);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/adbc_manifest.ipp>
#endif

#endif
