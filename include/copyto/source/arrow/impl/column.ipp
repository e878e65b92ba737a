// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_COLUMN_IPP
#define COPYTO_SOURCE_ARROW_IMPL_COLUMN_IPP

#include <copyto/source/arrow/detail/column.hpp>

#include <copyto/core/detail/bits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace copyto::detail {

COPYTO_COLD arrow_column::arrow_column(arrow_node const& node) : node_(&node) {
  for (std::vector<arrow_node> const* below : {&node.children, &node.dictionary}) {
    for (arrow_node const& child : *below) {
      children_.emplace_back(child);
    }
  }
  child_views_.resize(node.type->node_count);
}

COPYTO_COLD error arrow_column::broken(std::string_view why, std::optional<std::size_t> slot) const {
  return error(
      {.code = errc::source_failed,
       .message = fmt::format("an Arrow array breaks its specification: {} (format \"{}\")", why, node_->format),
       .row = slot,
       .column = node_->path,
       .advice = "report it to the producer of the stream"});
}

COPYTO_COLD error arrow_column::unfit(std::string_view why, std::size_t slot) const {
  return error({.code = errc::value_out_of_range,
                .message = std::string(why),
                .row = slot,
                .column = node_->path,
                .advice = "cast the column to another type before it is exported"});
}

/// Numbers of buffers and children, which all others rely on.
COPYTO_DECL result<void> arrow_column::check_shape(ArrowArray const& a) const {
  if (a.length < 0 || a.offset < 0 || a.null_count < -1 || a.length > std::numeric_limits<std::int32_t>::max() ||
      a.offset > std::numeric_limits<std::int64_t>::max() / 64) {
    return broken("a length, an offset or a number of NULLs is out of range");
  }
  std::int64_t buffers = 0;
  std::int64_t children = 0;
  switch (node_->layout) {
  case arrow_layout::null: break;
  case arrow_layout::bits:
  case arrow_layout::fixed:
  case arrow_layout::dictionary: buffers = 2; break;
  case arrow_layout::offsets: buffers = 3; break;
  case arrow_layout::views: buffers = std::max<std::int64_t>(a.n_buffers, 3); break;
  case arrow_layout::structure:
    buffers = 1;
    children = static_cast<std::int64_t>(node_->children.size());
    break;
  case arrow_layout::list:
    buffers = 2;
    children = 1;
    break;
  case arrow_layout::list_view:
    buffers = 3;
    children = 1;
    break;
  case arrow_layout::fixed_list:
    buffers = 1;
    children = 1;
    break;
  case arrow_layout::run_end: children = 2; break;
  }
  if (a.n_buffers != buffers || (buffers != 0 && a.buffers == nullptr)) {
    return broken(fmt::format("{} buffers, where there are {}", a.n_buffers, buffers));
  }
  if (a.n_children != children || (children != 0 && a.children == nullptr) ||
      std::any_of(a.children, a.children + children, [](ArrowArray const* child) { return child == nullptr; })) {
    return broken(fmt::format("{} children, where there are {}, or one that is missing", a.n_children, children));
  }
  if ((a.dictionary != nullptr) != (node_->layout == arrow_layout::dictionary)) {
    return broken("a dictionary that is missing, or that the schema does not have");
  }
  if (a.length != 0 && buffers > 1 && a.buffers[1] == nullptr) {
    return broken("a buffer that is missing");
  }
  return {};
}

