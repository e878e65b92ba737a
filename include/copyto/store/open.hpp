// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_OPEN_HPP
#define COPYTO_STORE_OPEN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/http/observed.hpp>
#include <copyto/store/any.hpp>
#include <copyto/store/attributes.hpp>
#include <copyto/store/target.hpp>

#include <functional>
#include <optional>
#include <string>

namespace copyto {

/// How to reach a bucket. What is not given comes from the profile that is named, then from the environment, then, for
/// s3://, from the current profile, then from what is known of the service.
struct store_settings {
  /// A profile of the shared AWS configuration (`read_aws_profile`), which has credentials, region and endpoint.
  std::string aws_profile = {};
  /// Where credentials come from. "chain": `default_chain`; "environment", "web-identity", "container", "instance": these
  /// alone; "profile:NAME": as `aws_profile`; "process": credential_process of the profile. For gs:// "service-account" (GOOGLE_APPLICATION_CREDENTIALS),
  /// "instance" (the metadata server) and "chain" give OAuth tokens. Empty: the profile that
  /// `aws_profile` names; else the chain for Amazon, and for others the environment's keys, since what a machine is given by
  /// Amazon is nobody else's to see.
  std::string credentials = {};
  /// "aws", "gcs", "r2" or "s3-compatible"; empty: told by the URI's scheme, or by the endpoint's host.
  std::string service = {};
  std::string endpoint = {};     ///< else AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, of s3:// only
  std::string region = {};       ///< else AWS_REGION, AWS_DEFAULT_REGION
  std::string account = {};      ///< of R2; else CLOUDFLARE_ACCOUNT_ID
  std::string jurisdiction = {}; ///< of R2
  bool path_style = false;
  bool fips = false;        ///< endpoints of Amazon, also by AWS_USE_FIPS_ENDPOINT; see `aws`
  bool dual_stack = false;  ///< likewise, AWS_USE_DUALSTACK_ENDPOINT
  bool accelerate = false;  ///< likewise, without a variable
  bool allow_http = false;  ///< take an endpoint that is not encrypted
  std::string ca_file = {}; ///< of certificates, PEM; empty: the system's
  std::string proxy = {};   ///< empty: that of the environment
  std::string storage_class = {};
  object_attributes attributes = {}; ///< of new objects
  /// Of an s3-compatible store; nothing: it is found out.
  std::optional<bool> conditional_writes = std::nullopt;
  std::string role_arn = {}; ///< empty: no role is assumed, and the next three are empty
  std::string external_id = {};
  std::string role_session_name = {}; ///< empty: one of the library's
  std::string sts_endpoint = {};      ///< else AWS_ENDPOINT_URL_STS, else Amazon's

  friend bool operator==(store_settings const&, store_settings const&) = default;
};

/// Opens the store of a place that is known at run time only: a bucket, by its URI, or a directory (`parse_target`), for
/// which there are no settings. Asks no server: errors are settings that cannot be right, errc::invalid_argument, in which
/// a setting is called by its member (".region"). `tell` is called with each request, from many threads.
///
///     auto to = copyto::parse_target("s3://lake/trades").value();
///     auto store = copyto::open_store(to, {.region = "eu-west-1"}).value();
///     auto job = copyto::make_exporter(copyto::rows(trades), copyto::parquet{}, store, {.to = copyto::into(to.prefix)});
[[nodiscard]] result<any_store> open_store(store_target const& to, store_settings const& settings = {},
                                           std::function<void(http_exchange const&)> tell = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/open.ipp>
#endif

#endif
