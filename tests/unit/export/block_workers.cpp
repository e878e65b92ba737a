// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/detail/block_workers.hpp>

#include <copyto/encode/block.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/in_blocks.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/writer.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <random>
#include <ranges>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::error;
using copyto::export_options;
using copyto::memory_store;
using copyto::report;
using copyto::result;
using executor = std::function<void(std::function<void()>)>;

/// Counts what was made and not yet destroyed; a move takes it along.
class alive {
public:
  static inline std::atomic<int> now = 0;
  static inline std::atomic<int> most = 0;
  alive() {
    int const count = ++now;
    for (int before = most; count > before && !most.compare_exchange_weak(before, count);) {
    }
  }
  alive(alive&& other) noexcept : counts_(std::exchange(other.counts_, false)) {}
  alive& operator=(alive&& other) noexcept {
    std::swap(counts_, other.counts_);
    return *this;
  }
  ~alive() { now -= counts_ ? 1 : 0; }

private:
  bool counts_ = true;
};

/// `lines` in blocks: three lines, or less at the end of a ticket of eight. 666 throws, a negative number is an error.
class line_blocks : public lines {
public:
  struct block {
    std::string text;
    std::uint64_t rows = 0;
    alive counted = {};
  };
  class writer {
  public:
    result<std::size_t> write(copyto::batch const& rows, std::size_t first, std::size_t last) {
      std::size_t i = first;
      for (; i != last && !full(); ++i, ++rows_) {
        std::int64_t const value = rows.column(0).data<std::int64_t>()[i];
        if (value == 666) {
          throw std::runtime_error("of the encoder");
        }
        if (value < 0) {
          return error({.code = errc::value_out_of_range, .message = "a negative number", .row = i, .column = "value"});
        }
        text_ += std::to_string(value) + "\n";
      }
      return i - first;
    }
    [[nodiscard]] bool full() const { return rows_ == 3; }
    result<block> end() { return block{.text = std::exchange(text_, {}), .rows = std::exchange(rows_, 0)}; }

  private:
    std::string text_;
    std::uint64_t rows_ = 0;
  };
  [[nodiscard]] static writer block_writer(copyto::schema_view, std::uint64_t) { return {}; }
  [[nodiscard]] static std::uint64_t block_rows(copyto::schema_view) { return 8; }
  [[nodiscard]] static std::uint64_t block_memory_bound(copyto::schema_view, std::uint64_t) { return 100; }
  result<std::uint64_t> place(block& made, copyto::sink& out) {
    if (out.bytes() != 0 && out.bytes() + made.text.size() > out.limit()) {
      return std::uint64_t{0};
    }
    rows_ += made.rows;
    result<void> written = out.write(made.text);
    return written ? result<std::uint64_t>(made.rows) : written.error();
  }
  [[nodiscard]] result<copyto::file_stats> end(copyto::sink&) { return copyto::file_stats{.rows = rows_}; }

private:
  std::uint64_t rows_ = 0;
};
static_assert(copyto::BlockEncoder<line_blocks>);
static_assert(!copyto::BlockEncoder<lines>);
static_assert(copyto::BlockEncoder<copyto::parquet<>>);

static_assert(copyto::Splittable<copyto::range_source<std::vector<number>&>>);
static_assert(copyto::Splittable<copyto::range_source<std::deque<number>>>);
static_assert(!copyto::Splittable<copyto::range_source<std::list<number>&>>);

/// Runs tasks on a thread of its own: the last first, or a random one.
class odd_executor {
public:
  explicit odd_executor(bool last_first) : last_first_(last_first) {}
  ~odd_executor() { thread_.request_stop(); }
  executor get() {
    return [this](std::function<void()> task) {
      std::scoped_lock const lock(mutex_);
      tasks_.push_back(std::move(task));
      changed_.notify_one();
    };
  }

private:
  void run(std::stop_token const& stop) {
    std::mt19937 random(5);
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !tasks_.empty(); })) {
      std::size_t const i = last_first_ ? tasks_.size() - 1 : random() % tasks_.size();
      std::function<void()> const task = std::move(tasks_[i]);
      tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(i));
      lock.unlock();
      task();
      lock.lock();
    }
  }
  bool last_first_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::function<void()>> tasks_;
  std::jthread thread_{[this](std::stop_token const& stop) { run(stop); }};
};

