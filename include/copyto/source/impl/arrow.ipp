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
/// An array is kept until the fill behind the one that took its last rows, since a batch borrows from it.
class arrow_session {
public:
  explicit arrow_session(arrow_owned<ArrowArrayStream> stream) noexcept : stream_(std::move(stream)) {}
  explicit arrow_session(arrow_owned<ArrowArray> only) noexcept : array_(std::move(only)), fresh_(true) {}

  [[nodiscard]] result<void> read_schema();
  [[nodiscard]] result<void> set_schema(ArrowSchema const& schema);
  [[nodiscard]] schema_view schema() const noexcept { return columns_.schema; }
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token const& stop);

private:
  [[nodiscard]] error failed(std::string_view what, int code);
  [[nodiscard]] result<void> next_array();
  [[nodiscard]] result<void> take_array();

  arrow_owned<ArrowArrayStream> stream_;
  arrow_owned<ArrowArray> array_; ///< outlived by the views, which are made anew with each
  arrow_columns columns_;
  std::vector<arrow_column> arrays_;
  bool fresh_ = false; ///< the array has not been looked at
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
  columns_ = *std::move(columns);
  for (arrow_node const& node : columns_.nodes) {
    arrays_.emplace_back(node);
  }
  return {};
}

/// The next array, or the end.
COPYTO_DECL result<void> arrow_session::next_array() {
  rows_ += array_.empty() ? 0 : static_cast<std::uint64_t>(array_->length);
  array_.reset();
  at_ = 0;
  if (stream_.empty()) {
    ended_ = true;
    return {};
  }
  if (int const code = stream_->get_next(&*stream_, array_.out()); code != 0) {
    return failed(fmt::format("an Arrow stream failed behind row {}", rows_), code);
  }
  ended_ = array_.empty();
  fresh_ = !ended_;
  return {};
}

COPYTO_DECL result<void> arrow_session::take_array() {
  fresh_ = false;
  ArrowArray const& a = *array_;
  auto const broken = [](std::string_view why) {
    return error({.code = errc::source_failed,
                  .message = fmt::format("a record batch of an Arrow stream breaks its specification: {}", why),
                  .advice = "report it to the producer of the stream"});
  };
  if (a.length < 0 || a.offset < 0 || a.n_children != static_cast<std::int64_t>(arrays_.size()) ||
      (a.n_children != 0 && a.children == nullptr)) {
    return broken("another number of columns than its schema, or a length out of range");
  }
  bool const may_be_null = a.null_count != 0 && a.n_buffers > 0 && a.buffers != nullptr && a.buffers[0] != nullptr;
  if (may_be_null && count_bits(static_cast<std::uint8_t const*>(a.buffers[0]), static_cast<std::size_t>(a.offset),
                                static_cast<std::size_t>(a.length)) != static_cast<std::size_t>(a.length)) {
    return broken("a row that is NULL");
  }
  for (std::size_t i = 0; i != arrays_.size(); ++i) {
    if (a.children[i] == nullptr || a.children[i]->length < a.offset + a.length) {
      return broken("a column that is missing, or has too few rows").with([&](error_info& info) {
        info.column = columns_.nodes[i].path;
      });
    }
    result<void> taken = arrays_[i].take(*a.children[i]);
    taken = taken ? arrays_[i].check_required() : taken;
    if (!taken) {
      return taken.error().with([&](error_info& info) {
        // The slots of a column are rows; those below it are not.
        bool const is_row = info.row && info.column == columns_.nodes[i].path;
        info.row = is_row ? std::optional(rows_ + *info.row - static_cast<std::uint64_t>(a.offset) + 1) : std::nullopt;
      });
    }
  }
  return {};
}

COPYTO_DECL result<fill_status> arrow_session::fill(batch& rows, std::stop_token const& stop) {
  while (!ended_ && (array_.empty() || (!fresh_ && at_ == static_cast<std::size_t>(array_->length)))) {
    if (stop.stop_requested()) {
      return error(errc::stopped, "a stop was requested");
    }
    if (result<void> next = next_array(); !next) {
      return next.error();
    }
    if (result<void> taken = fresh_ ? take_array() : result<void>(); !taken) {
      return taken.error();
    }
  }
  if (result<void> taken = fresh_ ? take_array() : result<void>(); !taken) { // one that was given
    return taken.error();
  }
  if (ended_) {
    rows.borrowed(0);
    return fill_status::end;
  }
  std::size_t const count = std::min(rows.capacity(), static_cast<std::size_t>(array_->length) - at_);
  for (std::size_t i = 0; i != arrays_.size(); ++i) {
    column_view v = arrays_[i].view();
    v.offset += static_cast<std::size_t>(array_->offset) + at_;
    v.length = count;
    v.null_count = v.validity == nullptr ? 0 : count - count_bits(v.validity, v.offset, count);
    rows.borrow(i, v);
  }
  rows.borrowed(count);
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
