// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_DETAIL_FAILURE_HPP
#define COPYTO_STORE_S3_DETAIL_FAILURE_HPP

#include <copyto/core/error.hpp>
#include <copyto/http/detail/service_failure.hpp>
#include <copyto/http/message.hpp>
#include <copyto/store/counters.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

/// What S3's answers mean: shared by the store, and free of I/O.
namespace copyto::detail {

/// One operation of the S3 API, as far as errors and patience go.
struct s3_operation {
  request_kind kind;
  std::string_view failed;     ///< how a message begins, e.g. "cannot store the object"
  std::string_view permission; ///< what a policy must allow
  /// A lost answer leaves open what readers of the bucket see, or whether something is left behind.
  bool leaves_doubt = false;
  bool of_upload = false; ///< what it does not find is the upload
  std::chrono::seconds patience{60};

  /// Of the API, e.g. "PutObject".
  [[nodiscard]] constexpr std::string_view name() const noexcept { return to_string(kind); }
};

namespace s3_operations {
inline constexpr s3_operation put{request_kind::put, "cannot store the object", "s3:PutObject", true};
inline constexpr s3_operation create{request_kind::create_upload, "cannot start an upload", "s3:PutObject", true};
inline constexpr s3_operation put_part{request_kind::put_part, "cannot store a part of the object", "s3:PutObject",
                                       false, true};
/// Puts the parts together before it answers, which takes minutes for thousands of them.
inline constexpr s3_operation complete{
    request_kind::complete, "cannot complete the upload", "s3:PutObject", true, true, std::chrono::seconds(600)};
inline constexpr s3_operation abort{request_kind::abort, "cannot abort the upload", "s3:AbortMultipartUpload", false,
                                    true};
inline constexpr s3_operation head{request_kind::head, "cannot look at the object", "s3:GetObject and s3:ListBucket"};
inline constexpr s3_operation get{request_kind::get, "cannot read the object", "s3:GetObject"};
inline constexpr s3_operation list{request_kind::list, "cannot list objects", "s3:ListBucket"};
inline constexpr s3_operation list_uploads{request_kind::list_uploads, "cannot list pending uploads",
                                           "s3:ListBucketMultipartUploads"};
inline constexpr s3_operation list_parts{request_kind::list_parts, "cannot list the parts of an upload",
                                         "s3:ListMultipartUploadParts", false, true};
inline constexpr s3_operation remove{request_kind::remove, "cannot delete the object", "s3:DeleteObject", true};
} // namespace s3_operations

/// Reads an answer that is no success: the code in its XML first, then the status. Empty bodies, HTML
/// of proxies and cut XML are read by their status.
[[nodiscard]] service_failure classify(response const& answer, s3_operation const& operation);

/// The failure for a 2xx answer that lacks what it must hold: an <Error> in it, or nothing readable.
[[nodiscard]] service_failure classify_bad_success(response const& answer, s3_operation const& operation);

/// The error that users see; attempts, key and disposition are the caller's to fill.
[[nodiscard]] error_info describe(service_failure const& failure, s3_operation const& operation);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/s3/impl/failure.ipp>
#endif

#endif