export_options threads(std::uint32_t count, executor run = {}) {
  export_options options = small_job();
  options.threads = count;
  options.executor = std::move(run);
  return options;
}

/// In which way the rows come.
enum class way { vector, list, made, pushed };
constexpr way ways[] = {way::vector, way::list, way::made, way::pushed};

template <class Store>
result<report> run_blocks(way how, Store store, std::vector<number> const& rows, export_options const& options,
                          std::stop_token stop = {}) {
  auto const by = [&](auto source) {
    return copyto::run_export(copyto::source_ref(source), line_blocks(), copyto::store_ref(store), options, stop, {});
  };
  switch (how) {
  case way::vector: return by(copyto::rows(rows));
  case way::list: return by(copyto::rows(std::list<number>(rows.begin(), rows.end())));
  case way::made:
    return by(copyto::rows(std::views::iota(std::size_t{0}, rows.size()) |
                           std::views::transform([&rows](std::size_t i) { return number(rows[i]); })));
  case way::pushed: {
    auto out = copyto::open_export<number>(line_blocks(), store, options, stop);
    for (number const& n : rows) {
      if (result<void> pushed = out.push(n); !pushed) {
        return pushed.error();
      }
    }
    return out.commit();
  }
  }
  return error(errc::invalid_argument, "no such way");
}

TEST(BlockWorkers, EveryNumberOfThreadsGivesTheSameFiles) {
  odd_executor last_first(true);
  odd_executor random(false);
  executor const executors[] = {{}, [](std::function<void()> const& task) { task(); }, last_first.get(), random.get()};
  for (std::int64_t const count : {0, 1, 8, 9, 100, 333}) {
    for (std::uint64_t const file_rows : {std::uint64_t{5}, std::uint64_t{8}, ~std::uint64_t{0}}) {
      export_options one = threads(1);
      one.max_file_rows = file_rows;
      memory_store serial(small_store());
      auto const rows = numbers(count);
      report const wanted = run_blocks(way::vector, serial, rows, one).value();
      EXPECT_TRUE(is_settled(serial));
      for (std::uint32_t const n : {2U, 3U, 8U}) {
        for (std::size_t e = 0; e != std::size(executors); ++e) {
          for (way const how : ways) {
            for (std::size_t const batch : {1U, 7U, 1000U}) {
              export_options options = threads(n, executors[e]);
              options.max_file_rows = file_rows;
              options.batch_rows = batch;
              memory_store store(small_store());
              auto const done = run_blocks(how, store, rows, options);
              std::string const where = fmt::format("{} rows, files of {}, {} threads, executor {}, way {}, batch {}",
                                                    count, file_rows, n, e, static_cast<int>(how), batch);
              ASSERT_TRUE(done) << where << done.error().message();
              ASSERT_EQ(visible(store), visible(serial)) << where;
              EXPECT_EQ(done->rows, wanted.rows) << where;
              EXPECT_TRUE(is_settled(store)) << where;
            }
          }
        }
      }
    }
  }
}

TEST(BlockWorkers, AFileBeginsAtEachMultipleOfItsRows) {
  export_options options = threads(1);
  options.max_file_rows = 5;
  memory_store store(small_store());
  report const done = run_blocks(way::vector, store, numbers(24), options).value();
  std::vector<std::uint64_t> rows;
  for (copyto::file_report const& f : done.files) {
    rows.push_back(f.rows);
  }
  EXPECT_EQ(rows, (std::vector<std::uint64_t>{5, 5, 5, 5, 4}));
}

