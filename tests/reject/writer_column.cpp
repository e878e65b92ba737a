// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V16: the encoder cannot write a column of this type
// twin: writer_ok.cpp
#include "parts.hpp"

#include <copyto/export/writer.hpp>

struct reading {
  std::int64_t at = 0;
  double value = 0;
};
BOOST_DESCRIBE_STRUCT(reading, (), (at, value))

int main() {
  auto out = copyto::open_export<reading>(lines{}, copyto::memory_store{}, {.to = copyto::into("a")});
  if (copyto::result<void> pushed = out.push(reading{1, 2.5}); !pushed) {
    return 1;
  }
  copyto::result<void> all = out.push(std::vector<reading>(3));
  return all && out.commit().value().rows == 4 ? 0 : 1;
}
