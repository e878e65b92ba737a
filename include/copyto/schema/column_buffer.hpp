// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_COLUMN_BUFFER_HPP
#define COPYTO_SCHEMA_COLUMN_BUFFER_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/schema/column_view.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace copyto {

/// The owned memory of one column of a batch. Sources append slot by slot, or in bulk through
/// `extend`; `view()` then lends it to the encoder. Byte strings are either all copied (`append_copy`,
/// 64-bit offsets) or all borrowed (`append_view`), never both between two `clear()`s.
class column_buffer {
public:
  /// `type` must outlive the buffer.
  explicit column_buffer(field const& type) : type_(&type) {
    children_.reserve(type.node_count);
    for (field const& child : type.children()) {
      children_.emplace_back(child);
    }
    child_views_.resize(type.node_count);
  }
  explicit column_buffer(field const&&) = delete;

  [[nodiscard]] field const& type() const noexcept { return *type_; }
  /// Slots so far.
  [[nodiscard]] std::size_t size() const noexcept { return length_; }
  [[nodiscard]] column_buffer& child(std::size_t i) noexcept { return children_[i]; }

  /// Bytes of what was appended.
  [[nodiscard]] std::size_t bytes() const noexcept {
    std::size_t sum = values_.size() + offsets_.size() + validity_.size();
    for (column_buffer const& c : children_) {
      sum += c.bytes();
    }
    return sum;
  }
  /// Whether `view` is all in this buffer's memory, so that it stays as it is until the next change.
  [[nodiscard]] bool owns(column_view const& view) const noexcept {
    if (length_ != view.length || form_ == bytes_form::views) {
      return false;
    }
    if (children_.empty()) {
      return view.values == static_cast<void const*>(values_.data());
    }
    return view.children == child_views_.data() &&
           std::equal(children_.begin(), children_.end(), view.children,
                      [](column_buffer const& child, column_view const& of) { return child.owns(of); });
  }
  /// A slot like number `i` of another column of the same type; byte strings are copied.
  void append_slot(column_view const& from, std::size_t i) {
    if (from.is_null(i)) {
      append_null();
    } else if (is_bytes(type_->type.id)) {
      append_copy(from.bytes(i));
    } else if (type_->type.id == kind::boolean) {
      append_bool(from.bit(i));
    } else if (type_->type.id == kind::structure) {
      for (std::size_t c = 0; c != children_.size(); ++c) {
        children_[c].append_slot(from.member(c), i);
      }
      append_struct();
    } else if (is_nested(type_->type.id)) {
      auto const [first, last] = from.range(i);
      for (std::size_t c = 0; c != children_.size(); ++c) {
        for (std::size_t slot = first; slot != last; ++slot) {
          children_[c].append_slot(from.children[c], slot);
        }
      }
      append_list();
    } else {
      append_raw(static_cast<std::byte const*>(from.values) + (from.offset + i) * value_width(type_->type));
    }
  }

  void clear() noexcept {
    values_.clear();
    offsets_.clear();
    validity_.clear();
    length_ = null_count_ = 0;
    form_ = bytes_form::none;
    for (column_buffer& c : children_) {
      c.clear();
    }
  }

  /// A slot that is NULL. Works for every type; a list or map becomes an empty range, and a struct's
  /// members get a slot each, as Arrow wants it.
  void append_null() {
    mark(false);
    if (is_bytes(type_->type.id)) {
      // The first slots may be NULL before it is known whether values are copied or borrowed.
      if (form_ == bytes_form::views) {
        values_.append_value(std::string_view());
      } else if (form_ == bytes_form::offsets64) {
        end_bytes();
      }
    } else {
      append_blank();
    }
    ++length_;
  }
  void append_bool(bool value) {
    mark(true);
    put_bit(values_, length_, value);
    ++length_;
  }
  /// A value of exactly `value_width` bytes.
  template <class T>
  void append_fixed(T const& value) {
    mark(true);
    values_.append_value(value);
    ++length_;
  }
  /// `value_width` bytes from `data`.
  void append_raw(std::byte const* data) {
    mark(true);
    values_.append(bytes_view(data, value_width(type_->type)));
    ++length_;
  }
  /// A byte string whose bytes are copied.
  void append_copy(std::string_view bytes) {
    if (form_ == bytes_form::none) {
      start_bytes(bytes_form::offsets64);
    }
    mark(true);
    values_.append(bytes);
    end_bytes();
    ++length_;
  }
  /// A byte string whose bytes stay where they are.
  void append_view(std::string_view bytes) {
    if (form_ == bytes_form::none) {
      start_bytes(bytes_form::views);
    }
    mark(true);
    values_.append_value(bytes);
    ++length_;
  }
  /// Ends a list or map whose elements were appended to the children since the last one ended.
  void append_list() {
    mark(true);
    start_list();
    offsets_.append_value(static_cast<std::int32_t>(children_[0].length_));
    ++length_;
  }
  /// A struct whose members were appended to the children.
  void append_struct() {
    mark(true);
    ++length_;
  }
  /// `count` more slots, all with a value, of `sizeof(T)` bytes each, to be filled in by the caller.
  template <class T>
  [[nodiscard]] T* extend(std::size_t count) {
    if (!validity_.empty()) {
      mark_all(count);
    }
    if constexpr (std::is_same_v<T, std::string_view>) {
      if (form_ == bytes_form::none) {
        start_bytes(bytes_form::views);
      }
    }
    auto* at = reinterpret_cast<T*>(values_.room(count * sizeof(T)));
    values_.advance(count * sizeof(T));
    length_ += count;
    return at;
  }

