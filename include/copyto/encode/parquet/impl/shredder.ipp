// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_SHREDDER_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_SHREDDER_IPP

#include <copyto/encode/parquet/detail/shredder.hpp>

#include <copyto/core/detail/bits.hpp>
#include <copyto/encode/parquet/detail/plain.hpp>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace copyto::detail {

COPYTO_DECL std::size_t leaf_slice::keep_whole_rows(std::size_t values) noexcept {
  std::size_t whole = 0;
  for (std::size_t row = 0; row != rows; ++row) {
    std::size_t const slot = (*in->slots)[first + row];
    std::size_t const end = (*in->slots)[first + row + 1];
    std::size_t const more = count_values(in->values, slot, end - slot);
    if (whole + more > values) {
      rows = row;
      break;
    }
    whole += more;
  }
  return whole;
}

COPYTO_DECL std::size_t leaf_slice::row_of(std::size_t slot) const noexcept {
  auto const after = std::upper_bound(in->slots->begin(), in->slots->end(), slot);
  return in->first_row + static_cast<std::size_t>(after - in->slots->begin()) - 1;
}

struct tree_size {
  std::size_t nodes = 0;
  std::size_t leaves = 0;
};
COPYTO_COLD tree_size size_of_tree(field const& f) noexcept {
  tree_size size{.nodes = 1, .leaves = f.node_count == 0 ? 1U : 0U};
  for (field const& child : f.children()) {
    tree_size const below = size_of_tree(child);
    size.nodes += below.nodes;
    size.leaves += below.leaves;
  }
  return size;
}

COPYTO_COLD std::uint64_t max_nesting(field const& f) noexcept {
  std::uint64_t depth = 0;
  for (field const& child : f.children()) {
    depth = std::max(depth, 1 + max_nesting(child));
  }
  return depth;
}

COPYTO_COLD shredder::shredder(field const& column) {
  tree_size const size = size_of_tree(column);
  nodes_.resize(size.nodes);
  leaves_.resize(size.leaves);
}

COPYTO_COLD std::uint64_t shredder::memory(field const& column, std::size_t rows, std::size_t entries) noexcept {
  tree_size const size = size_of_tree(column);
  // Buffers grow by half, vectors to twice. Each node has two numbers a row, and a number and levels for its entries: the
  // slots of its own, and what ended above it.
  return size.leaves * sizeof(leaf_rows) + size.nodes * (sizeof(node) + 128 + 32 * (rows + 1)) +
         16 * (max_nesting(column) + 1) * (entries + rows);
}

COPYTO_DECL std::uint64_t shredder::slots_below(column_view const& v, std::size_t first, std::size_t count) {
  switch (v.type->type.id) {
  case kind::structure: {
    std::uint64_t sum = count;
    for (std::size_t i = 0; i != v.type->node_count; ++i) {
      sum += slots_below(v.member(i), first, count);
    }
    return sum;
  }
  case kind::list:
  case kind::map: {
    if (count == 0) {
      return 0;
    }
    std::size_t const from = v.range(first).first;
    std::size_t const to = v.range(first + count - 1).second;
    std::uint64_t sum = count;
    for (std::size_t i = 0; i != v.type->node_count; ++i) {
      sum += slots_below(v.children[i], from, to - from);
    }
    return sum;
  }
  default: return count;
  }
}

COPYTO_DECL void shredder::shred(column_view const& column, std::size_t first, std::size_t count) {
  rows_.resize(count + 1);
  std::iota(rows_.begin(), rows_.end(), std::uint32_t{0});
  next_node_ = next_leaf_ = 0;
  first_row_ = first;
  visit(column, {.count = count, .first = first, .entries = &rows_, .reached = &rows_}, 0, 0);
}

COPYTO_DECL void shredder::trim(std::size_t kept_entries) noexcept {
  for (node& n : nodes_) {
    if (std::max(n.definition.capacity(), n.repetition.capacity()) > 2 * kept_entries ||
        n.slots.capacity() > 2 * kept_entries) {
      n = node();
    }
  }
}

