// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/process.hpp>

#include "ambient_fixture.hpp"

#include <sys/stat.h>

#include <stop_token>
#include <thread>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<process_credentials>);

class ProcessCredentials : public copyto::tests::ambient_fixture {
protected:
  std::string script(std::string_view body, mode_t mode = 0700) const {
    std::string const path = file("a program.sh", fmt::format("#!/bin/sh\n{}\n", body));
    ::chmod(path.c_str(), mode);
    return path;
  }
  [[nodiscard]] process_credentials make(std::string_view body, std::string_view arguments = "") const {
    return process_credentials({.command = fmt::format("'{}' {}", script(body), arguments), .patience = 20s});
  }
  [[nodiscard]] result<credentials> now(process_credentials who) const { return who.get(system_clock().now(), {}); }
  /// Real time goes by for a process.
  std::string told(process_credentials who) const {
    result<credentials> const got = now(std::move(who));
    EXPECT_FALSE(got);
    EXPECT_TRUE(got || got.error().is(errc::bad_credentials));
    EXPECT_EQ(got.error().message().find("hidden"), std::string::npos) << got.error().message();
    return got.error().message();
  }
};

TEST_F(ProcessCredentials, AreWhatItPrints) {
  credentials const got = now(make("echo '{\"Version\": 1, \"AccessKeyId\": \"'\"$1\"'\", \"SecretAccessKey\": "
                                   "\"hidden\", \"SessionToken\": "
                                   "\"t\", \"Expiration\": \"2099-01-01T01:00:00+01:00\"}'",
                                   "\"a b$HOME\""))
                              .value();
  EXPECT_EQ(got.access_key_id, "a b$HOME"); // no shell has seen it
  EXPECT_EQ(got.session_token.reveal(), "t");
  EXPECT_EQ(got.expiry, std::chrono::sys_days(std::chrono::year(2099) / 1 / 1));
}

TEST_F(ProcessCredentials, AreKeptWhereTheyDoNotEnd) {
  process_credentials who =
      make("echo x >>\"$0.count\"; echo '{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"hidden\"}'");
  EXPECT_FALSE(now(who)->expiry);
  credentials const first = now(who).value();
  EXPECT_EQ(std::filesystem::file_size(home + "/a program.sh.count"), 2U);
  who.expire(first);
  now(who).value();
  EXPECT_EQ(std::filesystem::file_size(home + "/a program.sh.count"), 4U);
}

TEST_F(ProcessCredentials, SayWhatIsWrong) {
  EXPECT_NE(told(make("echo hidden >&2; exit 3")).find("ended with status 3"), std::string::npos);
  EXPECT_NE(told(make("kill -9 $$")).find("by signal 9"), std::string::npos);
  EXPECT_NE(told(make("echo hidden")).find("something else than a JSON object"), std::string::npos);
  EXPECT_NE(told(make("echo '{\"Version\": 2}'")).find("another Version"), std::string::npos);
  EXPECT_NE(told(make("echo '{\"Version\": 1, \"AccessKeyId\": \"hidden\"}'")).find("SecretAccessKey is missing"),
            std::string::npos);
  EXPECT_NE(told(make("yes hidden")).find("more than 64 KiB"), std::string::npos);
  EXPECT_NE(told(process_credentials({.command = home + "/none"})).find("cannot be started"), std::string::npos);
  EXPECT_NE(told(process_credentials({.command = "'a"})).find("a quotation without an end"), std::string::npos);
  EXPECT_NE(told(process_credentials({.command = ""})).find("has no command"), std::string::npos);
  std::string const open = script("echo", 0722);
  EXPECT_NE(told(process_credentials({.command = "'" + open + "'"})).find("written by everybody"), std::string::npos);
}

TEST_F(ProcessCredentials, ThatHaveSaidAllAndLiveOnAreNotWaitedForEither) {
  std::string const body = script("echo '{}'; exec >&-; sleep 100");
  process_credentials late({.command = "'" + body + "'", .patience = 1s});
  EXPECT_NE(told(late).find("did not end within 1 seconds"), std::string::npos);
  std::stop_source stop;
  std::jthread const stopping([&stop] {
    system_clock().sleep(100ms, {});
    stop.request_stop();
  });
  process_credentials stopped({.command = "'" + body + "'", .patience = 60s});
  EXPECT_TRUE(stopped.get(system_clock().now(), stop.get_token()).error().is(errc::stopped));
}

TEST_F(ProcessCredentials, DoNotWaitForEver) {
  // It has said all, but a child of it holds the output open.
  process_credentials late({.command = "'" + script("sleep 100 & echo '{}'; sleep 100") + "'", .patience = 1s});
  EXPECT_NE(told(late).find("did not end within 1 s"), std::string::npos);
  std::stop_source stop;
  std::jthread const later([&] { stop.request_stop(); });
  process_credentials stopped = make("sleep 100");
  EXPECT_TRUE(stopped.get(system_clock().now(), stop.get_token()).error().is(errc::stopped));
}

} // namespace