TEST(BlockWorkers, KeepAsManyBlocksAsThereAreTicketsAndNoMore) {
  for (std::uint32_t const n : {2U, 3U, 8U}) {
    for (way const how : ways) {
      alive::most = alive::now.load();
      memory_store store(small_store());
      ASSERT_TRUE(run_blocks(how, store, numbers(2000), threads(n)));
      EXPECT_LE(alive::most, static_cast<int>(n + 2)) << static_cast<int>(how); // one a ticket, and one that is placed
      EXPECT_EQ(alive::now, 0);
    }
  }
}

TEST(BlockWorkers, TheErrorOfTheFirstRowWins) {
  odd_executor last_first(true);
  for (std::size_t const first : {0U, 2U, 7U, 8U, 30U, 63U}) {
    for (std::size_t const behind : {1U, 8U, 9U, 20U}) {
      for (way const how : ways) {
        for (executor const& e : {executor(), last_first.get()}) {
          auto rows = numbers(100);
          rows[first].value = -1;
          rows[first + behind].value = -2;
          memory_store store(small_store());
          auto const failed = run_blocks(how, store, rows, threads(3, e));
          std::string const where = fmt::format("rows {} and {}, way {}", first, behind, static_cast<int>(how));
          ASSERT_FALSE(failed) << where;
          EXPECT_EQ(failed.error()->row, first + 1) << where << failed.error().message();
          EXPECT_EQ(failed.error()->column, "value") << where;
          EXPECT_TRUE(is_clean(store)) << where;
        }
      }
    }
  }
}

TEST(BlockWorkers, AnErrorOfTheSourceComesBehindThoseOfItsRows) {
  auto const run_made = [](memory_store store, std::vector<number> const& rows, std::size_t bad) {
    auto source =
        copyto::rows(std::views::iota(std::size_t{0}, rows.size()) | std::views::transform([&rows, bad](std::size_t i) {
                       if (i == bad) {
                         throw std::runtime_error("of the source");
                       }
                       return number(rows[i]);
                     }));
    return copyto::run_export(copyto::source_ref(source), line_blocks(), copyto::store_ref(store), threads(3), {}, {});
  };
  for (std::size_t const bad : {0U, 8U, 41U, 99U}) {
    auto rows = numbers(100);
    memory_store store(small_store());
    error const of_source = run_made(store, rows, bad).error();
    EXPECT_TRUE(of_source.is(errc::source_failed));
    EXPECT_NE(of_source.message().find("of the source"), std::string::npos) << of_source.message();
    EXPECT_TRUE(is_clean(store));
    if (bad > 8) { // behind the batch that has the row below
      rows[2].value = -1;
      error const before = run_made(store, rows, bad).error();
      EXPECT_EQ(before->row, 3U) << before.message();
      EXPECT_TRUE(is_clean(store));
    }
  }
}

TEST(BlockWorkers, AThrowingEncoderLeavesNothing) {
  for (way const how : ways) {
    for (std::size_t const at : {0U, 9U, 50U}) {
      auto rows = numbers(100);
      rows[at].value = 666;
      memory_store store(small_store());
      error const e = run_blocks(how, store, rows, threads(2)).error();
      EXPECT_NE(e.message().find("of the encoder"), std::string::npos) << e.message();
      EXPECT_TRUE(is_clean(store));
    }
  }
}

TEST(BlockWorkers, AThrowingExecutorLeavesNothing) {
  for (way const how : ways) {
    for (int good = 0;; ++good) {
      std::atomic<int> calls = 0;
      executor const run = [&](std::function<void()> const& task) {
        if (calls++ >= good) {
          throw std::runtime_error("of the executor");
        }
        task();
      };
      memory_store store(small_store());
      auto const done = run_blocks(how, store, numbers(60), threads(2, run));
      if (done) {
        EXPECT_GT(good, 3);
        break;
      }
      EXPECT_NE(done.error().message().find("of the executor"), std::string::npos) << done.error().message();
      EXPECT_TRUE(is_clean(store)) << good;
    }
  }
}

