// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ROWS_HPP
#define COPYTO_SOURCE_ROWS_HPP

#include <copyto/schema/columns.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/detail/fill_size.hpp>
#include <copyto/source/detail/staging.hpp>

#include <iterator>
#include <memory>
#include <ranges>
#include <utility>
#include <vector>

namespace copyto {

/// Rows of any input range of structs. `Range` is the range itself (owned) or a reference to it
/// (borrowed: it must outlive the export).
///
/// Rows that outlive the batch, those of a forward range of lvalues, are borrowed: their strings are
/// not copied. All others are moved into a staging vector of one batch first. A random access range of lvalues that knows
/// its size is `Splittable`; a view whose elements are made when they are asked for is not.
template <class Range>
class range_source {
  using range_type = std::remove_reference_t<Range>;
  using row_type = std::ranges::range_value_t<range_type>;
  static constexpr bool contiguous = std::ranges::contiguous_range<range_type> && std::ranges::sized_range<range_type>;
  static constexpr bool numbered = std::ranges::random_access_range<range_type> &&
                                   std::ranges::sized_range<range_type> &&
                                   std::is_lvalue_reference_v<std::ranges::range_reference_t<range_type>>;
  static constexpr bool lasting =
      std::ranges::forward_range<range_type> && std::is_lvalue_reference_v<std::ranges::range_reference_t<range_type>>;

public:
  explicit range_source(Range&& range) : range_(hold(std::forward<Range>(range))) {}

  [[nodiscard]] schema_view schema() const noexcept
    requires DescribedRow<row_type>
  {
    return schema_of<row_type>::fields;
  }
  /// The row type, for the compiler's messages and checks.
  using row = row_type;

  [[nodiscard]] result<fill_status> fill(batch& out, std::stop_token)
    requires DescribedRow<row_type>
  {
    using table = schema_of<row_type>;
    if constexpr (contiguous) {
      row_type const* const first = std::ranges::data(get()) + position_;
      std::size_t const n = size_.next(std::min(out.capacity(), std::ranges::size(get()) - position_));
      table::append(out, n, [first](std::size_t i) -> row_type const& { return first[i]; });
      position_ += n;
      out.close(n);
      size_.filled(n, out.bytes());
      return position_ == std::ranges::size(get()) ? fill_status::end : fill_status::more;
    } else {
      start();
      if constexpr (lasting) {
        lasting_.clear();
        std::size_t const most = size_.next(out.capacity());
        for (; lasting_.size() != most && *next_ != *end_; ++*next_) {
          lasting_.push_back(std::addressof(**next_));
        }
        table::append(out, lasting_.size(), [this](std::size_t i) -> row_type const& { return *lasting_[i]; });
        out.close(lasting_.size());
        size_.filled(lasting_.size(), out.bytes());
      } else {
        staged_.clear();
        for (; !staged_.full(out) && *next_ != *end_; ++*next_) {
          staged_.push(row_type(**next_));
        }
        staged_.append_to(out);
      }
      return *next_ == *end_ ? fill_status::end : fill_status::more;
    }
  }

  /// Of a range whose rows have numbers, such as a vector or a deque; see `Splittable`.
  [[nodiscard]] std::uint64_t row_count() const
    requires(numbered && DescribedRow<row_type>)
  {
    return static_cast<std::uint64_t>(std::ranges::size(get()));
  }
  [[nodiscard]] result<void> fill_range(batch& out, std::uint64_t first, std::size_t count,
                                        std::stop_token const& /*stop*/) const
    requires(numbered && DescribedRow<row_type>)
  {
    auto const begin = std::ranges::begin(get()) + static_cast<std::ranges::range_difference_t<range_type>>(first);
    schema_of<row_type>::append(out, count, [begin](std::size_t i) -> row_type const& {
      return begin[static_cast<std::ranges::range_difference_t<range_type>>(i)];
    });
    out.close(count);
    return {};
  }

  /// Of a range that knows its size.
  [[nodiscard]] size_hint hint() const
    requires std::ranges::sized_range<range_type>
  {
    return {.rows = static_cast<std::uint64_t>(std::ranges::size(get()))};
  }

private:
  static auto hold(Range&& range) {
    if constexpr (std::is_lvalue_reference_v<Range>) {
      return std::addressof(range);
    } else {
      // On the heap, so that a move of this source does not invalidate iterators.
      return std::make_unique<range_type>(std::move(range));
    }
  }
  [[nodiscard]] range_type& get() const noexcept { return *range_; }
  /// An input range may be begun only once, and not before the rows are wanted.
  void start() {
    if (!next_) {
      next_.emplace(std::ranges::begin(get()));
      end_.emplace(std::ranges::end(get()));
    }
  }
  struct nothing {
    void clear() {}
  };

  decltype(hold(std::declval<Range>())) range_;
  std::size_t position_ = 0;
  detail::fill_size size_{static_schema};
  std::conditional_t<contiguous, nothing, std::optional<std::ranges::iterator_t<range_type>>> next_;
  std::conditional_t<contiguous, nothing, std::optional<std::ranges::sentinel_t<range_type>>> end_;
  std::conditional_t<lasting && !contiguous, std::vector<row_type const*>, nothing> lasting_;
  std::conditional_t<lasting || contiguous, nothing, detail::staging<row_type>> staged_;

public:
  /// The schema as a constant, empty for rows that have none.
  static constexpr schema_view static_schema = [] {
    if constexpr (DescribedRow<row_type>) {
      return schema_view(schema_of<row_type>::fields);
    } else {
      return schema_view();
    }
  }();
};

/// The rows of a range, an lvalue by reference, an rvalue by value:
///
///     copyto::rows(trades)                       // borrows the vector
///     copyto::rows(std::move(trades))            // owns it
///     copyto::rows(ids | std::views::transform(load))
template <class Range>
[[nodiscard]] range_source<Range> rows(Range&& range) {
  return range_source<Range>(std::forward<Range>(range));
}

} // namespace copyto

#endif
