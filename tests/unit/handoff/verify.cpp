// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/handoff/verify.hpp>

#include <copyto/handoff/manifest.hpp>

#include "../export/lines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::memory_store;
using copyto::store_ref;

memory_store exported(std::string const& id = "x1") {
  memory_store store(small_store());
  copyto::export_options options = small_job(id);
  options.to = copyto::append_to("t");
  options.last = copyto::manifest();
  (void)run(store, 18, options).value();
  return store;
}

TEST(Verify, FindsFilesAsTheyWereWritten) {
  memory_store store = exported();
  std::string const key = copyto::find_manifest(store_ref(store), "t").value();
  EXPECT_EQ(key, "t/_copyto.manifest-x1.json");
  auto const done = copyto::verify_manifest(store_ref(store), key).value();
  EXPECT_EQ(done.manifest, key);
  EXPECT_EQ(done.files, 3U);
  EXPECT_EQ(done.rows, 18U);
  EXPECT_EQ(done.bytes, 90U);
  EXPECT_TRUE(done.faults.empty());
}

TEST(Verify, NamesWhatIsNotAsItWas) {
  memory_store store = exported();
  auto const files = copyto::parse_manifest(store.objects().at("t/_copyto.manifest-x1.json").body).value();
  ASSERT_EQ(files.size(), 3U);
  auto const put = [&](std::string const& key, std::string const& body) {
    (void)store.put(key, copyto::as_bytes(body), {}, {}, {}).value();
  };
  put(files[0].key, std::string(files[0].bytes, 'x'));
  put(files[1].key, "short");
  ASSERT_TRUE(store.remove(files[2].key, {}));
  auto const done = copyto::verify_manifest(store_ref(store), "t/_copyto.manifest-x1.json").value();
  ASSERT_EQ(done.faults.size(), 3U);
  EXPECT_NE(done.faults[0].what.find("its checksum is"), std::string::npos) << done.faults[0].what;
  EXPECT_NE(done.faults[1].what.find("it has 5 bytes"), std::string::npos) << done.faults[1].what;
  EXPECT_EQ(done.faults[2].key, files[2].key);
}

TEST(Verify, AsksWhichOfSeveral) {
  memory_store store = exported();
  copyto::export_options options = small_job("x2");
  options.to = copyto::append_to("t");
  options.last = copyto::manifest();
  (void)run(store, 18, options).value();
  auto const found = copyto::find_manifest(store_ref(store), "t");
  EXPECT_TRUE(found.error().is(errc::invalid_argument));
  EXPECT_NE(found.error().message().find("x2.json"), std::string::npos) << found.error().message();
  EXPECT_EQ(copyto::find_manifest(store_ref(store), "t", "x2").value(), "t/_copyto.manifest-x2.json");
  EXPECT_TRUE(copyto::find_manifest(store_ref(store), "none").error().is(errc::not_found));
}

TEST(Verify, EndsAtAStop) {
  memory_store store = exported();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(copyto::verify_manifest(store_ref(store), "t/_copyto.manifest-x1.json", stop.get_token())
                  .error()
                  .is(errc::stopped));
}

TEST(ParseManifest, RefusesEverythingElse) {
  std::string const file = R"({"key": "a", "rows": 1, "bytes": 2, "crc64nvme": "00000000000000ff"})";
  auto const of = [](std::string const& files, std::string const& version = "1") {
    return R"({"copyto": {"manifest": )" + version + R"(, "files": )" + files + "}}";
  };
  auto const good = copyto::parse_manifest(of("[" + file + "]")).value();
  EXPECT_EQ(good.at(0).crc64nvme, 255U);
  EXPECT_TRUE(copyto::parse_manifest(of("[]")).value().empty());
  std::string deep = "{\"copyto\": ";
  for (int i = 0; i != 100'000; ++i) {
    deep += '[';
  }
  for (std::string const& text :
       {std::string(), std::string("x"), std::string("{}"), std::string("[]"), deep, of("[" + file + "]", "2"),
        of("[" + file + "]", "\"\""), of("7"), of("{\"a\": " + file + "}"), of("[1]"), of("[{}]"),
        of(R"([{"key": "a", "rows": -1, "bytes": 2, "crc64nvme": "ff"}])"),
        of(R"([{"key": "", "rows": 1, "bytes": 2, "crc64nvme": "ff"}])"),
        of(R"([{"key": ["a"], "rows": 1, "bytes": 2, "crc64nvme": "ff"}])"),
        of(R"([{"key": "a", "rows": 1.5, "bytes": 2, "crc64nvme": "ff"}])"),
        of(R"([{"key": "a", "rows": 1, "bytes": 2, "crc64nvme": "xx"}])"),
        of(R"([{"key": "a", "rows": 1, "bytes": 99999999999999999999, "crc64nvme": "ff"}])")}) {
    auto const bad = copyto::parse_manifest(text);
    ASSERT_FALSE(bad) << text.substr(0, 200);
    EXPECT_TRUE(bad.error().is(errc::bad_answer));
  }
}

} // namespace
