// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// See a.cpp.
#include "all_headers.hpp"

std::error_category const* category_of_b();
std::error_category const* category_of_b() { return &copyto::error_category(); }
