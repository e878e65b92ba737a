// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_LIB_RANDOM_NESTED_HPP
#define COPYTO_TESTS_LIB_RANDOM_NESTED_HPP

/// Random columns of lists, structs and maps in each other, random rows of them in a batch's own memory and in foreign
/// arrays, and what must be read from them.
#include "random_values.hpp"

#include <copyto/schema/batch.hpp>
#include <copyto/source/concept.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

/// A value of any type: bytes as in the batch, elements, members, or keys and values in turn.
struct value {
  bool null = false;
  std::string bytes = {};
  std::vector<value> items = {};
};

/// Fields, with all that they borrow.
struct tree {
  /// What members are called, with a number behind it.
  std::vector<std::string> members = {"a", "list", "element", "dot.ted", "\xC3\xBC", "key_value", "x y"};
  bool every_type = false; ///< also intervals and nanoseconds
  bool civil = true;       ///< dates and timestamps of the years 1 to 9999
  std::deque<std::string> names = {};
  std::deque<std::vector<field>> levels = {};

  copyto::logical_type leaf_type(dice& d, bool exact) {
    copyto::logical_type t;
    do {
      t.id = static_cast<kind>(d.roll(static_cast<std::uint64_t>(kind::list)));
    } while ((t.id == kind::interval && !every_type) || (exact && t.id == kind::enumeration));
    switch (t.id) {
    case kind::decimal:
      t.precision = static_cast<std::uint8_t>(1 + d.roll(38));
      t.scale = static_cast<std::uint8_t>(d.roll(t.precision + 1U));
      break;
    case kind::fixed_binary: t.width = static_cast<std::uint32_t>(1 + d.roll(20)); break;
    case kind::date: t.width = civil ? civil_years : 0; break;
    case kind::time:
    case kind::timestamp:
      t.unit = static_cast<copyto::time_unit>(d.roll(every_type ? 3 : 2));
      t.utc = d.one_in(2);
      t.width = civil ? civil_years : 0;
      break;
    default: break;
    }
    return t;
  }
  field node(dice& d, std::string name, bool exact, std::uint64_t depth) {
    field f{.name = names.emplace_back(std::move(name)), .optional = d.one_in(2)};
    if (depth == 0 || d.one_in(depth == 5 ? 8 : 3)) {
      f.type = leaf_type(d, exact);
      return f;
    }
    f.id = d.one_in(6) ? static_cast<std::int32_t>(d.roll(1000)) : -1;
    std::vector<field> below;
    switch (d.roll(3)) {
    case 0:
      f.type.id = kind::list;
      below.push_back(node(d, "element", exact, depth - 1));
      break;
    case 1:
      f.type.id = kind::structure;
      for (std::uint64_t n = 1 + d.roll(3); n != 0; --n) {
        below.push_back(node(d, d.any(members) + std::to_string(below.size()), exact, depth - 1));
      }
      break;
    default:
      f.type.id = kind::map;
      below.push_back({.name = "key", .type = {.id = d.one_in(2) ? kind::string : kind::int32}});
      below.push_back(node(d, "value", exact, depth - 1));
    }
    std::vector<field> const& kept = levels.emplace_back(std::move(below));
    f.nodes = kept.data();
    f.node_count = static_cast<std::uint32_t>(kept.size());
    return f;
  }
};

/// How often the nodes of a column are NULL, and how long its lists are.
struct habits {
  std::uint64_t nulls = 0;
  std::uint64_t longest = 0;
  bool few = false;
};

