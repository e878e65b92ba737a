// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/arrow/detail/adbc_manifest.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using copyto::errc;
using copyto::detail::adbc_manifest;
using copyto::detail::adbc_place;
namespace fs = std::filesystem;

copyto::result<adbc_manifest> parse(std::string_view text, std::string_view platform = "linux_amd64") {
  return copyto::detail::parse_adbc_manifest(text, "/d/x.toml", platform);
}

void expect_error(copyto::result<adbc_manifest> const& got, errc code, std::string_view message) {
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().is(code)) << got.error().message();
  EXPECT_EQ(got.error()->message, message);
}

/// The example of the documentation.
constexpr std::string_view example = R"toml(name = 'Driver Display Name'
version = '1.0.0' # driver version
publisher = 'string to identify the publisher'
license = 'Apache-2.0' # or otherwise
url = 'https://example.com' # URL with more info about the driver
                            # such as a github link or documentation.

[ADBC]
version = '1.1.0' # Maximum supported ADBC spec version

[ADBC.features]
supported = [] # list of strings such as 'bulk insert'
unsupported = [] # list of strings such as 'async'

[Driver]
entrypoint = 'AdbcDriverInit' # entrypoint to use if not using default
# You can provide just a single path
# shared = '/path/to/libadbc_driver.so'

[Driver.shared]
linux_amd64 = '/path/to/libadbc_driver.so'
osx_amd64 = '/path/to/libadbc_driver.dylib'
windows_amd64 = 'C:\\path\\to\\adbc_driver.dll'
)toml";

TEST(AdbcManifest, OfTheDocumentation) {
  adbc_manifest const got = parse(example).value();
  EXPECT_EQ(got.library, "/path/to/libadbc_driver.so");
  EXPECT_EQ(got.entrypoint, "AdbcDriverInit");
  EXPECT_EQ(got.file, "/d/x.toml");
  expect_error(
      parse(example, "linux_arm64"), errc::not_found,
      "the ADBC manifest /d/x.toml has no library for linux_arm64, only for linux_amd64, osx_amd64, windows_amd64");
}

TEST(AdbcManifest, OnePathForAll) {
  adbc_manifest const got = parse("manifest_version = 1\n[Driver]\nshared = \"libx.so\"\n").value();
  EXPECT_EQ(got.library, "libx.so");
  EXPECT_EQ(got.entrypoint, "");
  EXPECT_EQ(parse("Driver.shared = 'x'\nDriver.entrypoint = ''").value().library, "x");
  EXPECT_EQ(parse("Driver = { shared = { linux_amd64 = 'y' } }").value().library, "y");
}

