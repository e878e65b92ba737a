// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_THRIFT_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_THRIFT_HPP

#include <copyto/core/bytes.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace copyto::detail {

/// Type numbers of the compact protocol; a boolean field carries its value in its type.
enum class thrift_type : std::uint8_t {
  boolean_true = 1,
  boolean_false = 2,
  i8 = 3,
  i32 = 5,
  i64 = 6,
  binary = 8,
  list = 9,
  structure = 12
};

/// Appends an unsigned LEB128 number.
inline void append_varint(byte_buffer& out, std::uint64_t value) {
  std::byte* const at = out.room(10);
  std::size_t n = 0;
  for (; value >= 0x80; value >>= 7) {
    at[n++] = static_cast<std::byte>(value | 0x80);
  }
  at[n++] = static_cast<std::byte>(value);
  out.advance(n);
}

/// Small numbers of either sign become small ones: 0, -1, 1, -2, …
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

/// As much of Thrift's compact protocol as Parquet's metadata needs (apache/thrift,
/// doc/specs/thrift-compact-protocol.md). Fields go in by ascending number; lists announce their
/// length, and their structs are bracketed by `begin_element` and `end`.
class thrift_writer {
public:
  /// Starts a struct at the end of `out`.
  explicit thrift_writer(byte_buffer& out) : out_(out) {}

  void i32(int id, std::int64_t value) { number(id, thrift_type::i32, value); }
  void i64(int id, std::int64_t value) { number(id, thrift_type::i64, value); }
  void i8(int id, std::int8_t value) {
    header(id, thrift_type::i8);
    out_.append_value(value);
  }
  void boolean(int id, bool value) { header(id, value ? thrift_type::boolean_true : thrift_type::boolean_false); }
  void binary(int id, std::string_view value) {
    header(id, thrift_type::binary);
    binary_element(value);
  }
  void begin(int id) {
    header(id, thrift_type::structure);
    begin_element();
  }
  /// A struct without members, as the unions LogicalType and ColumnOrder use them.
  void empty(int id) {
    begin(id);
    end();
  }
  /// Ends the innermost struct, or at last the outermost.
  void end() {
    out_.append_value(std::uint8_t{0});
    if (depth_ != 0) {
      --depth_;
    }
  }
  void list(int id, thrift_type element, std::size_t count) {
    header(id, thrift_type::list);
    if (count < 15) {
      out_.append_value(static_cast<std::uint8_t>(count << 4 | static_cast<std::uint8_t>(element)));
    } else {
      out_.append_value(static_cast<std::uint8_t>(0xF0 | static_cast<std::uint8_t>(element)));
      append_varint(out_, count);
    }
  }
  /// A boolean in a list is a byte, with the numbers that the type of a boolean field has.
  void boolean_element(bool value) { out_.append_value(static_cast<std::uint8_t>(value ? 1 : 2)); }
  void i64_element(std::int64_t value) { append_varint(out_, zigzag(value)); }
  void i32_element(std::int64_t value) { append_varint(out_, zigzag(value)); }
  void binary_element(std::string_view value) {
    append_varint(out_, value.size());
    out_.append(value);
  }
  void begin_element() { last_[++depth_] = 0; }
  /// Leaves the innermost struct without its end, which another writer puts behind further fields:
  /// one that enters a struct in which `last` was the last field.
  void leave() { --depth_; }
  void enter_behind(int last) { last_[++depth_] = last; }

private:
  void header(int id, thrift_type type) {
    int const delta = id - last_[depth_];
    last_[depth_] = id;
    if (delta > 0 && delta <= 15) {
      out_.append_value(static_cast<std::uint8_t>(delta << 4 | static_cast<int>(type)));
    } else {
      out_.append_value(static_cast<std::uint8_t>(type));
      append_varint(out_, zigzag(id));
    }
  }
  void number(int id, thrift_type type, std::int64_t value) {
    header(id, type);
    append_varint(out_, zigzag(value));
  }

  byte_buffer& out_;
  std::array<int, 12> last_{}; ///< of each open struct; Parquet nests 6 deep
  std::size_t depth_ = 0;
};

} // namespace copyto::detail

#endif
