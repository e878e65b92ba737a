// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_HPP
#define COPYTO_ENCODE_CSV_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/encode/block.hpp>
#include <copyto/encode/codec/detail/file_stream.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/encode/csv/check.hpp>
#include <copyto/encode/csv/detail/quoting.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/encode/detail/text_block.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

namespace detail {
class csv_block_writer;
} // namespace detail

/// Writes CSV files as PostgreSQL's `COPY ... TO ... (FORMAT csv)` does, byte for byte but for one pair of quotes below
/// (postgresql.org/docs/current/sql-copy.html, "CSV Format"; src/backend/commands/copyto.c):
///
///     csv{}                                        // a,"b ""c""",
///     csv{{.null_text = "\\N", .header = csv_header::every_file}}
///     csv{{.force_quote = {"note"}, .codec = zstd()}}  // files called *.csv.zst
///
/// - A line feed ends every record, the last one too. UTF-8, no byte order mark, no end-of-data marker.
/// - A field is quoted if it holds delimiter, quote, CR or LF, if it equals `null_text`, or if it is `\.` and the only
///   field of its record; `csv_options::quotes` and `force_quote` change that. So is a first field that begins with U+FEFF,
///   which readers would take for the file's byte order mark and leave out. NULL is `null_text` without quotes. A
///   record of one field that is empty and has no quotes (NULL by default; the empty string with another `null_text`)
///   is an empty line, which some readers skip.
/// - Values are PostgreSQL's text output: `t`/`f`; floating point numbers with the fewest digits that bring them back
///   (`1e+20`, `Infinity`, `NaN`; float16 as the float of the same value); decimals with all digits of their scale;
///   `2024-02-29 12:34:56.78`, with `+00` behind times and timestamps in UTC and ` BC` before the year 1, nanoseconds
///   with up to nine digits; intervals like `1 year 2 mons 03:04:05`; bytes as `\x` and lower-case hexadecimal digits;
///   strings, JSON and enumerators as they are. Lists, structs and maps are JSON (`csv_options::nested`).
/// - A text with a line that is only `\.` is written as it is, and warned of (`file_stats::warnings`): psql before 18 takes
///   that line for the end of the data.
/// - Text that is not UTF-8 or has a NUL byte (which no PostgreSQL text can hold, and at which SQLite's `.import`
///   stops) and times outside [00:00:00, 24:00:00] are errc::value_out_of_range. So are values that need quotes where
///   there are to be none.
/// - A file never passes its limit, the header included, unless header and first row alone do. With a codec the size is
///   that of the compressed file: it ends where the next row could make it pass the limit, were that row and the few
///   kilobytes before it incompressible. A longer row counts with its uncompressed size, so it begins a file of its own
///   unless there is room for it.
///
/// Models `Encoder`, and `BlockEncoder`, whose blocks are runs of lines; with a codec files have none, and are written by
/// one thread. One thread at a time.
class csv {
public:
  csv() = default;
  explicit csv(csv_options options) : options_(std::move(options)) {}

  /// Every type.
  [[nodiscard]] static constexpr bool supports(field const& /*f*/) noexcept { return true; }
  /// "csv"; "csv.gz" and "csv.zst" with a codec.
  [[nodiscard]] std::string_view extension() const noexcept;
  /// "text/csv"; "application/gzip" and "application/zstd" with a codec, since a store must hand out these bytes and
  /// not, as a content encoding would let it, what they stand for.
  [[nodiscard]] std::string_view content_type() const noexcept;
  [[nodiscard]] csv_options const& options() const noexcept { return options_; }

  /// Whether the header is in the first file only.
  [[nodiscard]] bool first_file_differs() const noexcept { return options_.header == csv_header::first_file; }
  /// `copyto::check(options(), fields)`; every file size will do.
  [[nodiscard]] result<void> check(schema_view fields, std::uint64_t max_file_size) const;
  [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const noexcept;

  result<void> begin(schema_view fields, sink& out);
  result<std::size_t> write(batch const& rows, std::size_t first, sink& out);
  result<file_stats> end(sink& out);
  [[nodiscard]] std::uint64_t pending_bytes() const noexcept { return scratch_.size() + file_.pending_bytes(); }

  static constexpr bool parts_blocks = true;
  [[nodiscard]] detail::csv_block_writer block_writer(schema_view fields, std::uint64_t max_file_size) const;
  /// 0 with a codec.
  [[nodiscard]] std::uint64_t block_rows(schema_view fields) const noexcept;
  [[nodiscard]] std::uint64_t block_memory_bound(schema_view fields, std::uint64_t max_file_size) const noexcept;
  /// An error has its row in the block.
  result<std::uint64_t> place(detail::text_block& block, sink& out);

private:
  friend class detail::csv_block_writer;
  /// Rows are collected here and given to the sink in pieces of about this size. A longer row is measured first, and
  /// then passes through in several.
  static constexpr std::size_t scratch_size = 64 * KiB;

  [[nodiscard]] bool has_header(sink const& out) const noexcept;
  result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last, sink& out);
  [[nodiscard]] std::string quoted_first_field(detail::rope::reader& from, std::uint64_t& size) const;

  csv_options options_;
  std::vector<detail::csv_column> columns_;
  byte_buffer scratch_;
  byte_buffer json_; ///< of one nested value
  detail::file_stream file_;
  std::uint64_t rows_ = 0;
  std::optional<error> warning_;    ///< of the open file
  bool in_block_ = false;           ///< of which nobody knows whether it begins a file
  std::vector<std::uint64_t> ends_; ///< of the rows in a block
};

namespace detail {

/// Makes runs of lines; see encode/block.hpp.
class csv_block_writer {
public:
  csv_block_writer(csv const& encoder, schema_view fields, std::uint64_t max_file_size);
  csv_block_writer(csv_block_writer const& other);
  csv_block_writer(csv_block_writer&&) noexcept = default;
  csv_block_writer& operator=(csv_block_writer other) noexcept;
  ~csv_block_writer() = default;

  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last);
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] result<text_block> end();

private:
  schema_view fields_;
  std::uint64_t limit_;
  std::shared_ptr<block_pool> pool_;
  csv lines_;
  std::unique_ptr<text_block_sink> out_; ///< of the open block
  bool full_ = false;
};

} // namespace detail

static_assert(BlockEncoder<csv>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/impl/csv.ipp>
#endif

#endif
