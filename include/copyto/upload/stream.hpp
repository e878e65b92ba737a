// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_STREAM_HPP
#define COPYTO_UPLOAD_STREAM_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/upload/engine.hpp>
#include <copyto/upload/session.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace copyto {

/// Bytes of any number on their way into the parts of one upload.
///
///     copyto::upload_engine engine(copyto::store_ref(store), {}, stop);
///     copyto::upload_stream file(engine, "key", {}, copyto::plan_parts(store.limits(), {}, 8 * copyto::MiB).value());
///     file.write(bytes) ...; file.close(); engine.finish();
///     store.complete(file.session().key(), file.session().upload_id(), file.session().parts(), {}, stop);
///
/// Nothing is visible before `complete`, and nothing but `complete` makes it so. The upload is started with its
/// first part. A stream that is dropped leaves its upload to be aborted by its owner, once the engine has halted: parts
/// that are under way go on. Used from the engine's thread.
class upload_stream {
public:
  /// What `options` refers to must outlive the stream.
  upload_stream(upload_engine& engine, std::string key, object_options const& options, part_plan const& plan)
      : engine_(engine), options_(options),
        session_(std::make_shared<upload_session>(std::move(key), engine.store().limits(), plan)) {}
  upload_stream(upload_stream const&) = delete;
  upload_stream& operator=(upload_stream const&) = delete;
  ~upload_stream() = default;

  /// Takes all of `bytes`; waits while all buffers are in use. An error loses the upload.
  [[nodiscard]] result<void> write(bytes_view bytes);
  /// Sends what is left; an empty stream is one empty part.
  [[nodiscard]] result<void> close();

  [[nodiscard]] upload_session const& session() const noexcept { return *session_; }
  /// Of all bytes whose part was sent; of the whole once it is closed.
  [[nodiscard]] std::uint64_t crc64nvme() const noexcept { return crc_; }

private:
  [[nodiscard]] result<void> need_buffer();
  [[nodiscard]] result<void> send();

  upload_engine& engine_;
  object_options options_;
  std::shared_ptr<upload_session> session_; ///< shared with the parts that are under way
  std::optional<byte_buffer> buffer_;
  std::uint64_t part_crc_ = 0; ///< of the buffer
  std::uint64_t crc_ = 0;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/upload/impl/stream.ipp>
#endif

#endif
