// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/control_object.hpp>

#include <copyto/commit/settle.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "../export/lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>

namespace {

using namespace export_tests;
using copyto::conditions;
using copyto::disposition;
using copyto::errc;
using copyto::memory_options;
using copyto::memory_store;
using copyto::report;
using copyto::result;
using copyto::store_ref;
using copyto::testing::fault;

/// Brings a store to rest, as a person would: resume what is committed, abort what is not. Both twice.
void settle(memory_store& store, std::string const& where) {
  for (int i = 0; i != 2; ++i) {
    auto const found = copyto::status_of(store_ref(store), "t");
    ASSERT_TRUE(found) << where;
    if (*found && (*found)->control.state == copyto::control_state::commit) {
      auto const resumed = copyto::resume_export(store_ref(store), "t");
      ASSERT_TRUE(resumed) << where << resumed.error().message();
    } else {
      auto const aborted = copyto::abort_export(store_ref(store), "t");
      ASSERT_TRUE(aborted) << where << aborted.error().message();
    }
  }
}

/// The promise: everything, nothing, or in doubt with every key; and settled afterwards it is one of the
/// first two. `own_clean_up`: an error must have cleaned up by itself.
void expect_promise(result<report> const& done, memory_store store, contents const& whole, bool own_clean_up,
                    std::string const& where) {
  contents const seen = visible(store);
  for (auto const& [key, body] : seen) {
    ASSERT_TRUE(whole.contains(key) && whole.at(key) == body) << where << key << " is not whole";
  }
  if (done) {
    ASSERT_EQ(seen, whole) << where;
    ASSERT_TRUE(is_settled(store)) << where;
    return;
  }
  copyto::error const& e = done.error();
  if (e.is(errc::in_doubt)) {
    for (auto const& [key, body] : whole) {
      ASSERT_NE(e.message().find(key), std::string::npos) << where << e.message();
    }
  } else {
    ASSERT_TRUE(seen.empty()) << where << e.message();
    if (own_clean_up) {
      ASSERT_TRUE(is_clean(store)) << where << e.message();
    } else if (!is_clean(store)) {
      ASSERT_TRUE(!e->suppressed.empty() || e.in_doubt()) << where << "silent about what is left: " << e.message();
    }
  }
  settle(store, where);
  contents const after = visible(store);
  ASSERT_TRUE(after == whole || (after.empty() && seen.empty())) << where << after.size() << " files";
  if (!e.is(errc::in_doubt)) {
    ASSERT_TRUE(after.empty()) << where;
  }
  ASSERT_TRUE(is_settled(store)) << where;
}

/// How many parts are in flight: as many as threads that a failure or a stop must find.
constexpr std::uint32_t flights[] = {1, 2, 8};
copyto::export_options job_with(std::uint32_t parts_in_flight) {
  copyto::export_options options = small_job();
  options.parts_in_flight = parts_in_flight;
  return options;
}

/// Fails operation N, N = 0, 1, ... until a run has fewer; with each number of parts in flight. How many there were.
int fail_everywhere(memory_options const& made, fault f, bool own_clean_up, std::int64_t rows = 18,
                    errc code = errc::service_failed) {
  contents const whole = expected(rows);
  f.code = code;
  int positions = 0;
  for (std::uint32_t const flight : flights) {
    for (f.at = 0;; ++f.at, ++positions) {
      memory_store store(made);
      copyto::testing::fail_at_store failing(store, f);
      auto const done = run(failing, rows, job_with(flight));
      std::string const where = fmt::format("operation {}, {} parts in flight: ", f.at, flight);
      expect_promise(done, store, whole, own_clean_up, where);
      if (testing::Test::HasFatalFailure() || failing.operations() <= f.at) {
        EXPECT_TRUE(done) << "a run without a fault";
        break;
      }
    }
  }
  return positions;
}

memory_options store_with(conditions c, bool complete_repeats = true) {
  memory_options options = small_store();
  options.put_conditions = c;
  options.complete_repeats = complete_repeats;
  return options;
}

TEST(Commit, OneRefusedOperationLeavesEverythingOrNothing) {
  for (conditions const c : {conditions::compare_and_swap, conditions::create_only, conditions::none}) {
    EXPECT_GT(fail_everywhere(store_with(c), {.when = fault::moment::before}, true), 45);
    fail_everywhere(store_with(c), {.when = fault::moment::before, .how = disposition::exhausted}, true);
    fail_everywhere(store_with(c), {.when = fault::moment::before}, true, 0);
    fail_everywhere(store_with(c), {.when = fault::moment::before}, true, 3);
  }
  for (errc const code : {errc::access_denied, errc::precondition_failed, errc::no_such_upload, errc::unreachable}) {
    fail_everywhere(store_with(conditions::compare_and_swap), {.when = fault::moment::before},
                    code != errc::unreachable, 18, code);
  }
}

TEST(Commit, OneLostAnswerLeavesEverythingOrNothing) {
  for (bool const repeats : {true, false}) {
    for (conditions const c : {conditions::compare_and_swap, conditions::create_only, conditions::none}) {
      fail_everywhere(store_with(c, repeats), {.when = fault::moment::after}, true);
      fail_everywhere(store_with(c, repeats), {.when = fault::moment::after, .code = errc::unreachable}, true, 0);
    }
  }
}

TEST(Commit, OneRequestThatMayHaveArrivedLeavesEverythingOrNothing) {
  for (conditions const c : {conditions::compare_and_swap, conditions::create_only, conditions::none}) {
    fail_everywhere(store_with(c), {.when = fault::moment::before, .how = disposition::in_doubt}, true);
  }
}

TEST(Commit, SeveralFailuresInARowNeverPublishHalf) {
  for (std::uint64_t const count : {std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{5}, std::uint64_t{11},
                                    std::numeric_limits<std::uint64_t>::max()}) {
    for (conditions const c : {conditions::compare_and_swap, conditions::none}) {
      for (disposition const how : {disposition::permanent, disposition::in_doubt}) {
        fail_everywhere(store_with(c), {.count = count, .when = fault::moment::before, .how = how}, false);
      }
      fail_everywhere(store_with(c), {.count = count, .when = fault::moment::after}, false);
      fail_everywhere(store_with(c, false), {.count = count, .when = fault::moment::after}, false);
    }
  }
}

/// The record's write is not answered; what comes after it is refused for good (credentials that expired).
struct lost_then_refused {
  std::shared_ptr<int> stage = std::make_shared<int>(0);
  bool carried_out = false;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    if (operation == "put" && key.ends_with("INCOMPLETE") && ++*stage >= 2) {
      if (*stage == 2) {
        if (carried_out) {
          (void)call();
        }
        return copyto::error({.code = errc::unreachable, .disposition = disposition::in_doubt, .message = "no answer"});
      }
      return copyto::error(errc::access_denied, "expired");
    }
    if (operation == "get" && *stage >= 2 && carried_out) {
      return copyto::error(errc::access_denied, "expired");
    }
    return call();
  }
};
TEST(Commit, AfterALostRecordARefusalIsNoProofThatItWasNotWritten) {
  for (bool const carried_out : {true, false}) {
    memory_store store(small_store());
    copyto::testing::decorated_store<memory_store, lost_then_refused> lossy(store, {.carried_out = carried_out});
    auto const done = run(lossy);
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::in_doubt)) << done.error().message();
    EXPECT_EQ(store.pending_uploads(), 3U) << "nothing may be aborted";
    expect_promise(done, store, expected(), false, "");
    EXPECT_EQ(visible(store), carried_out ? expected() : contents());
  }
}

