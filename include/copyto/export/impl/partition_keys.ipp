// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_PARTITION_KEYS_IPP
#define COPYTO_EXPORT_IMPL_PARTITION_KEYS_IPP

#include <copyto/export/detail/partition_keys.hpp>

#include <copyto/commit/hive_path.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/schema/detail/value_text.hpp>

#include <boost/endian/conversion.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <iterator>
#include <span>
#include <utility>

namespace copyto::detail {

COPYTO_DECL std::uint32_t murmur3(bytes_view bytes) noexcept {
  constexpr std::uint32_t c1 = 0xcc9e2d51;
  constexpr std::uint32_t c2 = 0x1b873593;
  std::uint32_t hash = 0;
  auto const mixed = [](std::uint32_t word) { return std::rotl(word * c1, 15) * c2; };
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    hash ^= mixed(boost::endian::load_little_u32(reinterpret_cast<unsigned char const*>(bytes.data() + at)));
    hash = std::rotl(hash, 13) * 5 + 0xe6546b64;
  }
  std::uint32_t tail = 0;
  for (std::size_t i = bytes.size(); i != at; --i) {
    tail = tail << 8 | std::to_integer<std::uint32_t>(bytes[i - 1]);
  }
  hash ^= at == bytes.size() ? 0 : mixed(tail);
  hash ^= static_cast<std::uint32_t>(bytes.size());
  hash ^= hash >> 16;
  hash *= 0x85ebca6b;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35;
  return hash ^ hash >> 16;
}

constexpr std::string_view key_suffix(partition_transform transform) noexcept {
  constexpr std::string_view names[] = {"", "_year", "_month", "_day", "_hour", "_bucket", "_trunc"};
  return names[static_cast<std::size_t>(transform)];
}
constexpr std::string_view key_transform_name(partition_transform transform) noexcept {
  constexpr std::string_view names[] = {"identity", "year", "month", "day", "hour", "bucket", "truncate"};
  return names[static_cast<std::size_t>(transform)];
}

template <class T>
inline int128 key_fixed(column_view const& column, std::size_t i) noexcept {
  return column.data<T>()[i];
}

/// Integers, unscaled decimals, days, and what counts since midnight or 1970.
inline int128 key_number(logical_type const& type, column_view const& column, std::size_t i) noexcept {
  switch (type.id) {
  case kind::boolean: return column.bit(i) ? 1 : 0;
  case kind::int8: return key_fixed<std::int8_t>(column, i);
  case kind::int16: return key_fixed<std::int16_t>(column, i);
  case kind::uint8: return key_fixed<std::uint8_t>(column, i);
  case kind::uint16: return key_fixed<std::uint16_t>(column, i);
  case kind::uint32: return key_fixed<std::uint32_t>(column, i);
  case kind::uint64: return key_fixed<std::uint64_t>(column, i);
  default: break;
  }
  switch (value_width(type)) {
  case 4: return key_fixed<std::int32_t>(column, i);
  case 8: return key_fixed<std::int64_t>(column, i);
  default: {
    int128 value = 0;
    std::memcpy(&value, column.data<int128>() + i, sizeof(value));
    return value;
  }
  }
}

constexpr std::int64_t key_units(time_unit unit) noexcept {
  return unit == time_unit::milli ? 1'000 : unit == time_unit::micro ? 1'000'000 : 1'000'000'000;
}
constexpr std::int64_t key_floor(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Seconds since 1970 of a date or timestamp, rounded down.
inline std::int64_t key_seconds(logical_type const& type, column_view const& column, std::size_t i) noexcept {
  auto const value = static_cast<std::int64_t>(key_number(type, column, i));
  return type.id == kind::date ? value * 86'400 : key_floor(value, key_units(type.unit));
}

inline std::chrono::year_month_day key_date(std::int64_t days) noexcept {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(days)));
}
inline constexpr std::int64_t key_first_day = -719'162; ///< 0001-01-01
inline constexpr std::int64_t key_last_day = 2'932'896; ///< 9999-12-31