inline value make(dice& d, field const& f, bool exact, habits const& h) {
  bool const null = f.optional && h.nulls != 0 && d.one_in(h.nulls);
  value v{.null = null};
  if (null) {
    return v;
  }
  switch (f.type.id) {
  case kind::list:
  case kind::map:
    for (std::uint64_t n = d.one_in(40) ? d.roll(8 * h.longest + 1) : d.roll(h.longest + 1); n != 0; --n) {
      for (field const& child : f.children()) {
        v.items.push_back(make(d, child, exact, h));
      }
    }
    break;
  case kind::structure:
    for (field const& member : f.children()) {
      v.items.push_back(make(d, member, exact, h));
    }
    break;
  default: {
    dice few(d.roll(6) + 1);
    v.bytes = random_value(h.few ? few : d, f.type, exact);
  }
  }
  return v;
}
inline void append(copyto::column_buffer& to, value const& v, bool views) {
  field const& f = to.type();
  if (v.null) {
    to.append_null();
    return;
  }
  switch (f.type.id) {
  case kind::list:
  case kind::map:
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      append(to.child(i % f.node_count), v.items[i], views);
    }
    to.append_list();
    return;
  case kind::structure:
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      append(to.child(i), v.items[i], views);
    }
    to.append_struct();
    return;
  case kind::boolean: to.append_bool(v.bytes[0] != 0); return;
  default:
    if (!copyto::is_bytes(f.type.id)) {
      to.append_raw(reinterpret_cast<std::byte const*>(v.bytes.data()));
    } else if (views) {
      to.append_view(v.bytes);
    } else {
      to.append_copy(v.bytes);
    }
  }
}

/// A node's array as somebody else might have it: it begins within its buffers, and has rubbish where it is NULL.
class foreign_array {
public:
  foreign_array(dice& d, field const& f) : type_(&f), wide_(d.one_in(2)), lead_(d.roll(4) == 0 ? d.roll(20) : 0) {
    for (field const& child : f.children()) {
      children_.push_back(std::make_unique<foreign_array>(d, child));
    }
    for (std::size_t i = 0; i != lead_; ++i) {
      push_rubbish(d, d.one_in(2));
    }
  }
  void push(dice& d, value const& v) {
    if (v.null) {
      push_rubbish(d, false);
      return;
    }
    begin(true);
    if (type_->type.id == kind::boolean) {
      put(values_bits_, length_, v.bytes[0] != 0);
    } else if (children_.empty()) {
      values_ += v.bytes;
    }
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      children_[i % children_.size()]->push(d, v.items[i]);
    }
    end();
  }
  /// Valid while nothing is pushed.
  copyto::column_view view(std::size_t first, std::size_t count) {
    views_.clear();
    for (auto const& child : children_) {
      views_.push_back(child->view(0, child->length_ - child->lead_));
    }
    bool const bytes = copyto::is_bytes(type_->type.id);
    bool const has_offsets = bytes || type_->type.id == kind::list || type_->type.id == kind::map;
    return {.type = type_,
            .length = count,
            .null_count = nulls_,
            .offset = lead_ + first,
            .validity = nulls_ == 0 && wide_ ? nullptr : validity_.data(),
            .values = type_->type.id == kind::boolean ? static_cast<void const*>(values_bits_.data())
                      : children_.empty()             ? values_.data()
                                                      : nullptr,
            .offsets = !has_offsets ? nullptr
                       : wide_      ? static_cast<void const*>(offsets64_.data())
                                    : static_cast<void const*>(offsets32_.data()),
            .form = !has_offsets ? copyto::bytes_form::none
                    : wide_      ? copyto::bytes_form::offsets64
                                 : copyto::bytes_form::offsets32,
            .children = views_.data()};
  }

