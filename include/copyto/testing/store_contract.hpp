// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_STORE_CONTRACT_HPP
#define COPYTO_TESTING_STORE_CONTRACT_HPP

#include <copyto/core/config.hpp>
#include <copyto/store/concept.hpp>
#include <copyto/store/ref.hpp>
#include <copyto/testing/contract_options.hpp>
#include <copyto/testing/contract_report.hpp>

namespace copyto::testing {

/// Checks the laws of store/concept.hpp on a store and a copy of it. What the store cannot do (read,
/// list, delete, conditions) is not checked; the more it can, the more is seen. Cleans up behind itself
/// as far as the store can. Blocks; uses a few threads.
[[nodiscard]] contract_report check_store_contract(store_ref store, store_ref copy, contract_options const& options);

/// The same for a store of any type; no test framework is needed:
/// `EXPECT_TRUE(report.ok()) << report.text();`
template <ObjectStore Store>
[[nodiscard]] contract_report check_store_contract(Store store, contract_options const& options = {}) {
  Store copy = store;
  return check_store_contract(store_ref(store), store_ref(copy), options);
}

} // namespace copyto::testing

#ifdef COPYTO_HEADER_ONLY
#include <copyto/testing/impl/store_contract.ipp>
#endif

#endif
