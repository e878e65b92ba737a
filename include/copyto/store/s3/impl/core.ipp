// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_CORE_IPP
#define COPYTO_STORE_S3_IMPL_CORE_IPP

#include <copyto/store/s3/detail/core.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/http/xml.hpp>
#include <copyto/store/s3/detail/answers.hpp>
#include <copyto/store/s3/detail/attribute_headers.hpp>
#include <copyto/store/s3/detail/checksum.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace copyto::detail {

inline constexpr std::string_view token_name = "meta-copyto-token"; ///< behind the header prefix

// --- parts of requests --------------------------------------------------------------------------

COPYTO_COLD result<void> s3_core::check_key(std::string_view key, s3_operation const& operation) const {
  std::string_view wrong;
  if (key.empty()) {
    wrong = "the key is empty";
  } else if (key.size() > service_.limits.max_key) {
    wrong = "the key is too long";
  } else if (key.find('\0') != std::string_view::npos) {
    wrong = "the key holds a NUL";
  } else if (!valid_utf8(key)) {
    wrong = "the key is not valid UTF-8";
  } else {
    return {};
  }
  return error({.code = errc::invalid_argument,
                .message = fmt::format("{}: {}", operation.failed, wrong),
                .operation = std::string(operation.name()),
                .key = valid_utf8(key) ? uri(key) : uri(""),
                .advice = fmt::format("keys are 1 to {} bytes of UTF-8 without NUL", service_.limits.max_key)});
}

COPYTO_COLD void s3_core::add_options(s3_call& call, object_options const& options) const {
  auto const add = [&](std::string_view name, std::string_view value) {
    call.headers.push_back({.name = std::string(service_.header_prefix).append(name), .value = std::string(value)});
  };
  call.headers.push_back({.name = "Content-Type", .value = std::string(options.content_type)});
  if (!options.token.empty()) {
    add(token_name, options.token);
  }
  if (!service_.storage_class.empty() && !options.default_class) {
    add("storage-class", service_.storage_class);
  }
  add_attributes(service_.attributes, service_.header_prefix, options.default_class, call.headers);
  add_customer_key(service_.attributes, service_.header_prefix, call.headers);
}

COPYTO_COLD result<void> s3_core::add_checksum(s3_call& call, part_body const& body) const {
  result<std::string> text = checksum_text(service_.checksum, body);
  if (!text) {
    return text.error();
  }
  call.checksum = *std::move(text);
  declare_checksum(service_.checksum, call.checksum, call.headers);
  return {};
}

COPYTO_COLD result<void> s3_core::add_condition(s3_call& call, put_condition const& condition) const {
  auto const refuse = [&](errc code, std::string_view why, std::string advice) {
    return error({.code = code,
                  .message = fmt::format("{}: {}", call.operation.failed, why),
                  .operation = std::string(call.operation.name()),
                  .key = uri(call.key),
                  .advice = std::move(advice)});
  };
  auto const add = [&](std::string_view name, std::string value) {
    call.headers.push_back({.name = std::string(name), .value = std::move(value)});
  };
  bool const swaps = condition.kind == put_condition::type::matches;
  bool const completes = call.operation.kind == request_kind::complete;
  if (condition.kind == put_condition::type::none) {
    return {};
  }
  if (completes
          ? swaps || !service_.limits.complete_creates_only
          : service_.conditions == conditions::none || (swaps && service_.conditions == conditions::create_only)) {
    return refuse(errc::unsupported, fmt::format("{} has no such conditional write", service_.name),
                  "write without a condition, or declare the conditions that the service honours");
  }
  if (swaps && condition.tag.empty()) {
    return refuse(errc::invalid_argument, "the tag that must match is empty", "");
  }
  if (service_.condition_form == condition_form::generation) {
    add("x-goog-if-generation-match", swaps ? condition.tag : "0");
  } else if (!swaps) {
    add("If-None-Match", "*");
  } else {
    add("If-Match", service_.condition_form == condition_form::bare ? condition.tag : '"' + condition.tag + '"');
  }
  return {};
}

