// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/sweep.hpp>

#include <copyto/commit/naming.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include "../export/lines.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>

namespace {

using namespace export_tests;
using copyto::control_state;
using copyto::errc;
using copyto::memory_store;
using copyto::store_ref;
using copyto::sweep_state;
using copyto::swept_upload;
using copyto::testing::fail_at_store;

constexpr std::chrono::hours day(24);

/// An export below `t` that died with three uploads open, whose control object says `state`.
memory_store left_in(control_state state) {
  if (state == control_state::aborting) { // a claim that somebody began to give up
    memory_store store = left_in(control_state::claim);
    auto found = copyto::read_control(store_ref(store), copyto::export_place("t"), {}).value();
    found->record.state = state;
    std::string const text = format_control(found->record);
    (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(text), {}, {}, {}).value();
    return store;
  }
  for (std::uint64_t at = 0; at != 1000; ++at) {
    memory_store store(small_store());
    fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
    (void)run(dying);
    auto const found = copyto::status_of(store_ref(store), "t").value();
    if (found && found->control.state == state && store.pending_uploads() == 3) {
      return store;
    }
  }
  throw std::logic_error("no run was left so");
}

/// Key and state of all, a day and a bit from now, when everything is old.
std::multimap<std::string, sweep_state> sweep(memory_store& store, std::string_view prefix, bool abort,
                                              std::chrono::hours later = day + std::chrono::hours(1)) {
  std::multimap<std::string, sweep_state> states;
  for (swept_upload const& u : copyto::sweep_uploads(store_ref(store), prefix, {.older_than = day, .abort = abort},
                                                     copyto::system_clock().now() + later)
                                   .value()) {
    states.emplace(u.upload.key, u.state);
  }
  return states;
}
std::size_t count(std::multimap<std::string, sweep_state> const& states, sweep_state state) {
  return static_cast<std::size_t>(std::ranges::count(states, state, [](auto const& s) { return s.second; }));
}
void begin(memory_store& store, std::string_view key) { (void)store.create_upload(key, {}, {}).value(); }

TEST(Sweep, LooksOnlyUnlessItIsToldToAbort) {
  memory_store store(small_store());
  begin(store, "a/one");
  begin(store, "a/b/two");
  begin(store, "ab/other");
  EXPECT_EQ(sweep(store, "a", false), (std::multimap<std::string, sweep_state>{{"a/b/two", sweep_state::orphaned},
                                                                               {"a/one", sweep_state::orphaned}}));
  EXPECT_EQ(store.pending_uploads(), 3U);
  EXPECT_EQ(count(sweep(store, "a", true), sweep_state::aborted), 2U);
  EXPECT_EQ(store.pending_uploads(), 1U) << "ab/ is not below a/";
  EXPECT_EQ(count(sweep(store, "", true), sweep_state::aborted), 1U);
  EXPECT_EQ(store.pending_uploads(), 0U);
}

TEST(Sweep, LeavesYoungUploads) {
  memory_store store(small_store());
  begin(store, "a/one");
  EXPECT_EQ(count(sweep(store, "a", true, std::chrono::hours(23)), sweep_state::young), 1U);
  EXPECT_EQ(store.pending_uploads(), 1U);
}

TEST(Sweep, NeverTouchesWhatBelongsToAnExport) {
  for (control_state const state : {control_state::claim, control_state::commit, control_state::aborting}) {
    memory_store store = left_in(state);
    begin(store, "t/part-0000-0000-anotherexport.csv"); // the remains of one that is over
    begin(store, "t/deep/part-0000-0000-x.csv");
    // From the prefix itself, from above it and from the whole store.
    for (std::string_view const prefix : {"t", "t/", ""}) {
      auto const states = sweep(store, prefix, false);
      EXPECT_EQ(count(states, sweep_state::owned), 3U) << to_string(state) << " from `" << prefix << "`";
      EXPECT_EQ(count(states, sweep_state::orphaned), 2U);
    }
    EXPECT_EQ(count(sweep(store, "t", true), sweep_state::aborted), 2U);
    EXPECT_EQ(store.pending_uploads(), 3U);
    auto const all = copyto::sweep_uploads(store_ref(store), "", {}, copyto::system_clock().now()).value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all.front().address, "memory://t/");
    EXPECT_EQ(all.front().control, state);
  }
}

