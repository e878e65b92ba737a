// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_VERDICT_HPP
#define COPYTO_EXPORT_VERDICT_HPP

#include <copyto/encode/concept.hpp>
#include <copyto/export/progress.hpp>
#include <copyto/export/report.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/schema/columns.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/shards.hpp>
#include <copyto/store/concept.hpp>

#include <stop_token>

namespace copyto {

/// Why a composition cannot work. One enumerator, one sentence and one reject test each; the numbers in
/// the sentences are stable.
enum class verdict : std::uint8_t {
  ok,
  source_needs_schema,
  source_needs_fill,
  encoder_needs_supports,
  encoder_needs_extension,
  encoder_needs_check,
  encoder_needs_begin,
  encoder_needs_write,
  encoder_needs_end,
  not_an_encoder,
  not_a_store,
  member_not_a_column,
  empty_schema,
  duplicate_names,
  bad_schema,
  column_unsupported,
  commit_needs_read,
  commit_needs_list,
  commit_needs_delete,
};

namespace detail {
/// Whether the rows of a source are structs with a member that cannot be a column.
template <class S>
consteval bool has_unmapped_member() {
  if constexpr (requires { schema_of<typename S::row>::mapped; }) {
    return !schema_of<typename S::row>::mapped;
  } else {
    return false;
  }
}
} // namespace detail

/// First rule that source, encoder and store break together.
template <class S, class E, class O>
[[nodiscard]] consteval verdict why() {
  if constexpr (!HasSchema<S>) {
    return verdict::source_needs_schema;
  } else if constexpr (!HasFill<S> && !Shardable<S>) {
    return verdict::source_needs_fill;
  } else if constexpr (!HasSupports<E>) {
    return verdict::encoder_needs_supports;
  } else if constexpr (!HasExtension<E> || !HasContentType<E>) {
    return verdict::encoder_needs_extension;
  } else if constexpr (!HasCheck<E> || !HasMemoryBound<E>) {
    return verdict::encoder_needs_check;
  } else if constexpr (!HasBegin<E>) {
    return verdict::encoder_needs_begin;
  } else if constexpr (!HasWrite<E>) {
    return verdict::encoder_needs_write;
  } else if constexpr (!HasEnd<E>) {
    return verdict::encoder_needs_end;
  } else if constexpr (!Encoder<E>) {
    return verdict::not_an_encoder;
  } else if constexpr (!ObjectStore<O>) {
    return verdict::not_a_store;
  } else if constexpr (!Reading<O>) {
    return verdict::commit_needs_read;
  } else if constexpr (!Listing<O>) {
    return verdict::commit_needs_list;
  } else if constexpr (!Deleting<O>) {
    return verdict::commit_needs_delete;
  } else if constexpr (detail::has_unmapped_member<S>()) {
    return verdict::member_not_a_column;
  } else if constexpr (HasStaticSchema<S>) {
    constexpr schema_view fields = S::static_schema;
    constexpr schema_rule rule = check(fields).rule;
    if constexpr (rule == schema_rule::no_columns) {
      return verdict::empty_schema;
    } else if constexpr (rule == schema_rule::duplicate_name) {
      return verdict::duplicate_names;
    } else if constexpr (rule != schema_rule::ok) {
      return verdict::bad_schema;
    } else if constexpr (first_unsupported<E>(fields) != fields.size()) {
      return verdict::column_unsupported;
    } else {
      return verdict::ok;
    }
  } else {
    return verdict::ok;
  }
}

/// Whether source, encoder and store work together: for generic code, no message.
template <class S, class E, class O>
concept Exportable = why<S, E, O>() == verdict::ok;

/// Index of a column as a type, so that the compiler's message shows it.
template <std::size_t Number>
struct column_number {};

/// Stands in for an exporter that cannot work. Its one error says why; its members have the signatures of
/// `exporter` and no bodies, so that the code after it adds no second error.
template <verdict V, class Culprit>
class rejected {
  static_assert(V != verdict::source_needs_schema,
                "copyto-V01: the row source has no schema() -> schema_view; describe the row struct with "
                "BOOST_DESCRIBE_STRUCT or specialise copyto::schema_of for it");
  static_assert(V != verdict::source_needs_fill,
                "copyto-V02: the row source needs fill(batch&, std::stop_token) -> result<fill_status>, or what "
                "copyto::Shardable lists (source/shards.hpp)");
  static_assert(V != verdict::encoder_needs_supports,
                "copyto-V03: the encoder needs static constexpr bool supports(field const&)");
  static_assert(V != verdict::encoder_needs_begin,
                "copyto-V04: the encoder needs begin(schema_view, sink&) -> result<void>");
  static_assert(V != verdict::encoder_needs_end, "copyto-V05: the encoder needs end(sink&) -> result<file_stats>");
  static_assert(V != verdict::encoder_needs_write,
                "copyto-V08: the encoder needs write(batch const&, std::size_t first, sink&) -> result<std::size_t>");
  static_assert(V != verdict::encoder_needs_extension,
                "copyto-V09: the encoder needs extension() and content_type() -> std::string_view");
  static_assert(V != verdict::encoder_needs_check,
                "copyto-V10: the encoder needs check(schema_view, std::uint64_t) const -> result<void> and "
                "memory_bound(schema_view, std::uint64_t) const -> std::uint64_t");
  static_assert(V != verdict::not_an_encoder,
                "copyto-V11: the encoder must be copyable, since each file has a copy of it");
  static_assert(V != verdict::not_a_store,
                "copyto-V12: the store needs what copyto::ObjectStore lists (store/concept.hpp): limits, uri, put, "
                "create_upload, put_part, complete, abort, and cheap copies");
  static_assert(V != verdict::empty_schema, "copyto-V13: the row type has no columns; there is nothing to export");
  static_assert(V != verdict::duplicate_names,
                "copyto-V14: two columns of the row type, or two members of a nested struct, have the same name");
  static_assert(V != verdict::bad_schema,
                "copyto-V15: the schema is not valid: an empty name, a decimal outside 1 to 38 digits, or a nested "
                "type with the wrong children (schema/check.hpp)");
  static_assert(V != verdict::column_unsupported,
                "copyto-V16: the encoder cannot write a column of this type; change the member's type, leave it out, "
                "or choose another encoder or reader profile");
  static_assert(V != verdict::commit_needs_read,
                "copyto-V17: an all-or-nothing commit reads its control object, and the store has no head and get");
  static_assert(V != verdict::commit_needs_list,
                "copyto-V18: an all-or-nothing commit lists the target and its pending uploads, and the store has no "
                "list, list_uploads and list_parts");
  static_assert(V != verdict::commit_needs_delete,
                "copyto-V19: an all-or-nothing commit deletes its control object, and the store has no remove");
  static_assert(V != verdict::member_not_a_column,
                "copyto-V20: a member of the row type is of a type that has no copyto::column_type; specialise it, or "
                "leave the member out of the columns");

public:
  result<report> run(std::stop_token stop = {}, progress_callback const& on_progress = {});
  result<std::uint64_t> memory_bound() const;
};

namespace detail {

/// The type that the compiler shall name.
template <verdict V, class S, class E, class O>
consteval auto culprit() {
  constexpr int v = static_cast<int>(V);
  if constexpr (V == verdict::member_not_a_column) {
    return schema_of<typename S::row>::template column_at<schema_of<typename S::row>::first_unmapped>();
  } else if constexpr (V == verdict::column_unsupported) {
    constexpr std::size_t column = first_unsupported<E>(S::static_schema);
    if constexpr (requires { typename S::row; }) {
      return schema_of<typename S::row>::template column_at<column>();
    } else {
      return std::type_identity<column_number<column>>();
    }
  } else if constexpr (v <= static_cast<int>(verdict::source_needs_fill) || V == verdict::empty_schema ||
                       V == verdict::duplicate_names || V == verdict::bad_schema) {
    return std::type_identity<S>();
  } else if constexpr (v <= static_cast<int>(verdict::not_an_encoder)) {
    return std::type_identity<E>();
  } else {
    return std::type_identity<O>();
  }
}

} // namespace detail
} // namespace copyto

#endif
