// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_DETAIL_ANSWERS_HPP
#define COPYTO_STORE_S3_DETAIL_ANSWERS_HPP

#include <copyto/core/result.hpp>
#include <copyto/store/object.hpp>

#include <span>
#include <string>
#include <string_view>

/// The XML of the S3 API, read and written (Amazon S3 API Reference).
namespace copyto::detail {

/// Tags are held without the quotes that headers and XML put around them.
[[nodiscard]] std::string bare_tag(std::string_view etag);

[[nodiscard]] result<page<object_info>> read_objects(std::string_view xml, std::string_view tag_element = "ETag");
[[nodiscard]] result<page<pending_upload>> read_uploads(std::string_view xml);
[[nodiscard]] result<page<part_tag>> read_parts(std::string_view xml);

/// Where a listing of uploads goes on: two markers as one text, and back.
struct upload_marker {
  std::string key = {};
  std::string upload_id = {};
};
[[nodiscard]] std::string write_marker(upload_marker const& marker);
[[nodiscard]] result<upload_marker> read_marker(std::string_view text);

/// Body of CompleteMultipartUpload.
[[nodiscard]] std::string write_part_list(std::span<part_tag const> parts);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/s3/impl/answers.ipp>
#endif

#endif
