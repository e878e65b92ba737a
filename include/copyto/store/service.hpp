// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_SERVICE_HPP
#define COPYTO_STORE_SERVICE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/region.hpp>
#include <copyto/auth/sigv4.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/attributes.hpp>
#include <copyto/store/object.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace copyto {

/// How bodies are protected on their way and in the store, besides TLS.
enum class checksum : std::uint8_t {
  none,
  content_md5, ///< Content-MD5 in requests: nearly every store verifies it
  crc64nvme,   ///< x-amz-checksum-crc64nvme in requests, also of the whole object at `complete`; compared with answers
  goog_crc32c, ///< x-goog-hash in requests; compared with that of each answer, also for the whole object
};

/// How a put says which object it may replace.
enum class condition_form : std::uint8_t {
  quoted,     ///< If-Match with quotes around the entity tag, as RFC 9110 has it; If-None-Match: *
  bare,       ///< without: some servers compare it literally with their bare tag (RADOS Gateway 16)
  either,     ///< not known: quoted, and after a 412 once more without quotes
  generation, ///< x-goog-if-generation-match; tags of objects are their generations
};

/// Everything in which S3-compatible services differ, as data: no other code asks which service it talks
/// to. `aws`, `gcs`, `r2` and `s3_compatible` below make one; a program that chooses at run time may fill
/// its own.
struct s3_service {
  std::string name = "S3-compatible store"; ///< for messages
  std::string_view uri_scheme = "s3";
  std::string bucket = {};
  std::string region = "us-east-1"; ///< in the scope of signatures
  /// "https://host[:port][/prefix]"; "{region}" in it stands for the region.
  std::string endpoint = {};
  bool path_style = true;      ///< host/bucket/key, else bucket.host/key
  bool host_is_bucket = false; ///< the endpoint is that of the bucket alone: of an access point
  bool allow_http = false;
  store_limits limits = {};
  copyto::checksum checksum = copyto::checksum::content_md5;
  copyto::conditions conditions = copyto::conditions::none;
  copyto::condition_form condition_form = copyto::condition_form::quoted;
  /// CompleteMultipartUpload says what the object must be: its size (x-amz-mp-object-size), and its CRC-64/NVME where
  /// `checksum` is that, so that the service itself refuses another.
  bool declares_at_complete = false;
  /// A completed object is looked at before its upload counts as done: its size, and what `checksum` compares. Where
  /// the answer to `complete` says enough, this saves a request a file; where looking is forbidden, it is left out.
  bool look_after_complete = false;
  sigv4::dialect signature = sigv4::aws4;
  std::string_view signed_service = "s3";    ///< in the scope of signatures
  std::string_view header_prefix = "x-amz-"; ///< of the headers for metadata and storage class
  std::string storage_class = {};            ///< of new objects; empty: the bucket's default
  /// Words that `storage_class` may be; empty: whatever the service takes.
  std::span<std::string_view const> storage_classes = {};
  object_attributes attributes = {};                ///< of new objects
  copyto::attribute_support attribute_support = {}; ///< of the service
  bool session_tokens = true;                       ///< temporary credentials exist
  bool bearer_tokens = false;                       ///< OAuth 2.0 in place of signatures
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
///
/// Endpoints by the rules of botocore's s3/endpoint-rule-set-1.json. Not there, and refused by name: multi-region access
/// points, which take SigV4A signatures only; access points of Outposts and of Object Lambda; directory buckets of S3 Express.
struct aws {
  /// Its name, or the alias of an access point, or the ARN of one, whose region is the one that counts.
  std::string bucket = {};
  std::string region = {};   ///< e.g. "eu-west-1"; needed. Its partition decides the domain, see auth/region.hpp
  std::string endpoint = {}; ///< empty: the region's own; else e.g. an interface endpoint of a VPC
  bool path_style = false;   ///< buckets with dots or other names that are no host name use it anyway
  bool allow_http = false;
  std::string storage_class = {}; ///< e.g. "STANDARD_IA"
  object_attributes attributes = {};
  bool fips = false;       ///< endpoints with validated cryptography; not in China
  bool dual_stack = false; ///< endpoints that speak IPv6, too
  bool accelerate = false; ///< S3 Transfer Acceleration, which the bucket must have switched on

  static constexpr issuer_set accepts = {.aws = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};

/// A bucket of Google Cloud Storage through its XML API, with an HMAC key or an OAuth token (auth/google.hpp). With a key
/// requests are signed as GOOG4-HMAC-SHA256, the only form that goes with x-goog-if-generation-match, by which puts are conditional. An
/// upload's `complete` has no conditions there, so it takes none.
struct gcs {
  std::string bucket = {};
  std::string endpoint = "https://storage.googleapis.com";
  bool path_style = true;
  bool allow_http = false;
  std::string storage_class = {}; ///< e.g. "NEARLINE"
  object_attributes attributes = {};

  static constexpr issuer_set accepts = {.gcs = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};

/// A bucket of Cloudflare R2.
struct r2 {
  std::string account = {}; ///< account id, the first label of the endpoint
  std::string bucket = {};
  std::string jurisdiction = {}; ///< empty, or e.g. "eu", "fedramp"
  std::string endpoint = {};     ///< empty: the account's own
  bool allow_http = false;
  std::string storage_class = {}; ///< "STANDARD" or "STANDARD_IA"
  object_attributes attributes = {};

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
  copyto::condition_form condition_form = copyto::condition_form::either;
  copyto::checksum checksum = copyto::checksum::content_md5;
  store_limits limits = {.operations_unknown = true};
  std::string storage_class = {};
  object_attributes attributes = {};

  static constexpr issuer_set accepts = {.aws = true, .gcs = true, .r2 = true};
  operator s3_service() const; // NOLINT(google-explicit-constructor): a service is its settings
};
static_assert(S3Service<aws> && S3Service<gcs> && S3Service<r2> && S3Service<s3_compatible>);

/// Which service answers at a host, by the labels at its end: "aws", "gcs", "r2", or "s3-compatible" for all others.
[[nodiscard]] std::string_view service_at(std::string_view host) noexcept;

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
#include <copyto/store/impl/service.ipp>
#endif

#endif
