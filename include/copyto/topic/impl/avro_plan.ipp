// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_AVRO_PLAN_IPP
#define COPYTO_TOPIC_IMPL_AVRO_PLAN_IPP

#include <copyto/topic/detail/avro_plan.hpp>

#include <boost/unordered/unordered_flat_set.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace copyto::detail {

/// Avro 1.12, "Names".
[[nodiscard]] inline bool is_avro_name(std::string_view text) noexcept {
  auto const letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// Writes the schema and the nodes in one walk, so that they agree.
class avro_planner {
public:
  explicit avro_planner(avro_plan& made) : made_(made) {}

  std::optional<error> failed;

  void root(schema_view fields, std::span<std::size_t const> columns, std::string_view record,
            std::string_view name_space) {
    std::string const name(record);
    taken_.insert(name);
    made_.schema = fmt::format(R"({{"type":"record","name":"{}")", name);
    if (!name_space.empty()) {
      made_.schema += fmt::format(R"(,"namespace":"{}")", name_space);
    }
    std::string_view before = R"(,"fields":[)";
    for (std::size_t const c : columns) {
      made_.schema += before;
      before = ",";
      if (!member(fields[c], name + "_", std::string(fields[c].name))) {
        return;
      }
    }
    made_.schema += "]}";
  }

private:
  /// A field of a record. `prefix`: of names of types below; `path`: for errors.
  bool member(field const& f, std::string const& prefix, std::string const& path) {
    if (!is_avro_name(f.name)) {
      failed =
          error({.code = errc::invalid_argument,
                 .message = "a name is none of Avro's, which are of ASCII letters, digits and _, and begin with no "
                            "digit",
                 .column = path,
                 .advice = "rename it in the source (SELECT ... AS name), or write JSON"});
      return false;
    }
    made_.schema += fmt::format(R"({{"name":"{}","type":)", f.name);
    if (!node(f, prefix + std::string(f.name), path)) {
      return false;
    }
    made_.schema += f.optional ? R"(,"default":null})" : "}";
    return true;
  }

  bool node(field const& f, std::string const& name, std::string const& path) {
    std::size_t const number = made_.nodes.size();
    made_.nodes.push_back({.name = f.name, .optional = f.optional, .members = f.node_count});
    made_.schema += f.optional ? R"(["null",)" : "";
    if (!type(f, number, name, path)) {
      return false;
    }
    made_.schema += f.optional ? "]" : "";
    made_.nodes[number].after = static_cast<std::uint32_t>(made_.nodes.size());
    return true;
  }

  bool put(std::size_t number, avro_step step, std::string_view text) {
    made_.nodes[number].step = step;
    made_.schema += text;
    return true;
  }

  bool type(field const& f, std::size_t number, std::string const& name, std::string const& path) {
    using enum avro_step;
    logical_type const& t = f.type;
    switch (t.id) {
    case kind::boolean: return put(number, boolean, R"("boolean")");
    case kind::int8: return put(number, int8, R"("int")");
    case kind::int16: return put(number, int16, R"("int")");
    case kind::int32: return put(number, int32, R"("int")");
    case kind::int64: return put(number, int64, R"("long")");
    case kind::uint8: return put(number, uint8, R"("int")");
    case kind::uint16: return put(number, uint16, R"("int")");
    case kind::uint32: return put(number, uint32, R"("long")");
    case kind::uint64:
      return put(number, uint64, R"({"type":"bytes","logicalType":"decimal","precision":20,"scale":0})");
    case kind::float16: return put(number, half, R"("float")");
    case kind::float32: return put(number, float32, R"("float")");
    case kind::float64: return put(number, float64, R"("double")");
    case kind::decimal:
      return put(
          number,
          t.precision <= 9    ? decimal32
          : t.precision <= 18 ? decimal64
                              : decimal128,
          fmt::format(R"({{"type":"bytes","logicalType":"decimal","precision":{},"scale":{}}})", t.precision, t.scale));
    case kind::string:
    case kind::json:
    case kind::enumeration: return put(number, text, R"("string")");
    case kind::binary: return put(number, bytes, R"("bytes")");
    case kind::fixed_binary:
      return put(number, fixed, fmt::format(R"({{"type":"fixed","name":"{}","size":{}}})", unique(name), t.width));
    case kind::uuid: return put(number, uuid, R"({"type":"string","logicalType":"uuid"})");
    case kind::date: return put(number, int32, R"({"type":"int","logicalType":"date"})");
    case kind::time: return put_time(number, t);
    case kind::timestamp: {
      constexpr std::string_view units[] = {"millis", "micros", "nanos"};
      return put(number, int64,
                 fmt::format(R"({{"type":"long","logicalType":"{}timestamp-{}"}})", t.utc ? "" : "local-",
                             units[static_cast<std::size_t>(t.unit)]));
    }
    case kind::interval:
      return put(number, duration,
                 fmt::format(R"({{"type":"fixed","name":"{}","size":12,"logicalType":"duration"}})", unique(name)));
    case kind::list:
      return put(number, array, R"({"type":"array","items":)") && node(f.nodes[0], name + "_element", path + "[]") &&
             put(number, array, "}");
    case kind::structure: {
      put(number, record, fmt::format(R"({{"type":"record","name":"{}","fields":[)", unique(name)));
      for (field const& child : f.children()) {
        made_.schema += &child == f.nodes ? "" : ",";
        if (!member(child, name + "_", fmt::format("{}.{}", path, child.name))) {
          return false;
        }
      }
      return put(number, record, "]}");
    }
    case kind::map: break;
    }
    return put_map(f, number, name, path);
  }

  bool put_time(std::size_t number, logical_type const& t) {
    std::string_view const utc = t.utc ? R"(,"copyto.utc":true})" : "}";
    switch (t.unit) {
    case time_unit::milli:
      return put(number, avro_step::time_milli, R"({"type":"int","logicalType":"time-millis")") &&
             put(number, avro_step::time_milli, utc);
    case time_unit::micro:
      return put(number, avro_step::time_micro, R"({"type":"long","logicalType":"time-micros")") &&
             put(number, avro_step::time_micro, utc);
    case time_unit::nano: break;
    }
    return put(number, avro_step::time_nano, R"({"type":"long","copyto.type":"time-nanos")") &&
           put(number, avro_step::time_nano, utc);
  }

  bool put_map(field const& f, std::size_t number, std::string const& name, std::string const& path) {
    field const& key = f.nodes[0];
    field const& value = f.nodes[1];
    if (key.type.id == kind::string || key.type.id == kind::enumeration) {
      made_.nodes.push_back({.name = key.name, .step = avro_step::text}); // map keys have no schema
      made_.nodes.back().after = static_cast<std::uint32_t>(made_.nodes.size());
      return put(number, avro_step::map, R"({"type":"map","values":)") &&
             node(value, name + "_value", path + "[].value") && put(number, avro_step::map, "}");
    }
    // The form of Iceberg's specification, Appendix A, "Avro".
    return put(number, avro_step::pairs,
               fmt::format(R"({{"type":"array","logicalType":"map","items":{{"type":"record","name":"{}","fields":)"
                           R"([{{"name":"key","type":)",
                           unique(name + "_entry"))) &&
           node(key, name + "_key", path + "[].key") && put(number, avro_step::pairs, R"(},{"name":"value","type":)") &&
           node(value, name + "_value", path + "[].value") &&
           put(number, avro_step::pairs, value.optional ? R"(,"default":null}]}})" : "}]}}");
  }

  /// Types of one schema need different names: a_b below a, and a column a_b.
  std::string unique(std::string const& name) {
    std::string made = name;
    for (int n = 2; !taken_.insert(made).second; ++n) {
      made = fmt::format("{}_{}", name, n);
    }
    return made;
  }

  avro_plan& made_;
  boost::unordered_flat_set<std::string> taken_;
};

COPYTO_COLD result<avro_plan> make_avro_plan(schema_view fields, std::span<std::size_t const> columns,
                                             std::string_view record, std::string_view name_space) {
  auto const refuse = [](std::string_view option, std::string_view text, std::string_view what) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("the Avro option \"{}\" is {}, which is not {} of ASCII letters, digits and _ "
                                         "that begins with no digit",
                                         option, text.empty() ? "empty" : text, what),
                  .advice = "correct it"});
  };
  if (!is_avro_name(record)) {
    return refuse("record", record, "a name");
  }
  for (std::string_view rest = name_space; !name_space.empty();) {
    std::size_t const dot = rest.find('.');
    if (!is_avro_name(rest.substr(0, dot))) {
      return refuse("name_space", name_space, "names, with dots between them, each");
    }
    if (dot == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(dot + 1);
  }
  avro_plan made;
  avro_planner planner(made);
  planner.root(fields, columns, record, name_space);
  if (planner.failed) {
    return *std::move(planner.failed);
  }
  return made;
}

} // namespace copyto::detail

#endif