TEST(BlockWorkers, AnExecutorThatThrowsWhatItHasTakenLeavesNothing) {
  for (way const how : ways) {
    for (bool const at_once : {false, true}) { // it runs the task and then throws, or throws and runs it meanwhile
      for (int good = 0;; ++good) {
        std::atomic<int> calls = 0;
        std::list<std::jthread> threads_of_it;
        std::mutex mutex;
        executor const run = [&](std::function<void()> task) {
          bool const throws = calls++ >= good;
          if (at_once) {
            task();
          } else {
            std::scoped_lock const lock(mutex);
            threads_of_it.emplace_back(std::move(task));
          }
          if (throws) {
            throw std::runtime_error("of the executor");
          }
        };
        memory_store store(small_store());
        {
          auto const done = run_blocks(how, store, numbers(60), threads(2, run));
          if (done && calls <= good) {
            EXPECT_GT(good, 3);
            break;
          }
          // It may be done before anybody hears of the exception.
          EXPECT_TRUE(done || done.error().message().find("of the executor") != std::string::npos)
              << done.error().message();
          EXPECT_EQ(done.has_value(), !is_clean(store)) << good;
        }
        threads_of_it.clear(); // joins
      }
    }
  }
}

TEST(BlockWorkers, TasksThatRunLateDoNothing) {
  std::vector<std::function<void()>> late;
  std::stop_source stop;
  int calls = 0;
  executor const keep = [&](std::function<void()> task) {
    late.push_back(std::move(task));
    if (++calls == 2) {
      stop.request_stop();
    }
  };
  memory_store store(small_store());
  {
    auto const rows = numbers(100);
    error const e = run_blocks(way::vector, store, rows, threads(2, keep), stop.get_token()).error();
    EXPECT_TRUE(e.is(errc::stopped)) << e.message();
  }
  for (auto const& task : late) { // the rows are gone
    task();
  }
  EXPECT_TRUE(is_clean(store));
}

TEST(BlockWorkers, FailAtEachOperationOfTheStore) {
  using copyto::testing::fault;
  auto const rows = numbers(60);
  memory_store undisturbed(small_store());
  ASSERT_TRUE(run_blocks(way::vector, undisturbed, rows, threads(1)));
  for (way const how : {way::vector, way::made}) {
    for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
      for (std::uint64_t at = 0;; ++at) {
        memory_store store(small_store());
        copyto::testing::fail_at_store failing(store, {.at = at, .when = when});
        auto const done = run_blocks(how, failing, rows, threads(3));
        std::string const where = fmt::format("failed at {}", at);
        if (done) {
          EXPECT_EQ(visible(store), visible(undisturbed)) << where;
        } else if (!done.error().is(errc::in_doubt)) {
          EXPECT_TRUE(visible(store).empty()) << where << done.error().message();
        }
        if (failing.operations() <= at) {
          break;
        }
      }
    }
  }
}

TEST(BlockWorkers, EndAtAStopOfEachOperation) {
  auto const rows = numbers(60);
  for (way const how : {way::vector, way::made, way::pushed}) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(small_store());
      std::stop_source stop;
      copyto::testing::cancel_at_store stopping(store, stop, copyto::testing::cancellation{.at = at});
      auto const done = run_blocks(how, stopping, rows, threads(3), stop.get_token());
      if (!done && !done.error().is(errc::in_doubt)) {
        EXPECT_TRUE(done.error().is(errc::stopped)) << at << done.error().message();
        EXPECT_TRUE(is_clean(store)) << at;
      }
      if (stopping.operations() <= at) {
        EXPECT_TRUE(done);
        break;
      }
    }
  }
}

/// A source that splits, and stops the export when its tasks come to a row.
class stopping_source {
public:
  stopping_source(std::uint64_t rows, std::uint64_t at, std::stop_source& stop) : rows_(rows), at_(at), stop_(stop) {}
  [[nodiscard]] static copyto::schema_view schema() { return copyto::schema_of<number>::fields; }
  static result<copyto::fill_status> fill(copyto::batch&, std::stop_token) {
    return error(errc::source_failed, "the rows were not split");
  }
  [[nodiscard]] std::uint64_t row_count() const { return rows_; }
  result<void> fill_range(copyto::batch& rows, std::uint64_t first, std::size_t count, std::stop_token const&) const {
    for (std::size_t i = 0; i != count; ++i) {
      rows.buffer(0).append_fixed(static_cast<std::int64_t>(first + i));
    }
    rows.close(count);
    if (first <= at_ && at_ < first + count) {
      stop_.request_stop();
    }
    return {};
  }

private:
  std::uint64_t rows_;
  std::uint64_t at_;
  std::stop_source& stop_;
};

