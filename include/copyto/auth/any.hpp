// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_ANY_HPP
#define COPYTO_AUTH_ANY_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace copyto {

/// Whatever provider is chosen at run time: a shared handle to a copy of it. What its service accepts is known to the caller:
/// it counts as `issuer::any`. Models RefreshableProvider; telling it of a rejected set has no effect where the provider
/// inside is not refreshable.
class any_credentials : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::any;

  // In this order: whether this class is a provider must not depend on itself.
  template <class Provider>
    requires(!std::same_as<std::remove_cvref_t<Provider>, any_credentials> && HasIssuer<Provider> &&
             CredentialProvider<Provider>)
  any_credentials(Provider provider) // NOLINT(google-explicit-constructor): it is one
      : source_handle(detail::make_source(std::move(provider))) {}
  explicit any_credentials(detail::credential_source_ptr source) : source_handle(std::move(source)) {}
};
static_assert(RefreshableProvider<any_credentials>);

} // namespace copyto

#endif
