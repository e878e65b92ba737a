// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_TOPIC_ROWS_IPP
#define COPYTO_TOPIC_IMPL_TOPIC_ROWS_IPP

#include <copyto/topic/detail/topic_rows.hpp>

#include <copyto/schema/check.hpp>
#include <copyto/schema/detail/json_value.hpp>
#include <copyto/schema/detail/value_text.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/topic/partition_hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iterator>
#include <numeric>
#include <string_view>
#include <utility>

namespace copyto::detail {

COPYTO_COLD topic_rows::snapshot_row::snapshot_row(schema_view rows)
    : fields{field{.name = "before",
                   .type = {.id = kind::structure},
                   .optional = true,
                   .nodes = rows.data(),
                   .node_count = static_cast<std::uint32_t>(rows.size())},
             field{.name = "after",
                   .type = {.id = kind::structure},
                   .optional = true,
                   .nodes = rows.data(),
                   .node_count = static_cast<std::uint32_t>(rows.size())},
             field{.name = "op", .type = {.id = kind::string}}, field{.name = "ts_ms", .type = {.id = kind::int64}}},
      around(fields, 0) {}

COPYTO_DECL void topic_rows::snapshot_row::take(batch const& rows, std::int64_t started) {
  std::size_t const n = rows.rows();
  columns.clear();
  for (std::size_t i = 0; i != rows.schema().size(); ++i) {
    columns.push_back(rows.column(i));
  }
  if (op.size() < n) {
    op.resize(n, "r");
    millis.resize(n, started);
    nothing.resize(n / 8 + 1, 0);
  }
  column_view whole{.type = &fields[1], .length = n, .children = columns.data()};
  around.borrow(1, whole);
  whole.type = fields.data();
  whole.null_count = n;
  whole.validity = nothing.data();
  around.borrow(0, whole);
  around.borrow(2, {.type = &fields[2], .length = n, .values = op.data(), .form = bytes_form::views});
  around.borrow(3, {.type = &fields[3], .length = n, .values = millis.data()});
  around.borrowed(n);
}

COPYTO_COLD topic_rows::topic_rows(schema_view fields, any_records value, any_records key, topic_options const& options)
    : fields_(fields), value_(std::move(value)), key_(std::move(key)), options_(options) {}

COPYTO_COLD error refuse_topic(std::string message, std::string_view column, std::string advice) {
  return error({.code = errc::invalid_argument,
                .message = std::move(message),
                .column = std::string(column),
                .advice = std::move(advice)});
}

COPYTO_COLD result<std::size_t> topic_rows::column_of(std::string_view name, std::string_view option) const {
  auto const at = std::ranges::find(fields_, name, &field::name);
  if (at == fields_.end()) {
    std::vector<std::string_view> names;
    std::ranges::transform(fields_, std::back_inserter(names), &field::name);
    return refuse_topic(
        fmt::format("topic_options::{} names a column that the rows do not have", option), name,
        fmt::format("correct the name, or give the query such a column; it has {}", fmt::join(names, ", ")));
  }
  return static_cast<std::size_t>(at - fields_.begin());
}

COPYTO_COLD result<void> topic_rows::begin() {
  if (schema_fault const fault = copyto::check(fields_); fault.rule != schema_rule::ok) {
    return refuse_topic(std::string(to_string(fault.rule)), fields_.empty() ? "" : fields_[fault.column].name,
                        "correct the schema of the source");
  }
  bool const upsert = options_.envelope == topic_envelope::upsert;
  for (auto const& [names, columns, option] :
       {std::tuple(&options_.key, &key_columns_, "key"), std::tuple(&options_.headers, &header_columns_, "headers")}) {
    for (std::string const& name : *names) {
      result<std::size_t> const column = column_of(name, option);
      if (!column) {
        return column.error();
      }
      if (std::ranges::find(*columns, *column) != columns->end()) {
        return refuse_topic(fmt::format("topic_options::{} names a column twice", option), name, "leave one out");
      }
      columns->push_back(*column);
    }
  }
  if (upsert && key_columns_.empty()) {
    return refuse_topic("the upsert envelope needs a key, by which a record takes the place of earlier ones", "",
                        "name the columns of the key");
  }
  if (!options_.deleted.empty()) {
    result<std::size_t> const column = column_of(options_.deleted, "deleted");
    if (!column) {
      return column.error();
    }
    if (!upsert || fields_[*column].type.id != kind::boolean) {
      return refuse_topic(upsert ? "topic_options::deleted is no boolean column"
                                 : "topic_options::deleted is for the upsert envelope",
                          options_.deleted, "leave it out");
    }
    deleted_ = *column;
  }
  if (!options_.partition_by.empty()) {
    result<std::size_t> const column = column_of(options_.partition_by, "partition_by");
    if (!column) {
      return column.error();
    }
    kind const k = fields_[*column].type.id;
    if (k < kind::int8 || k > kind::uint64) {
      return refuse_topic("topic_options::partition_by is no integer column", options_.partition_by,
                          "give the query a column with the hash as an integer");
    }
    partition_column_ = *column;
  }
  started_ = std::chrono::duration_cast<std::chrono::milliseconds>(options_.now().time_since_epoch()).count();
  if (options_.envelope == topic_envelope::debezium) {
    snapshot_.emplace(fields_);
  }
  value_columns_.resize(value_fields().size());
  std::iota(value_columns_.begin(), value_columns_.end(), 0);
  std::erase_if(value_columns_, [&](std::size_t column) { return column == deleted_; });
  if (value_.takes_one_column() && value_columns_.size() > 1) { // what is told elsewhere is no part of the value
    std::erase_if(value_columns_, [&](std::size_t column) {
      return std::ranges::count(key_columns_, column) + std::ranges::count(header_columns_, column) != 0 ||
             column == partition_column_;
    });
  }
  for (auto const& [format, fields, columns] :
       {std::tuple(&value_, value_fields(), &value_columns_), std::tuple(&key_, fields_, &key_columns_)}) {
    for (std::size_t const column : *columns) {
      if (!format->supports(fields[column])) {
        return error(
            {.code = errc::unsupported,
             .message = fmt::format("records of {} have no form for {}", format->name(), describe(fields[column])),
             .column = std::string(fields[column].name),
             .advice = "cast it in the query, or choose another format"});
      }
    }
    result<void> begun = columns->empty() ? result<void>() : format->begin(fields, *columns);
    if (!begun) {
      return begun;
    }
  }
  headers_.resize(header_columns_.size());
  header_ends_.resize(header_columns_.size());
  return {};
}

COPYTO_DECL void topic_rows::take(batch const& rows) {
  rows_ = &rows;
  if (snapshot_) {
    snapshot_->take(rows, started_);
  }
}

COPYTO_DECL result<void> topic_rows::add_headers(std::size_t row) {
  header_bytes_.clear();
  for (std::size_t i = 0; i != headers_.size(); ++i) {
    column_view const& v = rows_->column(header_columns_[i]);
    kind const k = v.type->type.id;
    if (!v.is_null(row)) {
      if (is_bytes(k) || k == kind::fixed_binary) {
        header_bytes_.append(v.bytes(row));
      } else if (is_nested(k)) {
        if (auto const fault = append_json(header_bytes_, v, row)) {
          return error({.code = errc::value_out_of_range,
                        .message = std::string(fault->why),
                        .row = row,
                        .column = std::string(v.type->name) + fault->path});
        }
      } else {
        char text[pg::max_text];
        char const* const end = pg::put_value(text, v, row);
        if (end == nullptr) {
          return error({.code = errc::value_out_of_range,
                        .message = "a value lies outside the range of its type",
                        .row = row,
                        .column = std::string(v.type->name)});
        }
        header_bytes_.append(std::string_view(text, static_cast<std::size_t>(end - text)));
      }
    }
    header_ends_[i] = header_bytes_.size();
  }
  for (std::size_t i = 0, from = 0; i != headers_.size(); from = header_ends_[i++]) {
    column_view const& v = rows_->column(header_columns_[i]);
    headers_[i] = {.name = v.type->name,
                   .value = v.is_null(row) ? std::optional<bytes_view>()
                                           : bytes_view(header_bytes_.data() + from, header_ends_[i] - from)};
  }
  return {};
}

COPYTO_DECL result<std::int32_t> topic_rows::partition(std::size_t row, std::int32_t partitions,
                                                       std::optional<bytes_view> key) const {
  if (!partition_column_) {
    return key ? partition_of(options_.hash, key->subspan(std::min(key_.frame_bytes(), key->size())), partitions) : 0;
  }
  column_view const& v = rows_->column(*partition_column_);
  if (v.is_null(row)) {
    return 0;
  }
  std::uint64_t hash = 0;
  std::int64_t number = 0;
  switch (v.type->type.id) {
  case kind::int8: number = v.data<std::int8_t>()[row]; break; // NOLINT(bugprone-signed-char-misuse): a number
  case kind::int16: number = v.data<std::int16_t>()[row]; break;
  case kind::int32: number = v.data<std::int32_t>()[row]; break;
  case kind::int64: number = v.data<std::int64_t>()[row]; break;
  case kind::uint8: hash = v.data<std::uint8_t>()[row]; break;
  case kind::uint16: hash = v.data<std::uint16_t>()[row]; break;
  case kind::uint32: hash = v.data<std::uint32_t>()[row]; break;
  default: hash = v.data<std::uint64_t>()[row]; break;
  }
  if (number < 0) {
    return error({.code = errc::value_out_of_range,
                  .message = "the column that chooses the partition is negative",
                  .row = row,
                  .column = std::string(v.type->name),
                  .advice = "give the query an unsigned hash, or its absolute value"});
  }
  hash = number != 0 ? static_cast<std::uint64_t>(number) : hash;
  return static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(partitions));
}

