// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_IMPL_CSV_IPP
#define COPYTO_ENCODE_IMPL_CSV_IPP

#include <copyto/encode/csv.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/schema/detail/json_value.hpp>
#include <copyto/schema/detail/value_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace copyto {

namespace detail {

/// Writes fields into the scratch memory of a `csv`. Functions take the position up to which it is filled and return the
/// new one, or nullptr if they could not go on: then `failed` holds the error, or nothing if the row is longer than the
/// scratch memory.
class csv_pen {
public:
  /// What happens when the scratch memory is full.
  enum class when_full {
    keep,  ///< the rows before the current one go to the sink, the current one stays
    count, ///< the text is counted and thrown away
    pass,  ///< the text goes to the sink
  };

  csv_pen(byte_buffer& scratch, byte_buffer& json, csv_quoting const& quoting, file_stream& file, sink& out) noexcept
      : begin_(reinterpret_cast<char*>(scratch.data())), end_(begin_ + scratch.capacity()), json_(json),
        quoting_(quoting), file_(file), out_(out) {}

  std::optional<error> failed;
  std::optional<error> warning; ///< of the first such value, with its row in the batch

  [[nodiscard]] char* begin() const noexcept { return begin_; }
  [[nodiscard]] char* row_start() const noexcept { return row_; }
  /// A row starts at `at`; `starts_file`: nothing precedes it in the file.
  void start_row(char* at, when_full mode, bool starts_file) noexcept {
    row_ = at;
    mode_ = mode;
    counted_ = 0;
    starts_file_ = starts_file;
  }
  /// In mode `count`, the length of the row that ends at `at`.
  [[nodiscard]] std::uint64_t counted(char* at) const noexcept {
    return counted_ + static_cast<std::uint64_t>(at - begin_);
  }
  /// Gives everything up to `at` to the sink.
  [[nodiscard]] bool flush(char* at) {
    if (at != begin_) {
      if (result<void> sent = file_.write({begin_, static_cast<std::size_t>(at - begin_)}, out_); !sent) {
        failed = sent.error();
        return false;
      }
    }
    return true;
  }
  /// Compresses everything up to `at`, where a row of `size` bytes starts that stays. Returns where it starts then.
  char* squeeze(char* at, std::size_t size) {
    result<void> sent = flush(at) ? file_.flush(out_) : result<void>(*failed);
    if (!sent) {
      failed = sent.error();
      return nullptr;
    }
    std::memmove(begin_, at, size);
    return begin_;
  }

  /// Row `i` with its line feed.
  char* row(char* at, batch const& rows, std::size_t i, std::vector<csv_column> const& how) {
    csv_options const& options = quoting_.options();
    std::size_t const columns = rows.schema().size();
    for (std::size_t c = 0; c != columns; ++c) {
      at = room(at, pg::max_text + 1);
      if (at == nullptr) {
        return nullptr;
      }
      if (c != 0) {
        *at++ = options.delimiter;
      }
      column_view const& column = rows.column(c);
      if (column.is_null(i)) {
        at = raw(at, options.null_text);
      } else {
        at = value(at, column, i, how[c]);
      }
      starts_file_ = false;
      if (at == nullptr) {
        return unquotable_ ? refuse(*column.type, i, "a value needs quotes, and the CSV option \"quotes\" is never",
                                    "allow quotes, or choose another delimiter or null_text")
                           : nullptr;
      }
    }
    return line_end(at);
  }
  char* header(char* at, schema_view fields) {
    for (std::size_t c = 0; c != fields.size(); ++c) {
      at = c == 0 ? at : raw(at, std::string_view(&quoting_.options().delimiter, 1));
      at = at == nullptr ? nullptr : text(at, fields[c].name);
      starts_file_ = false;
      if (at == nullptr) {
        return nullptr;
      }
    }
    return line_end(at);
  }

private:
  char* room(char* at, std::size_t size) {
    return static_cast<std::size_t>(end_ - at) >= size ? at : more_room(at, size);
  }
  /// `size` is far smaller than the scratch memory.
  char* more_room(char* at, std::size_t size) {
    if (mode_ == when_full::count) {
      counted_ += static_cast<std::uint64_t>(at - begin_);
      return begin_;
    }
    if (mode_ == when_full::pass) {
      return flush(at) ? begin_ : nullptr;
    }
    auto const started = static_cast<std::size_t>(at - row_);
    if (started + size > static_cast<std::size_t>(end_ - begin_) || !flush(row_)) {
      return nullptr;
    }
    std::memmove(begin_, row_, started);
    row_ = begin_;
    return begin_ + started;
  }
  char* line_end(char* at) {
    at = room(at, 1);
    if (at != nullptr) {
      *at++ = '\n';
    }
    return at;
  }
  /// Text of any length as it is.
  char* raw(char* at, std::string_view text) {
    while (static_cast<std::size_t>(end_ - at) < text.size()) {
      auto const part = static_cast<std::size_t>(end_ - at);
      text.copy(at, part);
      text.remove_prefix(part);
      at = more_room(at + part, 1);
      if (at == nullptr) {
        return nullptr;
      }
    }
    text.copy(at, text.size());
    return at + text.size();
  }
  /// What stands between quotes.
  char* escaped(char* at, std::string_view text) {
    for (;;) {
      std::size_t const run = quoting_.find_escaped(text);
      at = raw(at, text.substr(0, run));
      if (run == text.size() || at == nullptr) {
        return at;
      }
      at = room(at, 2);
      if (at == nullptr) {
        return nullptr;
      }
      *at++ = quoting_.options().escape;
      *at++ = text[run];
      text.remove_prefix(run + 1);
    }
  }
  char* quote(char* at) {
    at = room(at, 1);
    if (at != nullptr) {
      *at++ = quoting_.options().quote;
    }
    return at;
  }
  char* text(char* at, std::string_view field, csv_column how = csv_column::scanned) {
    return text(at, field, quoting_.scan(field), how);
  }
  char* text(char* at, std::string_view field, csv_findings found, csv_column how) {
    if (!quoting_.needed(field, found) && how != csv_column::quoted && !(starts_file_ && field.starts_with(bom))) {
      return raw(at, field);
    }
    if (!may_quote()) {
      return nullptr;
    }
    at = quote(at);
    at = at == nullptr ? nullptr : escaped(at, field);
    return at == nullptr ? nullptr : quote(at);
  }

