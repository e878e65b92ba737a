// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_PARTITION_HASH_HPP
#define COPYTO_TOPIC_PARTITION_HASH_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <cstdint>
#include <string_view>

namespace copyto {

/// SeaHash with the seeds of its reference implementation (the Rust crate `seahash` 4, function `hash`;
/// docs.rs/seahash). Pure.
[[nodiscard]] std::uint64_t seahash(bytes_view bytes) noexcept;

/// MurmurHash2 of 32 bits with the seed of Kafka's Java client: `Utils.murmur2` of org.apache.kafka.common.utils, whose int
/// has these bits. Pure.
[[nodiscard]] std::uint32_t murmur2(bytes_view bytes) noexcept;

/// By which a key finds its partition, so that all records of a key stay in order.
enum class partition_hash : std::uint8_t {
  seahash, ///< SeaHash modulo the number of partitions, as Materialize has it
  murmur2, ///< as Kafka's Java client (`BuiltInPartitioner.partitionForKey`), and librdkafka's `murmur2`
  crc32,   ///< CRC-32 modulo the number of partitions: librdkafka's `consistent`
};

/// "seahash", "murmur2", "crc32".
[[nodiscard]] constexpr std::string_view to_string(partition_hash kind) noexcept {
  return kind == partition_hash::seahash ? "seahash" : kind == partition_hash::murmur2 ? "murmur2" : "crc32";
}

/// The partition of a key, from 0 on; its bytes are those behind the frame (`RecordFormat`, frame_bytes). `partitions`: how many
/// there are, 1 and up. Pure. Where a record without a key goes is not the hash's affair.
[[nodiscard]] std::int32_t partition_of(partition_hash kind, bytes_view key, std::int32_t partitions) noexcept;

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/partition_hash.ipp>
#endif

#endif
