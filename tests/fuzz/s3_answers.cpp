// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: whatever a service answers, with whatever status and headers, each operation ends with a result or an error.
#include "fuzz.hpp"

#include <copyto/auth/keys.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/store/s3.hpp>
#include <copyto/testing/fake_clock.hpp>

#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

/// The same answer to each request.
struct answering {
  copyto::response answer;
  copyto::result<copyto::response> perform(copyto::request const&, std::stop_token) { return answer; }
};
struct at_once {
  [[nodiscard]] std::optional<std::chrono::nanoseconds> delay(copyto::failed_attempt const& a, std::uint64_t) const {
    return a.number < 2 ? std::optional(std::chrono::nanoseconds(0)) : std::nullopt;
  }
};

template <class Store>
void each_operation(Store& store) {
  copyto::part_tag const part{.number = 1, .size = 1, .tag = "t"};
  (void)store.put("k", copyto::as_bytes("x"), {}, copyto::put_condition::absent(), {});
  (void)store.create_upload("k", {}, {});
  (void)store.put_part("k", "u", 1, copyto::as_bytes("x"), {});
  (void)store.complete("k", "u", std::span(&part, 1), {}, {});
  (void)store.abort("k", "u");
  (void)store.head("k", {});
  if (auto const got = store.get("k", 100, {})) {
    must(got->body.size() <= 100);
  }
  (void)store.list("", "", {});
  (void)store.list_uploads("", "", {});
  (void)store.list_parts("k", "u", "", {});
  (void)store.remove("k", {});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static constexpr int statuses[] = {200, 204, 206, 301, 307, 400, 403, 404, 405, 409, 411, 412, 429, 500, 501, 503};
  static constexpr std::string_view names[] = {"ETag",
                                               "Content-Length",
                                               "Content-Range",
                                               "Retry-After",
                                               "Date",
                                               "x-goog-hash",
                                               "Location",
                                               "x-amz-checksum-crc64nvme",
                                               "x-amz-request-id",
                                               "x-amz-meta-copyto-token",
                                               "x-goog-generation",
                                               "x-amz-bucket-region",
                                               "Content-Type",
                                               "Last-Modified",
                                               "x-amz-id-2"};
  input in(data, size);
  copyto::response answer;
  answer.status = statuses[in.byte() % std::size(statuses)];
  for (std::uint8_t n = in.byte() % 6; n != 0; --n) {
    std::string const name(names[in.byte() % std::size(names)]);
    answer.headers.push_back({.name = name, .value = std::string(in.take(in.byte() % 40))});
  }
  answer.body = std::string(in.rest());
  (void)copyto::detail::read_marker(in.rest());
  copyto::response session = answer;
  (void)copyto::sts::read_session(session);
  copyto::testing::fake_clock const clock;
  copyto::s3_store amazon(copyto::aws{.bucket = "lake", .region = "eu-west-1"}, copyto::static_keys("id", "key"),
                          answering{answer}, at_once{}, clock);
  each_operation(amazon);
  copyto::s3_store google(copyto::gcs{.bucket = "lake"}, copyto::static_keys("id", "key"), answering{answer}, at_once{},
                          clock);
  each_operation(google);
  return 0;
}
