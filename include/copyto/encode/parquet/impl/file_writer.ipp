// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_FILE_WRITER_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_FILE_WRITER_IPP

#include <copyto/encode/parquet/detail/file_writer.hpp>

#include <copyto/core/version.hpp>
#include <copyto/encode/parquet/detail/schema_element.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

inline constexpr std::string_view parquet_magic = "PAR1";
COPYTO_COLD file_writer::file_writer(std::shared_ptr<parquet_plan const> plan)
    : plan_(std::move(plan)), blocks_(plan_->block_bytes, 4), row_groups_(blocks_), column_indexes_(blocks_),
      offset_indexes_(blocks_), order_(row_order::of(plan_->fields, plan_->sorted_by)) {
  metadata_.reserve(512 + static_cast<std::size_t>(plan_->schema_bytes));
}

COPYTO_COLD result<void> file_writer::begin(sink& out) {
  start_ = out.bytes();
  thrift_writer footer(metadata_);
  write_schema(footer);
  // The rest of the footer: numbers, created_by, column orders, length and magic.
  schema_bytes_ =
      metadata_.size() + 128 + 3 * plan_->leaves.size() + (plan_->names_spark ? 64 : 0) + plan_->metadata_bytes;
  metadata_.clear();
  return out.write(parquet_magic);
}

/// Of the RowGroup structs so far, at most: a ColumnChunk ends with four numbers that are not in its piece yet.
COPYTO_DECL std::uint64_t file_writer::group_metadata_bytes() const noexcept {
  return row_groups_.size() + group_count_ * plan_->leaves.size() * 24;
}

COPYTO_COLD result<bool> file_writer::has_room(std::uint64_t bytes, std::uint64_t index, sink const& out) const {
  if (group_count_ == 0) {
    return true;
  }
  std::uint64_t const groups = group_metadata_bytes() + plan_->group_metadata;
  if (groups > plan_->footer_bytes) {
    if (out.limit() == sink::no_limit) {
      return error({.code = errc::limit_exceeded,
                    .message = fmt::format("the footer of a Parquet file has come to {} MiB, more than readers take",
                                           plan_->footer_bytes / MiB),
                    .advice = "set a maximum file size, or make row groups larger"});
    }
    return false;
  }
  std::uint64_t const indexes = column_indexes_.size() + offset_indexes_.size() + index;
  return offset(out) + bytes + indexes + schema_bytes_ + groups <= out.limit();
}

/// Puts what is in `metadata_` behind the RowGroups.
COPYTO_COLD void file_writer::keep_metadata(std::uint32_t column_index, std::uint32_t offset_index, bool chunk) {
  footer_piece const piece{.size = static_cast<std::uint32_t>(metadata_.size()),
                           .column_index = column_index,
                           .offset_index = offset_index,
                           .chunk = chunk};
  row_groups_.append(bytes_view(reinterpret_cast<std::byte const*>(&piece), sizeof(piece)));
  row_groups_.append(metadata_.view());
  metadata_.clear();
}

COPYTO_COLD result<void> file_writer::place_chunk(std::size_t column, ended_chunk const& chunk, index_location filter,
                                                  thrift_writer& footer, sink& out) {
  leaf const& l = plan_->leaves[column];
  chunk_totals totals = chunk.totals;
  totals.offset = offset(out);
  begin_column_chunk(footer, l, plan_->codecs[plan_->codec_of[column]].id(), totals, chunk.values, chunk.levels,
                     filter);
  for (rope const* pages : {&chunk.dictionary, &chunk.pages}) {
    if (result<void> written = pages->write_to(out); !written) {
      return written;
    }
  }
  std::uint32_t column_index = 0;
  std::uint32_t offset_index = 0;
  if (has_index_) {
    byte_buffer written(static_cast<std::size_t>(chunk.index.bytes() + page_index::struct_bytes));
    if (chunk.index.has_column_index()) {
      chunk.index.write_column_index(written, l.as);
      column_index = static_cast<std::uint32_t>(written.size());
      column_indexes_.append(written.view());
      written.clear();
    }
    chunk.index.write_offset_index(written, l.as, totals.offset + totals.dictionary_bytes);
    offset_index = static_cast<std::uint32_t>(written.size());
    offset_indexes_.append(written.view());
  }
  keep_metadata(column_index, offset_index, true);
  return {};
}

