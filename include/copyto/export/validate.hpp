// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_VALIDATE_HPP
#define COPYTO_EXPORT_VALIDATE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/error.hpp>
#include <copyto/core/result.hpp>
#include <copyto/http/observed.hpp>
#include <copyto/store/open.hpp>
#include <copyto/store/ref.hpp>
#include <copyto/store/target.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// What one look at a connection has found.
struct validation_check {
  enum class verdict : std::uint8_t {
    good,
    warning, ///< an export would do without it, or somebody may do what he should not
    refused, ///< an export would fail
    unknown, ///< there is nobody to ask, or no answer
  };
  std::string name = {};  ///< "role without external id"
  std::string right = {}; ///< the action of IAM that is needed for it, or empty
  verdict result = verdict::good;
  std::string found = {};                  ///< in a few words
  std::optional<error> why = std::nullopt; ///< of what is not good, where there is an error
};

/// A connection, looked at from all sides.
struct validation {
  std::vector<validation_check> checks = {};
  std::string principal = {};   ///< who asks for the role, or who works; empty: not known
  std::string external_id = {}; ///< that the role is asked for with

  /// The worst of them; `unknown` counts as good.
  [[nodiscard]] validation_check::verdict verdict() const noexcept;
};

/// Uses each operation that an export below `prefix` needs once, and says which is missing: list, upload, abort, complete,
/// put, conditional writes, read, list uploads, delete. What it writes is called "_copyto.probe-<random>", and is removed
/// again; where that cannot be done, a refused check names it. Never throws what `store` does not.
[[nodiscard]] validation validate(store_ref store, std::string_view prefix, std::stop_token const& stop = {});

/// The same, and what is in front of it, as Materialize's VALIDATE CONNECTION does and further:
///
/// | check | is good where |
/// |---|---|
/// | credentials | they can be had |
/// | identity | STS says whose they are |
/// | role | it can be assumed with the external id |
/// | role without external id | it cannot be assumed: else who knows its name may have us work for him ("confused deputy") |
/// | role with another external id | it cannot be assumed: else the external id is not looked at |
/// | clock, region | the store's are ours |
///
/// A directory has no such checks. An error is a setting that cannot be right, as those of `open_store`.
[[nodiscard]] result<validation> validate(store_target const& to, store_settings const& settings = {},
                                          std::function<void(http_exchange const&)> tell = {},
                                          std::stop_token const& stop = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/validate.ipp>
#endif

#endif
