// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_DOUBLE_RULES_HPP
#define COPYTO_TESTS_DOUBLE_RULES_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace copyto::doubles {

/// What a service demands, as its documents and its users' bug reports say.
struct rules {
  std::string name = {};
  std::string region = "eu-west-1"; ///< of the bucket; what a signature must be for. "auto": any is taken
  bool google = false;              ///< GOOG4 signatures, x-goog-* headers, generations
  bool amz_checksums = false;       ///< x-amz-checksum-* are verified and repeated; else they are refused
  bool equal_parts = false;         ///< all parts but the last, at Complete
  enum class honours { nothing, conditions } writes = honours::conditions; ///< of puts
  bool conditional_complete = false;
  bool complete_repeats = false;      ///< a repeated Complete succeeds again
  bool writes_a_second = false;       ///< one write a second to each key, else 429
  bool remove_missing_is_404 = false; ///< DELETE of what is not there
  std::uint64_t min_part = 5U << 20;  ///< of all parts but the last
  std::uint32_t max_parts = 10'000;
  std::size_t page_size = 1000;
  /// An operation that is not there, by its name in the API, or "conditions": any request with one; empty: all are there.
  /// The test's own client (botocore) has it all the same.
  std::string lacks = {};
  int lacks_status = 501;
  std::string lacks_code =
      "NotImplemented"; ///< empty: "?uploads" is not known, and what is left of the request is done

  [[nodiscard]] static rules aws() {
    return {.name = "aws", .amz_checksums = true, .conditional_complete = true, .complete_repeats = true};
  }
  [[nodiscard]] static rules r2() {
    return {.name = "r2",
            .region = "auto",
            .amz_checksums = true,
            .equal_parts = true,
            .conditional_complete = true,
            .writes_a_second = true};
  }
  [[nodiscard]] static rules gcs() {
    return {.name = "gcs", .region = "auto", .google = true, .writes_a_second = true, .remove_missing_is_404 = true};
  }
  /// The same, as often to a key as one likes: for tests of something else.
  [[nodiscard]] static rules gcs_unpaced() {
    rules unpaced = gcs();
    unpaced.name = "gcs-unpaced";
    unpaced.writes_a_second = false;
    return unpaced;
  }
  /// A server that nobody has described: it verifies Content-MD5 and refuses Amazon's newer checksums.
  [[nodiscard]] static rules compatible() { return {.name = "s3-compatible"}; }
  /// And one that takes conditions and does not look at them.
  [[nodiscard]] static rules ignoring() { return {.name = "ignoring", .writes = honours::nothing}; }
};

/// Who may sign.
struct key_pair {
  std::string id = {};
  std::string secret = {};
  std::optional<std::string> token = std::nullopt; ///< the session token that is good now
};

using wall_time = std::chrono::sys_time<std::chrono::microseconds>;

} // namespace copyto::doubles

#endif
