// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IN_SHARDS_HPP
#define COPYTO_SOURCE_IN_SHARDS_HPP

#include <copyto/source/detail/fill_size.hpp>
#include <copyto/source/shards.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <utility>

namespace copyto {
namespace detail {

/// Rows `first` to `end` of a source, which is shared.
template <class Source>
class row_range {
public:
  row_range(std::shared_ptr<Source const> source, std::uint64_t first, std::uint64_t end) noexcept
      : source_(std::move(source)), size_(source_->schema()), first_(first), next_(first), end_(end) {}

  [[nodiscard]] schema_view schema() const { return source_->schema(); }
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token const& stop) {
    auto const count = static_cast<std::size_t>(std::min<std::uint64_t>(size_.next(rows.capacity()), end_ - next_));
    if (result<void> filled = source_->fill_range(rows, next_, count, stop); !filled) {
      return filled.error();
    }
    next_ += count;
    size_.filled(count, rows.bytes());
    return next_ == end_ ? fill_status::end : fill_status::more;
  }
  [[nodiscard]] std::uint64_t row_count() const noexcept { return end_ - first_; }
  [[nodiscard]] result<void> fill_range(batch& rows, std::uint64_t first, std::size_t count,
                                        std::stop_token const& stop) const {
    return source_->fill_range(rows, first_ + first, count, stop);
  }

private:
  std::shared_ptr<Source const> source_;
  fill_size size_;
  std::uint64_t first_;
  std::uint64_t next_;
  std::uint64_t end_;
};

/// `count` shards of a source, of equal sizes but for one row.
template <class Source>
class ranges_of {
public:
  ranges_of(Source source, std::uint32_t count)
      : source_(std::make_shared<Source const>(std::move(source))), count_(std::max<std::uint32_t>(count, 1)) {}

  [[nodiscard]] schema_view schema() const { return source_->schema(); }
  [[nodiscard]] size_hint hint() const { return {.rows = source_->row_count()}; }
  [[nodiscard]] std::uint32_t shard_count() const noexcept { return count_; }
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token const& /*stop*/) const {
    return shards_begun{.at_once = at_once};
  }
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token const& /*stop*/) const {
    return any_source(row_range<Source>(source_, start_of(index), start_of(index + 1)));
  }

private:
  [[nodiscard]] std::uint64_t start_of(std::uint64_t index) const {
    std::uint64_t const rows = source_->row_count();
    return rows / count_ * index + std::min(rows % count_, index); // the first ones have one more
  }

  std::shared_ptr<Source const> source_;
  std::uint32_t count_;
};

/// The same with the columns and the row type that the compiler knows.
template <class Source>
class static_ranges_of : public ranges_of<Source> {
public:
  using ranges_of<Source>::ranges_of;
  using row = typename Source::row;
  static constexpr schema_view static_schema = Source::static_schema;
};

} // namespace detail

/// The rows of a source that have numbers, in `count` shards (0 is 1) of equal sizes but for one row:
///
///     copyto::in_shards(copyto::rows(trades), 8)
///
/// Models `Shardable`; each shard is `Splittable`.
template <Splittable Source>
[[nodiscard]] auto in_shards(Source source, std::uint32_t count) {
  if constexpr (HasStaticSchema<Source> && requires { typename Source::row; }) {
    return detail::static_ranges_of<Source>(std::move(source), count);
  } else {
    return detail::ranges_of<Source>(std::move(source), count);
  }
}

} // namespace copyto

#endif
