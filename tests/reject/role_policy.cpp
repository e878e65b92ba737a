// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V26: behind its options assume_role takes a Transport
// twin: role_ok.cpp
#include "export_lines.hpp"

int main() {
  auto role = copyto::assume_role{session_keys{}, {.role_arn = "arn:aws:iam::123456789012:role/x"}, 1};
  auto store = copyto::s3_store{copyto::s3_compatible{.bucket = "lake", .endpoint = "https://host"}, role};
  return role.check() && store.check() ? 0 : 1;
}
