// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_EXPORT_LINES_HPP
#define COPYTO_TESTS_UNIT_EXPORT_LINES_HPP

#include <copyto/encode/concept.hpp>
#include <copyto/export/job.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/store/memory.hpp>

#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace export_tests {

struct number {
  std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(number, (), (value))

/// The simplest encoder: one number a line. A file ends with the line that reaches its limit.
class lines {
public:
  static constexpr bool supports(copyto::field const& f) { return f.type.id == copyto::kind::int64; }
  [[nodiscard]] std::string_view extension() const { return "txt"; }
  [[nodiscard]] std::string_view content_type() const { return "text/plain"; }
  [[nodiscard]] copyto::result<void> check(copyto::schema_view, std::uint64_t) const { return {}; }
  [[nodiscard]] std::uint64_t memory_bound(copyto::schema_view, std::uint64_t) const { return 100; }
  [[nodiscard]] copyto::result<void> begin(copyto::schema_view, copyto::sink&) { return {}; }
  [[nodiscard]] copyto::result<std::size_t> write(copyto::batch const& rows, std::size_t first, copyto::sink& out) {
    std::size_t i = first;
    for (; i != rows.rows() && (rows_ == 0 || out.bytes() < out.limit()); ++i, ++rows_) {
      std::int64_t const value = rows.column(0).data<std::int64_t>()[i];
      if (value < 0) {
        return copyto::error(
            {.code = copyto::errc::value_out_of_range, .message = "a negative number", .row = i, .column = "value"});
      }
      if (auto written = out.write(std::to_string(value) + "\n"); !written) {
        return written.error();
      }
    }
    return i - first;
  }
  [[nodiscard]] copyto::result<copyto::file_stats> end(copyto::sink&) { return copyto::file_stats{.rows = rows_}; }

private:
  std::uint64_t rows_ = 0;
};
static_assert(copyto::Encoder<lines>);

using contents = std::map<std::string, std::string>;

inline std::vector<number> numbers(std::int64_t count) {
  std::vector<number> rows;
  for (std::int64_t i = 0; i != count; ++i) {
    rows.push_back({1000 + i}); // 5 bytes a line
  }
  return rows;
}

/// The objects of a store without the control object.
inline contents visible(copyto::memory_store const& store) {
  contents files;
  for (auto const& [key, object] : store.objects()) {
    if (key.find("_copyto.") == key.npos) {
      files.emplace(key, object.body);
    }
  }
  return files;
}
/// Whether nothing at all is left.
inline bool is_clean(copyto::memory_store const& store) {
  return store.objects().empty() && store.pending_uploads() == 0;
}
/// Whether there is nothing but files.
inline bool is_settled(copyto::memory_store const& store) {
  return store.objects().size() == visible(store).size() && store.pending_uploads() == 0;
}

/// A store for parts of a few bytes.
inline copyto::memory_options small_store() { return {.limits = {.min_part = 1}, .page_size = 2}; }
/// Parts of 16 bytes, files of 40 and a bit: 3 parts each.
inline copyto::export_options small_job(std::string id = "x1") {
  return {.to = copyto::into("t"),
          .max_file_size = 40,
          .part_size = 16,
          .parts_in_flight = 2,
          .batch_rows = 7,
          .export_id = std::move(id)};
}

/// Below "t", whatever becomes of what is there.
inline copyto::destination to_t(copyto::if_exists mode) {
  switch (mode) {
  case copyto::if_exists::append: return copyto::append_to("t");
  case copyto::if_exists::replace: return copyto::replace("t");
  case copyto::if_exists::error: break;
  }
  return copyto::into("t");
}

/// Exports `numbers(count)`.
template <class Store>
copyto::result<copyto::report> run(Store store, std::int64_t count = 18,
                                   copyto::export_options const& options = small_job(), std::stop_token stop = {},
                                   copyto::progress_callback const& on_progress = {}) {
  auto const rows = numbers(count);
  auto source = copyto::rows(rows);
  return copyto::run_export(copyto::source_ref(source), lines(), copyto::store_ref(store), options, std::move(stop),
                            on_progress);
}

/// What an undisturbed run leaves.
inline contents expected(std::int64_t count = 18, copyto::export_options const& options = small_job()) {
  copyto::memory_store store(small_store());
  (void)run(store, count, options).value();
  return visible(store);
}

} // namespace export_tests

#endif
