// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/writer.hpp>

#include <copyto/encode/parquet.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <list>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::error;
using copyto::export_options;
using copyto::memory_store;
using copyto::open_export;
using copyto::report;
using copyto::result;
using copyto::testing::cancel_at_store;
using copyto::testing::cancellation;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

using row = number;

/// Pushes all rows one by one and commits; the first error.
template <class Store>
result<report> push_all(Store store, std::int64_t count = 18, export_options const& options = small_job(),
                        std::stop_token stop = {}) {
  auto out = open_export<row>(lines(), std::move(store), options, std::move(stop));
  for (row const& r : numbers(count)) {
    if (result<void> pushed = out.push(r); !pushed) {
      return pushed.error();
    }
  }
  return out.commit();
}

TEST(ExportWriter, WritesTheFilesOfAnExporter) {
  for (std::size_t const batch : {1U, 3U, 7U, 100U}) {
    for (std::uint64_t const limit : {1U, 5U, 8U, 100U}) {
      for (std::int64_t const count : {0, 1, 5, 18}) {
        export_options options = small_job();
        options.batch_rows = batch;
        options.max_file_rows = limit;
        contents const wanted = expected(count, options);
        auto const all = numbers(count);
        std::string const where = fmt::format("{} rows, batches of {}, files of {}", count, batch, limit);

        memory_store one_by_one(small_store());
        report const done = push_all(one_by_one, count, options).value();
        EXPECT_EQ(visible(one_by_one), wanted) << where;
        EXPECT_EQ(done.rows, static_cast<std::uint64_t>(count)) << where;
        EXPECT_TRUE(is_settled(one_by_one)) << where;

        memory_store at_once(small_store());
        auto out = open_export<row>(lines(), at_once, options);
        ASSERT_TRUE(out.push(all)) << where;
        ASSERT_TRUE(out.commit()) << where;
        EXPECT_EQ(visible(at_once), wanted) << where;

        memory_store mixed(small_store());
        auto other = open_export<row>(lines(), mixed, options);
        for (std::size_t i = 0; i < all.size();) {
          ASSERT_TRUE(other.push(all[i++]));
          std::size_t const end = std::min(all.size(), i + 3);
          ASSERT_TRUE(other.push(std::list<row>(all.begin() + static_cast<std::ptrdiff_t>(i),
                                                all.begin() + static_cast<std::ptrdiff_t>(end))));
          i = end;
        }
        ASSERT_TRUE(other.commit());
        EXPECT_EQ(visible(mixed), wanted) << where;
      }
    }
  }
}

TEST(ExportWriter, TakesRangesThatMakeTheirRows) {
  memory_store store(small_store());
  auto out = open_export<row>(lines(), store, small_job());
  auto const all = numbers(18);
  ASSERT_TRUE(out.push(std::views::iota(std::size_t{0}, all.size()) |
                       std::views::transform([&](std::size_t i) { return all[i]; })));
  ASSERT_TRUE(out.commit());
  EXPECT_EQ(visible(store), expected());
}

TEST(ExportWriter, MakesNoRequestBeforeTheFirstRow) {
  memory_store store(small_store());
  (void)store.put("t/old", copyto::as_bytes("old"), {}, {}, {}).value(); // the place is not empty
  {
    auto out = open_export<row>(lines(), store, small_job());
    EXPECT_EQ(store.objects().size(), 1U);
    EXPECT_TRUE(out.abort());
  }
  auto out = open_export<row>(lines(), store, small_job());
  EXPECT_TRUE(out.push(std::vector<row>(numbers(1))).error().is(errc::not_empty));
  EXPECT_EQ(store.objects().size(), 1U);
}

TEST(ExportWriter, LeavesNothingWhenItIsDestroyedWithoutACommit) {
  for (std::int64_t const count : {0, 1, 8, 18}) {
    memory_store store(small_store());
    {
      auto out = open_export<row>(lines(), store, small_job());
      ASSERT_TRUE(out.push(numbers(count)));
    }
    EXPECT_TRUE(is_clean(store)) << count;
    try {
      auto out = open_export<row>(lines(), store, small_job());
      out.push(numbers(count)).value();
      throw std::runtime_error("of the loop");
    } catch (std::runtime_error const&) {
      EXPECT_TRUE(is_clean(store)) << count;
    }
    auto out = open_export<row>(lines(), store, small_job());
    ASSERT_TRUE(out.push(numbers(count)));
    EXPECT_TRUE(out.abort());
    EXPECT_TRUE(is_clean(store)) << count;
    EXPECT_TRUE(out.push(numbers(1)).error().is(errc::invalid_argument));
    EXPECT_TRUE(out.commit().error().is(errc::invalid_argument));
    EXPECT_TRUE(out.abort());
  }
}

