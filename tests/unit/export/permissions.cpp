// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Exports by credentials that may do less than everything: the smallest policies that are in use for COPY.
#include <copyto/export/job.hpp>

#include <copyto/commit/settle.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace {

using namespace export_tests;
using copyto::conditions;
using copyto::errc;
using copyto::export_options;
using copyto::if_exists;
using copyto::memory_options;
using copyto::memory_store;
using copyto::store_ref;
using copyto::testing::decorated_store;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

/// Allows what it names, by the names of IAM.
struct policy {
  std::vector<std::string_view> allowed;

  static std::string_view action(std::string_view operation) {
    if (operation == "get" || operation == "head") {
      return "GetObject";
    }
    if (operation == "list") {
      return "ListBucket";
    }
    if (operation == "list_uploads") {
      return "ListBucketMultipartUploads";
    }
    if (operation == "list_parts") {
      return "ListMultipartUploadParts";
    }
    if (operation == "remove") {
      return "DeleteObject";
    }
    return operation == "abort" ? "AbortMultipartUpload" : "PutObject";
  }
  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    if (std::ranges::find(allowed, action(operation)) == allowed.end()) {
      return copyto::error({.code = errc::access_denied,
                            .message = "access is denied",
                            .key = std::string(key),
                            .advice = fmt::format("allow {}", action(operation))});
    }
    return call();
  }
};
using limited_store = decorated_store<memory_store, policy>;

/// The policy that Materialize asks for (create-aws-connection).
policy materialize() { return {{"PutObject", "DeleteObject", "ListBucket"}}; }
/// The one that Aurora's aws_s3 asks for.
policy aurora() { return {{"PutObject", "AbortMultipartUpload"}}; }

/// Stores by what they make of conditions, also one that ignores them without saying so.
std::vector<memory_options> all_stores() {
  std::vector<memory_options> all;
  for (conditions const honoured :
       {conditions::none, conditions::create_only, conditions::compare_and_swap, conditions::unknown}) {
    memory_options made = small_store();
    made.put_conditions = honoured;
    all.push_back(made);
  }
  all.push_back(all.back());
  all.back().ignores_conditions = true;
  return all;
}

/// Whether an export finds out that conditions do nothing there.
bool ignored(memory_options const& made) {
  return made.put_conditions == conditions::unknown && made.ignores_conditions;
}

TEST(Permissions, ErrorModeCommitsWithMaterializesPolicy) {
  for (memory_options const& made : all_stores()) {
    memory_store store(made);
    limited_store limited(store, materialize());
    auto const done = run(limited);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(done->warnings.size(), ignored(made) ? 2U : 1U)
        << "a memory store does not count requests, so none may have been repeated unnoticed";
    EXPECT_EQ(visible(store), expected());
    EXPECT_TRUE(is_settled(store));
    EXPECT_TRUE(run(limited).error().is(errc::not_empty));
    EXPECT_TRUE(is_settled(store)) << "the refused one has removed its claim";
  }
}

TEST(Permissions, WithoutTheRightToReadAClaimIsStillRespected) {
  for (memory_options const& made : all_stores()) {
    memory_store store(made);
    copyto::control_record const other{.export_id = "x9", .started = "2026-01-01T00:00:00Z", .host = "h", .names = "n"};
    std::string const text = format_control(other);
    (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(text), {}, {}, {}).value();
    limited_store limited(store, materialize());
    auto const refused = run(limited);
    EXPECT_TRUE(refused.error().is(errc::claimed)) << refused.error().message();
    EXPECT_NE(refused.error().message().find("may not be read"), std::string::npos) << refused.error().message();
    EXPECT_EQ(store.objects().size(), 1U);
    EXPECT_EQ(store.objects().at("t/_copyto.INCOMPLETE").body, text);
  }
}

