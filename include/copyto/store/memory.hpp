// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_MEMORY_HPP
#define COPYTO_STORE_MEMORY_HPP

#include <copyto/core/config.hpp>
#include <copyto/store/concept.hpp>

#include <map>
#include <memory>
#include <string>

namespace copyto {

/// What a `memory_store` imitates. The defaults are Amazon S3's.
struct memory_options {
  /// Enforced where S3 does: sizes of parts and their equality at `complete`.
  store_limits limits = {.complete_creates_only = true};
  conditions put_conditions = conditions::compare_and_swap;
  /// Conditional puts are carried out unconditionally, as by servers that do not know them. Declare
  /// `put_conditions` as conditions::unknown then.
  bool ignores_conditions = false;
  std::size_t page_size = 1000; ///< entries on one page of a listing, at least 1
  /// Whether a `complete` that is repeated after its success succeeds again (S3), or is
  /// errc::no_such_upload (R2).
  bool complete_repeats = true;
};

/// An object of a `memory_store`.
struct memory_object {
  std::string body = {};
  std::string tag = {};
  std::string content_type = {};
  std::string token = {};
};

/// A store in memory, for tests and for results that are read by the same program. It keeps S3's rules:
/// keys are flat byte strings; part sizes, their order and their tags are checked at `complete`, which
/// replaces an existing object; a swap (`put_condition::matches`) of a missing object is errc::not_found.
///
/// Copies share the contents, which live until the last copy goes. Thread-safe. Never blocks.
class memory_store {
public:
  memory_store() : memory_store(memory_options{}) {}
  explicit memory_store(memory_options const& options);

  [[nodiscard]] store_limits limits() const;
  /// "memory://" and the key.
  [[nodiscard]] std::string uri(std::string_view key) const;
  [[nodiscard]] conditions put_conditions() const;

  /// @name ObjectStore, Reading, Listing, Deleting: see store/concept.hpp
  /// @{
  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) const;
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token stop) const;
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token stop) const;
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) const;
  result<void> abort(std::string_view key, std::string_view upload_id) const;
  result<object_info> head(std::string_view key, std::stop_token stop) const;
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop) const;
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token stop) const;
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from, std::stop_token stop) const;
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token stop) const;
  result<void> remove(std::string_view key, std::stop_token stop) const;
  /// @}

  /// A copy of all objects by key, as they are now.
  [[nodiscard]] std::map<std::string, memory_object, std::less<>> objects() const;
  /// Number of uploads that were neither completed nor aborted.
  [[nodiscard]] std::size_t pending_uploads() const;

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/memory.ipp>
#endif

#endif
