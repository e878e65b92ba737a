// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_VERDICT_HPP
#define COPYTO_TOPIC_VERDICT_HPP

#include <copyto/encode/concept.hpp>
#include <copyto/export/verdict.hpp>
#include <copyto/schema/columns.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/topic/concept.hpp>
#include <copyto/topic/report.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stop_token>
#include <string_view>
#include <type_traits>

namespace copyto {

/// The key of records, by names that the compiler knows: `topic_key<"region", "id">{}`.
template <fixed_string First, fixed_string... Rest>
struct topic_key {};

/// Why rows cannot go into a topic so. One enumerator, one sentence and one reject test each.
enum class topic_verdict : std::uint8_t {
  ok,
  source_needs_schema,
  source_needs_fill,
  not_a_format,
  member_not_a_column,
  bad_schema,
  column_unsupported,
  key_not_a_column,
};

namespace detail {
/// The first name that no column has; as many as there are: all have one.
template <fixed_string First, fixed_string... Rest>
consteval std::size_t first_without_column(schema_view fields, topic_key<First, Rest...> /*key*/) {
  std::string_view const names[] = {First.view(), Rest.view()...};
  std::size_t i = 0;
  for (; i != std::size(names); ++i) {
    bool there = false;
    for (field const& f : fields) {
      there = there || f.name == names[i];
    }
    if (!there) {
      break;
    }
  }
  return i;
}
template <class Key>
inline constexpr std::size_t key_size = 0;
template <fixed_string First, fixed_string... Rest>
inline constexpr std::size_t key_size<topic_key<First, Rest...>> = 1 + sizeof...(Rest);
} // namespace detail

/// First rule that a source, a record format and a key (void: none, or at run time) break together.
template <class S, class F, class Key = void>
[[nodiscard]] consteval topic_verdict why_topic() {
  if constexpr (!HasSchema<S>) {
    return topic_verdict::source_needs_schema;
  } else if constexpr (!HasFill<S>) {
    return topic_verdict::source_needs_fill;
  } else if constexpr (!RecordFormat<F>) {
    return topic_verdict::not_a_format;
  } else if constexpr (detail::has_unmapped_member<S>()) {
    return topic_verdict::member_not_a_column;
  } else if constexpr (HasStaticSchema<S>) {
    constexpr schema_view fields = S::static_schema;
    if constexpr (check(fields).rule != schema_rule::ok) {
      return topic_verdict::bad_schema;
    } else if constexpr (first_unsupported<F>(fields) != fields.size()) {
      return topic_verdict::column_unsupported;
    } else if constexpr (!std::is_void_v<Key>) {
      return detail::first_without_column(fields, Key()) == detail::key_size<Key> ? topic_verdict::ok
                                                                                  : topic_verdict::key_not_a_column;
    } else {
      return topic_verdict::ok;
    }
  } else {
    return topic_verdict::ok;
  }
}

/// Whether they work together: for generic code, no message.
template <class S, class F, class Key = void>
concept TopicExportable = why_topic<S, F, Key>() == topic_verdict::ok;

/// Stands in for a topic exporter that cannot work; see `rejected`.
template <topic_verdict V, class Culprit>
class rejected_topic {
  static_assert(V != topic_verdict::source_needs_schema,
                "copyto-T01: the row source has no schema() -> schema_view; describe the row struct with "
                "BOOST_DESCRIBE_STRUCT or specialise copyto::schema_of for it");
  static_assert(
      V != topic_verdict::source_needs_fill,
      "copyto-T02: the row source needs fill(batch&, std::stop_token) -> result<fill_status>; one that comes in "
      "shards goes into files only");
  static_assert(
      V != topic_verdict::not_a_format,
      "copyto-T03: the record format needs what copyto::RecordFormat lists (topic/concept.hpp): supports, name, "
      "content_type, frame_bytes, begin, append, and copies");
  static_assert(
      V != topic_verdict::member_not_a_column && V != topic_verdict::bad_schema,
      "copyto-T04: the row type is no schema: a member's type has no copyto::column_type, there are no columns, "
      "or two have the same name");
  static_assert(V != topic_verdict::column_unsupported,
                "copyto-T05: the record format cannot write a column of this type; change the member's type, leave it "
                "out, or choose another format");
  static_assert(V != topic_verdict::key_not_a_column, "copyto-T06: the key names a column that the rows do not have");

public:
  result<topic_report> run(std::stop_token stop = {}, topic_callback const& on_progress = {});
  result<void> check() const;
  std::uint64_t memory_bound() const;
};

} // namespace copyto

#endif