COPYTO_DECL result<void> arrow_column::take(ArrowArray const& a) {
  if (result<void> checked = check_shape(a); !checked) {
    return checked;
  }
  auto const length = static_cast<std::size_t>(a.length);
  auto const offset = static_cast<std::size_t>(a.offset);
  view_ = {.type = node_->type, .length = length, .offset = offset};
  if (node_->layout == arrow_layout::run_end) {
    return take_run_end(a);
  }
  if (node_->layout == arrow_layout::null) {
    view_.offset = 0;
    view_.null_count = length;
    view_.form = bytes_form::views;
    validity_.clear();
    std::memset(validity_.room(length / 8 + 1), 0, length / 8 + 1);
    view_.validity = reinterpret_cast<std::uint8_t const*>(validity_.data());
    return {};
  }
  if (a.null_count != 0 && a.buffers[0] != nullptr && length != 0) {
    view_.validity = static_cast<std::uint8_t const*>(a.buffers[0]);
    view_.null_count = length - count_bits(view_.validity, offset, length);
    view_.validity = view_.null_count == 0 ? nullptr : view_.validity;
  } else if (a.null_count > 0 && length != 0) {
    return broken("NULLs without a validity bitmap");
  }
  switch (node_->layout) {
  case arrow_layout::bits: view_.values = a.buffers[1]; return {};
  case arrow_layout::fixed: return take_fixed(a);
  case arrow_layout::offsets: return take_offsets(a);
  case arrow_layout::views: return take_views(a);
  case arrow_layout::structure:
    for (std::size_t i = 0; i != children_.size(); ++i) {
      if (result<void> taken = take_child(i, *a.children[i], offset + length); !taken) {
        return taken;
      }
    }
    view_.children = child_views_.data();
    return {};
  case arrow_layout::list: return take_list(a);
  case arrow_layout::fixed_list: return take_fixed_list(a);
  case arrow_layout::list_view:
    return node_->offset_width == 8 ? take_list_view<std::int64_t>(a) : take_list_view<std::int32_t>(a);
  case arrow_layout::dictionary: return take_dictionary(a);
  case arrow_layout::null:
  case arrow_layout::run_end: break;
  }
  return {};
}

/// Child `i`, of which `needed` slots are there.
COPYTO_DECL result<void> arrow_column::take_child(std::size_t i, ArrowArray const& child, std::size_t needed) {
  if (child.length < 0 || static_cast<std::uint64_t>(child.length) < needed) {
    return broken(fmt::format("a child of {} slots, where {} are needed", child.length, needed));
  }
  if (result<void> taken = children_[i].take(child); !taken) {
    return taken;
  }
  child_views_[i] = children_[i].view();
  return {};
}

// --- values of another form ---------------------------------------------------------------------

/// The validity stays the array's, so that the values begin where it does in its byte.
COPYTO_DECL std::byte* arrow_column::own_values(ArrowArray const& a, std::size_t width) {
  view_.offset = static_cast<std::size_t>(a.offset) & 7;
  view_.validity = view_.validity == nullptr ? nullptr : view_.validity + (a.offset >> 3);
  values_.clear();
  std::byte* const at = values_.room((view_.offset + view_.length) * width + 1);
  view_.values = at;
  return at + view_.offset * width;
}

/// Makes each value by `put(in, out)`, which returns false where it does not fit. What a NULL slot has is undefined.
template <class In, class Out, class F>
result<void> arrow_column::convert(ArrowArray const& a, std::string_view why, F put) {
  auto const* const from =
      static_cast<std::byte const*>(a.buffers[1]) + a.offset * static_cast<std::int64_t>(sizeof(In));
  std::byte* const to = own_values(a, sizeof(Out));
  for (std::size_t i = 0; i != view_.length; ++i) {
    In in;
    std::memcpy(&in, from + i * sizeof(In), sizeof(In));
    Out out{};
    if (!put(in, out) && !view_.is_null(i)) {
      return unfit(why, i);
    }
    std::memcpy(to + i * sizeof(Out), &out, sizeof(Out));
  }
  return {};
}

struct int256 {
  std::uint64_t low[2];
  std::uint64_t high[2];
};
COPYTO_DECL bool narrow_decimal(int256 const& in, int128& out) noexcept {
  std::memcpy(&out, in.low, sizeof(out));
  std::uint64_t const sign = out < 0 ? ~std::uint64_t{0} : 0;
  return in.high[0] == sign && in.high[1] == sign;
}
template <class In>
bool narrow_decimal(In const& in, int128& out) noexcept {
  out = in;
  return true;
}

