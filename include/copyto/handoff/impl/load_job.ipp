// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_JOB_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_JOB_IPP

#include <copyto/handoff/detail/load_job.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/handoff/load_statement.hpp>
#include <copyto/schema/detail/value_text.hpp>
#include <copyto/store/uri.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace copyto::detail {

COPYTO_COLD std::string sql_doubled(std::string_view text, char quote) {
  std::string made(1, quote);
  for (char const c : text) {
    made.append(c == quote ? 2 : 1, c);
  }
  return made + quote;
}

COPYTO_COLD std::string sql_escaped(std::string_view text, char quote) {
  std::string made(1, quote);
  for (char const c : text) {
    if (c == '\n') {
      made += "\\n";
      continue;
    }
    made += c == quote || c == '\\' ? "\\" : "";
    made += c;
  }
  return made + quote;
}

COPYTO_COLD std::string sql_list(std::span<std::string const> texts) {
  std::string list;
  for (std::string const& text : texts) {
    list += (list.empty() ? "" : ", ") + text;
  }
  return list;
}

COPYTO_COLD result<std::vector<table_part>> parse_table(std::string_view text) {
  auto const wrong = [&] {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("`{}` is not the name of a table", text),
                  .advice = "write table, schema.table, or \"Table\" in double quotes where it is no plain word"});
  };
  std::vector<table_part> parts;
  for (std::size_t at = 0;; ++at) {
    table_part part{.exact = text.substr(std::min(at, text.size())).starts_with('"')};
    if (part.exact) {
      for (++at; at < text.size() && (text[at] != '"' || text.substr(at).starts_with("\"\"")); ++at) {
        at += text[at] == '"' ? 1 : 0;
        part.text += text[at];
      }
      ++at; // behind the quote
    } else {
      while (at < text.size() &&
             (ascii::is_letter(text[at]) || text[at] == '_' || (ascii::is_digit(text[at]) && !part.text.empty()))) {
        part.text += text[at++];
      }
    }
    if (part.text.empty() || part.text.find('\0') != part.text.npos || at > text.size() || parts.size() == 3) {
      return wrong();
    }
    parts.push_back(std::move(part));
    if (at == text.size()) {
      return parts;
    }
    if (text[at] != '.') {
      return wrong();
    }
  }
}

COPYTO_COLD std::string folded(table_part const& part, folding how) {
  std::string text = part.text;
  if (!part.exact && how != folding::none) {
    std::ranges::transform(text, text.begin(), how == folding::lower ? ascii::to_lower : ascii::to_upper);
  }
  return text;
}

COPYTO_COLD bool load_job::csv() const { return target.csv.has_value(); }
COPYTO_COLD csv_options const& load_job::dialect() const { return *target.csv; }

COPYTO_COLD field const& load_job::in_file(std::size_t column) const {
  schema_view const fields = csv() ? schema_view(done.columns) : schema_view(done.written);
  return fields[column];
}

COPYTO_COLD bool load_job::nested() const {
  return std::ranges::any_of(rows(), [](field const& f) { return is_nested(f.type.id); });
}

COPYTO_COLD bool load_job::modern() const { return !csv() && target.readers.encodings != nullptr; }

COPYTO_COLD result<void> load_job::check_parquet(std::initializer_list<codec_id> codecs, bool deltas) const {
  if (csv()) {
    return {};
  }
  if (modern() && !deltas) {
    return no("its documentation does not name delta encodings among what it reads of Parquet",
              "choose the portable readers");
  }
  for (codec_id const id : target.page_codecs) {
    if (id != codec_id::none && std::ranges::find(codecs, id) == codecs.end()) {
      return no(fmt::format("its documentation does not name {} among the codecs of Parquet",
                            id == codec_id::brotli ? "Brotli" : "LZ4_RAW"),
                "choose Snappy, Zstandard or gzip");
    }
  }
  for (parquet_encoding const how : target.page_encodings) {
    if (how == parquet_encoding::byte_stream_split || how == parquet_encoding::delta_length_byte_array) {
      return no(
          fmt::format("its documentation does not name {} among what it reads of Parquet",
                      how == parquet_encoding::byte_stream_split ? "BYTE_STREAM_SPLIT" : "DELTA_LENGTH_BYTE_ARRAY"),
          "leave the encodings to the profile");
    }
  }
  return {};
}

COPYTO_COLD bool load_job::header_of(std::size_t file) const {
  return csv() &&
         (dialect().header == csv_header::every_file || (dialect().header == csv_header::first_file && file == 0));
}

COPYTO_COLD std::string load_job::directory() const {
  std::string first = uri(done.files.front());
  std::size_t shared = first.rfind('/') + 1;
  for (file_report const& file : done.files) {
    std::string const other = uri(file);
    while (other.compare(0, shared, first, 0, shared) != 0) {
      shared = first.rfind('/', shared - 2) + 1;
    }
  }
  return first.substr(0, shared);
}