TEST(BlockWorkers, AStopWhileTheyEncodeEndsTheExport) {
  for (std::uint64_t const at : {0U, 9U, 77U, 500U}) {
    std::stop_source stop;
    stopping_source source(1000, at, stop);
    memory_store store(small_store());
    auto const done = copyto::run_export(copyto::source_ref(source), line_blocks(), copyto::store_ref(store),
                                         threads(3), stop.get_token(), {});
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::stopped)) << done.error().message();
    EXPECT_TRUE(is_clean(store));
  }
}

TEST(BlockWorkers, StatisticsAreThoseOfOneThread) {
  export_options options = threads(1);
  options.column_stats = true;
  auto rows = numbers(100);
  std::ranges::shuffle(rows, std::mt19937(3));
  memory_store serial(small_store());
  report const wanted = run_blocks(way::vector, serial, rows, options).value();
  for (way const how : ways) {
    options.threads = 3;
    memory_store store(small_store());
    report const done = run_blocks(how, store, rows, options).value();
    ASSERT_EQ(done.files.size(), wanted.files.size());
    for (std::size_t i = 0; i != done.files.size(); ++i) {
      EXPECT_EQ(done.files[i].columns, wanted.files[i].columns);
    }
  }
}

struct trade {
  std::int64_t id = 0;
  std::string symbol;
  std::optional<double> price;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, symbol, price, note))

