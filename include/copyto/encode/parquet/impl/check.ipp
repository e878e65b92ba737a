// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_CHECK_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_CHECK_IPP

#include <copyto/encode/parquet/detail/check.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/encode/parquet/detail/chunk_filter.hpp>
#include <copyto/encode/parquet/detail/indices.hpp>
#include <copyto/encode/parquet/detail/plain.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace copyto::detail {

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

COPYTO_COLD result<void> check_filter(parquet_plan const& plan, parquet_column const& c, leaf const& l) {
  if (c.filter->kind == nullptr) {
    return refuse_option("parquet_options::columns has a filter of no kind", c.name, "make it by bloom_filter()");
  }
  if (!is_nested(plan.fields[l.column].type.id) && !c.filter->kind->fits(l.as)) {
    return refuse_option("parquet_options::columns asks for a filter of a type that has none", c.name,
                         "leave it out for booleans");
  }
  if (!(c.filter->false_positives >= 0.00001 && c.filter->false_positives <= 0.5)) {
    return refuse_option(
        fmt::format("a filter's rate of false positives is {}, and must be 0.00001 to 0.5", c.filter->false_positives),
        c.name, "leave it out for the default");
  }
  if (c.filter->max_bytes < 32 || c.filter->max_bytes > 128 * MiB) {
    return refuse_option(
        fmt::format("a filter's max_bytes is {}, and must be 32 to {}", c.filter->max_bytes, 128 * MiB), c.name,
        "leave it out for the default");
  }
  return {};
}

COPYTO_COLD result<void> check_sorting(schema_view fields, parquet_options const& options) {
  for (parquet_sorting const& by : options.sorted_by) {
    auto const at = std::ranges::find(fields, by.column, &field::name);
    if (at == fields.end()) {
      return refuse_option("parquet_options::sorted_by names a column that the schema does not have", by.column,
                           "correct the name, or leave it out");
    }
    if (std::ranges::count(options.sorted_by, by.column, &parquet_sorting::column) != 1) {
      return refuse_option("parquet_options::sorted_by names a column twice", by.column, "leave the second one out");
    }
    if (!can_be_sorted(at->type.id)) {
      return refuse_option(fmt::format("parquet_options::sorted_by names a column of type {}, which has no order that "
                                       "all readers agree on",
                                       to_string(at->type.id)),
                           by.column, "leave it out, and the columns behind it");
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
  if (result<void> checked = check_sorting(fields, options); !checked) {
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
    for (leaf const& l : plan.leaves) {
      if (result<void> checked = c.filter && named(l) ? check_filter(plan, c, l) : result<void>(); !checked) {
        return checked;
      }
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
