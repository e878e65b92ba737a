// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_SERVICE_IPP
#define COPYTO_STORE_IMPL_SERVICE_IPP

#include <copyto/store/service.hpp>

#include <copyto/core/ascii.hpp>

#include <copyto/http/endpoint.hpp>
#include <copyto/store/s3/detail/attribute_headers.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace copyto {

namespace detail {

[[nodiscard]] inline bool is_lower_or_digit(char c) noexcept { return ascii::is_lower(c) || ascii::is_digit(c); }

/// Whether a bucket's name can stand in front of a host name.
[[nodiscard]] inline bool is_host_bucket(std::string_view bucket, bool https) noexcept {
  return bucket.size() >= 3 && bucket.size() <= 63 && is_lower_or_digit(bucket.front()) &&
         is_lower_or_digit(bucket.back()) && std::all_of(bucket.begin(), bucket.end(), [&](char c) {
           return is_lower_or_digit(c) || c == '-' || (c == '.' && !https);
         });
}

[[nodiscard]] inline bool is_address(std::string_view host) noexcept {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

[[nodiscard]] inline error wrong_setting(std::string message, std::string advice) {
  return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

} // namespace detail

COPYTO_COLD result<s3_endpoint> resolve(s3_service const& service, std::string_view region) {
  using detail::wrong_setting;
  std::string_view const bucket = service.bucket;
  if (!service.problem.empty()) {
    return wrong_setting(service.problem, "");
  }
  auto const unsupported = [](std::string_view what, std::string_view why, std::string_view instead) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("{} is not supported: {}", what, why),
                  .advice = std::string(instead)});
  };
  if (bucket.ends_with("--x-s3")) {
    return unsupported("an S3 Express directory bucket", "it speaks another dialect, with sessions of its own",
                       "name a general purpose bucket");
  }
  bool const by_name = !service.host_is_bucket;
  if (by_name && bucket.starts_with("arn:") && bucket.find(":s3::") != bucket.npos) {
    return unsupported("a multi-region access point", "it takes SigV4A signatures only",
                       "name the bucket of one region");
  }
  if (by_name && bucket.starts_with("arn:")) {
    return unsupported("this ARN", "it is none of an access point of Amazon S3",
                       "name the bucket, or an access point by its alias");
  }
  if (bucket.empty() || (by_name && bucket.find('/') != bucket.npos) || bucket.size() > 255 || bucket == "." ||
      bucket == ".." || bucket.find_first_of("?#\\") != std::string_view::npos ||
      std::any_of(bucket.begin(), bucket.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; })) {
    return wrong_setting(bucket.empty() ? "no bucket is named" : "this cannot be the name of a bucket",
                         "set .bucket to the bare name, without s3:// and without a prefix");
  }
  if (!service.storage_class.empty() && !service.storage_classes.empty() &&
      std::ranges::find(service.storage_classes, service.storage_class) == service.storage_classes.end()) {
    std::string words;
    for (std::string_view const word : service.storage_classes) {
      words.append(words.empty() ? "choose one of " : ", ").append(word);
    }
    return wrong_setting(fmt::format("{} has no storage class `{}`", service.name, service.storage_class), words);
  }
  if (!is_region_name(region)) {
    return wrong_setting(region.empty() ? "no region is named" : "this cannot be the name of a region",
                         "set .region, e.g. to \"eu-west-1\"");
  }
  if (service.endpoint.empty()) {
    return wrong_setting("no endpoint is named", "set .endpoint, e.g. to \"https://s3.example.com\"");
  }
  std::string text = service.endpoint;
  if (std::size_t const at = text.find("{region}"); at != std::string::npos) {
    text.replace(at, 8, region);
  }
  result<http_endpoint> const parsed = parse_endpoint(text);
  if (!parsed) {
    return parsed.error();
  }
  s3_endpoint endpoint{.scheme = parsed->scheme, .host = parsed->host, .port = parsed->port, .root = parsed->path};
  if (!endpoint.root.ends_with('/')) {
    endpoint.root += '/';
  }
  bool const https = endpoint.scheme == "https";
  if (!https && !service.allow_http) {
    return wrong_setting("the endpoint is not encrypted: it begins with http://",
                         "use https://, or set .allow_http to accept that anybody on the way may read and change the "
                         "data");
  }
  if (result<void> const good =
          detail::check_attributes(service.attributes, service.attribute_support, service.name, https);
      !good) {
    return good.error();
  }
  if (service.host_is_bucket) {
    return endpoint;
  }
  if (service.path_style || detail::is_address(endpoint.host) || !detail::is_host_bucket(bucket, https)) {
    endpoint.root.append(bucket).append("/");
  } else {
    endpoint.host.insert(0, std::string(bucket) + ".");
  }
  return endpoint;
}

