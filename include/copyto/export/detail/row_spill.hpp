// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_ROW_SPILL_HPP
#define COPYTO_EXPORT_DETAIL_ROW_SPILL_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/export/detail/row_codec.hpp>
#include <copyto/export/partition_key.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace copyto::detail {

/// A temporary file without a name: it goes with its last descriptor, also where the process is killed.
class nameless_file {
public:
  nameless_file() = default;
  nameless_file(nameless_file&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0)) {}
  nameless_file& operator=(nameless_file&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~nameless_file();

  /// In this directory; empty: the system's temporary one. errc::io_failed.
  [[nodiscard]] result<void> open(std::string const& directory);
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// At the end. errc::io_failed, also where the disk is full.
  [[nodiscard]] result<void> append(bytes_view bytes);
  /// Thread-safe.
  [[nodiscard]] result<void> read(std::uint64_t at, std::byte* to, std::size_t size) const;

private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// Rows that wait until all rows of their groups (numbers from 0) are there.
///
///     add ──► ... add ──► finish ──► rows_of(group), on many threads
///
/// Rows are kept in one run of memory, as they come, with an index from its end towards them:
///
///     row | row | row | ...  room  ... | order, once it is made | entry 2 | entry 1 | entry 0
///
/// When it is full, it is written behind the end of the file group by group,
/// each an extent that names the group's extent before:
///
///     offset of the extent before + 1, 8 bytes | bytes of the rows, 8 bytes | rows
///
/// so that nothing is kept of a written row but what one number a group can lead to.
class row_spill {
public:
  class reader;

  /// `fields` outlive this.
  row_spill(schema_view fields, partition_settings const& settings);
  row_spill(row_spill const&) = delete;
  row_spill& operator=(row_spill const&) = delete;
  ~row_spill() = default;

  /// Keeps rows `first` to `first + count` of the columns; `groups[i]` is that of the i-th.
  result<void> add(std::span<column_view const> columns, std::size_t first, std::size_t count,
                   std::span<std::uint32_t const> groups);
  /// All rows were added.
  result<void> finish();
  /// Rows of a group so far.
  [[nodiscard]] std::uint64_t count_of(std::uint32_t group) const noexcept {
    return group < groups_.size() ? groups_[group].rows : 0;
  }
  /// Bytes of the rows that were added, wherever they are: what depends on it must not depend on the memory.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return added_; }
  /// A row source of a group's rows, in the order in which they came; after `finish`. This must outlive it.
  [[nodiscard]] reader rows_of(std::uint32_t group) const;
  /// Forgets all rows.
  void clear();

private:
  struct entry {
    std::uint64_t offset = 0;
    std::uint32_t group = 0;
  };
  struct group {
    std::uint64_t rows = 0;
    std::uint64_t extent = 0; ///< the last one, + 1; 0: there is none
    std::uint64_t first = 0;  ///< in `order_`; of those in memory
    std::uint64_t held = 0;   ///< how many
  };
  /// Bytes that are free, for rows with their entries and places in the order.
  [[nodiscard]] std::uint64_t room() const noexcept;
  [[nodiscard]] entry* entries() noexcept; ///< entry i is at -1 - i
  /// Puts `order_` in the order of the groups.
  void sort();
  result<void> write_out();

  schema_view fields_;
  partition_settings settings_;
  std::uint64_t added_ = 0;
  row_codec codec_;
  byte_buffer rows_;
  std::size_t count_ = 0;          ///< of these
  std::uint64_t* order_ = nullptr; ///< their offsets
  std::vector<group> groups_;
  std::vector<std::uint64_t> starts_;
  byte_buffer written_;
  nameless_file file_;
};

class row_spill::reader {
public:
  reader(row_spill const& of, std::uint32_t group) : of_(&of), group_(group), codec_(of.fields_) {}

  [[nodiscard]] schema_view schema() const noexcept { return of_->fields_; }
  result<fill_status> fill(batch& rows, std::stop_token stop);

private:
  result<void> find_extents();
  /// Rows of the file into `chunk_`, where there is no whole one.
  result<void> load();

  row_spill const* of_;
  std::uint32_t group_;
  row_codec codec_;
  std::vector<std::byte const*> taken_;
  std::uint64_t next_ = 0; ///< row of the group in memory
  bool found_ = false;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> extents_; ///< offset and bytes, the last one first
  byte_buffer chunk_;
  std::size_t at_ = 0; ///< in `chunk_`
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/row_spill.ipp>
#endif

#endif
