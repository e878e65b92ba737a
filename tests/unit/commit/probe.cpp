// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// B6: stores that lack an operation. Either an export is refused before its first row, or it does without, says what is
// lost, and ends; and whatever it leaves where it is killed can be settled.
#include <copyto/commit/probe.hpp>

#include <copyto/commit/settle.hpp>
#include <copyto/export/dry_run.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include "../export/lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

namespace {

using namespace export_tests;
using copyto::conditions;
using copyto::errc;
using copyto::export_place;
using copyto::memory_options;
using copyto::memory_store;
using copyto::store_ref;
using copyto::testing::decorated_store;
using copyto::testing::fail_at_store;

/// Answers one kind of operation as a server does that does not know it.
struct lacks {
  std::string_view operation;
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) const -> decltype(call()) {
    if (what == operation) {
      return copyto::error({.code = errc::unsupported,
                            .message = fmt::format("cannot {}: the store does not support it", what),
                            .key = std::string(key)});
    }
    return call();
  }
};
using lacking_store = decorated_store<memory_store, lacks>;

memory_options unknown_store() {
  memory_options made = small_store();
  made.limits.operations_unknown = true;
  made.put_conditions = conditions::unknown;
  return made;
}

struct lacked {
  std::string_view operation;
  bool needed;
};
constexpr lacked all_lacked[] = {{"put", true},      {"remove", true},      {"list", true},
                                 {"head", true},     {"get", true},         {"create_upload", true},
                                 {"put_part", true}, {"complete", true},    {"list_uploads", false},
                                 {"abort", false},   {"list_parts", false}, {"nothing", false}};

std::string all(std::vector<copyto::error> const& errors) {
  std::string text;
  for (copyto::error const& e : errors) {
    text += e.message() + "\n";
  }
  return text;
}

TEST(StoresThatLackAnOperation, RefuseAnExportBeforeItsFirstRowOrDoWithout) {
  for (lacked const& l : all_lacked) {
    memory_store store(unknown_store());
    lacking_store lacking(store, {l.operation});
    std::uint64_t rows = 0;
    auto const done = run(lacking, 18, small_job(), {}, [&](copyto::progress const& p) { rows = p.rows; });
    ASSERT_EQ(done.has_value(), !l.needed) << l.operation;
    if (l.needed) {
      EXPECT_TRUE(done.error().is(errc::unsupported)) << l.operation << done.error().message();
      EXPECT_EQ(rows, 0U) << l.operation;
      EXPECT_EQ(done.error().message().find("denied"), std::string::npos) << done.error().message();
      EXPECT_EQ(done.error().message().find("right"), std::string::npos) << done.error().message();
      EXPECT_TRUE(is_clean(store)) << l.operation << ": " << done.error().message();
    } else {
      EXPECT_EQ(visible(store), expected()) << l.operation;
      EXPECT_TRUE(is_settled(store)) << l.operation;
      bool const unlisted = l.operation == "list_uploads"; // a memory store does not count requests
      EXPECT_EQ(done->warnings.size(), unlisted ? 1U : 0U) << all(done->warnings);
      EXPECT_EQ(all(done->warnings).find("denied"), std::string::npos) << all(done->warnings);
    }
  }
}

TEST(StoresThatLackAnOperation, AreJudgedByTheDryRunAsByTheRun) {
  constexpr copyto::field value{.name = "value", .type = {.id = copyto::kind::int64}};
  for (lacked const& l : all_lacked) {
    memory_store store(unknown_store());
    lacking_store lacking(store, {l.operation});
    auto const found = copyto::dry_run({&value, 1}, lines(), store_ref(lacking), small_job());
    EXPECT_EQ(found.refusals.empty(), !l.needed) << l.operation << ": " << all(found.refusals);
    bool const warned = l.operation == "list_uploads" || l.operation == "abort";
    EXPECT_EQ(found.warnings.size(), warned ? 1U : 0U) << l.operation << ": " << all(found.warnings);
    bool const left =
        l.operation == "abort" || l.operation == "remove"; // what cannot be taken away, and the first is told
    EXPECT_TRUE(is_clean(store) || left) << l.operation;
    EXPECT_TRUE(l.operation != "remove" || is_clean(store)) << "nothing is put that cannot be deleted";
  }
}

TEST(StoresThatLackAnOperation, LeaveNothingThatCannotBeSettled) {
  contents const whole = expected();
  int settled = 0;
  for (lacked const& l : all_lacked) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(unknown_store());
      lacking_store lacking(store, {l.operation});
      fail_at_store dying(lacking, {.at = at, .count = std::numeric_limits<std::uint64_t>::max()});
      auto const done = run(dying);
      auto const found = copyto::status_of(store_ref(lacking), "t");
      if (!found || !*found) {
        // Who cannot read or list is refused by the claim already, which then is not there.
        EXPECT_TRUE(visible(store).empty() || visible(store) == whole) << l.operation << at;
      } else if ((*found)->control.state == copyto::control_state::commit) {
        auto const resumed = copyto::resume_export(store_ref(lacking), "t");
        ASSERT_TRUE(resumed) << l.operation << at << resumed.error().message();
        EXPECT_EQ(visible(store), whole);
        EXPECT_EQ((*resumed)->warnings.size(), l.operation == "list_uploads" ? 1U : 0U) << all((*resumed)->warnings);
        ++settled;
      } else {
        auto const aborted = copyto::abort_export(store_ref(lacking), "t");
        bool const may_delete = l.operation != "remove";
        ASSERT_EQ(aborted.has_value(), may_delete) << l.operation << at << aborted.error().message();
        EXPECT_TRUE(visible(store).empty());
        ++settled;
      }
      if (l.operation == "remove" || l.operation == "get") { // refused at the first request, or by the claim
        EXPECT_TRUE(done.has_error());
      } else {
        EXPECT_FALSE(copyto::status_of(store_ref(lacking), "t").value()) << l.operation << at;
        bool const left = l.operation == "abort" || l.operation == "list_uploads"; // uploads, which nobody sees
        EXPECT_TRUE(is_settled(store) || left) << l.operation << at;
        EXPECT_EQ(store.objects().size(), visible(store).size()) << l.operation << at;
      }
      if (dying.operations() <= at) {
        break;
      }
    }
  }
  EXPECT_GT(settled, 100);
}

