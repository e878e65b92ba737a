// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_PART_PLAN_HPP
#define COPYTO_UPLOAD_PART_PLAN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/object.hpp>

#include <cstdint>
#include <optional>

namespace copyto {

/// Sizes of the parts of an upload, bytes. All have one, or the size doubles after so many parts, so that a stream
/// of unknown length, or one that may become very long, begins with small parts and still fits into the store's number
/// of parts.
struct part_plan {
  std::uint64_t first = 0;      ///< of part 1
  std::uint32_t grow_after = 0; ///< parts after which the size doubles; 0: never
  std::uint64_t max_part = 0;   ///< where doubling ends

  /// Bytes of part `number`, from 1. The last part may have fewer.
  [[nodiscard]] std::uint64_t size(std::uint64_t number) const noexcept;
  /// Bytes of `parts` whole parts.
  [[nodiscard]] std::uint64_t capacity(std::uint32_t parts) const noexcept;
  /// Parts of an upload of so many bytes; one that is empty has none.
  [[nodiscard]] std::uint64_t parts(std::uint64_t bytes) const noexcept;
  /// Bytes of the largest part of an upload of so many bytes: what a buffer for any of its parts must hold.
  [[nodiscard]] std::uint64_t largest(std::uint64_t bytes) const noexcept;
};

/// Plans an upload of at most `most` bytes (nothing: not known) with parts of `wished` bytes or more: the first size
/// that the store's limits allow and with which `most` fits, a multiple of 1 MiB where that is a choice. Parts grow only
/// where the store allows it and parts of one size would have to be larger than four times the wished one. An error
/// where no size will do, before the first request. Where `most` is not known, `upload_session` refuses the first
/// byte that does not fit any more.
[[nodiscard]] result<part_plan> plan_parts(store_limits const& limits, std::optional<std::uint64_t> most,
                                           std::uint64_t wished);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/upload/impl/part_plan.ipp>
#endif

#endif
