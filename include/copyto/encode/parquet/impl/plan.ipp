// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PLAN_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PLAN_IPP

#include <copyto/encode/parquet/detail/plan.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/encode/block.hpp>
#include <copyto/encode/parquet/detail/chunk_filter.hpp>
#include <copyto/encode/parquet/detail/indices.hpp>
#include <copyto/encode/parquet/detail/plain.hpp>
#include <copyto/encode/parquet/detail/row_group.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace copyto::detail {

/// The least page that wide schemas are scaled down to: below it headers and codec pay too much.
inline constexpr std::uint64_t min_scaled_page = 8 * KiB;
/// The least dictionary likewise.
inline constexpr std::uint64_t min_dictionary = 4 * KiB;

COPYTO_COLD std::uint64_t slot_bytes(leaf const& l) noexcept {
  std::uint64_t const level = (l.max_definition != 0 ? 1 : 0) + (l.max_repetition != 0 ? 1 : 0);
  switch (l.as.how) {
  case conversion::bits: return level + 1;
  case conversion::bytes: return level + 4;
  case conversion::uuid_text: return level + 4 + uuid_text_size;
  case conversion::interval_text: return level + 4 + max_interval_text;
  case conversion::time_text: return level + 4 + max_time_text;
  default: return level + l.as.width;
  }
}

/// Most bytes of a ColumnChunk: 200 of numbers, its name, two bounds (four, if they are numbers); and of the
/// page index of one page.
COPYTO_COLD std::uint64_t chunk_metadata(leaf const& l) noexcept {
  std::uint64_t const bound = l.as.width == 0 ? max_bound_bytes + 3 : std::min(l.as.width, max_bound_bytes);
  std::uint64_t path = l.type->name.size();
  for (std::string_view const part : l.path) {
    path += part.size() + 5;
  }
  return 200 + path + 4 * (bound + 4) + page_index::struct_bytes + 56 + 2 * page_index::level_bytes(l);
}

/// Whether the values of a column may go into a dictionary. A number of an entry takes 4 bytes until its
/// page ends, and a value no more than that would not be worth looking up.
COPYTO_COLD bool can_have_dictionary(leaf const& l) noexcept {
  return l.as.type == physical::byte_array || l.as.width >= 4;
}

/// Of a column that may have one.
COPYTO_COLD dictionary_limits limits_of(leaf const& l, std::uint64_t bytes, std::uint64_t share,
                                        std::uint64_t entries) noexcept {
  // With its length; and a power of two, for which the table is as large as it must be. Shorter strings have
  // more than is right for them then, so that no table is much larger than what it leads to.
  std::uint64_t const value = l.as.width == 0 ? 16 : l.as.width;
  auto const most = [&](std::uint64_t in) {
    return std::min(entries, std::max<std::uint64_t>(1, std::bit_floor(in / value)));
  };
  auto const page = [&](std::uint64_t in) {
    return static_cast<std::size_t>(l.as.width == 0 ? in : std::min(in, most(in) * l.as.width));
  };
  return {.bytes = page(bytes),
          .entries = static_cast<std::uint32_t>(most(bytes)),
          .share_bytes = page(share),
          .share_entries = static_cast<std::uint32_t>(most(share))};
}

/// On the way down from a column to its leaves.
struct parquet_plan::node {
  reader::profile const& readers;
  leaf so_far = {};
};

COPYTO_COLD void parquet_plan::add_leaves(field const& f, node at) {
  leaf& l = at.so_far;
  bool const nested = is_nested(f.type.id);
  l.type = &f;
  l.max_definition = static_cast<std::uint8_t>(l.max_definition + (f.optional ? 1 : 0));
  schema_bytes += 64 + f.name.size();
  ++schema_elements;
  if (!nested) {
    l.as = form_of(at.readers, f.type);
    leaves.push_back(std::move(l));
    return;
  }
  auto const below = [&](field const& child, std::string_view name, std::string_view label) {
    node next = at;
    next.so_far.path.push_back(name);
    next.so_far.name += label;
    add_leaves(child, std::move(next));
  };
  if (l.path.empty()) {
    l.path.push_back(f.name);
    l.name = f.name;
  }
  if (f.type.id == kind::structure) {
    l.shredded = l.shredded || f.optional;
    for (std::size_t i = 0; i != f.node_count; ++i) {
      std::vector<std::uint32_t> members = l.members;
      l.members.push_back(static_cast<std::uint32_t>(i));
      below(f.nodes[i], f.nodes[i].name, fmt::format(".{}", f.nodes[i].name));
      l.members = std::move(members);
    }
    return;
  }
  // The repeated group of three-level lists and of maps (LogicalTypes.md, "Nested Types").
  ++schema_elements;
  schema_bytes += 64;
  l.shredded = true;
  ++l.max_definition;
  ++l.max_repetition;
  if (f.type.id == kind::list) {
    l.path.push_back(list_group);
    below(f.nodes[0], list_element, "[]");
  } else {
    l.path.push_back(map_group);
    below(f.nodes[0], map_key, "[].key");
    below(f.nodes[1], map_value, "[].value");
  }
}

