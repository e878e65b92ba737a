// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_REJECT_EXPORT_LINES_HPP
#define COPYTO_TESTS_REJECT_EXPORT_LINES_HPP

#include <copyto/copyto.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/s3.hpp>

#include <optional>
#include <string>
#include <vector>

// The lines of an ordinary program; each lines_* test gets one policy wrong.

struct trade {
  std::int64_t id = 0;
  copyto::decimal<15, 2> price = {};
  std::optional<std::string> note = std::nullopt;
  std::chrono::sys_time<std::chrono::microseconds> at = {};
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, price, note, at))

/// A session of Amazon's STS, as far as types go.
struct session_keys {
  static constexpr copyto::issuer issued_by = copyto::issuer::aws;
  copyto::result<copyto::credentials> get(copyto::utc_time, std::stop_token) const { return copyto::credentials{}; }
};

#endif
