// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "manifest.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace json = boost::json;

namespace copy_to {

copyto::result<std::vector<copyto::file_report>> parse_manifest(std::string_view text) {
  auto const foreign = [](std::string_view why) {
    return copyto::error({.code = copyto::errc::bad_answer,
                          .message = fmt::format("this is not a manifest that copy_to can read: {}", why)});
  };
  std::vector<copyto::file_report> files;
  boost::system::error_code bad;
  json::value const all = json::parse(text, bad);
  if (bad) {
    return foreign(bad.message());
  }
  try {
    json::object const& ours = all.at("copyto").as_object();
    if (ours.at("manifest").to_number<int>() != 1) {
      return foreign("it is of a newer version");
    }
    for (json::value const& entry : ours.at("files").as_array()) {
      std::string_view const digits = entry.at("crc64nvme").as_string();
      copyto::file_report& file =
          files.emplace_back(copyto::file_report{.key = std::string(entry.at("key").as_string()),
                                                 .rows = entry.at("rows").to_number<std::uint64_t>(),
                                                 .bytes = entry.at("bytes").to_number<std::uint64_t>()});
      auto const [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), file.crc64nvme, 16);
      if (fault != std::errc() || end != digits.data() + digits.size()) {
        return foreign("a checksum in it is none");
      }
    }
  } catch (std::exception const&) { // Boost.JSON's, of what is missing or of another type
    return foreign("a member is missing, or of another type");
  }
  return files;
}

} // namespace copy_to
