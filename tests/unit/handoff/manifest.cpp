// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/handoff/manifest.hpp>

#include <copyto/commit/control_record.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/core/version.hpp>

#include "../export/lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::export_options;
using copyto::memory_store;
using copyto::report;
using copyto::store_ref;

export_options with_manifest(std::string key = {}) {
  export_options options = small_job();
  options.last = copyto::manifest(std::move(key));
  return options;
}

TEST(Manifest, SaysWhatWasWritten) {
  memory_store store(small_store());
  report const done = run(store, 10, with_manifest()).value();
  EXPECT_EQ(done.manifest, "t/_copyto.manifest-x1.json");
  EXPECT_EQ(done.files.size(), 2U);
  EXPECT_EQ(done.bytes, 50U);
  auto const crc = [&](std::size_t i) { return fmt::format("{:016x}", done.files[i].crc64nvme); };
  EXPECT_EQ(store.objects().at(done.manifest).body, R"({
  "entries": [
    {"url": "memory://t/part-0000-0000-x1.txt", "mandatory": true, "meta": {"content_length": 40, "record_count": 8}},
    {"url": "memory://t/part-0000-0001-x1.txt", "mandatory": true, "meta": {"content_length": 10, "record_count": 2}}
  ],
  "schema": {"elements": [
    {"name": "value", "type": {"base": "int64"}, "nullable": false}
  ]},
  "meta": {"content_length": 50, "record_count": 10},
  "author": {"name": "copyto", "version": ")" + std::string(copyto::version) +
                                                        R"("},
  "copyto": {"manifest": 1, "export_id": "x1", "format": "txt", "files": [
    {"key": "t/part-0000-0000-x1.txt", "rows": 8, "bytes": 40, "crc64nvme": ")" +
                                                        crc(0) +
                                                        R"("},
    {"key": "t/part-0000-0001-x1.txt", "rows": 2, "bytes": 10, "crc64nvme": ")" +
                                                        crc(1) +
                                                        R"("}
  ]}
}
)");
  EXPECT_EQ(store.pending_uploads(), 0U);
}

TEST(Manifest, OfNoRowsAndNoFile) {
  memory_store store(small_store());
  export_options options = with_manifest();
  options.empty_file = false;
  report const done = run(store, 0, options).value();
  EXPECT_TRUE(done.files.empty());
  ASSERT_EQ(store.objects().size(), 1U);
  EXPECT_NE(store.objects().at(done.manifest).body.find("\"entries\": [\n  ]"), std::string::npos);
}

TEST(Manifest, WithoutAControlObject) {
  memory_store store(small_store());
  export_options options = with_manifest();
  options.to = copyto::append_without_control("t");
  EXPECT_EQ(run(store, 18, options).value().files.size(), 3U);
  EXPECT_EQ(store.objects().size(), 4U);
}

TEST(Manifest, ItsUploadIsTheExports) {
  memory_store store(small_store());
  std::string const id = store.create_upload("t/_copyto.manifest-x1.json", {}, {}).value();
  copyto::control_record const claim{.export_id = "x1",
                                     .started = "2026-01-01T00:00:00Z",
                                     .host = "h",
                                     .names = "part-{shard}-{file}-x1.txt",
                                     .manifest = "t/_copyto.manifest-x1.json"};
  (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(format_control(claim)), {}, {}, {}).value();
  EXPECT_EQ(copyto::status_of(store_ref(store), "t").value()->uploads.size(), 1U);
  EXPECT_EQ(copyto::abort_export(store_ref(store), "t").value()->uploads, 1U);
  EXPECT_TRUE(is_clean(store));
}

TEST(Manifest, KeysThatCannotBe) {
  for (std::string const key :
       {"x/list.json", "t", "t/", "t/list/", "t/part-0000-0000-x1.txt", "t/_copyto.INCOMPLETE"}) {
    memory_store store(small_store());
    auto const done = run(store, 18, with_manifest(key));
    ASSERT_FALSE(done) << key;
    EXPECT_TRUE(done.error().is(errc::invalid_argument)) << key;
    EXPECT_NE(done.error().message().find("cannot be the manifest's key"), std::string::npos) << done.error().message();
    EXPECT_TRUE(is_clean(store));
  }
  memory_store store(small_store());
  EXPECT_EQ(run(store, 18, with_manifest("t/list.json")).value().manifest, "t/list.json");
}

TEST(Manifest, OfOneKeyStandsBesideIt) {
  memory_store store(small_store());
  export_options options = with_manifest();
  options.to = copyto::one_key("k.csv");
  EXPECT_EQ(run(store, 18, options).value().manifest, "k.csv_copyto.manifest-x1.json");
  EXPECT_EQ(store.objects().size(), 4U);
}

} // namespace