/// The header that names a version of an object in conditions.
COPYTO_COLD std::string_view s3_core::tag_header() const noexcept {
  return service_.condition_form == condition_form::generation ? "x-goog-generation" : "etag";
}

COPYTO_COLD object_info s3_core::info_of(std::string_view key, response const& answer) const {
  return {.key = std::string(key),
          .tag = bare_tag(answer.header(tag_header()).value_or("")),
          .token = std::string(answer.header(std::string(service_.header_prefix).append(token_name)).value_or(""))};
}

// --- operations ---------------------------------------------------------------------------------

[[nodiscard]] inline std::uint64_t total_size(std::span<part_tag const> parts) {
  std::uint64_t size = 0;
  for (part_tag const& part : parts) {
    size += part.size;
  }
  return size;
}

COPYTO_COLD result<std::string> s3_core::put(std::string_view key, bytes_view body, object_options const& options,
                                             put_condition const& condition, std::stop_token const& stop) {
  s3_operation const& operation = s3_operations::put;
  if (auto good = check_key(key, operation); !good) {
    return good.error();
  }
  auto const refuse = [&](errc code, std::string_view why, std::string advice) {
    return error({.code = code,
                  .message = fmt::format("{}: {}", operation.failed, why),
                  .operation = std::string(operation.name()),
                  .key = uri(key),
                  .advice = std::move(advice)});
  };
  if (body.size() > service_.limits.max_put) {
    return refuse(errc::limit_exceeded, "it is too large for one request", "upload it in parts");
  }
  s3_call call{.operation = operation, .method = "PUT", .key = key, .body = body, .needs_header = tag_header()};
  add_options(call, options);
  if (auto good = add_checksum(call, body); !good) {
    return good.error();
  }
  if (auto good = add_condition(call, condition); !good) {
    return good.error();
  }
  result<response> answer = client_.run(call, stop);
  if (!answer && answer.error().is(errc::precondition_failed) && !answer.error().in_doubt() &&
      condition.kind == put_condition::type::matches && service_.condition_form == condition_form::either) {
    call.headers.back().value = condition.tag; // the same condition; at most one form can be met
    answer = client_.run(call, stop);
  }
  if (!answer) {
    // AWS answers 404 where the object that must match is gone.
    bool const gone = condition.kind == put_condition::type::matches && answer.error().is(errc::not_found) &&
                      answer.error()->service_code != "NoSuchBucket";
    return gone ? answer.error().with([](error_info& info) { info.code = errc::precondition_failed; }) : answer.error();
  }
  return bare_tag(*answer->header(call.needs_header));
}

COPYTO_COLD result<std::string> s3_core::create_upload(std::string_view key, object_options const& options,
                                                       std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::create); !good) {
    return good.error();
  }
  s3_call call{.operation = s3_operations::create,
               .method = "POST",
               .key = key,
               .query = {{.name = "uploads"}},
               .needs = "InitiateMultipartUploadResult/UploadId"};
  add_options(call, options);
  if (service_.checksum == checksum::crc64nvme) {
    call.headers.push_back({.name = "x-amz-checksum-algorithm", .value = "CRC64NVME"});
    call.headers.push_back({.name = "x-amz-checksum-type", .value = "FULL_OBJECT"});
  }
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    return answer.error();
  }
  std::string id = *xml_text(answer->body, call.needs);
  if (!options.token.empty()) {
    std::lock_guard const lock(mutex_);
    tokens_.insert_or_assign(id, std::string(options.token));
  }
  return id;
}