  bool may_quote() noexcept {
    unquotable_ = quoting_.options().quotes == csv_quotes::never;
    return !unquotable_;
  }

  char* value(char* at, column_view const& column, std::size_t i, csv_column how) {
    switch (column.type->type.id) {
    case kind::string:
    case kind::json:
    case kind::enumeration: return checked(at, *column.type, i, column.bytes(i), how);
    case kind::binary:
    case kind::fixed_binary:
      return how == csv_column::plain ? hex(at, column.bytes(i)) : scanned_hex(at, column.bytes(i), how);
    case kind::list:
    case kind::structure:
    case kind::map: return nested(at, column, i, how);
    default: break;
    }
    if (how == csv_column::plain) { // the caller has made room
      char* const end = pg::put_value(at, column, i);
      return end != nullptr ? end : out_of_range(*column.type, i);
    }
    char field[pg::max_text];
    char const* const end = pg::put_value(field, column, i);
    return end != nullptr ? text(at, std::string_view(field, static_cast<std::size_t>(end - field)), how)
                          : out_of_range(*column.type, i);
  }

  /// A text that is not ours.
  char* checked(char* at, field const& f, std::size_t i, std::string_view value, csv_column how) {
    csv_findings const found = quoting_.scan(value);
    if (found.nul || (found.not_ascii && !valid_utf8(value))) {
      return refuse(
          f, i, found.nul ? "a text holds a NUL byte, which CSV readers take for its end" : "a text is not valid UTF-8",
          "make the column binary, or write Parquet");
    }
    if (found.special && !warning && quoting_.has_end_of_data(value)) {
      warning = error({.code = errc::value_out_of_range,
                       .message = std::string(csv_end_of_data),
                       .row = i,
                       .column = std::string(f.name),
                       .advice = "load the files with psql 18, or by a COPY that the server reads, or export Parquet"});
    }
    return text(at, value, found, how);
  }

  char* nested(char* at, column_view const& column, std::size_t i, csv_column how) {
    json_.clear();
    if (std::optional<json_fault> const fault = append_json(json_, column, i)) {
      return refuse(*column.type, i, fault->why, "correct it in the source, or write Parquet", fault->path);
    }
    at = checked(at, *column.type, i, as_text(json_.view()), how);
    if (json_.capacity() > MiB) { // of one large value
      json_.release();
    }
    return at;
  }

