// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SHARDS_HPP
#define COPYTO_SOURCE_SHARDS_HPP

#include <copyto/source/any.hpp>
#include <copyto/source/concept.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace copyto {

/// How many shards a source can have open at a time.
struct shards_begun {
  std::uint32_t at_once = 1;        ///< at least 1, and not more than were asked for
  std::vector<error> warnings = {}; ///< for the user, e.g. why it is fewer
};

template <class S>
concept HasShardCount = requires(S const& s) {
  { s.shard_count() } -> std::same_as<std::uint32_t>;
};
template <class S>
concept HasBeginShards = requires(S& s, std::uint32_t at_once, std::stop_token stop) {
  { s.begin_shards(at_once, stop) } -> std::same_as<result<shards_begun>>;
};
template <class S>
concept HasShard = requires(S& s, std::uint32_t index, std::stop_token stop) {
  { s.shard(index, stop) } -> std::same_as<result<any_source>>;
};

/// A source whose rows come in shards: many row sources, each with files of its own, that many threads read.
///
/// Law:
/// - `schema()` is the same for life, and that of every shard.
/// - `shard_count()` is at least 1, and the same for life. All shards together give each row once; in the order of their
///   numbers, they give the order of the rows. A shard may be empty.
/// - `begin_shards(at_once, stop)` is called once, before the first `shard`, and says how many may be open at a time.
/// - `shard(index, stop)` opens one of 0 to `shard_count()` - 1, each at most once, and is called by several threads at a
///   time. The row source that it returns is used by one thread at a time, and ends before this one does. It may be
///   `Splittable`.
/// - An error of one shard ends the export, which destroys the others before their end.
/// - `hint()` (optional): of all rows, as of `RowSource`.
/// - `static constexpr schema_view static_schema` (optional): as of `RowSource`.
///
/// testing/shard_contract.hpp tests it.
template <class S>
concept Shardable = HasSchema<S> && HasShardCount<S> && HasBeginShards<S> && HasShard<S>;

/// Any source of shards, borrowed: a pointer and a static table, as `source_ref`.
class shards_ref {
public:
  template <class S>
    requires(!std::same_as<std::remove_cv_t<S>, shards_ref> && Shardable<S>)
  explicit shards_ref(S& source) noexcept : object_(&source), table_(&table_of<S>) {}

  [[nodiscard]] schema_view schema() const { return table_->schema(object_); }
  [[nodiscard]] size_hint hint() const { return table_->hint(object_); }
  [[nodiscard]] std::uint32_t shard_count() const { return table_->count(object_); }
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token const& stop) const {
    return table_->begin(object_, at_once, stop);
  }
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token const& stop) const {
    return table_->shard(object_, index, stop);
  }

private:
  struct table {
    schema_view (*schema)(void const*);
    size_hint (*hint)(void const*);
    std::uint32_t (*count)(void const*);
    result<shards_begun> (*begin)(void*, std::uint32_t, std::stop_token const&);
    result<any_source> (*shard)(void*, std::uint32_t, std::stop_token const&);
  };
  template <class S>
  static constexpr table table_of{
      .schema = [](void const* s) -> schema_view { return static_cast<S const*>(s)->schema(); },
      .hint = [](void const* s) { return hint_of(*static_cast<S const*>(s)); },
      .count = [](void const* s) { return static_cast<S const*>(s)->shard_count(); },
      .begin = [](void* s, std::uint32_t at_once,
                  std::stop_token const& stop) { return static_cast<S*>(s)->begin_shards(at_once, stop); },
      .shard = [](void* s, std::uint32_t index,
                  std::stop_token const& stop) { return static_cast<S*>(s)->shard(index, stop); }};

  void* object_;
  table const* table_;
};

/// Any source of shards, owned: for programs that choose at run time. Models `Shardable`.
class any_shards {
public:
  template <class S>
    requires(!std::same_as<S, any_shards> && Shardable<S>)
  // NOLINTNEXTLINE(google-explicit-constructor): any source of shards is one
  any_shards(S source) : any_shards(std::make_shared<S>(std::move(source))) {}

  [[nodiscard]] schema_view schema() const { return ref_.schema(); }
  [[nodiscard]] size_hint hint() const { return ref_.hint(); }
  [[nodiscard]] std::uint32_t shard_count() const { return ref_.shard_count(); }
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token const& stop) {
    return ref_.begin_shards(at_once, stop);
  }
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token const& stop) {
    return ref_.shard(index, stop);
  }

private:
  template <class S>
  explicit any_shards(std::shared_ptr<S> source) : ref_(*source), owner_(std::move(source)) {}
  shards_ref ref_;
  std::shared_ptr<void> owner_;
};

} // namespace copyto

#endif
