// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-K03: there are no partitions by a member of this type
#include "parts.hpp"

#include <copyto/export/partition_members.hpp>

struct visit {
  std::int64_t id = 0;
  std::string page = {};
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(visit, (), (id, page, seconds))

int main() { return copyto::partition_by<visit, &visit::seconds>() != nullptr ? 0 : 1; }
