// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// assume_role ROLE_ARN EXTERNAL_ID STS_ENDPOINT DURATION SECONDS PREFIX [stopped]: exports rows that take SECONDS
// to come, as CSV, through sessions of DURATION seconds of the role, and prints rows, bytes, files, requests to
// STS, and answers of S3 that refused a session. The keys that assume the role are in the environment, the bucket
// in S3_TEST_*. With "stopped" the program's clock stands still, so that no session is ever due and only the
// server's refusals renew it. An empty EXTERNAL_ID is not sent.
#include <copyto/auth/assume_role.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/store/s3.hpp>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace {

struct noise {
  std::int64_t id = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(noise, (), (id, text))

constexpr std::size_t row_size = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds row_time(16); // 4 MB/s, a part of 5 MiB every 1.3 s

struct counts {
  std::atomic<int> sent = 0;
  std::atomic<int> refused = 0;
};

/// Counts what goes through it.
class counted_transport {
public:
  explicit counted_transport(std::shared_ptr<counts> counted)
      : counted_(std::move(counted)), inner_({.ca_file = std::getenv("S3_TEST_CA_FILE")}) {}

  copyto::result<copyto::response> perform(copyto::request const& r, std::stop_token const& stop) {
    ++counted_->sent;
    auto answer = inner_.perform(r, stop);
    if (answer && answer->status == 403 && answer->body.find("<Code>InvalidAccessKeyId<") != std::string::npos) {
      ++counted_->refused;
    }
    return answer;
  }

private:
  std::shared_ptr<counts> counted_;
  copyto::curl_transport inner_;
};

/// Asks its base at the time of its making.
template <class Base>
class with_stopped_clock {
public:
  static constexpr copyto::issuer issued_by = Base::issued_by;
  explicit with_stopped_clock(Base base) : base_(std::move(base)), now_(copyto::system_clock().now()) {}

  copyto::result<copyto::credentials> get(copyto::utc_time, std::stop_token const& stop) {
    return base_.get(now_, stop);
  }
  void expire(copyto::credentials const& rejected) { base_.expire(rejected); }

private:
  Base base_;
  copyto::utc_time now_;
};

template <class Provider>
int run(Provider provider, std::shared_ptr<counts> const& sts, int seconds, std::string const& prefix) {
  auto const s3 = std::make_shared<counts>();
  copyto::s3_store store(copyto::s3_compatible{.bucket = std::getenv("S3_TEST_BUCKET"),
                                               .region = std::getenv("S3_TEST_REGION"),
                                               .endpoint = std::getenv("S3_TEST_ENDPOINT"),
                                               .allow_http = true},
                         std::move(provider), counted_transport(s3));
  auto const rows = std::chrono::seconds(seconds) / row_time + 1;
  auto const begin = std::chrono::steady_clock::now();
  std::int64_t id = 0;
  std::uint64_t mix = 88172645463325252U;
  auto source = copyto::generate([&]() -> std::optional<noise> {
    if (id == rows) {
      return std::nullopt;
    }
    std::this_thread::sleep_until(begin + id * row_time);
    noise row{.id = id++, .text = std::string(row_size, ' ')};
    for (char& c : row.text) {
      mix ^= mix << 13;
      mix ^= mix >> 7;
      mix ^= mix << 17;
      c = static_cast<char>('a' + mix % 26);
    }
    return row;
  });
  // Small batches, so that rows go out as they come.
  auto job = copyto::make_exporter(
      std::move(source), copyto::csv(copyto::csv_options{}), store,
      {.to = copyto::into(prefix), .max_file_size = 20 * copyto::MiB, .part_size = 5 * copyto::MiB, .batch_rows = 4});
  auto const done = job.run();
  if (!done) {
    std::cerr << done.error().message() << '\n';
    return 1;
  }
  std::cout << done->rows << ' ' << done->bytes << ' ' << done->files.size() << ' ' << sts->sent << ' ' << s3->refused
            << '\n';
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 7 && (argc != 8 || std::string(argv[7]) != "stopped")) {
    std::cerr << "usage: assume_role ROLE_ARN EXTERNAL_ID STS_ENDPOINT DURATION SECONDS PREFIX [stopped]\n";
    return 2;
  }
  for (char const* name : {"S3_TEST_CA_FILE", "S3_TEST_BUCKET", "S3_TEST_REGION", "S3_TEST_ENDPOINT"}) {
    if (std::getenv(name) == nullptr) {
      std::cerr << name << " is not set\n";
      return 2;
    }
  }
  auto const sts = std::make_shared<counts>();
  copyto::assume_role role(copyto::environment_keys{},
                           {.role_arn = argv[1],
                            .external_id = argv[2],
                            .duration = std::chrono::seconds(std::atoi(argv[4])),
                            .endpoint = argv[3],
                            .allow_http = true,
                            .limits = copyto::any_sts},
                           counted_transport(sts));
  int const seconds = std::atoi(argv[5]);
  try {
    return argc == 7 ? run(role, sts, seconds, argv[6]) : run(with_stopped_clock(role), sts, seconds, argv[6]);
  } catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
