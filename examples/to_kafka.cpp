// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// to_kafka BROKER TOPIC: rows into a topic, all of them in one transaction, each in the place of earlier ones with its key.
// `tests/servers/kafka up` brings up a broker on this machine.
#include <copyto/copyto.hpp>
#include <copyto/kafka.hpp>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

struct order {
  std::int64_t id;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, note))

int main(int count, char** values) {
  if (count != 3) {
    std::fprintf(stderr, "to_kafka BROKER TOPIC, e.g. localhost:9092 orders\n");
    return 2;
  }
  std::vector<order> const orders = {{1, "first of the day"}, {2, std::nullopt}};
  auto job = copyto::make_topic_exporter(copyto::rows(orders), copyto::json_records(),
                                         {.cluster = {.bootstrap = values[1]}, .name = values[2]},
                                         copyto::topic_key<"id">(), {.envelope = copyto::topic_envelope::upsert});
  copyto::result<copyto::topic_report> const done = job.run();
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  std::printf("export %s: %llu rows\n", done->export_id.c_str(), static_cast<unsigned long long>(done->rows));
}
