// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PAGE_INDEX_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PAGE_INDEX_IPP

#include <copyto/encode/parquet/detail/page_index.hpp>

#include <copyto/encode/parquet/detail/thrift.hpp>

#include <cstring>
#include <span>
#include <string_view>

namespace copyto::detail {

COPYTO_COLD void page_index::add(form const& f, indexed_page const& page, statistics const& values,
                                 level_counts const& levels) {
  value_bounds const now = values.bounds(f);
  bool const all_null = values.nulls() == page.slots;
  bool const both = now.low.present && now.high.present;
  bounded_ = bounded_ && f.order != ordering::none && (all_null || both);
  entry e{.stored_bytes = page.stored_bytes,
          .slots = static_cast<std::uint32_t>(page.slots),
          .rows = static_cast<std::uint32_t>(page.rows),
          .text_bytes = page.text_bytes,
          .nulls = values.nulls(),
          .nans = values.nans()};
  if (both) {
    if (any_bounds_) {
      auto const* const last = reinterpret_cast<char const*>(pages_.data()) + last_bounds_;
      int const low = compare_bounds(f, {last, last_low_}, now.low.view());
      int const high = compare_bounds(f, {last + last_low_, last_high_}, now.high.view());
      ascending_ = ascending_ && low <= 0 && high <= 0;
      descending_ = descending_ && low >= 0 && high >= 0;
    }
    any_bounds_ = true;
    e.low_size = last_low_ = static_cast<std::uint32_t>(now.low.size);
    e.high_size = last_high_ = static_cast<std::uint32_t>(now.high.size);
    last_bounds_ = pages_.size() + sizeof(entry);
  }
  ++count_;
  pages_.append_value(e);
  if (both) {
    pages_.append(now.low.view());
    pages_.append(now.high.view());
  }
  definition_counts_ = static_cast<std::uint32_t>(levels.definition().size());
  repetition_counts_ = static_cast<std::uint32_t>(levels.repetition().size());
  pages_.append(std::as_bytes(levels.all()));
}

/// Calls `f(entry, low, high, counts)` for each page; `counts` are definition levels, then repetition levels.
template <class F>
void page_index::for_each(F&& f) const {
  auto const* at = reinterpret_cast<char const*>(pages_.data());
  for (std::uint32_t i = 0; i != count_; ++i) {
    entry e;
    std::memcpy(&e, at, sizeof(entry));
    at += sizeof(entry);
    char const* const counts = at + e.low_size + e.high_size;
    f(e, std::string_view(at, e.low_size), std::string_view(at + e.low_size, e.high_size), counts);
    at = counts + std::size_t{8} * (definition_counts_ + repetition_counts_);
  }
}

COPYTO_COLD void page_index::write_column_index(byte_buffer& out, form const& f) const {
  thrift_writer w(out);
  w.list(1, thrift_type::boolean_true, count_); // null_pages
  for_each([&](entry const& e, auto&&...) { w.boolean_element(e.nulls == e.slots); });
  w.list(2, thrift_type::binary, count_); // min_values; empty for a page of NULLs
  for_each([&](entry const&, std::string_view low, auto&&...) { w.binary_element(low); });
  w.list(3, thrift_type::binary, count_); // max_values
  for_each([&](entry const&, std::string_view, std::string_view high, auto&&...) { w.binary_element(high); });
  w.i32(4, static_cast<int>(ascending_    ? boundary_order::ascending
                            : descending_ ? boundary_order::descending
                                          : boundary_order::unordered));
  w.list(5, thrift_type::i64, count_); // null_counts
  for_each([&](entry const& e, auto&&...) { w.i64_element(static_cast<std::int64_t>(e.nulls)); });
  auto const counts = [&](int id, std::size_t first, std::size_t count) {
    if (count != 0) {
      w.list(id, thrift_type::i64, count_ * count);
      for_each([&](entry const&, std::string_view, std::string_view, char const* all) {
        for (std::size_t i = first; i != first + count; ++i) {
          std::uint64_t entries;
          std::memcpy(&entries, all + 8 * i, 8);
          w.i64_element(static_cast<std::int64_t>(entries));
        }
      });
    }
  };
  counts(6, definition_counts_, repetition_counts_); // repetition_level_histograms
  counts(7, 0, definition_counts_);                  // definition_level_histograms
  if (f.order == ordering::floating || f.order == ordering::half) {
    w.list(8, thrift_type::i64, count_); // nan_counts
    for_each([&](entry const& e, auto&&...) { w.i64_element(static_cast<std::int64_t>(e.nans)); });
  }
  w.end();
}

COPYTO_COLD void page_index::write_offset_index(byte_buffer& out, form const& f, std::uint64_t first) const {
  thrift_writer w(out);
  w.list(1, thrift_type::structure, count_); // PageLocation
  std::uint64_t offset = first;
  std::uint64_t row = 0;
  for_each([&](entry const& e, auto&&...) {
    w.begin_element();
    w.i64(1, static_cast<std::int64_t>(offset));
    w.i32(2, static_cast<std::int64_t>(e.stored_bytes));
    w.i64(3, static_cast<std::int64_t>(row));
    w.end();
    offset += e.stored_bytes;
    row += e.rows;
  });
  if (f.type == physical::byte_array) {
    w.list(2, thrift_type::i64, count_); // unencoded_byte_array_data_bytes
    for_each([&](entry const& e, auto&&...) { w.i64_element(static_cast<std::int64_t>(e.text_bytes)); });
  }
  w.end();
}

} // namespace copyto::detail

#endif
