// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-K04: every column is a key of the partitions
#include "parts.hpp"

#include <copyto/export/partition_members.hpp>

struct visit {
  std::int64_t id = 0;
  std::string page = {};
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(visit, (), (id, page))

int main() { return copyto::partition_by<visit, &visit::id, &visit::page>() != nullptr ? 0 : 1; }