/// What Iceberg hashes: appendix B of its specification.
inline std::uint32_t key_hash(logical_type const& type, column_view const& column, std::size_t i) noexcept {
  partition_class const c = partition_class_of(type);
  if (c == partition_class::text || c == partition_class::uuid || c == partition_class::raw) {
    return murmur3(as_bytes(column.bytes(i)));
  }
  int128 value = key_number(type, column, i);
  if (type.id == kind::decimal) { // the fewest bytes of two's complement, the highest first
    std::array<std::byte, 16> bytes{};
    std::size_t size = 0;
    for (int128 rest = value;; rest >>= 8) {
      ++size;
      bytes[16 - size] = static_cast<std::byte>(rest & 0xff);
      if (rest >= -128 && rest <= 127) {
        break;
      }
    }
    return murmur3(bytes_view(bytes).last(size));
  }
  if (c == partition_class::time || c == partition_class::timestamp) { // microseconds
    value = type.unit == time_unit::milli  ? value * 1000
            : type.unit == time_unit::nano ? int128(key_floor(static_cast<std::int64_t>(value), 1000))
                                           : value;
  }
  std::uint64_t const word = boost::endian::native_to_little(static_cast<std::uint64_t>(value));
  return murmur3(std::as_bytes(std::span(&word, 1)));
}

/// The first `count` characters.
inline std::string_view key_first_characters(std::string_view text, std::uint32_t count) noexcept {
  std::size_t at = 0;
  for (; at != text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80 && count-- == 0) {
      break;
    }
  }
  return text.substr(0, at);
}

inline error refused_key(std::string_view column, std::string message, std::string advice) {
  return error({.code = errc::invalid_argument,
                .message = std::move(message),
                .column = std::string(column),
                .advice = std::move(advice)});
}

/// A number so that memcmp sorts it.
inline void put_key_number(byte_buffer& key, int128 value, bool wide) {
  if (wide) {
    key.append_value(boost::endian::native_to_big(static_cast<std::uint64_t>(value >> 64) ^ (std::uint64_t{1} << 63)));
  }
  auto const low = static_cast<std::uint64_t>(value);
  key.append_value(boost::endian::native_to_big(wide ? low : low ^ (std::uint64_t{1} << 63)));
}

/// Bytes so that memcmp sorts them, and a longer one comes behind its beginning.
inline void put_key_bytes(byte_buffer& key, std::string_view bytes) {
  for (;;) {
    std::size_t const zero = bytes.find('\0');
    key.append(bytes.substr(0, zero));
    if (zero == bytes.npos) {
      break;
    }
    key.append(std::string_view("\0\1", 2));
    bytes.remove_prefix(zero + 1);
  }
  key.append(std::string_view("\0\0", 2));
}

