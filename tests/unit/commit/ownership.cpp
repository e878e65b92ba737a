// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Whose the things at a place are: nothing that belongs to one run is taken for another's, whatever they have in common.
#include <copyto/commit/settle.hpp>
#include <copyto/export/writer.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include "../export/lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace export_tests;
using copyto::abort_export;
using copyto::control_record;
using copyto::control_state;
using copyto::destination;
using copyto::errc;
using copyto::export_options;
using copyto::export_place;
using copyto::memory_store;
using copyto::open_export;
using copyto::resume_export;
using copyto::status_of;
using copyto::store_ref;
using copyto::testing::fail_at_store;

export_options job(destination to, std::string id) {
  export_options options = small_job(std::move(id));
  options.to = std::move(to);
  return options;
}
/// Another run's rows, as many, of the same size.
std::vector<number> other_numbers(std::int64_t count) {
  std::vector<number> rows;
  for (std::int64_t i = 0; i != count; ++i) {
    rows.push_back({5000 + i});
  }
  return rows;
}
std::string all_lines(contents const& files) {
  std::string text;
  for (auto const& [key, body] : files) {
    text += body;
  }
  return text;
}

/// A hangs; somebody clears its place, and B begins there; A wakes up and ends in each way that there is. B's files have
/// the names of A's.
TEST(Ownership, AnExportThatWasGivenUpLeavesTheUploadsOfTheNextOne) {
  struct place_case {
    char const* what;
    destination to;
    export_place place;
  };
  for (place_case const& c :
       {place_case{"one key", copyto::one_key("t.txt"), export_place::key("t.txt")},
        place_case{"a replaced key", copyto::replace_key("t.txt"), export_place::key("t.txt")},
        place_case{"names without an id", copyto::into("t", "{file}.{ext}"), export_place("t")}}) {
    for (std::string const id : {"", "nightly"}) { // made up, or the same for both
      for (int end = 0; end != 4; ++end) {
        std::string const where = fmt::format("{} `{}` {}", c.what, id, end);
        memory_store store(small_store());
        auto a = std::make_unique<decltype(open_export<number>(lines(), store, job(c.to, id)))>(
            open_export<number>(lines(), store, job(c.to, id)));
        ASSERT_TRUE(a->push(numbers(14))) << where;
        ASSERT_TRUE(abort_export(store_ref(store), c.place).value()) << where;
        EXPECT_EQ(store.pending_uploads(), 0U) << where;

        auto b = open_export<number>(lines(), store, job(c.to, id));
        ASSERT_TRUE(b.push(other_numbers(14))) << where;
        std::uint64_t const open = store.pending_uploads();
        ASSERT_NE(open, 0U) << where;
        switch (end) {
        case 0: EXPECT_FALSE(a->commit()) << where; break;
        case 1: a->abort(); break;
        case 2: a.reset(); break;
        default: EXPECT_FALSE(a->push(numbers(1000)) && a->commit()) << where;
        }
        EXPECT_EQ(store.pending_uploads(), open) << where << ": of B";
        ASSERT_TRUE(b.push(number{5014})) << where;
        auto const done = b.commit();
        ASSERT_TRUE(done) << where << done.error().message();
        a.reset();
        EXPECT_TRUE(is_settled(store)) << where;
        contents const files = visible(store);
        std::string wanted;
        for (number const& n : other_numbers(15)) {
          wanted += fmt::format("{}\n", n.value);
        }
        EXPECT_EQ(all_lines(files), wanted) << where;
      }
    }
  }
}

/// The same where A had committed, and `resume` finished it.
TEST(Ownership, AFinishedCommitLeavesTheUploadsOfTheNextOne) {
  memory_store store(small_store());
  ASSERT_TRUE(run(store, 4, job(copyto::replace_key("t.txt"), "")));
  memory_store a_store = store; // shares what is in it
  auto b = std::optional<decltype(open_export<number>(lines(), store, job(copyto::replace_key("t.txt"), "")))>();
  bool woken = false;
  // A's first file is visible; somebody resumes it, and B begins, before A looks for strays.
  auto const on_progress = [&](copyto::progress const& p) {
    if (p.stage == copyto::export_stage::committing && p.files_committed == 1 && !woken) {
      woken = true;
      ASSERT_TRUE(resume_export(store_ref(store), export_place::key("t.txt"), 1).value());
      b.emplace(open_export<number>(lines(), store, job(copyto::replace_key("t.txt"), "")));
      ASSERT_TRUE(b->push(other_numbers(14)));
    }
  };
  auto const a = run(a_store, 6, job(copyto::replace_key("t.txt"), ""), {}, on_progress);
  ASSERT_TRUE(woken);
  EXPECT_TRUE(a) << "somebody else has finished it";
  auto const done = b->commit();
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->rows, 14U);
  EXPECT_TRUE(is_settled(store));
}

