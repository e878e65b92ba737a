// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_IMPL_PART_PLAN_IPP
#define COPYTO_UPLOAD_IMPL_PART_PLAN_IPP

#include <copyto/upload/part_plan.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {

COPYTO_COLD std::uint64_t part_plan::size(std::uint64_t number) const noexcept {
  std::uint64_t bytes = first;
  if (grow_after != 0) {
    for (std::uint64_t step = (number - 1) / grow_after; step != 0 && bytes < max_part; --step) {
      bytes = std::min(bytes * 2, max_part);
    }
  }
  return bytes;
}

COPYTO_COLD std::uint64_t part_plan::capacity(std::uint32_t parts) const noexcept {
  std::uint64_t bytes = 0;
  std::uint64_t part = first;
  while (grow_after != 0 && parts > grow_after && part < max_part) {
    bytes += grow_after * part;
    parts -= grow_after;
    part = std::min(part * 2, max_part);
  }
  return bytes + parts * part;
}

COPYTO_COLD std::uint64_t part_plan::parts(std::uint64_t bytes) const noexcept {
  std::uint64_t whole = 0;
  std::uint64_t part = first;
  while (grow_after != 0 && part < max_part && bytes > grow_after * part) {
    whole += grow_after;
    bytes -= grow_after * part;
    part = std::min(part * 2, max_part);
  }
  return whole + bytes / part + (bytes % part != 0 ? 1 : 0);
}

COPYTO_COLD std::uint64_t part_plan::largest(std::uint64_t bytes) const noexcept {
  return size(std::max(parts(bytes), std::uint64_t{1}));
}

COPYTO_COLD result<part_plan> plan_parts(store_limits const& limits, std::optional<std::uint64_t> most,
                                         std::uint64_t wished) {
  auto const refuse = [](std::string message, std::string advice) {
    return error({.code = errc::limit_exceeded, .message = std::move(message), .advice = std::move(advice)});
  };
  if (most > limits.max_object) {
    return refuse(
        fmt::format("a file of {} bytes is above the store's limit of {} for one object", *most, limits.max_object),
        "choose a smaller max_file_size");
  }
  bool const fixed = limits.min_part == limits.max_part; // nothing to wish for
  if (wished > limits.max_part && !fixed) {
    return refuse(fmt::format("parts of {} bytes are above the store's limit of {}", wished, limits.max_part),
                  "choose a smaller part_size");
  }
  constexpr std::uint64_t worth = 4; // times the wished size: up to here all parts are rather larger than growing
  std::uint32_t grow_after = 0;
  auto const of = [&](std::uint64_t first) {
    return part_plan{.first = first, .grow_after = grow_after, .max_part = limits.max_part};
  };
  auto const fits = [&](std::uint64_t first) { return of(first).capacity(limits.max_parts) >= most.value_or(0); };
  std::uint64_t const least = fixed ? limits.max_part : std::max({limits.min_part, wished, std::uint64_t{1}});
  if (!fits(limits.max_part)) {
    return refuse(fmt::format("this stream would pass {} parts: a file of {} bytes does not fit into so many of {} "
                              "bytes, the store's limits",
                              limits.max_parts, *most, limits.max_part),
                  "choose a smaller max_file_size");
  }
  if (!limits.equal_parts && (!most || !fits(std::min(worth * least, limits.max_part)))) {
    grow_after = limits.parts_grow_after;
  }
  std::uint64_t size = least;
  if (!fits(size)) {
    std::uint64_t high = limits.max_part;
    while (high - size > 1) { // `size` is too small, `high` is not
      std::uint64_t const middle = size + (high - size) / 2;
      (fits(middle) ? high : size) = middle;
    }
    size = high;
  }
  if (size > limits.min_part && size > MiB) {
    size = std::min((size + MiB - 1) / MiB * MiB, limits.max_part);
  }
  return of(size);
}

} // namespace copyto

#endif
