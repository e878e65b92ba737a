// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_CONTRACT_OPTIONS_HPP
#define COPYTO_TESTING_CONTRACT_OPTIONS_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace copyto::testing {

/// What the suite needs to know of a store and of what the store documents about itself.
struct contract_options {
  /// Everything is written below it. Ends with '/'; nothing may be there before, and nothing is after.
  std::string prefix = "copyto-contract/";
  /// Beginning of the tokens of uploads.
  std::string token = "contract";
  /// Bytes of a part; 0: the store's `min_part`. Three parts are uploaded at once, a few times.
  std::uint64_t part_size = 0;
  /// Objects that are made to be listed. More than a page, if paging is to be tested.
  std::size_t listed = 25;
  /// Keys that the store documents to refuse. They must fail with errc::invalid_argument, leaving nothing.
  std::function<bool(std::string_view key)> refuses = {};
  bool tokens = true; ///< `head` and `get` return the token that an object was made with
  bool aborted_is_gone =
      true; ///< put_part and complete of an aborted upload are errc::no_such_upload; false: any error
};

} // namespace copyto::testing

#endif
