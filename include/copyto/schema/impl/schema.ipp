// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_SCHEMA_IPP
#define COPYTO_SCHEMA_IMPL_SCHEMA_IPP

#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <deque>
#include <vector>

namespace copyto {

struct schema::tree {
  std::deque<std::string> names;
  std::deque<std::vector<field>> levels; // a deque: the spans into it must not move

  field const* copy(schema_view fields) {
    std::vector<field>& level = levels.emplace_back(fields.begin(), fields.end());
    for (field& f : level) {
      f.name = names.emplace_back(f.name);
      if (f.node_count != 0) {
        f.nodes = copy(f.children());
      }
    }
    return level.data();
  }
};

COPYTO_COLD schema::schema(schema_view fields) : count_(fields.size()) {
  auto own = std::make_shared<tree>();
  top_ = own->copy(fields);
  tree_ = std::move(own);
}

COPYTO_COLD std::string describe(field const& f) {
  constexpr std::string_view units[] = {"ms", "us", "ns"};
  std::string_view const unit = units[static_cast<std::size_t>(f.type.unit)];
  switch (f.type.id) {
  case kind::decimal: return fmt::format("decimal({},{})", f.type.precision, f.type.scale);
  case kind::fixed_binary: return fmt::format("fixed binary({})", f.type.width);
  case kind::time:
  case kind::timestamp: return fmt::format("{}({}{})", to_string(f.type.id), unit, f.type.utc ? ", utc" : "");
  case kind::list:
  case kind::structure:
  case kind::map: {
    std::string text = fmt::format("{}<", to_string(f.type.id));
    for (field const& child : f.children()) {
      text += (&child == f.nodes ? "" : ", ") + describe(child);
    }
    return text + ">";
  }
  default: return std::string(to_string(f.type.id));
  }
}

} // namespace copyto

#endif
