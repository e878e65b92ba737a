// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_HPP
#define COPYTO_ENCODE_PARQUET_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/encode/parquet/reader.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace copyto {

namespace detail {

class file_writer;
struct parquet_plan;
class row_group_writer;
struct row_group;

/// A row group on its way into a file; see encode/block.hpp.
class parquet_block {
public:
  explicit parquet_block(row_group&& ended);
  parquet_block(parquet_block&& other) noexcept;
  parquet_block& operator=(parquet_block&& other) noexcept;
  ~parquet_block();
  [[nodiscard]] row_group const& group() const noexcept { return *group_; }

private:
  std::unique_ptr<row_group> group_;
};

/// The encoder without its template parameter. A copy takes the options over, not the file.
class parquet_core {
public:
  parquet_core(parquet_options options, reader::profile const& readers);
  parquet_core(parquet_core const& other);
  parquet_core(parquet_core&& other) noexcept;
  parquet_core& operator=(parquet_core const& other);
  parquet_core& operator=(parquet_core&& other) noexcept;
  ~parquet_core();

  [[nodiscard]] reader::profile const& readers() const noexcept { return readers_; }
  [[nodiscard]] parquet_options const& options() const noexcept { return *options_; }
  [[nodiscard]] result<void> check(schema_view fields, std::uint64_t max_file_size) const;
  [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const;
  [[nodiscard]] result<void> begin(schema_view fields, sink& out);
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, sink& out);
  [[nodiscard]] result<file_stats> end(sink& out);
  [[nodiscard]] std::uint64_t pending_bytes() const;
  [[nodiscard]] field written_as(field const& f) const;
  [[nodiscard]] std::uint64_t block_rows(schema_view fields) const;
  [[nodiscard]] std::uint64_t block_memory_bound(schema_view fields, std::uint64_t max_file_size) const;
  [[nodiscard]] result<std::uint64_t> place(parquet_block const& block, sink& out);

private:
  friend class parquet_block_writer;

  /// Ends the open row group of who calls `write`, and puts it into the file.
  [[nodiscard]] result<void> end_group(sink& out);

  std::shared_ptr<parquet_options const> options_; ///< shared by the copies
  reader::profile readers_;
  std::shared_ptr<parquet_plan const> plan_; ///< of the open file
  std::unique_ptr<file_writer> file_;
  std::unique_ptr<row_group_writer> group_; ///< for `write`
};

/// Makes row groups; see encode/block.hpp.
class parquet_block_writer {
public:
  parquet_block_writer(parquet_core const& encoder, schema_view fields, std::uint64_t max_file_size);
  parquet_block_writer(parquet_block_writer const& other);
  parquet_block_writer(parquet_block_writer&& other) noexcept;
  parquet_block_writer& operator=(parquet_block_writer other) noexcept;
  ~parquet_block_writer();

  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last);
  [[nodiscard]] bool full() const;
  [[nodiscard]] result<parquet_block> end();

private:
  std::unique_ptr<row_group_writer> group_;
};

} // namespace detail

/// Parquet files (apache/parquet-format). Models `Encoder`, whose law says how the members are used.
///
/// `Profile` decides how logical types are written; see encode/parquet/reader.hpp. Columns of every type; lists, structs
/// and maps lie up to 32 levels deep in each other, and each leaf is a column of the file.
///
/// **What is in a file.** Version 1 data pages; values PLAIN or RLE_DICTIONARY (see `parquet_options`), or
/// in what else the profile has; both kinds of type annotation. Of each column chunk: min and max (cut at 64 bytes, with their exactness; NaN is
/// in neither, a smallest zero is -0 and a largest one +0; the deprecated pair too for signed numbers), counts
/// of NULLs and NaNs, of pages by encoding, and of bytes of strings. Of each page: a CRC-32, and a place in the
/// page index: ColumnIndex (not where a page is all NaN, the type has no order, or a page has no bounds: a byte string that
/// cannot be cut, or a NaN in a profile whose readers would skip it) and OffsetIndex. Bloom filters and
/// sorting columns where they are asked for (`parquet_column::filter`, `parquet_options::sorted_by`).
///
/// **Size.** A file ends between two row groups, before the first that does not fit into the sink's limit with page index
/// and footer; so only a file of one row group can be larger than the limit, where its first row is. Who uses `write` alone
/// is told that a file is full before a row group is begun that might not fit: such files are shorter than those of an
/// export, whose row groups are placed once their size is known, and one that a large value makes larger than was
/// foreseen passes the limit. The limit also bounds the footer: a file whose footer has come to a 32nd
/// of the limit (1 to 64 MiB) has come to its limit; without a limit that is errc::limit_exceeded, since
/// readers refuse larger ones. A page index that has come to an eighth of that ends with the row group before,
/// and the file goes on.
///
/// **Errors** of `write`: errc::value_out_of_range for text that is not UTF-8, a value of more than
/// 2 GiB - 1 MiB, a decimal with too many digits, a time outside its day, an interval that the profile
/// cannot hold; errc::invalid_argument for a row that breaks `sorted_by`. After an error the file is lost.
///
/// **Memory**: the open row group as encoded, one raw page and one dictionary a leaf, the page index, the levels of some rows
/// of nested columns (about 16 K entries, and 32 bytes for each of 1024 rows and each node), and what
/// `memory_bound` adds up. One instance writes one file from one thread; `fields` must live until its end.
template <class Profile = reader::portable>
class parquet {
public:
  using reader_profile = Profile;