TEST(ExportWriter, CanBeMoved) {
  memory_store store(small_store());
  auto first = open_export<row>(lines(), store, small_job());
  auto const all = numbers(18);
  ASSERT_TRUE(first.push(all[0]));
  auto second = std::move(first);
  ASSERT_TRUE(second.push(std::vector<row>(all.begin() + 1, all.end())));
  // NOLINTBEGIN(bugprone-use-after-move): what is documented
  EXPECT_TRUE(first.push(all[0]).error().is(errc::invalid_argument));
  EXPECT_TRUE(first.commit().error().is(errc::invalid_argument));
  EXPECT_TRUE(first.abort().error().is(errc::invalid_argument));
  // NOLINTEND(bugprone-use-after-move)
  ASSERT_TRUE(second.commit());
  EXPECT_EQ(visible(store), expected());
  second = open_export<row>(lines(), memory_store(small_store()), small_job());
  EXPECT_TRUE(second.push(all));
}

TEST(ExportWriter, IsCommittedOnce) {
  memory_store store(small_store());
  auto out = open_export<row>(lines(), store, small_job());
  ASSERT_TRUE(out.push(numbers(18)));
  ASSERT_TRUE(out.commit());
  for (error const& e : {out.commit().error(), out.push(numbers(1)).error(), out.push(numbers(1)[0]).error()}) {
    EXPECT_TRUE(e.is(errc::invalid_argument));
  }
  EXPECT_TRUE(out.abort());
  EXPECT_EQ(visible(store), expected());
}

TEST(ExportWriter, NamesTheRowAndKeepsItsError) {
  memory_store store(small_store());
  auto const all = numbers(18);
  auto negative = open_export<row>(lines(), store, small_job());
  ASSERT_TRUE(negative.push(all));
  ASSERT_TRUE(negative.push(row{7})) << "a batch has room for it";
  ASSERT_TRUE(negative.push(row{-1})) << "here, too";
  error const named = negative.commit().error();
  EXPECT_EQ(named->row, 20U);
  EXPECT_EQ(named->column, "value");
  EXPECT_TRUE(is_clean(store));

  auto out = open_export<row>(lines(), store, small_job());
  ASSERT_TRUE(out.push(all));
  auto const bad = [&]() -> result<void> {
    return out.push(std::views::iota(0, 3) | std::views::transform([&](int i) -> row {
                      if (i == 2) {
                        throw std::runtime_error("of the range");
                      }
                      return all[0];
                    }));
  };
  error const first = bad().error();
  EXPECT_TRUE(first.is(errc::source_failed));
  EXPECT_NE(first.message().find("of the range"), std::string::npos) << first.message();
  EXPECT_TRUE(is_clean(store));
  EXPECT_EQ(out.push(all[0]).error().message(), first.message());
  EXPECT_EQ(out.commit().error().message(), first.message());
}

TEST(ExportWriter, FailsAtEachOperationAsAnExporterDoes) {
  for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(small_store());
      fail_at_store failing(store, {.at = at, .when = when});
      auto const done = push_all(failing);
      std::string const where = fmt::format("failed at {}", at);
      if (done) {
        EXPECT_EQ(visible(store), expected()) << where;
      } else if (done.error().is(errc::in_doubt)) {
        EXPECT_NE(done.error().message().find("copy_to"), std::string::npos) << where;
      } else {
        EXPECT_TRUE(visible(store).empty()) << where << done.error().message();
      }
      if (failing.operations() <= at) {
        break;
      }
    }
  }
}

TEST(ExportWriter, EndsAtAStopOfEachOperation) {
  for (std::uint64_t at = 0;; ++at) {
    memory_store store(small_store());
    std::stop_source stop;
    cancel_at_store stopping(store, stop, cancellation{.at = at});
    auto const done = push_all(stopping, 18, small_job(), stop.get_token());
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

TEST(BatchWriter, WritesColumnsThatAreKnownAtRunTimeOnly) {
  copyto::field fields[] = {{.name = "id", .type = {.id = copyto::kind::int64}},
                            {.name = "note", .type = {.id = copyto::kind::string}, .optional = true}};
  memory_store store(small_store());
  {
    copyto::schema const columns{copyto::schema_view(fields)};
    auto out =
        open_export(columns, copyto::parquet(), store, {.to = copyto::into("p"), .batch_rows = 3, .export_id = "x"});
    for (auto& f : fields) {
      f.name = "gone"; // the writer has a copy
    }
    for (int written = 0; written != 10;) {
      copyto::batch& rows = out.rows();
      std::size_t count = 0;
      for (; count != rows.capacity() && written != 10; ++count, ++written) {
        rows.buffer(0).append_fixed(std::int64_t{written});
        rows.buffer(1).append_null();
      }
      EXPECT_LE(count, 3U);
      rows.close(count);
      ASSERT_TRUE(out.push());
    }
    report const done = out.commit().value();
    EXPECT_EQ(done.rows, 10U);
    EXPECT_TRUE(out.push().error().is(errc::invalid_argument));
  }
  EXPECT_EQ(visible(store).size(), 1U);
  auto none = open_export(copyto::schema_view(), copyto::parquet(), store, {.to = copyto::into("q")});
  EXPECT_TRUE(none.push().error().is(errc::invalid_argument)) << "there are no columns";
}

} // namespace
