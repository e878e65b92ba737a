// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_IAM_POLICY_IPP
#define COPYTO_HANDOFF_IMPL_IAM_POLICY_IPP

#include <copyto/handoff/iam_policy.hpp>

#include <copyto/core/json_text.hpp>

#include <fmt/format.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace copyto {
namespace detail {

/// Signs that mean something in an ARN's or a condition's pattern stand for themselves as policy variables.
[[nodiscard]] inline std::string iam_literal(std::string_view text) {
  std::string made;
  for (char const c : text) {
    made += c == '*' || c == '?' || c == '$' ? fmt::format("${{{}}}", c) : std::string(1, c);
  }
  return made;
}

[[nodiscard]] inline std::string json_list(std::vector<std::string> const& texts, std::string_view indent) {
  std::string list = "[";
  for (std::string const& text : texts) {
    list += fmt::format("{}\n{}  {}", list.size() == 1 ? "" : ",", indent, json_text(text));
  }
  return list + fmt::format("\n{}]", indent);
}

/// The statements of one policy.
class iam_statements {
public:
  iam_statements(std::string_view bucket, std::string_view partition)
      : bucket_(bucket.starts_with("arn:") ? std::string(bucket) : fmt::format("arn:{}:s3:::{}", partition, bucket)),
        objects_(bucket_ + (bucket.starts_with("arn:") ? "/object/" : "/")) {}

  /// `patterns` of keys, escaped already.
  void allow(std::vector<std::string> const& actions, std::vector<std::string> const& patterns) {
    std::vector<std::string> resources;
    resources.reserve(patterns.size());
    for (std::string const& pattern : patterns) {
      resources.push_back(objects_ + pattern);
    }
    add(actions, resources, "");
  }
  void allow_listing(std::string const& pattern) {
    add({"s3:ListBucket"}, {bucket_},
        pattern == "*" ? ""
                       : fmt::format(",\n      \"Condition\": {{\n        \"StringLike\": {{\n"
                                     "          \"s3:prefix\": {}\n        }}\n      }}",
                                     json_text(pattern)));
  }
  /// Which loaders ask for; such a request has no prefix that a condition could look at.
  void allow_location() { add({"s3:GetBucketLocation"}, {bucket_}, ""); }
  /// What a key of KMS is used for (KMS Developer Guide, "key policies"; uploads of several parts decrypt, too).
  void allow_key(object_attributes const& carries, std::vector<std::string> const& actions,
                 std::string_view partition) {
    if (carries.encryption.starts_with("aws:kms")) {
      bool const is_arn = carries.kms_key.starts_with("arn:") && carries.kms_key.find(":key/") != std::string::npos;
      add(actions, {is_arn ? carries.kms_key : fmt::format("arn:{}:kms:*:*:key/*", partition)}, "");
    }
  }
  [[nodiscard]] std::string json() const {
    return fmt::format("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n", statements_);
  }

private:
  void add(std::vector<std::string> const& actions, std::vector<std::string> const& resources,
           std::string_view condition) {
    statements_ += fmt::format(
        "{}    {{\n      \"Effect\": \"Allow\",\n      \"Action\": {},\n      \"Resource\": {}{}\n    }}",
        statements_.empty() ? "" : ",\n", json_list(actions, "      "), json_list(resources, "      "), condition);
  }

  std::string bucket_;
  std::string objects_;
  std::string statements_;
};

/// Patterns of the keys of an export's files.
[[nodiscard]] inline std::vector<std::string> iam_files(export_place const& place) {
  std::string const stem = iam_literal(place.stem());
  return place.is_key() ? std::vector<std::string>{stem, stem + "_part*"} : std::vector<std::string>{stem + "*"};
}

} // namespace detail

COPYTO_COLD std::string writer_policy(destination const& to, std::string_view bucket, std::string_view partition,
                                      object_attributes const& carries, last_file const* last) {
  export_place const place = to.place("");
  std::string const stem = detail::iam_literal(place.stem());
  std::vector<std::string> const files = detail::iam_files(place);
  std::vector<std::string> const own{stem + "_copyto.*"};
  detail::iam_statements policy(bucket, partition);
  std::vector<std::string> written = files;
  if (to.has_control() && place.is_key()) { // else it is below the prefix
    written.push_back(own.front());
  }
  if (last != nullptr && place.is_key() && !(last->key().empty() && last->name().empty())) {
    written.push_back(last->key().empty() ? stem + detail::iam_literal(last->name())
                                          : detail::iam_literal(last->key()));
  }
  std::vector<std::string> writes{"s3:PutObject", "s3:AbortMultipartUpload"};
  for (auto const& [asked, right] : {std::pair(!carries.tags.empty(), "s3:PutObjectTagging"),
                                     {!carries.acl.empty() || !carries.grants.empty(), "s3:PutObjectAcl"},
                                     {carries.lock_until.has_value(), "s3:PutObjectRetention"},
                                     {carries.legal_hold, "s3:PutObjectLegalHold"}}) {
    if (asked) {
      writes.emplace_back(right);
    }
  }
  policy.allow(writes, written);
  policy.allow_key(carries, {"kms:GenerateDataKey", "kms:Decrypt"}, partition);
  if (to.has_control()) {
    policy.allow({"s3:GetObject"}, own);
    std::vector<std::string> deleted = own;
    if (to.mode() == if_exists::replace) {
      deleted = written;
    }
    policy.allow({"s3:DeleteObject"}, deleted);
    policy.allow_listing(stem + "*");
  }
  return policy.json();
}

COPYTO_COLD std::string reader_policy(destination const& to, std::string_view bucket, std::string_view partition,
                                      object_attributes const& carries) {
  export_place const place = to.place("");
  detail::iam_statements policy(bucket, partition);
  policy.allow({"s3:GetObject", "s3:GetObjectVersion"}, detail::iam_files(place));
  policy.allow_key(carries, {"kms:Decrypt"}, partition);
  policy.allow_location();
  policy.allow_listing(detail::iam_literal(place.stem()) + "*");
  return policy.json();
}

COPYTO_COLD std::string trust_policy(std::string_view principal, std::string_view external_id) {
  return fmt::format("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {{\n      \"Effect\": \"Allow\",\n"
                     "      \"Principal\": {{\n        \"AWS\": {}\n      }},\n      \"Action\": \"sts:AssumeRole\",\n"
                     "      \"Condition\": {{\n        \"StringEquals\": {{\n          \"sts:ExternalId\": {}\n"
                     "        }}\n      }}\n    }}\n  ]\n}}\n",
                     json_text(principal), json_text(external_id));
}

} // namespace copyto

#endif
