// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_IMPL_STREAM_IPP
#define COPYTO_UPLOAD_IMPL_STREAM_IPP

#include <copyto/upload/stream.hpp>

#include <algorithm>
#include <utility>

namespace copyto {

COPYTO_COLD result<void> upload_stream::need_buffer() {
  if (buffer_) {
    return {};
  }
  result<std::uint64_t> const size = session_->next_size();
  if (!size) {
    return size.error();
  }
  result<byte_buffer> free = engine_.buffer(*size);
  if (!free) {
    return free.error();
  }
  buffer_ = *std::move(free);
  part_crc_ = 0;
  return {};
}

COPYTO_COLD result<void> upload_stream::write(bytes_view bytes) {
  constexpr std::size_t warm = 64 * KiB; // copied and summed together, while they are in the cache
  while (!bytes.empty()) {
    if (result<void> got = need_buffer(); !got) {
      return got;
    }
    bytes_view const block = bytes.first(std::min({bytes.size(), buffer_->capacity() - buffer_->size(), warm}));
    buffer_->append(block);
    part_crc_ = copyto::crc64nvme(block, part_crc_);
    bytes = bytes.subspan(block.size());
    if (buffer_->size() == buffer_->capacity()) {
      if (result<void> sent = send(); !sent) {
        return sent;
      }
    }
  }
  return {};
}

COPYTO_COLD result<void> upload_stream::send() {
  if (session_->upload_id().empty()) {
    result<std::string> id = engine_.store().create_upload(session_->key(), options_, engine_.stop());
    if (!id) {
      return id.error();
    }
    session_->opened(*std::move(id));
  }
  byte_buffer buffer = *std::exchange(buffer_, std::nullopt);
  result<std::uint32_t> const number = session_->plan_part(buffer.size());
  if (!number) {
    return number.error();
  }
  crc_ = join_crc64nvme(crc_, part_crc_, buffer.size());
  part_body const body(buffer.view(), part_crc_);
  engine_.send({.file = session_, .number = *number, .body = body, .buffer = std::move(buffer)});
  return {};
}

COPYTO_COLD result<void> upload_stream::close() {
  if (buffer_ || session_->parts().empty()) {
    if (result<void> got = need_buffer(); !got) {
      return got;
    }
    if (result<void> sent = send(); !sent) {
      return sent;
    }
  }
  session_->closed();
  return {};
}

} // namespace copyto

#endif
