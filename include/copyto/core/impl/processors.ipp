// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_IMPL_PROCESSORS_IPP
#define COPYTO_CORE_IMPL_PROCESSORS_IPP

#include <copyto/core/processors.hpp>

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

namespace copyto {
namespace detail {

/// Whole processors for so many microseconds of each period; 0: there is no such quota.
COPYTO_COLD std::uint32_t whole_processors(std::int64_t quota, std::int64_t period) {
  return quota <= 0 || period <= 0
             ? 0
             : static_cast<std::uint32_t>(std::min<std::int64_t>((quota + period - 1) / period, 65'536));
}

/// The quota of one control group, whose files lie in `directory`.
COPYTO_COLD std::uint32_t quota_of_group(std::string const& directory, bool version_2) {
  std::int64_t quota = 0;
  std::int64_t period = 0;
  if (version_2) { // "200000 100000", "max 100000"
    std::ifstream(directory + "/cpu.max") >> quota >> period;
  } else { // "-1": none
    std::ifstream(directory + "/cpu.cfs_quota_us") >> quota;
    std::ifstream(directory + "/cpu.cfs_period_us") >> period;
  }
  return whole_processors(quota, period);
}

COPYTO_COLD std::uint32_t processor_quota(std::string const& root) {
  std::uint32_t least = 0;
  std::ifstream groups(root + "/proc/self/cgroup"); // "0::/path", "4:cpu,cpuacct:/path"
  for (std::string line; std::getline(groups, line);) {
    std::istringstream fields(line);
    std::string number;
    std::string controllers;
    std::string path;
    std::getline(fields, number, ':');
    std::getline(fields, controllers, ':');
    std::getline(fields, path);
    bool const version_2 = controllers.empty();
    if (!version_2 && ("," + controllers + ",").find(",cpu,") == std::string::npos) {
      continue;
    }
    // In a container the path may be that of the host, and its own group is the root of what it sees.
    for (path = path.starts_with('/') && path != "/" ? path : "";; path.resize(path.rfind('/'))) {
      for (std::string_view const mount : {"", "/cpu", "/cpu,cpuacct"}) {
        if (version_2 == mount.empty()) {
          std::uint32_t const here =
              quota_of_group(std::string(root).append("/sys/fs/cgroup").append(mount).append(path), version_2);
          least = here != 0 && (least == 0 || here < least) ? here : least;
        }
      }
      if (path.empty()) {
        break;
      }
    }
  }
  return least;
}

} // namespace detail

COPYTO_COLD std::uint32_t available_processors() {
  cpu_set_t mine; // of machines with more than 1024 processors the call fails
  bool const known = ::sched_getaffinity(0, sizeof mine, &mine) == 0;
  std::uint32_t const affinity =
      std::max(known ? static_cast<std::uint32_t>(CPU_COUNT(&mine)) : std::thread::hardware_concurrency(), 1U);
  std::uint32_t const quota = detail::processor_quota("");
  return quota == 0 ? affinity : std::min(affinity, quota);
}

} // namespace copyto

#endif