private:
  static void put(std::vector<std::uint8_t>& bits, std::size_t i, bool bit) {
    bits.resize(i / 8 + 1);
    bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (bit ? 1U << (i & 7) : 0U));
  }
  void begin(bool valid) {
    if (offsets32_.empty()) {
      offsets32_.push_back(0);
      offsets64_.push_back(0);
    }
    put(validity_, length_, valid);
    nulls_ += valid ? 0 : 1;
  }
  void end() {
    std::size_t const at = children_.empty() || type_->type.id == kind::structure
                               ? values_.size()
                               : children_[0]->length_ - children_[0]->lead_;
    offsets32_.push_back(static_cast<std::int32_t>(at));
    offsets64_.push_back(static_cast<std::int64_t>(at));
    ++length_;
  }
  /// A slot that nobody may read, with values below it that nobody may read either.
  void push_rubbish(dice& d, bool valid) {
    begin(valid);
    if (type_->type.id == kind::boolean) {
      put(values_bits_, length_, d.one_in(2));
    } else if (children_.empty()) {
      values_ += copyto::is_bytes(type_->type.id) ? std::string(d.roll(5), '\xFE')
                                                  : std::string(copyto::value_width(type_->type), '\x99');
    }
    bool const list = type_->type.id != kind::structure;
    for (std::uint64_t n = list ? d.roll(3) : 1; n != 0; --n) {
      for (auto const& child : children_) {
        child->push_rubbish(d, d.one_in(2));
      }
    }
    end();
  }

  field const* type_;
  bool wide_; ///< 64-bit offsets
  std::size_t lead_;
  std::size_t length_ = 0;
  std::size_t nulls_ = 0;
  std::vector<std::uint8_t> validity_;
  std::vector<std::uint8_t> values_bits_;
  std::string values_;
  std::vector<std::int32_t> offsets32_;
  std::vector<std::int64_t> offsets64_;
  std::vector<std::unique_ptr<foreign_array>> children_;
  std::vector<copyto::column_view> views_;
};

using table = std::vector<std::vector<value>>; ///< of each column its rows

class nested_source {
public:
  nested_source(std::vector<field> const& fields, table const& columns, bool views,
                std::vector<std::unique_ptr<foreign_array>> const* foreign)
      : fields_(fields), columns_(columns), views_(views), foreign_(foreign) {}
  [[nodiscard]] copyto::schema_view schema() const { return fields_; }
  copyto::result<copyto::fill_status> fill(copyto::batch& rows, std::stop_token const&) {
    std::size_t const count = std::min(rows.capacity(), columns_.front().size() - next_);
    for (std::size_t i = 0; i != columns_.size(); ++i) {
      if (foreign_ != nullptr) {
        rows.borrow(i, (*foreign_)[i]->view(next_, count));
        continue;
      }
      for (std::size_t r = next_; r != next_ + count; ++r) {
        append(rows.buffer(i), columns_[i][r], views_);
      }
    }
    foreign_ != nullptr ? rows.borrowed(count) : rows.close(count);
    next_ += count;
    return next_ == columns_.front().size() ? copyto::fill_status::end : copyto::fill_status::more;
  }

private:
  std::vector<field> const& fields_;
  table const& columns_;
  bool views_;
  std::vector<std::unique_ptr<foreign_array>> const* foreign_;
  std::size_t next_ = 0;
};

inline std::string expected_json(field const& f, value const& v) {
  if (v.null) {
    return "null";
  }
  if (f.node_count == 0) {
    return expected(f.type, {.bytes = v.bytes});
  }
  std::string text = "[";
  for (std::size_t i = 0; i != v.items.size(); ++i) {
    bool const map = f.type.id == kind::map;
    text += i == 0 ? "" : ",";
    text += map && i % 2 == 0 ? "[" : "";
    text += expected_json(f.nodes[i % f.node_count], v.items[i]);
    text += map && i % 2 == 1 ? "]" : "";
  }
  return text + "]";
}

inline std::string spec(field const& f) {
  std::string text = fmt::format(
      R"({{"name":{},"kind":"{}","unit":{},"utc":{},"precision":{},"scale":{},"width":{},"optional":{},"id":{},"children":[)",
      json_text(f.name), to_string(f.type.id), static_cast<int>(f.type.unit), f.type.utc, f.type.precision,
      f.type.scale, f.type.width, f.optional, f.id);
  for (std::size_t i = 0; i != f.node_count; ++i) {
    text += (i == 0 ? "" : ",") + spec(f.nodes[i]);
  }
  return text + "]}";
}

#endif
