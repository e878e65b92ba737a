// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_ROW_ORDER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_ROW_ORDER_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace copyto::detail {

/// A column by which rows are sorted.
struct sorting_column {
  std::size_t column = 0; ///< of the schema
  std::size_t leaf = 0;   ///< of the file
  bool descending = false;
  bool nulls_first = false;
};

/// Whether values of the type have an order that all readers agree on: all but floats, where NaN has no place, intervals and
/// what is nested.
[[nodiscard]] bool can_be_sorted(kind k) noexcept;

/// Watches that rows come in the order that a file claims. It holds the first of them and the last.
class row_order {
public:
  row_order(schema_view fields, std::span<sorting_column const> by);
  /// nullptr where no order is claimed.
  [[nodiscard]] static std::unique_ptr<row_order> of(schema_view fields, std::span<sorting_column const> by);
  row_order(row_order const&) = delete;
  row_order& operator=(row_order const&) = delete;
  ~row_order();

  /// Takes rows of a batch. Errors: invalid_argument, with the column and the row's number in the batch.
  [[nodiscard]] result<void> append(batch const& rows, std::size_t first, std::size_t count);
  /// Takes rows that another one has watched. The row of an error is the first of them, number 0.
  [[nodiscard]] result<void> append(row_order const& behind);

private:
  struct key {
    bool null = true;
    int128 number = 0;
    std::string bytes = {};
  };
  [[nodiscard]] result<void> check(std::vector<key> const& above, std::vector<key> const& here, std::size_t row) const;

  schema_view fields_;
  std::span<sorting_column const> by_;
  bool any_ = false;
  std::vector<key> first_; ///< one a sorting column
  std::vector<key> last_;
  std::vector<key> next_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/row_order.ipp>
#endif

#endif