COPYTO_COLD result<part_tag> s3_core::put_part(std::string_view key, std::string_view upload_id, std::uint32_t number,
                                               part_body body, std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::put_part); !good) {
    return good.error();
  }
  s3_call call{.operation = s3_operations::put_part,
               .method = "PUT",
               .key = key,
               .query = {{.name = "partNumber", .value = std::to_string(number)},
                         {.name = "uploadId", .value = std::string(upload_id)}},
               .body = body,
               .needs_header = "etag"};
  add_customer_key(service_.attributes, service_.header_prefix, call.headers);
  if (auto good = add_checksum(call, body); !good) {
    return good.error();
  }
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    return answer.error();
  }
  return part_tag{.number = number,
                  .size = body.size(),
                  .tag = bare_tag(*answer->header("etag")),
                  .checksum = std::move(call.checksum)};
}

COPYTO_COLD result<std::string> s3_core::complete(std::string_view key, std::string_view upload_id,
                                                  std::span<part_tag const> parts, put_condition const& condition,
                                                  std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::complete); !good) {
    return good.error();
  }
  std::string const body = write_part_list(parts);
  s3_call call{.operation = s3_operations::complete,
               .method = "POST",
               .key = key,
               .query = {{.name = "uploadId", .value = std::string(upload_id)}},
               .headers = {{.name = "Content-Type", .value = "application/xml"}},
               .body = as_bytes(body),
               .sign_body = true,
               .needs = "CompleteMultipartUploadResult/ETag"};
  add_customer_key(service_.attributes, service_.header_prefix, call.headers);
  if (auto good = add_condition(call, condition); !good) {
    return good.error();
  }
  if (service_.declares_at_complete) {
    call.headers.push_back({.name = "x-amz-mp-object-size", .value = std::to_string(total_size(parts))});
    std::optional<std::string> const whole = joined_checksum(service_.checksum, parts);
    if (whole && service_.checksum == checksum::crc64nvme) {
      call.headers.push_back({.name = "x-amz-checksum-crc64nvme", .value = *whole});
      call.headers.push_back({.name = "x-amz-checksum-type", .value = "FULL_OBJECT"});
    }
  }
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    // After a lost answer: our own success may stand behind both.
    bool const perhaps_done = answer.error().is(errc::no_such_upload) || answer.error().is(errc::precondition_failed);
    return perhaps_done && call.lost ? settle(answer.error(), call, upload_id, total_size(parts), stop)
                                     : answer.error();
  }
  result<std::string> tag = prove(call, *answer, upload_id, parts, stop);
  if (tag) {
    forget(upload_id);
  }
  return tag;
}

/// Compares the completed object with what was sent: by the answer where that says enough, else by looking.
COPYTO_COLD result<std::string> s3_core::prove(s3_call const& call, response const& answer, std::string_view upload_id,
                                               std::span<part_tag const> parts, std::stop_token const& stop) {
  std::string tag = tag_header() == "etag" ? bare_tag(*xml_text(answer.body, call.needs))
                                           : bare_tag(answer.header(tag_header()).value_or(""));
  std::optional<std::string> const sent = joined_checksum(service_.checksum, parts);
  auto const damaged = [&](std::string_view what, std::string_view said, std::string_view ours) {
    return client_.finish({.code = errc::damaged,
                           .message = fmt::format("{}: the object is there, but its {} is {}, and what was sent has {}",
                                                  call.operation.failed, what, said, ours),
                           .advice = "delete it, and export again"},
                          call, false);
  };
  std::optional<std::string> said = xml_text(answer.body, "CompleteMultipartUploadResult/ChecksumCRC64NVME");
  if (!said || service_.checksum != checksum::crc64nvme) {
    said = declared_checksum(service_.checksum, answer);
  }
  if (said && sent && !tag.empty()) {
    return *said == *sent ? result<std::string>(tag) : damaged("checksum", *said, *sent);
  }
  if (!service_.look_after_complete) {
    return tag;
  }
  result<seen_object> const there = head_object(call.key, stop);
  if (!there) {
    // Who may write but not look has to take the store's word.
    return there.error().is(errc::access_denied)
               ? result<std::string>(tag)
               : there.error().with([&](error_info& info) { info.disposition = disposition::in_doubt; });
  }
  std::string const token = token_of(upload_id);
  if (!token.empty() && !there->info.token.empty() && token != there->info.token) {
    return tag; // replaced by somebody else meanwhile
  }
  if (there->info.size != total_size(parts)) {
    return damaged("size", std::to_string(there->info.size), std::to_string(total_size(parts)));
  }
  if (sent && there->checksum && *sent != *there->checksum) {
    return damaged("checksum", *there->checksum, *sent);
  }
  return tag.empty() ? there->info.tag : tag;
}

