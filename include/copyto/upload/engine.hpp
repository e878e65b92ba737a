// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_ENGINE_HPP
#define COPYTO_UPLOAD_ENGINE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/ref.hpp>
#include <copyto/upload/part_pool.hpp>
#include <copyto/upload/uploader.hpp>

#include <cstdint>
#include <optional>
#include <stop_token>

namespace copyto {

/// How much an `upload_engine` may use.
struct engine_options {
  std::uint64_t buffer_bytes = 40 * MiB; ///< of all parts that are being filled or sent, together
  std::uint32_t parts_in_flight = 4;     ///< threads, each with a request and a connection
};

/// Memory and threads of any number of uploads to one store. Streams (upload/stream.hpp) take buffers from it, fill
/// them and send them; whoever asks for a buffer waits until a part is stored where all memory is in use.
///
/// With several open streams all memory may lie in parts that are not full. Waiting would then last for ever, so
/// that `buffer` fails instead (errc::limit_exceeded): close a stream, or give the engine a part per open stream
/// more than are in flight, with which it cannot happen.
///
/// Used from one thread. The destructor ends the requests under way; it neither completes nor aborts an upload.
class upload_engine {
public:
  /// `stop` ends requests early, with errc::stopped.
  upload_engine(store_ref store, engine_options const& options, std::stop_token stop);

  [[nodiscard]] store_ref store() const noexcept { return store_; }
  [[nodiscard]] std::stop_token const& stop() const noexcept { return stop_; }
  /// Bytes that the store has confirmed.
  [[nodiscard]] std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  /// Bytes of all buffers.
  [[nodiscard]] std::uint64_t allocated() const noexcept { return pool_.allocated(); }
  [[nodiscard]] bool idle() const noexcept { return !uploader_ || uploader_->in_flight() == 0; }

  /// An empty buffer; waits for parts to be stored where there is no room.
  [[nodiscard]] result<byte_buffer> buffer(std::uint64_t capacity);
  void give_back(byte_buffer buffer) { pool_.give_back(std::move(buffer)); }
  /// Sends a part of an opened upload.
  void send(part_job job) { uploader_->submit(std::move(job)); }
  /// Takes in what the workers have done; `wait`: at least one part, if any is under way. The first failed part is
  /// the error; later ones are as good as lost.
  [[nodiscard]] result<void> drain(bool wait);
  /// Waits for all parts.
  [[nodiscard]] result<void> finish();
  /// Frees the buffers that have come back; others are made when they are needed.
  void release() { pool_.release(); }
  /// Ends the requests under way and frees the buffers that have come back. After it no part can land any more, and
  /// nothing can be sent.
  void halt() {
    uploader_.reset();
    pool_.release();
  }

private:
  store_ref store_;
  std::stop_token stop_;
  part_pool pool_;
  std::uint64_t acknowledged_ = 0;
  std::optional<uploader> uploader_;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/upload/impl/engine.ipp>
#endif

#endif