/// The partition of a file. Names of files may have folders before and behind `{partition}`.
COPYTO_COLD load_folder folder_of(std::string_view file, std::string_view partition) {
  std::size_t const at = file.rfind(fmt::format("/{}/", partition)) + 1;
  return {.place = std::string(file.substr(0, at + partition.size() + 1)),
          .above = std::string(file.substr(0, at)),
          .keys = hive_split(partition)};
}

COPYTO_COLD std::vector<load_folder> load_job::folders() const {
  std::vector<load_folder> all;
  std::map<std::string, std::size_t, std::less<>> known; // folder: its place in `all`; a partition may have several
  for (std::size_t i = 0; i != done.files.size(); ++i) {
    file_report const& file = done.files[i];
    load_folder folder = in_paths().empty() ? load_folder{.place = directory()} : folder_of(uri(file), file.partition);
    auto const [at, fresh] = known.emplace(folder.place, all.size());
    if (fresh) {
      all.push_back(std::move(folder));
    }
    all[at->second].files.push_back(i);
  }
  return all;
}

COPYTO_COLD result<void> load_job::check_paths(std::initializer_list<kind> types) const {
  for (field const& f : in_paths()) {
    if (std::ranges::find(types, f.type.id) == types.end()) {
      return no(
          fmt::format("column `{}` is in the partitions' paths only, and it is not documented that its type, {}, is "
                      "taken from there",
                      f.name, describe(f)),
          "keep the columns of the partitions in the files, too");
    }
  }
  return {};
}

COPYTO_COLD result<void> load_job::check_plain_paths(load_folder const& folder, bool nulls) const {
  for (auto const& [name, value] : folder.keys) {
    bool const plain = value ? !value->empty() && hive_escape(*value) == *value : nulls;
    if (!plain || hive_escape(name) != name) {
      return no(fmt::format("partition `{}={}` is {} in its path, and it is not documented that it is taken from there",
                            hive_escape(name), value ? hive_escape(*value) : hive_null,
                            !value           ? "NULL"
                            : value->empty() ? "empty"
                                             : "percent-encoded"),
                "keep the columns of the partitions in the files, too");
    }
  }
  return {};
}

COPYTO_COLD std::string_view load_job::scheme() const {
  result<bucket_uri> const place = parse_bucket_uri(store.uri(""));
  return place ? place->scheme : std::string_view();
}

COPYTO_COLD std::string_view load_job::compression(std::string_view none, std::string_view gzip,
                                                   std::string_view zstd) const {
  codec_id const id = dialect().codec.id();
  return id == codec_id::gzip ? gzip : id == codec_id::zstd ? zstd : none;
}

COPYTO_COLD error load_job::no(std::string why, std::string advice) const {
  return error({.code = errc::unsupported,
                .message = fmt::format("{} cannot load this: {}", engine, why),
                .advice = std::move(advice)});
}

COPYTO_COLD error load_job::no_type(std::size_t column) const {
  field const& f = rows()[column];
  constexpr kind other[] = {kind::uint8, kind::uint16, kind::uint32,      kind::uint64,   kind::float16,
                            kind::uuid,  kind::json,   kind::enumeration, kind::interval, kind::time};
  bool const exact = !csv() && std::ranges::find(other, in_file(column).type.id) != std::end(other);
  return no(fmt::format("it has no type of which is documented that it holds column `{}`, {}, without loss", f.name,
                        describe(in_file(column))),
            exact ? "choose the portable readers" : "cast the column in the query");
}

COPYTO_COLD error load_job::no_name(field const& f, std::string_view why) const {
  return no(fmt::format("column `{}` cannot be called so there: {}", f.name, why),
            "give it another name, in SQL with AS");
}

COPYTO_COLD result<void> load_job::check_header_is_in_every_file() const {
  if (csv() && done.files.size() > 1 && dialect().header == csv_header::first_file) {
    return no("only the first of several files has a header", "let all have one, or none");
  }
  return {};
}

COPYTO_COLD result<void> load_job::check_header_is_one_line() const {
  for (field const& f : in_files()) {
    if (header_of(0) && f.name.find_first_of("\r\n") != f.name.npos) {
      return no(fmt::format("it skips one line for the header, and column `{}` makes it longer", f.name),
                "leave the header out, or give the column another name");
    }
  }
  return {};
}

COPYTO_COLD result<void> load_job::check_quotes_are_doubled() const {
  if (csv() && dialect().escape != dialect().quote) {
    return no("its quotes within quotes are doubled, and those in the files have another sign before them",
              "leave the escape sign out");
  }
  return {};
}

