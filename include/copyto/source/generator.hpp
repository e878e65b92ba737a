// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_GENERATOR_HPP
#define COPYTO_SOURCE_GENERATOR_HPP

#include <copyto/schema/columns.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/detail/staging.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace copyto {
namespace detail {
template <class T>
struct generated_row; // what a generator may return
template <class Row>
struct generated_row<std::optional<Row>> {
  using type = Row;
  static constexpr bool can_fail = false;
};
template <class Row>
struct generated_row<result<std::optional<Row>>> {
  using type = Row;
  static constexpr bool can_fail = true;
};
} // namespace detail

/// Rows that a callable makes one by one until it returns std::nullopt. It may return
/// result<std::optional<Row>> to report an error, which ends the export.
template <class F>
class generator_source {
  using made = detail::generated_row<std::remove_cvref_t<std::invoke_result_t<F&>>>;

public:
  using row = typename made::type;
  explicit generator_source(F make) : make_(std::move(make)) {}

  [[nodiscard]] schema_view schema() const noexcept
    requires DescribedRow<row>
  {
    return schema_of<row>::fields;
  }
  [[nodiscard]] result<fill_status> fill(batch& out, std::stop_token)
    requires DescribedRow<row>
  {
    staged_.clear();
    while (!staged_.full(out)) {
      auto next = make_();
      if constexpr (made::can_fail) {
        if (!next) {
          return next.error();
        }
        if (!*next) {
          staged_.append_to(out);
          return fill_status::end;
        }
        staged_.push(*std::move(*next));
      } else {
        if (!next) {
          staged_.append_to(out);
          return fill_status::end;
        }
        staged_.push(*std::move(next));
      }
    }
    staged_.append_to(out);
    return fill_status::more;
  }

private:
  F make_;
  detail::staging<row> staged_;

public:
  static constexpr schema_view static_schema = [] {
    if constexpr (DescribedRow<row>) {
      return schema_view(schema_of<row>::fields);
    } else {
      return schema_view();
    }
  }();
};

/// Rows from `make()`, called on the exporter's thread:
///
///     copyto::generate([&]() -> std::optional<trade> { ... })
template <class F>
[[nodiscard]] generator_source<F> generate(F make) {
  return generator_source<F>(std::move(make));
}

} // namespace copyto

#endif