/// An override of a column is for all its leaves, but for one with an override of its own.
COPYTO_COLD parquet_column const* override_of(parquet_options const& options, schema_view fields, leaf const& l) {
  parquet_column const* found = nullptr;
  for (parquet_column const& c : options.columns) {
    if (c.name == l.label()) {
      return &c;
    }
    found = c.name == fields[l.column].name ? &c : found;
  }
  return found;
}

COPYTO_COLD column_view view_of(leaf const& l, batch const& rows) noexcept {
  column_view v = rows.column(l.column);
  for (std::uint32_t const member : l.members) {
    v = v.member(member);
  }
  return v;
}

COPYTO_COLD parquet_plan::parquet_plan(schema_view schema, parquet_options const& options,
                                       reader::profile const& readers, std::uint64_t max_file_size)
    : fields(schema) {
  leaves.reserve(fields.size());
  columns.reserve(fields.size());
  for (field const& f : fields) {
    column_leaves column{.first = leaves.size()};
    add_leaves(f, {.readers = readers, .so_far = {.column = columns.size()}});
    column.count = leaves.size() - column.first;
    column.shredded = std::any_of(leaves.begin() + static_cast<std::ptrdiff_t>(column.first), leaves.end(),
                                  [](leaf const& l) { return l.shredded; });
    for (std::size_t i = column.first; i != leaves.size(); ++i) {
      leaves[i].shredded = column.shredded;
    }
    columns.push_back(column);
  }
  std::uint64_t const n = std::max<std::uint64_t>(leaves.size(), 1);
  codec_of.reserve(leaves.size());
  dictionaries.reserve(leaves.size());
  byte_strings.reserve(leaves.size());
  codecs.reserve(1 + options.columns.size());
  group_metadata = 64;
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    leaf const& l = leaves[i];
    least_row_bytes += slot_bytes(l);
    row_bytes += l.shredded ? 0 : slot_bytes(l);
    group_metadata += chunk_metadata(l) + (readers.encodings != nullptr ? 32 : 0);
    if (l.as.how == conversion::bytes && !l.shredded) {
      byte_strings.push_back(i);
    }
    parquet_column const* const own = override_of(options, fields, l);
    if (own != nullptr && own->encoding) {
      leaves[i].by_hand = static_cast<encoding>(*own->encoding);
    }
    if (own != nullptr && own->filter && own->filter->kind->fits(l.as)) {
      filters.resize(leaves.size());
      filters[i] = *own->filter;
      group_metadata += 24; // where it is
    }
    codec const& chosen = own != nullptr && own->codec ? *own->codec : options.codec;
    auto const known = std::find(codecs.begin(), codecs.end(), chosen);
    codec_of.push_back(static_cast<std::size_t>(known - codecs.begin()));
    if (known == codecs.end()) {
      codecs.push_back(chosen);
    }
  }

  names_spark = readers.names_spark && std::ranges::any_of(leaves, [](leaf const& l) {
                  return l.as.note == annotation::date || l.as.note == annotation::timestamp;
                });
  for (parquet_sorting const& by : options.sorted_by) {
    auto const at = std::ranges::find(fields, by.column, &field::name);
    if (at != fields.end()) {
      auto const column = static_cast<std::size_t>(at - fields.begin());
      sorted_by.push_back({.column = column,
                           .leaf = columns[column].first,
                           .descending = by.descending,
                           .nulls_first = by.nulls_first});
      group_metadata += 16;
    }
  }
  encodings = readers.encodings;
  numbers_fields = options.number_fields;
  metadata = options.metadata;
  for (auto const& [key, value] : metadata) {
    metadata_bytes += key.size() + value.size() + 16;
  }
  schema_bytes += metadata_bytes;
  limit = std::max<std::uint64_t>(max_file_size, 1);
  row_group_bytes = std::min(options.row_group_bytes, std::max<std::uint64_t>(limit / 4, 1));
  row_group_rows = std::min(options.row_group_rows, copyto::block_rows(fields, std::bit_ceil(options.row_group_rows),
                                                                       std::max(options.row_group_bytes, 64 * MiB)));
  checksums = options.checksums;
  page_rows = options.page_rows;
  // The open pages of all columns together are at most half of a row group, an eighth of a file.
  page_bytes = std::min(options.page_bytes, std::max(min_scaled_page, row_group_bytes / (2 * n)));
  checkpoint_bytes =
      std::max<std::uint64_t>(1, std::min({64 * KiB + 64 * n, options.page_bytes, row_group_bytes, limit / 8}));
  large_value = std::max(checkpoint_bytes, page_bytes);
  footer_bytes = std::max(std::clamp(limit / 32, 1 * MiB, 64 * MiB), 4 * group_metadata);
  index_bytes = footer_bytes / 8;
  // One dictionary is at most a quarter of a row group, a sixteenth of a file. The shares of all are an eighth, and what
  // some take beyond theirs a quarter.
  dictionary_room = row_group_bytes / 4;
  std::uint64_t const dictionary_bytes = std::min(options.dictionary_bytes, std::max(min_dictionary, dictionary_room));
  std::uint64_t const dictionary_share =
      std::min(dictionary_bytes, std::max(min_dictionary, row_group_bytes / (8 * n)));
  for (leaf const& l : leaves) {
    parquet_column const* const own = override_of(options, fields, l);
    bool const wanted =
        !l.by_hand && (own != nullptr ? own->dictionary.value_or(options.dictionary) : options.dictionary);
    dictionaries.push_back(wanted && can_have_dictionary(l)
                               ? limits_of(l, dictionary_bytes, dictionary_share, options.dictionary_entries)
                               : dictionary_limits());
  }
  block_bytes = static_cast<std::size_t>(std::clamp(row_group_bytes / (8 * n) / 64 * 64, 1 * KiB, 64 * KiB));
}

