// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_COLUMN_IPP
#define COPYTO_SOURCE_ARROW_IMPL_COLUMN_IPP

#include <copyto/source/arrow/detail/column.hpp>

#include <copyto/core/detail/bits.hpp>
#include <copyto/schema/detail/required.hpp>
#include <copyto/source/arrow/detail/convert.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

namespace copyto::detail {

COPYTO_COLD arrow_column::arrow_column(arrow_node const& node) : node_(&node) {
  for (std::vector<arrow_node> const* below : {&node.children, &node.dictionary}) {
    for (arrow_node const& child : *below) {
      children_.emplace_back(child);
    }
  }
  child_views_.resize(node.type->node_count);
  constexpr arrow_layout as_they_are[] = {arrow_layout::bits, arrow_layout::offsets, arrow_layout::structure,
                                          arrow_layout::list};
  bool const same = node.layout == arrow_layout::fixed
                        ? node.values == arrow_values::same
                        : std::ranges::find(as_they_are, node.layout) != std::end(as_they_are);
  converts_ = !same || std::ranges::any_of(children_, &arrow_column::converts_);
}

COPYTO_COLD error arrow_column::broken(std::string_view why, std::optional<std::size_t> slot) const {
  return error(
      {.code = errc::source_failed,
       .message = fmt::format("an Arrow array breaks its specification: {} (format \"{}\")", why, node_->format),
       .row = slot,
       .column = node_->path,
       .advice = "report it to the producer of the stream"});
}

COPYTO_COLD void arrow_column::misfit(std::size_t i, error const& why) {
  misfits_.resize(view_.length);
  misfits_[i] = true;
  if (!misfit_) {
    misfit_ = why;
  }
}

COPYTO_COLD bool arrow_column::has_misfits() const noexcept {
  return misfit_.has_value() || std::ranges::any_of(children_, &arrow_column::has_misfits);
}

COPYTO_COLD error const* arrow_column::misfit_at(std::size_t i) const noexcept {
  if (view_.is_null(i)) {
    return nullptr;
  }
  if (misfit_ && misfits_[i]) {
    return &*misfit_;
  }
  if (copy_) { // whose slots have been looked at
    return nullptr;
  }
  std::size_t first = view_.offset + i;
  std::size_t last = first + 1;
  if (node_->type->type.id == kind::list || node_->type->type.id == kind::map) {
    std::tie(first, last) = view_.range(i);
  }
  for (std::size_t c = 0; c != node_->type->node_count; ++c) {
    for (std::size_t slot = first; slot != last; ++slot) {
      if (error const* const why = children_[c].misfit_at(slot)) {
        return why;
      }
    }
  }
  return nullptr;
}

COPYTO_DECL result<void> arrow_column::check_values() const {
  std::size_t const slots = has_misfits() ? view_.length : 0;
  for (std::size_t i = 0; i != slots; ++i) {
    if (error const* const why = misfit_at(i)) {
      return why->with([&](error_info& info) { info.row = i; });
    }
  }
  return {};
}

/// Numbers of buffers and children, which all others rely on.
COPYTO_DECL result<void> arrow_column::check_shape(ArrowArray const& a) const {
  if (a.length < 0 || a.offset < 0 || a.null_count < -1 || a.offset > std::numeric_limits<std::int64_t>::max() / 64) {
    return broken("a length, an offset or a number of NULLs is out of range");
  }
  if (a.length > std::numeric_limits<std::int32_t>::max()) {
    return error(
        {.code = errc::unsupported,
         .message = fmt::format("an Arrow array has {} slots, and more than 2147483647 are not taken", a.length),
         .column = node_->path,
         .advice = "hand over smaller record batches"});
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
  copy_.reset();
  shared_bytes_.reset();
  misfits_.clear();
  misfit_.reset();
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
  case arrow_layout::fixed: take_fixed(a); return {};
  case arrow_layout::offsets: return take_offsets(a);
  case arrow_layout::views: return take_views(a);
  case arrow_layout::structure: return take_structure(a);
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

/// Slots `first` to `last` of child `i`, which must be there.
COPYTO_DECL result<void> arrow_column::take_child(std::size_t i, ArrowArray const& child, std::size_t first,
                                                  std::size_t last) {
  if (child.length < 0 || child.offset < 0 || static_cast<std::uint64_t>(child.length) < last) {
    return broken(fmt::format("a child of {} slots, where {} are needed", child.length, last));
  }
  if (result<void> taken = children_[i].take(arrow_part(child, first, last)); !taken) {
    return taken;
  }
  child_views_[i] = children_[i].view();
  return {};
}

COPYTO_DECL result<void> arrow_column::take_structure(ArrowArray const& a) {
  // The members' slots are those of the struct's own, which begin where its validity does in its byte.
  std::size_t first = 0;
  if (converts_) {
    (void)own_values(a, 0);
    first = static_cast<std::size_t>(a.offset) - view_.offset;
  }
  for (std::size_t i = 0; i != children_.size(); ++i) {
    if (result<void> taken = take_child(i, *a.children[i], first, first + view_.offset + view_.length); !taken) {
      return taken;
    }
  }
  view_.children = child_views_.data();
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

COPYTO_DECL void arrow_column::take_fixed(ArrowArray const& a) {
  if (node_->values == arrow_values::same) {
    view_.values = a.buffers[1];
    return;
  }
  auto const* const first =
      static_cast<std::byte const*>(a.buffers[1]) + a.offset * static_cast<std::int64_t>(node_->width);
  if (node_->values == arrow_values::bool8) {
    (void)own_values(a, 1);
    convert_bools(first, view_.length, reinterpret_cast<std::uint8_t*>(values_.data()), view_.offset);
    return;
  }
  std::byte* const to = own_values(a, value_width(node_->type->type));
  convert_values(*node_, first, view_.length, to, [this](std::size_t i, std::string_view why) {
    if (view_.is_null(i)) {
      return;
    }
    misfit(i, misfit_ ? *misfit_ // one for all of them
                      : error({.code = errc::value_out_of_range,
                               .message = std::string(why),
                               .column = node_->path,
                               .advice = "cast the column to another type before it is exported"}));
  });
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

/// Room for offsets of this column's own, which the view has; at that of the first slot.
COPYTO_DECL std::int64_t* arrow_column::own_offsets() {
  view_.form = bytes_form::offsets64;
  offsets_.clear();
  auto* const at = reinterpret_cast<std::int64_t*>(offsets_.room((view_.offset + view_.length + 1) * 8));
  view_.offsets = at;
  return at + view_.offset;
}

/// Offsets of this column's own: those of the array, less the first.
template <class Offset>
void arrow_column::rebase_offsets(ArrowArray const& a) {
  auto const* const from = static_cast<Offset const*>(a.buffers[1]) + a.offset;
  (void)own_values(a, 0);
  auto* const at = own_offsets();
  for (std::size_t i = 0; i <= view_.length; ++i) {
    at[i] = from[i] - from[0];
  }
}

COPYTO_DECL result<void> arrow_column::take_list(ArrowArray const& a) {
  bool const wide = node_->offset_width == 8;
  view_.form = wide ? bytes_form::offsets64 : bytes_form::offsets32;
  view_.children = child_views_.data();
  std::size_t first = 0;
  std::size_t end = 0;
  view_.offsets = a.buffers[1];
  if (view_.length != 0) {
    result<std::size_t> const checked =
        wide ? check_offsets<std::int64_t>(a, a.buffers[1]) : check_offsets<std::int32_t>(a, a.buffers[1]);
    if (!checked) {
      return checked.error();
    }
    end = *checked;
    first = converts_ ? view_.range(0).first : 0;
  }
  if (first != 0) {
    wide ? rebase_offsets<std::int64_t>(a) : rebase_offsets<std::int32_t>(a);
  }
  ArrowArray const& child = *a.children[0];
  if (node_->type->type.id == kind::list) {
    return take_child(0, child, first, end);
  }
  // The entries of a map are a struct, whose members are ours.
  if (child.n_children != 2 || child.children == nullptr || child.children[0] == nullptr ||
      child.children[1] == nullptr || child.offset < 0 || child.length < 0 ||
      static_cast<std::uint64_t>(child.length) < end || child.n_buffers != 1 || child.buffers == nullptr) {
    return broken("the entries of a map are too few, or not keys and values");
  }
  std::size_t const before = static_cast<std::size_t>(child.offset) + first;
  auto const* const valid = static_cast<std::uint8_t const*>(child.null_count == 0 ? nullptr : child.buffers[0]);
  if ((child.null_count > 0 && valid == nullptr) ||
      (valid != nullptr && count_bits(valid, before, end - first) != end - first)) {
    return broken("an entry of a map that is NULL");
  }
  // Where nothing is converted, the members' slots are all there, and the views begin at the entries' own.
  std::size_t const skipped = converts_ ? before : 0;
  for (std::size_t i = 0; i != 2; ++i) {
    if (result<void> taken = take_child(i, *child.children[i], skipped, before + end - first); !taken) {
      return taken;
    }
    child_views_[i].offset += before - first - (converts_ ? before - first : 0);
  }
  return {};
}

COPYTO_DECL result<void> arrow_column::take_fixed_list(ArrowArray const& a) {
  view_.form = bytes_form::offsets64;
  view_.children = child_views_.data();
  std::size_t const first = static_cast<std::size_t>(a.offset) * node_->width;
  if (result<void> taken = take_child(0, *a.children[0], first, first + view_.length * node_->width); !taken) {
    return taken;
  }
  (void)own_values(a, 0);
  auto* const at = own_offsets();
  for (std::size_t i = 0; i <= view_.length; ++i) {
    at[i] = static_cast<std::int64_t>(i * node_->width);
  }
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
  bool in_order = true;
  bool any = false;
  Offset next = 0;
  std::int64_t first = 0; // of the child's slots that are reached
  std::int64_t last = 0;
  for (std::size_t i = 0; i != view_.length; ++i) {
    if (view_.is_null(i) || sizes[i] == 0) {
      continue;
    }
    if (offsets[i] < 0 || sizes[i] < 0 || offsets[i] > child.length - sizes[i]) {
      return broken("a list beyond its child", i);
    }
    in_order = in_order && (!any || offsets[i] == next);
    next = offsets[i] + sizes[i];
    first = any ? std::min<std::int64_t>(first, offsets[i]) : offsets[i];
    last = std::max<std::int64_t>(last, next);
    any = true;
  }
  if (result<void> taken = take_child(0, child, static_cast<std::size_t>(first), static_cast<std::size_t>(last));
      !taken) {
    return taken;
  }
  (void)own_values(a, 0);
  view_.children = child_views_.data();
  std::int64_t* const at = own_offsets();
  if (!in_order) {
    copy_.emplace(node_->type->nodes[0]);
  }
  bool const suspect = !in_order && children_[0].has_misfits();
  std::int64_t place = 0;
  for (std::size_t i = 0; i != view_.length; ++i) {
    std::int64_t const size = view_.is_null(i) ? 0 : sizes[i];
    at[i] = place;
    for (std::int64_t k = 0; !in_order && k != size; ++k) {
      auto const slot = static_cast<std::size_t>(offsets[i] - first + k);
      if (error const* const why = suspect ? children_[0].misfit_at(slot) : nullptr) {
        misfit(i, *why);
      }
      copy_->append_slot(child_views_[0], slot);
    }
    place += size;
  }
  at[view_.length] = place;
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
  std::int64_t const last = a.offset + a.length;
  std::int64_t first_run = 0; // that reaches behind the offset
  for (std::int64_t behind = ends.length; first_run != behind;) {
    std::int64_t const middle = first_run + (behind - first_run) / 2;
    (end_of(middle) > a.offset ? behind : first_run) = end_of(middle) > a.offset ? middle : middle + 1;
  }
  std::int64_t last_run = first_run; // behind those that are needed
  for (std::int64_t before = a.offset; before < last; ++last_run) {
    if (last_run == ends.length || end_of(last_run) <= before) {
      return broken("run ends that do not ascend to the length");
    }
    before = end_of(last_run);
  }
  if (result<void> taken =
          take_unnumbered(values, static_cast<std::size_t>(first_run), static_cast<std::size_t>(last_run));
      !taken) {
    return taken;
  }
  copy_.emplace(*node_->type);
  bool const suspect = children_[0].has_misfits();
  std::int64_t at = a.offset;
  for (std::int64_t run = first_run; run != last_run; ++run) {
    auto const slot = static_cast<std::size_t>(run - first_run);
    error const* const why = suspect ? children_[0].misfit_at(slot) : nullptr;
    for (std::int64_t const end = std::min(end_of(run), last); at < end; ++at) {
      if (why != nullptr) {
        misfit(static_cast<std::size_t>(at - a.offset), *why);
      }
      copy_->append_slot(children_[0].view(), slot);
    }
  }
  use_copy();
  return {};
}

/// Slots of the values of run ends or a dictionary, whose numbers say nothing of rows.
COPYTO_DECL result<void> arrow_column::take_unnumbered(ArrowArray const& values, std::size_t first, std::size_t last) {
  result<void> taken = children_[0].take(arrow_part(values, first, last));
  return taken ? taken : result<void>(taken.error().with([](error_info& info) { info.row.reset(); }));
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
  if (a.dictionary->length < 0 || a.dictionary->offset < 0) {
    return broken("a dictionary of negative length");
  }
  if (result<void> taken = take_unnumbered(*a.dictionary, 0, static_cast<std::size_t>(a.dictionary->length)); !taken) {
    return taken;
  }
  bool const suspect = children_[0].has_misfits();
  column_view const& entries = children_[0].view();
  for (std::size_t i = 0; i != view_.length; ++i) {
    if (view_.is_null(i)) {
      continue;
    }
    if (index_at(a, i) >= entries.length) {
      return broken("an index beyond its dictionary", i);
    }
    if (error const* const why = suspect ? children_[0].misfit_at(index_at(a, i)) : nullptr) {
      misfit(i, *why);
    }
  }
  if (is_bytes(node_->type->type.id) && entries.null_count == 0) {
    shared_bytes_ = 0;
    for (std::size_t i = 0; i != entries.length; ++i) {
      *shared_bytes_ += entries.bytes(i).size();
    }
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

COPYTO_DECL result<void> arrow_column::check_required() const {
  std::optional<std::size_t> const slot = broken_promise(view_);
  return slot ? result<void>(broken("a NULL where its schema says that there is none", *slot)) : result<void>();
}

} // namespace copyto::detail

#endif