namespace detail {

// Amazon S3 API Reference, "PutObject", x-amz-storage-class: those that a put may name.
inline constexpr std::string_view aws_classes[] = {
    "STANDARD",    "REDUCED_REDUNDANCY", "STANDARD_IA",    "ONEZONE_IA", "INTELLIGENT_TIERING",
    "GLACIER",     "DEEP_ARCHIVE",       "OUTPOSTS",       "GLACIER_IR", "SNOW",
    "FSX_OPENZFS", "FSX_ONTAP",          "EXPRESS_ONEZONE"};
// Cloud Storage documentation, "Storage classes".
inline constexpr std::string_view gcs_classes[] = {"STANDARD", "NEARLINE",       "COLDLINE",
                                                   "ARCHIVE",  "MULTI_REGIONAL", "REGIONAL"};
// R2 documentation, "Storage classes".
inline constexpr std::string_view r2_classes[] = {"STANDARD", "STANDARD_IA"};

} // namespace detail

namespace detail {

/// arn:PARTITION:s3:REGION:ACCOUNT:accesspoint/NAME, or `:` in front of the name; nothing: it is no such ARN.
struct access_point {
  std::string_view region;
  std::string_view account;
  std::string_view name;

  [[nodiscard]] static std::optional<access_point> parse(std::string_view arn) {
    std::string_view fields[5]; // arn, PARTITION, s3, REGION, ACCOUNT
    for (std::string_view& field : fields) {
      std::size_t const colon = arn.find(':');
      if (colon == arn.npos) {
        return std::nullopt;
      }
      field = arn.substr(0, colon);
      arn.remove_prefix(colon + 1);
    }
    constexpr std::string_view kind = "accesspoint";
    bool const is_one = fields[0] == "arn" && fields[2] == "s3" && fields[1] == aws_partition(fields[3]) &&
                        arn.starts_with(kind) && arn.size() > kind.size() &&
                        (arn[kind.size()] == '/' || arn[kind.size()] == ':');
    access_point const made{
        .region = fields[3], .account = fields[4], .name = is_one ? arn.substr(kind.size() + 1) : ""};
    auto const is_label = [](std::string_view text) {
      return !text.empty() && text.size() <= 50 &&
             text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == text.npos;
    };
    bool const good = is_one && is_region_name(made.region) && made.account.size() == 12 &&
                      std::ranges::all_of(made.account, ascii::is_digit) && is_label(made.name);
    return good ? std::optional(made) : std::nullopt;
  }
};

/// The endpoint of Amazon's own, with "{region}" in it.
[[nodiscard]] inline std::string amazon_endpoint(aws const& a, std::optional<access_point> const& point,
                                                 std::string_view domain) {
  if (point) {
    return fmt::format("https://{}-{}.s3-accesspoint{}.{}{}.{}", point->name, point->account, a.fips ? "-fips" : "",
                       a.dual_stack ? "dualstack." : "", point->region, domain);
  }
  if (a.accelerate) {
    return fmt::format("https://s3-accelerate.{}{}", a.dual_stack ? "dualstack." : "", domain);
  }
  return fmt::format("https://s3{}.{}{{region}}.{}", a.fips ? "-fips" : "", a.dual_stack ? "dualstack." : "", domain);
}

/// Why these do not go together; empty: they do.
[[nodiscard]] inline std::string_view endpoint_problem(aws const& a, bool is_point, std::string_view home) {
  std::string_view const domain = aws_domain(home);
  bool const public_domain = domain == "amazonaws.com";
  if (!a.endpoint.empty() && (a.fips || a.dual_stack || a.accelerate || is_point)) {
    return is_point ? "an access point ARN names an endpoint, and .endpoint another"
                    : ".fips, .dual_stack and .accelerate choose an endpoint, and .endpoint names another";
  }
  if (is_point && !a.region.empty() && aws_partition(a.region) != aws_partition(home)) {
    return "the access point is in another partition than .region";
  }
  if (is_point && a.path_style) {
    return "an access point has a host of its own: leave .path_style out";
  }
  if (a.fips && domain == "amazonaws.com.cn") {
    return "there are no FIPS endpoints in China: leave .fips out";
  }
  if (a.accelerate && (a.fips || is_point || a.path_style || !public_domain || !is_host_bucket(a.bucket, true))) {
    return "S3 Transfer Acceleration has no FIPS, no access points, no paths, no other partitions, and takes buckets "
           "without "
           "dots only: leave .accelerate out";
  }
  return {};
}

} // namespace detail

COPYTO_COLD aws::operator s3_service() const {
  std::optional<detail::access_point> const point = detail::access_point::parse(bucket);
  std::string_view const home = point ? point->region : std::string_view(region);
  std::string_view const domain = aws_domain(home);
  s3_service s{.name = "Amazon S3",
               .bucket = bucket,
               .region = std::string(home),
               .endpoint = endpoint,
               .path_style = path_style,
               .host_is_bucket = point.has_value(),
               .allow_http = allow_http,
               .storage_class = storage_class,
               .storage_classes = detail::aws_classes,
               .attributes = attributes};
  s.problem = detail::endpoint_problem(*this, point.has_value(), home);
  if (s.endpoint.empty()) {
    s.endpoint = detail::amazon_endpoint(*this, point, domain);
  }
  s.limits.max_object = 10'000 * (5 * GiB); // since December 2025
  s.limits.parts_grow_after = 1000;
  s.limits.complete_creates_only = true;
  s.checksum = checksum::crc64nvme;
  s.conditions = conditions::compare_and_swap;
  s.declares_at_complete = true;
  s.issuers = accepts;
  return s;
}

