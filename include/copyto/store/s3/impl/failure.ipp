// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_FAILURE_IPP
#define COPYTO_STORE_S3_IMPL_FAILURE_IPP

#include <copyto/store/s3/detail/failure.hpp>

#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/redact.hpp>
#include <copyto/http/xml.hpp>

#include <fmt/format.h>

#include <optional>
#include <string>

namespace copyto::detail {

/// Amazon S3 API Reference, "Error responses": what `shared_codes` does not have.
inline constexpr failure_code s3_codes[] = {
    {"AllAccessDisabled", errc::access_denied},
    {"AccountProblem", errc::access_denied},
    {"InvalidToken", errc::bad_credentials},
    {"InvalidSecurity", errc::bad_credentials},
    {"NotSignedUp", errc::bad_credentials},
    {"TokenRefreshRequired", errc::bad_credentials, remedy::credentials},
    {"NoSuchBucket", errc::not_found},
    {"NoSuchKey", errc::not_found},
    {"NoSuchUpload", errc::no_such_upload},
    {"PreconditionFailed", errc::precondition_failed},
    {"ConditionalRequestConflict", errc::conflict, remedy::repeat},
    {"ConcurrentModification", errc::conflict, remedy::repeat}, // Ceph 20
    {"SlowDownRead", errc::throttled, remedy::slow_down},
    {"SlowDownWrite", errc::throttled, remedy::slow_down},
    {"ServiceUnavailable", errc::throttled, remedy::slow_down},
    {"BandwidthLimitExceeded", errc::throttled, remedy::slow_down},
    {"OperationAborted", errc::service_failed, remedy::repeat},
    {"PriorRequestNotComplete", errc::service_failed, remedy::repeat},
    {"BadDigest", errc::service_failed, remedy::repeat},
    {"IncompleteBody", errc::service_failed, remedy::repeat},
    {"XAmzContentSHA256Mismatch", errc::service_failed, remedy::repeat},
    {"PermanentRedirect", errc::service_failed, remedy::region},
    {"TemporaryRedirect", errc::service_failed, remedy::region},
    {"AuthorizationHeaderMalformed", errc::service_failed, remedy::region},
    {"IllegalLocationConstraintException", errc::service_failed, remedy::region},
    {"EntityTooLarge", errc::limit_exceeded},
    {"EntityTooSmall", errc::limit_exceeded},
    {"KeyTooLongError", errc::limit_exceeded},
    {"MetadataTooLarge", errc::limit_exceeded},
    {"QuotaExceeded", errc::limit_exceeded},
    {"NotImplemented", errc::unsupported},
    {"MethodNotAllowed", errc::unsupported},
    {"InvalidBucketName", errc::invalid_argument},
};

COPYTO_COLD service_failure classify(response const& answer, s3_operation const& operation) {
  service_failure f;
  f.status = answer.status;
  f.retry_after = retry_after(answer);
  f.service_code = one_line(xml_text(answer.body, "Error/Code").value_or(""));
  f.service_text = one_line(xml_text(answer.body, "Error/Message").value_or(""));
  for (std::string_view name : {"x-amz-request-id", "x-guploader-uploadid", "cf-ray"}) {
    if (f.request_id.empty()) {
      f.request_id = one_line(std::string(answer.header(name).value_or("")));
    }
  }
  if (f.request_id.empty()) {
    f.request_id = one_line(xml_text(answer.body, "Error/RequestId").value_or(""));
  }
  f.region = answer.header("x-amz-bucket-region").value_or("");
  if (f.region.empty()) {
    f.region = xml_text(answer.body, "Error/Region").value_or("");
  }
  std::optional<failure_code> const known = meaning_of_code(f.service_code, s3_codes);
  failure_code meaning = known ? *known : meaning_of_status(answer.status);
  if (answer.status == 404 && f.service_code.empty() && !answer.body.empty()) {
    // A proxy's, which knows nothing of objects: it must not pass for the store's word that there is none.
    meaning = {"", errc::bad_answer, remedy::repeat, true};
  }
  if (answer.status == 400 && f.service_code.empty()) {
    meaning.remedy = remedy::region; // HEAD answers a wrong region so, with no body
  }
  // Ceph says NoSuchKey where AWS says NoSuchUpload.
  bool const upload_gone = operation.of_upload && meaning.code == errc::not_found && f.service_code != "NoSuchBucket";
  f.code = upload_gone ? errc::no_such_upload : meaning.code;
  // A conflict is the end of an upload: it has to be made anew, with all of its parts.
  bool const upload_lost = meaning.code == errc::conflict && operation.kind == request_kind::complete;
  f.remedy = upload_lost ? remedy::none : meaning.remedy;
  f.may_have_happened = meaning.may_have_happened;
  return f;
}

COPYTO_COLD service_failure classify_bad_success(response const& answer, s3_operation const& operation) {
  service_failure f = classify(answer, operation);
  result<std::string> const root = xml_root(answer.body);
  if (operation.kind == request_kind::list_uploads && root && *root == "ListBucketResult") {
    f.code = errc::unsupported; // a server that does not know `?uploads` has answered the rest of the request
    return f;
  }
  if (f.service_code.empty()) {
    f.code = errc::bad_answer;
    f.remedy = remedy::repeat;
    f.may_have_happened = true;
  }
  return f;
}

[[nodiscard]] inline std::string_view s3_reason(service_failure const& f) {
  if (f.remedy == remedy::region) {
    return f.region.empty()
               ? "the store sent the request away without a reason; the region may be wrong, or the session over"
               : "the bucket is in another region";
  }
  if (f.remedy == remedy::clock) {
    return "the clocks of this machine and of the server differ too much";
  }
  if (f.service_code == "NoSuchBucket") {
    return "the bucket does not exist";
  }
  switch (f.code) {
  case errc::access_denied: return "access is denied";
  case errc::bad_credentials: return "the credentials are not accepted";
  case errc::not_found: return "it does not exist";
  case errc::no_such_upload: return "the upload does not exist";
  case errc::precondition_failed: return "its state is not the expected one";
  case errc::conflict: return "somebody else writes it at the same time";
  case errc::damaged: return "the store has received other bytes than were sent";
  case errc::throttled: return "the store asks for fewer requests";
  case errc::limit_exceeded: return "it passes a limit of the store";
  case errc::unsupported: return "the store does not support it";
  case errc::bad_answer: return "the answer cannot be understood";
  default: return f.status >= 500 ? "the store failed" : "the store refused the request";
  }
}

[[nodiscard]] inline std::string s3_advice(service_failure const& f, s3_operation const& operation) {
  if (f.remedy == remedy::region) {
    return f.region.empty() ? "check the region and the endpoint"
                            : fmt::format("set the region to \"{}\"", one_line(f.region));
  }
  if (f.remedy == remedy::clock) {
    return "set this machine's clock";
  }
  if (f.service_code == "NoSuchBucket") {
    return "create the bucket, or check its name and the endpoint";
  }
  switch (f.code) {
  case errc::access_denied:
    return fmt::format("check that the policies of these credentials and of the bucket allow {}", operation.permission);
  case errc::bad_credentials:
    if (f.remedy == remedy::credentials) {
      return "get new credentials";
    }
    if (f.service_code == "SignatureDoesNotMatch") {
      return "check the secret key, and that nothing on the way changes requests";
    }
    return "check the access key id, and the session token if there is one";
  case errc::conflict: return operation.kind == request_kind::complete ? "the upload is lost: export again" : "";
  case errc::throttled: return "upload fewer parts at once, or spread the load over time";
  default: return "";
  }
}

/// Whether every operation would have failed so: then the message begins with the cause.
[[nodiscard]] inline bool concerns_all(service_failure const& f) {
  return f.code == errc::bad_credentials || f.service_code == "NoSuchBucket" || f.remedy == remedy::region ||
         f.remedy == remedy::clock;
}

COPYTO_COLD error_info describe(service_failure const& f, s3_operation const& operation) {
  return {.code = f.code,
          .message =
              concerns_all(f) ? std::string(s3_reason(f)) : fmt::format("{}: {}", operation.failed, s3_reason(f)),
          .operation = std::string(operation.name()),
          .http_status = f.status,
          .service_code = f.service_code,
          .service_text = f.service_text,
          .request_id = f.request_id,
          .advice = s3_advice(f, operation)};
}

} // namespace copyto::detail

#endif