/// The answer to a Complete was lost, and the next one said that the upload is gone, or that the object exists. It is
/// so because the first one took effect, if the object bears this upload's token and size; it was aborted by
/// somebody, if there is no object.
COPYTO_COLD result<std::string> s3_core::settle(error const& gone, s3_call const& call, std::string_view upload_id,
                                                std::uint64_t size, std::stop_token const& stop) {
  std::string const token = token_of(upload_id);
  result<seen_object> const there = head_object(call.key, stop);
  if (!there) {
    return there.error().is(errc::not_found)
               ? gone.with([](error_info& info) { info.disposition = disposition::permanent; })
               : gone.with_suppressed(there.error());
  }
  if (token.empty() || there->info.token != token || there->info.size != size) {
    return gone;
  }
  forget(upload_id);
  return there->info.tag;
}

COPYTO_COLD std::string s3_core::token_of(std::string_view upload_id) {
  std::lock_guard const lock(mutex_);
  auto const found = tokens_.find(std::string(upload_id));
  return found != tokens_.end() ? found->second : std::string();
}

COPYTO_COLD void s3_core::forget(std::string_view upload_id) {
  std::lock_guard const lock(mutex_);
  tokens_.erase(std::string(upload_id));
}

COPYTO_COLD result<void> s3_core::abort(std::string_view key, std::string_view upload_id) {
  if (auto good = check_key(key, s3_operations::abort); !good) {
    return good.error();
  }
  s3_call call{.operation = s3_operations::abort,
               .method = "DELETE",
               .key = key,
               .query = {{.name = "uploadId", .value = std::string(upload_id)}}};
  result<response> const answer = client_.run(call, {});
  if (!answer && !answer.error().is(errc::no_such_upload)) {
    return answer.error();
  }
  forget(upload_id);
  return {};
}

COPYTO_COLD result<s3_core::seen_object> s3_core::head_object(std::string_view key, std::stop_token const& stop) {
  s3_call call{.operation = s3_operations::head, .method = "HEAD", .key = key};
  add_customer_key(service_.attributes, service_.header_prefix, call.headers);
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    return answer.error();
  }
  seen_object seen{.info = info_of(key, *answer), .checksum = declared_checksum(service_.checksum, *answer)};
  std::string_view const length = answer->header("content-length").value_or("");
  auto const [end, code] = std::from_chars(length.data(), length.data() + length.size(), seen.info.size);
  if (length.empty() || code != std::errc() || end != length.data() + length.size()) {
    return client_.finish({.code = errc::bad_answer, .message = "the store does not say how long the object is"}, call,
                          false);
  }
  return seen;
}

COPYTO_COLD result<object_info> s3_core::head(std::string_view key, std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::head); !good) {
    return good.error();
  }
  result<seen_object> seen = head_object(key, stop);
  return seen ? result<object_info>(std::move(seen->info)) : seen.error();
}

