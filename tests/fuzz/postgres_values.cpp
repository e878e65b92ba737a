// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: PostgreSQL's rows in binary, and its text of each type, become values or are told to be none; arrays, composite
// types and hstore among them.
#include "fuzz.hpp"

#include <copyto/source/postgres/detail/copy_format.hpp>
#include <copyto/source/postgres/detail/copy_options.hpp>
#include <copyto/source/postgres/detail/sql.hpp>
#include <copyto/source/postgres/detail/text_values.hpp>
#include <copyto/source/postgres/detail/values.hpp>

#include <string>
#include <vector>

namespace {

namespace pg = copyto::detail;

/// oids of pg_type.dat, with a type modifier.
constexpr std::pair<std::uint32_t, std::int32_t> types[] = {{16, -1},
                                                            {21, -1},
                                                            {23, -1},
                                                            {20, -1},
                                                            {26, -1},
                                                            {700, -1},
                                                            {701, -1},
                                                            {1700, -1},
                                                            {1700, ((9 << 16) | 2) + 4},
                                                            {17, -1},
                                                            {2950, -1},
                                                            {1082, -1},
                                                            {1083, -1},
                                                            {1114, -1},
                                                            {1184, -1},
                                                            {1186, -1},
                                                            {25, -1},
                                                            {3802, -1},
                                                            {1700, ((38 << 16) | 10) + 4},
                                                            {114, -1}};

constexpr copyto::field number{.name = "element", .type = {.id = copyto::kind::int32}, .optional = true};
constexpr copyto::field list{
    .name = "codes", .type = {.id = copyto::kind::list}, .optional = true, .nodes = &number, .node_count = 1};
constexpr copyto::field text{.name = "note", .type = {.id = copyto::kind::string}, .optional = true};
constexpr copyto::field members[] = {text, list};
constexpr copyto::field row{
    .name = "element", .type = {.id = copyto::kind::structure}, .optional = true, .nodes = members, .node_count = 2};
constexpr copyto::field pairs[] = {{.name = "key", .type = {.id = copyto::kind::string}}, text};

/// Nested columns: text[] of two dimensions, an array of a composite type with an array in it, hstore.
void add_nested(std::uint8_t which, std::vector<pg::pg_column>& columns, std::vector<copyto::field>& fields) {
  auto const plain = [](std::uint32_t oid) { return pg::pg_column_of(oid, -1, false, copyto::postgres_decimal{}); };
  pg::pg_column const codes{.name = "codes",
                            .type = {.id = copyto::kind::list},
                            .form = pg::pg_form::array,
                            .oid = 1007,
                            .members = {plain(23)},
                            .dimensions = 1};
  switch (which % 3) {
  case 0: {
    static constexpr copyto::field inner{
        .name = "element", .type = {.id = copyto::kind::list}, .nodes = &number, .node_count = 1};
    columns.push_back(codes);
    columns.back().dimensions = 2;
    fields.push_back(
        {.name = "square", .type = {.id = copyto::kind::list}, .optional = true, .nodes = &inner, .node_count = 1});
    break;
  }
  case 1: {
    pg::pg_column composite{.type = {.id = copyto::kind::structure},
                            .form = pg::pg_form::composite,
                            .oid = 20'000,
                            .members = {plain(25), codes}};
    composite.members[0].name = "note";
    columns.push_back({.type = {.id = copyto::kind::list},
                       .form = pg::pg_form::array,
                       .oid = 20'001,
                       .members = {composite},
                       .dimensions = 1});
    fields.push_back(
        {.name = "rows", .type = {.id = copyto::kind::list}, .optional = true, .nodes = &row, .node_count = 1});
    break;
  }
  default:
    columns.push_back({.type = {.id = copyto::kind::map},
                       .form = pg::pg_form::hstore,
                       .oid = 20'002,
                       .members = {plain(25), plain(25)}});
    fields.push_back(
        {.name = "map", .type = {.id = copyto::kind::map}, .optional = true, .nodes = pairs, .node_count = 2});
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  input in(data, size);
  std::vector<pg::pg_column> columns;
  std::vector<copyto::field> fields;
  for (std::uint8_t n = 1 + in.byte() % 4; n != 0; --n) {
    std::uint8_t const type = in.byte() % (std::size(types) + 12);
    if (type >= std::size(types)) {
      add_nested(type, columns, fields);
      columns.back().name = "c" + std::to_string(columns.size());
      continue;
    }
    auto const [oid, modifier] = types[type];
    columns.push_back(pg::pg_column_of(oid, modifier, false, copyto::postgres_decimal{}));
    fields.push_back({.name = "", .type = columns.back().type, .optional = true});
    columns.back().name = "c" + std::to_string(columns.size());
  }
  std::string_view const text = in.rest();
  (void)pg::pg_copy_header(text);
  copyto::batch rows(fields, 16);
  if (!text.empty()) {
    pg::pg_row const row = pg::pg_append_row(rows, columns, text);
    must(row.is != pg::pg_row::outcome::appended || row.size <= text.size());
    must(row.is != pg::pg_row::outcome::misfit || row.column < columns.size());
    if (row.is == pg::pg_row::outcome::misfit) {
      must(!pg::pg_misfit_error(row.why, columns[row.column], row.value, true, 1).message().empty());
    }
  }
  std::string scratch;
  for (std::size_t i = 0; i != columns.size(); ++i) {
    rows.clear();
    pg::pg_misfit const text_fits = pg::pg_append_text(rows.buffer(i), columns[i], text, scratch);
    if (text_fits != pg::pg_misfit::none) {
      must(!pg::pg_misfit_error(text_fits, columns[i], text, false, 1).message().empty());
    }
    rows.clear();
    pg::pg_blame blame;
    pg::pg_misfit const fits = pg::pg_append_binary(rows.buffer(i), columns[i], text, blame);
    if (fits != pg::pg_misfit::none) {
      must(!pg::pg_misfit_error(fits, columns[i], text, true, 1).message().empty());
    }
  }
  (void)pg::pg_read_copy_options(text);
  must(pg::pg_skip_blanks(text, 0) <= text.size());
  (void)pg::pg_folded(text);
  return 0;
}
