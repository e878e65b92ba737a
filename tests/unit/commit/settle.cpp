// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/settle.hpp>

#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include "../export/lines.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace {

using namespace export_tests;
using copyto::abort_export;
using copyto::control_state;
using copyto::errc;
using copyto::file_state;
using copyto::memory_store;
using copyto::resume_export;
using copyto::status_of;
using copyto::store_ref;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

/// A store in which an exporter died at its operation `at`.
memory_store killed_at(std::uint64_t at, copyto::memory_options const& made = small_store()) {
  memory_store store(made);
  fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
  (void)run(dying);
  return store;
}
/// One whose control object is in `state`, with uploads pending.
memory_store left_in(control_state state, copyto::memory_options const& made = small_store()) {
  for (std::uint64_t at = 0; at != 1000; ++at) {
    memory_store store = killed_at(at, made);
    auto const found = status_of(store_ref(store), "t").value();
    if (found && found->control.state == state && store.pending_uploads() == 3) {
      return store;
    }
  }
  throw std::logic_error("no run was left so");
}

TEST(Settle, AKilledExporterIsAbortedBeforeTheDecisionAndResumedAfterIt) {
  contents const whole = expected();
  int aborted_count = 0;
  int resumed_count = 0;
  for (std::uint64_t at = 0;; ++at) {
    memory_store store = killed_at(at);
    auto const found = status_of(store_ref(store), "t").value();
    if (!found) {
      EXPECT_TRUE(is_clean(store) || visible(store) == whole);
      if (visible(store) == whole) {
        break;
      }
      continue;
    }
    EXPECT_EQ(found->control.export_id, "x1");
    if (found->control.state == control_state::commit) {
      ++resumed_count;
      EXPECT_EQ(found->files.size(), 3U);
      EXPECT_TRUE(abort_export(store_ref(store), "t").error().is(errc::in_doubt))
          << "a committed export is not aborted";
      auto const done = resume_export(store_ref(store), "t").value();
      ASSERT_TRUE(done);
      EXPECT_EQ(done->control.rows(), 18U);
      EXPECT_EQ(done->control.bytes(), 90U);
      ASSERT_EQ(visible(store), whole) << at;
      ASSERT_TRUE(is_settled(store)) << at;
    } else {
      ++aborted_count;
      EXPECT_TRUE(visible(store).empty());
      EXPECT_TRUE(resume_export(store_ref(store), "t").error().is(errc::claimed));
      ASSERT_TRUE(abort_export(store_ref(store), "t").value());
      ASSERT_TRUE(is_clean(store)) << at;
    }
    // Again: there is nothing left to do.
    auto const before = store.objects();
    EXPECT_FALSE(resume_export(store_ref(store), "t").value());
    EXPECT_FALSE(abort_export(store_ref(store), "t").value());
    EXPECT_FALSE(status_of(store_ref(store), "t").value());
    EXPECT_EQ(store.objects().size(), before.size());
  }
  EXPECT_GT(aborted_count, 10);
  EXPECT_GT(resumed_count, 4);
}

TEST(Settle, StatusSaysWhatIsVisibleAndChangesNothing) {
  memory_store store = left_in(control_state::commit);
  auto found = status_of(store_ref(store), "t").value();
  for (copyto::file_outcome const& f : found->files) {
    EXPECT_EQ(f.state, file_state::pending);
  }
  auto const& first = found->control.files.at(0);
  ASSERT_TRUE(store.complete(first.key, first.upload_id, first.parts, {}, {}));
  auto const before = store.objects().size();
  found = status_of(store_ref(store), "t").value();
  EXPECT_EQ(found->files[0].state, file_state::visible);
  EXPECT_EQ(found->files[1].state, file_state::pending);
  EXPECT_EQ(store.objects().size(), before);
  EXPECT_EQ(store.pending_uploads(), 2U);
}

TEST(Settle, AResumeThatIsDisturbedAnywhereIsFinishedByTheNext) {
  for (bool const repeats : {true, false}) {
    for (auto const when : {fault::moment::before, fault::moment::after}) {
      for (std::uint64_t const count : {std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()}) {
        for (std::uint64_t at = 0;; ++at) {
          auto made = small_store();
          made.complete_repeats = repeats;
          memory_store store = left_in(control_state::commit, made);
          fail_at_store failing(store, {.at = at, .count = count, .when = when});
          auto const done = resume_export(store_ref(failing), "t");
          if (!done && done.error().is(errc::in_doubt)) {
            for (auto const& [key, body] : expected()) {
              ASSERT_NE(done.error().message().find(key), std::string::npos) << done.error().message();
            }
          }
          ASSERT_TRUE(resume_export(store_ref(store), "t"));
          ASSERT_EQ(visible(store), expected()) << at;
          ASSERT_TRUE(is_settled(store)) << at;
          if (failing.operations() <= at) {
            ASSERT_TRUE(done);
            break;
          }
        }
      }
    }
  }
}

