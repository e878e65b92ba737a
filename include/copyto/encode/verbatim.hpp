// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_VERBATIM_HPP
#define COPYTO_ENCODE_VERBATIM_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/encode/codec/detail/file_stream.hpp>
#include <copyto/encode/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// How files of rows that are already formatted look.
struct verbatim_options {
  std::string header = {};                 ///< bytes in front of the rows of every file
  std::string trailer = {};                ///< bytes behind them
  std::string extension = "txt";           ///< letters, digits, `_`, `-` and dots between them
  std::string content_type = "text/plain"; ///< printable ASCII; with a codec, that of the compressed file is sent
  copyto::codec codec = {};                ///< of the whole file: none, `gzip()` or `zstd()`
};

/// Writes rows that somebody else has formatted: each value of the only column, with whatever ends a row,
/// goes to the file unchanged. For instance the bytes of PostgreSQL's `COPY ... TO STDOUT`, where the header and
/// trailer are those of its formats.
///
///     verbatim{{.header = "id,note\n", .extension = "csv", .content_type = "text/csv"}}
///
/// - A file is header, rows and trailer, and ends between rows only. It never passes its limit unless header, one row
///   and trailer alone do. With a codec the size is that of the compressed file, and the file ends where the next row
///   could make it pass the limit, were that row and the few kilobytes before it incompressible.
/// - With gzip and zstd the extension gets ".gz" and ".zst".
/// - Nothing looks into the values: what they mean, and that header and rows fit each other, is the source's.
///
/// Models `Encoder`, for schemas of one column that is a string or binary and required. One thread at a time.
class verbatim {
public:
  verbatim() : verbatim(verbatim_options()) {}
  explicit verbatim(verbatim_options options);

  [[nodiscard]] static constexpr bool supports(field const& f) noexcept {
    return (f.type.id == kind::string || f.type.id == kind::binary) && !f.optional;
  }
  [[nodiscard]] std::string_view extension() const noexcept { return extension_; }
  [[nodiscard]] std::string_view content_type() const noexcept;
  [[nodiscard]] verbatim_options const& options() const noexcept { return options_; }

  /// Errors: invalid_argument for another number of columns, an extension or content type that cannot stand in a
  /// name or header, or a codec's level; unsupported for a column of another type and a codec without files. Every file
  /// size will do. Thread-safe.
  [[nodiscard]] result<void> check(schema_view fields, std::uint64_t max_file_size) const;
  [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const noexcept;

  result<void> begin(schema_view fields, sink& out);
  result<std::size_t> write(batch const& rows, std::size_t first, sink& out);
  result<file_stats> end(sink& out);
  [[nodiscard]] std::uint64_t pending_bytes() const noexcept { return scratch_.size() + file_.pending_bytes(); }

private:
  /// Short rows are collected here, so that the sink sees few calls.
  static constexpr std::size_t scratch_size = 64 * KiB;

  /// Gives the collected rows away.
  result<void> flush(sink& out);
  result<void> put(std::string_view text, sink& out);

  verbatim_options options_;
  std::string extension_;
  byte_buffer scratch_;
  detail::file_stream file_;
  std::uint64_t rows_ = 0;
};
static_assert(Encoder<verbatim>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/impl/verbatim.ipp>
#endif

#endif
