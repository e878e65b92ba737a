// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V25: AssumeRole is a call of AWS STS
// twin: role_ok.cpp
#include "export_lines.hpp"

/// A key of Google Cloud Storage.
struct hmac_keys {
  static constexpr copyto::issuer issued_by = copyto::issuer::gcs;
  copyto::result<copyto::credentials> get(copyto::utc_time, std::stop_token) const { return copyto::credentials{}; }
};

int main() {
  auto role = copyto::assume_role{hmac_keys{}, {.role_arn = "arn:aws:iam::123456789012:role/x"}};
  auto store = copyto::s3_store{copyto::s3_compatible{.bucket = "lake", .endpoint = "https://host"}, role};
  return role.check() && store.check() ? 0 : 1;
}