/// The record is written, its answer is lost, and before anybody looks `resume` has finished the export.
struct resumed_meanwhile {
  memory_store store;
  std::shared_ptr<int> control_puts = std::make_shared<int>(0);
  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    if (operation == "put" && key == "t/_copyto.INCOMPLETE" && ++*control_puts == 2) {
      memory_store same = store;
      EXPECT_TRUE(call());
      EXPECT_TRUE(copyto::resume_export(store_ref(same), "t").value());
      return copyto::error({.code = errc::unreachable, .disposition = disposition::in_doubt});
    }
    return call();
  }
};
TEST(Commit, ALostRecordThatResumeFinishedMeanwhileIsCommitted) {
  memory_store store(small_store());
  copyto::testing::decorated_store<memory_store, resumed_meanwhile> lossy(store, {.store = store});
  auto const done = run(lossy);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(visible(store), expected());
  EXPECT_TRUE(is_settled(store));
}

TEST(Commit, AStopAtAnyOperationLeavesEverythingOrNothing) {
  using copyto::testing::cancellation;
  contents const whole = expected();
  for (auto const moment : {cancellation::moment::before, cancellation::moment::after}) {
    for (std::uint32_t const flight : flights) {
      for (std::uint64_t at = 0;; ++at) {
        memory_store store(small_store());
        std::stop_source source;
        copyto::testing::cancel_at_store cancelling(store, source, {.at = at, .when = moment});
        auto const done = run(cancelling, 18, job_with(flight), source.get_token());
        if (!done) {
          EXPECT_TRUE(done.error().is(errc::stopped)) << done.error().message();
        }
        expect_promise(done, store, whole, true, fmt::format("stop at {}, {} parts in flight: ", at, flight));
        if (HasFatalFailure() || cancelling.operations() <= at) {
          break;
        }
      }
    }
  }
}

