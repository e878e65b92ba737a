// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_DETAIL_LOAD_JOB_HPP
#define COPYTO_HANDOFF_DETAIL_LOAD_JOB_HPP

#include <copyto/commit/hive_path.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/export/report.hpp>
#include <copyto/schema/field.hpp>
#include <copyto/store/ref.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

struct load_target;

namespace detail {

/// `text` between two `quote`s, those in it doubled.
[[nodiscard]] std::string sql_doubled(std::string_view text, char quote);
/// `text` between two `quote`s, with a backslash before each of them and before backslashes, and line feeds as `\n`.
[[nodiscard]] std::string sql_escaped(std::string_view text, char quote);
/// Texts with commas between them.
[[nodiscard]] std::string sql_list(std::span<std::string const> texts);

/// A part of a table's name: exact, or folded as the dialect folds names without quotes.
struct table_part {
  std::string text = {};
  bool exact = false;
};
[[nodiscard]] result<std::vector<table_part>> parse_table(std::string_view text);

/// How a dialect folds names that are not quoted.
enum class folding : std::uint8_t { none, lower, upper };
[[nodiscard]] std::string folded(table_part const& part, folding how);

struct load_job;

/// A partition: its folder, slash included, the one that has all partitions, what the path says, and which of the report's files
/// are below it.
struct load_folder {
  std::string place = {};
  std::string above = {};
  hive_values keys = {};
  std::vector<std::size_t> files = {};
};

/// What keeps a dialect from loading a node of a nested column, in words that follow "decimal(20,2): "; empty: nothing.
using node_rule = std::string_view (*)(load_job const& job, field const& row, field const& in_file);

/// Everything that a dialect's statements are made of, and the questions that all of them ask.
struct load_job {
  std::string_view engine; ///< "Snowflake", for messages
  report const& done;
  store_ref store;
  load_target const& target;
  std::vector<table_part> table;

  [[nodiscard]] bool csv() const;
  [[nodiscard]] csv_options const& dialect() const; ///< of CSV files
  /// All columns: those of the files, then those of the paths.
  [[nodiscard]] schema_view rows() const { return done.columns; }
  [[nodiscard]] schema_view in_files() const { return rows().first(rows().size() - in_paths().size()); }
  /// Columns that only the partitions' paths have.
  [[nodiscard]] schema_view in_paths() const { return done.path_columns; }
  /// The column as the file has it: of CSV, which is text in any case, as the row has it.
  [[nodiscard]] field const& in_file(std::size_t column) const;
  /// Whether any column is a list, a struct or a map.
  [[nodiscard]] bool nested() const;
  [[nodiscard]] std::string uri(file_report const& file) const { return store.uri(file.key); }
  [[nodiscard]] bool header_of(std::size_t file) const;
  /// Everything before the name of the first file, slash included: what all files are below.
  [[nodiscard]] std::string directory() const;
  /// The partitions of an export whose paths have columns that the files have not, in the order of their files; else one of all
  /// files, without keys.
  [[nodiscard]] std::vector<load_folder> folders() const;
  /// Refuses columns of other types than these in paths.
  [[nodiscard]] result<void> check_paths(std::initializer_list<kind> types) const;
  /// Refuses paths with percent-encoded or empty values, and with NULL, unless that is documented.
  [[nodiscard]] result<void> check_plain_paths(load_folder const& folder, bool nulls) const;
  /// Whether Parquet files may have delta encodings.
  [[nodiscard]] bool modern() const;
  /// Refuses Parquet files with pages of a codec that is not among those documented; and with delta encodings, unless these are.
  [[nodiscard]] result<void> check_parquet(std::initializer_list<codec_id> codecs, bool deltas) const;
  /// "s3", "gs" or "r2"; empty: no bucket.
  [[nodiscard]] std::string_view scheme() const;
  [[nodiscard]] std::string_view compression(std::string_view none, std::string_view gzip, std::string_view zstd) const;

  /// errc::unsupported: "<engine> cannot load this: <why>; <advice>".
  [[nodiscard]] error no(std::string why, std::string advice) const;
  [[nodiscard]] error no_type(std::size_t column) const;
  [[nodiscard]] error no_name(field const& f, std::string_view why) const;
  [[nodiscard]] error no_empty_lines() const;

