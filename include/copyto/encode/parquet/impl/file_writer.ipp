// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_FILE_WRITER_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_FILE_WRITER_IPP

#include <copyto/encode/parquet/detail/file_writer.hpp>

#include <copyto/core/version.hpp>
#include <copyto/encode/parquet/detail/plain.hpp>
#include <copyto/encode/parquet/detail/schema_element.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

inline constexpr std::string_view parquet_magic = "PAR1";
/// By which Spark 3 knows what calendar dates are of (DataSourceUtils.datetimeRebaseSpec).
inline constexpr std::string_view spark_version_key = "org.apache.spark.version";

COPYTO_DECL file_writer::file_writer(schema_view fields, parquet_options const& options, reader::profile const& readers,
                                     std::uint64_t max_file_size)
    : plan_(fields, options, readers, max_file_size),
      blocks_(plan_.block_bytes, static_cast<std::size_t>(plan_.chunk_bytes() / plan_.block_bytes)),
      row_groups_(blocks_), column_indexes_(blocks_), offset_indexes_(blocks_) {
  compressors_.reserve(plan_.codecs.size());
  for (codec const& c : plan_.codecs) {
    compressors_.push_back(c.make_compressor());
  }
  columns_.reserve(plan_.leaves.size());
  std::uint64_t names = 0;
  for (std::size_t i = 0; i != plan_.leaves.size(); ++i) {
    std::size_t const c = plan_.codec_of[i];
    columns_.emplace_back(plan_.leaves[i], plan_.sizes(i),
                          page_codec{&plan_.codecs[c], compressors_[c].get(), options.checksums}, blocks_, scratch_);
    names += plan_.leaves[i].type->name.size();
  }
  scratch_.header.reserve(128);
  scratch_.levels.reserve(plan_.level_scratch());
  scratch_.body.reserve(plan_.body_scratch());
  scratch_.seen.reserve(plan_.seen_scratch());
  scratch_.compressed_kept = plan_.compressed_scratch();
  metadata_.reserve(512 + 64 * plan_.leaves.size() + names);
}

COPYTO_DECL result<void> file_writer::begin(sink& out) {
  start_ = out.bytes();
  thrift_writer footer(metadata_);
  write_schema(footer);
  // The rest of the footer: numbers, created_by, column orders, length and magic.
  schema_bytes_ = metadata_.size() + 128 + 3 * columns_.size() + (plan_.names_spark ? 64 : 0);
  metadata_.clear();
  rows_left_ = std::min({std::uint64_t{checkpoint_rows}, plan_.row_group_rows, plan_.page_rows});
  return out.write(parquet_magic);
}

/// Sizes of the next rows, which decide where checkpoints are.
COPYTO_DECL result<void> file_writer::measure(batch const& rows, std::size_t first) {
  measured_first_ = first;
  if (plan_.byte_strings.empty()) {
    measured_last_ = rows.rows();
    return {};
  }
  std::size_t const count = std::min(rows.rows() - first, checkpoint_rows);
  measured_last_ = first + count;
  std::fill_n(row_sizes_.begin(), count, plan_.row_bytes);
  for (std::size_t const column : plan_.byte_strings) {
    column_view const& v = rows.column(column);
    std::uint64_t most = 0;
    auto const add = [&](std::size_t i, std::uint64_t size) {
      row_sizes_[i] += size;
      most = std::max(most, size);
    };
    auto const add_offsets = [&]<class Offset>(Offset const* offsets) {
      for (std::size_t i = 0; i != count; ++i) {
        add(i, static_cast<std::uint64_t>(offsets[i + 1] - offsets[i]));
      }
    };
    if (has_nulls(v) || v.form == bytes_form::views) {
      for_each_value(v, first, count, [&](std::size_t i) {
        add(i - first, v.bytes(i).size());
        return true;
      });
    } else if (v.form == bytes_form::offsets32) {
      add_offsets(static_cast<std::int32_t const*>(v.offsets) + v.offset + first);
    } else {
      add_offsets(static_cast<std::int64_t const*>(v.offsets) + v.offset + first);
    }
    if (most > max_value_bytes) {
      std::size_t bad = first;
      for_each_value(v, first, count, [&](std::size_t i) {
        bad = i;
        return v.bytes(i).size() <= max_value_bytes;
      });
      return error({.code = errc::value_out_of_range,
                    .message = fmt::format("a value of {} bytes is larger than a page of Parquet can be", most),
                    .row = bad,
                    .column = std::string(plan_.leaves[column].type->name),
                    .advice = "split it into values of at most 2 GiB - 1 MiB"});
    }
  }
  return {};
}