COPYTO_COLD result<partition_keys> partition_keys::of(std::vector<partition_key> keys, bool keep, schema_view fields) {
  partition_keys made;
  if (keys.empty()) {
    return error(errc::invalid_argument, "there is no key to make partitions by");
  }
  std::vector<bool> dropped(fields.size());
  for (partition_key& rule : keys) {
    auto const column = std::ranges::find(fields, rule.column, &field::name);
    if (column == fields.end()) {
      std::string all;
      for (field const& f : fields) {
        all += fmt::format("{}{}", all.empty() ? "" : ", ", f.name);
      }
      return refused_key(rule.column, "there is no such column to make partitions by",
                         "the columns are " + all.substr(0, 400));
    }
    if (!partition_fits(rule.transform, column->type)) {
      return refused_key(rule.column,
                         fmt::format("there are no partitions by {} of {}",
                                     rule.transform == partition_transform::identity
                                         ? "the values"
                                         : key_transform_name(rule.transform),
                                     describe(*column)),
                         "choose another column or transform, or cast it");
    }
    bool const has_width =
        rule.transform == partition_transform::bucket || rule.transform == partition_transform::truncate;
    if (has_width ? rule.width == 0 || rule.width > 0x7fffffff : rule.width != 0) {
      return refused_key(rule.column,
                         fmt::format("the width of {} cannot be {}", key_transform_name(rule.transform), rule.width),
                         has_width ? "choose 1 or more" : "leave it out");
    }
    if (rule.name.empty()) {
      rule.name = rule.column + std::string(key_suffix(rule.transform));
    }
    auto const index = static_cast<std::size_t>(column - fields.begin());
    bool const identity = rule.transform == partition_transform::identity;
    dropped[index] = dropped[index] || (identity && !keep);
    made.keys_.push_back({.column = index, .rule = std::move(rule), .type = column->type});
  }
  for (key const& k : made.keys_) {
    if (std::ranges::count(made.keys_, k.rule.name, [](key const& other) { return other.rule.name; }) != 1) {
      return refused_key(k.rule.column, fmt::format("two keys of the partitions are called `{}`", k.rule.name),
                         "name one otherwise");
    }
    for (std::size_t c = 0; c != fields.size(); ++c) {
      bool const itself = c == k.column && k.rule.transform == partition_transform::identity;
      if (fields[c].name == k.rule.name && !dropped[c] && !itself) {
        return refused_key(
            k.rule.column,
            fmt::format("a key of the partitions is called `{}`, as a column of the files is", k.rule.name),
            "name it otherwise");
      }
    }
  }
  std::vector<field> columns;
  for (std::size_t c = 0; c != fields.size(); ++c) {
    if (!dropped[c]) {
      made.kept_.push_back(c);
      columns.push_back(fields[c]);
    }
  }
  if (columns.empty()) {
    return refused_key(fields.front().name, "all columns are keys of the partitions, and nothing is left for the files",
                       "keep them in the files, too, or export more columns");
  }
  made.columns_ = schema(columns);
  std::vector<field> in_path;
  for (key const& k : made.keys_) {
    if (dropped[k.column] && k.rule.transform == partition_transform::identity) {
      in_path.push_back(fields[k.column]);
      in_path.back().name = k.rule.name;
    }
  }
  made.path_columns_ = schema(in_path);
  return made;
}

COPYTO_COLD std::string partition_keys::pattern() const {
  std::string made;
  for (key const& k : keys_) {
    made += fmt::format("{}{}={{value}}", made.empty() ? "" : "/", hive_escape(k.rule.name));
  }
  return made;
}

COPYTO_COLD std::vector<std::string> partition_keys::names() const {
  std::vector<std::string> made;
  std::ranges::transform(keys_, std::back_inserter(made), [](key const& k) { return k.rule.name; });
  return made;
}