COPYTO_COLD column_sizes parquet_plan::sizes(std::size_t column) const noexcept {
  leaf const& l = leaves[column];
  std::uint64_t bytes = 0;
  std::uint64_t slots = page_rows;
  if (l.any_size()) {
    bytes = page_bytes + std::min(checkpoint_bytes, page_bytes);
    // A page of entries ends as one of rows does, and the last checkpoint brings more.
    slots += l.shredded ? checkpoint_bytes / slot_bytes(l) + 1 : 0;
    bytes += l.shredded && dictionaries[column].entries != 0 ? std::min(checkpoint_bytes, page_bytes) : 0;
  } else {
    // A page ends at the first checkpoint at or behind its size.
    std::uint64_t const rows = std::min<std::uint64_t>(checkpoint_rows, checkpoint_bytes / least_row_bytes + 1);
    bytes = std::min(page_rows * slot_bytes(l), page_bytes + rows * slot_bytes(l));
    bytes += dictionaries[column].entries != 0 ? 4 * rows : 0; // numbers next to their values
  }
  return {.page_bytes = static_cast<std::size_t>(bytes),
          .page_slots = static_cast<std::size_t>(slots),
          .dictionary = dictionaries[column]};
}

COPYTO_COLD std::uint64_t parquet_plan::chunk_values(std::size_t column) const noexcept {
  leaf const& l = leaves[column];
  std::uint64_t const bytes = row_group_bytes + checkpoint_bytes;
  return l.shredded ? bytes / slot_bytes(l) + 1 : std::min(row_group_rows, bytes / least_row_bytes + 1);
}

COPYTO_COLD std::unique_ptr<chunk_filter> parquet_plan::make_filter(std::size_t column) const {
  bool const wanted = !filters.empty() && filters[column].kind != nullptr;
  return wanted ? filters[column].kind->make(filters[column], leaves[column].as, chunk_values(column)) : nullptr;
}