/// `definition`, `repetition`: the levels that the nodes above have come to.
COPYTO_DECL void shredder::visit(column_view const& v, frame f, std::uint8_t definition, std::uint8_t repetition) {
  node& n = nodes_[next_node_++];
  n.definition.clear();
  if (v.type->optional) {
    if (has_nulls(v)) {
      end_nulls(n, v, f, definition);
      f.masked = f.masked || v.type->type.id == kind::structure;
    }
    ++definition;
  }
  switch (v.type->type.id) {
  case kind::structure:
    for (std::size_t i = 0; i != v.type->node_count; ++i) {
      visit(v.member(i), f, definition, repetition);
    }
    return;
  case kind::list:
  case kind::map:
    ++repetition;
    if (v.form == bytes_form::offsets64) {
      expand<std::int64_t>(n, v, f, definition, repetition);
    } else {
      expand<std::int32_t>(n, v, f, definition, repetition);
    }
    for (std::size_t i = 0; i != v.type->node_count; ++i) {
      visit(v.children[i], f, static_cast<std::uint8_t>(definition + 1), repetition);
    }
    return;
  default: leaves_[next_leaf_] = finish(n, v, f, definition); leaves_[next_leaf_++].first_row = first_row_;
  }
}

/// Entries that are open and NULL at this node end here.
COPYTO_DECL void shredder::end_nulls(node& n, column_view const& v, frame& f, std::uint8_t definition) {
  n.definition.clear();
  auto* const to = reinterpret_cast<std::uint8_t*>(n.definition.room(f.count));
  n.definition.advance(f.count);
  bool const in_order = f.slots == nullptr && (f.definition == nullptr || f.reached->back() == f.count);
  if (in_order) {
    // Levels at which entries ended are lower the earlier they did.
    for_each_word(v.validity, v.offset + f.first, f.count, [&](std::uint64_t word, std::size_t done, std::size_t m) {
      for (std::size_t i = 0; i != m; ++i) {
        std::uint8_t const here = (word >> i & 1) != 0 ? open : definition;
        to[done + i] = f.definition == nullptr ? here : std::min(here, f.definition[done + i]);
      }
    });
  } else {
    std::size_t reached = 0;
    for (std::size_t i = 0; i != f.count; ++i) {
      std::uint8_t level = f.definition == nullptr ? open : f.definition[i];
      if (f.has_slot(i)) {
        std::size_t const slot = f.slot(reached++);
        level = level == open && v.is_null(slot) ? definition : level;
      }
      to[i] = level;
    }
  }
  f.definition = to;
}

/// An open entry becomes one for each of its elements, or ends if there are none.
template <class Offset>
void shredder::expand(node& n, column_view const& v, frame& f, std::uint8_t definition, std::uint8_t repetition) {
  auto const* const offsets = static_cast<Offset const*>(v.offsets) + v.offset;
  // How many there will be, and whether their slots follow each other.
  std::size_t elements = 0;
  bool gaps = false;
  std::size_t first = 0;
  if (f.definition == nullptr && f.slots == nullptr) {
    first = f.count == 0 ? 0 : static_cast<std::size_t>(offsets[f.first]);
    elements = f.count == 0 ? 0 : static_cast<std::size_t>(offsets[f.first + f.count]) - first;
  } else {
    std::size_t reached = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i != f.count; ++i) {
      if (!f.has_slot(i)) {
        continue;
      }
      std::size_t const slot = f.slot(reached++);
      auto const from = static_cast<std::size_t>(offsets[slot]);
      auto const to = static_cast<std::size_t>(offsets[slot + 1]);
      if (f.ended(i) || from == to) {
        continue;
      }
      first = elements == 0 ? from : first;
      gaps = gaps || (elements != 0 && from != next);
      next = to;
      elements += to - from;
    }
  }

  // f.definition may be this node's, so that the new one lies behind the repetition levels.
  std::size_t const most = elements + f.count;
  n.repetition.clear();
  auto* const repetitions = reinterpret_cast<std::uint8_t*>(n.repetition.room(2 * most));
  auto* const definitions = repetitions + most;
  std::memset(repetitions, repetition, most);
  std::memset(definitions, open, most);
  n.slots.clear();
  n.entries.clear();
  n.reached.clear();
  bool const rows_are_entries = f.repetition == nullptr;
  bool any_ended = false;
  std::size_t out = 0;
  std::size_t reached = 0; // of this node
  std::size_t element = 0; // of the next
  for (std::size_t i = 0; i != f.count; ++i) {
    std::uint8_t const repeated = rows_are_entries ? std::uint8_t{0} : f.repetition[i];
    if (repeated == 0) {
      n.entries.push_back(static_cast<std::uint32_t>(out));
      n.reached.push_back(static_cast<std::uint32_t>(element));
    }
    repetitions[out] = repeated;
    std::size_t length = 0;
    if (f.has_slot(i)) {
      std::size_t const slot = f.slot(reached++);
      if (!f.ended(i)) {
        auto const from = static_cast<std::size_t>(offsets[slot]);
        length = static_cast<std::size_t>(offsets[slot + 1]) - from;
        for (std::size_t k = 0; gaps && k != length; ++k) {
          n.slots.push_back(static_cast<std::uint32_t>(from + k));
        }
      }
    }
    if (length == 0) {
      definitions[out] = f.ended(i) ? f.definition[i] : definition;
      any_ended = true;
    }
    element += length;
    out += std::max<std::size_t>(length, 1);
  }
  n.entries.push_back(static_cast<std::uint32_t>(out));
  n.reached.push_back(static_cast<std::uint32_t>(element));
  f = {.count = out,
       .definition = any_ended ? definitions : nullptr,
       .repetition = repetitions,
       .base = static_cast<std::uint8_t>(definition + 1),
       .first = first,
       .slots = gaps ? n.slots.data() : nullptr,
       .entries = &n.entries,
       .reached = &n.reached};
}

