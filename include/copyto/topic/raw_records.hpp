// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_RAW_RECORDS_HPP
#define COPYTO_TOPIC_RAW_RECORDS_HPP

#include <copyto/core/config.hpp>
#include <copyto/topic/concept.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace copyto {

/// The bytes of one column, as they are: what somebody else has formatted, or a text that is a key by itself.
///
/// | type | bytes |
/// |---|---|
/// | string, json, enum | UTF-8, which is not checked |
/// | binary, fixed binary | the bytes |
/// | uuid | its 16 bytes, as written |
///
/// NULL has no bytes, and would look like the empty string: it is errc::value_out_of_range. Who wants a record without a key
/// or value for it does not ask for one. Errors of `begin`: invalid_argument for another number of columns, unsupported for
/// other types, with the column's name.
///
/// Models `RecordFormat`. One thread at a time.
class raw_records {
public:
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept {
    return is_bytes(f.type.id) || f.type.id == kind::fixed_binary || f.type.id == kind::uuid;
  }
  /// So key, header and partition columns are no part of a raw value where there are others.
  static constexpr bool one_column = true;
  [[nodiscard]] std::string_view name() const noexcept { return "raw"; }
  [[nodiscard]] std::string_view content_type() const noexcept { return "application/octet-stream"; }
  /// 0: what the bytes mean is not known.
  [[nodiscard]] std::size_t frame_bytes() const noexcept { return 0; }

  result<void> begin(schema_view fields, std::span<std::size_t const> columns);
  result<void> append(batch const& rows, std::size_t row, byte_buffer& out);

private:
  std::size_t column_ = 0;
};
static_assert(RecordFormat<raw_records>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/raw_records.ipp>
#endif

#endif
