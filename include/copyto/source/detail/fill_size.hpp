// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_DETAIL_FILL_SIZE_HPP
#define COPYTO_SOURCE_DETAIL_FILL_SIZE_HPP

#include <copyto/schema/batch.hpp>

#include <algorithm>
#include <cstddef>

namespace copyto::detail {

/// How many rows a batch of nested columns is filled with, so that it comes to about `batch::default_bytes`: their elements
/// are copied, and how many a row has is known only afterwards.
class fill_size {
public:
  explicit fill_size(schema_view fields) noexcept
      : nested_(std::ranges::any_of(fields, [](field const& f) { return is_nested(f.type.id); })) {}

  /// Up to `most`.
  [[nodiscard]] std::size_t next(std::size_t most) const noexcept { return nested_ ? std::min(most, rows_) : most; }
  /// A fill of so many rows came to so many bytes.
  void filled(std::size_t rows, std::size_t bytes) noexcept {
    if (bytes > batch::default_bytes) {
      rows_ = std::max<std::size_t>(rows * (batch::default_bytes / 1024) / (bytes / 1024), 1);
    } else if (rows >= rows_ && rows_ < batch::default_rows) {
      rows_ *= 2;
    }
  }

private:
  bool nested_;
  std::size_t rows_ = 64;
};

} // namespace copyto::detail

#endif