COPYTO_DECL partition_keys::part partition_keys::part_of(key const& k, column_view const& column, std::size_t i) {
  bool const by_date = k.rule.transform == partition_transform::year || k.rule.transform == partition_transform::month;
  std::int64_t const day = by_date ? key_floor(key_seconds(k.type, column, i), 86'400) : 0;
  if (day < key_first_day || day > key_last_day) { // `value` refuses it; until then it is nobody else's
    return {.number = (int128(1) << 60) + day};
  }
  switch (k.rule.transform) {
  case partition_transform::identity: break;
  case partition_transform::year: return {.number = static_cast<int>(key_date(day).year())};
  case partition_transform::month: {
    auto const date = key_date(day);
    return {.number = static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month()))};
  }
  case partition_transform::day: return {.number = key_floor(key_seconds(k.type, column, i), 86'400)};
  case partition_transform::hour: return {.number = key_floor(key_seconds(k.type, column, i), 3'600)};
  case partition_transform::bucket: return {.number = (key_hash(k.type, column, i) & 0x7fffffff) % k.rule.width};
  case partition_transform::truncate: {
    if (partition_class_of(k.type) == partition_class::text) {
      return {.text = true, .bytes = key_first_characters(column.bytes(i), k.rule.width)};
    }
    int128 const value = key_number(k.type, column, i);
    int128 const rest = value % k.rule.width;
    return {.number = value - rest - (rest < 0 ? static_cast<int128>(k.rule.width) : 0)};
  }
  }
  partition_class const c = partition_class_of(k.type);
  if (c == partition_class::text || c == partition_class::uuid) {
    return {.text = true, .bytes = column.bytes(i)};
  }
  return {.number = key_number(k.type, column, i)};
}

COPYTO_DECL void partition_keys::put_key(batch const& rows, std::size_t i, byte_buffer& key) const {
  for (auto const& k : keys_) {
    column_view const& column = rows.column(k.column);
    bool const null = column.is_null(i);
    key.append_value(static_cast<std::uint8_t>(null ? 1 : 0)); // NULL comes last
    if (null) {
      continue;
    }
    part const value = part_of(k, column, i);
    if (value.text) {
      put_key_bytes(key, value.bytes);
    } else {
      put_key_number(key, value.number, k.type.id == kind::uint64 || value_width(k.type) == 16);
    }
  }
}

COPYTO_COLD std::string partition_keys::text_of(key const& k, column_view const& column, std::size_t i) {
  std::int64_t const days =
      partition_class_of(k.type) == partition_class::date || partition_class_of(k.type) == partition_class::timestamp
          ? key_floor(key_seconds(k.type, column, i), 86'400)
          : 0;
  auto const date = key_date(days);
  int const year = static_cast<int>(date.year());
  auto const month = static_cast<unsigned>(date.month());
  part const value = part_of(k, column, i);
  switch (k.rule.transform) {
  case partition_transform::year: return fmt::format("{:04}", year);
  case partition_transform::month: return fmt::format("{:04}-{:02}", year, month);
  case partition_transform::day:
    return fmt::format("{:04}-{:02}-{:02}", year, month, static_cast<unsigned>(date.day()));
  case partition_transform::hour:
    return fmt::format("{:04}-{:02}-{:02}-{:02}", year, month, static_cast<unsigned>(date.day()),
                       static_cast<int>(value.number - static_cast<int128>(days) * 24));
  case partition_transform::bucket: return fmt::format("{}", static_cast<std::uint32_t>(value.number));
  case partition_transform::truncate:
    if (k.type.id == kind::decimal) {
      std::array<char, pg::max_text> text{};
      return {text.data(), pg::put_decimal(text.data(), value.number, k.type.scale)};
    }
    return value.text ? std::string(value.bytes) : fmt::format("{}", value.number);
  case partition_transform::identity: break;
  }
  if (k.type.id == kind::boolean) {
    return value.number != 0 ? "true" : "false";
  }
  if (partition_class_of(k.type) == partition_class::text) {
    return std::string(value.bytes);
  }
  std::array<char, pg::max_text> text{};
  char const* const end = pg::put_value(text.data(), column, i);
  return end == nullptr ? std::string() : std::string(text.data(), static_cast<std::size_t>(end - text.data()));
}

COPYTO_COLD result<std::string> partition_keys::value(key const& k, column_view const& column, std::size_t i) {
  auto const wrong = [&](std::string message) {
    return error({.code = errc::value_out_of_range,
                  .message = std::move(message),
                  .row = i,
                  .column = k.rule.column,
                  .advice = "replace it, or choose another key"});
  };
  if (column.is_null(i)) {
    return std::string(hive_null);
  }
  partition_class const c = partition_class_of(k.type);
  if ((c == partition_class::date || c == partition_class::timestamp) &&
      k.rule.transform != partition_transform::bucket) {
    std::int64_t const day = key_floor(key_seconds(k.type, column, i), 86'400);
    if (day < key_first_day || day > key_last_day) {
      return wrong("a partition has no name by a date outside the years 1 to 9999");
    }
  }
  std::string const text = text_of(k, column, i);
  if (text.empty() || text == hive_null) {
    return wrong(fmt::format("a partition cannot be called `{}`, which readers take for NULL", text));
  }
  if (!valid_utf8(text)) {
    return wrong("a partition cannot be called by what is not UTF-8");
  }
  return hive_escape(text);
}

COPYTO_COLD result<std::vector<std::string>> partition_keys::values(batch const& rows, std::size_t i) const {
  std::vector<std::string> made;
  for (key const& k : keys_) {
    result<std::string> text = value(k, rows.column(k.column), i);
    if (!text) {
      return text.error();
    }
    made.push_back(*std::move(text));
  }
  return made;
}

} // namespace copyto::detail

#endif