TEST(BlockWorkers, ParquetFilesAreByteIdentical) {
  std::mt19937_64 random(11);
  std::vector<trade> rows;
  for (std::int64_t i = 0; i != 30'000; ++i) {
    trade t;
    t.id = i;
    t.symbol = fmt::format("S{}", random() % 50);
    if (random() % 5 != 0) {
      t.price = static_cast<double>(random() % 10'000) / 100;
    }
    t.note.assign(random() % (random() % 500 == 0 ? 5000 : 60), static_cast<char>('a' + random() % 26));
    rows.push_back(std::move(t));
  }
  for (std::uint64_t const limit : {200'000ULL, 256'000'000ULL}) {
    for (std::uint64_t const group : {1'000ULL, 5'000ULL, 131'072ULL}) {
      contents wanted;
      for (std::uint32_t const n : {1U, 2U, 3U, 8U}) {
        for (bool const split : {true, false}) {
          export_options const options{.to = copyto::into("t"),
                                       .max_file_size = limit,
                                       .threads = n,
                                       .batch_rows = split ? 2048U : 777U,
                                       .export_id = "x"};
          copyto::parquet const encoder{{.codec = copyto::snappy(), .row_group_rows = group}};
          memory_store store;
          auto const export_rows = [&](auto source) {
            return copyto::run_export(copyto::source_ref(source), encoder, copyto::store_ref(store), options, {}, {});
          };
          auto const done =
              split ? export_rows(copyto::rows(rows))
                    : export_rows(copyto::rows(rows | std::views::transform([](trade const& t) { return trade(t); })));
          ASSERT_TRUE(done) << done.error().message();
          if (wanted.empty()) {
            wanted = visible(store);
          }
          EXPECT_TRUE(visible(store) == wanted) << limit << ' ' << group << ' ' << n << ' ' << split;
          for (auto const& [key, body] : wanted) {
            EXPECT_LE(body.size(), limit);
          }
        }
      }
    }
  }
}

TEST(BlockWorkers, CsvFilesAreByteIdentical) {
  std::vector<trade> rows;
  for (std::int64_t i = 0; i != 40'000; ++i) {
    trade t;
    t.id = i;
    t.symbol = i % 9'000 == 0 ? "\xEF\xBB\xBFmarked" : fmt::format("S\"{}\"", i % 50);
    t.note.assign(static_cast<std::size_t>(i % 90), 'n');
    rows.push_back(std::move(t));
  }
  for (std::uint64_t const limit : {30'000ULL, 256'000'000ULL}) {
    for (auto const header :
         {copyto::csv_header::none, copyto::csv_header::every_file, copyto::csv_header::first_file}) {
      contents wanted;
      for (std::uint32_t const n : {0U, 1U, 2U, 8U}) { // 0: with column statistics, by `write` as on one thread
        export_options const options{.to = copyto::into("t"),
                                     .column_stats = n == 0,
                                     .max_file_size = limit,
                                     .threads = std::max(n, 1U),
                                     .export_id = "x"};
        memory_store store;
        auto source = copyto::rows(rows);
        auto const done = copyto::run_export(copyto::source_ref(source), copyto::csv{{.header = header}},
                                             copyto::store_ref(store), options, {}, {});
        ASSERT_TRUE(done) << done.error().message() << n << ' ' << limit;
        wanted = wanted.empty() ? visible(store) : wanted;
        EXPECT_TRUE(visible(store) == wanted) << limit << ' ' << n;
        for (auto const& [key, body] : wanted) {
          EXPECT_LE(body.size(), limit);
        }
      }
    }
  }
}

TEST(BlockWorkers, AnEncoderOfRowsOnlyIsMadeParallel) {
  auto const rows = numbers(50'000);
  std::string text;
  for (number const& n : rows) {
    text += std::to_string(n.value) + "\n";
  }
  for (std::uint64_t const limit : {100'000ULL, 256'000'000ULL}) {
    for (std::uint32_t const n : {1U, 3U}) {
      memory_store store;
      auto source = copyto::rows(rows);
      auto const done =
          copyto::run_export(copyto::source_ref(source), copyto::in_blocks(lines()), copyto::store_ref(store),
                             {.to = copyto::into("t"), .max_file_size = limit, .threads = n}, {}, {})
              .value();
      std::string all;
      for (copyto::file_report const& f : done.files) {
        EXPECT_LE(f.bytes, limit);
        all += store.objects().at(f.key).body;
      }
      EXPECT_TRUE(all == text);
      EXPECT_EQ(done.files.size() == 1, limit > 1'000'000);
    }
  }
  auto bad = numbers(50'000);
  bad[40'000].value = -1;
  memory_store store;
  auto source = copyto::rows(bad);
  error const e = copyto::run_export(copyto::source_ref(source), copyto::in_blocks(lines()), copyto::store_ref(store),
                                     {.to = copyto::into("t"), .threads = 3}, {}, {})
                      .error();
  EXPECT_EQ(e->row, 40'001U);
  EXPECT_TRUE(is_clean(store));
}

TEST(BlockWorkers, AreCountedByTheMemoryBound) {
  copyto::any_encoder const encoder{copyto::parquet()};
  auto const bound = [&](std::uint32_t n) {
    return copyto::memory_bound({.threads = n}, copyto::schema_of<trade>::fields, encoder, {}).value();
  };
  EXPECT_GT(bound(2), bound(1) + 64 * copyto::MiB);
  EXPECT_EQ(bound(8) - bound(4), 2 * (bound(4) - bound(2)));
  EXPECT_EQ(
      copyto::memory_bound({.threads = 8}, copyto::schema_of<number>::fields, copyto::any_encoder(lines()), {}).value(),
      copyto::memory_bound({.threads = 1}, copyto::schema_of<number>::fields, copyto::any_encoder(lines()), {}).value())
      << "its encoder makes no blocks";
  export_options const fitted =
      copyto::fit_memory({.threads = 8}, bound(3), copyto::schema_of<trade>::fields, encoder, {}).value();
  EXPECT_EQ(fitted.threads, 3U);
  EXPECT_EQ(fitted.parts_in_flight, 4U) << "threads go first";
}

} // namespace