COPYTO_COLD std::size_t parquet_plan::max_page_body(std::size_t column) const noexcept {
  column_sizes const s = sizes(column);
  std::size_t const window = leaves[column].any_size() ? static_cast<std::size_t>(checkpoint_bytes) : 0;
  return column_writer::gap_bytes(leaves[column], s) + s.page_bytes + window;
}

COPYTO_COLD std::size_t parquet_plan::compressed_scratch() const noexcept {
  std::size_t most = 0;
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    codec const& c = codecs[codec_of[i]];
    std::size_t const body = std::max(max_page_body(i), dictionaries[i].bytes);
    most = std::max(most, c.id() == codec_id::none ? 0 : c.max_compressed_size(body));
  }
  return most;
}

COPYTO_COLD std::size_t parquet_plan::body_scratch() const noexcept {
  std::size_t most = 0;
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    if (dictionaries[i].entries != 0) {
      column_sizes const s = sizes(i);
      std::size_t const values = std::min(s.page_slots, s.page_bytes / 4 + 1);
      most = std::max(most, column_writer::gap_bytes(leaves[i], s) +
                                max_indices_size(values, index_width(dictionaries[i].entries)) + 32);
    }
    if (encodings != nullptr && (leaves[i].by_hand || !encodings->of(leaves[i].as.type).empty())) {
      most = std::max(
          {most, value_encodings::most(max_page_body(i)), value_encodings::most(value_encodings::sample_bytes)});
    }
  }
  return most;
}

COPYTO_COLD std::size_t parquet_plan::seen_scratch() const noexcept {
  std::size_t most = 0;
  for (dictionary_limits const& d : dictionaries) {
    most = std::max<std::size_t>(most, (std::size_t{d.entries} + 63) / 64 * 8);
  }
  return most;
}

COPYTO_COLD std::size_t parquet_plan::level_scratch() const noexcept {
  std::size_t most = encodings == nullptr ? 0 : value_encodings::sample_bytes;
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    std::size_t const gap = column_writer::gap_bytes(leaves[i], sizes(i));
    most = std::max(most, gap == 0 ? 0 : gap + 16);
  }
  return most;
}

COPYTO_COLD std::uint64_t parquet_plan::largest_group() const noexcept {
  // A row group ends at the first checkpoint at which its encoded and open pages come to its size; then
  // each open page may grow by what its codec adds.
  std::uint64_t bytes = row_group_bytes + checkpoint_bytes;
  if (same_rows()) {
    bytes = std::min(bytes, row_group_rows * row_bytes);
  }
  auto const added = [this](std::size_t column, std::uint64_t body) {
    return codecs[codec_of[column]].max_compressed_size(static_cast<std::size_t>(body)) - body;
  };
  std::uint64_t last = 0; // by which open pages are longer together since the last checkpoint
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    bytes += added(i, column_writer::gap_bytes(leaves[i], sizes(i)) + page_bytes) + 2 * max_page_header;
    last = std::max(last, added(i, checkpoint_bytes));
  }
  for (std::size_t i = 0; i != filters.size(); ++i) {
    bytes += filters[i].kind != nullptr ? filters[i].kind->stored_bytes(filters[i], chunk_values(i)) : 0;
  }
  return bytes + last;
}

COPYTO_COLD std::uint64_t parquet_plan::largest_index() const noexcept {
  // Pages end by rows, by bytes, around a large value, and with the row group.
  std::uint64_t const bytes = largest_group();
  std::uint64_t const by_rows = std::min(row_group_rows, bytes / least_row_bytes) / page_rows + 2;
  std::uint64_t pages = bytes / page_bytes + bytes / large_value + leaves.size() * by_rows;
  std::uint64_t levels = 0;
  for (leaf const& l : leaves) {
    levels = std::max(levels, page_index::level_bytes(l));
    pages += l.shredded ? bytes / 2 / page_rows : 0; // by entries, of which the shortest are their levels
  }
  return std::min(index_bytes,
                  pages * (page_index::max_page_bytes + levels) + 2 * leaves.size() * page_index::struct_bytes);
}

COPYTO_COLD bool parquet_plan::fits_limit() const noexcept {
  return schema_bytes + group_metadata + largest_group() + largest_index() <= limit;
}

