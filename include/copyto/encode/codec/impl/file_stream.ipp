// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_IMPL_FILE_STREAM_IPP
#define COPYTO_ENCODE_CODEC_IMPL_FILE_STREAM_IPP

#include <copyto/encode/codec/detail/file_stream.hpp>

#include <fmt/format.h>

namespace copyto::detail {

COPYTO_DECL result<void> check_file_codec(codec const& chosen) {
  if (chosen.id() != codec_id::none && (!chosen.has_stream() || compressed_file_of(chosen.id()).suffix.empty())) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("{} is for pages of Parquet, and not for whole files", chosen.name()),
                  .advice = "choose gzip, zstd or no codec"});
  }
  return chosen.check();
}

} // namespace copyto::detail

#endif
