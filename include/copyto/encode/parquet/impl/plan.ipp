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

/// Bytes of one row in a column; of a byte string only its length.
COPYTO_COLD std::uint64_t slot_bytes(leaf const& l) noexcept {
  std::uint64_t const level = l.max_definition != 0 ? 1 : 0;
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
  return 200 + l.type->name.size() + 4 * (bound + 4) + page_index::struct_bytes + 56;
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

COPYTO_COLD parquet_plan::parquet_plan(schema_view fields, parquet_options const& options,
                                       reader::profile const& readers, std::uint64_t max_file_size) {
  std::uint64_t const n = std::max<std::uint64_t>(fields.size(), 1);
  leaves.reserve(fields.size());
  codec_of.reserve(fields.size());
  dictionaries.reserve(fields.size());
  byte_strings.reserve(fields.size());
  codecs.reserve(1 + options.columns.size());
  group_metadata = 64;
  for (field const& f : fields) {
    leaf const l{.type = &f, .as = form_of(readers, f.type), .max_definition = static_cast<std::uint8_t>(f.optional)};
    row_bytes += slot_bytes(l);
    group_metadata += chunk_metadata(l);
    schema_bytes += 64 + f.name.size();
    if (l.as.how == conversion::bytes) {
      byte_strings.push_back(leaves.size());
    }
    auto const own = std::find_if(options.columns.begin(), options.columns.end(),
                                  [&](parquet_column const& c) { return c.name == f.name; });
    codec const& chosen = own != options.columns.end() && own->codec ? *own->codec : options.codec;
    auto const known = std::find(codecs.begin(), codecs.end(), chosen);
    codec_of.push_back(static_cast<std::size_t>(known - codecs.begin()));
    if (known == codecs.end()) {
      codecs.push_back(chosen);
    }
    leaves.push_back(l);
  }

  names_spark = readers.names_spark && std::ranges::any_of(leaves, [](leaf const& l) {
                  return l.as.note == annotation::date || l.as.note == annotation::timestamp;
                });
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
    auto const own = std::find_if(options.columns.begin(), options.columns.end(),
                                  [&](parquet_column const& c) { return c.name == l.type->name; });
    bool const wanted =
        own != options.columns.end() ? own->dictionary.value_or(options.dictionary) : options.dictionary;
    dictionaries.push_back(wanted && can_have_dictionary(l)
                               ? limits_of(l, dictionary_bytes, dictionary_share, options.dictionary_entries)
                               : dictionary_limits());
  }
  block_bytes = static_cast<std::size_t>(std::clamp(row_group_bytes / (8 * n) / 64 * 64, 1 * KiB, 64 * KiB));
}

COPYTO_COLD column_sizes parquet_plan::sizes(std::size_t column) const noexcept {
  leaf const& l = leaves[column];
  std::uint64_t bytes = 0;
  if (l.as.how == conversion::bytes) {
    bytes = page_bytes + std::min(checkpoint_bytes, page_bytes);
  } else {
    // A page ends at the first checkpoint at or behind its size.
    std::uint64_t const rows = std::min<std::uint64_t>(checkpoint_rows, checkpoint_bytes / row_bytes + 1);
    bytes = std::min(page_rows * slot_bytes(l), page_bytes + rows * slot_bytes(l));
    bytes += dictionaries[column].entries != 0 ? 4 * rows : 0; // numbers next to their values
  }
  return {.page_bytes = static_cast<std::size_t>(bytes),
          .page_rows = static_cast<std::size_t>(page_rows),
          .dictionary = dictionaries[column]};
}

COPYTO_COLD std::size_t parquet_plan::max_page_body(std::size_t column) const noexcept {
  column_sizes const s = sizes(column);
  std::size_t const window =
      leaves[column].as.how == conversion::bytes ? static_cast<std::size_t>(checkpoint_bytes) : 0;
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
      std::size_t const values = std::min(s.page_rows, s.page_bytes / 4 + 1);
      most = std::max(most, column_writer::gap_bytes(leaves[i], s) +
                                max_indices_size(values, index_width(dictionaries[i].entries)) + 32);
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
  std::size_t most = 0;
  for (leaf const& l : leaves) {
    if (l.max_definition != 0) {
      most = std::max(most, level_buffer(l.max_definition).max_encoded_size(static_cast<std::size_t>(page_rows)) + 16);
    }
  }
  return most;
}

