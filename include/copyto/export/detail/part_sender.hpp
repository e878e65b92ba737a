// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_PART_SENDER_HPP
#define COPYTO_EXPORT_DETAIL_PART_SENDER_HPP

#include <copyto/encode/sink.hpp>
#include <copyto/store/ref.hpp>
#include <copyto/upload/part_pool.hpp>
#include <copyto/upload/session.hpp>
#include <copyto/upload/uploader.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace copyto::detail {

/// One file of an export, from its first byte until its upload is settled.
struct staged_file {
  upload_session upload;
  std::uint64_t rows = 0;
  crc64nvme checksum = {};
};

/// Buffers and uploads of all files of an export: what the encoder writes becomes parts, what the workers
/// have done comes back. Used from the exporter's thread.
class part_sender {
public:
  /// `options` are what every object is created with; they must outlive the sender.
  part_sender(store_ref store, object_options options, std::uint64_t part_size, std::uint32_t parts_in_flight,
              std::stop_token stop)
      : store_(store), options_(options), stop_(stop), pool_(part_size, parts_in_flight + std::size_t{1}) {
    uploader_.emplace(store, parts_in_flight, std::move(stop));
  }

  [[nodiscard]] std::size_t part_size() const noexcept { return pool_.part_size(); }
  /// Bytes that the store has confirmed.
  [[nodiscard]] std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  [[nodiscard]] bool idle() const noexcept { return uploader_->in_flight() == 0; }

  /// An empty buffer; waits for a part to be stored where all are in use.
  [[nodiscard]] result<byte_buffer> buffer() {
    for (;;) {
      std::optional<byte_buffer> free = pool_.take();
      if (result<void> drained = drain(!free); !drained) {
        return drained.error();
      }
      if (free) {
        return *std::move(free);
      }
    }
  }
  /// Sends a part, and creates the file's upload before the first.
  [[nodiscard]] result<void> send(upload_session& file, byte_buffer body) {
    if (file.upload_id().empty()) {
      result<std::string> id = store_.create_upload(file.key(), options_, stop_);
      if (!id) {
        return id.error();
      }
      file.opened(*std::move(id));
    }
    result<std::uint32_t> const number = file.plan_part(body.size());
    if (!number) {
      return number.error();
    }
    uploader_->submit({.file = &file, .number = *number, .body = std::move(body)});
    return {};
  }
  /// Takes in what the workers have done; `wait`: at least one part, if any is under way.
  [[nodiscard]] result<void> drain(bool wait) {
    while (std::optional<part_done> done = uploader_->next(wait)) {
      wait = false;
      pool_.give_back(std::move(done->body));
      if (!done->tag) {
        return done->tag.error();
      }
      acknowledged_ += done->tag->size;
      done->file->acknowledged(*std::move(done->tag));
    }
    return {};
  }
  /// Ends the requests under way. After it no part can land any more, and nothing can be sent.
  void halt() { uploader_.reset(); }

private:
  store_ref store_;
  object_options options_;
  std::stop_token stop_;
  part_pool pool_;
  std::uint64_t acknowledged_ = 0;
  std::optional<uploader> uploader_;
};

/// The bytes of one file on their way into parts.
class part_sink final : public sink {
public:
  part_sink(part_sender& sender, staged_file& file, std::uint64_t limit) : sink(limit), sender_(sender), file_(file) {}

  /// Sends what is left; an empty file is one empty part.
  [[nodiscard]] result<void> close() {
    if (buffer_ || file_.upload.parts().empty()) {
      if (result<void> got = need_buffer(); !got) {
        return got;
      }
      if (result<void> sent = send(); !sent) {
        return sent;
      }
    }
    file_.upload.closed();
    return {};
  }

private:
  result<void> take(bytes_view bytes) override {
    file_.checksum.update(bytes); // while they are in the cache
    while (!bytes.empty()) {
      if (result<void> got = need_buffer(); !got) {
        return got;
      }
      std::size_t const n = std::min(bytes.size(), sender_.part_size() - buffer_->size());
      buffer_->append(bytes.first(n));
      bytes = bytes.subspan(n);
      if (buffer_->size() == sender_.part_size()) {
        if (result<void> sent = send(); !sent) {
          return sent;
        }
      }
    }
    return {};
  }
  result<void> need_buffer() {
    if (!buffer_) {
      result<byte_buffer> free = sender_.buffer();
      if (!free) {
        return free.error();
      }
      buffer_ = *std::move(free);
    }
    return {};
  }
  result<void> send() { return sender_.send(file_.upload, *std::exchange(buffer_, std::nullopt)); }

  part_sender& sender_;
  staged_file& file_;
  std::optional<byte_buffer> buffer_;
};

} // namespace copyto::detail

#endif
