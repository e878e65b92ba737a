// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_AVRO_RECORDS_HPP
#define COPYTO_TOPIC_AVRO_RECORDS_HPP

#include <copyto/core/config.hpp>
#include <copyto/topic/concept.hpp>
#include <copyto/topic/detail/avro_plan.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

/// How records of Avro are called and framed.
struct avro_records_options {
  std::string record = "row";  ///< name of the record in the schema
  std::string name_space = {}; ///< of it, "com.example.trades"; empty: none
  /// The schema's number in a registry, which then stands in front of each record; nothing: no frame.
  std::optional<std::uint32_t> schema_id = std::nullopt;
};

/// A record of Avro's binary encoding for each row (Avro 1.12, "Binary Encoding"), written with the schema that
/// `avro_schema` makes, whose documentation says what becomes of each type:
///
///     avro_records{{.record = "trade", .schema_id = 42}}
///
/// With a schema id, five bytes stand in front: 0, and the id as a big-endian number (docs.confluent.io, Schema Registry,
/// "Wire format"). Arrays and maps are one block each.
///
/// - errc::value_out_of_range: text that is not UTF-8; times outside [00:00:00, 24:00:00), as readers refuse 24:00:00; intervals
///   with a negative part or parts of a millisecond, or more milliseconds than 32 bits hold.
/// - A map whose keys are strings may have a key twice; readers keep one of its values.
///
/// Models `RecordFormat`, for every type. One thread at a time.
class avro_records {
public:
  avro_records() = default;
  explicit avro_records(avro_records_options options) : options_(std::move(options)) {}

  [[nodiscard]] static constexpr bool supports(field const& /*f*/) noexcept { return true; }
  [[nodiscard]] std::string_view name() const noexcept { return "avro"; }
  [[nodiscard]] std::string_view content_type() const noexcept { return "avro/binary"; }
  [[nodiscard]] avro_records_options const& options() const noexcept { return options_; }
  /// 5 with a schema id, else 0.
  [[nodiscard]] std::size_t frame_bytes() const noexcept { return options_.schema_id ? 5 : 0; }
  /// The schema of the records, after `begin`.
  [[nodiscard]] std::string const& schema() const noexcept { return plan_.schema; }
  /// For who registers the schema between `begin` and the first row.
  void set_schema_id(std::uint32_t id) noexcept { options_.schema_id = id; }

  result<void> begin(schema_view fields, std::span<std::size_t const> columns);
  result<void> append(batch const& rows, std::size_t row, byte_buffer& out);

private:
  avro_records_options options_;
  detail::avro_plan plan_;
  std::vector<std::size_t> columns_;
};
static_assert(RecordFormat<avro_records>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/avro_records.ipp>
#endif

#endif