  char* hex(char* at, std::string_view bytes) {
    for (at = raw(at, "\\x"); at != nullptr && !bytes.empty();) {
      at = room(at, 2);
      if (at == nullptr) {
        return nullptr;
      }
      std::string_view const part = bytes.substr(0, static_cast<std::size_t>(end_ - at) / 2);
      at = pg::put_hex(at, part);
      bytes.remove_prefix(part.size());
    }
    return at;
  }
  /// The same where the digits may be special or make up the text of NULL, or are quoted in any case.
  char* scanned_hex(char* at, std::string_view bytes, csv_column how) {
    csv_findings found = quoting_.scan("\\x");
    std::string_view null_left = quoting_.options().null_text;
    bool is_null_text = null_left.size() == 2 + 2 * bytes.size() && null_left.starts_with("\\x");
    null_left.remove_prefix(is_null_text ? 2 : 0);
    char digits[2];
    for (std::size_t b = 0; b != bytes.size() && (is_null_text || !found.special); ++b) {
      pg::put_hex(digits, bytes.substr(b, 1));
      std::string_view const pair(digits, 2);
      found.special = found.special || quoting_.scan(pair).special;
      is_null_text = is_null_text && null_left.substr(2 * b, 2) == pair;
    }
    if (!found.special && !is_null_text && how != csv_column::quoted) {
      return hex(at, bytes);
    }
    if (!may_quote()) {
      return nullptr;
    }
    at = quote(at);
    at = at == nullptr ? nullptr : escaped(at, "\\x");
    for (std::size_t b = 0; b != bytes.size() && at != nullptr; ++b) {
      pg::put_hex(digits, bytes.substr(b, 1));
      at = escaped(at, std::string_view(digits, 2));
    }
    return at == nullptr ? nullptr : quote(at);
  }

  char* out_of_range(field const& f, std::size_t i) {
    return refuse(f, i, "a time of day is outside of 00:00:00 to 24:00:00", "correct it in the source");
  }
  char* refuse(field const& f, std::size_t i, std::string_view why, std::string_view advice,
               std::string_view below = {}) {
    failed = error({.code = errc::value_out_of_range,
                    .message = std::string(why),
                    .row = i,
                    .column = fmt::format("{}{}", f.name, below),
                    .advice = std::string(advice)});
    return nullptr;
  }

  char* begin_;
  char* end_;
  char* row_ = nullptr;
  when_full mode_ = when_full::keep;
  std::uint64_t counted_ = 0;
  bool starts_file_ = false;
  bool unquotable_ = false; ///< the last value would have needed quotes
  byte_buffer& json_;
  csv_quoting const& quoting_;
  file_stream& file_;
  sink& out_;
};

} // namespace detail

COPYTO_DECL result<void> csv::check(schema_view fields, std::uint64_t /*max_file_size*/) const {
  return copyto::check(options_, fields);
}

COPYTO_DECL std::string_view csv::extension() const noexcept {
  switch (options_.codec.id()) {
  case codec_id::gzip: return "csv.gz";
  case codec_id::zstd: return "csv.zst";
  default: return "csv";
  }
}

COPYTO_DECL std::string_view csv::content_type() const noexcept {
  std::string_view const type = detail::compressed_file_of(options_.codec.id()).content_type;
  return type.empty() ? "text/csv" : type;
}

COPYTO_DECL std::uint64_t csv::memory_bound(schema_view fields, std::uint64_t /*max_file_size*/) const noexcept {
  std::uint64_t names = 0;
  for (std::string const& name : options_.force_quote) {
    names += sizeof(std::string) + name.capacity();
  }
  return scratch_size + fields.size() + options_.null_text.capacity() + names + options_.codec.stream_bytes();
}

COPYTO_DECL std::uint64_t csv::block_rows(schema_view fields) const noexcept {
  return options_.codec.id() == codec_id::none ? copyto::block_rows(fields, detail::text_block::most_rows, 2 * MiB) : 0;
}

COPYTO_DECL std::uint64_t csv::block_memory_bound(schema_view fields, std::uint64_t max_file_size) const noexcept {
  return memory_bound(fields, max_file_size) + 2 * detail::text_block::memory(max_file_size);
}

COPYTO_DECL detail::csv_block_writer csv::block_writer(schema_view fields, std::uint64_t max_file_size) const {
  return {*this, fields, max_file_size};
}

COPYTO_DECL bool csv::has_header(sink const& out) const noexcept {
  return options_.header == csv_header::every_file || (options_.header == csv_header::first_file && out.number() == 0);
}