/// A store whose requests, when a stop comes, may or may not have arrived.
struct interrupted {
  std::stop_source source;
  bool arrives = false;
  std::string key_end;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    if (operation != "put" || !key.ends_with(key_end) || std::stop_source(source).stop_requested()) {
      return call();
    }
    if (arrives) {
      (void)call();
    }
    std::stop_source(source).request_stop();
    return copyto::error(
        {.code = errc::stopped, .disposition = disposition::in_doubt, .message = "a stop was requested"});
  }
};
TEST(Commit, AStopDuringTheClaimLeavesNoClaim) {
  for (bool const arrives : {true, false}) {
    memory_store store(small_store());
    std::stop_source source;
    copyto::testing::decorated_store<memory_store, interrupted> slow(store, {source, arrives, "INCOMPLETE"});
    auto const done = run(slow, 18, small_job(), source.get_token());
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::stopped));
    EXPECT_TRUE(is_clean(store));
  }
}

/// Does something around operation N of an export: what another process might do just then.
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

TEST(Commit, AnAbortBetweenAnyTwoOperationsIsOneDecision) {
  contents const whole = expected();
  int aborted_count = 0;
  int committed_count = 0;
  for (bool const repeats : {true, false}) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(store_with(conditions::compare_and_swap, repeats));
      std::optional<result<std::optional<copyto::aborted_export>>> aborted;
      meanwhile other{.at = at, .act = [&] { aborted = copyto::abort_export(store_ref(store), "t"); }};
      shared_store disturbed(store, other);
      auto const done = run(disturbed);
      if (!aborted) {
        EXPECT_TRUE(done);
        break;
      }
      std::string const where = "abort at " + std::to_string(at) + ": ";
      bool const won = *aborted && **aborted;
      if (won) {
        ++aborted_count;
        ASSERT_FALSE(done) << where;
        ASSERT_FALSE(done.error().is(errc::in_doubt)) << where << done.error().message();
        ASSERT_TRUE(is_clean(store)) << where;
      } else {
        committed_count += *aborted ? 0 : 1;
        ASSERT_TRUE(done) << where << done.error().message();
        ASSERT_EQ(visible(store), whole) << where;
        ASSERT_TRUE(is_settled(store)) << where;
      }
    }
  }
  EXPECT_GT(aborted_count, 20);
  EXPECT_GT(committed_count, 6);
}

