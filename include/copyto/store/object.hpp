// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_OBJECT_HPP
#define COPYTO_STORE_OBJECT_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/crc.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// What a store allows. Bytes, unless said otherwise.
struct store_limits {
  std::uint64_t min_part = 5 * MiB; ///< of all parts but the last
  std::uint64_t max_part = 5 * GiB;
  std::uint32_t max_parts = 10'000; ///< parts of one upload
  std::uint64_t max_object = 5 * TiB;
  std::uint64_t max_put = 5 * GiB; ///< body of one put
  std::size_t max_key = 1024;      ///< bytes of a key
  std::size_t max_segment = 1024;  ///< bytes between two of its slashes
  bool keys_are_paths = false;     ///< none is empty, `.` or `..` between slashes, or the beginning of another
  bool equal_parts = false;        ///< all parts but the last must have one size, and the last no more
  /// Parts after which the size of an upload's parts doubles, so that uploads of any length begin with small parts
  /// (upload/part_plan.hpp); 0: never, as where parts must be equal, or nothing is known of the store.
  std::uint32_t parts_grow_after = 0;
  bool complete_creates_only = false; ///< `complete` honours `put_condition::absent`
  bool keeps_tokens = true;           ///< objects bear the `object_options::token` that they were made with
  /// Uploads that are neither completed nor aborted are gone after so many days; 0: never by themselves.
  std::uint32_t uploads_expire_days = 0;
  std::uint64_t request_memory = 64 * KiB; ///< heap that one request takes beyond its body
  /// Nobody knows which operations the store has: an export uses each one that it needs before its first row.
  bool operations_unknown = false;
};

/// Which conditional writes `put` honours.
enum class conditions : std::uint8_t {
  none,             ///< both are refused with errc::unsupported
  create_only,      ///< `put_condition::absent`
  compare_and_swap, ///< `absent` and `matches`
  unknown,          ///< sent, but perhaps ignored: an export finds out when it claims its target
};

/// The state in which an object must be for a put to take effect.
struct put_condition {
  enum class type : std::uint8_t { none, absent, matches };
  type kind = type::none;
  std::string tag = {}; ///< matches: the tag of the object that is replaced, as `head`, `get` or `put` gave it

  [[nodiscard]] static put_condition absent() { return {.kind = type::absent}; }
  [[nodiscard]] static put_condition matches(std::string tag) { return {.kind = type::matches, .tag = std::move(tag)}; }
};

/// What an object is created with.
struct object_options {
  std::string_view content_type = "application/octet-stream";
  /// The exporter's own token (`object_info::token`), which later proves whose object this is. The
  /// export id; letters, digits and `-`.
  std::string_view token = {};
  /// In the bucket's default storage class, and without tags, metadata and locks, whatever the store was told: for small
  /// objects of the export itself, which are read and deleted soon.
  bool default_class = false;
};

/// What a store tells of an object.
struct object_info {
  std::string key = {};
  std::uint64_t size = 0;
  std::string tag = {};   ///< entity tag, opaque
  std::string token = {}; ///< `object_options::token` (head and get only), or empty
};

/// A small object with its contents.
struct object_contents {
  object_info info = {};
  std::string body = {};
};

/// The bytes of a part, borrowed, and their CRC-64/NVME, which is computed once, where they are in the cache.
class part_body {
public:
  part_body(bytes_view bytes) noexcept // NOLINT(google-explicit-constructor): a part is its bytes
      : part_body(bytes, copyto::crc64nvme(bytes)) {}
  part_body(bytes_view bytes, std::uint64_t crc64nvme) noexcept : bytes_(bytes), crc64nvme_(crc64nvme) {}

  operator bytes_view() const noexcept { return bytes_; } // NOLINT(google-explicit-constructor): see above
  [[nodiscard]] bytes_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::uint64_t crc64nvme() const noexcept { return crc64nvme_; }

private:
  bytes_view bytes_;
  std::uint64_t crc64nvme_;
};

/// Proof that a part was stored.
struct part_tag {
  std::uint32_t number = 0; ///< from 1
  std::uint64_t size = 0;
  std::string tag = {}; ///< entity tag, opaque, sent back at `complete`
  /// Checksum in the store's own words, opaque; empty where it has none. `complete` joins those of all parts and
  /// compares with what the store says of the object.
  std::string checksum = {};
};

/// An upload that was neither completed nor aborted.
struct pending_upload {
  std::string key = {};
  std::string upload_id = {};
  std::optional<utc_time> started = std::nullopt;
};

/// One page of a listing; `next` is empty on the last one, else it is passed to the next call.
template <class T>
struct page {
  std::vector<T> items = {};
  std::string next = {};
};

} // namespace copyto

#endif
