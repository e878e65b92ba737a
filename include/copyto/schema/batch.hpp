// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_BATCH_HPP
#define COPYTO_SCHEMA_BATCH_HPP

#include <copyto/schema/column_buffer.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace copyto {

/// Some rows in columns: what a source fills and an encoder reads. 2 to 4 K rows, so that it stays in
/// the cache. Its memory is kept from one fill to the next.
///
/// A source either appends to the `column_buffer`s and then calls `close(rows)`, or passes foreign
/// columns on with `borrow`. What it borrows must live until its next fill or its end.
class batch {
public:
  static constexpr std::size_t default_rows = 2048;
  /// A source that copies or stages values ends its fill once it holds this many bytes, so that wide
  /// rows stay within the memory bound.
  static constexpr std::size_t default_bytes = std::size_t{1024} * 1024;

  /// `fields` must outlive the batch.
  explicit batch(schema_view fields, std::size_t capacity = default_rows) : fields_(fields), capacity_(capacity) {
    buffers_.reserve(fields.size());
    for (field const& f : fields) {
      buffers_.emplace_back(f);
    }
    views_.resize(fields.size());
  }

  [[nodiscard]] schema_view schema() const noexcept { return fields_; }
  /// The most rows that one fill may append.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// For who calls the source: bounds its next fill.
  void set_capacity(std::size_t rows) noexcept { capacity_ = rows; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] column_view const& column(std::size_t i) const noexcept { return views_[i]; }

  /// For sources: the buffer of column `i`.
  [[nodiscard]] column_buffer& buffer(std::size_t i) noexcept { return buffers_[i]; }
  /// For sources: takes what the buffers hold as `rows` rows.
  void close(std::size_t rows) {
    for (std::size_t i = 0; i != buffers_.size(); ++i) {
      views_[i] = buffers_[i].view();
    }
    rows_ = rows;
  }
  /// For sources: column `i` is somebody else's memory; `borrowed(rows)` ends the fill.
  void borrow(std::size_t i, column_view view) noexcept { views_[i] = view; }
  void borrowed(std::size_t rows) noexcept { rows_ = rows; }
  /// The same of memory that lives as long as `owner`, of which all of `bytes` are the rows'.
  void borrowed(std::size_t rows, std::shared_ptr<void const> owner, std::size_t bytes) noexcept {
    rows_ = rows;
    owner_ = std::move(owner);
    owner_bytes_ = bytes;
  }
  /// For who keeps the rows longer than the source does: copies whatever lies elsewhere.
  void own() {
    if (owner_ != nullptr) {
      return;
    }
    for (std::size_t i = 0; i != buffers_.size(); ++i) {
      if (buffers_[i].owns(views_[i])) {
        continue;
      }
      if (copies_.empty()) {
        for (field const& f : fields_) {
          copies_.emplace_back(f);
        }
      }
      copies_[i].clear();
      for (std::size_t slot = 0; slot != rows_; ++slot) {
        copies_[i].append_slot(views_[i], slot);
      }
      std::swap(buffers_[i], copies_[i]);
      views_[i] = buffers_[i].view();
    }
  }
  /// Bytes that the buffers hold, or an owner of what is borrowed.
  [[nodiscard]] std::size_t bytes() const noexcept {
    std::size_t sum = owner_bytes_;
    for (column_buffer const& b : buffers_) {
      sum += b.bytes();
    }
    return sum;
  }
  void clear() noexcept {
    for (column_buffer& b : buffers_) {
      b.clear();
    }
    rows_ = 0;
    owner_.reset();
    owner_bytes_ = 0;
  }

private:
  schema_view fields_;
  std::size_t capacity_;
  std::size_t rows_ = 0;
  std::vector<column_buffer> buffers_;
  std::vector<column_buffer> copies_; ///< where `own` puts them; swapped with the buffers
  std::vector<column_view> views_;
  std::shared_ptr<void const> owner_;
  std::size_t owner_bytes_ = 0;
};

} // namespace copyto

#endif