template <class Out>
result<void> arrow_column::convert_decimal(ArrowArray const& a) {
  int128 const end = power_of_ten(node_->type->type.precision);
  auto const put = [&](auto const& in, Out& out) {
    int128 value = 0;
    bool const fits = narrow_decimal(in, value) && value > -end && value < end && // so that the product cannot overflow
                      (node_->factor == 1 || (value < end / node_->factor && value > -end / node_->factor));
    out = fits ? static_cast<Out>(value * node_->factor) : Out{};
    return fits;
  };
  constexpr std::string_view why = "a decimal has more digits than its column";
  switch (node_->width) {
  case 4: return convert<std::int32_t, Out>(a, why, put);
  case 8: return convert<std::int64_t, Out>(a, why, put);
  case 16: return convert<int128, Out>(a, why, put);
  default: return convert<int256, Out>(a, why, put);
  }
}

COPYTO_DECL result<void> arrow_column::take_fixed(ArrowArray const& a) {
  auto const multiply = [this]<class T>(T in, T& out) {
    return !__builtin_mul_overflow(in, static_cast<T>(node_->factor), &out);
  };
  switch (node_->values) {
  case arrow_values::same: view_.values = a.buffers[1]; return {};
  case arrow_values::multiplied:
    return node_->width == 4
               ? convert<std::int32_t, std::int32_t>(a, "a time in seconds lies outside one day", multiply)
               : convert<std::int64_t, std::int64_t>(a, "a time in seconds is too far away for milliseconds of 64 bits",
                                                     multiply);
  case arrow_values::days:
    return convert<std::int64_t, std::int32_t>(a, "a date in milliseconds is no whole day, or too far away",
                                               [](std::int64_t in, std::int32_t& out) {
                                                 constexpr std::int64_t day = 86'400'000;
                                                 out = static_cast<std::int32_t>(in / day);
                                                 return in % day == 0 && in / day == out;
                                               });
  case arrow_values::decimal:
    switch (value_width(node_->type->type)) {
    case 4: return convert_decimal<std::int32_t>(a);
    case 8: return convert_decimal<std::int64_t>(a);
    default: return convert_decimal<int128>(a);
    }
  case arrow_values::duration:
    return convert<std::int64_t, interval>(
        a, "a duration is too long for nanoseconds of 64 bits",
        [&](std::int64_t in, interval& out) { return multiply(in, out.nanoseconds); });
  case arrow_values::months:
    return convert<std::int32_t, interval>(a, {}, [](std::int32_t in, interval& out) {
      out.months = in;
      return true;
    });
  case arrow_values::day_time:
    return convert<std::uint64_t, interval>(a, {}, [](std::uint64_t in, interval& out) {
      out.days = static_cast<std::int32_t>(in);
      out.nanoseconds = std::int64_t{static_cast<std::int32_t>(in >> 32)} * 1'000'000;
      return true;
    });
  case arrow_values::bool8: {
    auto const* const from = static_cast<std::int8_t const*>(a.buffers[1]) + a.offset;
    (void)own_values(a, 1);
    auto* const bits = reinterpret_cast<std::uint8_t*>(values_.data());
    std::memset(bits, 0, (view_.offset + view_.length) / 8 + 1);
    for (std::size_t i = 0; i != view_.length; ++i) {
      std::size_t const bit = view_.offset + i;
      bits[bit >> 3] = static_cast<std::uint8_t>(bits[bit >> 3] | (from[i] != 0 ? 1U << (bit & 7) : 0U));
    }
    return {};
  }
  }
  return {};
}

// --- byte strings -------------------------------------------------------------------------------

/// The last of the offsets, all of which must ascend from 0 or above.
template <class Offset>
result<std::size_t> arrow_column::check_offsets(ArrowArray const& a, void const* offsets) const {
  auto const* const at = static_cast<Offset const*>(offsets) + a.offset;
  std::uint32_t falls = at[0] < 0 ? 1 : 0;
  for (std::size_t i = 0; i != view_.length; ++i) { // without a branch, so that it vectorises
    falls |= static_cast<std::uint32_t>(at[i + 1] < at[i]);
  }
  if (falls != 0) {
    return broken("offsets that do not ascend");
  }
  return static_cast<std::size_t>(at[view_.length]);
}

