// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_REF_HPP
#define COPYTO_SOURCE_REF_HPP

#include <copyto/source/concept.hpp>

#include <type_traits>

namespace copyto {

/// Any source, borrowed: a pointer and a static table. The exporter's loop sees sources only through
/// this, so that it is compiled once.
class source_ref {
public:
  template <class S>
    requires(!std::same_as<std::remove_cv_t<S>, source_ref> && RowSource<S>)
  explicit source_ref(S& source) noexcept : source_ref(of(source)) {}

  [[nodiscard]] schema_view schema() const { return table_->schema(object_); }
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token stop) const {
    return table_->fill(object_, rows, stop);
  }
  [[nodiscard]] size_hint hint() const { return table_->hint(object_); }
  /// Whether it is `Splittable`; the two functions below are for those that are.
  [[nodiscard]] bool splits() const noexcept { return table_->fill_range != nullptr; }
  [[nodiscard]] std::uint64_t row_count() const { return table_->row_count(object_); }
  [[nodiscard]] result<void> fill_range(batch& rows, std::uint64_t first, std::size_t count,
                                        std::stop_token const& stop) const {
    return table_->fill_range(object_, rows, first, count, stop);
  }

private:
  struct table;
  source_ref(void* object, table const* functions) noexcept : object_(object), table_(functions) {}
  /// What holds another source by a reference is passed over, so that it splits where that one does.
  template <class S>
  static source_ref of(S& source) noexcept {
    if constexpr (requires {
                    { source.ref() } -> std::same_as<source_ref const&>;
                  }) {
      return source.ref();
    } else {
      return source_ref(&source, &table_of<S>);
    }
  }

  struct table {
    schema_view (*schema)(void const*);
    result<fill_status> (*fill)(void*, batch&, std::stop_token const&);
    size_hint (*hint)(void const*);
    std::uint64_t (*row_count)(void const*);
    result<void> (*fill_range)(void const*, batch&, std::uint64_t, std::size_t, std::stop_token const&);
  };
  template <class S>
  static std::uint64_t row_count_of([[maybe_unused]] void const* s) {
    if constexpr (Splittable<S>) {
      return static_cast<S const*>(s)->row_count();
    } else {
      return 0;
    }
  }
  template <class S>
  static constexpr auto fill_range_of() -> decltype(table::fill_range) {
    if constexpr (Splittable<S>) {
      return [](void const* s, batch& rows, std::uint64_t first, std::size_t count, std::stop_token const& stop) {
        return static_cast<S const*>(s)->fill_range(rows, first, count, stop);
      };
    } else {
      return nullptr;
    }
  }
  template <class S>
  static constexpr table table_of{
      .schema = [](void const* s) -> schema_view { return static_cast<S const*>(s)->schema(); },
      .fill = [](void* s, batch& rows, std::stop_token const& stop) { return static_cast<S*>(s)->fill(rows, stop); },
      .hint = [](void const* s) { return hint_of(*static_cast<S const*>(s)); },
      .row_count = &row_count_of<S>,
      .fill_range = fill_range_of<S>()};

  void* object_;
  table const* table_;
};

} // namespace copyto

#endif