COPYTO_COLD gcs::operator s3_service() const {
  // Checksum headers of AWS are refused there (400 ExcessHeaderValues and others).
  s3_service s{.name = "Google Cloud Storage",
               .uri_scheme = "gs",
               .bucket = bucket,
               .region = "auto",
               .endpoint = endpoint,
               .path_style = path_style,
               .allow_http = allow_http,
               .signature = sigv4::goog4,
               .signed_service = "storage",
               .header_prefix = "x-goog-",
               .storage_class = storage_class,
               .storage_classes = detail::gcs_classes,
               .attributes = attributes,
               .attribute_support = {
                   .encryption = false, .tags = false, .legal_hold = false, .owner = false, .max_metadata = 8192}};
  s.limits.max_put = 5 * TiB;
  s.limits.parts_grow_after = 1000;
  s.checksum = checksum::goog_crc32c;
  s.look_after_complete = true;
  s.conditions = conditions::compare_and_swap;
  s.condition_form = condition_form::generation;
  s.session_tokens = false;
  s.bearer_tokens = true;
  s.issuers = accepts;
  return s;
}

COPYTO_COLD r2::operator s3_service() const {
  s3_service s{.name = "Cloudflare R2",
               .uri_scheme = "r2",
               .bucket = bucket,
               .region = "auto",
               .endpoint = endpoint,
               .path_style = true,
               .allow_http = allow_http,
               .storage_class = storage_class,
               .storage_classes = detail::r2_classes,
               .attributes = attributes,
               .attribute_support = {.encryption = false,
                                     .kms = false,
                                     .tags = false,
                                     .acl = false,
                                     .lock = false,
                                     .legal_hold = false,
                                     .owner = false,
                                     .max_metadata = 8192}};
  bool const named = is_region_name(account) && (jurisdiction.empty() || is_region_name(jurisdiction));
  if (s.endpoint.empty() && named) {
    s.endpoint =
        fmt::format("https://{}{}{}.r2.cloudflarestorage.com", account, jurisdiction.empty() ? "" : ".", jurisdiction);
  } else if (s.endpoint.empty()) {
    s.problem = account.empty() ? "no account is named: set r2::account to the account id"
                                : "the account id or the jurisdiction holds characters that it cannot";
  }
  // "Just under" 5 TiB and 5 GiB in Cloudflare's manual, which puts them at 4.995 in the list of limits.
  s.limits.max_object = 4995 * (TiB / 1000);
  s.limits.max_part = 4995 * (GiB / 1000);
  s.limits.max_put = s.limits.max_part;
  s.limits.equal_parts = true; // checked at the end only: InvalidPart
  s.limits.complete_creates_only = true;
  s.checksum = checksum::crc64nvme;
  s.conditions = conditions::compare_and_swap;
  s.issuers = accepts;
  s.limits.uploads_expire_days = 7;
  return s;
}

COPYTO_COLD s3_compatible::operator s3_service() const {
  return {.bucket = bucket,
          .region = region,
          .endpoint = endpoint,
          .path_style = path_style,
          .allow_http = allow_http,
          .limits = limits,
          .checksum = checksum,
          .conditions = conditions,
          .condition_form = condition_form,
          .look_after_complete = true,
          .storage_class = storage_class,
          .attributes = attributes,
          .issuers = accepts};
}

COPYTO_COLD std::string_view service_at(std::string_view host) noexcept {
  struct place {
    std::string_view domain;
    std::string_view service;
  };
  static constexpr place places[] = {
      {"amazonaws.com", "aws"},  {"amazonaws.com.cn", "aws"},       {"amazonaws.eu", "aws"},
      {"c2s.ic.gov", "aws"},     {"sc2s.sgov.gov", "aws"},          {"csp.hci.ic.gov", "aws"},
      {"cloud.adc-e.uk", "aws"}, {"storage.googleapis.com", "gcs"}, {"r2.cloudflarestorage.com", "r2"},
  };
  for (place const& p : places) {
    if (host.size() < p.domain.size()) {
      continue;
    }
    std::string_view const end = host.substr(host.size() - p.domain.size());
    bool const whole_labels = end.size() == host.size() || host[host.size() - end.size() - 1] == '.';
    if (whole_labels && std::ranges::equal(end, p.domain, {}, ascii::to_lower)) {
      return p.service;
    }
  }
  return "s3-compatible";
}

} // namespace copyto

#endif
