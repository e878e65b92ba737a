// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_SERVICE_HPP
#define COPYTO_STORE_SERVICE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/region.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/object.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// How a body is protected on its way and in the store, besides TLS.
enum class checksum : std::uint8_t {
  none,
  content_md5, ///< Content-MD5: nearly every store verifies it
  crc64nvme,   ///< x-amz-checksum-crc64nvme, of each part and of the whole object
};

/// How If-Match is written.
enum class if_match_form : std::uint8_t {
  quoted, ///< with quotes around the tag, as RFC 9110 has it
  bare,   ///< without: some servers compare it literally with their bare tag (RADOS Gateway 16)
  either, ///< not known: quoted, and after a 412 once more without quotes
};

/// Everything in which S3-compatible services differ, as data: no other code asks which service it talks
/// to. `aws`, `gcs`, `r2` and `s3_compatible` below make one; a program that chooses at run time may fill
/// its own.
struct s3_service {
  std::string name = "S3-compatible store"; ///< for messages
  std::string bucket = {};
  std::string region = "us-east-1"; ///< in the scope of signatures
  /// "https://host[:port][/prefix]"; "{region}" in it stands for the region.
  std::string endpoint = {};
  bool path_style = true; ///< host/bucket/key, else bucket.host/key
  bool allow_http = false;
  store_limits limits = {};
  copyto::checksum checksum = copyto::checksum::content_md5;
  copyto::conditions conditions = copyto::conditions::none;
  if_match_form if_match = if_match_form::quoted;
  /// CompleteMultipartUpload says how long the object must be (x-amz-mp-object-size).
  bool size_at_complete = false;
  /// What user metadata is called in requests, and in answers where that differs.
  std::string_view metadata_prefix = "x-amz-meta-";
  std::string_view answer_metadata_prefix = "x-amz-meta-";
  bool session_tokens = true; ///< temporary credentials exist
  issuer_set issuers = {.aws = true, .gcs = true, .r2 = true};
  /// A sentence where the settings cannot be right, found while they were put together.
  std::string problem = {};
};

/// A type that describes a bucket of some service, with the issuers of credentials that it accepts.
template <class S>
concept S3Service = std::convertible_to<S, s3_service> && requires {
  { S::accepts } -> std::convertible_to<issuer_set>;
};

/// A bucket of Amazon S3. Its region is checked against what S3 says, and learnt if it is another.
struct aws {
  std::string bucket = {};
  std::string region = {};   ///< e.g. "eu-west-1"; needed
  std::string endpoint = {}; ///< empty: the region's own; else e.g. an interface endpoint of a VPC
  bool path_style = false;   ///< buckets with dots or other names that are no host name use it anyway
  bool allow_http = false;

  static constexpr issuer_set accepts = {.aws = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};

/// A bucket of Google Cloud Storage through its XML API, with an HMAC key.
///
/// Conditional writes are off: the service silently ignores If-None-Match on uploads, and its own
/// x-goog-if-generation-match is refused together with an AWS4 signature (400), so it would need
/// GOOG4-HMAC-SHA256 signing.
struct gcs {
  std::string bucket = {};
  std::string endpoint = "https://storage.googleapis.com";

  static constexpr issuer_set accepts = {.gcs = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};

/// A bucket of Cloudflare R2.
struct r2 {
  std::string account = {}; ///< account id, the first label of the endpoint
  std::string bucket = {};
  std::string jurisdiction = {}; ///< empty, or e.g. "eu", "fedramp"

  static constexpr issuer_set accepts = {.r2 = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};

/// A bucket of any other service that speaks S3. What cannot be known of it is off until declared.
struct s3_compatible {
  std::string bucket = {};
  std::string region = "us-east-1";
  std::string endpoint = {}; ///< "https://host[:port][/prefix]"; needed
  bool path_style = true;
  bool allow_http = false; ///< without TLS anybody on the way reads and changes the data
  /// Which conditional writes the service honours; an export finds out by itself where that is unknown.
  copyto::conditions conditions = copyto::conditions::unknown;
  if_match_form if_match = if_match_form::either;
  copyto::checksum checksum = copyto::checksum::content_md5;
  store_limits limits = {};

  static constexpr issuer_set accepts = {.aws = true, .gcs = true, .r2 = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};
static_assert(S3Service<aws> && S3Service<gcs> && S3Service<r2> && S3Service<s3_compatible>);

/// Where requests go.
struct s3_endpoint {
  std::string scheme = {};
  std::string host = {}; ///< with the bucket in front, unless path style
  std::uint16_t port = 0;
  std::string root = {}; ///< path in front of the key, raw: "/" or "/prefix/bucket/"
};

/// Checks a profile and works out where its requests go if the bucket is in `region`. Addressing is by
/// path also where the bucket's name cannot stand in front of the host: it holds capitals or '_', is too
/// short, holds dots and would not fit the wildcard certificate, or the host is an address. Everything
/// else that cannot be right is errc::invalid_argument, or errc::unsupported for access point ARNs and
/// S3 Express buckets, which speak another dialect.
[[nodiscard]] result<s3_endpoint> resolve(s3_service const& service, std::string_view region);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/store/service.ipp>
#endif

#endif