  parquet()
    requires(!std::same_as<Profile, reader::any>)
      : parquet(parquet_options()) {}
  explicit parquet(parquet_options options)
    requires(!std::same_as<Profile, reader::any>)
      : core_(std::move(options), profile_value()) {}
  /// The profile is chosen at run time, e.g. `reader::exact::value`.
  explicit parquet(reader::profile const& readers, parquet_options options = {})
    requires std::same_as<Profile, reader::any>
      : core_(std::move(options), readers) {}

  /// Whether a column of this type can be written.
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return Profile::supports(f); }
  // NOLINTBEGIN(readability-convert-member-functions-to-static): an Encoder's members
  [[nodiscard]] constexpr std::string_view extension() const noexcept { return "parquet"; }
  [[nodiscard]] constexpr std::string_view content_type() const noexcept { return "application/vnd.apache.parquet"; }
  // NOLINTEND(readability-convert-member-functions-to-static)
  [[nodiscard]] parquet_options const& options() const noexcept { return core_.options(); }

  /// Errors: invalid_argument for a broken schema, an option out of range, an override of a column
  /// that is not there or given twice, a dictionary asked for a type that has none, a level that the codec
  /// does not have, names that are not UTF-8 or that the readers take for equal; unsupported for a type
  /// that the readers have no form for. Thread-safe.
  [[nodiscard]] result<void> check(schema_view fields, std::uint64_t max_file_size) const {
    return core_.check(fields, max_file_size);
  }
  /// Bytes of heap, a few times the largest value (or row, if it is larger than a checkpoint) aside.
  /// For a schema that `check` accepts. Thread-safe.
  [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const {
    return core_.memory_bound(fields, max_file_size);
  }
  [[nodiscard]] result<void> begin(schema_view fields, sink& out) { return core_.begin(fields, out); }
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, sink& out) {
    return core_.write(rows, first, out);
  }
  [[nodiscard]] result<file_stats> end(sink& out) { return core_.end(out); }
  [[nodiscard]] std::uint64_t pending_bytes() const { return core_.pending_bytes(); }
  /// Its blocks are row groups.
  [[nodiscard]] detail::parquet_block_writer block_writer(schema_view fields, std::uint64_t max_file_size) const {
    return {core_, fields, max_file_size};
  }
  [[nodiscard]] std::uint64_t block_rows(schema_view fields) const { return core_.block_rows(fields); }
  [[nodiscard]] std::uint64_t block_memory_bound(schema_view fields, std::uint64_t max_file_size) const {
    return core_.block_memory_bound(fields, max_file_size);
  }
  [[nodiscard]] result<std::uint64_t> place(detail::parquet_block const& block, sink& out) {
    return core_.place(block, out);
  }
  /// For a type that `check` accepts: e.g. decimal(20,0) for a uint64 where the readers take no unsigned integers.
  [[nodiscard]] field written_as(field const& f) const { return core_.written_as(f); }

private:
  /// Named by a function, so that `reader::any` need not have one.
  static constexpr reader::profile const& profile_value() { return Profile::value; }

  detail::parquet_core core_;
};

parquet(parquet_options) -> parquet<>;
parquet(reader::profile, parquet_options) -> parquet<reader::any>;

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/impl/parquet.ipp>
#endif

#endif