COPYTO_DECL result<void> arrow_column::take_offsets(ArrowArray const& a) {
  bool const wide = node_->offset_width == 8;
  view_.form = wide ? bytes_form::offsets64 : bytes_form::offsets32;
  if (view_.length == 0) {
    return {};
  }
  result<std::size_t> const end =
      wide ? check_offsets<std::int64_t>(a, a.buffers[1]) : check_offsets<std::int32_t>(a, a.buffers[1]);
  if (!end) {
    return end.error();
  }
  if (*end != 0 && a.buffers[2] == nullptr) {
    return broken("bytes that are missing");
  }
  view_.offsets = a.buffers[1];
  view_.values = a.buffers[2];
  return {};
}

/// Views of the variable-size layout: a length, and up to 12 bytes, or the first 4, a buffer and a place in it.
COPYTO_DECL result<void> arrow_column::take_views(ArrowArray const& a) {
  view_.form = bytes_form::views;
  auto const* const from = static_cast<char const*>(a.buffers[1]) + a.offset * 16;
  auto* const to = reinterpret_cast<std::string_view*>(own_values(a, sizeof(std::string_view)));
  std::int64_t const data_buffers = a.n_buffers - 3;
  auto const* const sizes = static_cast<std::int64_t const*>(a.buffers[a.n_buffers - 1]);
  if (data_buffers != 0 && sizes == nullptr) {
    return broken("the sizes of the buffers are missing");
  }
  for (std::size_t i = 0; i != view_.length; ++i) {
    std::string_view value;
    if (!view_.is_null(i)) {
      std::int32_t part[4]; // length, first bytes, buffer, place
      std::memcpy(part, from + 16 * i, 16);
      auto const size = static_cast<std::size_t>(part[0]);
      if (part[0] < 0) {
        return broken("a view of negative length", i);
      }
      if (size <= 12) {
        value = {from + 16 * i + 4, size};
      } else if (part[2] < 0 || part[2] >= data_buffers || part[3] < 0 || a.buffers[2 + part[2]] == nullptr ||
                 static_cast<std::int64_t>(size) > sizes[part[2]] - part[3]) {
        return broken("a view beyond its buffer", i);
      } else {
        value = {static_cast<char const*>(a.buffers[2 + part[2]]) + part[3], size};
      }
    }
    to[i] = value;
  }
  return {};
}

// --- lists --------------------------------------------------------------------------------------

COPYTO_DECL result<void> arrow_column::take_list(ArrowArray const& a) {
  bool const wide = node_->offset_width == 8;
  view_.form = wide ? bytes_form::offsets64 : bytes_form::offsets32;
  std::size_t end = 0;
  view_.offsets = a.buffers[1];
  if (view_.length != 0) {
    result<std::size_t> const checked =
        wide ? check_offsets<std::int64_t>(a, a.buffers[1]) : check_offsets<std::int32_t>(a, a.buffers[1]);
    if (!checked) {
      return checked.error();
    }
    end = *checked;
  }
  ArrowArray const& child = *a.children[0];
  view_.children = child_views_.data();
  if (node_->type->type.id == kind::list) {
    return take_child(0, child, end);
  }
  // The entries of a map are a struct, whose members are ours.
  if (child.n_children != 2 || child.children == nullptr || child.children[0] == nullptr ||
      child.children[1] == nullptr || child.offset < 0 || child.length < 0 ||
      static_cast<std::uint64_t>(child.length) < end) {
    return broken("the entries of a map are too few, or not keys and values");
  }
  if (child.null_count > 0) {
    return broken("an entry of a map that is NULL");
  }
  for (std::size_t i = 0; i != 2; ++i) {
    if (result<void> taken = take_child(i, *child.children[i], static_cast<std::size_t>(child.offset) + end); !taken) {
      return taken;
    }
    child_views_[i].offset += static_cast<std::size_t>(child.offset);
  }
  return {};
}