TEST(AdbcManifest, WhatIsWrongIsNamed) {
  expect_error(parse("name = 'x'"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml names no library: it has no Driver.shared");
  expect_error(parse("[Driver.shared]\n"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml names no library: it has no Driver.shared");
  expect_error(parse("[Driver]\nshared = 1"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 2: `Driver.shared` is no text");
  expect_error(parse("[Driver]\nshared = ['x']"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 2: `Driver.shared` is no text");
  expect_error(parse("[Driver]\n\nshared = ''"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 3: `Driver.shared` is empty");
  expect_error(parse("[Driver]\nshared = \"a\\u0000\""), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 2: `Driver.shared` is a text with a NUL byte");
  expect_error(parse("[Driver.shared]\nlinux_amd64 = false"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 2: `Driver.shared.linux_amd64` is no text");
  expect_error(parse("[Driver]\nshared = 'x'\nentrypoint = 3"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 3: `Driver.entrypoint` is no text");
  expect_error(parse("manifest_version = 2\n[Driver]\nshared = 'x'"), errc::unsupported,
               "the ADBC manifest /d/x.toml, line 1: manifest_version 2 is not known, only 1");
  expect_error(parse("[Driver]\nshared = /usr/lib/x.so"), errc::invalid_argument,
               "the ADBC manifest /d/x.toml, line 2: `/usr/lib/x.so` is no value: a text stands in quotes");
}

TEST(AdbcManifest, WhereManifestsAre) {
  auto const names = [](std::vector<adbc_place> const& places) {
    std::string all;
    for (adbc_place const& place : places) {
      all += (all.empty() ? "" : " ") + place.directory;
    }
    return all;
  };
  EXPECT_EQ(names(copyto::detail::adbc_places("/a:/b::", "/config", "/home/u")),
            "/a /b /config/adbc/drivers /etc/adbc/drivers");
  EXPECT_EQ(names(copyto::detail::adbc_places("", "", "/home/u")), "/home/u/.config/adbc/drivers /etc/adbc/drivers");
  EXPECT_EQ(names(copyto::detail::adbc_places("", "", "")), "/etc/adbc/drivers");
}

TEST(AdbcManifest, NamesAndPaths) {
  EXPECT_TRUE(copyto::detail::is_adbc_name("sqlite"));
  EXPECT_TRUE(copyto::detail::is_adbc_name("adbc_driver_sqlite"));
  for (std::string_view const path : {"", "/x", "x/y", "libx.so", "./x", "..", "x.toml"}) {
    EXPECT_FALSE(copyto::detail::is_adbc_name(path)) << path;
  }
  EXPECT_EQ(copyto::detail::adbc_platform().rfind("linux_", 0), 0U);
}

class AdbcManifests : public testing::Test {
protected:
  AdbcManifests() : root_(fs::path(testing::TempDir()) / ("adbc_manifests_" + std::to_string(::getpid()))) {
    for (std::string_view const below : {"one", "two"}) {
      fs::create_directories(root_ / below);
      places_.push_back({.directory = (root_ / below).string(), .why = "a test"});
    }
    places_.insert(places_.begin(), {.directory = (root_ / "none").string(), .why = "a test"});
  }
  ~AdbcManifests() override { fs::remove_all(root_); }

  std::string put(std::string const& name, std::string_view text) {
    std::ofstream(root_ / name) << text;
    return (root_ / name).string();
  }
  /// What is found: the library, "nothing", or the message.
  std::string find(std::string const& driver) {
    auto const found = copyto::detail::find_adbc_manifest(driver, places_, "linux_amd64");
    return !found ? found.error()->message : *found ? (*found)->library : "nothing";
  }

  fs::path root_;
  std::vector<adbc_place> places_;
};

TEST_F(AdbcManifests, TheFirstPlaceThatHasOne) {
  EXPECT_EQ(find("x"), "nothing");
  put("two/x.toml", "Driver.shared = 'second'");
  EXPECT_EQ(find("x"), "second");
  put("one/x.toml", "Driver.shared = 'first'");
  EXPECT_EQ(find("x"), "first");
  EXPECT_EQ(find("y"), "nothing");
}

TEST_F(AdbcManifests, OneOfAnotherPlatformIsPassedOver) {
  std::string const first = put("one/x.toml", "Driver.shared.windows_amd64 = 'x'");
  EXPECT_EQ(find("x"), "the ADBC manifest " + first + " has no library for linux_amd64, only for windows_amd64");
  put("two/x.toml", "Driver.shared.linux_amd64 = 'second'");
  EXPECT_EQ(find("x"), "second");
}

TEST_F(AdbcManifests, OneThatIsWrongIsNotPassedOver) {
  std::string const first = put("one/x.toml", "Driver.shared = second");
  put("two/x.toml", "Driver.shared = 'second'");
  EXPECT_EQ(find("x"), "the ADBC manifest " + first + ", line 1: `second` is no value: a text stands in quotes");
}

TEST_F(AdbcManifests, Paths) {
  std::string const file = put("one/x.toml", "Driver.shared = 'first'");
  EXPECT_EQ(find(file), "first");
  EXPECT_EQ(find((root_ / "one/x").string()), "first");
  EXPECT_EQ(find((root_ / "one/x.so").string()), "nothing"); // a library
  EXPECT_EQ(find((root_ / "one/y").string()), "nothing");
  std::string const missing = (root_ / "one/y.toml").string();
  EXPECT_EQ(find(missing), "the ADBC manifest " + missing + " cannot be read: No such file or directory");
  put("one/libz.toml.so", "");
  EXPECT_EQ(find("libz.so"), "nothing");
}

TEST_F(AdbcManifests, FilesThatAreNone) {
  fs::create_directories(root_ / "one/x.toml");
  EXPECT_NE(find("x").find("cannot be read: "), std::string::npos);
  std::string const large = put("one/y.toml", std::string((1U << 20U) + 1, '#'));
  EXPECT_EQ(find("y"), "the ADBC manifest " + large + " cannot be read: it is larger than 1 MiB");
  put("one/z.toml", "");
  EXPECT_NE(find("z").find("names no library"), std::string::npos);
}

} // namespace