COPYTO_COLD std::uint64_t parquet_plan::largest_group() const noexcept {
  // A row group ends at the first checkpoint at which its encoded and open pages come to its size; then
  // each open page may grow by what its codec adds.
  std::uint64_t bytes = row_group_bytes + checkpoint_bytes;
  if (byte_strings.empty()) {
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
  std::uint64_t const by_rows = std::min(row_group_rows, bytes / row_bytes) / page_rows + 2;
  std::uint64_t const pages = bytes / page_bytes + bytes / large_value + leaves.size() * by_rows;
  return std::min(index_bytes, pages * page_index::max_page_bytes + 2 * leaves.size() * page_index::struct_bytes);
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
  return 2 * (index_bytes + 4 * leaves.size() * page_index::max_page_bytes);
}

COPYTO_COLD std::uint64_t parquet_plan::plan_memory() const noexcept {
  return leaves.size() * (sizeof(leaf) + sizeof(dictionary_limits) + 2 * sizeof(std::size_t)) +
         codecs.capacity() * sizeof(codec) + sizeof(parquet_plan) + 64;
}

COPYTO_COLD std::uint64_t parquet_plan::group_memory() const noexcept {
  return pooled(chunk_bytes()) + open_index_bytes() + leaves.size() * sizeof(ended_chunk);
}

COPYTO_COLD std::uint64_t parquet_plan::writer_memory() const noexcept {
  std::uint64_t bytes = group_memory() + sizeof(block_pool) + 64;
  // Pages that run over what they keep: at most by what one checkpoint brings, grown by half.
  bytes += byte_strings.empty() ? 0 : 3 * checkpoint_bytes;
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
  std::uint64_t names = 0;
  for (leaf const& l : leaves) {
    names += l.type->name.size();
  }
  // Footer and page index, each with a block that is not full, and four that wait; and the struct of one page index.
  return pooled(footer_bytes + group_metadata + index_bytes + 7 * block_bytes) + index_bytes + open_index_bytes() / 2 +
         512 + 64 * leaves.size() + names;
}

COPYTO_COLD error refuse_option(std::string message, std::string column, std::string advice) {
  return error({.code = errc::invalid_argument,
                .message = std::move(message),
                .column = std::move(column),
                .advice = std::move(advice)});
}

COPYTO_COLD result<void> check_parquet(schema_view fields, parquet_options const& options,
                                       reader::profile const& readers, std::uint64_t max_file_size) {
  if (schema_fault const fault = copyto::check(fields); fault.rule != schema_rule::ok) {
    return refuse_option(std::string(to_string(fault.rule)),
                         fields.empty() ? std::string() : std::string(fields[fault.column].name),
                         "correct the schema of the source");
  }
  for (std::size_t i = 0; i != fields.size(); ++i) {
    field const& f = fields[i];
    if (!reader::supports(readers, f)) {
      return error({.code = errc::unsupported,
                    .message = fmt::format("the {} readers of Parquet have no form for {}", readers.name, describe(f)),
                    .column = std::string(f.name),
                    .advice = is_nested(f.type.id) ? "write its members as columns of their own, or as JSON text"
                                                   : "convert it to microseconds, or take the profile reader::exact"});
    }
    if (!valid_utf8(f.name)) {
      return refuse_option("the name of a column is not valid UTF-8", std::string(f.name), "rename the column");
    }
    if (f.type.id == kind::fixed_binary && f.type.width > max_value_bytes) {
      return refuse_option("a fixed binary is too wide for a page of Parquet", std::string(f.name),
                           "declare at most 2 GiB - 1 MiB");
    }
    for (std::size_t j = 0; j != i && !readers.names_differ_by_case; ++j) {
      if (ascii::same(fields[j].name, f.name)) {
        return refuse_option(fmt::format("column names \"{}\" and \"{}\" differ in case only, which the {} readers "
                                         "of Parquet take for the same name",
                                         fields[j].name, f.name, readers.name),
                             std::string(f.name), "rename one of them, or take the profile reader::exact");
      }
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
  for (std::size_t i = 0; i != options.columns.size(); ++i) {
    parquet_column const& c = options.columns[i];
    auto const f = std::find_if(fields.begin(), fields.end(), [&](field const& it) { return it.name == c.name; });
    if (f == fields.end()) {
      return refuse_option("parquet_options::columns names a column that the schema does not have", c.name,
                           "correct the name, or leave the override out");
    }
    if (std::any_of(options.columns.begin(), options.columns.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](parquet_column const& other) { return other.name == c.name; })) {
      return refuse_option("parquet_options::columns names a column twice", c.name, "merge the two overrides");
    }
    if (c.dictionary.value_or(false) && !can_have_dictionary({.type = &*f, .as = form_of(readers, f->type)})) {
      return refuse_option("parquet_options::columns asks for a dictionary of a type that has none", c.name,
                           "leave it out for booleans and for values under 4 bytes");
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
