// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_UPLOAD_SESSION_IPP
#define COPYTO_IMPL_UPLOAD_SESSION_IPP

#include <copyto/upload/session.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {

COPYTO_DECL result<std::uint64_t> plan_part_size(store_limits const& limits, std::uint64_t max_file_size,
                                                 std::uint64_t wished) {
  if (max_file_size > limits.max_object) {
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format("a file size of {} bytes is above the store's limit of {}", max_file_size,
                                         limits.max_object),
                  .advice = "choose a smaller max_file_size"});
  }
  std::uint64_t const least = (max_file_size + limits.max_parts - 1) / limits.max_parts;
  std::uint64_t size = std::max({limits.min_part, wished, least, std::uint64_t{1}});
  if (size > limits.min_part && size > MiB) {
    size = std::min((size + MiB - 1) / MiB * MiB, std::max(limits.max_part, size));
  }
  if (size > limits.max_part) {
    if (wished <= limits.max_part && least <= limits.max_part) {
      return limits.max_part;
    }
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format("a file of {} bytes needs parts of {} bytes, above the store's limit of {}",
                                         max_file_size, size, limits.max_part),
                  .advice = "choose a smaller part_size or max_file_size"});
  }
  return size;
}

COPYTO_DECL result<std::uint32_t> upload_session::plan_part(std::uint64_t size) {
  auto const refuse = [&](std::string message) {
    return error({.code = errc::limit_exceeded,
                  .message = std::move(message),
                  .key = key_,
                  .advice = "choose a smaller max_file_size or a larger part_size"});
  };
  if (parts_.size() == limits_.max_parts) {
    return refuse(fmt::format("the file would pass the store's limit of {} parts", limits_.max_parts));
  }
  if (bytes_ + size > limits_.max_object) {
    return refuse(fmt::format("the file would pass the store's limit of {} bytes", limits_.max_object));
  }
  bytes_ += size;
  auto const number = static_cast<std::uint32_t>(parts_.size() + 1);
  parts_.push_back({.number = number, .size = size});
  return number;
}

COPYTO_DECL void upload_session::acknowledged(part_tag tag) {
  parts_[tag.number - 1].tag = std::move(tag.tag);
  ++acknowledged_;
}

} // namespace copyto

#endif