COPYTO_DECL result<void> csv::begin(schema_view fields, sink& out) {
  using enum detail::csv_pen::when_full;
  rows_ = 0;
  warning_.reset();
  scratch_.clear();
  scratch_.reserve(scratch_size);
  file_.open(options_.codec);
  detail::csv_quoting const quoting(options_, fields.size() == 1);
  columns_.clear();
  columns_.reserve(fields.size());
  for (field const& f : fields) {
    columns_.push_back(quoting.of(f, detail::pg::alphabet(f.type.id)));
  }
  if (has_header(out)) {
    detail::csv_pen pen(scratch_, json_, quoting, file_, out);
    pen.start_row(pen.begin(), pass, true);
    char* const at = pen.header(pen.begin(), fields);
    if (at == nullptr) {
      return *pen.failed;
    }
    scratch_.resize(static_cast<std::size_t>(at - pen.begin()));
  }
  return {};
}

COPYTO_COLD result<std::size_t> csv::write(batch const& rows, std::size_t first, sink& out) {
  return write(rows, first, rows.rows(), out);
}

COPYTO_DECL result<std::size_t> csv::write(batch const& rows, std::size_t first, std::size_t last, sink& out) {
  using enum detail::csv_pen::when_full;
  scratch_.reserve(scratch_size); // a copy has only what it needed
  detail::csv_quoting const quoting(options_, rows.schema().size() == 1);
  detail::csv_pen pen(scratch_, json_, quoting, file_, out);
  char* at = pen.begin() + scratch_.size();
  std::size_t taken = 0;
  // Each row is written behind those that are collected. Then
  //
  // | it | is |
  // |---|---|
  // | fits | kept |
  // | is longer than the memory | counted, with the rows before it sent; then written once more, straight to the sink |
  // | would make the file pass its limit | judged again once what precedes it is compressed; else it begins the next file |
  for (std::size_t i = first; i != last; ++i, ++taken) {
    bool const starts_file = rows_ == 0 && !in_block_ && !has_header(out);
    pen.start_row(at, keep, starts_file);
    char* end = pen.row(at, rows, i, columns_);
    at = pen.row_start();               // earlier rows may have gone to the sink
    bool const longer = end == nullptr; // than the scratch memory, if it is not an error
    std::uint64_t size = longer ? 0 : static_cast<std::uint64_t>(end - at);
    if (longer && !pen.failed && pen.flush(at)) {
      at = pen.begin();
      pen.start_row(at, count, starts_file);
      end = pen.row(at, rows, i, columns_);
      size = end == nullptr ? 0 : pen.counted(end);
    }
    auto const too_long = [&] {
      return rows_ != 0 && file_.max_size(out, static_cast<std::uint64_t>(at - pen.begin()) + size) > out.limit();
    };
    bool split = too_long();
    if (split && !pen.failed && file_.compresses() &&
        static_cast<std::uint64_t>(at - pen.begin()) + file_.pending_bytes() >= file_.least_flush) {
      at = pen.squeeze(at, longer ? 0 : static_cast<std::size_t>(size));
      end = longer || at == nullptr ? end : at + size;
      split = at != nullptr && too_long();
    }
    if (longer && !pen.failed && !split) {
      pen.start_row(at, pass, starts_file);
      end = pen.row(at, rows, i, columns_);
    }
    if (pen.failed) {
      return *pen.failed;
    }
    if (split) {
      break;
    }
    if (pen.warning && !warning_) {
      warning_ = pen.warning->with([&](error_info& info) { info.row = rows_; }); // in the file
    }
    at = end;
    ++rows_;
    if (in_block_) {
      ends_.push_back(out.bytes() + static_cast<std::uint64_t>(at - pen.begin()));
    }
  }
  scratch_.resize(static_cast<std::size_t>(at - pen.begin()));
  return taken;
}

/// The first field of lines of `size` bytes, which has no quotes, with them, and what is behind it; takes them away.
COPYTO_COLD std::string csv::quoted_first_field(detail::rope::reader& from, std::uint64_t& size) const {
  std::string field(1, options_.quote);
  while (size != 0) {
    std::byte next;
    from.read(&next, 1);
    --size;
    auto const c = static_cast<char>(next);
    if (c == options_.delimiter || c == '\n') {
      field += options_.quote;
      field += c;
      break;
    }
    if (c == options_.escape) {
      field += c;
    }
    field += c;
  }
  return field;
}