TEST(Settle, AnAbortThatIsDisturbedAnywhereIsFinishedByTheNext) {
  for (auto const when : {fault::moment::before, fault::moment::after}) {
    for (std::uint64_t const count : {std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()}) {
      for (std::uint64_t at = 0;; ++at) {
        memory_store store = left_in(control_state::claim);
        fail_at_store failing(store, {.at = at, .count = count, .when = when});
        auto const done = abort_export(store_ref(failing), "t");
        if (!done) {
          EXPECT_TRUE(resume_export(store_ref(store), "t").has_error() || is_clean(store));
        }
        ASSERT_TRUE(abort_export(store_ref(store), "t"));
        ASSERT_TRUE(is_clean(store)) << at;
        if (failing.operations() <= at) {
          ASSERT_TRUE(done);
          break;
        }
      }
    }
  }
}

struct meanwhile {
  std::shared_ptr<std::atomic<std::uint64_t>> count = std::make_shared<std::atomic<std::uint64_t>>(0);
  std::uint64_t at = 0;
  std::function<void()> act;
  template <class Call>
  auto operator()(std::string_view, std::string_view, Call call) const -> decltype(call()) {
    if ((*count)++ == at) {
      act();
    }
    return call();
  }
};
using shared_store = copyto::testing::decorated_store<memory_store, meanwhile>;

TEST(Settle, TwoAtATimeDoTheSameWork) {
  for (bool const repeats : {true, false}) {
    for (control_state const state : {control_state::claim, control_state::commit}) {
      for (std::uint64_t at = 0;; ++at) {
        auto made = small_store();
        made.complete_repeats = repeats;
        memory_store store = left_in(state, made);
        bool disturbed = false;
        shared_store shared(store, {.at = at, .act = [&] {
                                      disturbed = true;
                                      if (state == control_state::claim) {
                                        EXPECT_TRUE(abort_export(store_ref(store), "t"));
                                      } else {
                                        EXPECT_TRUE(resume_export(store_ref(store), "t"));
                                      }
                                    }});
        if (state == control_state::claim) {
          auto const done = abort_export(store_ref(shared), "t");
          ASSERT_TRUE(done) << at << done.error().message();
          ASSERT_TRUE(is_clean(store)) << at;
        } else {
          auto const done = resume_export(store_ref(shared), "t");
          ASSERT_TRUE(done) << at << done.error().message();
          ASSERT_EQ(visible(store), expected()) << at;
          ASSERT_TRUE(is_settled(store)) << at;
        }
        if (!disturbed) {
          break;
        }
      }
    }
  }
}

TEST(Settle, AbortLeavesOtherExportsUploadsAlone) {
  memory_store store = left_in(control_state::claim);
  (void)store.create_upload("t/part-0000-0000-other.txt", {}, {}).value();
  (void)store.create_upload("t/somebody-elses", {}, {}).value();
  (void)store.create_upload("t/sub/part-0000-0000-x1.txt", {}, {}).value();
  EXPECT_EQ(abort_export(store_ref(store), "t").value()->uploads, 3U);
  EXPECT_EQ(store.pending_uploads(), 3U);
}

TEST(Settle, AFileThatIsGoneIsNamedAndNotForgotten) {
  // A lifecycle rule has thrown an upload away.
  memory_store store = left_in(control_state::commit);
  auto const record = status_of(store_ref(store), "t").value()->control;
  ASSERT_TRUE(store.abort(record.files[1].key, record.files[1].upload_id));
  for (int i = 0; i != 2; ++i) {
    auto const done = resume_export(store_ref(store), "t");
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::in_doubt));
    EXPECT_NE(done.error().message().find(record.files[1].key), std::string::npos);
    EXPECT_NE(done.error().message().find("gone"), std::string::npos);
    EXPECT_EQ(visible(store).size(), 2U);
    EXPECT_TRUE(status_of(store_ref(store), "t").value()) << "the control object must stay";
  }
}