  // --- what the files must be like; each is an error where they are not
  [[nodiscard]] result<void> check_header_is_in_every_file() const;
  /// Names of columns in a header have no line feeds, which engines count that skip lines.
  [[nodiscard]] result<void> check_header_is_one_line() const;
  [[nodiscard]] result<void> check_quotes_are_doubled() const;
  /// No value of a column can be the text that stands for NULL: for engines that take it for NULL in quotes, too, or may.
  [[nodiscard]] result<void> check_null_text_is_no_value() const;
  /// No row is an empty line, which engines take for no row, or may: with one column only.
  [[nodiscard]] result<void> check_no_empty_lines() const;
  /// The same for engines that take an empty line for a NULL where that is its text, and for no row beside another text.
  [[nodiscard]] result<void> check_no_empty_texts() const;
  /// No two columns' names differ in case only.
  [[nodiscard]] result<void> check_names_differ() const;
  /// `why` has nothing against any node of the nested columns, these included; the error names the first, by its path.
  [[nodiscard]] result<void> check_nodes(node_rule why, std::string_view advice) const;
  /// Names of columns and table are at most so many bytes.
  [[nodiscard]] result<void> check_names_fit(std::size_t most) const;
};

/// @name What the dialects say alike
/// @{

/// `CREATE TABLE IF NOT EXISTS table (\n  name type NOT NULL,\n ...);\n`; types that begin with `bare` take no NOT NULL, nor
/// do columns from number `required` on.
[[nodiscard]] std::string sql_create_table(load_job const& job, std::string_view table,
                                           std::span<std::string const> names, std::span<std::string const> types,
                                           std::optional<std::string_view> bare = std::nullopt,
                                           std::size_t required = ~std::size_t{0});
/// The name of each column, made by `quote(name)`.
template <class Quote>
[[nodiscard]] std::vector<std::string> sql_names(load_job const& job, Quote quote) {
  std::vector<std::string> names;
  for (field const& f : job.rows()) {
    names.push_back(quote(f.name));
  }
  return names;
}
/// The table's name, each part made by `quote(text)`.
template <class Quote>
[[nodiscard]] std::string sql_table(load_job const& job, folding how, Quote quote) {
  std::string name;
  for (table_part const& part : job.table) {
    name += (name.empty() ? "" : ".") + quote(folded(part, how));
  }
  return name;
}
/// The type of each column, made by `type(row, in_file)` of its fields, which is empty where there is none.
template <class Type>
[[nodiscard]] result<std::vector<std::string>> sql_types(load_job const& job, Type type) {
  std::vector<std::string> types;
  for (std::size_t i = 0; i != job.rows().size(); ++i) {
    types.push_back(type(job.rows()[i], job.in_file(i)));
    if (types.back().empty()) {
      return job.no_type(i);
    }
  }
  return types;
}
/// Types of the children of a node, made by `type(row, in_file)`, between `open` and `close`; a struct's members are
/// `name(member)` and a blank or `colon` before them. Empty where one of them is.
template <class Type, class Name>
[[nodiscard]] std::string sql_nested(field const& row, field const& in_file, std::string_view open,
                                     std::string_view close, Type type, Name name, std::string_view colon = " ") {
  std::string text(open);
  for (std::size_t i = 0; i != row.node_count; ++i) {
    std::string const child = type(row.nodes[i], in_file.nodes[i]);
    if (child.empty()) {
      return {};
    }
    text += i == 0 ? "" : ", ";
    text += row.type.id == kind::structure ? name(row.nodes[i]) + std::string(colon) : std::string();
    text += child;
  }
  return text + std::string(close);
}
/// Text, whatever it means.
[[nodiscard]] constexpr bool is_text(kind k) noexcept {
  return k == kind::string || k == kind::json || k == kind::enumeration;
}
[[nodiscard]] constexpr bool is_blob(kind k) noexcept { return k == kind::binary || k == kind::fixed_binary; }
[[nodiscard]] constexpr bool is_nanoseconds(logical_type const& t) noexcept {
  return (t.id == kind::time || t.id == kind::timestamp) && t.unit == time_unit::nano;
}
/// @}

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/load_job.ipp>
#endif

#endif
