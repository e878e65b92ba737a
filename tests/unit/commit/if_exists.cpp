// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/if_exists.hpp>

#include <copyto/commit/control_object.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/store/directory.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "../export/lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

namespace {

using namespace export_tests;
using copyto::control_state;
using copyto::errc;
using copyto::export_options;
using copyto::export_place;
using copyto::if_exists;
using copyto::memory_store;
using copyto::report;
using copyto::result;
using copyto::store_ref;
using copyto::testing::cancel_at_store;
using copyto::testing::cancellation;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

void put(memory_store& store, std::string_view key, std::string_view body = "old") {
  (void)store.put(key, copyto::as_bytes(body), {}, {}, {}).value();
}
/// Everything but control objects.
contents data(memory_store const& store) {
  contents all;
  for (auto const& [key, object] : store.objects()) {
    if (!export_place::is_control(key)) {
      all.emplace(key, object.body);
    }
  }
  return all;
}
bool has_control(memory_store const& store) { return data(store).size() != store.objects().size(); }

/// One way to export 18 rows into 3 files, what is there before, what it leaves of that, and what it makes.
struct scene {
  std::string name;
  export_options options;
  contents before;
  contents kept; ///< of `before`, afterwards
  contents made;

  [[nodiscard]] export_place place() const { return options.to.place(options.export_id); }
  [[nodiscard]] contents after() const {
    contents all = kept;
    all.insert(made.begin(), made.end());
    return all;
  }
  [[nodiscard]] memory_store store() const {
    memory_store made_store(small_store());
    for (auto const& [key, body] : before) {
      put(made_store, key, body);
    }
    return made_store;
  }
  /// Old and new are never mixed: all that was there, or all that is new and nothing else but old ones to be deleted.
  void expect_whole_or_nothing(memory_store const& store, bool decided, std::string const& at) const {
    contents const now = data(store);
    if (!decided) {
      EXPECT_EQ(now, before) << name << at;
      return;
    }
    for (auto const& [key, body] : kept) {
      EXPECT_TRUE(now.contains(key) && now.at(key) == body) << name << at << key;
    }
    bool const all_new = std::ranges::all_of(
        made, [&](auto const& file) { return now.contains(file.first) && now.at(file.first) == file.second; });
    bool const all_old = std::ranges::all_of(before, [&](auto const& file) {
      return now.contains(file.first) && (now.at(file.first) == file.second || made.contains(file.first));
    });
    EXPECT_TRUE(all_new || all_old) << name << at << "an old object is gone before all new ones are there";
    bool const announced = std::ranges::any_of(
        made, [&](auto const& file) { return file.first.ends_with(".json") && now.contains(file.first); });
    EXPECT_TRUE(all_new || !announced) << name << at << "a manifest is there before all files";
  }
};

contents keyed(std::string_view key) {
  contents files;
  std::size_t number = 0;
  for (auto const& [standard, body] : expected()) {
    files.emplace(number == 0 ? std::string(key) : fmt::format("{}_part{}", key, number + 1), body);
    ++number;
  }
  return files;
}

/// What the export makes, its manifest included.
contents with_manifest(export_options const& options) {
  memory_store store(small_store());
  (void)run(store, 18, options).value();
  return data(store);
}

std::vector<scene> scenes() {
  contents const beside = {{"tx/beside", "old"}, {"t", "old"}, {"k.csv.bak", "old"}, {"k.csv_partner", "old"}};
  contents below = {{"t/a", "old"}, {"t/deep/b", "old"}, {"t/part-0000-0000-x0.txt", "old"}};
  below.insert(beside.begin(), beside.end());
  contents old_manifest = below;
  old_manifest.emplace("t/_copyto.manifest-x0.json", "old");
  contents at_key = {{"k.csv", "old"}, {"k.csv_part2", "old"}, {"k.csv_part9", "old"}};
  at_key.insert(beside.begin(), beside.end());
  export_options error = small_job();
  export_options append = small_job();
  append.to = copyto::append_to("t");
  export_options replace = small_job();
  replace.to = copyto::replace("t");
  export_options key = small_job();
  key.to = copyto::one_key("k.csv");
  export_options replace_key = key;
  replace_key.to = copyto::replace_key("k.csv");
  export_options manifest = error;
  manifest.last = copyto::manifest();
  export_options append_manifest = append;
  append_manifest.last = copyto::manifest();
  export_options replace_manifest = replace;
  replace_manifest.last = copyto::manifest("t/list.json");
  return {{"error ", error, beside, beside, expected()},
          {"append ", append, old_manifest, old_manifest, expected()},
          {"replace ", replace, old_manifest, beside, expected()},
          {"key ", key, beside, beside, keyed("k.csv")},
          {"replace key ", replace_key, at_key, beside, keyed("k.csv")},
          {"error with a manifest ", manifest, beside, beside, with_manifest(manifest)},
          {"append with a manifest ", append_manifest, old_manifest, old_manifest, with_manifest(append_manifest)},
          {"replace with a manifest ", replace_manifest, old_manifest, beside, with_manifest(replace_manifest)}};
}

/// As a person would: resumes what is committed, aborts what is not. Returns whether it had been decided.
bool settle(memory_store& store, scene const& s, std::string const& at) {
  auto const found = copyto::status_of(store_ref(store), s.place()).value();
  if (!found) {
    return data(store) != s.before;
  }
  EXPECT_EQ(found->control.mode, s.options.to.mode()) << s.name << at;
  if (found->control.state != control_state::commit) {
    s.expect_whole_or_nothing(store, false, at);
    EXPECT_TRUE(copyto::resume_export(store_ref(store), s.place()).error().is(errc::claimed)) << s.name << at;
    EXPECT_TRUE(copyto::abort_export(store_ref(store), s.place())) << s.name << at;
    return false;
  }
  s.expect_whole_or_nothing(store, true, at);
  EXPECT_TRUE(copyto::abort_export(store_ref(store), s.place()).error().is(errc::in_doubt)) << s.name << at;
  auto const done = copyto::resume_export(store_ref(store), s.place());
  EXPECT_TRUE(done && *done) << s.name << at << (done ? "" : done.error().message());
  return true;
}

void expect_settled(memory_store const& store, scene const& s, bool decided, std::string const& at) {
  EXPECT_EQ(data(store), decided ? s.after() : s.before) << s.name << at;
  EXPECT_FALSE(has_control(store)) << s.name << at;
  EXPECT_EQ(store.pending_uploads(), 0U) << s.name << at;
}

TEST(IfExists, EveryModeLeavesWhatItSays) {
  for (scene const& s : scenes()) {
    memory_store store = s.store();
    report const done = run(store, 18, s.options).value();
    EXPECT_EQ(done.rows, 18U);
    EXPECT_EQ(done.files.size(), 3U);
    expect_settled(store, s, true, "");
  }
}

TEST(IfExists, KilledAtAnyOperationItIsResumedOrAborted) {
  for (scene const& s : scenes()) {
    int resumed = 0;
    int aborted = 0;
    for (std::uint64_t at = 0;; ++at) {
      std::string const where = fmt::format("killed at {}: ", at);
      memory_store store = s.store();
      fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
      bool const finished = run(dying, 18, s.options).has_value();
      bool const left = copyto::status_of(store_ref(store), s.place()).value().has_value();
      bool const decided = settle(store, s, where);
      (decided ? resumed : aborted) += left ? 1 : 0;
      expect_settled(store, s, decided, where);
      if (finished || HasFatalFailure()) {
        break;
      }
    }
    EXPECT_GE(resumed, 4) << s.name;
    EXPECT_GE(aborted, 6) << s.name;
  }
}

TEST(IfExists, KilledWhileItIsResumedItIsResumedAgain) {
  for (scene const& s : scenes()) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store = s.store();
      std::uint64_t operation = 0; // the first kill: just after the record was written
      for (;; ++operation) {
        store = s.store();
        fail_at_store dying(store, {.at = operation, .count = std::numeric_limits<std::uint64_t>::max()});
        (void)run(dying, 18, s.options);
        auto const found = copyto::status_of(store_ref(store), s.place()).value();
        if (found && found->control.state == control_state::commit) {
          break;
        }
      }
      fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
      bool const finished = copyto::resume_export(store_ref(dying), s.place()).has_value();
      std::string const where = fmt::format("resume killed at {}: ", at);
      s.expect_whole_or_nothing(store, true, where);
      settle(store, s, where);
      expect_settled(store, s, true, where);
      if (finished || HasFatalFailure()) {
        break;
      }
    }
  }
}

