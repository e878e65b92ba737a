// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_IMPL_VERBATIM_IPP
#define COPYTO_ENCODE_IMPL_VERBATIM_IPP

#include <copyto/encode/verbatim.hpp>

#include <copyto/core/ascii.hpp>

#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace copyto {

COPYTO_DECL verbatim::verbatim(verbatim_options options)
    : options_(std::move(options)),
      extension_(options_.extension + std::string(detail::compressed_file_of(options_.codec.id()).suffix)) {}

COPYTO_DECL std::string_view verbatim::content_type() const noexcept {
  std::string_view const compressed = detail::compressed_file_of(options_.codec.id()).content_type;
  return compressed.empty() ? std::string_view(options_.content_type) : compressed;
}

COPYTO_DECL result<void> verbatim::check(schema_view fields, std::uint64_t /*max_file_size*/) const {
  if (fields.size() != 1) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("rows that are written as they are come in one column, not {}", fields.size()),
                  .advice = "give the formatted rows as one required column of strings or bytes"});
  }
  if (!supports(fields[0])) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("rows that are written as they are cannot be {}", describe(fields[0])),
                  .column = std::string(fields[0].name),
                  .advice = "give the formatted rows as one required column of strings or bytes"});
  }
  std::string const& extension = options_.extension;
  bool const good_extension =
      !extension.empty() && extension.front() != '.' && extension.back() != '.' &&
      std::ranges::all_of(extension, [](char c) { return ascii::is_alnum(c) || c == '.' || c == '_' || c == '-'; });
  if (!good_extension) {
    return error({.code = errc::invalid_argument,
                  .message = "verbatim_options::extension cannot end the name of a file",
                  .advice = "choose letters, digits, \"_\" and \"-\", with dots between them"});
  }
  if (options_.content_type.empty() ||
      !std::ranges::all_of(options_.content_type, [](char c) { return c >= ' ' && c <= '~'; })) {
    return error({.code = errc::invalid_argument,
                  .message = "verbatim_options::content_type is empty or has characters that a header cannot hold",
                  .advice = "choose a media type such as text/plain"});
  }
  return detail::check_file_codec(options_.codec);
}

COPYTO_DECL std::uint64_t verbatim::memory_bound(schema_view /*fields*/,
                                                 std::uint64_t /*max_file_size*/) const noexcept {
  return scratch_size + options_.header.capacity() + options_.trailer.capacity() + options_.extension.capacity() +
         options_.content_type.capacity() + extension_.capacity() + options_.codec.stream_bytes();
}

COPYTO_DECL result<void> verbatim::flush(sink& out) {
  result<void> sent = file_.write(as_text(scratch_.view()), out);
  scratch_.clear();
  return sent;
}

COPYTO_DECL result<void> verbatim::put(std::string_view text, sink& out) {
  if (scratch_.size() + text.size() > scratch_size) {
    if (result<void> sent = flush(out); !sent) {
      return sent;
    }
  }
  if (text.size() >= scratch_size) {
    return file_.write(text, out);
  }
  scratch_.append(text);
  return {};
}

COPYTO_DECL result<void> verbatim::begin(schema_view /*fields*/, sink& out) {
  rows_ = 0;
  scratch_.clear();
  scratch_.reserve(scratch_size);
  file_.open(options_.codec);
  return put(options_.header, out);
}

COPYTO_DECL result<std::size_t> verbatim::write(batch const& rows, std::size_t first, sink& out) {
  scratch_.reserve(scratch_size); // a copy has only what it needed
  column_view const& column = rows.column(0);
  for (std::size_t i = first; i != rows.rows(); ++i) {
    std::string_view const row = column.bytes(i);
    auto const too_long = [&] {
      return rows_ != 0 && file_.max_size(out, scratch_.size() + row.size() + options_.trailer.size()) > out.limit();
    };
    bool split = too_long();
    if (split && file_.compresses() && pending_bytes() >= file_.least_flush) {
      result<void> sent = flush(out);
      if (sent) {
        sent = file_.flush(out);
      }
      if (!sent) {
        return sent.error();
      }
      split = too_long();
    }
    if (split) {
      return i - first;
    }
    if (result<void> sent = put(row, out); !sent) {
      return sent.error();
    }
    ++rows_;
  }
  return rows.rows() - first;
}

COPYTO_DECL result<file_stats> verbatim::end(sink& out) {
  result<void> sent = put(options_.trailer, out);
  if (sent) {
    sent = flush(out);
  }
  if (sent) {
    sent = file_.end(out);
  }
  if (!sent) {
    return sent.error();
  }
  return file_stats{.rows = rows_};
}

} // namespace copyto

#endif
