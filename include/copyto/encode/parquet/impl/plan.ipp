// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PLAN_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PLAN_IPP

#include <copyto/encode/parquet/detail/plan.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/encode/block.hpp>
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
  return largest_group() + 2 * block_bytes * leaves.size(); // each chunk has two blocks that are not full
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

COPYTO_COLD error refuse_option(std::string message, std::string column, std::string advice) {
  return error({.code = errc::invalid_argument,
                .message = std::move(message),
                .column = std::move(column),
                .advice = std::move(advice)});
}

/// Columns, or the members of a struct; `above`: what precedes their names in messages.
COPYTO_COLD result<void> check_names(schema_view fields, std::string const& above, reader::profile const& readers) {
  for (std::size_t i = 0; i != fields.size(); ++i) {
    std::string const name = above + std::string(fields[i].name);
    if (!valid_utf8(fields[i].name)) {
      return refuse_option("the name of a column is not valid UTF-8", name, "rename the column");
    }
    for (std::size_t j = 0; j != i && !readers.names_differ_by_case; ++j) {
      if (ascii::same(fields[j].name, fields[i].name)) {
        return refuse_option(fmt::format("column names \"{}\" and \"{}\" differ in case only, which the {} readers "
                                         "of Parquet take for the same name",
                                         fields[j].name, fields[i].name, readers.name),
                             name, "rename one of them, or take the profile reader::exact");
      }
    }
  }
  return {};
}

/// A column, or a node of one; `name`: in messages.
COPYTO_COLD result<void> check_node(field const& f, std::string const& name, reader::profile const& readers,
                                    std::uint64_t depth) {
  if (!is_nested(f.type.id)) {
    if (!reader::supports(readers, f)) {
      return error({.code = errc::unsupported,
                    .message = fmt::format("the {} readers of Parquet have no form for {}", readers.name, describe(f)),
                    .column = name,
                    .advice = "convert it to microseconds, or take the profile reader::exact"});
    }
    if (f.type.id == kind::fixed_binary && f.type.width > max_value_bytes) {
      return refuse_option("a fixed binary is too wide for a page of Parquet", name, "declare at most 2 GiB - 1 MiB");
    }
    return {};
  }
  if (depth == max_nested) {
    return refuse_option(fmt::format("lists, structs and maps lie deeper than {} levels in each other", max_nested),
                         name, "write the inner ones as JSON text");
  }
  bool const members = f.type.id == kind::structure;
  if (result<void> checked = members ? check_names(f.children(), name + ".", readers) : result<void>(); !checked) {
    return checked;
  }
  for (std::size_t i = 0; i != f.node_count; ++i) {
    std::string const below = members                   ? fmt::format("{}.{}", name, f.nodes[i].name)
                              : f.type.id == kind::list ? name + "[]"
                                                        : name + (i == 0 ? "[].key" : "[].value");
    if (result<void> checked = check_node(f.nodes[i], below, readers, depth + 1); !checked) {
      return checked;
    }
  }
  return {};
}

/// Whether a field, or one below it, has an id by hand.
COPYTO_COLD field const* find_numbered(schema_view fields) noexcept {
  for (field const& f : fields) {
    if (f.id >= 0) {
      return &f;
    }
    if (field const* const below = find_numbered(f.children()); below != nullptr) {
      return below;
    }
  }
  return nullptr;
}

COPYTO_COLD result<void> check_footer_options(schema_view fields, parquet_options const& options) {
  if (field const* const by_hand = options.number_fields ? find_numbered(fields) : nullptr; by_hand != nullptr) {
    return refuse_option("parquet_options::number_fields counts field ids, and a field has one by hand",
                         std::string(by_hand->name), "take the ids away, or leave that option out");
  }
  for (auto const& [key, value] : options.metadata) {
    bool const again = std::ranges::count(options.metadata, key, [](auto const& pair) { return pair.first; }) != 1;
    if (key.empty() || again || key == spark_version_key || !valid_utf8(key) || !valid_utf8(value)) {
      return refuse_option(fmt::format("parquet_options::metadata has `{}`, which {}", valid_utf8(key) ? key : "a key",
                                       again                      ? "is there twice"
                                       : key.empty()              ? "is no key"
                                       : key == spark_version_key ? "is the library's own"
                                                                  : "is not UTF-8, or has a value that is not"),
                           {}, "choose another key");
    }
  }
  return {};
}

