// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_DETAIL_STAGING_HPP
#define COPYTO_SOURCE_DETAIL_STAGING_HPP

#include <copyto/schema/columns.hpp>

#include <utility>
#include <vector>

namespace copyto::detail {

/// Keeps rows alive while the batch that borrows from them is encoded. Holds at most one batch, by
/// rows and by bytes.
template <class Row>
class staging {
public:
  void clear() noexcept {
    rows_.clear();
    bytes_ = 0;
  }
  [[nodiscard]] bool full(batch const& out) const noexcept {
    return rows_.size() >= out.capacity() || bytes_ >= batch::default_bytes;
  }
  void push(Row row) {
    rows_.push_back(std::move(row));
    if constexpr (DescribedRow<Row>) {
      bytes_ += sizeof(Row) + schema_of<Row>::held(rows_.back());
    }
  }
  void append_to(batch& out) const {
    schema_of<Row>::append(out, rows_.size(), [this](std::size_t i) -> Row const& { return rows_[i]; });
    out.close(rows_.size());
  }

private:
  std::vector<Row> rows_;
  std::size_t bytes_ = 0;
};

} // namespace copyto::detail

#endif
