// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-T03: the record format needs what copyto::RecordFormat lists
// and: half_a_format
#include "topics.hpp"

struct half_a_format {
  [[nodiscard]] static constexpr bool supports(copyto::field const& /*f*/) noexcept { return true; }
};

int main() {
  std::vector<visit> const visits;
  auto job = copyto::make_topic_exporter(copyto::rows(visits), half_a_format(), pages());
  return job.run().has_value() ? 0 : 1;
}