COPYTO_COLD result<object_contents> s3_core::get(std::string_view key, std::size_t max_size,
                                                 std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::get); !good) {
    return good.error();
  }
  constexpr std::size_t room_for_errors = 64 * KiB;
  s3_call call{
      .operation = s3_operations::get, .method = "GET", .key = key, .max_answer = std::max(max_size, room_for_errors)};
  add_customer_key(service_.attributes, service_.header_prefix, call.headers);
  result<response> answer = client_.run(call, stop);
  if (!answer && !answer.error().is(errc::limit_exceeded)) {
    return answer.error();
  }
  if (!answer || answer->body.size() > max_size) {
    return client_.finish({.code = errc::limit_exceeded,
                           .message = fmt::format("{}: it is longer than {} bytes", call.operation.failed, max_size)},
                          call, false);
  }
  object_contents contents{.info = info_of(key, *answer), .body = std::move(answer->body)};
  contents.info.size = contents.body.size();
  return contents;
}

/// Has keys encoded in listings: a key may hold characters that no XML 1.0 document can (API Reference, ListObjectsV2,
/// encoding-type), and servers write others for them. Not those of uploads, for which nobody else asks so, and of which
/// Ceph 16.2 says that they are encoded, and does not encode them.
inline query_item as_urls() { return {.name = "encoding-type", .value = "url"}; }

COPYTO_COLD result<page<object_info>> s3_core::list(std::string_view prefix, std::string_view from,
                                                    std::stop_token const& stop) {
  s3_call call{
      .operation = s3_operations::list,
      .method = "GET",
      .query = {{.name = "list-type", .value = "2"}, {.name = "prefix", .value = std::string(prefix)}, as_urls()},
      .needs = "ListBucketResult"};
  if (!from.empty()) {
    call.query.push_back({.name = "continuation-token", .value = std::string(from)});
  }
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    return answer.error();
  }
  auto listing = read_objects(answer->body, tag_header() == "etag" ? "ETag" : "Generation");
  return listing ? std::move(listing) : client_.finish(*listing.error().operator->(), call, false);
}

COPYTO_COLD result<page<pending_upload>> s3_core::list_uploads(std::string_view prefix, std::string_view from,
                                                               std::stop_token const& stop) {
  s3_call call{.operation = s3_operations::list_uploads,
               .method = "GET",
               .query = {{.name = "uploads"}, {.name = "prefix", .value = std::string(prefix)}},
               .needs = "ListMultipartUploadsResult"};
  if (!from.empty()) {
    auto marker = read_marker(from);
    if (!marker) {
      return client_.finish(*marker.error().operator->(), call, false);
    }
    call.query.push_back({.name = "key-marker", .value = std::move(marker->key)});
    if (!marker->upload_id.empty()) {
      call.query.push_back({.name = "upload-id-marker", .value = std::move(marker->upload_id)});
    }
  }
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    return answer.error();
  }
  auto listing = read_uploads(answer->body);
  return listing ? std::move(listing) : client_.finish(*listing.error().operator->(), call, false);
}

COPYTO_COLD result<page<part_tag>> s3_core::list_parts(std::string_view key, std::string_view upload_id,
                                                       std::string_view from, std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::list_parts); !good) {
    return good.error();
  }
  s3_call call{.operation = s3_operations::list_parts,
               .method = "GET",
               .key = key,
               .query = {{.name = "uploadId", .value = std::string(upload_id)}},
               .needs = "ListPartsResult"};
  if (!from.empty()) {
    call.query.push_back({.name = "part-number-marker", .value = std::string(from)});
  }
  result<response> const answer = client_.run(call, stop);
  if (!answer) {
    return answer.error();
  }
  auto listing = read_parts(answer->body);
  return listing ? std::move(listing) : client_.finish(*listing.error().operator->(), call, false);
}

COPYTO_COLD result<void> s3_core::remove(std::string_view key, std::stop_token const& stop) {
  if (auto good = check_key(key, s3_operations::remove); !good) {
    return good.error();
  }
  s3_call call{.operation = s3_operations::remove, .method = "DELETE", .key = key};
  result<response> const answer = client_.run(call, stop);
  if (!answer && !(answer.error().is(errc::not_found) && answer.error()->service_code != "NoSuchBucket")) {
    return answer.error();
  }
  return {};
}

} // namespace copyto::detail

#endif