COPYTO_COLD result<bool> file_writer::place(row_group const& group, bool must, sink& out) {
  // The chunks that are there keep their index; it is optional for each.
  std::uint64_t const index = group.index_bytes();
  bool const indexed =
      has_index_ && group.has_index && column_indexes_.size() + offset_indexes_.size() + index <= plan_->index_bytes;
  if (!must) {
    if (result<bool> const room = has_room(group.bytes(), indexed ? index : 0, out); !room || !*room) {
      return room;
    }
  }
  if (result<void> sorted = order_ != nullptr ? order_->append(*group.order) : result<void>(); !sorted) {
    return sorted.error();
  }
  has_index_ = indexed;
  std::uint64_t const first = offset(out);
  index_location filter{.offset = first + group.chunk_bytes()};
  auto filters = group.filters.begin();
  std::uint64_t uncompressed = 0;
  thrift_writer footer(metadata_); // RowGroup
  footer.list(1, thrift_type::structure, group.chunks.size());
  for (std::size_t i = 0; i != group.chunks.size(); ++i) {
    uncompressed += group.chunks[i].totals.uncompressed_bytes;
    bool const filtered = filters != group.filters.end() && filters->leaf == i;
    filter.size = filtered ? static_cast<std::uint32_t>(filters->stored.size()) : 0;
    if (result<void> placed = place_chunk(i, group.chunks[i], filter, footer, out); !placed) {
      return placed.error();
    }
    filter.offset += filter.size;
    filters += filtered ? 1 : 0;
  }
  footer.i64(2, static_cast<std::int64_t>(uncompressed));
  footer.i64(3, static_cast<std::int64_t>(group.rows));
  if (!plan_->sorted_by.empty()) {
    footer.list(4, thrift_type::structure, plan_->sorted_by.size());
    for (sorting_column const& by : plan_->sorted_by) {
      footer.begin_element();
      footer.i32(1, static_cast<std::int64_t>(by.leaf));
      footer.boolean(2, by.descending);
      footer.boolean(3, by.nulls_first);
      footer.end();
    }
  }
  footer.i64(5, static_cast<std::int64_t>(first));
  footer.i64(6, static_cast<std::int64_t>(offset(out) - first));
  footer.end();
  keep_metadata(0, 0, false);
  for (ended_filter const& f : group.filters) {
    if (result<void> written = f.stored.write_to(out); !written) {
      return written.error();
    }
  }
  ++group_count_;
  rows_ += group.rows;
  return true;
}

/// Writes the RowGroup structs, now that the places of the page index are known.
COPYTO_COLD result<void> file_writer::write_row_groups(sink& out, std::uint64_t column_index,
                                                       std::uint64_t offset_index) {
  rope::reader pieces(row_groups_);
  for (std::uint64_t done = 0; done != row_groups_.size();) {
    footer_piece piece;
    pieces.read(reinterpret_cast<std::byte*>(&piece), sizeof(piece));
    if (result<void> written = pieces.write_to(out, piece.size); !written) {
      return written;
    }
    done += sizeof(piece) + piece.size;
    if (piece.chunk) {
      thrift_writer footer(metadata_);
      end_column_chunk(footer, {column_index, piece.column_index}, {offset_index, piece.offset_index});
      column_index += piece.column_index;
      offset_index += piece.offset_index;
      result<void> written = out.write(metadata_.view());
      metadata_.clear();
      if (!written) {
        return written;
      }
    }
  }
  return {};
}

COPYTO_COLD void file_writer::write_schema(thrift_writer& footer) const {
  footer.i32(1, 1); // version
  footer.list(2, thrift_type::structure, plan_->schema_elements);
  write_root_element(footer, plan_->fields.size());
  auto leaves = plan_->leaves.begin();
  std::int32_t next_id = 1;
  for (field const& f : plan_->fields) {
    write_column_elements(footer, f, f.name, leaves, plan_->numbers_fields ? &next_id : nullptr);
  }
}

COPYTO_COLD result<file_stats> file_writer::end(sink& out) {
  std::uint64_t const column_index = offset(out);
  std::uint64_t const offset_index = column_index + column_indexes_.size();
  for (rope const* indexes : {&column_indexes_, &offset_indexes_}) {
    if (result<void> written = indexes->write_to(out); !written) {
      return written.error();
    }
  }
  std::uint64_t const first = out.bytes();
  thrift_writer footer(metadata_); // FileMetaData
  write_schema(footer);
  footer.i64(3, static_cast<std::int64_t>(rows_));
  footer.list(4, thrift_type::structure, group_count_);
  if (result<void> written = out.write(metadata_.view()); !written) {
    return written.error();
  }
  metadata_.clear();
  if (result<void> written = write_row_groups(out, column_index, offset_index); !written) {
    return written.error();
  }
  if (plan_->names_spark || !plan_->metadata.empty()) { // key_value_metadata
    footer.list(5, thrift_type::structure, plan_->metadata.size() + (plan_->names_spark ? 1 : 0));
    auto const pair = [&](std::string_view key, std::string_view value) {
      footer.begin_element();
      footer.binary(1, key);
      footer.binary(2, value);
      footer.end();
    };
    if (plan_->names_spark) {
      pair(spark_version_key, "3.1.0"); // the first whose dates, timestamps and INT96 are all of today's calendar
    }
    for (auto const& [key, value] : plan_->metadata) {
      pair(key, value);
    }
  }
  // The form that parquet-mr parses; it distrusts the statistics of files without it.
  footer.binary(6, fmt::format("copyto version {0} (build {0})", version));
  footer.list(7, thrift_type::structure, plan_->leaves.size()); // column_orders, one a leaf
  for (std::size_t i = 0; i != plan_->leaves.size(); ++i) {
    footer.begin_element();
    footer.empty(1); // TypeDefinedOrder
    footer.end();
  }
  footer.end();
  auto const size = static_cast<std::uint32_t>(out.bytes() - first + metadata_.size());
  metadata_.append_value(size);
  metadata_.append(parquet_magic);
  if (result<void> written = out.write(metadata_.view()); !written) {
    return written.error();
  }
  return file_stats{.rows = rows_};
}

} // namespace copyto::detail

#endif
