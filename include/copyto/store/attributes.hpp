// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_ATTRIBUTES_HPP
#define COPYTO_STORE_ATTRIBUTES_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/secret.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace copyto {

/// What new objects of a bucket carry besides contents, key, type and storage class. What is not set is the bucket's
/// default. (Amazon S3 API Reference, "CreateMultipartUpload" and "PutObject"; Cloud Storage, "HTTP headers"; R2, "S3 API
/// compatibility".)
struct object_attributes {
  /// Server-side encryption: "AES256", "aws:kms" or "aws:kms:dsse"; empty: the bucket's, or by `customer_key`.
  std::string encryption = {};
  std::string kms_key = {};                      ///< id, alias or ARN; of Google Cloud Storage the key's resource name
  std::string kms_context = {};                  ///< JSON object of texts, not a secret
  std::optional<bool> bucket_key = std::nullopt; ///< one data key for many objects: fewer calls of KMS
  /// 32 bytes with which the service encrypts and which it forgets (SSE-C): every reader needs it. Over TLS only.
  secret customer_key = {};

  std::vector<std::pair<std::string, std::string>> tags = {};     ///< at most 10
  std::vector<std::pair<std::string, std::string>> metadata = {}; ///< x-amz-meta-...: names in any case, values ASCII
  std::string acl = {};                                           ///< a canned one, e.g. "bucket-owner-full-control"
  /// e.g. {"read", "id=..."}: "read", "read-acp", "write-acp", "full-control".
  std::vector<std::pair<std::string, std::string>> grants = {};
  std::string cache_control = {};
  std::string content_disposition = {};
  std::string content_language = {};

  std::string lock_mode = {};                        ///< "GOVERNANCE" or "COMPLIANCE", with the next
  std::optional<utc_time> lock_until = std::nullopt; ///< nobody can delete the files before
  bool legal_hold = false;                           ///< nor while that is on

  std::string expected_owner = {}; ///< account id: each request fails on a bucket of somebody else
  bool requester_pays = false;

  friend bool operator==(object_attributes const& a, object_attributes const& b) {
    auto const rest = [](object_attributes const& x) {
      return std::tie(x.encryption, x.kms_key, x.kms_context, x.bucket_key, x.tags, x.metadata, x.acl, x.grants,
                      x.cache_control, x.content_disposition, x.content_language, x.lock_mode, x.lock_until,
                      x.legal_hold, x.expected_owner, x.requester_pays);
    };
    return rest(a) == rest(b) && a.customer_key.reveal() == b.customer_key.reveal();
  }
};

/// Which of these a service has.
struct attribute_support {
  bool encryption = true; ///< by keys of the service itself
  bool kms = true;
  bool customer_key = true;
  bool tags = true;
  bool acl = true;
  bool lock = true;
  bool legal_hold = true;
  bool owner = true;               ///< expected_owner, requester_pays
  std::size_t max_metadata = 2048; ///< bytes of names and values, those of the export itself among them
};

} // namespace copyto

#endif
