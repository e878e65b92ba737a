// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_VERIFY_IPP
#define COPYTO_HANDOFF_IMPL_VERIFY_IPP

#include <copyto/handoff/verify.hpp>

#include <copyto/commit/place.hpp>
#include <copyto/core/bytes.hpp>
#include <copyto/core/crc.hpp>
#include <copyto/core/detail/json_depth.hpp>
#include <copyto/store/detail/pages.hpp>

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace copyto {
namespace detail {

inline constexpr std::size_t largest_manifest = 256 * MiB;

/// A number of `base` that fills the whole of the text.
[[nodiscard]] inline std::optional<std::uint64_t> whole_number(boost::property_tree::ptree const* node, int base) {
  std::uint64_t number = 0;
  if (node == nullptr || !node->empty()) {
    return std::nullopt;
  }
  std::string const& text = node->data();
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// What is wrong with a file, or nothing.
[[nodiscard]] COPYTO_COLD std::optional<std::string> fault_of(store_ref store, file_report const& file,
                                                              std::stop_token const& stop) {
  result<object_info> const head = store.head(file.key, stop);
  if (!head) {
    return head.error().message();
  }
  if (head->size != file.bytes) {
    return fmt::format("it has {} bytes, and was written with {}", head->size, file.bytes);
  }
  result<object_contents> const got = store.get(file.key, file.bytes, stop);
  if (!got) {
    return got.error().message();
  }
  std::uint64_t const found = crc64nvme(as_bytes(got->body));
  if (found != file.crc64nvme) {
    return fmt::format("its checksum is {:016x}, and it was written with {:016x}", found, file.crc64nvme);
  }
  return std::nullopt;
}

} // namespace detail

COPYTO_COLD result<std::vector<file_report>> parse_manifest(std::string_view text) {
  namespace pt = boost::property_tree;
  auto const foreign = [](std::string_view why) {
    return error({.code = errc::bad_answer, .message = fmt::format("this is not a manifest of copyto: {}", why)});
  };
  if (!detail::json_nests_at_most(text, 16)) {
    return foreign("it nests too deeply");
  }
  pt::ptree all;
  try {
    std::istringstream in{std::string(text)};
    pt::read_json(in, all);
  } catch (pt::json_parser_error const& e) {
    return foreign(fmt::format("line {}: {}", e.line(), e.message()));
  }
  auto const member = [](pt::ptree const& of, char const* name) -> pt::ptree const* {
    auto const found = of.find(name);
    return found == of.not_found() ? nullptr : &found->second;
  };
  pt::ptree const* const ours = member(all, "copyto");
  pt::ptree const* const listed = ours == nullptr ? nullptr : member(*ours, "files");
  if (listed == nullptr || !listed->data().empty()) {
    return foreign("a member is missing, or of another type");
  }
  if (detail::whole_number(member(*ours, "manifest"), 10) != 1U) {
    return foreign("it is of a newer version");
  }
  std::vector<file_report> files;
  files.reserve(listed->size());
  for (auto const& [unnamed, entry] : *listed) {
    pt::ptree const* const key = member(entry, "key");
    auto const rows = detail::whole_number(member(entry, "rows"), 10);
    auto const bytes = detail::whole_number(member(entry, "bytes"), 10);
    auto const sum = detail::whole_number(member(entry, "crc64nvme"), 16);
    if (!unnamed.empty() || key == nullptr || !key->empty() || key->data().empty() || !rows || !bytes) {
      return foreign("a member of a file is missing, or of another type");
    }
    if (!sum) {
      return foreign("a checksum in it is none");
    }
    files.push_back({.key = key->data(), .rows = *rows, .bytes = *bytes, .crc64nvme = *sum});
  }
  return files;
}

COPYTO_COLD result<std::string> find_manifest(store_ref store, std::string_view prefix, std::string_view export_id,
                                              std::stop_token const& stop) {
  export_place const place(prefix);
  if (!export_id.empty()) {
    return place.manifest(export_id);
  }
  std::vector<std::string> found;
  result<void> const listed = detail::for_each_listed(
      [&](std::string const& from) { return store.list(place.stem() + "_copyto.manifest-", from, stop); },
      [&](object_info const& object) {
        found.push_back(object.key);
        return result<void>();
      });
  if (!listed) {
    return listed.error();
  }
  if (found.empty()) {
    return error({.code = errc::not_found,
                  .message = "there is no manifest",
                  .key = store.uri(place.stem()),
                  .advice = "an export writes one where `manifest()` is its last file; of another name, give its key"});
  }
  if (found.size() > 1) {
    std::string names;
    for (std::string const& key : found) {
      names += fmt::format("\n  {}", store.uri(key));
    }
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("there are {} manifests", found.size()),
                  .key = store.uri(place.stem()),
                  .advice = "say which:" + names});
  }
  return std::move(found.front());
}

COPYTO_COLD result<verification> verify_manifest(store_ref store, std::string_view key, std::stop_token const& stop) {
  result<object_contents> const got = store.get(key, detail::largest_manifest, stop);
  if (!got) {
    return got.error();
  }
  result<std::vector<file_report>> const files = parse_manifest(got->body);
  if (!files) {
    return files.error().with([&](error_info& info) { info.key = store.uri(key); });
  }
  verification done{.manifest = std::string(key)};
  for (file_report const& file : *files) {
    done.rows += file.rows;
    done.bytes += file.bytes;
    ++done.files;
    std::optional<std::string> fault = detail::fault_of(store, file, stop);
    if (stop.stop_requested()) {
      return error(errc::stopped, "stopped on request");
    }
    if (fault) {
      done.faults.push_back({.key = file.key, .what = *std::move(fault)});
    }
  }
  return done;
}

} // namespace copyto

#endif