COPYTO_DECL result<void> arrow_column::take_fixed_list(ArrowArray const& a) {
  view_.form = bytes_form::offsets64;
  view_.children = child_views_.data();
  std::size_t const first = static_cast<std::size_t>(a.offset) * node_->width;
  if (result<void> taken = take_child(0, *a.children[0], first + view_.length * node_->width); !taken) {
    return taken;
  }
  (void)own_values(a, 0);
  offsets_.clear();
  auto* const at = reinterpret_cast<std::int64_t*>(offsets_.room((view_.offset + view_.length + 1) * 8));
  for (std::size_t i = 0; i <= view_.length; ++i) {
    at[view_.offset + i] = static_cast<std::int64_t>(first + i * node_->width);
  }
  view_.offsets = at;
  return {};
}

/// Lists that lie one after the other get offsets; others are put in order.
template <class Offset>
result<void> arrow_column::take_list_view(ArrowArray const& a) {
  auto const* const offsets = static_cast<Offset const*>(a.buffers[1]) + a.offset;
  auto const* const sizes = static_cast<Offset const*>(a.buffers[2]) + a.offset;
  ArrowArray const& child = *a.children[0];
  if (view_.length != 0 && a.buffers[2] == nullptr) {
    return broken("a buffer that is missing");
  }
  if (result<void> taken = take_child(0, child, 0); !taken) {
    return taken;
  }
  bool in_order = true;
  Offset next = 0;
  bool any = false;
  for (std::size_t i = 0; i != view_.length; ++i) {
    if (view_.is_null(i) || sizes[i] == 0) {
      continue;
    }
    if (offsets[i] < 0 || sizes[i] < 0 || offsets[i] > child.length - sizes[i]) {
      return broken("a list beyond its child", i);
    }
    in_order = in_order && (!any || offsets[i] == next);
    next = offsets[i] + sizes[i];
    any = true;
  }
  (void)own_values(a, 0);
  view_.form = bytes_form::offsets64;
  view_.children = child_views_.data();
  offsets_.clear();
  auto* const at = reinterpret_cast<std::int64_t*>(offsets_.room((view_.offset + view_.length + 1) * 8));
  std::int64_t place = 0;
  any = false;
  if (!in_order) {
    copy_.emplace(node_->type->nodes[0]);
  }
  for (std::size_t i = 0; i != view_.length; ++i) {
    std::int64_t const size = view_.is_null(i) ? 0 : sizes[i];
    if (in_order && size != 0 && !any) {
      place = offsets[i];
      std::fill_n(at + view_.offset, i, place);
      any = true;
    }
    at[view_.offset + i] = place;
    for (std::int64_t k = 0; !in_order && k != size; ++k) {
      copy_->append_slot(child_views_[0], static_cast<std::size_t>(offsets[i] + k));
    }
    place += size;
  }
  at[view_.offset + view_.length] = place;
  view_.offsets = at;
  if (!in_order) {
    child_views_[0] = copy_->view();
  }
  return {};
}

// --- slots that stand for others ----------------------------------------------------------------

/// The view is of what was copied.
COPYTO_DECL void arrow_column::use_copy() {
  view_ = copy_->view();
  view_.type = node_->type;
}

COPYTO_DECL result<void> arrow_column::take_run_end(ArrowArray const& a) {
  ArrowArray const& ends = *a.children[0];
  ArrowArray const& values = *a.children[1];
  if (ends.length < 0 || ends.offset < 0 || ends.null_count > 0 || ends.n_buffers != 2 || ends.buffers == nullptr ||
      (ends.length != 0 && ends.buffers[1] == nullptr) || values.length < ends.length) {
    return broken("run ends without their values, or that may be NULL");
  }
  if (result<void> taken = children_[0].take(values); !taken) {
    return taken;
  }
  auto const end_of = [&](std::int64_t run) {
    auto const* const at = static_cast<std::byte const*>(ends.buffers[1]) +
                           static_cast<std::size_t>(ends.offset + run) * node_->run_end_width;
    std::int64_t end = 0;
    std::memcpy(&end, at, node_->run_end_width);
    // The widths are those of signed integers.
    return node_->run_end_width == 2   ? std::int64_t{static_cast<std::int16_t>(end)}
           : node_->run_end_width == 4 ? std::int64_t{static_cast<std::int32_t>(end)}
                                       : end;
  };
  copy_.emplace(*node_->type);
  std::int64_t at = a.offset;
  std::int64_t before = 0;
  for (std::int64_t run = 0; at < a.offset + a.length; ++run) {
    if (run == ends.length || end_of(run) <= before) {
      return broken("run ends that do not ascend to the length");
    }
    before = end_of(run);
    for (; at < std::min(before, a.offset + a.length); ++at) {
      copy_->append_slot(children_[0].view(), static_cast<std::size_t>(run));
    }
  }
  use_copy();
  return {};
}

