// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_TOPIC_ROWS_HPP
#define COPYTO_TOPIC_DETAIL_TOPIC_ROWS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/topic/any_records.hpp>
#include <copyto/topic/detail/producer.hpp>
#include <copyto/topic/options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// Makes records of rows: key, value, headers and partition, by the options. Nothing is allocated per row.
class topic_rows {
public:
  /// `fields` must outlive it. `value`, `key`: formats of their own.
  topic_rows(schema_view fields, any_records value, any_records key, topic_options const& options);
  topic_rows(topic_rows const&) = delete;
  topic_rows& operator=(topic_rows const&) = delete;

  /// Everything that can be wrong before the first row. Errors: invalid_argument or unsupported, with the column.
  [[nodiscard]] result<void> begin();
  /// When the export began, milliseconds since 1970, as records of snapshots say it: now, unless an earlier run says another
  /// time. Before the first `take`.
  [[nodiscard]] std::int64_t started() const noexcept { return started_; }
  void set_started(std::int64_t millis) noexcept { started_ = millis; }
  /// The next rows; must live until the next call.
  void take(batch const& rows);
  /// Record of row `row` of them, borrowed until the next call. `partitions`: of the topic. Errors: value_out_of_range, with the
  /// row's number in the batch.
  [[nodiscard]] result<topic_record> make(std::size_t row, std::int32_t partitions);

  /// What the value and the key are made of, after `begin`; `key_columns` are of the rows' fields.
  [[nodiscard]] schema_view value_fields() const noexcept {
    return snapshot_ ? schema_view(snapshot_->fields) : fields_;
  }
  [[nodiscard]] std::span<std::size_t const> value_columns() const noexcept { return value_columns_; }
  [[nodiscard]] std::span<std::size_t const> key_columns() const noexcept { return key_columns_; }

private:
  /// A snapshot's row around ours: before, after, op and ts_ms.
  struct snapshot_row {
    explicit snapshot_row(schema_view rows);
    void take(batch const& rows, std::int64_t started);

    std::array<field, 4> fields;
    batch around;
    std::vector<column_view> columns;
    std::vector<std::uint8_t> nothing; ///< validity of `before`
    std::vector<std::string_view> op;
    std::vector<std::int64_t> millis;
  };
  [[nodiscard]] result<std::size_t> column_of(std::string_view name, std::string_view option) const;
  [[nodiscard]] result<void> add_headers(std::size_t row);
  [[nodiscard]] result<std::int32_t> partition(std::size_t row, std::int32_t partitions,
                                               std::optional<bytes_view> key) const;

  schema_view fields_;
  any_records value_;
  any_records key_;
  topic_options const& options_;
  std::vector<std::size_t> value_columns_;
  std::vector<std::size_t> key_columns_;
  std::vector<std::size_t> header_columns_;
  std::optional<std::size_t> deleted_;
  std::optional<std::size_t> partition_column_;
  std::optional<snapshot_row> snapshot_;
  std::int64_t started_ = 0;
  batch const* rows_ = nullptr;
  byte_buffer key_bytes_;
  byte_buffer value_bytes_;
  byte_buffer header_bytes_;
  std::vector<record_header> headers_;
  std::vector<std::size_t> header_ends_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/topic_rows.ipp>
#endif

#endif
