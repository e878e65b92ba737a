// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_ADBC_MANIFEST_IPP
#define COPYTO_SOURCE_ARROW_IMPL_ADBC_MANIFEST_IPP

#include <copyto/source/arrow/detail/adbc_manifest.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/core/detail/environment.hpp>
#include <copyto/source/arrow/detail/toml.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <system_error>
#include <utility>

namespace copyto::detail {

inline constexpr std::size_t largest_adbc_manifest = 1 * MiB;

COPYTO_COLD std::string adbc_platform() {
#if defined(__x86_64__)
  constexpr std::string_view processor = "amd64";
#elif defined(__aarch64__)
  constexpr std::string_view processor = "arm64";
#elif defined(__i386__)
  constexpr std::string_view processor = "x86";
#elif defined(__arm__)
  constexpr std::string_view processor = "arm";
#elif defined(__riscv)
  constexpr std::string_view processor = "riscv64";
#elif defined(__powerpc64__)
  constexpr std::string_view processor = "powerpc64le";
#elif defined(__s390x__)
  constexpr std::string_view processor = "s390x";
#else
  constexpr std::string_view processor = "unknown";
#endif
#if defined(__GLIBC__)
  return fmt::format("linux_{}", processor);
#else
  return fmt::format("linux_{}_musl", processor);
#endif
}

/// The string at a path, and whether it may be one.
COPYTO_COLD result<std::string> adbc_string(toml_values::value_type const& entry, std::string_view file) {
  std::string name;
  for (std::string const& key : entry.first) {
    name += (name.empty() ? "" : ".") + key;
  }
  auto const& [text, is_string, line] = entry.second;
  if (is_string && !text.empty() && text.find('\0') == std::string::npos) {
    return text;
  }
  return error({.code = errc::invalid_argument,
                .message = fmt::format("the ADBC manifest {}, line {}: `{}` is {}", file, line, name,
                                       !is_string     ? "no text"
                                       : text.empty() ? "empty"
                                                      : "a text with a NUL byte"),
                .advice = "correct it, or install the driver again"});
}

COPYTO_COLD result<adbc_manifest> parse_adbc_manifest(std::string_view text, std::string_view file,
                                                      std::string_view platform) {
  result<toml_values> const values = parse_toml(text, fmt::format("the ADBC manifest {}", file));
  if (!values) {
    return values.error();
  }
  auto const version = values->find({"manifest_version"});
  if (version != values->end() && (version->second.is_string || version->second.text != "1")) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("the ADBC manifest {}, line {}: manifest_version {} is not known, only 1",
                                         file, version->second.line, version->second.text),
                  .advice = "give the path of the driver's library"});
  }
  adbc_manifest found{.file = std::string(file)};
  auto const entrypoint = values->find({"Driver", "entrypoint"});
  if (entrypoint != values->end() && !(entrypoint->second.is_string && entrypoint->second.text.empty())) {
    result<std::string> named = adbc_string(*entrypoint, file);
    if (!named) {
      return named.error();
    }
    found.entrypoint = *std::move(named);
  }
  toml_path const shared{"Driver", "shared"};
  std::string others;
  for (auto entry = values->lower_bound(shared); entry != values->end(); ++entry) {
    toml_path const& path = entry->first;
    if (path.size() < 2 || path[0] != shared[0] || path[1] != shared[1]) {
      break;
    }
    if (path.size() == 2 || (path.size() == 3 && path[2] == platform)) {
      result<std::string> library = adbc_string(*entry, file);
      if (!library) {
        return library.error();
      }
      found.library = *std::move(library);
      return found;
    }
    others += (others.empty() ? "" : ", ") + path[2];
  }
  if (others.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("the ADBC manifest {} names no library: it has no Driver.shared", file),
                  .advice = "correct it, or install the driver again"});
  }
  return error(
      {.code = errc::not_found,
       .message = fmt::format("the ADBC manifest {} has no library for {}, only for {}", file, platform, others),
       .advice = "install the driver for this machine"});
}