COPYTO_DECL std::size_t arrow_column::index_at(ArrowArray const& a, std::size_t i) const noexcept {
  auto const* const at =
      static_cast<std::byte const*>(a.buffers[1]) + (static_cast<std::size_t>(a.offset) + i) * node_->width;
  std::uint64_t index = 0;
  std::memcpy(&index, at, node_->width);
  // A negative one must not become a small positive one.
  std::uint64_t const sign = std::uint64_t{1} << (8 * node_->width - 1);
  return static_cast<std::size_t>(node_->is_unsigned || (index & sign) == 0 ? index : ~std::uint64_t{0});
}

COPYTO_DECL result<void> arrow_column::take_dictionary(ArrowArray const& a) {
  if (result<void> taken = children_[0].take(*a.dictionary); !taken) {
    return taken;
  }
  column_view const& entries = children_[0].view();
  for (std::size_t i = 0; i != view_.length; ++i) {
    if (!view_.is_null(i) && index_at(a, i) >= entries.length) {
      return broken("an index beyond its dictionary", i);
    }
  }
  if (is_bytes(node_->type->type.id) && entries.null_count == 0) {
    column_view const indices = view_;
    auto* const to = reinterpret_cast<std::string_view*>(own_values(a, sizeof(std::string_view)));
    view_.form = bytes_form::views;
    for (std::size_t i = 0; i != view_.length; ++i) {
      to[i] = indices.is_null(i) ? std::string_view() : entries.bytes(index_at(a, i));
    }
    return {};
  }
  copy_.emplace(*node_->type);
  for (std::size_t i = 0; i != view_.length; ++i) {
    if (view_.is_null(i)) {
      copy_->append_null();
    } else {
      copy_->append_slot(entries, index_at(a, i));
    }
  }
  use_copy();
  return {};
}

// --- NULL where there is none -------------------------------------------------------------------

COPYTO_DECL bool may_break_promise(column_view const& v) noexcept {
  if (!v.type->optional && v.null_count != 0) {
    return true;
  }
  for (std::size_t i = 0; i != v.type->node_count; ++i) {
    if (may_break_promise(v.children[i])) {
      return true;
    }
  }
  return false;
}

/// Whether slot `i` and all below it keep to the schema.
COPYTO_DECL bool keeps_promise(column_view const& v, std::size_t i) noexcept {
  if (v.is_null(i)) {
    return v.type->optional;
  }
  switch (v.type->type.id) {
  case kind::structure:
    for (std::size_t m = 0; m != v.type->node_count; ++m) {
      if (!keeps_promise(v.member(m), i)) {
        return false;
      }
    }
    return true;
  case kind::list:
  case kind::map: {
    auto const [first, last] = v.range(i);
    for (std::size_t slot = first; slot != last; ++slot) {
      for (std::size_t c = 0; c != v.type->node_count; ++c) {
        if (!keeps_promise(v.children[c], slot)) {
          return false;
        }
      }
    }
    return true;
  }
  default: return true;
  }
}

COPYTO_DECL result<void> arrow_column::check_required() const {
  std::size_t const slots = may_break_promise(view_) ? view_.length : 0;
  for (std::size_t i = 0; i != slots; ++i) {
    if (!keeps_promise(view_, i)) {
      return broken("a NULL where its schema says that there is none", i);
    }
  }
  return {};
}

} // namespace copyto::detail

#endif
