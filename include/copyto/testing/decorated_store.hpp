// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_DECORATED_STORE_HPP
#define COPYTO_TESTING_DECORATED_STORE_HPP

#include <copyto/store/concept.hpp>
#include <copyto/store/ref.hpp>

#include <string_view>
#include <utility>

namespace copyto::testing {

/// A store with something around each operation: `around(operation, key, call)` is given the method's
/// name, the key or prefix, and a call to make, once or not at all, and returns what the caller gets
/// (`decltype(call())`). It models what the store inside models. Copies copy both; as thread-safe as both.
template <ObjectStore Store, class Around>
class decorated_store {
public:
  decorated_store(Store store, Around around) : store_(std::move(store)), around_(std::move(around)) {}

  [[nodiscard]] Store& inner() noexcept { return store_; }
  [[nodiscard]] Store const& inner() const noexcept { return store_; }
  [[nodiscard]] Around const& around() const noexcept { return around_; }

  [[nodiscard]] store_limits limits() const { return store_.limits(); }
  [[nodiscard]] std::string uri(std::string_view key) const { return store_.uri(key); }
  [[nodiscard]] conditions put_conditions() const
    requires Conditional<Store>
  {
    return store_.put_conditions();
  }
  [[nodiscard]] store_counters counters() const
    requires Counting<Store>
  {
    return store_.counters();
  }
  [[nodiscard]] bool reads() const
    requires KnowsRefinements<Store>
  {
    return store_.reads();
  }
  [[nodiscard]] bool lists() const
    requires KnowsRefinements<Store>
  {
    return store_.lists();
  }
  [[nodiscard]] bool deletes() const
    requires KnowsRefinements<Store>
  {
    return store_.deletes();
  }

  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) {
    return around_("put", key, [&] { return store_.put(key, body, options, condition, stop); });
  }
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token stop) {
    return around_("create_upload", key, [&] { return store_.create_upload(key, options, stop); });
  }
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token stop) {
    return around_("put_part", key, [&] { return store_.put_part(key, upload_id, number, body, stop); });
  }
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) {
    return around_("complete", key, [&] { return store_.complete(key, upload_id, parts, condition, stop); });
  }
  result<void> abort(std::string_view key, std::string_view upload_id) {
    return around_("abort", key, [&] { return store_.abort(key, upload_id); });
  }
  result<object_info> head(std::string_view key, std::stop_token stop)
    requires Reading<Store>
  {
    return around_("head", key, [&] { return store_.head(key, stop); });
  }
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop)
    requires Reading<Store>
  {
    return around_("get", key, [&] { return store_.get(key, max_size, stop); });
  }
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token stop)
    requires Listing<Store>
  {
    return around_("list", prefix, [&] { return store_.list(prefix, from, stop); });
  }
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from, std::stop_token stop)
    requires Listing<Store>
  {
    return around_("list_uploads", prefix, [&] { return store_.list_uploads(prefix, from, stop); });
  }
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token stop)
    requires Listing<Store>
  {
    return around_("list_parts", key, [&] { return store_.list_parts(key, upload_id, from, stop); });
  }
  result<void> remove(std::string_view key, std::stop_token stop)
    requires Deleting<Store>
  {
    return around_("remove", key, [&] { return store_.remove(key, stop); });
  }

private:
  Store store_;
  Around around_;
};

} // namespace copyto::testing

#endif
