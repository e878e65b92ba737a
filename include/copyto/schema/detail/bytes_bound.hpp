// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DETAIL_BYTES_BOUND_HPP
#define COPYTO_SCHEMA_DETAIL_BYTES_BOUND_HPP

#include <copyto/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace copyto::detail {

/// Bytes that statistics keep of a byte string.
inline constexpr std::uint32_t max_bound_bytes = 64;

/// The smallest or largest byte string so far, of which only the first bytes are kept: enough to order
/// what statistics can hold.
class bytes_bound {
public:
  [[nodiscard]] std::string_view kept() const noexcept { return {data_.data(), size_}; }
  /// Whether the value goes on behind what is kept.
  [[nodiscard]] bool cut() const noexcept { return cut_; }
  void assign(std::string_view value) noexcept {
    size_ = static_cast<std::uint32_t>(value.size() < max_bound_bytes ? value.size() : max_bound_bytes);
    cut_ = value.size() > max_bound_bytes;
    std::memcpy(data_.data(), value.data() == nullptr ? "" : value.data(), size_);
  }
  /// Orders by kept bytes, then by whether there are more.
  [[nodiscard]] int compare(std::string_view value) const noexcept;
  [[nodiscard]] int compare(bytes_bound const& other) const noexcept;

private:
  std::array<char, max_bound_bytes> data_{};
  std::uint32_t size_ = 0;
  bool cut_ = false;
};

/// Room for a bound as it is written: an incremented character may be longer than the one it replaces.
struct bound_bytes {
  std::array<char, max_bound_bytes + 4> data{};
  std::size_t size = 0;
  bool exact = true;
  bool present = true; ///< false: no upper bound of this length exists
  [[nodiscard]] std::string_view view() const noexcept { return {data.data(), size}; }
};
/// `bound` as a lower bound: cut at `max_bound_bytes`, for text between two characters.
[[nodiscard]] bound_bytes lower_bound_of(bytes_bound const& bound, bool text) noexcept;
/// `bound` as an upper bound: cut likewise, and then its last byte or character that can grow is
/// incremented (parquet.thrift, Statistics: a bound need not be a value).
[[nodiscard]] bound_bytes upper_bound_of(bytes_bound const& bound, bool text) noexcept;

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/bytes_bound.ipp>
#endif

#endif