/// The measured rows up to the next checkpoint, or to the next large row, which comes alone.
COPYTO_DECL file_writer::slice file_writer::next_slice(std::size_t first, std::size_t last) const noexcept {
  std::uint64_t const room = plan_.checkpoint_bytes - since_bytes_;
  auto const most = static_cast<std::size_t>(std::min<std::uint64_t>(last - first, rows_left_));
  if (plan_.byte_strings.empty()) {
    auto const rows =
        static_cast<std::size_t>(std::min<std::uint64_t>(most, (room + plan_.row_bytes - 1) / plan_.row_bytes));
    return {.rows = rows, .bytes = rows * plan_.row_bytes};
  }
  slice s;
  std::uint64_t const* const sizes = row_sizes_.data() + (first - measured_first_);
  while (s.rows != most && s.bytes < room && (s.rows == 0 || sizes[s.rows] < plan_.large_value)) {
    s.bytes += sizes[s.rows++];
  }
  return s;
}

/// Ends the open page of each column that has a large value in this row, so that no page comes near
/// the 2 GiB that its header can say, or the 16 MB at which some readers stop.
COPYTO_DECL result<void> file_writer::set_large_values_apart(batch const& rows, std::size_t row) {
  for (std::size_t const i : plan_.byte_strings) {
    column_view const& v = rows.column(i);
    if (!v.is_null(row) && v.bytes(row).size() >= plan_.large_value && columns_[i].page_rows() != 0) {
      if (result<void> ended = columns_[i].end_page(); !ended) {
        return ended;
      }
    }
  }
  return {};
}

COPYTO_DECL result<void> file_writer::take(batch const& rows, std::size_t first, slice part) {
  for (std::size_t i = 0; i != columns_.size(); ++i) {
    if (result<void> taken = columns_[i].append(rows.column(i), first, part.rows); !taken) {
      return taken;
    }
  }
  rows_ += part.rows;
  group_rows_ += part.rows;
  group_raw_ += part.bytes;
  since_bytes_ += part.bytes;
  rows_left_ -= part.rows;
  return {};
}

COPYTO_DECL result<std::size_t> file_writer::write(batch const& rows, std::size_t first, sink& out) {
  std::size_t at = first;
  measured_last_ = first;
  while (at != rows.rows() && !full_) {
    if (at == measured_last_) {
      if (result<void> measured = measure(rows, at); !measured) {
        return measured.error();
      }
    }
    slice const part = next_slice(at, measured_last_);
    if (!plan_.byte_strings.empty() && row_sizes_[at - measured_first_] >= plan_.large_value) {
      if (result<void> apart = set_large_values_apart(rows, at); !apart) {
        return apart.error();
      }
    }
    if (result<void> taken = take(rows, at, part); !taken) {
      return taken.error();
    }
    at += part.rows;
    if (rows_left_ == 0 || since_bytes_ >= plan_.checkpoint_bytes) {
      if (result<void> checked = checkpoint(out); !checked) {
        return checked.error();
      }
    }
  }
  return at - first;
}

COPYTO_DECL std::uint64_t file_writer::pending_bytes() const noexcept {
  std::uint64_t held = 0;
  for (column_writer const& c : columns_) {
    held += c.encoded_bytes() + c.open_bytes();
  }
  return held;
}

COPYTO_DECL result<void> file_writer::checkpoint(sink& out) {
  since_bytes_ = 0;
  for (column_writer& c : columns_) {
    if (result<void> checked = c.check_dictionary(); !checked) {
      return checked;
    }
    if (c.page_rows() != 0 && (c.page_bytes() >= plan_.page_bytes || c.page_rows() >= plan_.page_rows)) {
      if (result<void> ended = c.end_page(); !ended) {
        return ended;
      }
    }
  }
  std::uint64_t held = pending_bytes();
  if (group_rows_ >= plan_.row_group_rows || group_raw_ >= plan_.row_group_bytes || held >= plan_.row_group_bytes) {
    if (result<void> ended = end_row_group(out); !ended) {
      return ended;
    }
    held = 0;
  }
  std::uint64_t index = index_bytes();
  if (has_index_ && index > plan_.index_bytes) {
    // The chunks that have ended keep theirs; it is optional for each.
    has_index_ = false;
    for (column_writer& c : columns_) {
      c.forget_index();
    }
    index = index_bytes();
  }
  // Of the open row group, or of the one that the next row begins.
  std::uint64_t const footer = schema_bytes_ + row_groups_.size() + plan_.group_metadata;
  full_ = offset(out) + held + index + footer >= plan_.limit;
  if (row_groups_.size() + 2 * plan_.group_metadata > plan_.footer_bytes) {
    if (out.limit() == sink::no_limit) {
      return error({.code = errc::limit_exceeded,
                    .message = fmt::format("the footer of a Parquet file has come to {} MiB, more than readers take",
                                           plan_.footer_bytes / MiB),
                    .advice = "set a maximum file size, or make row groups larger"});
    }
    full_ = true;
  }
  rows_left_ = std::min<std::uint64_t>(checkpoint_rows, plan_.row_group_rows - group_rows_);
  for (column_writer const& c : columns_) {
    rows_left_ = std::min<std::uint64_t>(rows_left_, plan_.page_rows - c.page_rows());
  }
  return {};
}

