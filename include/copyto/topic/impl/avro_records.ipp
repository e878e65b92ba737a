// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_AVRO_RECORDS_IPP
#define COPYTO_TOPIC_IMPL_AVRO_RECORDS_IPP

#include <copyto/topic/avro_records.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/detail/float_text.hpp>
#include <copyto/schema/detail/value_text.hpp>
#include <copyto/topic/detail/record_columns.hpp>

#include <boost/endian/conversion.hpp>

#include <bit>
#include <cstring>
#include <limits>

namespace copyto {

namespace detail {

/// Writes the nodes of a plan. Functions return false where they cannot; then `why`, `advice` and `path` say more.
class avro_pen {
public:
  avro_pen(std::vector<avro_node> const& nodes, byte_buffer& out) noexcept : nodes_(nodes.data()), out_(out) {}

  std::string_view why;
  std::string_view advice;
  std::string path; ///< below the node that was asked for

  /// Value `i` of the column of node `number`.
  bool value(std::uint32_t number, column_view const& column, std::size_t i) {
    avro_node const& node = nodes_[number];
    if (node.optional) {
      bool const null = column.is_null(i);
      out_.append_value(static_cast<std::uint8_t>(null ? 0 : 2)); // the branch of the union, as a long
      if (null) {
        return true;
      }
    }
    switch (node.step) {
    case avro_step::boolean: out_.append_value(static_cast<std::uint8_t>(column.bit(i))); return true;
    case avro_step::int8: return number_of<std::int8_t>(column, i);
    case avro_step::int16: return number_of<std::int16_t>(column, i);
    case avro_step::int32: return number_of<std::int32_t>(column, i);
    case avro_step::int64: return number_of<std::int64_t>(column, i);
    case avro_step::uint8: return number_of<std::uint8_t>(column, i);
    case avro_step::uint16: return number_of<std::uint16_t>(column, i);
    case avro_step::uint32: return number_of<std::uint32_t>(column, i);
    case avro_step::uint64: return put_decimal(column.data<std::uint64_t>()[i]);
    case avro_step::half:
      return put_bits(std::bit_cast<std::uint32_t>(pg::widen_half(column.data<std::uint16_t>()[i])));
    case avro_step::float32: return put_bits(std::bit_cast<std::uint32_t>(column.data<float>()[i]));
    case avro_step::float64: return put_bits(std::bit_cast<std::uint64_t>(column.data<double>()[i]));
    case avro_step::decimal32: return put_decimal(column.data<std::int32_t>()[i]);
    case avro_step::decimal64: return put_decimal(column.data<std::int64_t>()[i]);
    case avro_step::decimal128: {
      int128 unscaled = 0; // borrowed memory may be aligned to 8 bytes only
      std::memcpy(&unscaled, column.bytes(i).data(), sizeof(unscaled));
      return put_decimal(unscaled);
    }
    case avro_step::text: {
      std::string_view const text = column.bytes(i);
      return valid_utf8(text)
                 ? put_bytes(text)
                 : refuse("a text is not valid UTF-8", "correct it in the source, or make the column binary");
    }
    case avro_step::bytes: return put_bytes(column.bytes(i));
    case avro_step::fixed: out_.append(column.bytes(i)); return true;
    case avro_step::uuid: {
      char text[36];
      pg::put_uuid(text, column.bytes(i).data());
      return put_bytes({text, sizeof(text)});
    }
    case avro_step::time_milli: return put_time(column.data<std::int32_t>()[i], 1'000);
    case avro_step::time_micro: return put_time(column.data<std::int64_t>()[i], 1'000'000);
    case avro_step::time_nano: return put_time(column.data<std::int64_t>()[i], 1'000'000'000);
    case avro_step::duration: return put_duration(column.data<interval>()[i]);
    case avro_step::array:
    case avro_step::map:
    case avro_step::pairs: return put_items(number, column, i);
    case avro_step::record: break;
    }
    std::uint32_t child = number + 1;
    for (std::uint32_t m = 0; m != node.members; ++m) {
      if (!value(child, column.member(m), i)) {
        path.insert(0, "." + std::string(nodes_[child].name));
        return false;
      }
      child = nodes_[child].after;
    }
    return true;
  }

private:
  /// "int and long values are written using variable-length zig-zag coding".
  bool put_long(std::int64_t value) {
    auto rest = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    std::byte* const begin = out_.room(10);
    std::byte* at = begin;
    for (; rest >= 0x80; rest >>= 7) {
      *at++ = static_cast<std::byte>(rest | 0x80);
    }
    *at++ = static_cast<std::byte>(rest);
    out_.advance(static_cast<std::size_t>(at - begin));
    return true;
  }
  template <class T>
  bool number_of(column_view const& column, std::size_t i) {
    return put_long(std::int64_t{column.data<T>()[i]});
  }
  template <class Bits>
  bool put_bits(Bits bits) {
    out_.append_value(boost::endian::native_to_little(bits));
    return true;
  }
  bool put_bytes(std::string_view bytes) {
    put_long(static_cast<std::int64_t>(bytes.size()));
    out_.append(bytes);
    return true;
  }
  /// As few bytes as hold the number with its sign, the highest first.
  bool put_decimal(int128 unscaled) {
    auto const low = static_cast<std::uint64_t>(unscaled);
    auto const high = static_cast<std::uint64_t>(unscaled >> 64);
    std::uint64_t const sign = unscaled < 0 ? ~std::uint64_t{0} : 0;
    int const bits = (high ^ sign) != 0 ? 128 - std::countl_zero(high ^ sign) : 64 - std::countl_zero(low ^ sign);
    auto const size = static_cast<std::size_t>(bits / 8 + 1); // one bit more for the sign
    put_long(static_cast<std::int64_t>(size));
    std::uint64_t const words[] = {boost::endian::native_to_big(high), boost::endian::native_to_big(low)};
    std::byte all[sizeof(words)];
    std::memcpy(all, words, sizeof(words));
    out_.append(bytes_view(all + sizeof(all) - size, size));
    return true;
  }
  bool put_time(std::int64_t value, std::int64_t second) {
    return value >= 0 && value < 86'400 * second
               ? put_long(value)
               : refuse("a time of day is outside of 00:00:00 to 23:59:59.999..., and readers of Avro know no other",
                        "correct it in the source, or make it text");
  }
  bool put_duration(interval const& value) {
    constexpr std::int64_t millisecond = 1'000'000;
    std::int64_t const milliseconds = value.nanoseconds / millisecond;
    if (value.months < 0 || value.days < 0 || value.nanoseconds < 0 || value.nanoseconds % millisecond != 0 ||
        milliseconds > std::numeric_limits<std::uint32_t>::max()) {
      return refuse(
          "an interval is negative, finer than a millisecond or longer than 2^32 of them, and the durations of "
          "Avro are none of that",
          "make it text or a number in the source, or write JSON");
    }
    put_bits(static_cast<std::uint32_t>(value.months));
    put_bits(static_cast<std::uint32_t>(value.days));
    return put_bits(static_cast<std::uint32_t>(milliseconds));
  }
  /// "Arrays are encoded as a series of blocks. A block with count zero indicates the end of the array."
  bool put_items(std::uint32_t number, column_view const& column, std::size_t i) {
    auto const [first, last] = column.range(i);
    if (first == last) {
      return put_long(0);
    }
    bool const two = nodes_[number].step != avro_step::array;
    put_long(static_cast<std::int64_t>(last - first));
    std::uint32_t const key = number + 1;
    for (std::size_t slot = first; slot != last; ++slot) {
      if (!value(key, column.children[0], slot)) {
        path.insert(0, two ? "[].key" : "[]");
        return false;
      }
      if (two && !value(nodes_[key].after, column.children[1], slot)) {
        path.insert(0, "[].value");
        return false;
      }
    }
    return put_long(0);
  }
  bool refuse(std::string_view reason, std::string_view remedy) noexcept {
    why = reason;
    advice = remedy;
    return false;
  }

  avro_node const* nodes_;
  byte_buffer& out_;
};

} // namespace detail

COPYTO_COLD result<void> avro_records::begin(schema_view fields, std::span<std::size_t const> columns) {
  if (result<void> checked = detail::check_record_columns(fields, columns); !checked) {
    return checked;
  }
  result<detail::avro_plan> plan = detail::make_avro_plan(fields, columns, options_.record, options_.name_space);
  if (!plan) {
    return plan.error();
  }
  plan_ = *std::move(plan);
  columns_.assign(columns.begin(), columns.end());
  return {};
}

COPYTO_DECL result<void> avro_records::append(batch const& rows, std::size_t row, byte_buffer& out) {
  std::size_t const before = out.size();
  if (options_.schema_id) {
    out.append_value(std::uint8_t{0});
    out.append_value(boost::endian::native_to_big(*options_.schema_id));
  }
  detail::avro_pen pen(plan_.nodes, out);
  std::uint32_t node = 0;
  for (std::size_t const c : columns_) {
    if (!pen.value(node, rows.column(c), row)) {
      out.resize(before);
      return detail::record_value_error(rows.schema()[c], row, pen.path, pen.why, pen.advice);
    }
    node = plan_.nodes[node].after;
  }
  return {};
}

} // namespace copyto

#endif
