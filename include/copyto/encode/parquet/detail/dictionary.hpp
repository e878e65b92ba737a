// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_DICTIONARY_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_DICTIONARY_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace copyto::detail {

/// How large the dictionary of a column chunk may become; no entries: there is none. Up to its share it takes no other
/// column's room; the plan says what all those beyond their shares have in common.
struct dictionary_limits {
  std::size_t bytes = 0;
  std::uint32_t entries = 0;
  std::size_t share_bytes = bytes;
  std::uint32_t share_entries = entries;
};

/// The distinct values of a column chunk, in the order in which they came first. They are kept as the
/// body of the dictionary page (PLAIN), and an open-addressing table of positions finds them again; its
/// memory grows with them, and nothing is allocated for a value that is known.
///
/// Values are distinct where their bytes are: +0 and -0 are two entries, and so are two NaNs with
/// different bits.
class dictionary {
public:
  /// No entry: the dictionary is full.
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  /// `width`: bytes of a value, 4 or more; 0 for byte strings.
  dictionary(std::uint32_t width, dictionary_limits limits) noexcept : width_(width), limits_(limits) {}

  [[nodiscard]] bool enabled() const noexcept { return limits_.entries != 0; }
  [[nodiscard]] dictionary_limits limits() const noexcept { return limits_; }
  /// Entries.
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  /// The body of the dictionary page.
  [[nodiscard]] bytes_view page() const noexcept { return values_.view(); }
  /// An entry, of a byte string without its length. 8 bytes are readable at its start, whatever its length.
  [[nodiscard]] std::string_view value(std::uint32_t index) const noexcept;

  /// The number of a byte string, which becomes an entry if it is none; `none` where it cannot.
  [[nodiscard]] std::uint32_t find_or_add(std::string_view value);
  /// The numbers of values of `width` bytes each, as uint32_t to `indices`; values that are none become
  /// entries. Returns how many values there were before the first that could not.
  [[nodiscard]] std::size_t index(std::byte const* values, std::size_t count, std::byte* indices);

  /// 0 up to its share; beyond, the most heap that it takes with the entries it has, while no buffer grows, less that of its
  /// share, and at least 1.
  [[nodiscard]] std::uint64_t shared_room() const noexcept;

  /// Forgets all entries, and keeps the memory of its share.
  void clear() noexcept;
  /// The most heap that a dictionary takes within its share while none of its buffers grows, the same up to its limits, and
  /// how much more while one does.
  [[nodiscard]] static std::uint64_t share_memory(std::uint32_t width, dictionary_limits limits) noexcept {
    return memory(width, {.bytes = limits.share_bytes, .entries = limits.share_entries});
  }
  [[nodiscard]] static std::uint64_t memory(std::uint32_t width, dictionary_limits limits) noexcept;
  [[nodiscard]] static std::uint64_t growth(std::uint32_t width, dictionary_limits limits) noexcept;

private:
  /// Entry + 1 where values are numbers, and above it the hash where they are not; 0: free.
  using number_slot = std::uint32_t;
  using bytes_slot = std::uint64_t;
  [[nodiscard]] static constexpr bool is_number(std::uint32_t width) noexcept { return width == 4 || width == 8; }

  template <class Number>
  std::size_t index_numbers(std::byte const* values, std::size_t count, std::byte* indices);
  template <class Number>
  std::uint32_t add_number(Number value, std::uint32_t hash);
  std::uint32_t add_bytes(std::string_view value, std::uint32_t hash);
  [[nodiscard]] bool grow(std::size_t more);
  void place(std::uint32_t hash, std::uint32_t entry) noexcept;

  std::uint32_t width_;
  dictionary_limits limits_;
  std::uint32_t size_ = 0;
  unsigned shift_ = 32; ///< of a hash: 32 - log2 of the slots; 32: there are none
  byte_buffer values_;
  byte_buffer starts_; ///< of byte strings in `values_`, behind their lengths: uint32_t
  byte_buffer table_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/dictionary.ipp>
#endif

#endif