/// An id that a scheduler gives to the first run and to its repetition is no key to what the first one left.
TEST(Ownership, ARepetitionWithTheSameIdDoesNotTakeOverTheCommitOfTheFirst) {
  bool seen = false;
  for (auto const mode : {copyto::if_exists::error, copyto::if_exists::replace}) {
    for (std::uint64_t at = 0; at != 300; ++at) {
      memory_store store(small_store());
      fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
      if (run(dying, 18, job(to_t(mode), "nightly"))) {
        break;
      }
      auto const left = status_of(store_ref(store), "t").value();
      if (!left) {
        continue;
      }
      auto const again = run(store, 18, job(to_t(mode), "nightly"));
      ASSERT_FALSE(again) << at;
      EXPECT_TRUE(again.error().is(errc::claimed)) << at << again.error().message();
      auto const still = status_of(store_ref(store), "t").value();
      ASSERT_TRUE(still) << at << ": readers are told that it is incomplete";
      EXPECT_EQ(still->control.state, left->control.state) << at;
      EXPECT_EQ(still->control.owner(), left->control.owner()) << at;
      if (left->control.state == control_state::commit) {
        seen = true;
        ASSERT_TRUE(resume_export(store_ref(store), "t", 1)) << at;
        EXPECT_EQ(visible(store), expected(18, job(to_t(mode), "nightly"))) << at;
      } else {
        ASSERT_TRUE(abort_export(store_ref(store), "t")) << at;
        EXPECT_TRUE(run(store, 18, job(to_t(mode), "nightly"))) << at;
      }
    }
  }
  EXPECT_TRUE(seen);
}

TEST(Ownership, TwoRunsWithOneIdAreTwoExports) {
  memory_store store(small_store());
  auto a = open_export<number>(lines(), store, job(copyto::replace("t"), "nightly"));
  ASSERT_TRUE(a.push(numbers(10)));
  {
    auto b = open_export<number>(lines(), store, job(copyto::replace("t"), "nightly"));
    auto const pushed = b.push(other_numbers(10));
    EXPECT_FALSE(pushed && b.commit());
    b.abort();
  }
  ASSERT_TRUE(a.push(number{1010}));
  auto const done = a.commit();
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->rows, 11U);
  EXPECT_TRUE(is_settled(store));
}

/// A file of an earlier run with the same id and size, in the place of one that is to replace it, is not ours.
TEST(Ownership, AnEarlierRunsFileIsNotTakenForOurs) {
  memory_store store(small_store());
  ASSERT_TRUE(run(store, 18, job(copyto::replace("t"), "nightly")));
  contents const before = visible(store);
  auto const rows = other_numbers(18);
  bool pending = false;
  for (std::uint64_t at = 0; at != 300; ++at) {
    memory_store again(small_store());
    ASSERT_TRUE(run(again, 18, job(copyto::replace("t"), "nightly")));
    fail_at_store dying(again, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
    auto source = copyto::rows(rows);
    auto const done = copyto::run_export(copyto::source_ref(source), lines(), store_ref(dying),
                                         job(copyto::replace("t"), "nightly"), {}, {});
    if (done) {
      break;
    }
    auto const left = status_of(store_ref(again), "t").value();
    if (!left || left->control.state != control_state::commit) {
      continue;
    }
    contents const now = visible(again);
    for (std::size_t i = 0; i != left->files.size(); ++i) {
      std::string const& key = left->control.files[i].key;
      bool const ours = now.at(key) != before.at(key);
      EXPECT_EQ(left->files[i].state, ours ? copyto::file_state::visible : copyto::file_state::pending) << at << key;
      pending = pending || !ours;
    }
  }
  EXPECT_TRUE(pending);
}

TEST(Ownership, ACommitRecordThatNobodyCouldReadIsNotWritten) {
  memory_store store(small_store());
  copyto::control_object control(store_ref(store), "t", {.export_id = "x1"});
  ASSERT_TRUE(control.claim({}));
  std::vector<copyto::control_file> files(300);
  for (copyto::control_file& f : files) {
    f.key.assign(copyto::MiB, 'k');
  }
  auto const done = control.commit(std::move(files));
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::limit_exceeded)) << done.error().message();
  auto const left = copyto::read_control(store_ref(store), export_place("t"), {}).value();
  ASSERT_TRUE(left);
  EXPECT_EQ(left->record.state, control_state::claim);
  EXPECT_TRUE(control.remove());
  EXPECT_TRUE(is_clean(store));
}

} // namespace