COPYTO_DECL result<topic_record> topic_rows::make(std::size_t row, std::int32_t partitions) {
  topic_record made;
  bool const has_key = std::ranges::any_of(key_columns_, [&](std::size_t c) { return !rows_->column(c).is_null(row); });
  if (has_key) {
    key_bytes_.clear();
    if (result<void> done = key_.append(*rows_, row, key_bytes_); !done) {
      return done.error();
    }
    made.key = key_bytes_.view();
  } else if (options_.envelope == topic_envelope::upsert) {
    return error({.code = errc::value_out_of_range,
                  .message = "the key of a row is NULL, and the upsert envelope needs one",
                  .row = row,
                  .column = std::string(fields_[key_columns_.front()].name),
                  .advice = "leave such rows out in the query"});
  }
  bool const dead = deleted_ && !rows_->column(*deleted_).is_null(row) && rows_->column(*deleted_).bit(row);
  if (!dead) {
    value_bytes_.clear();
    if (result<void> done = value_.append(snapshot_ ? snapshot_->around : *rows_, row, value_bytes_); !done) {
      return done.error();
    }
    made.value = value_bytes_.view();
  }
  if (!headers_.empty()) {
    if (result<void> done = add_headers(row); !done) {
      return done.error();
    }
    made.headers = headers_;
  }
  result<std::int32_t> const at = partition(row, partitions, made.key);
  if (!at) {
    return at.error();
  }
  made.partition = *at;
  return made;
}

} // namespace copyto::detail

#endif
