// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_COUNTERS_HPP
#define COPYTO_STORE_COUNTERS_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copyto {

/// The requests that a store makes.
enum class request_kind : std::uint8_t {
  put,
  create_upload,
  put_part,
  complete,
  abort,
  head,
  get,
  list,
  list_uploads,
  list_parts,
  remove,
};
inline constexpr std::size_t request_kinds = 11;

/// What a store has asked of its server so far, all attempts included: what a bill is made of.
struct store_counters {
  std::array<std::uint64_t, request_kinds> requests = {};   ///< by `request_kind`
  std::array<std::uint64_t, request_kinds> bytes_sent = {}; ///< bodies of these
  std::uint64_t retries = 0;                                ///< attempts after the first of an operation
  std::uint64_t throttles = 0;                              ///< answers that asked for fewer requests

  /// What was counted since `before`.
  [[nodiscard]] store_counters since(store_counters const& before) const noexcept {
    store_counters difference = *this;
    for (std::size_t i = 0; i != request_kinds; ++i) {
      difference.requests[i] -= before.requests[i];
      difference.bytes_sent[i] -= before.bytes_sent[i];
    }
    difference.retries -= before.retries;
    difference.throttles -= before.throttles;
    return difference;
  }
  [[nodiscard]] std::uint64_t requests_of(request_kind kind) const noexcept {
    return requests[static_cast<std::size_t>(kind)];
  }
};

/// The API's name of a kind, e.g. "UploadPart".
[[nodiscard]] constexpr std::string_view to_string(request_kind kind) noexcept {
  constexpr std::string_view names[request_kinds] = {"PutObject",
                                                     "CreateMultipartUpload",
                                                     "UploadPart",
                                                     "CompleteMultipartUpload",
                                                     "AbortMultipartUpload",
                                                     "HeadObject",
                                                     "GetObject",
                                                     "ListObjectsV2",
                                                     "ListMultipartUploads",
                                                     "ListParts",
                                                     "DeleteObject"};
  return names[static_cast<std::size_t>(kind)];
}

/// Refinement: a store that counts. All copies count together; thread-safe.
template <class O>
concept Counting = requires(O const& o) {
  { o.counters() } -> std::same_as<store_counters>;
};

} // namespace copyto

#endif