/// As many lines as there is room for.
COPYTO_COLD result<std::uint64_t> csv::place(detail::text_block& block, sink& out) {
  std::uint64_t const begin = block.placed == 0 ? 0 : block.ends[block.placed - 1];
  std::uint64_t size = block.text.size() - begin;
  detail::rope::reader from(block.text);
  from.skip(begin);
  std::string first; // in quotes where it would begin the file with a byte order mark
  std::uint64_t more = 0;
  if (rows_ == 0 && !has_header(out) && size >= detail::bom.size()) {
    std::array<std::byte, 3> start;
    detail::rope::reader(from).read(start.data(), start.size());
    if (as_text(start) == detail::bom) {
      if (options_.quotes == csv_quotes::never) {
        return error({.code = errc::value_out_of_range,
                      .message = "a file would begin with U+FEFF, which readers take away from it, and the CSV option "
                                 "\"quotes\" is never",
                      .row = block.placed,
                      .advice = "allow quotes, or have a header"});
      }
      std::uint64_t const whole = size;
      first = quoted_first_field(from, size);
      more = first.size() - (whole - size);
    }
  }
  std::uint64_t const used = out.bytes() + scratch_.size() + more;
  std::uint64_t const room = used < out.limit() ? out.limit() - used : 0;
  auto const rest = block.ends.begin() + static_cast<std::ptrdiff_t>(block.placed);
  auto fitting = static_cast<std::uint64_t>(
      std::upper_bound(rest, block.ends.end(), room > ~begin ? ~std::uint64_t{0} : begin + room) - rest);
  fitting = std::max<std::uint64_t>(fitting, rows_ == 0 ? 1 : 0);
  if (fitting == 0) {
    return std::uint64_t{0};
  }
  std::uint64_t const end = block.ends[block.placed + fitting - 1];
  result<void> written = file_.write(as_text(scratch_.view()), out); // the header
  scratch_.clear();
  written = written ? out.write(first) : written;
  written = written ? from.write_to(out, end - (block.text.size() - size)) : written;
  if (!written) {
    return written.error();
  }
  if (block.warning && (*block.warning)->row.value_or(0) < block.placed + fitting) {
    if (!warning_) {
      warning_ = block.warning->with([&](error_info& info) { info.row = rows_ + info.row.value_or(0) - block.placed; });
    }
    block.warning.reset();
  }
  block.placed += fitting;
  rows_ += fitting;
  return fitting;
}

COPYTO_DECL result<file_stats> csv::end(sink& out) {
  result<void> sent = file_.write(as_text(scratch_.view()), out);
  scratch_.clear();
  if (!sent) {
    return sent.error();
  }
  if (result<void> ended = file_.end(out); !ended) {
    return ended.error();
  }
  file_stats done{.rows = rows_};
  if (warning_) {
    done.warnings.push_back(*std::move(warning_));
  }
  return done;
}

namespace detail {

COPYTO_COLD csv_block_writer::csv_block_writer(csv const& encoder, schema_view fields, std::uint64_t max_file_size)
    : fields_(fields), limit_(text_block::limit(max_file_size)), pool_(text_block::make_pool(max_file_size)),
      lines_(encoder) {
  lines_.options_.header = csv_header::none;
  lines_.in_block_ = true;
}
COPYTO_COLD csv_block_writer::csv_block_writer(csv_block_writer const& other)
    : fields_(other.fields_), limit_(other.limit_), pool_(other.pool_), lines_(other.lines_) {}
COPYTO_COLD csv_block_writer& csv_block_writer::operator=(csv_block_writer other) noexcept {
  fields_ = other.fields_;
  limit_ = other.limit_;
  pool_ = std::move(other.pool_);
  lines_ = std::move(other.lines_);
  out_ = std::move(other.out_);
  full_ = other.full_;
  return *this;
}

COPYTO_COLD result<std::size_t> csv_block_writer::write(batch const& rows, std::size_t first, std::size_t last) {
  if (out_ == nullptr) {
    out_ = std::make_unique<text_block_sink>(pool_, limit_);
    if (result<void> begun = lines_.begin(fields_, *out_); !begun) {
      return begun.error();
    }
    lines_.ends_.reserve(text_block::most_rows);
  }
  result<std::size_t> taken = lines_.write(rows, first, last, *out_);
  full_ = taken && *taken != last - first;
  return taken;
}

COPYTO_COLD result<text_block> csv_block_writer::end() {
  result<file_stats> stats = lines_.end(*out_);
  if (!stats) {
    return stats.error();
  }
  text_block block = out_->take_block(*std::move(stats));
  block.ends = std::exchange(lines_.ends_, {});
  out_.reset();
  full_ = false;
  return block;
}

} // namespace detail

} // namespace copyto

#endif