/// A store whose conditional writes nobody has described: it may ignore a condition.
class undescribed_store : public memory_store {
public:
  undescribed_store(memory_options options, conditions honoured) : memory_store(options), honoured_(honoured) {}
  [[nodiscard]] conditions put_conditions() const { return conditions::unknown; }
  result<std::string> put(std::string_view key, copyto::bytes_view body, copyto::object_options const& options,
                          copyto::put_condition const& condition, std::stop_token stop) const {
    using type = copyto::put_condition::type;
    bool const heeded = condition.kind == type::absent ? honoured_ >= conditions::create_only
                                                       : honoured_ == conditions::compare_and_swap;
    return memory_store::put(key, body, options, heeded ? condition : copyto::put_condition(), std::move(stop));
  }

private:
  conditions honoured_;
};

TEST(Commit, AStoreOfUnknownConditionsIsFoundOut) {
  for (conditions const honoured : {conditions::compare_and_swap, conditions::create_only, conditions::none}) {
    undescribed_store store(small_store(), honoured);
    ASSERT_TRUE(run(store));
    EXPECT_EQ(visible(store), expected());
    EXPECT_TRUE(is_settled(store));
    EXPECT_TRUE(run(store).error().is(errc::not_empty));
    EXPECT_TRUE(is_settled(store));
  }
  // Where the store honours all conditions, an abort at any moment is one decision there, too.
  using shared = copyto::testing::decorated_store<undescribed_store, meanwhile>;
  for (std::uint64_t at = 0;; ++at) {
    undescribed_store store(small_store(), conditions::compare_and_swap);
    std::optional<result<std::optional<copyto::aborted_export>>> aborted;
    shared disturbed(store, {.at = at, .act = [&] { aborted = copyto::abort_export(store_ref(store), "t"); }});
    auto const done = run(disturbed);
    if (!aborted) {
      EXPECT_TRUE(done);
      break;
    }
    if (*aborted && **aborted) {
      ASSERT_FALSE(done) << at;
      ASSERT_TRUE(is_clean(store)) << at << done.error().message();
    } else {
      ASSERT_TRUE(done) << at << done.error().message();
      ASSERT_EQ(visible(store), expected()) << at;
      ASSERT_TRUE(is_settled(store)) << at;
    }
  }
}

TEST(Commit, OfTwoExportersOneWinsAndTheOtherChangesNothing) {
  for (conditions const c : {conditions::compare_and_swap, conditions::create_only}) {
    int first_won = 0;
    int second_won = 0;
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(store_with(c));
      std::optional<result<report>> second;
      shared_store disturbed(store, {.at = at, .act = [&] { second = run(store, 18, small_job("x2")); }});
      auto const first = run(disturbed);
      if (!second) {
        break;
      }
      ASSERT_NE(first.has_value(), second->has_value()) << at;
      first_won += first ? 1 : 0;
      second_won += first ? 0 : 1;
      auto const& lost = first ? second->error() : first.error();
      EXPECT_TRUE(lost.is(errc::claimed) || lost.is(errc::not_empty)) << lost.message();
      ASSERT_EQ(visible(store), first ? expected() : expected(18, small_job("x2"))) << at;
      ASSERT_TRUE(is_settled(store)) << at;
    }
    EXPECT_GT(first_won, 0);
    EXPECT_GT(second_won, 0);
  }
}

TEST(Commit, AnExporterWhoseClaimWasAbortedAndTakenOverChangesNothing) {
  // The slow exporter is aborted and somebody else exports, all between two of its operations.
  for (std::uint64_t at = 3;; ++at) {
    memory_store store(small_store());
    std::optional<result<report>> second;
    bool aborted = false;
    shared_store disturbed(store, {.at = at, .act = [&] {
                                     auto const a = copyto::abort_export(store_ref(store), "t");
                                     aborted = a && *a;
                                     if (aborted) {
                                       second = run(store, 18, small_job("x2"));
                                     }
                                   }});
    auto const first = run(disturbed);
    if (!aborted) {
      ASSERT_TRUE(first);
      break;
    }
    ASSERT_FALSE(first) << at;
    ASSERT_TRUE(*second) << at;
    ASSERT_EQ(visible(store), expected(18, small_job("x2"))) << at;
    ASSERT_TRUE(is_settled(store)) << at;
  }
}