/// Fails `complete` in one way, and `head` if asked to.
struct answers {
  errc completes = errc::access_denied;
  copyto::disposition how = copyto::disposition::permanent;
  bool denies_head = false;
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) const -> decltype(call()) {
    if (what == "complete") {
      return copyto::error(
          {.code = completes, .disposition = how, .message = "as the test says", .key = std::string(key)});
    }
    if (what == "head" && denies_head) {
      return copyto::error({.code = errc::access_denied, .message = "no head", .key = std::string(key)});
    }
    return call();
  }
};

TEST(Settle, StatusAndResumeFindTheSameVisible) { // B7
  enum class object { absent, ours, anothers, anothers_of_our_size };
  for (bool const denies_head : {false, true}) {
    for (object const there : {object::absent, object::ours, object::anothers, object::anothers_of_our_size}) {
      for (auto const& [code, how] : {std::pair{errc::access_denied, copyto::disposition::permanent},
                                      {errc::throttled, copyto::disposition::exhausted},
                                      {errc::unsupported, copyto::disposition::permanent},
                                      {errc::no_such_upload, copyto::disposition::permanent},
                                      {errc::precondition_failed, copyto::disposition::permanent},
                                      {errc::unreachable, copyto::disposition::in_doubt},
                                      {errc::service_failed, copyto::disposition::in_doubt}}) {
        memory_store store = left_in(control_state::commit);
        auto const record = status_of(store_ref(store), "t").value()->control;
        for (auto const& file : record.files) {
          if (there == object::ours) {
            ASSERT_TRUE(store.complete(file.key, file.upload_id, file.parts, {}, {}));
          } else if (there != object::absent) {
            std::string const body(there == object::anothers ? 1 : file.bytes, 'x');
            ASSERT_TRUE(store.put(file.key, copyto::as_bytes(body), {.token = "other"}, {}, {}));
          }
        }
        copyto::testing::decorated_store<memory_store, answers> limited(store, {code, how, denies_head});
        auto const found = status_of(store_ref(limited), "t").value();
        auto const resumed = resume_export(store_ref(limited), "t");
        bool const visible_there = there == object::ours && !denies_head;
        ASSERT_EQ(resumed.has_value(), visible_there) << static_cast<int>(there) << to_string(code);
        for (std::size_t i = 0; i != record.files.size(); ++i) {
          file_state const seen = found->files[i].state;
          EXPECT_EQ(seen == file_state::visible, visible_there);
          if (!resumed) {
            std::string const state = resumed.error()->suppressed.at(i)->message;
            EXPECT_NE(state, "visible");
            bool const ended = code == errc::no_such_upload || code == errc::precondition_failed;
            std::string_view const wanted = denies_head || how == copyto::disposition::in_doubt ? "unknown"
                                            : ended || there != object::absent                  ? "gone"
                                                                                                : "pending";
            EXPECT_EQ(state, wanted) << static_cast<int>(there) << to_string(code);
            EXPECT_EQ(seen, denies_head               ? file_state::unknown
                            : there == object::absent ? file_state::pending
                                                      : file_state::gone);
          }
        }
      }
    }
  }
}

TEST(Settle, WhatAReplacementReplacesIsNotTakenForIt) {
  memory_store store(small_store());
  ASSERT_TRUE(store.put("k", copyto::as_bytes("old"), {}, {}, {}));
  copyto::export_options options = small_job();
  options.to = copyto::replace_key("k");
  for (std::uint64_t at = 0; at != 1000; ++at) {
    fail_at_store dying(store, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
    (void)run(dying, 18, options);
    auto const place = copyto::export_place::key("k");
    auto const found = status_of(store_ref(store), place).value();
    if (found && found->control.state == control_state::commit && store.pending_uploads() == 3) {
      EXPECT_EQ(found->files.at(0).state, file_state::pending) << "the old object is still there";
      ASSERT_TRUE(resume_export(store_ref(store), place).value());
      EXPECT_EQ(visible(store).size(), 3U);
      EXPECT_NE(visible(store).at("k"), "old");
      return;
    }
    (void)abort_export(store_ref(store), place);
  }
  FAIL() << "no run was left so";
}

TEST(Settle, NothingIsThereToSettleBelowAnotherPrefix) {
  memory_store store = left_in(control_state::claim);
  EXPECT_FALSE(status_of(store_ref(store), "").value());
  EXPECT_FALSE(abort_export(store_ref(store), "tt").value());
  EXPECT_FALSE(resume_export(store_ref(store), "t/t").value());
  EXPECT_TRUE(status_of(store_ref(store), "/t/").value());
}

} // namespace
