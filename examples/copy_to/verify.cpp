// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"
#include "manifest.hpp"
#include "output.hpp"

#include <copyto/commit/place.hpp>
#include <copyto/core/crc.hpp>

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace copy_to {
namespace {

constexpr std::size_t largest_manifest = 256 * copyto::MiB;

copyto::error wrong(copyto::errc code, std::string message, std::string key, std::string advice = {}) {
  return copyto::error(
      {.code = code, .message = std::move(message), .key = std::move(key), .advice = std::move(advice)});
}

/// The manifest that the URI names, or the only one below it.
copyto::result<std::string> find_manifest(arguments const& given, copyto::store_ref store) {
  std::string const& prefix = given.store.to.prefix;
  if (prefix.ends_with(".json")) {
    return prefix;
  }
  copyto::export_place const place(prefix);
  if (!given.export_id.empty()) {
    return place.manifest(given.export_id);
  }
  std::vector<std::string> found;
  std::string from;
  do {
    copyto::result<copyto::page<copyto::object_info>> listed = store.list(place.stem() + "_copyto.manifest-", from, {});
    if (!listed) {
      return listed.error();
    }
    for (copyto::object_info& object : listed->items) {
      found.push_back(std::move(object.key));
    }
    from = std::move(listed->next);
  } while (!from.empty());
  if (found.empty()) {
    return wrong(copyto::errc::not_found, "there is no manifest", store.uri(place.stem()),
                 "an export writes one with --manifest; of another name, give its URI");
  }
  if (found.size() > 1) {
    std::string names;
    for (std::string const& key : found) {
      names += fmt::format("\n  copy_to verify {}", store.uri(key));
    }
    return wrong(copyto::errc::invalid_argument, fmt::format("there are {} manifests", found.size()),
                 store.uri(place.stem()), "say which:" + names);
  }
  return std::move(found.front());
}

/// What the manifest says of the files.
copyto::result<std::vector<copyto::file_report>> read_manifest(copyto::store_ref store, std::string const& key) {
  copyto::result<copyto::object_contents> const got = store.get(key, largest_manifest, {});
  if (!got) {
    return got.error();
  }
  copyto::result<std::vector<copyto::file_report>> files = parse_manifest(got->body);
  return files ? std::move(files) : files.error().with([&](copyto::error_info& info) { info.key = store.uri(key); });
}

/// What is wrong with a file, or nothing.
std::optional<std::string> fault_of(copyto::store_ref store, copyto::file_report const& file) {
  copyto::result<copyto::object_info> const head = store.head(file.key, {});
  if (!head) {
    return head.error().message();
  }
  if (head->size != file.bytes) {
    return fmt::format("it has {} bytes, and was written with {}", head->size, file.bytes);
  }
  copyto::result<copyto::object_contents> const got = store.get(file.key, file.bytes, {});
  if (!got) {
    return got.error().message();
  }
  std::uint64_t const found = copyto::crc64nvme(copyto::as_bytes(got->body));
  if (found != file.crc64nvme) {
    return fmt::format("its checksum is {:016x}, and it was written with {:016x}", found, file.crc64nvme);
  }
  return std::nullopt;
}

} // namespace

exit_status verify(arguments const& given, copyto::any_store store, terminal& out) {
  copyto::store_ref const ref(store);
  copyto::result<std::string> const key = find_manifest(given, ref);
  if (!key) {
    out.say(key.error().message());
    return exit_failed;
  }
  copyto::result<std::vector<copyto::file_report>> const files = read_manifest(ref, *key);
  if (!files) {
    out.say(files.error().message());
    return exit_failed;
  }
  verified_files done{.manifest = ref.uri(*key)};
  for (copyto::file_report const& file : *files) {
    done.rows += file.rows;
    done.bytes += file.bytes;
    ++done.files;
    if (std::optional<std::string> fault = fault_of(ref, file)) {
      done.faults.emplace_back(ref.uri(file.key), *std::move(fault));
    }
  }
  print(given.json ? verified_json(done) : verified_text(done), out);
  return done.faults.empty() ? exit_done : exit_failed;
}

} // namespace copy_to
