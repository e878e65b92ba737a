// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_CONCEPT_HPP
#define COPYTO_STORE_CONCEPT_HPP

#include <copyto/core/result.hpp>
#include <copyto/store/object.hpp>

#include <concepts>
#include <span>
#include <stop_token>

namespace copyto {

/// A store's methods and what they promise. Keys are raw bytes, 1 to `limits().max_key` of valid UTF-8,
/// and full: the prefix of an export is part of them.
///
/// Law:
/// - A store is a cheap shared handle: copies share transport, pool and credential cache.
/// - All methods are thread-safe. `put_part` may be called for several parts at once, and again for the
///   same part, in which case the last call counts.
/// - All block; all but `abort` return errc::stopped soon after a stop. Retries, where a store has
///   them, happen inside; an error says how many attempts were made.
/// - An error with disposition `in_doubt` means that the request may have taken effect; any other means
///   that it has not. A success answer with an error inside is an error.
/// - A part may be lost in a crash until `put_part` returns, and not afterwards; an object not after
///   `complete` or `put` returned.
/// - A missing object is errc::not_found for `get` and `head`, and no error for `remove` and `abort`.

template <class O>
concept HasLimits = requires(O const& o) {
  { o.limits() } -> std::convertible_to<store_limits>;
  { o.uri(std::string_view()) } -> std::convertible_to<std::string>; ///< how messages name a key
};
/// Puts a whole object.
template <class O>
concept HasPut = requires(O& o, std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) {
  { o.put(key, body, options, condition, stop) } -> std::same_as<result<std::string>>; ///< the new tag
};
/// Starts an upload, which stays invisible until it is completed. Also good for 0 bytes.
template <class O>
concept HasCreateUpload = requires(O& o, std::string_view key, object_options const& options, std::stop_token stop) {
  { o.create_upload(key, options, stop) } -> std::same_as<result<std::string>>; ///< the upload id
};
/// Stores part `number` (from 1). Parts keep `limits()`: their sizes, and whether all but the last have one size.
template <class O>
concept HasPutPart = requires(O& o, std::string_view key, std::string_view upload_id, std::uint32_t number,
                              part_body body, std::stop_token stop) {
  { o.put_part(key, upload_id, number, body, stop) } -> std::same_as<result<part_tag>>;
};
/// Makes the object visible, whole. Repeating it after a success succeeds or is errc::no_such_upload. The condition
/// is none, or, where `limits().complete_creates_only`, `absent`: errc::precondition_failed if the object exists.
template <class O>
concept HasComplete = requires(O& o, std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) {
  { o.complete(key, upload_id, parts, condition, stop) } -> std::same_as<result<std::string>>; ///< the object's tag
};
/// Throws an upload away with its parts. One that is gone already is a success.
template <class O>
concept HasAbort = requires(O& o, std::string_view key, std::string_view upload_id) {
  { o.abort(key, upload_id) } -> std::same_as<result<void>>;
};

/// Where files go.
template <class O>
concept ObjectStore = std::copyable<O> && HasLimits<O> && HasPut<O> && HasCreateUpload<O> && HasPutPart<O> &&
                      HasComplete<O> && HasAbort<O>;

/// Refinement: objects can be read back. `get` refuses bodies of more than `max_size` bytes.
template <class O>
concept Reading = requires(O& o, std::string_view key, std::size_t max_size, std::stop_token stop) {
  { o.head(key, stop) } -> std::same_as<result<object_info>>;
  { o.get(key, max_size, stop) } -> std::same_as<result<object_contents>>;
};
/// Refinement: objects, pending uploads and their parts can be listed, page by page. `prefix` is a
/// plain byte prefix of keys; `from` is empty or the `next` of the page before.
template <class O>
concept Listing =
    requires(O& o, std::string_view prefix, std::string_view from, std::string_view upload_id, std::stop_token stop) {
      { o.list(prefix, from, stop) } -> std::same_as<result<page<object_info>>>;
      { o.list_uploads(prefix, from, stop) } -> std::same_as<result<page<pending_upload>>>;
      { o.list_parts(prefix, upload_id, from, stop) } -> std::same_as<result<page<part_tag>>>;
    };
/// Refinement: objects can be deleted.
template <class O>
concept Deleting = requires(O& o, std::string_view key, std::stop_token stop) {
  { o.remove(key, stop) } -> std::same_as<result<void>>;
};
/// Refinement: `put` honours conditions; which ones is known at run time, from the store's profile.
template <class O>
concept Conditional = requires(O const& o) {
  { o.put_conditions() } -> std::same_as<conditions>;
};

} // namespace copyto

#endif
