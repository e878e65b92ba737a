// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_ROW_SPILL_IPP
#define COPYTO_EXPORT_IMPL_ROW_SPILL_IPP

#include <copyto/export/detail/row_spill.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace copyto::detail {

// ---- file -----------------------------------------------------------------------------------------

COPYTO_COLD error spill_failed(std::string message, int why, std::string const& directory) {
  return error(
      {.code = errc::io_failed,
       .message = fmt::format("{}: {}", message, std::generic_category().message(why)),
       .key = directory,
       .advice = "choose another directory for rows that wait for their partition, or sort the rows by partition"});
}

COPYTO_COLD nameless_file::~nameless_file() {
  if (descriptor_ >= 0) {
    (void)::close(descriptor_);
  }
}

COPYTO_COLD result<void> nameless_file::open(std::string const& directory) {
  std::error_code wrong;
  std::string const in = directory.empty() ? std::filesystem::temp_directory_path(wrong).string() : directory;
  if (wrong) {
    return spill_failed("there is no directory for temporary files (TMPDIR)", wrong.value(), in);
  }
  constexpr mode_t only_ours = 0600;
#ifdef O_TMPFILE
  descriptor_ =
      ::open(in.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, only_ours); // NOLINT(cppcoreguidelines-pro-type-vararg)
#endif
  if (descriptor_ < 0) { // not every file system has such files
    std::string name = in + "/copyto-spill-XXXXXX";
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) {
      return spill_failed("rows that wait for their partition cannot be kept there", errno, in);
    }
    (void)::unlink(name.c_str());
  }
  return {};
}

COPYTO_COLD result<void> nameless_file::append(bytes_view bytes) {
  while (!bytes.empty()) {
    ssize_t const done = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return spill_failed(fmt::format("a temporary file of {} bytes cannot grow", size_), done == 0 ? EIO : errno, {});
    }
    size_ += static_cast<std::uint64_t>(done);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

COPYTO_DECL result<void> nameless_file::read(std::uint64_t at, std::byte* to, std::size_t size) const {
  while (size != 0) {
    ssize_t const done = ::pread(descriptor_, to, size, static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return spill_failed("a temporary file cannot be read", done == 0 ? EIO : errno, {});
    }
    at += static_cast<std::uint64_t>(done);
    to += done;
    size -= static_cast<std::size_t>(done);
  }
  return {};
}

// ---- rows -----------------------------------------------------------------------------------------

inline constexpr std::size_t extent_head = 16;

COPYTO_COLD row_spill::row_spill(schema_view fields, partition_settings const& settings)
    : fields_(fields), settings_(settings), codec_(fields) {
  settings_.spill_memory = std::max<std::uint64_t>(settings.spill_memory, MiB);
}

/// Of a row, in `rows_`: its entry, and its place in the order.
inline constexpr std::uint64_t index_bytes = 16 + 8;

COPYTO_DECL std::uint64_t row_spill::room() const noexcept {
  std::uint64_t const used = rows_.size() + count_ * index_bytes + 8; // the order begins at a multiple of eight
  return rows_.capacity() - std::min<std::uint64_t>(rows_.capacity(), used);
}

COPYTO_DECL row_spill::entry* row_spill::entries() noexcept {
  return reinterpret_cast<entry*>(rows_.data() + rows_.capacity() / alignof(entry) * alignof(entry));
}

COPYTO_DECL result<void> row_spill::add(std::span<column_view const> columns, std::size_t first, std::size_t count,
                                        std::span<std::uint32_t const> groups) {
  static_assert(sizeof(entry) + sizeof(std::uint64_t) == index_bytes);
  rows_.reserve(settings_.spill_memory); // all at once: what is not used takes no memory
  for (std::size_t done = 0; done != count;) {
    std::uint64_t const free = room();
    std::size_t const some = std::min<std::size_t>(count - done, free / (index_bytes + codec_.min_size()));
    starts_.clear();
    std::size_t const before = rows_.size();
    if (some != 0 || count_ == 0) {
      std::size_t const now = std::max<std::size_t>(some, 1);
      result<void> const written = codec_.write(columns, first + done, now, free - std::min(free, now * index_bytes),
                                                count_ == 0, rows_, starts_);
      if (!written) {
        return written.error();
      }
    }
    added_ += rows_.size() - before;
    if (starts_.empty()) { // the next row does not fit
      if (result<void> written = write_out(); !written) {
        return written;
      }
      continue;
    }
    if (rows_.capacity() - rows_.size() < 2 * index_bytes) { // one that is larger than all of the memory
      rows_.reserve(rows_.size() + 4 * index_bytes);
    }
    entry* const made = entries();
    for (std::size_t i = 0; i != starts_.size(); ++i) {
      std::uint32_t const g = groups[done + i];
      if (g >= groups_.size()) {
        groups_.resize(g + 1);
      }
      ++groups_[g].rows;
      ++groups_[g].held;
      *(made - 1 - count_++) = entry{.offset = starts_[i], .group = g};
    }
    done += starts_.size();
  }
  return {};
}

COPYTO_DECL void row_spill::sort() {
  std::uint64_t at = 0;
  for (group& g : groups_) {
    g.first = at;
    at += g.held;
    g.held = 0;
  }
  order_ = reinterpret_cast<std::uint64_t*>(rows_.data() + (rows_.size() + 7) / 8 * 8);
  entry const* const made = count_ == 0 ? nullptr : entries();
  for (std::size_t i = 0; i != count_; ++i) {
    entry const& e = *(made - 1 - i);
    group& g = groups_[e.group];
    order_[g.first + g.held++] = e.offset;
  }
}

COPYTO_COLD result<void> row_spill::write_out() {
  if (!file_.is_open()) {
    if (result<void> opened = file_.open(settings_.spill_directory); !opened) {
      return opened;
    }
  }
  if (rows_.size() > settings_.spill_limit - std::min(settings_.spill_limit, file_.size())) {
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format(
                      "rows that wait for their partition take more than the {} bytes of a temporary file that are "
                      "allowed",
                      settings_.spill_limit),
                  .advice = "allow more, or sort the rows by partition"});
  }
  sort();
  constexpr std::size_t at_once = 1 * MiB;
  written_.clear();
  for (group& g : groups_) {
    if (g.held == 0) {
      continue;
    }
    std::uint64_t bytes = 0;
    for (std::uint64_t i = g.first; i != g.first + g.held; ++i) {
      bytes += row_codec::size(rows_.data() + order_[i]);
    }
    std::uint64_t const offset = file_.size() + written_.size();
    written_.append_value(g.extent);
    written_.append_value(bytes);
    g.extent = offset + 1;
    for (std::uint64_t i = g.first; i != g.first + g.held; ++i) {
      std::byte const* const row = rows_.data() + order_[i];
      written_.append(bytes_view(row, row_codec::size(row)));
      if (written_.size() >= at_once) {
        if (result<void> appended = file_.append(written_.view()); !appended) {
          return appended;
        }
        written_.clear();
      }
    }
    g.held = 0;
  }
  result<void> appended = file_.append(written_.view());
  written_.clear();
  rows_.clear();
  count_ = 0;
  return appended;
}

