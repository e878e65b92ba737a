// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/in_shards.hpp>

#include <copyto/commit/control_object.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace export_tests;
using copyto::any_source;
using copyto::errc;
using copyto::error;
using copyto::export_options;
using copyto::memory_store;
using copyto::report;
using copyto::result;
using copyto::shards_begun;

export_options into_p(std::uint32_t connections = 1) {
  return {.to = copyto::into("p"),
          .max_file_size = 40,
          .part_size = 16,
          .parts_in_flight = 2,
          .connections = connections,
          .export_id = "x"};
}

template <class Encoder, class Store>
result<report> run(std::vector<number> const& rows, std::uint32_t shards, Encoder encoder, Store store,
                   export_options const& options) {
  return copyto::make_exporter(copyto::in_shards(copyto::rows(rows), shards), std::move(encoder), std::move(store),
                               options)
      .run();
}

std::string joined(contents const& files) {
  std::string all;
  for (auto const& [key, body] : files) {
    all += body;
  }
  return all;
}

/// Shards of numbers, each given by what the test says.
class scripted_shards {
public:
  using make = std::function<result<any_source>(std::uint32_t, std::stop_token const&)>;
  scripted_shards(std::uint32_t count, make of, shards_begun begun = {.at_once = 1000})
      : count_(count), make_(std::move(of)), begun_(std::move(begun)) {}
  [[nodiscard]] copyto::schema_view schema() const { return copyto::schema_of<number>::fields; }
  [[nodiscard]] std::uint32_t shard_count() const { return count_; }
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token const& /*stop*/) {
    shards_begun begun = begun_;
    begun.at_once = std::min(begun.at_once, at_once);
    return begun;
  }
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token const& stop) {
    return make_(index, stop);
  }

private:
  std::uint32_t count_;
  make make_;
  shards_begun begun_;
};
static_assert(copyto::Shardable<scripted_shards>);
static_assert(!copyto::RowSource<scripted_shards>);

any_source hundred_from(std::int64_t first) {
  std::vector<number> rows;
  for (std::int64_t i = 0; i != 100; ++i) {
    rows.push_back({first + i});
  }
  return copyto::rows(std::move(rows));
}

TEST(shards, each_row_is_written_once_in_the_order_of_the_shards) {
  std::vector<number> const rows = numbers(1003);
  std::string const expected = joined(visible([&] {
    memory_store one;
    EXPECT_TRUE(run(rows, 1, lines(), one, into_p()));
    return one;
  }()));
  for (std::uint32_t const shards : {1U, 2U, 7U, 1003U}) {
    contents first;
    for (std::uint32_t const connections : {1U, 2U, 8U}) {
      memory_store store;
      auto const done = run(rows, shards, lines(), store, into_p(connections));
      ASSERT_TRUE(done) << done.error().message();
      contents const files = visible(store);
      EXPECT_TRUE(is_settled(store));
      EXPECT_EQ(joined(files), expected) << shards << " shards";
      first = connections == 1 ? files : first;
      EXPECT_EQ(files, first) << "files depend on " << connections << " connections";
      EXPECT_EQ(done->rows, 1003U);
      ASSERT_EQ(done->shards.size(), shards);
      std::uint64_t rows_of_shards = 0;
      std::uint64_t files_of_shards = 0;
      for (auto const& shard : done->shards) {
        rows_of_shards += shard.rows;
        files_of_shards += shard.files;
        EXPECT_NEAR(static_cast<double>(shard.rows), 1003.0 / shards, 1.0);
      }
      EXPECT_EQ(rows_of_shards, 1003U);
      EXPECT_EQ(files_of_shards, done->files.size());
      EXPECT_TRUE(std::ranges::is_sorted(done->files, {}, &copyto::file_report::shard));
    }
  }
}