  /// The first `count` slots, of `sizeof(T)` bytes each: `put(i, value)` says whether slot `i` has a value, and fills it in.
  template <class T, class Put>
  void extend_optional(std::size_t count, Put put) {
    T* const values = extend<T>(count);
    auto* const words = validity_.room((count + 63) / 64 * 8);
    std::size_t set = 0;
    for (std::size_t first = 0; first < count; first += 64) {
      std::uint64_t word = 0;
      std::size_t const here = std::min<std::size_t>(64, count - first);
      for (std::size_t i = 0; i != here; ++i) {
        T value{};
        word |= std::uint64_t{put(first + i, value)} << i;
        std::memcpy(values + first + i, &value, sizeof(T));
      }
      set += static_cast<std::size_t>(std::popcount(word));
      std::memcpy(words + first / 8, &word, 8);
    }
    validity_.advance((count + 7) / 8);
    null_count_ += count - set;
  }

  /// What was appended since the last `clear()`. Valid until the next change.
  [[nodiscard]] column_view view() {
    if (is_bytes(type_->type.id) && form_ == bytes_form::none) {
      start_bytes(bytes_form::views); // no slots, or only NULLs
    }
    if (type_->type.id == kind::list || type_->type.id == kind::map) {
      start_list();
    }
    for (std::size_t i = 0; i != children_.size(); ++i) {
      child_views_[i] = children_[i].view();
    }
    return {.type = type_,
            .length = length_,
            .null_count = null_count_,
            .offset = 0,
            .validity = null_count_ == 0 ? nullptr : reinterpret_cast<std::uint8_t const*>(validity_.data()),
            .values = values_.data(),
            .offsets = offsets_.empty() ? nullptr : offsets_.data(),
            .form = form_,
            .children = child_views_.data()};
  }

private:
  static void put_bit(byte_buffer& bits, std::size_t i, bool value) {
    if (i >> 3 >= bits.size()) {
      bits.append_value(std::uint8_t{0});
    }
    if (value) {
      bits.data()[i >> 3] |= static_cast<std::byte>(1U << (i & 7));
    }
  }
  /// Validity is only kept from the first NULL on.
  void mark(bool valid) {
    if (!valid && validity_.empty()) {
      mark_all(length_);
    }
    if (!valid || !validity_.empty()) {
      put_bit(validity_, length_, valid);
      null_count_ += valid ? 0 : 1;
    }
  }
  /// `count` valid slots at the end of the bitmap.
  void mark_all(std::size_t count) {
    std::size_t const first = validity_.empty() ? 0 : length_;
    for (std::size_t i = first; i != first + count; ++i) {
      put_bit(validity_, i, true);
    }
  }
  void append_blank() {
    switch (type_->type.id) {
    case kind::boolean: put_bit(values_, length_, false); break;
    case kind::list:
    case kind::map:
      start_list();
      offsets_.append_value(static_cast<std::int32_t>(children_[0].length_));
      break;
    case kind::structure:
      for (column_buffer& c : children_) {
        c.append_null();
      }
      break;
    default: {
      std::size_t const width = value_width(type_->type);
      std::memset(values_.room(width), 0, width);
      values_.advance(width);
    }
    }
  }
  void start_list() {
    if (offsets_.empty()) {
      offsets_.append_value(std::int32_t{0});
    }
  }
  /// Gives the NULL slots that came before the first value their places.
  void start_bytes(bytes_form form) {
    form_ = form;
    if (form == bytes_form::offsets64) {
      offsets_.append_value(std::int64_t{0});
    }
    for (std::size_t i = 0; i != length_; ++i) {
      if (form == bytes_form::views) {
        values_.append_value(std::string_view());
      } else {
        end_bytes();
      }
    }
  }
  void end_bytes() { offsets_.append_value(static_cast<std::int64_t>(values_.size())); }

  field const* type_;
  std::size_t length_ = 0;
  std::size_t null_count_ = 0;
  bytes_form form_ = bytes_form::none;
  byte_buffer values_;
  byte_buffer offsets_;
  byte_buffer validity_;
  std::vector<column_buffer> children_;
  std::vector<column_view> child_views_;
};

} // namespace copyto

#endif