COPYTO_COLD result<void> check_parquet(schema_view fields, parquet_options const& options,
                                       reader::profile const& readers, std::uint64_t max_file_size) {
  if (schema_fault const fault = copyto::check(fields); fault.rule != schema_rule::ok) {
    return refuse_option(std::string(to_string(fault.rule)),
                         fields.empty() ? std::string() : std::string(fields[fault.column].name),
                         "correct the schema of the source");
  }
  if (result<void> checked = check_names(fields, {}, readers); !checked) {
    return checked;
  }
  for (field const& f : fields) {
    if (result<void> checked = check_node(f, std::string(f.name), readers, 0); !checked) {
      return checked;
    }
  }
  struct range {
    std::string_view name;
    std::uint64_t value;
    std::uint64_t most;
  };
  for (range const r :
       {range{"dictionary_bytes", options.dictionary_bytes, 256 * MiB},
        range{"dictionary_entries", options.dictionary_entries, max_dictionary_entries},
        range{"row_group_rows", options.row_group_rows, std::uint64_t{1} << 62},
        range{"row_group_bytes", options.row_group_bytes, std::uint64_t{1} << 62},
        range{"page_bytes", options.page_bytes, 256 * MiB}, range{"page_rows", options.page_rows, 1'048'576}}) {
    if (r.value == 0 || r.value > r.most) {
      return refuse_option(fmt::format("parquet_options::{} is {}, and must be 1 to {}", r.name, r.value, r.most), {},
                           "leave it out for the default");
    }
  }
  if (result<void> checked = options.codec.check(); !checked) {
    return checked;
  }
  if (result<void> checked = check_footer_options(fields, options); !checked) {
    return checked;
  }
  parquet_plan const plan(fields, {}, readers, max_file_size);
  for (std::size_t i = 0; i != options.columns.size(); ++i) {
    parquet_column const& c = options.columns[i];
    auto const named = [&](leaf const& l) { return l.label() == c.name || fields[l.column].name == c.name; };
    if (std::ranges::none_of(plan.leaves, named)) {
      return refuse_option("parquet_options::columns names a column that the schema does not have", c.name,
                           "correct the name, or leave the override out");
    }
    if (std::any_of(options.columns.begin(), options.columns.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](parquet_column const& other) { return other.name == c.name; })) {
      return refuse_option("parquet_options::columns names a column twice", c.name, "merge the two overrides");
    }
    if (c.dictionary.value_or(false) &&
        std::ranges::none_of(plan.leaves, [&](leaf const& l) { return named(l) && can_have_dictionary(l); })) {
      return refuse_option("parquet_options::columns asks for a dictionary of a type that has none", c.name,
                           "leave it out for booleans and for values under 4 bytes");
    }
    if (c.encoding && *c.encoding != parquet_encoding::plain && readers.encodings == nullptr) {
      return refuse_option(
          fmt::format("parquet_options::columns asks for an encoding that the readers of the profile {} "
                      "need not know",
                      readers.name),
          c.name, "take the profile reader::modern");
    }
    if (c.encoding && c.dictionary.value_or(false)) {
      return refuse_option("parquet_options::columns asks for an encoding of all values, and for a dictionary", c.name,
                           "leave one of them out");
    }
    if (c.encoding && *c.encoding != parquet_encoding::plain && std::ranges::any_of(plan.leaves, [&](leaf const& l) {
          return named(l) && !readers.encodings->fits(static_cast<encoding>(*c.encoding), l.as.type);
        })) {
      return refuse_option("parquet_options::columns asks for an encoding that the column's type does not have", c.name,
                           "see parquet_encoding, which says what each is for");
    }
    if (result<void> checked = c.codec.value_or(codec()).check(); !checked) {
      return refuse_option(checked.error()->message, c.name, checked.error()->advice);
    }
  }
  auto const fits = [&](std::uint64_t size) { return parquet_plan(fields, options, readers, size).fits_limit(); };
  if (!fits(max_file_size)) {
    std::uint64_t least = std::max<std::uint64_t>(std::bit_ceil(max_file_size), 1 * KiB);
    while (!fits(least)) {
      least *= 2;
    }
    for (std::uint64_t step = least / 4; step >= 1 * KiB; step /= 2) { // to a KiB
      least -= fits(least - step) ? step : 0;
    }
    return refuse_option(
        fmt::format("max_file_size is {} bytes, and a Parquet file of these columns may need {}", max_file_size, least),
        {}, fmt::format("allow files of {} KiB, or more", (least + KiB - 1) / KiB));
  }
  return {};
}

} // namespace copyto::detail

#endif
