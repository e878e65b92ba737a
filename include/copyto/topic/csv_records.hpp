// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_CSV_RECORDS_HPP
#define COPYTO_TOPIC_CSV_RECORDS_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/csv/detail/quoting.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/topic/concept.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

namespace detail {
class csv_record_pen;
} // namespace detail

/// The dialect of a CSV line: those of `csv_options` that say something of a line, with the same meaning.
struct csv_records_options {
  char delimiter = ',';
  char quote = '"';
  char escape = '"';
  std::string null_text = {};
  csv_quotes quotes = csv_quotes::necessary;
  std::vector<std::string> force_quote = {};
  csv_nested nested = csv_nested::json;
};

/// The fields of a row as a line of CSV without its line end, and without a header:
///
///     csv_records{}                          // 7,12.50,"a ""b""",
///     csv_records{{.null_text = "\\N"}}
///
/// Values and quotes are those of the encoder `csv`, as of the first line of a file: a first field that begins with U+FEFF is
/// quoted. A record of one field that is empty and has no quotes (NULL by default) has no bytes.
/// Errors of `begin` are those of `check(csv_options, columns)`; text that is not UTF-8 or has a NUL byte, times outside
/// [00:00:00, 24:00:00], and values that need quotes where there are to be none are errc::value_out_of_range.
///
/// Models `RecordFormat`, for every type. One thread at a time.
class csv_records {
public:
  csv_records() = default;
  explicit csv_records(csv_records_options const& options);

  [[nodiscard]] static constexpr bool supports(field const& /*f*/) noexcept { return true; }
  [[nodiscard]] std::string_view name() const noexcept { return "csv"; }
  [[nodiscard]] std::string_view content_type() const noexcept { return "text/csv"; }
  /// 0: a line and no more.
  [[nodiscard]] std::size_t frame_bytes() const noexcept { return 0; }

  result<void> begin(schema_view fields, std::span<std::size_t const> columns);
  result<void> append(batch const& rows, std::size_t row, byte_buffer& out);

private:
  friend class detail::csv_record_pen;
  struct column {
    std::size_t number = 0;
    detail::csv_column how = detail::csv_column::scanned;
  };

  csv_options options_;
  std::vector<column> columns_;
  byte_buffer json_; ///< of one nested value
};
static_assert(RecordFormat<csv_records>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/csv_records.ipp>
#endif

#endif