TEST(IfExists, AnOperationThatFailsOrIsStoppedLeavesNothingHalfDone) {
  for (scene const& s : scenes()) {
    for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
      for (std::uint64_t at = 0;; ++at) {
        std::string const where = fmt::format("failed at {}: ", at);
        memory_store store = s.store();
        fail_at_store failing(store, {.at = at, .when = when});
        auto const done = run(failing, 18, s.options);
        bool const decided = settle(store, s, where);
        expect_settled(store, s, decided, where);
        EXPECT_TRUE(!done || decided) << s.name << where;
        EXPECT_TRUE(done || !decided || done.error().is(errc::in_doubt)) << s.name << where << done.error().message();
        if (failing.operations() <= at || HasFatalFailure()) {
          break;
        }
      }
    }
    for (cancellation::moment const when : {cancellation::moment::before, cancellation::moment::after}) {
      for (std::uint64_t at = 0;; ++at) {
        std::string const where = fmt::format("stopped at {}: ", at);
        memory_store store = s.store();
        std::stop_source source;
        cancel_at_store stopping(store, source, {.at = at, .when = when});
        auto const done = run(stopping, 18, s.options, source.get_token());
        expect_settled(store, s, done.has_value(), where);
        if (stopping.operations() <= at || HasFatalFailure()) {
          break;
        }
      }
    }
  }
}

