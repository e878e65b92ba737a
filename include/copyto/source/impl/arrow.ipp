// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_ARROW_IPP
#define COPYTO_SOURCE_IMPL_ARROW_IPP

#include <copyto/source/arrow.hpp>

#include <copyto/core/detail/bits.hpp>
#include <copyto/source/arrow/detail/column.hpp>
#include <copyto/source/arrow/detail/owned.hpp>
#include <copyto/source/arrow/detail/type.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace copyto {

namespace detail {

/// A stream, and the array of it whose rows are being handed on.
///
///     no array ── get_next ──► array, rows left ── fill ──► array, no rows left ── next fill ──► no array
///         └─────── get_next: the end ──► ended
///
/// An array is kept as long as a batch that borrows from it.
class arrow_session {
public:
  explicit arrow_session(arrow_owned<ArrowArrayStream> stream) noexcept : stream_(std::move(stream)) {}
  explicit arrow_session(arrow_owned<ArrowArray> only) : only_(std::move(only)) {}

  [[nodiscard]] result<void> read_schema();
  [[nodiscard]] result<void> set_schema(ArrowSchema const& schema);
  [[nodiscard]] schema_view schema() const noexcept { return columns_->schema; }
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token const& stop);

private:
  [[nodiscard]] error failed(std::string_view what, int code);
  [[nodiscard]] result<void> next_array();
  [[nodiscard]] result<void> take_array(arrow_owned<ArrowArray> array);

  /// An array, and what was made of it where it has another form than a batch.
  struct chunk {
    std::shared_ptr<arrow_columns const> columns; ///< which the arrays refer to
    arrow_owned<ArrowArray> array;
    std::vector<arrow_column> arrays = {};
  };

  arrow_owned<ArrowArrayStream> stream_;
  arrow_owned<ArrowArray> only_; ///< where there is no stream
  std::shared_ptr<arrow_columns const> columns_;
  std::shared_ptr<chunk> chunk_;
  bool ended_ = false;
  std::size_t at_ = 0;     ///< rows of the array that have been handed on
  std::uint64_t rows_ = 0; ///< of the arrays before this one
};

/// The producer's words, which are gone with its next call.
COPYTO_COLD error arrow_session::failed(std::string_view what, int code) {
  char const* const words = stream_->get_last_error == nullptr ? nullptr : stream_->get_last_error(&*stream_);
  return error({.code = errc::source_failed,
                .message = fmt::format(
                    "{}: {}", what, words != nullptr && *words != '\0' ? words : std::generic_category().message(code)),
                .advice = "see what the producer of the stream says"});
}

COPYTO_COLD result<void> arrow_session::read_schema() {
  if (stream_.empty() || stream_->get_schema == nullptr || stream_->get_next == nullptr) {
    return error({.code = errc::invalid_argument,
                  .message = "an Arrow stream has been released, or lacks a callback",
                  .advice = "hand over a stream that nobody has taken"});
  }
  arrow_owned<ArrowSchema> schema;
  if (int const code = stream_->get_schema(&*stream_, schema.out()); code != 0) {
    return failed("an Arrow stream has no schema", code);
  }
  return set_schema(*schema);
}

COPYTO_COLD result<void> arrow_session::set_schema(ArrowSchema const& schema) {
  result<arrow_columns> columns = read_arrow_schema(schema);
  if (!columns) {
    return columns.error();
  }
  columns_ = std::make_shared<arrow_columns const>(*std::move(columns));
  return {};
}

/// The next array, or the end.
COPYTO_DECL result<void> arrow_session::next_array() {
  rows_ += chunk_ == nullptr ? 0 : static_cast<std::uint64_t>(chunk_->array->length);
  at_ = 0;
  arrow_owned<ArrowArray> array = std::move(only_);
  if (!stream_.empty()) {
    if (chunk_.use_count() == 1) {
      chunk_->array.reset(); // before the producer makes another
    }
    if (int const code = stream_->get_next(&*stream_, array.out()); code != 0) {
      return failed(fmt::format("an Arrow stream failed behind row {}", rows_), code);
    }
  }
  ended_ = array.empty();
  return ended_ ? result<void>() : take_array(std::move(array));
}

COPYTO_DECL result<void> arrow_session::take_array(arrow_owned<ArrowArray> array) {
  if (chunk_.use_count() != 1) { // a batch that others read has the last
    chunk_ = std::make_shared<chunk>(chunk{.columns = columns_, .array = {}});
    for (arrow_node const& node : columns_->nodes) {
      chunk_->arrays.emplace_back(node);
    }
  }
  chunk_->array = std::move(array);
  ArrowArray const& a = *chunk_->array;
  std::vector<arrow_column>& arrays = chunk_->arrays;
  auto const broken = [](std::string_view why) {
    return error({.code = errc::source_failed,
                  .message = fmt::format("a record batch of an Arrow stream breaks its specification: {}", why),
                  .advice = "report it to the producer of the stream"});
  };
  if (a.length < 0 || a.offset < 0 || a.offset > std::numeric_limits<std::int64_t>::max() / 2 ||
      a.length > std::numeric_limits<std::int64_t>::max() / 2 ||
      a.n_children != static_cast<std::int64_t>(arrays.size()) || (a.n_children != 0 && a.children == nullptr)) {
    return broken("another number of columns than its schema, or a length out of range");
  }
  bool const may_be_null = a.null_count != 0 && a.n_buffers > 0 && a.buffers != nullptr && a.buffers[0] != nullptr;
  if (may_be_null && count_bits(static_cast<std::uint8_t const*>(a.buffers[0]), static_cast<std::size_t>(a.offset),
                                static_cast<std::size_t>(a.length)) != static_cast<std::size_t>(a.length)) {
    return broken("a row that is NULL");
  }
  for (std::size_t i = 0; i != arrays.size(); ++i) {
    if (a.children[i] == nullptr || a.children[i]->length < a.offset + a.length) {
      return broken("a column that is missing, or has too few rows").with([&](error_info& info) {
        info.column = columns_->nodes[i].path;
      });
    }
    // What is before and behind the rows is not looked at.
    auto const first = static_cast<std::size_t>(a.offset);
    result<void> taken = arrays[i].take(arrow_part(*a.children[i], first, first + static_cast<std::size_t>(a.length)));
    bool const as_rows = taken.has_value(); // the slots of a column are rows; those below it are not
    taken = taken ? arrays[i].check_required() : taken;
    taken = taken ? arrays[i].check_values() : taken;
    if (!taken) {
      return taken.error().with([&](error_info& info) {
        bool const is_row = info.row && (as_rows || info.column == columns_->nodes[i].path);
        info.row = is_row ? std::optional(rows_ + *info.row + 1) : std::nullopt;
      });
    }
  }
  return {};
}

