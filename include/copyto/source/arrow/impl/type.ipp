// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_TYPE_IPP
#define COPYTO_SOURCE_ARROW_IMPL_TYPE_IPP

#include <copyto/source/arrow/detail/type.hpp>

#include <copyto/core/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

namespace copyto::detail {

/// Types within each other that a schema may have; deeper ones are refused before they can do harm.
inline constexpr int max_arrow_depth = 64;

/// Reads a schema. The fields borrow from it, and from `names` and `levels`, until a `copyto::schema` is made of them.
class arrow_schema_reader {
public:
  struct read {
    field type = {};
    arrow_node node = {};
  };

  [[nodiscard]] result<read> column(ArrowSchema const* from, std::string path, int depth);

private:
  [[nodiscard]] result<void> type_of(ArrowSchema const& from, std::string_view format, read& into, int depth);
  [[nodiscard]] result<void> decimal_of(std::string_view parameters, read& into);
  [[nodiscard]] result<void> time_of(std::string_view format, read& into);
  [[nodiscard]] result<void> nested_of(ArrowSchema const& from, std::string_view format, read& into, int depth);
  [[nodiscard]] result<void> extension_of(ArrowSchema const& from, read& into);
  [[nodiscard]] result<void> add_child(ArrowSchema const* from, std::string path, read& into, std::vector<field>& below,
                                       int depth);
  void keep(std::vector<field> below, read& into) {
    std::vector<field> const& kept = levels_.emplace_back(std::move(below));
    into.type.nodes = kept.data();
    into.type.node_count = static_cast<std::uint32_t>(kept.size());
  }
  [[nodiscard]] static error broken(read const& at, std::string_view why) {
    return error(
        {.code = errc::invalid_argument,
         .message = fmt::format("an Arrow schema breaks its specification: {} (format \"{}\")", why, at.node.format),
         .column = at.node.path,
         .advice = "report it to the producer of the stream"});
  }
  [[nodiscard]] static error refused(read const& at, std::string_view what, std::string_view advice) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("{} (Arrow format \"{}\") cannot be exported", what, at.node.format),
                  .column = at.node.path,
                  .advice = std::string(advice)});
  }

  std::deque<std::vector<field>> levels_;
};