/// A directory, which keeps no tokens: whose a file is that is replaced under its own name is not told by its size.
class IfExistsInADirectory : public testing::Test {
protected:
  IfExistsInADirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "copyto-if-exists-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~IfExistsInADirectory() override {
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
  }
  void write(std::string const& name, std::string const& text) const {
    std::ofstream(root / name, std::ios::binary) << text;
  }
  [[nodiscard]] contents now() const {
    contents all;
    for (auto const& entry : std::filesystem::directory_iterator(root)) {
      std::ifstream file(entry.path(), std::ios::binary);
      all.emplace(entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(file), {}));
    }
    return all;
  }
  std::filesystem::path root;
};

TEST_F(IfExistsInADirectory, WhatIsSaidToBeReplacedIsNew) {
  export_options options = small_job();
  options.to = copyto::replace_key("k.txt");
  contents wanted;
  for (auto const& [key, body] : keyed("k.txt")) {
    wanted.emplace(key, body);
  }
  for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
    int unfinished = 0;
    for (std::uint64_t at = 0;; ++at) {
      for (auto const& entry : std::filesystem::directory_iterator(root)) {
        std::filesystem::remove_all(entry.path());
      }
      contents old;
      for (auto const& [key, body] : wanted) {
        old.emplace(key, std::string(body.size(), 'o'));
        write(key, old.at(key));
      }
      copyto::directory_store const store(root, {.part_size = 16});
      fail_at_store failing(store, {.at = at, .when = when, .code = errc::io_failed});
      auto const done = run(failing, 18, options);
      if (done) {
        EXPECT_EQ(now(), wanted) << at;
      } else if (done.error().is(errc::in_doubt)) {
        ++unfinished;
        auto const found = copyto::status_of(store_ref(failing), options.to.place("x1")).value();
        if (!found) { // its answer to the last deletion was lost
          EXPECT_EQ(now(), wanted) << at;
          continue;
        }
        for (std::size_t i = 0; i != found->files.size(); ++i) {
          std::string const& key = found->control.files[i].key;
          bool const is_new = now().at(key) == wanted.at(key);
          EXPECT_EQ(found->files[i].state == copyto::file_state::visible, is_new) << at << key;
        }
        EXPECT_TRUE(copyto::resume_export(store_ref(failing), options.to.place("x1")).value());
        EXPECT_EQ(now(), wanted) << at;
      } else {
        EXPECT_EQ(now(), old) << at << done.error().message();
      }
      if (failing.operations() <= at || HasFatalFailure()) {
        break;
      }
    }
    EXPECT_GE(unfinished, when == fault::moment::before ? 3 : 0);
  }
}

TEST_F(IfExistsInADirectory, ANameThatNobodyCanDeleteIsFoundBeforeTheFirstRow) {
  write("caf\xe9.txt", "old");
  write("ok.txt", "old");
  copyto::directory_store store(root, {.part_size = 16});
  export_options options = small_job();
  options.to = copyto::replace("");
  auto const done = run(store, 18, options);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::invalid_argument)) << done.error().message();
  EXPECT_NE(done.error().message().find("a name that no request can have"), std::string::npos)
      << done.error().message();
  EXPECT_EQ(now(), (contents{{"caf\xe9.txt", "old"}, {"ok.txt", "old"}}));
}

TEST(IfExists, ReplaceSaysWhichOldObjectCouldNotBeDeleted) {
  scene const s = scenes()[2];
  for (std::uint64_t at = 0;; ++at) {
    memory_store store = s.store();
    fail_at_store failing(store, {.at = at, .code = errc::access_denied});
    auto const done = run(failing, 18, s.options);
    ASSERT_GT(failing.operations(), at) << "no operation was the deletion";
    if (done || !done.error().is(errc::in_doubt) || done.error().message().find("t/deep/b") == std::string::npos) {
      continue;
    }
    EXPECT_NE(done.error().message().find("copy_to resume memory://t/"), std::string::npos) << done.error().message();
    EXPECT_TRUE(data(store).contains("t/deep/b"));
    EXPECT_TRUE(copyto::resume_export(store_ref(store), "t").value());
    expect_settled(store, s, true, "");
    return;
  }
}

