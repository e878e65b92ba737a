// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_SIGV4_HPP
#define COPYTO_AUTH_SIGV4_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/digest.hpp>
#include <copyto/http/message.hpp>

#include <string>
#include <string_view>

/// AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"; Amazon S3 API Reference,
/// "Authenticating Requests"). Pure functions: the time is a parameter, nothing is cached or changed
/// elsewhere; all are thread-safe.
namespace copyto::sigv4 {

/// The words in which two families of signatures differ; the computation is one.
struct dialect {
  std::string_view algorithm = {};
  std::string_view key_prefix = {}; ///< in front of the secret
  std::string_view terminator = {}; ///< of the scope
  std::string_view date_header = {};
  std::string_view hash_header = {};
  std::string_view token_header = {};
};
inline constexpr dialect aws4 = {.algorithm = "AWS4-HMAC-SHA256",
                                 .key_prefix = "AWS4",
                                 .terminator = "aws4_request",
                                 .date_header = "X-Amz-Date",
                                 .hash_header = "X-Amz-Content-Sha256",
                                 .token_header = "X-Amz-Security-Token"};
/// Of Google Cloud Storage with an HMAC key (its documentation, "V4 signatures"), for the service "storage". Next to
/// x-goog-* headers it is the only one that is accepted, and it does not go with x-amz-* ones.
inline constexpr dialect goog4 = {.algorithm = "GOOG4-HMAC-SHA256",
                                  .key_prefix = "GOOG4",
                                  .terminator = "goog4_request",
                                  .date_header = "X-Goog-Date",
                                  .hash_header = "X-Goog-Content-Sha256",
                                  .token_header = {}};

/// What a signature is good for.
struct scope {
  std::string_view region = {};
  std::string_view service = "s3";
  utc_time time = {};
  sigv4::dialect dialect = aws4;
};

/// The payload hash word of a body that TLS protects, and of no body.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view empty_payload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Names of the headers that are signed: host and all of the request's own but those that proxies
/// change (Accept-Encoding, Connection, User-Agent, ...). Lower case, sorted, joined by ';'.
[[nodiscard]] std::string signed_headers(request const& r);

/// The canonical request: method, path encoded once and never normalised, sorted query, headers with
/// trimmed values, repeated ones joined by a comma in their order, the payload hash.
[[nodiscard]] std::string canonical_request(request const& r, std::string_view payload_hash);

/// "20150830/us-east-1/s3/aws4_request"
[[nodiscard]] std::string scope_text(scope const& s);

[[nodiscard]] std::string string_to_sign(std::string_view canonical_request, scope const& s);

/// The key of one day, region and service; wiped by its destructor.
class signing_key {
public:
  signing_key(secret const& secret_key, scope const& s);
  signing_key(signing_key const&) = default;
  signing_key& operator=(signing_key const&) = default;
  ~signing_key() { secret::wipe(key_.data(), key_.size()); }

  /// The signature, in hexadecimal digits.
  [[nodiscard]] std::string sign(std::string_view string_to_sign) const;

private:
  sha256_digest key_ = {};
};

/// Signs: adds the dialect's date header, for object stores the one of the payload's hash, that of the session token
/// if there is one, and Authorization. `payload_hash` is the hexadecimal SHA-256 of the body or
/// `unsigned_payload`, which must not be used without TLS. Sign a fresh copy at every attempt.
void sign(request& r, credentials const& who, scope const& s, std::string_view payload_hash);

} // namespace copyto::sigv4

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/sigv4.ipp>
#endif

#endif
