// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_UPLOAD_SINK_HPP
#define COPYTO_EXPORT_DETAIL_UPLOAD_SINK_HPP

#include <copyto/encode/sink.hpp>
#include <copyto/schema/column_stats.hpp>
#include <copyto/upload/stream.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace copyto::detail {

/// One file of an export, from its first byte until its upload is completed or aborted.
struct staged_file {
  staged_file(upload_engine& engine, std::string key, object_options const& options, part_plan const& plan,
              std::uint32_t shard = 0, std::uint64_t order = 0)
      : upload(engine, std::move(key), options, plan), shard(shard), order(order) {}

  upload_stream upload;
  std::uint32_t shard;
  std::uint64_t order; ///< of its rows among all: the shard's, then the partition's
  std::uint64_t rows = 0;
  std::vector<column_stats> columns = {}; ///< once it is closed, where they are asked for
};

/// Hands what an encoder writes to the upload.
class upload_sink final : public sink {
public:
  upload_sink(upload_stream& upload, std::uint64_t limit, std::uint32_t number)
      : sink(limit, number), upload_(upload) {}

private:
  result<void> take(bytes_view bytes) override { return upload_.write(bytes); }

  upload_stream& upload_;
};

} // namespace copyto::detail

#endif