COPYTO_COLD std::vector<adbc_place> adbc_places(std::string_view driver_path, std::string_view config_home,
                                                std::string_view home) {
  std::vector<adbc_place> places;
  while (!driver_path.empty()) {
    std::string_view const one = driver_path.substr(0, driver_path.find(':'));
    driver_path.remove_prefix(one.size() == driver_path.size() ? one.size() : one.size() + 1);
    if (!one.empty()) {
      places.push_back({.directory = std::string(one), .why = "ADBC_DRIVER_PATH"});
    }
  }
  if (!config_home.empty()) {
    places.push_back({.directory = fmt::format("{}/adbc/drivers", config_home), .why = "XDG_CONFIG_HOME"});
  } else if (!home.empty()) {
    places.push_back({.directory = fmt::format("{}/.config/adbc/drivers", home), .why = "HOME"});
  }
  places.push_back({.directory = "/etc/adbc/drivers", .why = "the system"});
  return places;
}

COPYTO_COLD std::vector<adbc_place> adbc_places() {
  return adbc_places(environment("ADBC_DRIVER_PATH"), environment("XDG_CONFIG_HOME"), environment("HOME"));
}

COPYTO_COLD bool is_adbc_name(std::string_view driver) noexcept {
  return !driver.empty() && driver.find_first_of(std::string_view("/.\0", 3)) == driver.npos;
}

COPYTO_COLD result<adbc_manifest> read_adbc_manifest(std::string const& file, std::string_view platform) {
  auto const cannot = [&](errc code, std::string_view why) {
    return error({.code = code,
                  .message = fmt::format("the ADBC manifest {} cannot be read: {}", file, why),
                  .advice = "give the path of a manifest or of the driver's library"});
  };
  std::error_code why;
  std::uintmax_t const size = std::filesystem::file_size(file, why);
  if (why) {
    return cannot(why == std::errc::no_such_file_or_directory ? errc::not_found
                  : why == std::errc::permission_denied       ? errc::access_denied
                                                              : errc::invalid_argument,
                  why.message());
  }
  if (size > largest_adbc_manifest) {
    return cannot(errc::invalid_argument, "it is larger than 1 MiB");
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    return cannot(errc::access_denied, "its bytes are not to be had");
  }
  return parse_adbc_manifest(text, file, platform);
}

COPYTO_COLD result<std::optional<adbc_manifest>>
find_adbc_manifest(std::string_view driver, std::span<adbc_place const> places, std::string_view platform) {
  auto const read = [&](std::string const& file) -> result<std::optional<adbc_manifest>> {
    result<adbc_manifest> manifest = read_adbc_manifest(file, platform);
    if (!manifest) {
      return manifest.error();
    }
    return std::optional(*std::move(manifest));
  };
  if (driver.ends_with(".toml")) {
    return read(std::string(driver));
  }
  std::error_code none; // what cannot be looked at is not there
  if (!is_adbc_name(driver)) {
    std::string const beside = fmt::format("{}.toml", driver);
    bool const bare = driver.find('/') != driver.npos && driver.substr(driver.rfind('/')).find('.') == driver.npos;
    return bare && std::filesystem::exists(beside, none) ? read(beside) : std::optional<adbc_manifest>();
  }
  std::optional<error> other_platform;
  for (adbc_place const& place : places) {
    std::string const file = fmt::format("{}/{}.toml", place.directory, driver);
    if (!std::filesystem::exists(file, none)) {
      continue;
    }
    result<std::optional<adbc_manifest>> found = read(file);
    if (found || !found.error().is(errc::not_found)) {
      return found;
    }
    other_platform = other_platform ? other_platform : found.error();
  }
  if (other_platform) {
    return *other_platform;
  }
  return std::optional<adbc_manifest>();
}

} // namespace copyto::detail

#endif