/// The slots that entries reached, and no other, in a view of their own: what lies below a NULL is NULL there.
COPYTO_DECL void shredder::hide(node& n, column_view& v, frame const& f) {
  std::size_t const reached = f.reached->back();
  std::size_t const low = reached == 0 ? f.first : f.slot(0);
  std::size_t const count = reached == 0 ? 0 : f.slot(reached - 1) + 1 - low;
  std::size_t const offset = (v.offset + low) & 7; // the bits of booleans stay where they are in their bytes
  std::size_t const skipped = v.offset + low - offset;
  n.validity.clear();
  std::size_t const bytes = (offset + count + 7) / 8;
  std::memset(n.validity.room(bytes + 1), 0, bytes + 1);
  n.validity.advance(bytes);
  auto* const bits = reinterpret_cast<std::uint8_t*>(n.validity.data());
  std::size_t values = 0;
  std::size_t number = 0;
  for (std::size_t i = 0; i != f.count; ++i) {
    if (f.has_slot(i)) {
      std::size_t const bit = offset + f.slot(number++) - low;
      if (!f.ended(i)) {
        bits[bit >> 3] = static_cast<std::uint8_t>(bits[bit >> 3] | 1U << (bit & 7));
        ++values;
      }
    }
  }
  auto const move = [skipped](void const*& at, std::size_t width) {
    at = at == nullptr ? nullptr : static_cast<std::byte const*>(at) + skipped * width;
  };
  switch (v.form) {
  case bytes_form::offsets32: move(v.offsets, sizeof(std::int32_t)); break;
  case bytes_form::offsets64: move(v.offsets, sizeof(std::int64_t)); break;
  case bytes_form::views: move(v.values, sizeof(std::string_view)); break;
  case bytes_form::none:
    if (v.type->type.id == kind::boolean) {
      v.values = static_cast<std::byte const*>(v.values) + skipped / 8;
    } else {
      move(v.values, value_width(v.type->type));
    }
  }
  v.offset = offset;
  v.length = count;
  v.null_count = count - values;
  v.validity = bits;
}

/// Where the slots of each row begin, in the view that `finish` hands on.
COPYTO_DECL void shredder::number_slots(node& n, frame const& f) {
  std::size_t const reached = f.reached->back();
  bool const hidden = f.masked || f.slots != nullptr;
  std::size_t const low = !hidden ? 0 : reached == 0 ? f.first : f.slot(0);
  std::size_t const end = reached == 0 ? f.first : f.slot(reached - 1) + 1;
  n.slots.resize(f.reached->size());
  for (std::size_t row = 0; row != n.slots.size(); ++row) {
    std::size_t const number = (*f.reached)[row];
    n.slots[row] = static_cast<std::uint32_t>((number == reached ? end : f.slot(number)) - low);
  }
}

COPYTO_DECL leaf_rows shredder::finish(node& n, column_view const& v, frame const& f, std::uint8_t highest) {
  leaf_rows rows{.values = v, .repetition = f.repetition, .entries = f.entries};
  if (f.masked || f.slots != nullptr) {
    hide(n, rows.values, f);
  }
  if (f.definition != nullptr) {
    // The buffer may be the frame's.
    if (n.definition.empty()) {
      (void)n.definition.room(f.count);
      n.definition.advance(f.count);
    }
    auto* const to = reinterpret_cast<std::uint8_t*>(n.definition.data());
    for (std::size_t i = 0; i != f.count; ++i) {
      to[i] = f.definition[i] == open ? highest : f.definition[i];
    }
    rows.definition = to;
  }
  number_slots(n, f);
  rows.slots = &n.slots;
  return rows;
}

} // namespace copyto::detail

#endif
