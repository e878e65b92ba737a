// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_IMPL_ENGINE_IPP
#define COPYTO_UPLOAD_IMPL_ENGINE_IPP

#include <copyto/upload/engine.hpp>

#include <fmt/format.h>

namespace copyto {

COPYTO_COLD upload_engine::upload_engine(store_ref store, engine_options const& options, std::stop_token stop)
    : store_(store), stop_(stop), pool_(options.buffer_bytes) {
  uploader_.emplace(store, options.parts_in_flight, std::move(stop));
}

COPYTO_COLD result<byte_buffer> upload_engine::buffer(std::uint64_t capacity) {
  for (;;) {
    std::optional<byte_buffer> free = pool_.take(capacity);
    if (!free && idle()) {
      return error({.code = errc::limit_exceeded,
                    .message = fmt::format("all {} bytes for parts lie in parts that are not full: no room for {} more",
                                           pool_.limit(), capacity),
                    .advice = "close the largest open file, or allow more memory"});
    }
    if (result<void> drained = drain(!free); !drained) {
      return drained.error();
    }
    if (free) {
      return *std::move(free);
    }
  }
}

COPYTO_COLD result<void> upload_engine::drain(bool wait) {
  while (std::optional<part_done> done = uploader_ ? uploader_->next(wait) : std::nullopt) {
    wait = false;
    pool_.give_back(std::move(done->buffer));
    if (!done->tag) {
      return done->tag.error();
    }
    acknowledged_ += done->tag->size;
    done->file->acknowledged(*std::move(done->tag));
  }
  return {};
}

COPYTO_COLD result<void> upload_engine::finish() {
  while (!idle()) {
    if (result<void> drained = drain(true); !drained) {
      return drained;
    }
  }
  return {};
}

} // namespace copyto

#endif
