// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_PROBE_HPP
#define COPYTO_COMMIT_PROBE_HPP

#include <copyto/commit/place.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/ref.hpp>

#include <stop_token>
#include <string>
#include <string_view>

namespace copyto {

/// What a warning says of a store that does not honour all conditional writes, which an export has found out. errc::unsupported.
[[nodiscard]] error ignored_conditions(conditions honoured, store_ref store, export_place const& place);

/// Uses the operations of a store on a key of its own, `export_place::probe`, before an export relies on them. Every
/// member can be called by itself; `clear` removes what they left. errc::unsupported is an operation that the store
/// does not have at all, errc::access_denied one that these credentials may not use.
class store_probe {
public:
  store_probe(store_ref store, export_place const& place, std::string_view export_id, std::stop_token stop)
      : store_(store), key_(place.probe(export_id)), token_(export_id), stop_(std::move(stop)) {}

  [[nodiscard]] std::string const& key() const noexcept { return key_; }
  /// An upload that is begun and aborted: the first error is that of `create_upload`, the second that of `abort`.
  struct outcome {
    result<void> created = {};
    result<void> aborted = {};
  };
  [[nodiscard]] outcome upload_and_abort();
  /// An upload of one part that becomes visible. After an error no upload of it is left, or the error says so.
  [[nodiscard]] result<void> upload();
  /// A put without condition.
  [[nodiscard]] result<void> put();
  /// Which conditions puts honour; the object must be there, from `upload` or `put`.
  [[nodiscard]] result<conditions> honoured();
  [[nodiscard]] result<void> head();
  [[nodiscard]] result<void> get();
  [[nodiscard]] result<void> clear();

private:
  store_ref store_;
  std::string key_;
  std::string token_;
  std::stop_token stop_;
};

/// Whether every other request would fail, too: nobody answers, who we are is not accepted, or there is no bucket.
[[nodiscard]] inline bool is_hopeless(error const& e) {
  return e.is(errc::bad_credentials) || e.is(errc::unreachable) || e->service_code == "NoSuchBucket";
}

/// For a store of which it is not known which operations it has (`store_limits::operations_unknown`): whether those are
/// there that an export cannot do without. Leaves nothing, or the error says so.
[[nodiscard]] result<void> probe_operations(store_ref store, export_place const& place, std::string_view export_id,
                                            std::stop_token const& stop);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/probe.ipp>
#endif

#endif
