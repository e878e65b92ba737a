// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// kafka BROKER TOPIC PROGRESS SECONDS: logs in by a bearer token without a signature, good for that many seconds, and puts a
// row into the topic; then says how many tokens were asked for. SECONDS 0: there is no token.
#include <copyto/core/detail/base64.hpp>
#include <copyto/kafka.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

namespace {

struct beat {
  std::int64_t number;
};
BOOST_DESCRIBE_STRUCT(beat, (), (number))

std::string for_urls(std::string const& text) {
  std::string made(copyto::detail::base64_size(text.size()), '\0');
  copyto::detail::put_base64(made.data(), text);
  std::ranges::replace(made, '+', '-');
  std::ranges::replace(made, '/', '_');
  made.erase(std::min(made.find('='), made.size()));
  return made;
}

} // namespace

int main(int count, char** values) {
  if (count != 5) {
    std::fprintf(stderr, "kafka BROKER TOPIC PROGRESS SECONDS\n");
    return 2;
  }
  auto const seconds = std::strtoll(values[4], nullptr, 10);
  std::atomic<int> asked = 0;
  auto const token = [&]() -> copyto::result<copyto::kafka_token> {
    ++asked;
    if (seconds == 0) {
      return copyto::error(copyto::errc::bad_credentials, "nobody gives a token");
    }
    auto const now = copyto::system_clock().now();
    auto const since = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return copyto::kafka_token{
        .text = copyto::secret(
            fmt::format("{}.{}.", for_urls(R"({"alg":"none"})"),
                        for_urls(fmt::format(R"({{"sub":"alice","iat":{},"exp":{}}})", since, since + seconds)))),
        .expiry = now + std::chrono::seconds(seconds),
        .principal = "alice"};
  };
  std::int64_t next = 0;
  auto job = copyto::make_topic_exporter(
      copyto::generate([&]() -> std::optional<beat> {
        if (next == 8) {
          return std::nullopt;
        }
        std::this_thread::sleep_for(
            std::chrono::milliseconds(500)); // a session of some seconds, as a token's end needs it
        return beat{next++};
      }),
      copyto::json_records(),
      {.cluster = {.bootstrap = values[1], .token = token, .connect_timeout = std::chrono::seconds(20)},
       .name = values[2]},
      {.transaction_rows = 1, .progress_topic = values[3], .batch_rows = 1});
  auto const done = job.run();
  if (!done) {
    std::printf("%s\n", done.error().message().c_str());
    return 1;
  }
  std::printf("rows=%llu tokens=%d\n", static_cast<unsigned long long>(done->rows), asked.load());
}
