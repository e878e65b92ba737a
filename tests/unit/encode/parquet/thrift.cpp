// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/thrift.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

std::string text(byte_buffer const& bytes) { return std::string(as_text(bytes.view())); }

TEST(Thrift, VarintsAreLittleEndianBase128) {
  byte_buffer out;
  append_varint(out, 0);
  append_varint(out, 127);
  append_varint(out, 128);
  append_varint(out, 300);
  append_varint(out, ~std::uint64_t{0});
  EXPECT_EQ(text(out), "\x00\x7f\x80\x01\xac\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST(Thrift, NumbersAreZigzag) {
  byte_buffer out;
  thrift_writer w(out);
  w.i32(1, 0);
  w.i32(2, -1);
  w.i64(3, 1);
  w.i64(4, std::int64_t{1} << 62);
  w.i8(5, -2); // a plain byte
  w.end();
  EXPECT_EQ(text(out), "\x15\x00\x15\x01\x16\x02\x16\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x13\xfe\x00"s);
}

TEST(Thrift, ABooleanFieldIsItsHeader) {
  byte_buffer out;
  thrift_writer w(out);
  w.boolean(1, true);
  w.boolean(2, false);
  w.end();
  EXPECT_EQ(text(out), "\x11\x12\x00"s);
}

TEST(Thrift, AFieldFarFromTheLastIsNumberedInFull) {
  byte_buffer out;
  thrift_writer w(out);
  w.i32(15, 1); // delta 15: short
  w.i32(31, 1); // delta 16: long
  w.binary(32, "ab");
  w.end();
  EXPECT_EQ(text(out), "\xf5\x02\x05\x3e\x02\x18\x02"s + "ab\0"s);
}

TEST(Thrift, StructsNestAndRememberTheirLastField) {
  byte_buffer out;
  thrift_writer w(out);
  w.i32(1, 7);
  w.begin(5);
  w.i32(1, 8);
  w.empty(3);
  w.end();
  w.i32(6, 9);
  w.end();
  EXPECT_EQ(text(out), "\x15\x0e\x4c\x15\x10\x2c\x00\x00\x15\x12\x00"s);
}

TEST(Thrift, ListsHaveAShortAndALongHeader) {
  byte_buffer out;
  thrift_writer w(out);
  w.list(1, thrift_type::i32, 2);
  w.i32_element(0);
  w.i32_element(3);
  w.list(2, thrift_type::structure, 1);
  w.begin_element();
  w.i32(1, 1);
  w.end();
  w.list(3, thrift_type::binary, 15);
  for (int i = 0; i != 15; ++i) {
    w.binary_element("x");
  }
  w.end();
  std::string expected = "\x19\x25\x00\x06\x19\x1c\x15\x02\x00\x19\xf8\x0f"s;
  for (int i = 0; i != 15; ++i) {
    expected += "\x01x";
  }
  EXPECT_EQ(text(out), expected + '\0');
}

TEST(Thrift, ABooleanInAListIsAByte) {
  byte_buffer out;
  thrift_writer w(out);
  w.list(1, thrift_type::boolean_true, 2);
  w.boolean_element(true);
  w.boolean_element(false);
  w.list(2, thrift_type::i64, 1);
  w.i64_element(-1);
  w.end();
  EXPECT_EQ(text(out), "\x19\x21\x01\x02\x19\x16\x01\x00"s);
}

TEST(Thrift, AnotherWriterMayEndAStruct) {
  byte_buffer whole;
  thrift_writer w(whole);
  w.list(1, thrift_type::structure, 1);
  w.begin_element();
  w.i32(3, 1);
  w.i32(5, 2);
  w.end();
  w.i32(2, 3);
  w.end();
  byte_buffer pieces;
  thrift_writer first(pieces);
  first.list(1, thrift_type::structure, 1);
  first.begin_element();
  first.i32(3, 1);
  first.leave();
  thrift_writer second(pieces);
  second.enter_behind(3);
  second.i32(5, 2);
  second.end();
  first.i32(2, 3);
  first.end();
  EXPECT_EQ(text(pieces), text(whole));
}

} // namespace
