// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_CREDENTIAL_SOURCE_HPP
#define COPYTO_AUTH_DETAIL_CREDENTIAL_SOURCE_HPP

#include <copyto/auth/concept.hpp>

#include <memory>
#include <stop_token>
#include <utility>

namespace copyto::detail {

/// A CredentialProvider (auth/concept.hpp has the laws), erased: what profiles and chains are made of at run time.
class credential_source {
public:
  credential_source() = default;
  credential_source(credential_source const&) = delete;
  credential_source& operator=(credential_source const&) = delete;
  virtual ~credential_source() = default;

  [[nodiscard]] virtual result<credentials> get(utc_time now, std::stop_token const& stop) = 0;
  virtual void expire(credentials const& rejected) = 0;
};
using credential_source_ptr = std::shared_ptr<credential_source>;

template <class Provider>
class credential_source_of final : public credential_source {
public:
  explicit credential_source_of(Provider provider) : provider_(std::move(provider)) {}

  result<credentials> get(utc_time now, std::stop_token const& stop) override { return provider_.get(now, stop); }
  void expire([[maybe_unused]] credentials const& rejected) override {
    if constexpr (RefreshableProvider<Provider>) {
      provider_.expire(rejected);
    }
  }

private:
  Provider provider_;
};

template <CredentialProvider Provider>
[[nodiscard]] credential_source_ptr make_source(Provider provider) {
  return std::make_shared<credential_source_of<Provider>>(std::move(provider));
}

/// What providers that share a source have in common.
class source_handle {
public:
  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop) { return source_->get(now, stop); }
  void expire(credentials const& rejected) { source_->expire(rejected); }

protected:
  explicit source_handle(credential_source_ptr source) : source_(std::move(source)) {}

private:
  credential_source_ptr source_;
};

} // namespace copyto::detail

#endif
