// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "parts.hpp"

struct no_rows {
  copyto::schema_view schema() const { return copyto::schema_of<point>::fields; }
  copyto::result<copyto::fill_status> fill(copyto::batch&, std::stop_token) { return copyto::fill_status::end; }
};

int main() { return use(copyto::make_exporter(no_rows{}, lines{}, copyto::memory_store{})); }