TEST(IfExists, ErrorLooksBelowThePrefixOnly) {
  for (auto const& [key, refused] : {std::pair<std::string_view, bool>{"t/x", true},
                                     {"t/deep/x", true},
                                     {"t//x", true},
                                     {"t", false},
                                     {"tx/x", false},
                                     {"t.csv", false},
                                     {"t/_copyto.manifest-1.json", false},
                                     {"t/deep/_copyto.manifest-1.json", true}}) {
    memory_store store(small_store());
    put(store, key);
    auto const done = run(store);
    EXPECT_EQ(!done && done.error().is(errc::not_empty), refused) << key;
    EXPECT_EQ(store.objects().size(), refused ? 1U : 4U) << key;
  }
}

TEST(IfExists, ControlObjectsOfOthersAreRespected) {
  struct encounter {
    std::string_view theirs;
    if_exists mode;
    bool refused;
  };
  for (encounter const& e : {encounter{"t/_copyto.INCOMPLETE", if_exists::error, true},
                             {"t/_copyto.INCOMPLETE", if_exists::append, true},
                             {"t/_copyto.INCOMPLETE", if_exists::replace, true},
                             {"t/_copyto.x9.INCOMPLETE", if_exists::error, true},
                             {"t/_copyto.x9.INCOMPLETE", if_exists::append, false},
                             {"t/_copyto.x9.INCOMPLETE", if_exists::replace, true},
                             {"t/deep/_copyto.INCOMPLETE", if_exists::replace, true},
                             {"t/k.csv_copyto.INCOMPLETE", if_exists::replace, true}}) {
    memory_store store(small_store());
    copyto::control_record const other{.export_id = "x9", .started = "2026-01-01T00:00:00Z", .host = "h", .names = "n"};
    std::string const text = format_control(other);
    put(store, e.theirs, text);
    put(store, "t/old");
    export_options options = small_job();
    options.to = to_t(e.mode);
    auto const done = run(store, 18, options);
    EXPECT_EQ(!done && done.error().is(errc::claimed), e.refused)
        << e.theirs << (done ? " done" : done.error().message());
    EXPECT_EQ(store.objects().at(std::string(e.theirs)).body, text);
    EXPECT_TRUE(store.objects().contains("t/old"));
    EXPECT_EQ(store.objects().size(), e.refused ? 2U : 5U) << "only the claim of the refused one is gone";
  }
}

TEST(IfExists, ExportsAppendSideBySide) {
  memory_store store(small_store());
  export_options outer = small_job("outer");
  outer.to = copyto::append_to("t");
  bool inside = false;
  auto const done = run(store, 18, outer, {}, [&](copyto::progress const& p) {
    if (p.stage == copyto::export_stage::exporting && !std::exchange(inside, true)) {
      export_options inner = small_job("inner");
      inner.to = copyto::append_to("t");
      EXPECT_TRUE(run(store, 18, inner));
      EXPECT_EQ(copyto::controls_at(store_ref(store), "t", {}).value().size(), 1U);
      EXPECT_FALSE(copyto::status_of(store_ref(store), "t").value()) << "the exclusive one is not there";
      EXPECT_TRUE(copyto::status_of(store_ref(store), export_place::shared("t", "outer")).value());
      inner.to = copyto::into("t");
      EXPECT_TRUE(run(store, 18, inner).error().is(errc::claimed));
    }
  });
  EXPECT_TRUE(done) << done.error().message();
  EXPECT_EQ(visible(store).size(), 6U);
  EXPECT_TRUE(is_settled(store));
}

TEST(IfExists, AnExportIdAppendsOnce) {
  memory_store store(small_store());
  export_options options = small_job();
  options.to = copyto::append_to("t");
  EXPECT_TRUE(run(store, 18, options));
  contents const first = visible(store);
  EXPECT_TRUE(run(store, 36, options).error().is(errc::not_empty));
  EXPECT_EQ(visible(store), first);
  EXPECT_TRUE(is_settled(store));
}

TEST(IfExists, AnExportIdReplacesItself) {
  memory_store store(small_store());
  export_options options = small_job();
  options.to = copyto::replace("t");
  EXPECT_TRUE(run(store, 36, options));
  EXPECT_EQ(visible(store).size(), 5U);
  EXPECT_TRUE(run(store, 18, options));
  EXPECT_EQ(visible(store), expected());
  EXPECT_TRUE(is_settled(store));
}

TEST(IfExists, ReplacedByNoRowsWithoutAFile) {
  scene s = scenes()[2];
  s.options.empty_file = false;
  s.made.clear();
  for (std::uint64_t at = 0;; ++at) {
    std::string const where = fmt::format("killed at {}: ", at);
    memory_store store = s.store();
    fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
    bool const finished = run(dying, 0, s.options).has_value();
    bool const decided = settle(store, s, where);
    expect_settled(store, s, decided, where);
    if (finished) {
      EXPECT_TRUE(decided);
      break;
    }
  }
}

} // namespace
