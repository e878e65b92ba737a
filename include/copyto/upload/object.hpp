// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_OBJECT_HPP
#define COPYTO_UPLOAD_OBJECT_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

namespace copyto {

/// How an object is made of bytes that are in memory.
struct upload_options {
  object_options object = {};
  /// None, or absent: the object must not exist. Refused where the store would ignore it.
  put_condition condition = {};
  std::uint64_t part_size = 8 * MiB; ///< up to here one put; above it parts of this size, or what the store demands
  std::uint32_t parts_in_flight = 4; ///< threads
};

/// Stores one object, whole or not at all, and returns its tag. The bytes are sent from where they lie and must stay
/// there until it returns. Since they are held, an upload that is lost to a concurrent writer of the same key
/// (errc::conflict) is made anew, a few times; what fails otherwise is aborted. An error with disposition `in_doubt`
/// means that the object may be there.
[[nodiscard]] result<std::string> upload_object(store_ref store, std::string_view key, bytes_view body,
                                                upload_options const& options, std::stop_token stop);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/upload/impl/object.ipp>
#endif

#endif
