// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// a.cpp and b.cpp include every header of the library in the default mode. A function that is not
// inline is then defined twice, and the program does not link.
#include "all_headers.hpp" // made by CMake

#include <cstdio>

std::error_category const* category_of_b();

int main() {
  if (&copyto::error_category() != category_of_b()) {
    std::puts("two translation units see two error categories");
    return 1;
  }
}
