// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// An ObjectStore (store/concept.hpp) of one's own: any other, slowed down, so that an export does not take the whole
// line. Runs the contract suite on it, and prints how long an export takes at 10,000 bytes a second.
#include <copyto/copyto.hpp>
#include <copyto/testing/fake_clock.hpp>
#include <copyto/testing/store_contract.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>

// When the next part may go, for all copies and threads together.
class pace {
public:
  explicit pace(std::uint64_t bytes_per_second) : bytes_per_second_(static_cast<double>(bytes_per_second)) {}

  // How long to wait with so many bytes that are there at `now`.
  std::chrono::nanoseconds take(std::size_t bytes, std::chrono::nanoseconds now) {
    std::lock_guard const lock(mutex_);
    std::chrono::nanoseconds const start = std::max(now, free_);
    free_ = start +
            std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(bytes) / bytes_per_second_));
    return start - now;
  }

private:
  std::mutex mutex_;
  double bytes_per_second_;
  std::chrono::nanoseconds free_{0};
};

// Concepts ask for no base class. A store that is derived from another has all that it has, refinements included, and
// hides what it does otherwise.
template <copyto::ObjectStore Store, copyto::Clock Time = copyto::system_clock>
class paced_store : public Store {
public:
  paced_store(Store store, std::uint64_t bytes_per_second, Time time = Time())
      : Store(std::move(store)), pace_(std::make_shared<pace>(bytes_per_second)), time_(std::move(time)) {}

  // Called by many threads at once, and again for a part whose answer was lost.
  copyto::result<copyto::part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number,
                                            copyto::part_body body, std::stop_token stop) {
    if (!time_.sleep(pace_->take(body.size(), time_.elapsed()), stop)) { // ends at once when a stop is requested
      return copyto::error({.code = copyto::errc::stopped,
                            .message = "stopped on request before the part was sent",
                            .operation = "put_part",
                            .key = this->uri(key)});
    }
    return Store::put_part(key, upload_id, number, body, stop);
  }

private:
  std::shared_ptr<pace> pace_; // copies of a store are one store
  Time time_;
};
static_assert(copyto::ObjectStore<paced_store<copyto::directory_store>>);
// What an all-or-nothing commit needs besides.
static_assert(copyto::Reading<paced_store<copyto::directory_store>> &&
              copyto::Listing<paced_store<copyto::directory_store>> &&
              copyto::Deleting<paced_store<copyto::directory_store>>);

struct line {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(line, (), (id))

int main() {
  copyto::memory_options const small{.limits = {.min_part = 1}};
  copyto::testing::fake_clock const clock; // its sleeps return at once, and are added up
  copyto::testing::contract_report const contract = copyto::testing::check_store_contract(
      paced_store(copyto::memory_store(small), 10'000, copyto::testing::fake_clock()), {.part_size = 100});
  std::puts(contract.ok() ? "the contract holds" : contract.text().c_str());

  paced_store const store(copyto::memory_store(small), 10'000, clock);
  std::vector<line> const lines(25'000, {1}); // two bytes each
  copyto::export_options const options{
      .to = copyto::into("lines"), .max_file_size = copyto::MiB, .part_size = 10'000, .parts_in_flight = 1};
  copyto::report const done = copyto::make_exporter(copyto::rows(lines), copyto::csv{}, store, options).run().value();
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(clock.elapsed()).count();
  std::printf("%d bytes in %d seconds\n", static_cast<int>(done.bytes), static_cast<int>(seconds));
  return contract.ok() ? 0 : 1;
}