TEST(Commit, AnExporterThatLostLeavesTheNextOnesClaimAlone) {
  copyto::control_record const next{.export_id = "x2", .started = "2026-01-01T00:00:00Z", .host = "h", .names = "n"};
  for (std::uint64_t at = 3;; ++at) {
    memory_store store(small_store());
    bool aborted = false;
    shared_store disturbed(store, {.at = at, .act = [&] {
                                     auto const a = copyto::abort_export(store_ref(store), "t");
                                     aborted = a && *a;
                                     if (aborted) { // the next exporter has begun, and goes on for long
                                       (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(format_control(next)),
                                                       {}, copyto::put_condition::absent(), {});
                                       (void)store.create_upload("t/part-0000-0000-x2.txt", {}, {});
                                     }
                                   }});
    auto const first = run(disturbed);
    if (!aborted) {
      ASSERT_TRUE(first);
      break;
    }
    ASSERT_FALSE(first) << at;
    ASSERT_EQ(store.objects().size(), 1U) << at;
    ASSERT_EQ(store.objects().begin()->second.body, format_control(next)) << at;
    ASSERT_EQ(store.pending_uploads(), 1U) << at;
  }
}

/// create_upload is carried out twice, as after a lost first answer.
struct twice {
  template <class Call>
  auto operator()(std::string_view operation, std::string_view, Call call) const -> decltype(call()) {
    if (operation == "create_upload") {
      (void)call();
    }
    return call();
  }
};
TEST(Commit, ASecondUploadOfARepeatedRequestIsThrownAway) {
  memory_store store(small_store());
  copyto::testing::decorated_store<memory_store, twice> doubled(store, twice());
  ASSERT_TRUE(run(doubled));
  EXPECT_EQ(visible(store), expected());
  EXPECT_TRUE(is_settled(store));
}

/// Refuses every claim, though no look finds another one.
struct always_too_late {
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) const -> decltype(call()) {
    if (what == "put" && key.ends_with("_copyto.INCOMPLETE")) {
      return copyto::error(errc::precondition_failed, "its state is not the expected one");
    }
    return call();
  }
};

TEST(Commit, OthersThatClaimAndGiveUpAllTheTimeAreNamed) {
  memory_store store(small_store());
  copyto::testing::decorated_store<memory_store, always_too_late> late(store, {});
  auto const done = run(late);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::claimed)) << done.error().message();
  EXPECT_NE(done.error().message().find("other exports claim this place"), std::string::npos) << done.error().message();
  EXPECT_TRUE(is_clean(store));
}

/// Refuses the claim while somebody asks for a stop.
struct too_late_and_stopped {
  std::stop_source stop;
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) -> decltype(call()) {
    if (what == "put" && key.ends_with("_copyto.INCOMPLETE")) {
      stop.request_stop();
    }
    return always_too_late{}(what, key, call);
  }
};

TEST(Commit, AStoppedClaimSaysNothingOfOthers) {
  memory_store store(small_store());
  std::stop_source stop;
  copyto::testing::decorated_store<memory_store, too_late_and_stopped> late(store, {stop});
  copyto::export_place const place("t");
  copyto::control_record claim{.export_id = "x1"};
  auto const claimed = copyto::control_object(store_ref(late), place, claim).claim(stop.get_token());
  ASSERT_FALSE(claimed);
  EXPECT_FALSE(claimed.error().is(errc::claimed)) << claimed.error().message();
  EXPECT_TRUE(is_clean(store));
}

} // namespace