/// About the bytes of some slots.
COPYTO_DECL std::size_t arrow_bytes(column_view const& v, std::size_t first, std::size_t count) {
  if (count == 0) {
    return 0;
  }
  std::size_t bytes = count / 8 + count * value_width(v.type->type);
  switch (v.type->type.id) {
  case kind::structure:
    for (std::size_t i = 0; i != v.type->node_count; ++i) {
      bytes += arrow_bytes(v.member(i), first, count);
    }
    return bytes;
  case kind::list:
  case kind::map: {
    std::size_t const from = v.range(first).first;
    std::size_t const to = v.range(first + count - 1).second;
    for (std::size_t i = 0; i != v.type->node_count; ++i) {
      bytes += arrow_bytes(v.children[i], from, to - from);
    }
    return bytes + 4 * count;
  }
  default:
    if (v.form == bytes_form::offsets32 || v.form == bytes_form::offsets64) {
      std::string_view const last = v.bytes(first + count - 1);
      return bytes + 8 * count + static_cast<std::size_t>(last.data() + last.size() - v.bytes(first).data());
    }
    if (v.form == bytes_form::views) {
      bytes += 2 * sizeof(std::string_view) * count;
      for (std::size_t i = first; i != first + count; ++i) {
        bytes += v.values == nullptr || v.is_null(i) ? 0 : v.bytes(i).size();
      }
    }
    return bytes;
  }
}

COPYTO_DECL result<fill_status> arrow_session::fill(batch& rows, std::stop_token const& stop) {
  while (!ended_ && (chunk_ == nullptr || at_ == static_cast<std::size_t>(chunk_->array->length))) {
    if (stop.stop_requested()) {
      return error(errc::stopped, "a stop was requested");
    }
    if (result<void> next = next_array(); !next) {
      return next.error();
    }
  }
  if (ended_) {
    chunk_.reset();
    rows.borrowed(0);
    return fill_status::end;
  }
  ArrowArray const& a = *chunk_->array;
  std::size_t const count = std::min(rows.capacity(), static_cast<std::size_t>(a.length) - at_);
  std::size_t const first = at_;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i != chunk_->arrays.size(); ++i) {
    column_view v = chunk_->arrays[i].view();
    std::optional<std::size_t> const shared = chunk_->arrays[i].shared_bytes();
    std::size_t const own = arrow_bytes(v, first, count);
    bytes += shared ? std::min(own, *shared + 2 * sizeof(std::string_view) * count) : own;
    v.offset += first;
    v.length = count;
    v.null_count = v.validity == nullptr ? 0 : count - count_bits(v.validity, v.offset, count);
    rows.borrow(i, v);
  }
  rows.borrowed(count, chunk_, bytes);
  at_ += count;
  return fill_status::more;
}

} // namespace detail

COPYTO_COLD result<arrow_source> arrow_source::open(ArrowArrayStream& stream) {
  auto session = std::make_unique<detail::arrow_session>(detail::arrow_owned<ArrowArrayStream>(stream));
  if (result<void> read = session->read_schema(); !read) {
    return read.error();
  }
  return arrow_source(std::move(session));
}

COPYTO_COLD result<arrow_source> arrow_source::open(ArrowSchema& schema, ArrowArray& array) {
  detail::arrow_owned<ArrowSchema> const of(schema);
  detail::arrow_owned<ArrowArray> only(array);
  if (of.empty() || only.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = "an Arrow array or its schema has been released",
                  .advice = "hand over a record batch that nobody has taken"});
  }
  auto session = std::make_unique<detail::arrow_session>(std::move(only));
  if (result<void> read = session->set_schema(*of); !read) {
    return read.error();
  }
  return arrow_source(std::move(session));
}

COPYTO_COLD arrow_source::arrow_source(std::unique_ptr<detail::arrow_session> session) noexcept
    : session_(std::move(session)) {}
COPYTO_COLD arrow_source::arrow_source(arrow_source&&) noexcept = default;
COPYTO_COLD arrow_source& arrow_source::operator=(arrow_source&&) noexcept = default;
COPYTO_COLD arrow_source::~arrow_source() = default;

COPYTO_COLD schema_view arrow_source::schema() const noexcept { return session_->schema(); }
COPYTO_DECL result<fill_status> arrow_source::fill(batch& rows, std::stop_token const& stop) {
  return session_->fill(rows, stop);
}

} // namespace copyto

#endif
