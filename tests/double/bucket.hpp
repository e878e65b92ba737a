// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_DOUBLE_BUCKET_HPP
#define COPYTO_TESTS_DOUBLE_BUCKET_HPP

#include "rules.hpp"
#include "wire.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace copyto::doubles {

/// One bucket of a service. Addressed by path. Thread-safe.
class bucket {
public:
  bucket(rules service, std::string name, key_pair keys)
      : rules_(std::move(service)), name_(std::move(name)), keys_(std::move(keys)) {}

  /// Carries out a request; `encrypted`: it came over TLS.
  [[nodiscard]] wire_answer handle(wire_request const& r, wall_time now, bool encrypted);

  /// @name What tests look at and turn
  /// @{
  struct object {
    std::string body = {};
    std::string etag = {};
    std::uint64_t generation = 0;
    bool of_parts = false;
    std::map<std::string, std::string> metadata = {}; ///< names of headers without their prefix
  };
  [[nodiscard]] std::map<std::string, object> objects() const;
  [[nodiscard]] std::size_t open_uploads() const;
  void clear();
  /// From now on the bucket is in another region, and requests for the old one are sent there.
  void move_to(std::string region);
  /// The session token that is good from now on.
  void renew_session(std::string token);
  /// @}

private:
  struct part {
    std::string body = {};
    std::string etag = {};
  };
  struct upload {
    std::map<std::uint32_t, part> parts = {};
    std::map<std::string, std::string> metadata = {};
    bool declares_crc64nvme = false;
    wall_time started = {};
  };
  using upload_name = std::pair<std::string, std::string>; ///< key, id

  struct call; ///< one request, taken apart

  [[nodiscard]] bool lacks(call const& c) const;
  [[nodiscard]] std::optional<wire_answer> check_headers(call const& c) const;
  [[nodiscard]] std::optional<wire_answer> check_body(call const& c) const;
  [[nodiscard]] std::optional<wire_answer> check_rate(call const& c);
  [[nodiscard]] std::optional<wire_answer> check_condition(call const& c, bool completes) const;
  [[nodiscard]] wire_answer put(call const& c);
  [[nodiscard]] wire_answer create(call const& c);
  [[nodiscard]] wire_answer put_part(call const& c);
  [[nodiscard]] wire_answer complete(call const& c);
  [[nodiscard]] wire_answer abort(call const& c);
  [[nodiscard]] wire_answer read(call const& c) const;
  [[nodiscard]] wire_answer remove(call const& c);
  [[nodiscard]] wire_answer list(call const& c) const;
  [[nodiscard]] wire_answer list_uploads(call const& c) const;
  [[nodiscard]] wire_answer list_parts(call const& c) const;
  [[nodiscard]] wire_answer completed(call const& c, object const& o) const;
  void add_object_headers(wire_answer& a, object const& o) const;
  void store(std::string const& key, object o);
  [[nodiscard]] std::map<std::string, std::string> metadata_of(wire_request const& r) const;

  rules rules_;
  std::string const name_;
  key_pair keys_;
  mutable std::mutex mutex_;
  std::map<std::string, object> objects_;
  std::map<upload_name, upload> uploads_;
  std::map<upload_name, std::string> done_; ///< completed uploads, with the list of parts
  std::map<std::string, wall_time> written_;
  std::uint64_t last_upload_ = 0;
  std::uint64_t last_generation_ = 1'700'000'000'000'000;
  std::string moved_from_;
};

} // namespace copyto::doubles

#endif