/// All of a text as a number.
COPYTO_COLD std::optional<std::int64_t> arrow_number(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Calls `f(key, value)` for each pair of the metadata: int32_t numbers, in the order of the machine's bytes.
template <class F>
void for_each_metadata(char const* at, F&& f) {
  if (at == nullptr) {
    return;
  }
  auto const number = [&] {
    std::int32_t value = 0;
    std::memcpy(&value, at, 4);
    at += 4;
    return value;
  };
  auto const text = [&] {
    auto const size = static_cast<std::size_t>(std::max(number(), 0));
    at += size;
    return std::string_view(at - size, size);
  };
  for (std::int32_t pairs = number(); pairs > 0; --pairs) {
    std::string_view const key = text();
    f(key, text());
  }
}

COPYTO_COLD result<arrow_schema_reader::read> arrow_schema_reader::column(ArrowSchema const* from, std::string path,
                                                                          int depth) {
  read r;
  r.node.path = std::move(path);
  if (from == nullptr || from->release == nullptr || from->format == nullptr) {
    return broken(r, "a type is missing, or has no format");
  }
  r.node.format = from->format;
  if (depth == max_arrow_depth) {
    return refused(r, "a type that lies deeper than 64 levels", "leave the column out");
  }
  r.type.name = from->name == nullptr ? "" : from->name;
  r.type.optional = (from->flags & ARROW_FLAG_NULLABLE) != 0;
  for_each_metadata(from->metadata, [&](std::string_view key, std::string_view value) {
    if (key == "PARQUET:field_id") {
      r.type.id = static_cast<std::int32_t>(std::clamp<std::int64_t>(arrow_number(value).value_or(-1), -1, INT32_MAX));
    }
  });
  if (from->dictionary != nullptr) {
    std::string_view const integers = "cCsSiIlL";
    std::size_t const which = r.node.format.size() == 1 ? integers.find(r.node.format[0]) : std::string_view::npos;
    if (which == std::string_view::npos) {
      return broken(r, "the indices of a dictionary are no integers");
    }
    result<read> values = column(from->dictionary, r.node.path, depth + 1);
    if (!values) {
      return values.error();
    }
    r.type.type = values->type.type;
    r.type.nodes = values->type.nodes;
    r.type.node_count = values->type.node_count;
    r.node.layout = arrow_layout::dictionary;
    r.node.width = std::size_t{1} << (which / 2);
    r.node.is_unsigned = which % 2 == 1;
    r.node.dictionary.push_back(std::move(values->node));
    return r;
  }
  if (result<void> known = type_of(*from, r.node.format, r, depth); !known) {
    return known.error();
  }
  if (result<void> known = extension_of(*from, r); !known) {
    return known.error();
  }
  return r;
}

COPYTO_COLD result<void> arrow_schema_reader::type_of(ArrowSchema const& from, std::string_view format, read& into,
                                                      int depth) {
  auto const plain = [&](kind id, std::size_t width) {
    into.type.type.id = id;
    into.node.layout = arrow_layout::fixed;
    into.node.width = width;
    return result<void>();
  };
  auto const bytes = [&](kind id, std::size_t offset_width) {
    into.type.type.id = id;
    into.node.layout = offset_width == 0 ? arrow_layout::views : arrow_layout::offsets;
    into.node.offset_width = offset_width;
    return result<void>();
  };
  if (format.size() == 1) {
    switch (format[0]) {
    case 'n':
      into.type.type.id = kind::string;
      into.type.optional = true;
      return {};
    case 'b':
      into.type.type.id = kind::boolean;
      into.node.layout = arrow_layout::bits;
      return {};
    case 'c': return plain(kind::int8, 1);
    case 'C': return plain(kind::uint8, 1);
    case 's': return plain(kind::int16, 2);
    case 'S': return plain(kind::uint16, 2);
    case 'i': return plain(kind::int32, 4);
    case 'I': return plain(kind::uint32, 4);
    case 'l': return plain(kind::int64, 8);
    case 'L': return plain(kind::uint64, 8);
    case 'e': return plain(kind::float16, 2);
    case 'f': return plain(kind::float32, 4);
    case 'g': return plain(kind::float64, 8);
    case 'z': return bytes(kind::binary, 4);
    case 'Z': return bytes(kind::binary, 8);
    case 'u': return bytes(kind::string, 4);
    case 'U': return bytes(kind::string, 8);
    default: return broken(into, "no such format");
    }
  }
  if (format == "vz" || format == "vu") {
    return bytes(format == "vz" ? kind::binary : kind::string, 0);
  }
  if (format.starts_with("w:")) {
    auto const width = arrow_number(format.substr(2));
    if (!width || *width < 0 || *width > INT32_MAX) {
      return broken(into, "a fixed binary without a width");
    }
    if (*width == 0) {
      return refused(into, "a fixed binary of no bytes", "leave the column out");
    }
    into.type.type.width = static_cast<std::uint32_t>(*width);
    return plain(kind::fixed_binary, static_cast<std::size_t>(*width));
  }
  if (format.starts_with("d:")) {
    return decimal_of(format.substr(2), into);
  }
  if (format.starts_with("t")) {
    return time_of(format.substr(1), into);
  }
  if (format.starts_with("+")) {
    return nested_of(from, format.substr(1), into, depth);
  }
  return broken(into, "no such format");
}

/// "precision,scale" or "precision,scale,bits".
COPYTO_COLD result<void> arrow_schema_reader::decimal_of(std::string_view parameters, read& into) {
  std::int64_t numbers[3] = {0, 0, 128};
  std::size_t count = 0;
  for (bool more = true; more && count != 3; ++count) {
    std::size_t const comma = parameters.find(',');
    auto const number = arrow_number(parameters.substr(0, comma));
    if (!number) {
      return broken(into, "a decimal without precision and scale");
    }
    numbers[count] = *number;
    more = comma != std::string_view::npos;
    parameters.remove_prefix(more ? comma + 1 : parameters.size());
  }
  auto const [precision, scale, bits] = numbers;
  if (count < 2 || !parameters.empty() || precision < 1 || precision > 76 ||
      (bits != 32 && bits != 64 && bits != 128 && bits != 256)) {
    return broken(into, "a decimal without precision and scale, or of another width than 32, 64, 128 or 256 bits");
  }
  // Zeros that a scale outside of 0 to the precision adds are digits, too.
  std::int64_t const behind = std::max<std::int64_t>(scale, 0);
  std::int64_t const digits = std::max(precision + (behind - scale), behind);
  if (behind > 38 || (digits > 38 && bits != 256)) {
    return refused(into, "a decimal of more than 38 digits", "cast it to a narrower decimal, or to a string");
  }
  into.type.type = {.id = kind::decimal,
                    .precision = static_cast<std::uint8_t>(std::min<std::int64_t>(digits, 38)),
                    .scale = static_cast<std::uint8_t>(behind)};
  into.node.layout = arrow_layout::fixed;
  into.node.width = static_cast<std::size_t>(bits / 8);
  into.node.factor = power_of_ten(static_cast<int>(std::min<std::int64_t>(behind - scale, 38)));
  bool const same = scale >= 0 && into.node.width == value_width(into.type.type);
  into.node.values = same ? arrow_values::same : arrow_values::decimal;
  return {};
}

/// What follows the t.
COPYTO_COLD result<void> arrow_schema_reader::time_of(std::string_view format, read& into) {
  if (format == "dD" || format == "dm") {
    into.type.type.id = kind::date;
    into.node.layout = arrow_layout::fixed;
    into.node.width = format == "dD" ? 4 : 8;
    into.node.values = format == "dD" ? arrow_values::same : arrow_values::days;
    return {};
  }
  if (format == "iM" || format == "iD" || format == "in") {
    into.type.type.id = kind::interval;
    into.node.layout = arrow_layout::fixed;
    into.node.width = format == "iM" ? 4 : format == "iD" ? 8 : 16;
    into.node.values = format == "iM"   ? arrow_values::months
                       : format == "iD" ? arrow_values::day_time
                                        : arrow_values::same;
    return {};
  }
  // Times, timestamps and durations: a unit each, and a zone behind that of a timestamp.
  constexpr std::string_view units = "smun";
  std::size_t const unit = format.size() < 2 ? std::string_view::npos : units.find(format[1]);
  bool const stamp = format.starts_with('s') && format.size() > 2 && format[2] == ':';
  if (unit == std::string_view::npos || (!stamp && format.size() != 2)) {
    return broken(into, "no such format");
  }
  into.node.layout = arrow_layout::fixed;
  into.node.width = format[0] == 't' && unit < 2 ? 4 : 8;
  into.type.type.unit = unit < 2 ? time_unit::milli : unit == 2 ? time_unit::micro : time_unit::nano;
  into.node.factor = unit == 0 ? 1000 : 1;
  into.node.values = unit == 0 ? arrow_values::multiplied : arrow_values::same;
  switch (format[0]) {
  case 't': into.type.type.id = kind::time; return {};
  case 's':
    if (!stamp) {
      return broken(into, "a timestamp without a colon behind its unit");
    }
    into.type.type.id = kind::timestamp;
    into.type.type.utc = format.size() > 3; // with a zone, values count from 1970 in UTC
    return {};
  case 'D':
    into.type.type = {.id = kind::interval};
    into.node.values = arrow_values::duration;
    into.node.factor = unit == 0 ? 1'000'000'000 : unit == 1 ? 1'000'000 : unit == 2 ? 1000 : 1;
    return {};
  default: return broken(into, "no such format");
  }
}

COPYTO_COLD result<void> arrow_schema_reader::add_child(ArrowSchema const* from, std::string path, read& into,
                                                        std::vector<field>& below, int depth) {
  result<read> child = column(from, std::move(path), depth + 1);
  if (!child) {
    return child.error();
  }
  below.push_back(child->type);
  into.node.children.push_back(std::move(child->node));
  return {};
}

/// What follows the plus.
COPYTO_COLD result<void> arrow_schema_reader::nested_of(ArrowSchema const& from, std::string_view format, read& into,
                                                        int depth) {
  if (from.n_children < 0 || (from.n_children != 0 && from.children == nullptr)) {
    return broken(into, "children that are not there");
  }
  auto const children = static_cast<std::size_t>(from.n_children);
  std::vector<field> below;
  if (format.starts_with("ud:") || format.starts_with("us:")) {
    return refused(into, "a union", "export its alternatives as columns of their own");
  }
  if (format == "s") {
    into.type.type.id = kind::structure;
    into.node.layout = arrow_layout::structure;
    if (children == 0) {
      return refused(into, "a struct without members", "leave the column out");
    }
    for (std::size_t i = 0; i != children; ++i) {
      char const* const name = from.children[i] != nullptr ? from.children[i]->name : nullptr;
      std::string path = fmt::format("{}.{}", into.node.path, name == nullptr ? "" : name);
      if (result<void> added = add_child(from.children[i], std::move(path), into, below, depth); !added) {
        return added;
      }
    }
    keep(std::move(below), into);
    return {};
  }
  if (format == "r") {
    if (children != 2 || from.children[0] == nullptr || from.children[0]->format == nullptr) {
      return broken(into, "run ends without their two children");
    }
    std::string_view const ends = from.children[0]->format;
    into.node.run_end_width = ends == "s" ? 2 : ends == "i" ? 4 : ends == "l" ? 8 : 0;
    if (into.node.run_end_width == 0) {
      return broken(into, "run ends are int16, int32 or int64");
    }
    result<read> values = column(from.children[1], into.node.path, depth + 1);
    if (!values) {
      return values.error();
    }
    into.type.type = values->type.type;
    into.type.nodes = values->type.nodes;
    into.type.node_count = values->type.node_count;
    into.type.optional = into.type.optional || values->type.optional;
    into.node.layout = arrow_layout::run_end;
    into.node.children.push_back(std::move(values->node));
    return {};
  }
  bool const map = format == "m";
  bool const view = format == "vl" || format == "vL";
  bool const fixed = format.starts_with("w:");
  if (!map && !view && !fixed && format != "l" && format != "L") {
    return broken(into, "no such format");
  }
  if (children != 1) {
    return broken(into, "a list or map without its one child");
  }
  into.type.type.id = map ? kind::map : kind::list;
  into.node.layout = fixed ? arrow_layout::fixed_list : view ? arrow_layout::list_view : arrow_layout::list;
  into.node.offset_width = format.ends_with('L') ? 8 : 4;
  if (fixed) {
    auto const width = arrow_number(format.substr(2));
    if (!width || *width < 0 || *width > INT32_MAX) {
      return broken(into, "a list of fixed size without its size");
    }
    into.node.width = static_cast<std::size_t>(*width);
  }
  if (!map) {
    if (result<void> added = add_child(from.children[0], into.node.path + "[]", into, below, depth); !added) {
      return added;
    }
    keep(std::move(below), into);
    return {};
  }
  ArrowSchema const* const entries = from.children[0];
  if (entries == nullptr || entries->format == nullptr || std::string_view(entries->format) != "+s" ||
      entries->n_children != 2 || entries->children == nullptr) {
    return broken(into, "the entries of a map are not a struct of key and value");
  }
  for (std::size_t i = 0; i != 2; ++i) {
    std::string path = into.node.path + (i == 0 ? "[].key" : "[].value");
    if (result<void> added = add_child(entries->children[i], std::move(path), into, below, depth); !added) {
      return added;
    }
  }
  below[0].optional = false; // which the specification says; the arrays are looked at
  keep(std::move(below), into);
  return {};
}

/// The canonical extension types that have a kind of their own here; any other is exported as what it is stored in
/// (arrow.apache.org, "Canonical Extension Types").
COPYTO_COLD result<void> arrow_schema_reader::extension_of(ArrowSchema const& from, read& into) {
  std::string_view name;
  for_each_metadata(from.metadata, [&](std::string_view key, std::string_view value) {
    name = key == "ARROW:extension:name" ? value : name;
  });
  if (name == "arrow.uuid" && into.node.format == "w:16") {
    into.type.type = {.id = kind::uuid};
  } else if (name == "arrow.json" && into.type.type.id == kind::string) {
    into.type.type.id = kind::json;
  } else if (name == "arrow.bool8" && into.node.format == "c") {
    into.type.type.id = kind::boolean;
    into.node.values = arrow_values::bool8;
  }
  return {};
}

COPYTO_COLD void bind_types(std::vector<arrow_node>& nodes, schema_view fields);

/// Lets a node know its field, now that this is where it stays.
COPYTO_COLD void bind_types(arrow_node& node, field const& type) {
  node.type = &type;
  for (arrow_node& values : node.dictionary) {
    bind_types(values, type);
  }
  if (node.layout == arrow_layout::run_end) {
    bind_types(node.children[0], type);
  } else {
    bind_types(node.children, type.children());
  }
}

COPYTO_COLD void bind_types(std::vector<arrow_node>& nodes, schema_view fields) {
  for (std::size_t i = 0; i != nodes.size(); ++i) {
    bind_types(nodes[i], fields[i]);
  }
}

COPYTO_COLD result<arrow_columns> read_arrow_schema(ArrowSchema const& schema) {
  if (schema.format == nullptr || std::string_view(schema.format) != "+s" || schema.n_children < 0 ||
      (schema.n_children != 0 && schema.children == nullptr)) {
    return error({.code = errc::invalid_argument,
                  .message = "the schema of an Arrow stream is no struct of columns",
                  .advice = "hand over record batches, not arrays of one type"});
  }
  arrow_schema_reader reader;
  arrow_columns columns;
  std::vector<field> fields;
  for (std::int64_t i = 0; i != schema.n_children; ++i) {
    ArrowSchema const* const child = schema.children[i];
    std::string name = child == nullptr || child->name == nullptr ? "" : child->name;
    auto column = reader.column(child, std::move(name), 0);
    if (!column) {
      return column.error();
    }
    fields.push_back(column->type);
    columns.nodes.push_back(std::move(column->node));
  }
  columns.schema = copyto::schema(fields);
  bind_types(columns.nodes, columns.schema);
  return columns;
}

} // namespace copyto::detail

#endif
