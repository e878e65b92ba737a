// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_PROCESSORS_HPP
#define COPYTO_CORE_PROCESSORS_HPP

#include <copyto/core/config.hpp>

#include <cstdint>
#include <string>

namespace copyto {

/// How many processors this process may use, at least 1: those of its affinity (sched_getaffinity(2), a cpuset), and no
/// more than the quota of its control group and of those above it, rounded up (`cpu.max` of version 2, `cpu.cfs_quota_us`
/// of version 1; docs.kernel.org, "Control Group v2", and "CFS Bandwidth Control"). For `export_options::threads`.
[[nodiscard]] std::uint32_t available_processors();

namespace detail {

/// The quota alone, for files below `root`; 0: there is none.
[[nodiscard]] std::uint32_t processor_quota(std::string const& root);

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/core/impl/processors.ipp>
#endif

#endif
