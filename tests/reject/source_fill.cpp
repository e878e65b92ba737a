// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V02: the row source needs fill(batch&, std::stop_token)
#include "parts.hpp"

struct no_rows {
  copyto::schema_view schema() const { return copyto::schema_of<point>::fields; }
};

int main() { return use(copyto::make_exporter(no_rows{}, lines{}, copyto::memory_store{})); }
