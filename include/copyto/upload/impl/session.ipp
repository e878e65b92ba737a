// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_IMPL_SESSION_IPP
#define COPYTO_UPLOAD_IMPL_SESSION_IPP

#include <copyto/upload/session.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {

COPYTO_COLD result<std::uint64_t> upload_session::next_size() const {
  auto const refuse = [&](std::string message) {
    return error({.code = errc::limit_exceeded,
                  .message = std::move(message),
                  .key = key_,
                  .advice = "choose a smaller max_file_size or a larger part_size"});
  };
  if (parts_.size() == limits_.max_parts) {
    return refuse(fmt::format("this stream would pass {} parts, the store's limit", limits_.max_parts));
  }
  if (bytes_ == limits_.max_object) {
    return refuse(fmt::format("this stream would pass {} bytes, the store's limit for one object", bytes_));
  }
  return std::min(plan_.size(static_cast<std::uint32_t>(parts_.size() + 1)), limits_.max_object - bytes_);
}

COPYTO_COLD result<std::uint32_t> upload_session::plan_part(std::uint64_t size) {
  if (result<std::uint64_t> const most = next_size(); !most) {
    return most.error();
  } else if (size > *most) {
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format("a part of {} bytes is larger than the {} planned", size, *most),
                  .key = key_});
  }
  bytes_ += size;
  auto const number = static_cast<std::uint32_t>(parts_.size() + 1);
  parts_.push_back({.number = number, .size = size});
  return number;
}

COPYTO_COLD void upload_session::acknowledged(part_tag tag) {
  parts_[tag.number - 1] = std::move(tag);
  ++acknowledged_;
}

} // namespace copyto

#endif