TEST(Permissions, WithoutTheRightToReadAnAbortIsStillNoticed) {
  for (memory_options const& made : all_stores()) {
    for (bool const removed : {false, true}) {
      memory_store store(made);
      policy allowed = materialize();
      allowed.allowed.emplace_back("AbortMultipartUpload");
      limited_store limited(store, allowed);
      bool once = false;
      auto const lost = run(limited, 18, small_job(), {}, [&](copyto::progress const& p) {
        if (p.rows != 0 && !std::exchange(once, true)) {
          if (removed) {
            (void)copyto::abort_export(store_ref(store), "t").value();
          } else { // an abort that has only just begun
            auto found = copyto::read_control(store_ref(store), "t", {}).value();
            found->record.state = copyto::control_state::aborting;
            std::string const text = format_control(found->record);
            (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(text), {}, {}, {}).value();
          }
        }
      });
      ASSERT_FALSE(lost);
      EXPECT_TRUE(removed || lost.error().is(errc::claim_lost) || lost.error().is(errc::in_doubt))
          << lost.error().message(); // with its uploads gone, a part may fail first
      EXPECT_TRUE(visible(store).empty());
    }
  }
}

TEST(Permissions, NoFailureLeavesHalfAnExportWithMaterializesPolicy) {
  contents const whole = expected();
  for (memory_options const& made : all_stores()) {
    for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
      for (std::uint64_t at = 0;; ++at) {
        memory_store store(made);
        fail_at_store failing(limited_store(store, materialize()), {.at = at, .when = when});
        auto const done = run(failing);
        std::string const where = fmt::format("{} at {}: ", static_cast<int>(made.put_conditions), at);
        if (done) {
          EXPECT_EQ(visible(store), whole) << where;
          EXPECT_TRUE(is_settled(store)) << where;
        } else if (!done.error().is(errc::in_doubt)) {
          EXPECT_TRUE(visible(store).empty()) << where << done.error().message();
        } else { // somebody who may do more finishes it, or gives it up
          if (!copyto::resume_export(store_ref(store), "t")) {
            EXPECT_TRUE(visible(store).empty()) << where;
            EXPECT_TRUE(copyto::abort_export(store_ref(store), "t")) << where;
            EXPECT_TRUE(is_clean(store)) << where;
          } else {
            EXPECT_TRUE(visible(store) == whole) << where << done.error().message();
          }
        }
        if (failing.operations() <= at) {
          break;
        }
      }
    }
  }
}

export_options writes_only() {
  export_options options = small_job();
  options.to = copyto::append_without_control("t");
  return options;
}

TEST(Permissions, AppendWithoutAControlObjectCommitsWithAurorasPolicy) {
  memory_store store(small_store());
  (void)store.put("t/old", copyto::as_bytes("old"), {}, {}, {}).value();
  auto const done = run(limited_store(store, aurora()), 18, writes_only());
  ASSERT_TRUE(done) << done.error().message();
  contents wanted = expected();
  wanted.emplace("t/old", "old");
  EXPECT_EQ(visible(store), wanted);
  EXPECT_TRUE(is_settled(store));
  // With one it cannot: the error names what is missing.
  export_options options = small_job("x2");
  options.to = copyto::append_to("t");
  auto const refused = run(limited_store(store, aurora()), 18, options);
  EXPECT_TRUE(refused.error().is(errc::access_denied));
  EXPECT_NE(refused.error().message().find("allow DeleteObject"), std::string::npos) << refused.error().message();
  EXPECT_EQ(visible(store), wanted);
  EXPECT_TRUE(is_settled(store));
}

TEST(Permissions, WithoutAControlObjectAFailureSaysWhatIsVisible) {
  contents const whole = expected();
  bool doubted = false;
  bool failed = false;
  for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(small_store());
      fail_at_store failing(limited_store(store, aurora()), {.at = at, .when = when});
      auto const done = run(failing, 18, writes_only());
      std::string const where = fmt::format("failed at {}: ", at);
      if (done) {
        EXPECT_EQ(visible(store), whole) << where;
      } else if (done.error().is(errc::in_doubt)) {
        doubted = true;
        std::string const text = done.error().message();
        for (auto const& [key, body] : whole) {
          EXPECT_NE(text.find(key), std::string::npos) << where << text;
          EXPECT_TRUE(!visible(store).contains(key) || visible(store).at(key) == body) << where;
        }
        EXPECT_EQ(text.find("copy_to resume"), std::string::npos) << text;
      } else {
        failed = true;
        EXPECT_TRUE(visible(store).empty()) << where << done.error().message();
      }
      if (failing.operations() <= at) {
        break;
      }
    }
  }
  EXPECT_TRUE(doubted && failed);
}

} // namespace
