// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_NAME_TEMPLATE_HPP
#define COPYTO_COMMIT_NAME_TEMPLATE_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace copyto {

/// How the files of an export are called below its prefix: text with placeholders.
///
/// | placeholder | stands for |
/// |---|---|
/// | `{prefix}` | the export's prefix; only `{prefix}/` as the beginning, which may be left out |
/// | `{file}` | number of the file, from 0, at least four digits |
/// | `{shard}` | number of the writer, at least four digits; 0 in an export of one process |
/// | `{partition}` | the partition's path, e.g. `region=eu/day=2024-01-31`: one or more whole names between slashes, only in an export that has partitions |
/// | `{id}` | the export id |
/// | `{ext}` | the encoder's extension with the codec's suffix: `parquet`, `csv.gz` |
/// | `{year} {month} {day} {hour} {minute} {second}` | start of the export, UTC, 4 and 2 digits |
///
/// Slashes make directories: "year={year}/month={month}/{id}-{file}.{ext}".
class name_template {
public:
  /// part-0000-0007-<export id>.parquet
  static constexpr std::string_view standard = "part-{shard}-{file}-{id}.{ext}";
  /// As Materialize calls its files: mz-<id>-batch-0000-0007.parquet. The number begins at 0 in every format.
  static constexpr std::string_view materialize = "mz-{id}-batch-{shard}-{file}.{ext}";

  /// errc::invalid_argument, saying what is wrong with `text`, for a placeholder that there is not, and where names
  /// would be no keys below a prefix or could not be told from others.
  [[nodiscard]] static result<name_template> parse(std::string_view text);

  /// The standard one.
  name_template() : text_(standard) {}

  /// This with everything but `{shard}`, `{file}` and the values of partitions put in: what a control object records.
  /// `partition` has `{value}` for each of these: "region={value}/day={value}"; it stands for `{partition}`.
  [[nodiscard]] name_template bind(std::string_view export_id, std::string_view extension, utc_time start,
                                   std::string_view partition = {}) const;
  /// The name of a file, for a bound template. `values` are the partition's, as they stand in a path.
  [[nodiscard]] std::string name(std::uint32_t shard, std::uint32_t number,
                                 std::span<std::string const> values = {}) const;
  /// The partition's path in which `name` lies, for a bound template: what `{partition}` stands for. Empty: in none.
  [[nodiscard]] std::string_view partition_of(std::string_view name) const;
  /// Whether `name`, of a bound template, could have made this.
  [[nodiscard]] bool makes(std::string_view name) const;

  /// Whether it has the placeholder, e.g. "{id}".
  [[nodiscard]] bool has(std::string_view placeholder) const { return text_.find(placeholder) != text_.npos; }
  [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
  explicit name_template(std::string text) : text_(std::move(text)) {}
  std::string text_; ///< without `{prefix}/`
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/name_template.ipp>
#endif

#endif