/// Counts what is done to the probe, but for its removal.
struct counting {
  std::shared_ptr<int> probes;
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) const -> decltype(call()) {
    *probes += key.find("_copyto.probe-") != key.npos && what != "remove" ? 1 : 0;
    return call();
  }
};

TEST(StoresThatLackAnOperation, OfWhichNothingIsUnknownAreNotTried) {
  memory_store store(small_store());
  auto const probes = std::make_shared<int>(0);
  ASSERT_TRUE(run(decorated_store<memory_store, counting>(store, {probes})));
  EXPECT_EQ(*probes, 0);
}

/// Refuses puts with a condition of some kind, as servers do that do not know the header.
struct refuses_conditions : memory_store {
  using memory_store::memory_store;
  bool creates_only = false;
  copyto::result<std::string> put(std::string_view key, copyto::bytes_view body, copyto::object_options const& options,
                                  copyto::put_condition const& condition, std::stop_token stop) {
    if (condition.kind == copyto::put_condition::type::matches ||
        (!creates_only && condition.kind == copyto::put_condition::type::absent)) {
      return copyto::error(errc::unsupported, "a header you provided implies functionality that is not implemented");
    }
    return memory_store::put(key, body, options, condition, std::move(stop));
  }
};

TEST(StoresThatLackConditions, AreUsedWithoutAndItIsSaid) { // B8
  for (bool const refuses : {false, true}) {
    for (bool const creates_only : {false, true}) {
      memory_options made = unknown_store();
      made.ignores_conditions = !refuses;
      if (!refuses && creates_only) {
        continue; // a store in memory ignores all of them or none
      }
      std::vector<copyto::error> warnings;
      auto const each = [&](copyto::progress const& p) { warnings.assign(p.warnings.begin(), p.warnings.end()); };
      constexpr copyto::field value{.name = "value", .type = {.id = copyto::kind::int64}};
      auto const check = [&](auto store) {
        auto const found = copyto::dry_run({&value, 1}, lines(), store_ref(store), small_job());
        EXPECT_TRUE(found.refusals.empty()) << all(found.refusals);
        EXPECT_TRUE(is_clean(store));
        auto const done = run(store, 18, small_job(), {}, each);
        ASSERT_TRUE(done) << done.error().message();
        EXPECT_EQ(visible(store), expected());
        EXPECT_TRUE(is_settled(store));
        for (std::string const& text : {all(found.warnings), all(warnings), all(done->warnings)}) {
          std::string_view const words =
              creates_only ? "the store ignores the condition If-Match" : "the store ignores conditional writes";
          EXPECT_TRUE(text.starts_with(words)) << text;
          EXPECT_NE(text.find(creates_only ? "do not abort" : "let one export at a time run"), text.npos);
        }
        EXPECT_EQ(found.warnings.size(), 1U) << "once";
        EXPECT_EQ(std::ranges::count_if(done->warnings,
                                        [](auto const& e) { return e->message.find("ignores") != std::string::npos; }),
                  1);
        auto const again = run(store, 18, small_job("x2"));
        EXPECT_TRUE(again.error().is(errc::not_empty));
      };
      if (refuses) {
        refuses_conditions store(made);
        store.creates_only = creates_only;
        check(store);
      } else {
        check(memory_store(made));
      }
    }
  }
}

TEST(StoresThatLackConditions, AreAbortedThereAllTheSame) {
  for (bool const creates_only : {false, true}) {
    refuses_conditions store(unknown_store());
    store.creates_only = creates_only;
    fail_at_store dying(store, {.at = 14, .count = std::numeric_limits<std::uint64_t>::max()});
    (void)run(dying);
    ASSERT_TRUE(copyto::status_of(store_ref(store), "t").value());
    auto const aborted = copyto::abort_export(store_ref(store), "t");
    ASSERT_TRUE(aborted) << aborted.error().message();
    EXPECT_TRUE(is_clean(store));
  }
}

/// Ends the first `times` Completes of the probe as a server does whose upload is lost by somebody else's doing.
struct loses_probes {
  std::shared_ptr<int> times;
  errc code;
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) const -> decltype(call()) {
    if (what == "complete" && key.find("_copyto.probe") != std::string_view::npos && (*times)-- > 0) {
      return copyto::error({.code = code, .message = "the upload is lost: export again"});
    }
    return call();
  }
};

TEST(StoreProbe, AnUploadThatIsLostIsMadeAgain) {
  for (errc const code : {errc::conflict, errc::damaged}) {
    for (int times = 0; times != 4; ++times) {
      memory_store store(unknown_store());
      decorated_store<memory_store, loses_probes> losing(store, {std::make_shared<int>(times), code});
      auto const done = run(losing, 18, small_job());
      ASSERT_EQ(done.has_value(), times < 3) << times;
      EXPECT_TRUE(done ? is_settled(store) : done.error().is(code) && is_clean(store)) << times;
    }
  }
}

} // namespace
