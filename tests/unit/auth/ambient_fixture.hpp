// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_AUTH_AMBIENT_FIXTURE_HPP
#define COPYTO_TESTS_UNIT_AUTH_AMBIENT_FIXTURE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/http/retry.hpp>
#include <copyto/testing/fake_clock.hpp>
#include <copyto/testing/scripted_transport.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::tests {

/// An environment without any AWS_*, a directory that is HOME, a script for the network, and a clock that does not sleep.
class ambient_fixture : public ::testing::Test {
protected:
  struct four_attempts {
    [[nodiscard]] std::optional<std::chrono::nanoseconds> delay(failed_attempt const& a, std::uint64_t) const {
      return a.number >= 4 ? std::nullopt : std::optional<std::chrono::nanoseconds>(std::chrono::milliseconds(50));
    }
  };

  ambient_fixture() {
    for (char** variable = environ; *variable != nullptr;) {
      std::string const name(*variable, std::string_view(*variable).find('='));
      if (name.starts_with("AWS_")) {
        ::unsetenv(name.c_str());
        variable = environ;
      } else {
        ++variable;
      }
    }
    std::filesystem::create_directories(home);
    set("HOME", home);
  }
  ~ambient_fixture() override {
    for (std::string const& name : set_) {
      ::unsetenv(name.c_str());
    }
    ::setenv("HOME", home_before_.c_str(), 1);
    std::filesystem::remove_all(home);
  }

  void set(std::string const& name, std::string const& value) {
    set_.push_back(name);
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  /// A file below HOME; its path.
  std::string file(std::string const& name, std::string_view text) const {
    std::string path = home + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  [[nodiscard]] std::string later(std::chrono::seconds by) const {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", std::chrono::time_point_cast<std::chrono::seconds>(clock.now() + by));
  }
  /// As container and instance services give it.
  [[nodiscard]] std::string set_of(std::string_view id, std::chrono::seconds life = std::chrono::hours(1)) const {
    return fmt::format(
        R"({{"Code": "Success", "AccessKeyId": "{}", "SecretAccessKey": "hidden", "Token": "hidden-token",)"
        R"( "Expiration": "{}"}})",
        id, later(life));
  }
  template <class Provider>
  [[nodiscard]] result<credentials> get(Provider& who) const {
    return who.get(clock.now(), {});
  }
  /// What the error says, and that no secret is in it.
  template <class Provider>
  [[nodiscard]] std::string refusal(Provider&& who, errc code = errc::bad_credentials) const {
    result<credentials> const got = who.get(clock.now(), {});
    EXPECT_FALSE(got);
    if (got) {
      return {};
    }
    EXPECT_EQ(got.error().code(), code) << got.error().message();
    EXPECT_EQ(got.error().message().find("hidden"), std::string::npos) << got.error().message();
    EXPECT_FALSE(got.error()->advice.empty()) << got.error().message();
    return got.error().message();
  }

  std::string home = ::testing::TempDir() + "copyto_ambient_" + std::to_string(::getpid());
  copyto::testing::scripted_transport net;
  copyto::testing::fake_clock clock;
  four_attempts retry;

private:
  std::vector<std::string> set_;
  std::string home_before_ = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "";
};

} // namespace copyto::tests

#endif