COPYTO_COLD result<void> load_job::check_null_text_is_no_value() const {
  if (!csv()) {
    return {};
  }
  std::string_view const null_text = dialect().null_text;
  for (field const& f : in_files()) {
    std::string_view const letters = pg::alphabet(f.type.id);
    bool const any =
        letters.empty() && !null_text.empty(); // text can be anything, and an empty one is told by its quotes
    if (any || (!null_text.empty() && null_text.find_first_not_of(letters) == null_text.npos)) {
      return no(fmt::format("it takes `{}` for NULL also where column `{}` has that text as a value, or may do so",
                            null_text, f.name),
                "leave the NULL text empty, or export Parquet");
    }
  }
  return {};
}

COPYTO_COLD result<void> load_job::check_no_empty_lines() const {
  if (csv() && in_files().size() == 1 && in_files().front().optional && dialect().null_text.empty()) {
    return no_empty_lines();
  }
  return check_no_empty_texts();
}

COPYTO_COLD result<void> load_job::check_no_empty_texts() const {
  if (!csv() || in_files().size() != 1) {
    return {};
  }
  field const& f = in_files().front();
  bool const quoted = dialect().quotes == csv_quotes::all ||
                      (dialect().quotes == csv_quotes::non_numeric && is_text(f.type.id)) ||
                      std::ranges::find(dialect().force_quote, f.name) != dialect().force_quote.end();
  return is_text(f.type.id) && !dialect().null_text.empty() && !quoted ? no_empty_lines() : result<void>();
}

COPYTO_COLD error load_job::no_empty_lines() const {
  return no("rows of one column may be empty lines, which it skips, or may skip",
            "select a second column, or export Parquet");
}

COPYTO_COLD result<void> load_job::check_names_differ() const {
  std::set<std::string> seen;
  for (field const& f : rows()) {
    std::string name(f.name);
    std::ranges::transform(name, name.begin(), ascii::to_lower);
    if (!seen.insert(std::move(name)).second) {
      return no_name(f, "another one's name differs in case only");
    }
  }
  return {};
}

/// A node, and what a rule has against it.
struct odd_node {
  std::string path;
  field const& in_file;
  std::string_view why;
};

inline std::optional<odd_node> find_odd_node(load_job const& job, node_rule rule, field const& row,
                                             field const& in_file, std::string const& path) {
  if (std::string_view const why = rule(job, row, in_file); !why.empty()) {
    return odd_node{path, in_file, why};
  }
  bool const names = job.csv() && row.type.id == kind::map; // keys are the names of a JSON object
  for (std::size_t i = names ? 1 : 0; i != row.node_count; ++i) {
    std::string const step = row.type.id == kind::structure ? "." + std::string(row.nodes[i].name)
                             : row.type.id == kind::list    ? "[]"
                             : i == 0                       ? "[].key"
                                                            : "[].value";
    if (std::optional<odd_node> odd = find_odd_node(job, rule, row.nodes[i], in_file.nodes[i], path + step)) {
      return odd;
    }
  }
  return std::nullopt;
}

COPYTO_COLD result<void> load_job::check_nodes(node_rule why, std::string_view advice) const {
  for (std::size_t i = 0; i != rows().size(); ++i) {
    field const& f = rows()[i];
    if (!is_nested(f.type.id)) {
      continue;
    }
    if (std::optional<odd_node> const odd = find_odd_node(*this, why, f, in_file(i), std::string(f.name))) {
      return no(
          fmt::format("`{}` of the nested column `{}` is {}: {}", odd->path, f.name, describe(odd->in_file), odd->why),
          std::string(advice));
    }
  }
  return {};
}

COPYTO_COLD result<void> load_job::check_names_fit(std::size_t most) const {
  for (field const& f : rows()) {
    if (f.name.size() > most) {
      return no_name(f, fmt::format("it is longer than {} bytes", most));
    }
  }
  for (table_part const& part : table) {
    if (part.text.size() > most) {
      return no(fmt::format("the table's name `{}` is longer than {} bytes", part.text, most), "choose a shorter one");
    }
  }
  return {};
}

COPYTO_COLD std::string sql_create_table(load_job const& job, std::string_view table,
                                         std::span<std::string const> names, std::span<std::string const> types,
                                         std::optional<std::string_view> bare, std::size_t required) {
  std::string sql = fmt::format("CREATE TABLE IF NOT EXISTS {} (\n", table);
  for (std::size_t i = 0; i != names.size(); ++i) {
    bool const may_be_null = job.rows()[i].optional || (bare && types[i].starts_with(*bare)) || i >= required;
    sql += fmt::format("  {} {}{}{}\n", names[i], types[i], may_be_null ? "" : " NOT NULL",
                       i + 1 == names.size() ? "" : ",");
  }
  return sql + ");\n";
}

} // namespace copyto::detail

#endif
