// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_SHARD_CONTRACT_HPP
#define COPYTO_TESTING_SHARD_CONTRACT_HPP

#include <copyto/core/config.hpp>
#include <copyto/source/shards.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace copyto::testing {

/// What a source of shards is tried with.
struct shard_contract {
  /// Opens the source anew, with the same rows each time.
  std::function<any_shards()> open = {};
  /// The values of all rows in their order, a text each as the source's first column holds it: an integer, a string, or
  /// "NULL".
  std::vector<std::string> rows = {};
  std::uint32_t at_once = 4; ///< shards to ask for at a time
};

/// Tries what `Shardable` promises: the count and the schema stay, each shard has the schema, all shards together give each
/// row once and in order, read one after the other, backwards, and by `at_once` threads; a shard that is dropped half-way
/// or a stop does no harm to others. What is broken, one sentence each; nothing: all holds. Blocking; makes threads.
[[nodiscard]] std::vector<std::string> try_shards(shard_contract const& with);

} // namespace copyto::testing

#ifdef COPYTO_HEADER_ONLY
#include <copyto/testing/impl/shard_contract.ipp>
#endif

#endif
