// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// signatures: signs the requests that come on standard input (tests/unit/auth/vectors.hpp) and prints how many were
// signed and how many of them otherwise than by botocore. signatures corpus: prints the corpus of keys, a line each,
// percent-encoded.
#include "../unit/auth/vectors.hpp"

#include <copyto/http/uri_encode.hpp>
#include <copyto/testing/key_corpus.hpp>

#include <cstdio>
#include <iostream>

int main(int argc, char** /*argv*/) {
  if (argc > 1) {
    for (std::string_view const key : copyto::testing::key_corpus) {
      std::puts(copyto::uri_encode(key, copyto::uri_part::component).c_str());
    }
    return 0;
  }
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  while (auto v = sigv4_tests::next_vector(std::cin)) {
    ++requests;
    if (std::string const ours = v->signed_by_us(); ours != v->expected) {
      ++failures;
      std::cout << "FAILED: " << v->asked.method << ' ' << url(v->asked) << "\n  " << ours << "\n  " << v->expected
                << '\n';
    }
  }
  std::cout << "signatures: requests=" << requests << " failures=" << failures << '\n';
  return failures == 0 && requests != 0 ? 0 : 1;
}
