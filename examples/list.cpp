// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// What a store holds: list BUCKET PREFIX
//
// Shows that a store is useful without an export, and how its listings are paged. Takes the same environment variables
// as to_s3. Prints a line for each object below the prefix, and one for each upload that is still open.
#include <copyto/s3.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string environment(char const* name) {
  char const* value = std::getenv(name);
  return value != nullptr ? value : "";
}

copyto::s3_service service(std::string bucket) {
  if (std::string endpoint = environment("AWS_ENDPOINT_URL_S3"); !endpoint.empty()) {
    return copyto::s3_compatible{.bucket = std::move(bucket), .endpoint = std::move(endpoint), .allow_http = true};
  }
  return copyto::aws{.bucket = std::move(bucket), .region = environment("AWS_REGION")};
}

/// Calls `page(from)` until there is no next page, and `show` for each item. Returns the first error.
template <class Page, class Show>
copyto::result<void> each(Page page, Show show) {
  std::string from;
  do {
    auto got = page(from);
    if (!got) {
      return got.error();
    }
    for (auto const& item : got->items) {
      show(item);
    }
    from = got->next;
  } while (!from.empty());
  return {};
}

copyto::result<void> list(std::string bucket, std::string const& prefix) {
  auto store = copyto::s3_store{service(std::move(bucket)), copyto::environment_keys{}};
  copyto::result<void> listed =
      each([&](std::string const& from) { return store.list(prefix, from, {}); },
           [&](copyto::object_info const& object) {
             std::printf("%12llu  %s\n", static_cast<unsigned long long>(object.size), store.uri(object.key).c_str());
           });
  if (!listed) {
    return listed;
  }
  return each(
      [&](std::string const& from) { return store.list_uploads(prefix, from, {}); },
      [&](copyto::pending_upload const& upload) { std::printf(" open upload  %s\n", store.uri(upload.key).c_str()); });
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: list BUCKET PREFIX\n", stderr);
    return 2;
  }
  if (copyto::result<void> const listed = list(argv[1], argv[2]); !listed) {
    std::fprintf(stderr, "%s\n", listed.error().message().c_str());
    return 1;
  }
}