TEST(shards, parquet_and_csv_are_the_same_bytes_by_any_number_of_threads) {
  std::vector<number> const rows = numbers(40'000);
  auto const files_of = [&](auto encoder, std::uint32_t connections, std::uint32_t threads) {
    memory_store store;
    export_options options = into_p(connections);
    options.max_file_size = 64 * copyto::KiB;
    options.part_size = 16 * copyto::KiB;
    options.threads = threads;
    auto const done = run(rows, 5, encoder, store, options);
    EXPECT_TRUE(done) << done.error().message();
    return visible(store);
  };
  for (auto const& [connections, threads] : {std::pair{2U, 1U}, std::pair{3U, 8U}, std::pair{1U, 4U}}) {
    EXPECT_EQ(files_of(copyto::parquet{}, connections, threads), files_of(copyto::parquet{}, 1, 1));
    EXPECT_EQ(files_of(copyto::csv{}, connections, threads), files_of(copyto::csv{}, 1, 1));
  }
}

TEST(shards, without_rows_there_is_one_file_of_shard_0) {
  memory_store store;
  auto const done = run({}, 4, lines(), store, into_p(2));
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(visible(store), (contents{{"p/part-0000-0000-x.txt", ""}}));
  EXPECT_EQ(done->shards.size(), 4U);

  memory_store none;
  export_options options = into_p(2);
  options.empty_file = false;
  ASSERT_TRUE(run({}, 4, lines(), none, options));
  EXPECT_TRUE(is_clean(none));

  memory_store some; // shards without rows have no file
  ASSERT_TRUE(run(numbers(1), 4, lines(), some, into_p(2)));
  EXPECT_EQ(visible(some), (contents{{"p/part-0000-0000-x.txt", "1000\n"}}));
}

TEST(shards, the_manifest_lists_the_files_of_all) {
  memory_store store;
  export_options options = into_p(3);
  options.last = copyto::manifest();
  auto const done = run(numbers(50), 3, lines(), store, options);
  ASSERT_TRUE(done) << done.error().message();
  std::string const text = store.objects().at(done->manifest).body;
  for (copyto::file_report const& file : done->files) {
    EXPECT_NE(text.find(file.key), text.npos) << file.key;
  }
  EXPECT_NE(text.find("\"record_count\": 50}"), text.npos) << text;
  EXPECT_LT(text.find("part-0000-"), text.find("part-0001-"));
  EXPECT_LT(text.find("part-0001-"), text.find("part-0002-"));
}

TEST(shards, what_does_not_go_with_them_is_refused_before_the_first_request) {
  auto const refused = [](export_options options, auto encoder, std::string_view words) {
    copyto::testing::fail_at_store store(memory_store(), {});
    auto const done = run(numbers(10), 2, encoder, store, options);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), errc::invalid_argument);
    EXPECT_NE(done.error().message().find(words), std::string::npos) << done.error().message();
    EXPECT_EQ(store.operations(), 0U);
    memory_store one; // and as one shard it is not
    auto const alone = run(numbers(2), 1, encoder, one, options);
    ASSERT_TRUE(alone) << alone.error().message();
    EXPECT_EQ(alone->rows, 2U);
    EXPECT_EQ(visible(one).size(), 1U);
    EXPECT_NE(joined(visible(one)).find("1000\n1001\n"), std::string::npos);
  };
  export_options options = into_p();
  options.single_file = true;
  refused(options, lines(), "one file was asked for");
  options = into_p();
  options.to = copyto::one_key("p/file.txt");
  refused(options, lines(), "one file was asked for");
  options = into_p();
  options.as_they_close = true;
  refused(options, lines(), "cannot become visible as they close");
  options = into_p();
  options.to = copyto::into("p", "{id}-{file}.{ext}");
  refused(options, lines(), "add {shard}");
  refused(into_p(), copyto::csv({.header = copyto::csv_header::first_file}), "a header in the first file only");
}

TEST(shards, an_error_stops_all_and_names_shard_and_row) {
  for (std::uint32_t const connections : {1U, 3U}) {
    std::vector<number> rows = numbers(300);
    rows[250].value = -1; // row 51 of shard 2
    memory_store store;
    auto const done = run(rows, 3, lines(), store, into_p(connections));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), errc::value_out_of_range);
    EXPECT_EQ(done.error()->row, 51U);
    EXPECT_EQ(done.error()->shard, 2U);
    EXPECT_NE(done.error().message().find("row 51 of shard 2"), std::string::npos) << done.error().message();
    EXPECT_TRUE(is_clean(store));
  }
}

TEST(shards, a_shard_that_does_not_open_or_throws_ends_the_export) {
  for (bool const throws : {false, true}) {
    for (std::uint32_t const connections : {1U, 4U}) {
      memory_store store;
      scripted_shards source(4, [&](std::uint32_t shard, std::stop_token const&) -> result<any_source> {
        if (shard == 2) {
          if (throws) {
            throw std::runtime_error("of the source");
          }
          return error(errc::source_failed, "the connection was cut");
        }
        return hundred_from(1000);
      });
      auto const done = copyto::make_exporter(source, lines(), store, into_p(connections)).run();
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code(), errc::source_failed);
      EXPECT_NE(done.error().message().find(throws ? "of the source" : "the connection was cut, shard 2"),
                std::string::npos)
          << done.error().message();
      EXPECT_TRUE(is_clean(store));
    }
  }
}

TEST(shards, as_many_are_open_as_the_source_can_and_fewer_is_a_warning) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  scripted_shards source(
      6,
      [&](std::uint32_t shard, std::stop_token const&) -> result<any_source> {
        std::lock_guard const lock(mutex);
        threads.insert(std::this_thread::get_id());
        return hundred_from(1000 + 100 * shard);
      },
      {.at_once = 1, .warnings = {error(errc::limit_exceeded, "the server has no more connections")}});
  memory_store store;
  auto const done = copyto::make_exporter(source, lines(), store, into_p(4)).run();
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(threads.size(), 1U);
  ASSERT_EQ(done->warnings.size(), 1U);
  EXPECT_EQ(done->warnings[0]->message, "the server has no more connections");
  EXPECT_EQ(done->rows, 600U);
}