/// Of the page index so far, at most.
COPYTO_DECL std::uint64_t file_writer::index_bytes() const noexcept {
  std::uint64_t bytes = column_indexes_.size() + offset_indexes_.size();
  for (column_writer const& c : columns_) {
    bytes += c.index().bytes();
  }
  return bytes;
}

/// Puts what is in `metadata_` behind the RowGroups.
COPYTO_DECL void file_writer::keep_metadata(std::uint32_t column_index, std::uint32_t offset_index, bool chunk) {
  footer_piece const piece{.size = static_cast<std::uint32_t>(metadata_.size()),
                           .column_index = column_index,
                           .offset_index = offset_index,
                           .chunk = chunk};
  row_groups_.append(bytes_view(reinterpret_cast<std::byte const*>(&piece), sizeof(piece)));
  row_groups_.append(metadata_.view());
  metadata_.clear();
}

COPYTO_DECL result<void> file_writer::end_chunk(std::size_t column, thrift_writer& footer, sink& out,
                                                std::uint64_t& uncompressed) {
  column_writer& c = columns_[column];
  result<std::uint64_t> const ended = c.end_chunk(footer, out, offset(out));
  if (!ended) {
    return ended.error();
  }
  uncompressed += *ended;
  page_index const& pages = c.index();
  std::uint32_t column_index = 0;
  std::uint32_t offset_index = 0;
  if (has_index_) {
    form const& f = plan_.leaves[column].as;
    byte_buffer written(static_cast<std::size_t>(pages.bytes() + page_index::struct_bytes));
    if (pages.has_column_index()) {
      pages.write_column_index(written, f);
      column_index = static_cast<std::uint32_t>(written.size());
      column_indexes_.append(written.view());
      written.clear();
    }
    pages.write_offset_index(written, f, c.first_page());
    offset_index = static_cast<std::uint32_t>(written.size());
    offset_indexes_.append(written.view());
  }
  keep_metadata(column_index, offset_index, true);
  c.next_chunk();
  return {};
}

COPYTO_DECL result<void> file_writer::end_row_group(sink& out) {
  std::uint64_t const first = offset(out);
  std::uint64_t uncompressed = 0;
  for (column_writer& c : columns_) {
    if (c.page_rows() != 0) {
      if (result<void> ended = c.end_page(); !ended) {
        return ended;
      }
    }
  }
  thrift_writer footer(metadata_); // RowGroup
  footer.list(1, thrift_type::structure, columns_.size());
  for (std::size_t i = 0; i != columns_.size(); ++i) {
    if (result<void> ended = end_chunk(i, footer, out, uncompressed); !ended) {
      return ended;
    }
  }
  footer.i64(2, static_cast<std::int64_t>(uncompressed));
  footer.i64(3, static_cast<std::int64_t>(group_rows_));
  footer.i64(5, static_cast<std::int64_t>(first));
  footer.i64(6, static_cast<std::int64_t>(offset(out) - first));
  footer.end();
  keep_metadata(0, 0, false);
  ++group_count_;
  group_rows_ = group_raw_ = 0;
  return {};
}

/// Writes the RowGroup structs, now that the places of the page index are known.
COPYTO_DECL result<void> file_writer::write_row_groups(sink& out, std::uint64_t column_index,
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

COPYTO_DECL void file_writer::write_schema(thrift_writer& footer) const {
  footer.i32(1, 1); // version
  footer.list(2, thrift_type::structure, 1 + plan_.leaves.size());
  write_root_element(footer, plan_.leaves.size());
  for (leaf const& l : plan_.leaves) {
    write_leaf_element(footer, l);
  }
}

COPYTO_DECL result<file_stats> file_writer::end(sink& out) {
  if (group_rows_ != 0) {
    if (result<void> ended = end_row_group(out); !ended) {
      return ended.error();
    }
  }
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
  if (plan_.names_spark) {
    footer.list(5, thrift_type::structure, 1); // key_value_metadata
    footer.begin_element();
    footer.binary(1, spark_version_key);
    footer.binary(2, "3.1.0"); // the first whose dates, timestamps and INT96 are all of today's calendar
    footer.end();
  }
  // The form that parquet-mr parses; it distrusts the statistics of files without it.
  footer.binary(6, fmt::format("copyto version {0} (build {0})", version));
  footer.list(7, thrift_type::structure, plan_.leaves.size()); // column_orders, one a leaf
  for (std::size_t i = 0; i != plan_.leaves.size(); ++i) {
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
