// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Exports whose files become visible as they close (`export_options::as_they_close`).
#include <copyto/export/job.hpp>

#include <copyto/commit/settle.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::export_options;
using copyto::export_stage;
using copyto::if_exists;
using copyto::memory_store;
using copyto::report;
using copyto::store_ref;
using copyto::testing::cancel_at_store;
using copyto::testing::cancellation;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

export_options job(bool control_object = true) {
  export_options options = small_job();
  options.as_they_close = true;
  options.to = control_object ? copyto::into("t") : copyto::append_without_control("t");
  return options;
}

/// Only whole files, and none without those before it.
std::size_t expect_whole(memory_store const& store, std::string const& at) {
  contents const now = visible(store);
  contents const all = expected(36);
  std::size_t count = 0;
  for (auto const& [key, body] : all) {
    if (!now.contains(key)) {
      break;
    }
    EXPECT_EQ(now.at(key), body) << at;
    ++count;
  }
  EXPECT_EQ(now.size(), count) << at << "a file is there before one that closed earlier, or one that is none of it";
  return count;
}

TEST(AsTheyClose, FilesAppearWhileTheExportGoesOn) {
  memory_store store(small_store());
  std::size_t before_the_end = 0;
  report const done = run(store, 36, job(), {}, [&](copyto::progress const& p) {
                        if (p.stage == export_stage::exporting) {
                          before_the_end = std::max(before_the_end, expect_whole(store, ""));
                          EXPECT_LE(p.files_committed, visible(store).size());
                          EXPECT_TRUE(store.objects().contains("t/_copyto.INCOMPLETE"));
                        }
                      }).value();
  EXPECT_GE(before_the_end, 2U);
  EXPECT_EQ(done.files.size(), 5U);
  EXPECT_EQ(done.rows, 36U);
  EXPECT_EQ(visible(store), expected(36));
  EXPECT_TRUE(is_settled(store));
}

TEST(AsTheyClose, TheManifestIsTheLast) {
  memory_store store(small_store());
  export_options options = job();
  options.last = copyto::manifest();
  report const done =
      run(store, 36, options, {}, [&](copyto::progress const& p) {
        EXPECT_TRUE(p.stage != export_stage::exporting || !store.objects().contains("t/_copyto.manifest-x1.json") ||
                    visible(store).size() == 5);
      }).value();
  EXPECT_TRUE(store.objects().contains(done.manifest));
  EXPECT_EQ(done.files.size(), 5U);
  EXPECT_EQ(store.pending_uploads(), 0U);
}

TEST(AsTheyClose, KilledAtAnyOperationWhatIsVisibleIsWholeAndAbortClearsTheRest) {
  for (bool const control : {true, false}) {
    std::size_t partly = 0;
    for (std::uint64_t at = 0;; ++at) {
      std::string const where = fmt::format("killed at {}: ", at);
      memory_store store(small_store());
      fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
      auto const done = run(dying, 36, job(control));
      std::size_t const count = expect_whole(store, where);
      partly += count != 0 && count != 5 ? 1 : 0;
      EXPECT_TRUE(done || count == 0 || done.error().is(errc::published_partly)) << where << done.error().message();
      if (auto const left = copyto::status_of(store_ref(store), "t").value()) {
        EXPECT_TRUE(left->control.as_they_close);
        EXPECT_TRUE(copyto::resume_export(store_ref(store), "t").error().is(errc::claimed)) << where;
        EXPECT_TRUE(copyto::abort_export(store_ref(store), "t").value()) << where;
        EXPECT_TRUE(is_settled(store)) << where;
      }
      EXPECT_EQ(expect_whole(store, where), count) << where << "abort leaves what is visible";
      if (done || HasFatalFailure()) {
        break;
      }
    }
    EXPECT_GE(partly, 10U);
  }
}

TEST(AsTheyClose, AnOperationThatFailsOrIsStoppedLeavesWholeFilesOnly) {
  for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
    for (std::uint64_t at = 0;; ++at) {
      std::string const where = fmt::format("failed at {}: ", at);
      memory_store store(small_store());
      fail_at_store failing(store, {.at = at, .when = when});
      auto const done = run(failing, 36, job());
      std::size_t const count = expect_whole(store, where);
      EXPECT_TRUE(!done || count == 5) << where;
      EXPECT_TRUE(done || count == 0 || done.error().is(errc::published_partly)) << where << done.error().message();
      if (copyto::status_of(store_ref(store), "t").value()) {
        EXPECT_TRUE(copyto::abort_export(store_ref(store), "t").value()) << where;
      }
      EXPECT_TRUE(is_settled(store)) << where;
      if (failing.operations() <= at || HasFatalFailure()) {
        break;
      }
    }
  }
  for (std::uint64_t at = 0;; ++at) {
    std::string const where = fmt::format("stopped at {}: ", at);
    memory_store store(small_store());
    std::stop_source source;
    cancel_at_store stopping(store, source, {.at = at, .when = cancellation::moment::after});
    auto const done = run(stopping, 36, job(), source.get_token());
    std::size_t const count = expect_whole(store, where);
    EXPECT_TRUE(is_settled(store)) << where;
    EXPECT_TRUE(done || (count == 0 ? done.error().is(errc::stopped) : done.error().is(errc::published_partly)))
        << where << done.error().message();
    if (stopping.operations() <= at || HasFatalFailure()) {
      break;
    }
  }
}

TEST(AsTheyClose, AFailureSaysWhatIsVisible) {
  memory_store store(small_store());
  std::vector<number> rows = numbers(36);
  rows.back().value = -1; // the encoder refuses it
  auto source = copyto::rows(rows);
  export_options options = job();
  options.parts_in_flight = 1; // the parts are stored in their order, and those of the first files before the last row
  auto const done = copyto::run_export(copyto::source_ref(source), lines(), store_ref(store), options, {}, {});
  ASSERT_FALSE(done);
  std::size_t const count = expect_whole(store, "");
  EXPECT_GE(count, 2U);
  EXPECT_TRUE(done.error().is(errc::published_partly));
  EXPECT_NE(done.error().message().find(fmt::format("export x1 failed after {} of its files became visible", count)),
            std::string::npos)
      << done.error().message();
  EXPECT_NE(done.error().message().find("a negative number"), std::string::npos) << done.error().message();
  EXPECT_TRUE(is_settled(store));
}

TEST(AsTheyClose, AnAbortOfAnotherProcessEndsItBeforeItsNextFile) {
  memory_store store(small_store());
  std::size_t then = 0;
  auto const done = run(store, 36, job(), {}, [&](copyto::progress const& p) {
    if (then == 0 && p.files_committed == 2) {
      then = visible(store).size();
      EXPECT_TRUE(copyto::abort_export(store_ref(store), "t").value());
    }
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(then, 2U);
  EXPECT_TRUE(done.error().is(errc::published_partly)) << done.error().message();
  EXPECT_EQ(visible(store).size(), then);
  EXPECT_TRUE(is_settled(store));
}

TEST(AsTheyClose, CannotReplace) {
  memory_store store(small_store());
  export_options options = job();
  options.to = copyto::replace("t");
  EXPECT_TRUE(run(store, 36, options).error().is(errc::invalid_argument));
  options.to = copyto::replace_key("k");
  EXPECT_TRUE(run(store, 36, options).error().is(errc::invalid_argument));
  EXPECT_TRUE(is_clean(store));
}

} // namespace
