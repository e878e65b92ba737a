// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_REJECT_TOPICS_HPP
#define COPYTO_TESTS_REJECT_TOPICS_HPP

#include <copyto/kafka.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/rows.hpp>

#include <cstdint>
#include <string>
#include <vector>

struct visit {
  std::int64_t id = 0;
  std::string page = {};
};
BOOST_DESCRIBE_STRUCT(visit, (), (id, page))

inline copyto::kafka_topic pages() { return {.cluster = {.bootstrap = "localhost:9092"}, .name = "pages"}; }

#endif
