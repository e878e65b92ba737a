// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/report.hpp>

#include <gtest/gtest.h>

namespace {

TEST(ReportOf, HasTheFilesOfARecordWithoutItsManifest) {
  copyto::control_record record{.state = copyto::control_state::commit, .export_id = "x1", .manifest = "p/m"};
  record.files = {{.key = "p/a", .rows = 2, .bytes = 10, .crc64nvme = 7},
                  {.key = "p/b", .rows = 3, .bytes = 20, .crc64nvme = 8},
                  {.key = "p/m", .bytes = 99}};
  copyto::report const made = report_of(record);
  EXPECT_EQ(made.export_id, "x1");
  EXPECT_EQ(made.rows, 5U);
  EXPECT_EQ(made.bytes, 30U);
  EXPECT_EQ(made.manifest, "p/m");
  ASSERT_EQ(made.files.size(), 2U);
  EXPECT_EQ(made.files[1].key, "p/b");
  EXPECT_EQ(made.files[1].rows, 3U);
  EXPECT_EQ(made.files[1].crc64nvme, 8U);
}

} // namespace
