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

/// What a signature is good for.
struct scope {
  std::string_view region = {};
  std::string_view service = "s3";
  utc_time time = {};
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

/// Signs: adds X-Amz-Date, for the service "s3" X-Amz-Content-Sha256, X-Amz-Security-Token if there is a
/// token, and Authorization. `payload_hash` is the hexadecimal SHA-256 of the body or
/// `unsigned_payload`, which must not be used without TLS. Sign a fresh copy at every attempt.
void sign(request& r, credentials const& who, scope const& s, std::string_view payload_hash);

} // namespace copyto::sigv4

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/auth/sigv4.ipp>
#endif

#endif