/// An export of one key that died while its files became visible: everything it began is its own, whatever the names.
TEST(Sweep, NeverTouchesWhatBelongsToAnExportOfOneKey) {
  for (auto const& [what, last] : {std::pair("a manifest", copyto::manifest()),
                                   std::pair("one of its own name", copyto::manifest({}, ".files.json")),
                                   std::pair("one deep below", copyto::manifest({}, "/deep/files.json"))}) {
    bool seen = false;
    for (std::uint64_t at = 0; at != 200; ++at) {
      memory_store store(small_store());
      fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
      copyto::export_options options = small_job();
      options.to = copyto::one_key("a/x.csv");
      options.last = last;
      if (run(dying, 18, options)) {
        break;
      }
      copyto::export_place const place = copyto::export_place::key("a/x.csv");
      auto const left = copyto::status_of(store_ref(store), place).value();
      if (!left) {
        continue;
      }
      std::uint64_t const open = store.pending_uploads();
      auto const states = sweep(store, "", true);
      EXPECT_EQ(count(states, sweep_state::owned), open) << what << at;
      EXPECT_EQ(store.pending_uploads(), open) << what << at;
      if (left->control.state == control_state::commit) {
        seen = seen || store.objects().contains("a/x.csv");
        EXPECT_TRUE(copyto::resume_export(store_ref(store), place, 1)) << what << at;
        EXPECT_EQ(visible(store).size(), last->name().empty() ? 3U : 4U) << what << at;
      }
    }
    EXPECT_TRUE(seen) << what;
  }
}

TEST(Sweep, FromBelowAPrefixItSeesTheControlObjectAbove) {
  memory_store store = left_in(control_state::commit);
  // A record may name any key below its prefix.
  auto found = copyto::read_control(store_ref(store), copyto::export_place("t"), {}).value();
  ASSERT_TRUE(found);
  begin(store, "t/deep/x");
  auto const listed = store.list_uploads("t/deep/", "", {}).value();
  found->record.files.front().key = "t/deep/x";
  found->record.files.front().upload_id = listed.items.front().upload_id;
  std::string const text = format_control(found->record);
  (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(text), {}, {}, {}).value();
  begin(store, "t/deep/x"); // a second upload of the key, which the record does not name
  auto const states = sweep(store, "t/deep", true);
  EXPECT_EQ(count(states, sweep_state::owned), 1U);
  EXPECT_EQ(count(states, sweep_state::aborted), 1U);
}

TEST(Sweep, AControlObjectThatCannotBeReadProtectsEverythingBelowIt) {
  memory_store store(small_store());
  begin(store, "a/one");
  begin(store, "b/two");
  (void)store.put("a/_copyto.INCOMPLETE", copyto::as_bytes("garbage"), {}, {}, {}).value();
  auto const states = sweep(store, "", true);
  EXPECT_EQ(states,
            (std::multimap<std::string, sweep_state>{{"a/one", sweep_state::unsure}, {"b/two", sweep_state::aborted}}));
}

TEST(Sweep, SaysWhatCouldNotBeAborted) {
  memory_store store(small_store());
  begin(store, "a/one");
  std::uint64_t failed = 0;
  for (std::uint64_t at = 0; at != 8; ++at) {
    fail_at_store failing(store, {.at = at, .code = errc::access_denied});
    auto const swept = copyto::sweep_uploads(store_ref(failing), "a", {.older_than = day, .abort = true},
                                             copyto::system_clock().now() + 2 * day);
    if (!swept) {
      EXPECT_TRUE(swept.error().is(errc::access_denied));
      continue;
    }
    if (swept->empty()) {
      break; // aborted by the round before
    }
    failed += swept->front().state == sweep_state::failed ? 1 : 0;
    EXPECT_EQ(swept->front().why.has_value(),
              swept->front().state == sweep_state::failed || swept->front().state == sweep_state::unsure);
  }
  EXPECT_EQ(failed, 1U);
}

TEST(Sweep, CanBeStopped) {
  memory_store store(small_store());
  begin(store, "a/one");
  std::stop_source stop;
  stop.request_stop();
  auto const swept = copyto::sweep_uploads(store_ref(store), "a", {.older_than = day, .abort = true},
                                           copyto::system_clock().now() + 2 * day, stop.get_token());
  ASSERT_FALSE(swept);
  EXPECT_EQ(store.pending_uploads(), 1U);
}

} // namespace
