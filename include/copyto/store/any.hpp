// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_ANY_HPP
#define COPYTO_STORE_ANY_HPP

#include <copyto/store/concept.hpp>
#include <copyto/store/ref.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace copyto {

/// Any store, owned: for programs that choose the store at run time.
///
/// A cheap shared handle, like every store: copies refer to the same one, which lives until the last of
/// them goes. It models all refinements; those that the store inside lacks answer errc::unsupported, and
/// `reads()`, `lists()`, `deletes()` and `put_conditions()` tell beforehand. As thread-safe as the
/// store inside. A moved-from any_store may only be assigned to or destroyed.
class any_store {
public:
  /// Takes a copy of `store`.
  template <class O>
    requires(!std::same_as<O, any_store> && !std::same_as<O, store_ref> && ObjectStore<O>)
  any_store(O store) : any_store(std::make_shared<O>(std::move(store))) {} // NOLINT(google-explicit-constructor)

  [[nodiscard]] store_limits limits() const { return store_.limits(); }
  [[nodiscard]] std::string uri(std::string_view key) const { return store_.uri(key); }
  [[nodiscard]] conditions put_conditions() const { return store_.put_conditions(); }
  /// All zero where the store inside does not count.
  [[nodiscard]] store_counters counters() const { return store_.counters(); }
  /// Whether `head` and `get` work.
  [[nodiscard]] bool reads() const { return store_.reads(); }
  /// Whether `list`, `list_uploads` and `list_parts` work.
  [[nodiscard]] bool lists() const { return store_.lists(); }
  /// Whether `remove` works.
  [[nodiscard]] bool deletes() const { return store_.deletes(); }

  /// @name ObjectStore, Reading, Listing, Deleting: see store/concept.hpp
  /// @{
  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) const {
    return store_.put(key, body, options, condition, std::move(stop));
  }
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token stop) const {
    return store_.create_upload(key, options, std::move(stop));
  }
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token stop) const {
    return store_.put_part(key, upload_id, number, body, std::move(stop));
  }
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) const {
    return store_.complete(key, upload_id, parts, condition, std::move(stop));
  }
  result<void> abort(std::string_view key, std::string_view upload_id) const { return store_.abort(key, upload_id); }
  result<object_info> head(std::string_view key, std::stop_token stop) const {
    return store_.head(key, std::move(stop));
  }
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop) const {
    return store_.get(key, max_size, std::move(stop));
  }
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token stop) const {
    return store_.list(prefix, from, std::move(stop));
  }
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from,
                                            std::stop_token stop) const {
    return store_.list_uploads(prefix, from, std::move(stop));
  }
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token stop) const {
    return store_.list_parts(key, upload_id, from, std::move(stop));
  }
  result<void> remove(std::string_view key, std::stop_token stop) const { return store_.remove(key, std::move(stop)); }
  /// @}

private:
  template <class O>
  explicit any_store(std::shared_ptr<O> owned) : store_(*owned), owner_(std::move(owned)) {}

  store_ref store_;
  std::shared_ptr<void> owner_;
};

} // namespace copyto

#endif
