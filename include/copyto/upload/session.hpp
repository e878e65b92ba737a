// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_SESSION_HPP
#define COPYTO_UPLOAD_SESSION_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/object.hpp>
#include <copyto/upload/part_plan.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace copyto {

/// One multipart upload as a state machine that does no I/O: it plans and numbers parts, keeps the store's
/// limits, and gathers the tags. Who calls it does the requests. Not thread-safe.
///
///     opened -> (next_size, plan_part) ... -> closed;  acknowledged for each part, in any order;  all_stored
class upload_session {
public:
  upload_session(std::string key, store_limits limits, part_plan plan)
      : key_(std::move(key)), limits_(limits), plan_(plan) {}

  [[nodiscard]] std::string const& key() const noexcept { return key_; }
  /// Empty until the store has given one.
  [[nodiscard]] std::string const& upload_id() const noexcept { return upload_id_; }
  void opened(std::string upload_id) { upload_id_ = std::move(upload_id); }

  /// Bytes that the next part may have. errc::limit_exceeded where the store would not take another byte: asked
  /// before the byte is taken in, so that it is said at once and not at the end.
  [[nodiscard]] result<std::uint64_t> next_size() const;
  /// Takes in a part of so many bytes and returns its number. Every part but the last has `next_size()` bytes.
  [[nodiscard]] result<std::uint32_t> plan_part(std::uint64_t size);
  /// No more parts will come.
  void closed() noexcept { closed_ = true; }
  /// The store has part `tag.number`.
  void acknowledged(part_tag tag);

  /// Whether the store has every part of a closed upload.
  [[nodiscard]] bool all_stored() const noexcept { return closed_ && acknowledged_ == parts_.size(); }
  /// Tags by ascending number, complete once all are stored.
  [[nodiscard]] std::vector<part_tag> const& parts() const noexcept { return parts_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

private:
  std::string key_;
  std::string upload_id_;
  store_limits limits_;
  part_plan plan_;
  std::vector<part_tag> parts_;
  std::size_t acknowledged_ = 0;
  std::uint64_t bytes_ = 0;
  bool closed_ = false;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/upload/impl/session.ipp>
#endif

#endif
