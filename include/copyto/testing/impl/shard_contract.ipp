// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_IMPL_SHARD_CONTRACT_IPP
#define COPYTO_TESTING_IMPL_SHARD_CONTRACT_IPP

#include <copyto/testing/shard_contract.hpp>

#include <copyto/schema/batch.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>

namespace copyto::testing {
namespace detail {

inline std::string first_value(kind type, column_view const& column, std::size_t row) {
  if (column.is_null(row)) {
    return "NULL";
  }
  switch (type) {
  case kind::int32: return std::to_string(column.data<std::int32_t>()[row]);
  case kind::int64: return std::to_string(column.data<std::int64_t>()[row]);
  case kind::string: return std::string(column.bytes(row));
  default: return "?";
  }
}

/// Tries one source; what is wrong is added to `faults`.
class shard_trial {
public:
  shard_trial(shard_contract const& with, std::vector<std::string>& faults) : with_(with), faults_(faults) {}

  void fault(std::string text) { faults_.push_back(std::move(text)); }

  /// All rows of a shard, or the error as a fault; `most`: of its batches, and then it is dropped.
  std::vector<std::string> read(any_shards& source, std::uint32_t index, std::optional<int> most = std::nullopt) {
    std::vector<std::string> rows;
    result<any_source> shard = source.shard(index, {});
    if (!shard) {
      wrong_[index] = shard.error().message();
      return rows;
    }
    if (!same_columns(shard->schema(), source.schema())) {
      wrong_[index] = "it has another schema than the source";
    }
    batch to(source.schema(), 7);
    for (fill_status status = fill_status::more; status == fill_status::more && most.value_or(1) != 0;) {
      to.clear();
      result<fill_status> const filled = shard->fill(to, {});
      if (!filled) {
        wrong_[index] = filled.error().message();
        return rows;
      }
      status = *filled;
      for (std::size_t i = 0; i != to.rows(); ++i) {
        rows.push_back(first_value(source.schema()[0].type.id, to.column(0), i));
      }
      most = most ? std::optional(*most - 1) : most;
    }
    return rows;
  }

  /// A fresh source that has begun.
  any_shards begun(std::uint32_t at_once) {
    any_shards source = with_.open();
    count_ = source.shard_count();
    wrong_.assign(count_, {});
    if (count_ == 0) {
      fault("shard_count is 0");
    }
    result<shards_begun> const ready = source.begin_shards(at_once, {});
    if (!ready) {
      fault("begin_shards fails: " + ready.error().message());
    } else if (ready->at_once == 0 || ready->at_once > at_once) {
      fault(fmt::format("begin_shards({}) allows {}", at_once, ready->at_once));
    }
    at_once_ = ready ? ready->at_once : 0;
    return source;
  }

  void expect_rows(std::vector<std::vector<std::string>> const& shards, std::string_view way) {
    for (std::uint32_t i = 0; i != count_; ++i) {
      if (!wrong_[i].empty()) {
        fault(fmt::format("{}: shard {}: {}", way, i, wrong_[i]));
      }
    }
    std::vector<std::string> all;
    for (auto const& shard : shards) {
      all.insert(all.end(), shard.begin(), shard.end());
    }
    if (all != with_.rows) {
      auto const at = std::ranges::mismatch(all, with_.rows).in1 - all.begin();
      fault(fmt::format("{}: the shards give {} rows where there are {}, other ones from row {} on", way, all.size(),
                        with_.rows.size(), at + 1));
    }
  }

  void one_after_the_other(bool backwards) {
    any_shards source = begun(1);
    std::vector<std::vector<std::string>> shards(count_);
    for (std::uint32_t i = 0; i != count_; ++i) {
      std::uint32_t const index = backwards ? count_ - 1 - i : i;
      shards[index] = read(source, index);
    }
    expect_rows(shards, backwards ? "backwards" : "one after the other");
    if (source.shard_count() != count_) {
      fault("shard_count changes");
    }
  }

  void side_by_side() {
    any_shards source = begun(with_.at_once);
    std::vector<std::vector<std::string>> shards(count_);
    std::atomic<std::uint32_t> next = 0;
    {
      std::vector<std::jthread> threads;
      for (std::uint32_t t = 0; t != at_once_; ++t) {
        threads.emplace_back([&] {
          for (std::uint32_t i = next++; i < count_; i = next++) {
            shards[i] = read(source, i);
          }
        });
      }
    }
    expect_rows(shards, fmt::format("{} at a time", at_once_));
  }

  /// Some shards are dropped after a batch, or not begun: nothing but their destruction.
  void dropped() {
    any_shards source = begun(1);
    (void)read(source, 0, 1);
  }

  void stopped() {
    any_shards source = begun(1);
    std::stop_source stop;
    stop.request_stop();
    result<any_source> shard = source.shard(0, stop.get_token());
    batch to(source.schema(), 7);
    result<fill_status> const filled = shard ? shard->fill(to, stop.get_token()) : result<fill_status>(shard.error());
    if (!filled && !filled.error().is(errc::stopped)) {
      fault("a stop is another error: " + filled.error().message());
    }
  }

private:
  static bool same_columns(schema_view a, schema_view b) {
    return std::ranges::equal(
        a, b, [](field const& x, field const& y) { return x.name == y.name && describe(x) == describe(y); });
  }

  shard_contract const& with_;
  std::vector<std::string>& faults_;
  std::uint32_t count_ = 0;
  std::uint32_t at_once_ = 0;
  std::vector<std::string> wrong_; ///< one a shard, each written by one thread
};

} // namespace detail

COPYTO_COLD std::vector<std::string> try_shards(shard_contract const& with) {
  std::vector<std::string> faults;
  detail::shard_trial trial(with, faults);
  trial.one_after_the_other(false);
  trial.one_after_the_other(true);
  trial.side_by_side();
  trial.dropped();
  trial.stopped();
  return faults;
}

} // namespace copyto::testing

#endif
