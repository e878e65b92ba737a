// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/partition_hash.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace copyto;

/// What the foreign programs below hashed, too.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i != size; ++i) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(i * 37 + size * 11 + 5));
  }
  return bytes;
}

TEST(seahash, the_published_vector) { // docs.rs/seahash
  EXPECT_EQ(seahash(as_bytes("to be or not to be")), 1988685042348123509U);
}

TEST(seahash, as_the_crate_has_it) { // seahash 4.1.0, of every length around its steps of 8 and 32 bytes
  struct {
    std::size_t size;
    std::uint64_t hash;
  } const known[] = {{0, 14492805990617963705U},  {1, 6651029026926081805U},   {2, 2081017113473724948U},
                     {3, 3413903086980261407U},   {7, 11783486291941532879U},  {8, 10037577975005059760U},
                     {15, 13120483123169135690U}, {30, 12958305636219281444U}, {31, 1257623153351620377U},
                     {63, 4899108385906546822U},  {69, 12449634411656098995U}};
  for (auto const& [size, hash] : known) {
    EXPECT_EQ(seahash(as_bytes(pattern(size))), hash) << size;
  }
}

TEST(murmur2, as_kafka_tests_it) { // clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java, testMurmur2
  auto const java = [](std::string_view text) { return static_cast<std::int32_t>(murmur2(as_bytes(text))); };
  EXPECT_EQ(java("21"), -973932308);
  EXPECT_EQ(java("foobar"), -790332482);
  EXPECT_EQ(java("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(java("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(java("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(java("abc"), 479470107);
}

TEST(murmur2, as_the_java_client_has_it) { // Utils.murmur2 of kafka-clients 4.1.2, and Utils.toPositive(hash) % 7
  struct {
    std::size_t size;
    std::int32_t hash;
    std::int32_t of_seven;
  } const known[] = {{0, 275646681, 2},  {1, -440344911, 3},  {2, 2073310546, 6},  {3, -1113843338, 3},
                     {4, 432456581, 4},  {7, -1552769401, 1}, {8, -1767977412, 4}, {15, -1576102256, 1},
                     {33, 176645390, 5}, {69, 8572380, 5}};
  for (auto const& [size, hash, of_seven] : known) {
    std::string const key = pattern(size);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2(as_bytes(key))), hash) << size;
    EXPECT_EQ(partition_of(partition_hash::murmur2, as_bytes(key), 7), of_seven) << size;
  }
}

TEST(partition_of, takes_the_hash_modulo_the_partitions) {
  bytes_view const key = as_bytes("123456789");
  EXPECT_EQ(partition_of(partition_hash::crc32, key, 1000), static_cast<std::int32_t>(0xCBF43926U % 1000));
  EXPECT_EQ(partition_of(partition_hash::crc32, key, 2147483647), static_cast<std::int32_t>(0xCBF43926U % 2147483647U));
  EXPECT_EQ(partition_of(partition_hash::seahash, as_bytes("to be or not to be"), 1000), 509);
  for (partition_hash const kind : {partition_hash::seahash, partition_hash::murmur2, partition_hash::crc32}) {
    EXPECT_EQ(partition_of(kind, key, 1), 0) << to_string(kind);
  }
}

} // namespace