TEST(shards, progress_counts_shards_on_the_callers_thread) {
  memory_store store;
  copyto::progress last;
  auto const caller = std::this_thread::get_id();
  auto const done = copyto::make_exporter(copyto::in_shards(copyto::rows(numbers(1000)), 5), lines(), store, into_p(2))
                        .run({}, [&](copyto::progress const& p) {
                          EXPECT_EQ(std::this_thread::get_id(), caller);
                          EXPECT_GE(p.rows, last.rows);
                          EXPECT_GE(p.shards_done, last.shards_done);
                          EXPECT_GE(p.files_closed, last.files_closed);
                          last = p;
                        });
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(last.rows, 1000U);
  EXPECT_EQ(last.rows_expected, 1000U);
  EXPECT_EQ(last.shards, 5U);
  EXPECT_EQ(last.shards_done, 5U);
  EXPECT_EQ(last.files_committed, done->files.size());
}

TEST(shards, an_exception_of_the_callback_leaves_nothing) {
  memory_store store;
  auto const done = copyto::make_exporter(copyto::in_shards(copyto::rows(numbers(1000)), 5), lines(), store, into_p(2))
                        .run({}, [&](copyto::progress const& p) {
                          if (p.stage == copyto::export_stage::exporting) {
                            throw std::runtime_error("of the callback");
                          }
                        });
  ASSERT_FALSE(done);
  EXPECT_TRUE(is_clean(store));
}

/// Fail at every operation, and lose the answer of every one, with one and with three connections.
TEST(shards, a_fault_at_any_operation_leaves_all_or_nothing) {
  std::vector<number> const rows = numbers(40);
  contents const all = [&] {
    memory_store store;
    EXPECT_TRUE(run(rows, 3, lines(), store, into_p()));
    return visible(store);
  }();
  for (auto const moment : {copyto::testing::fault::moment::before, copyto::testing::fault::moment::after}) {
    for (std::uint32_t const connections : {1U, 3U}) {
      for (std::uint64_t at = 0;; ++at) {
        memory_store inner;
        copyto::testing::fail_at_store store(inner, {.at = at, .when = moment});
        auto const done = run(rows, 3, lines(), store, into_p(connections));
        contents const seen = visible(inner);
        if (store.operations() <= at) {
          EXPECT_TRUE(done);
          break;
        }
        if (done) {
          EXPECT_EQ(seen, all) << "operation " << at;
        } else if (done.error().is(errc::in_doubt)) {
          (void)copyto::resume_export(copyto::store_ref(inner), into_p().to.place("x"));
          contents const settled = visible(inner);
          EXPECT_TRUE(settled == all || settled.empty()) << "operation " << at;
        } else {
          EXPECT_TRUE(seen.empty()) << "operation " << at << ": " << done.error().message();
        }
      }
    }
  }
}

TEST(shards, a_stop_at_any_operation_leaves_all_or_nothing) {
  std::vector<number> const rows = numbers(40);
  for (std::uint64_t at = 0;; ++at) {
    memory_store inner;
    std::stop_source stop;
    copyto::testing::cancel_at_store store(inner, stop, {.at = at});
    auto const done = copyto::make_exporter(copyto::in_shards(copyto::rows(rows), 3), lines(), store, into_p(3))
                          .run(stop.get_token());
    if (store.operations() <= at) {
      EXPECT_TRUE(done);
      break;
    }
    if (!done) {
      EXPECT_TRUE(visible(inner).empty()) << "operation " << at << ": " << done.error().message();
      EXPECT_TRUE(is_clean(inner)) << "operation " << at << ": " << done.error().message();
    } else {
      EXPECT_EQ(done->rows, 40U);
    }
  }
}

TEST(shards, the_memory_bound_counts_connections_and_shrinks_to_a_limit) {
  std::vector<number> const rows = numbers(10);
  auto const bound = [&](std::uint32_t shards, std::uint32_t connections) {
    return copyto::make_exporter(copyto::in_shards(copyto::rows(rows), shards), copyto::parquet{}, memory_store(),
                                 into_p(connections))
        .memory_bound()
        .value();
  };
  EXPECT_GT(bound(8, 4), 3 * bound(8, 1));
  EXPECT_EQ(bound(2, 4), bound(2, 2)); // no more than there are shards
  copyto::schema_view const fields = copyto::schema_of<number>::fields;
  export_options options = into_p(4);
  auto const fitting =
      copyto::fit_memory(options, bound(8, 2), fields, copyto::any_encoder(copyto::parquet{}), memory_store().limits());
  ASSERT_TRUE(fitting) << fitting.error().message();
  EXPECT_EQ(fitting->connections, 2U);
}

} // namespace