COPYTO_COLD std::uint64_t parquet_plan::chunk_bytes() const noexcept {
  // Each chunk has two blocks that are not full, and its filter one.
  auto const filtered = std::ranges::count_if(filters, [](parquet_filter const& f) { return f.kind != nullptr; });
  return largest_group() + block_bytes * (2 * leaves.size() + static_cast<std::size_t>(filtered));
}

/// Blocks of a pool, that many bytes in all.
COPYTO_COLD std::uint64_t parquet_plan::pooled(std::uint64_t bytes) const noexcept {
  return (bytes / block_bytes + 1) * (block_bytes + sizeof(block_pool::block));
}

/// Of a row group's page index: at a checkpoint, each column adds a few pages to one that has not come to its limit; it
/// grows by half.
COPYTO_COLD std::uint64_t parquet_plan::open_index_bytes() const noexcept {
  std::uint64_t pages = 0;
  for (leaf const& l : leaves) {
    pages += 4 * (page_index::max_page_bytes + page_index::level_bytes(l));
  }
  return 2 * (index_bytes + pages);
}

COPYTO_COLD std::uint64_t parquet_plan::plan_memory() const noexcept {
  std::uint64_t paths = 0;
  for (leaf const& l : leaves) {
    paths += 2 * (l.members.capacity() * sizeof(std::uint32_t) + l.path.capacity() * sizeof(std::string_view) +
                  l.name.capacity());
  }
  return paths + columns.capacity() * sizeof(column_leaves) +
         leaves.capacity() * (sizeof(leaf) + sizeof(dictionary_limits) + 2 * sizeof(std::size_t)) +
         codecs.capacity() * sizeof(codec) + sizeof(parquet_plan) + 64;
}

COPYTO_COLD std::uint64_t parquet_plan::group_memory() const noexcept {
  std::uint64_t levels = 0;
  for (leaf const& l : leaves) {
    levels += 8 * level_counts::size_of(l.max_definition, l.max_repetition);
  }
  return pooled(chunk_bytes()) + open_index_bytes() + leaves.size() * sizeof(ended_chunk) + levels;
}

COPYTO_COLD std::uint64_t parquet_plan::writer_memory() const noexcept {
  std::uint64_t bytes = group_memory() + sizeof(block_pool) + 64;
  // Pages that run over what they keep: at most by what one checkpoint brings, grown by half.
  bytes += same_rows() ? 0 : 3 * checkpoint_bytes;
  for (std::size_t i = 0; i != columns.size(); ++i) {
    bytes += columns[i].shredded ? shredder::memory(fields[i], checkpoint_rows, shredded_entries) : 0;
  }
  for (std::size_t i = 0; i != filters.size(); ++i) {
    bytes += filters[i].kind != nullptr ? filters[i].kind->memory(filters[i], chunk_values(i)) +
                                              sizeof(parquet_filter) + 2 * sizeof(ended_filter)
                                        : sizeof(parquet_filter);
  }
  std::uint64_t growth = 0;
  std::uint64_t beyond = 0; // what all dictionaries could take beyond their shares
  for (std::size_t i = 0; i != leaves.size(); ++i) {
    beyond += dictionary::memory(leaves[i].as.width, dictionaries[i]) -
              dictionary::share_memory(leaves[i].as.width, dictionaries[i]);
    bytes += column_writer::memory(leaves[i], sizes(i)) + sizeof(column_writer);
    growth = std::max(growth, dictionary::growth(leaves[i].as.width, dictionaries[i]));
  }
  for (codec const& c : codecs) {
    bytes += c.context_bytes() + 64;
  }
  // Their room, and what one checkpoint may add: twelve bytes for each of a short string, and one large entry each.
  bytes += growth + std::min(beyond, dictionary_room * 5 / 4 + 12 * checkpoint_bytes);
  bytes += compressed_scratch() + level_scratch() + body_scratch() + seen_scratch() + 128; // page_scratch
  bytes += codecs.size() * sizeof(std::unique_ptr<compressor>);
  return bytes;
}

COPYTO_COLD std::uint64_t parquet_plan::file_memory() const noexcept {
  // Footer and page index, each with a block that is not full, and four that wait; and the struct of one page index.
  return pooled(footer_bytes + group_metadata + index_bytes + 7 * block_bytes) + index_bytes + open_index_bytes() / 2 +
         512 + schema_bytes;
}

} // namespace copyto::detail

#endif