COPYTO_COLD result<void> row_spill::finish() {
  if (!file_.is_open()) {
    sort();
    return {};
  }
  result<void> written = write_out();
  rows_.release();
  written_.release();
  return written;
}

COPYTO_COLD void row_spill::clear() {
  rows_.clear();
  added_ = 0;
  count_ = 0;
  groups_ = {};
  file_ = nameless_file();
}

COPYTO_DECL row_spill::reader row_spill::rows_of(std::uint32_t group) const { return {*this, group}; }

// ---- reading --------------------------------------------------------------------------------------

COPYTO_DECL result<void> row_spill::reader::find_extents() {
  for (std::uint64_t extent = of_->groups_[group_].extent; extent != 0;) {
    std::array<std::uint64_t, 2> head{}; // the one before, and bytes
    if (result<void> read = of_->file_.read(extent - 1, reinterpret_cast<std::byte*>(head.data()), extent_head);
        !read) {
      return read;
    }
    extents_.emplace_back(extent - 1 + extent_head, head[1]);
    extent = head[0];
  }
  return {};
}

COPYTO_DECL result<void> row_spill::reader::load() {
  std::size_t const left = chunk_.size() - at_;
  std::size_t const whole = left >= 4 ? row_codec::size(chunk_.data() + at_) : 0;
  if ((whole != 0 && whole <= left) || (left == 0 && extents_.empty())) {
    return {};
  }
  constexpr std::size_t usual = 512 * KiB;
  if (left != 0) {
    std::memmove(chunk_.data(), chunk_.data() + at_, left);
  }
  chunk_.resize(left);
  chunk_.reserve(std::max({usual, whole, std::size_t{4}}));
  at_ = 0;
  while (!extents_.empty() && chunk_.size() != chunk_.capacity()) {
    auto& [offset, bytes] = extents_.back();
    std::size_t const some = std::min<std::uint64_t>(bytes, chunk_.capacity() - chunk_.size());
    if (result<void> read = of_->file_.read(offset, chunk_.room(some), some); !read) {
      return read;
    }
    chunk_.advance(some);
    offset += some;
    bytes -= some;
    if (bytes == 0) {
      extents_.pop_back();
    }
  }
  return load(); // the first row may be larger than the chunk
}

COPYTO_DECL result<fill_status> row_spill::reader::fill(batch& rows, std::stop_token) {
  taken_.clear();
  std::size_t bytes = 0;
  bool more = false;
  if (!of_->file_.is_open()) {
    group const& g = of_->groups_[group_];
    for (; next_ != g.held && taken_.size() != rows.capacity() && bytes < batch::default_bytes; ++next_) {
      taken_.push_back(of_->rows_.data() + of_->order_[g.first + next_]);
      bytes += row_codec::size(taken_.back());
    }
    more = next_ != g.held;
  } else {
    if (!found_) {
      if (result<void> found = find_extents(); !found) {
        return found.error();
      }
      found_ = true;
    }
    if (result<void> loaded = load(); !loaded) {
      return loaded.error();
    }
    while (taken_.size() != rows.capacity() && bytes < batch::default_bytes && chunk_.size() - at_ >= 4) {
      std::size_t const size = row_codec::size(chunk_.data() + at_);
      if (size > chunk_.size() - at_) {
        break;
      }
      taken_.push_back(chunk_.data() + at_);
      at_ += size;
      bytes += size;
    }
    more = at_ != chunk_.size() || !extents_.empty();
  }
  codec_.read(taken_, rows);
  rows.close(taken_.size());
  return more ? fill_status::more : fill_status::end;
}

} // namespace copyto::detail

#endif
