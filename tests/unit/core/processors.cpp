// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/processors.hpp>

#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using copyto::available_processors;
using copyto::detail::processor_quota;

/// A directory with the files of a machine.
class machine {
public:
  machine() : root_(std::filesystem::temp_directory_path() / ("copyto-processors-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(root_);
  }
  machine(machine const&) = delete;
  machine& operator=(machine const&) = delete;
  ~machine() { std::filesystem::remove_all(root_); }
  machine& with(std::string const& path, std::string const& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
    return *this;
  }
  [[nodiscard]] std::uint32_t quota() const { return processor_quota(root_.string()); }

private:
  std::filesystem::path root_;
};

TEST(Processors, AreThoseOfTheAffinity) {
  cpu_set_t all;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_GE(available_processors(), 1U);
  EXPECT_LE(available_processors(), static_cast<std::uint32_t>(CPU_COUNT(&all)));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int i = 0; CPU_COUNT(&one) == 0; ++i) {
    if (CPU_ISSET(i, &all)) {
      CPU_SET(i, &one);
    }
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(available_processors(), 1U);
  ASSERT_EQ(sched_setaffinity(0, sizeof all, &all), 0);
}

TEST(Processors, AQuotaOfVersion2IsRoundedUp) {
  EXPECT_EQ(machine().quota(), 0U) << "no such files";
  EXPECT_EQ(machine().with("proc/self/cgroup", "0::/\n").quota(), 0U);
  EXPECT_EQ(machine().with("proc/self/cgroup", "0::/\n").with("sys/fs/cgroup/cpu.max", "max 100000\n").quota(), 0U);
  EXPECT_EQ(machine().with("proc/self/cgroup", "0::/\n").with("sys/fs/cgroup/cpu.max", "200000 100000\n").quota(), 2U);
  EXPECT_EQ(machine().with("proc/self/cgroup", "0::/\n").with("sys/fs/cgroup/cpu.max", "50000 100000\n").quota(), 1U);
  EXPECT_EQ(machine().with("proc/self/cgroup", "0::/\n").with("sys/fs/cgroup/cpu.max", "150000 100000\n").quota(), 2U);
}

TEST(Processors, TheSmallestQuotaAboveCounts) {
  machine m;
  m.with("proc/self/cgroup", "0::/a/b\n").with("sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
  EXPECT_EQ(m.quota(), 8U);
  m.with("sys/fs/cgroup/a/cpu.max", "300000 100000\n").with("sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_EQ(m.quota(), 3U);
}

TEST(Processors, VersionOneIsReadToo) {
  machine m;
  m.with("proc/self/cgroup", "4:memory:/x\n3:cpu,cpuacct:/docker/f00\n0::/\n");
  EXPECT_EQ(m.quota(), 0U);
  m.with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(m.quota(), 0U);
  m.with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "350000\n");
  EXPECT_EQ(m.quota(), 4U);
}

} // namespace
