// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_LIB_RANDOM_VALUES_HPP
#define COPYTO_TESTS_LIB_RANDOM_VALUES_HPP

/// Random values of every type, what must be read from them, and exports of them to memory: what the property tests of the
/// formats have in common.
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/export/job.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/store/memory.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using copyto::field;
using copyto::kind;
using int128 = copyto::int128;

class dice {
public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  /// 0 to `below` - 1.
  std::uint64_t roll(std::uint64_t below) { return engine_() % below; }
  bool one_in(std::uint64_t n) { return roll(n) == 0; }
  std::uint64_t bits() { return engine_(); }
  template <class T>
  T const& any(std::vector<T> const& from) {
    return from[roll(from.size())];
  }

private:
  std::mt19937_64 engine_;
};

struct cell {
  bool null = false;
  std::string bytes = {}; ///< as in the batch; a boolean is one byte
};

template <class T>
std::string raw(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}
template <class T>
T value_of(std::string const& bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

inline std::string random_text(dice& d) {
  static std::vector<std::string> const pieces = {"a",
                                                  "b",
                                                  "z",
                                                  "0",
                                                  " ",
                                                  "\"",
                                                  "\\",
                                                  "\n",
                                                  ",",
                                                  std::string(1, '\0'),
                                                  "\x7f",
                                                  "\xC2\x80",
                                                  "\xC3\xA4",
                                                  "\xE2\x98\x83",
                                                  "\xED\x9F\xBF",
                                                  "\xEE\x80\x80",
                                                  "\xEF\xBF\xBF",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xF4\x8F\xBF\xBF"};
  switch (d.roll(8)) {
  case 0: return {};
  case 1: { // statements, since the order of operands is up to the compiler
    std::string text(60 + d.roll(10), 'q');
    text += d.one_in(2) ? "\xC3\xA4" : "";
    return text.append(d.roll(4), 'r');
  }
  case 2: {
    std::string text;
    std::string const& piece = d.any(pieces);
    for (std::uint64_t n = d.roll(90); n != 0; --n) {
      text += piece;
    }
    return text;
  }
  case 3: {
    auto const letter = static_cast<char>('a' + d.roll(26));
    return std::string(d.roll(3000), letter);
  }
  default: {
    std::string text;
    for (std::uint64_t n = d.roll(12); n != 0; --n) {
      text += d.any(pieces);
    }
    return text;
  }
  }
}

inline std::string random_binary(dice& d, std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t const form = d.roll(4);
  for (char& c : bytes) {
    c = form == 0 ? '\xFF' : form == 1 ? '\0' : static_cast<char>(d.bits());
  }
  return bytes;
}

inline std::int64_t within(dice& d, std::int64_t low, std::int64_t high) {
  switch (d.roll(6)) {
  case 0: return low;
  case 1: return high;
  case 2: return low > 0 || high < 0 ? low : 0;
  default: {
    auto const span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    std::uint64_t const by = span == ~std::uint64_t{0} ? d.bits() : d.bits() % (span + 1);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + by);
  }
  }
}

template <class T>
std::string random_float(dice& d) {
  using limits = std::numeric_limits<T>;
  static std::vector<T> const edges = {T(0),
                                       -T(0),
                                       T(1),
                                       T(-1.5),
                                       limits::infinity(),
                                       -limits::infinity(),
                                       limits::quiet_NaN(),
                                       limits::max(),
                                       limits::lowest(),
                                       limits::min(),
                                       limits::denorm_min()};
  return raw(d.one_in(3) ? d.any(edges) : static_cast<T>(static_cast<double>(within(d, -100'000, 100'000)) / 7));
}

/// Asks `random_value` for a date or a timestamp of the years 1 to 9999, by a width, which these types do not have.
inline constexpr std::uint32_t civil_years = 9999;

inline std::string random_value(dice& d, copyto::logical_type const& t, bool exact) {
  switch (t.id) {
  case kind::boolean: return std::string(1, static_cast<char>(d.roll(2)));
  case kind::int8: return raw(static_cast<std::int8_t>(within(d, -128, 127)));
  case kind::int16: return raw(static_cast<std::int16_t>(within(d, -32768, 32767)));
  case kind::int32: return raw(static_cast<std::int32_t>(within(d, INT32_MIN, INT32_MAX)));
  case kind::int64: return raw(within(d, INT64_MIN, INT64_MAX));
  case kind::uint8: return raw(static_cast<std::uint8_t>(within(d, 0, 255)));
  case kind::uint16: return raw(static_cast<std::uint16_t>(within(d, 0, 65535)));
  case kind::uint32: return raw(static_cast<std::uint32_t>(within(d, 0, UINT32_MAX)));
  case kind::uint64: return raw(static_cast<std::uint64_t>(within(d, INT64_MIN, INT64_MAX)));
  case kind::float16: {
    static std::vector<std::uint16_t> const edges = {0, 0x8000, 0x7C00, 0xFC00, 0x7E00,
                                                     1, 0x8001, 0x03FF, 0x7BFF, 0xFBFF};
    auto const bits = d.one_in(3) ? d.any(edges) : static_cast<std::uint16_t>(d.bits());
    return raw((bits & 0x7FFF) > 0x7C00 ? std::uint16_t{0x7E00} : bits);
  }
  case kind::float32: return random_float<float>(d);
  case kind::float64: return random_float<double>(d);
  case kind::decimal: {
    int128 const most = copyto::power_of_ten(t.precision) - 1;
    auto const high = static_cast<int128>(d.bits() >> 1);
    int128 value = d.one_in(4) ? most : (high << 64 | static_cast<int128>(d.bits())) % (most + 1);
    value = d.one_in(8) ? 0 : d.one_in(2) ? -value : value;
    return t.precision <= 9    ? raw(static_cast<std::int32_t>(value))
           : t.precision <= 18 ? raw(static_cast<std::int64_t>(value))
                               : raw(value);
  }
  case kind::string: return random_text(d);
  case kind::binary: return random_binary(d, d.one_in(4) ? 60 + d.roll(10) : d.roll(40));
  case kind::fixed_binary: return random_binary(d, t.width);
  case kind::uuid: return random_binary(d, 16);
  case kind::date: {
    bool const civil = t.width == civil_years;
    return raw(static_cast<std::int32_t>(within(d, civil ? -719'162 : -2147483646, civil ? 2'932'896 : 2147483646)));
  }
  case kind::time: {
    std::int64_t const second = t.unit == copyto::time_unit::milli   ? 1000
                                : t.unit == copyto::time_unit::micro ? 1'000'000
                                                                     : 1'000'000'000;
    std::int64_t const value = within(d, 0, 86'400 * second - 1);
    return t.unit == copyto::time_unit::milli ? raw(static_cast<std::int32_t>(value)) : raw(value);
  }
  case kind::timestamp: {
    bool const milli = t.unit == copyto::time_unit::milli;
    std::int64_t const most = milli ? 9'000'000'000'000'000 : 9'000'000'000'000'000'000;
    if (t.width == civil_years && t.unit != copyto::time_unit::nano) {
      std::int64_t const day = milli ? 86'400'000 : 86'400'000'000;
      return raw(within(d, -719'162 * day, 2'932'897 * day - 1));
    }
    return raw(within(d, -most, most));
  }
  case kind::interval: {
    if (exact) {
      return raw(copyto::interval{.months = static_cast<std::int32_t>(within(d, 0, 1'000'000)),
                                  .days = static_cast<std::int32_t>(within(d, 0, INT32_MAX)),
                                  .nanoseconds = within(d, 0, UINT32_MAX) * 1'000'000});
    }
    return raw(copyto::interval{.months = static_cast<std::int32_t>(within(d, INT32_MIN, INT32_MAX)),
                                .days = static_cast<std::int32_t>(within(d, INT32_MIN, INT32_MAX)),
                                .nanoseconds = d.one_in(3) ? within(d, -100, 100) * 1'000'000'000
                                                           : within(d, INT64_MIN, INT64_MAX)});
  }
  case kind::json: {
    static std::vector<std::string> const texts = {"null", "{}", "[1,2.5,\"\xC3\xA4\"]", "{\"a\":{\"b\":[true]}}",
                                                   "\"x\""};
    return d.any(texts);
  }
  case kind::enumeration: {
    static std::vector<std::string> const texts = {"red", "green", "blue", "gr\xC3\xBCn"};
    return d.any(texts);
  }
  default: std::abort();
  }
}

inline copyto::codec random_codec(dice& d) {
  switch (d.roll(5)) {
  case 0: return copyto::snappy();
  case 1: return copyto::gzip(static_cast<int>(1 + d.roll(9)));
  case 2: return copyto::zstd(static_cast<int>(d.roll(8)) - 2);
  default: return {};
  }
}

/// Tiny limits of everything.
inline copyto::parquet_options random_parquet_options(dice& d) {
  return {
      .codec = random_codec(d),
      .row_group_rows = d.one_in(3) ? 1'048'576 : 1 + d.roll(300),
      .row_group_bytes = d.one_in(2) ? 64 * copyto::MiB : 1 + d.roll(20'000),
      .page_bytes = d.one_in(2) ? copyto::MiB : 1 + d.roll(2000),
      .page_rows = d.one_in(3) ? 20'000 : 1 + d.roll(64),
      .dictionary = !d.one_in(5),
      .dictionary_bytes = d.one_in(4) ? 1 + d.roll(500) : copyto::MiB,
      .dictionary_entries = d.one_in(2) ? 16U : 65'536U,
      .checksums = !d.one_in(5),
  };
}

inline std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

inline std::string hex(std::string_view bytes) {
  std::string out = "\"";
  for (char const c : bytes) {
    out += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out + '"';
}

inline std::string number(int128 value) {
  bool const negative = value < 0;
  std::string digits;
  do {
    int const digit = static_cast<int>(value % 10);
    digits.insert(digits.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    value /= 10;
  } while (value != 0);
  return (negative ? "-" : "") + digits;
}

/// The value as parquet_random.py expects it.
inline std::string expected(copyto::logical_type const& t, cell const& c) {
  if (c.null) {
    return "null";
  }
  switch (t.id) {
  case kind::boolean: return c.bytes[0] != 0 ? "true" : "false";
  case kind::uint8: return number(value_of<std::uint8_t>(c.bytes));
  case kind::uint16: return number(value_of<std::uint16_t>(c.bytes));
  case kind::uint32: return number(value_of<std::uint32_t>(c.bytes));
  case kind::uint64: return number(value_of<std::uint64_t>(c.bytes));
  case kind::float16:
  case kind::float32:
  case kind::float64:
  case kind::binary:
  case kind::fixed_binary:
  case kind::uuid: return hex(c.bytes);
  case kind::string:
  case kind::json:
  case kind::enumeration: return json_text(c.bytes);
  case kind::interval: {
    auto const i = value_of<copyto::interval>(c.bytes);
    return fmt::format("[{},{},{}]", i.months, i.days, i.nanoseconds);
  }
  default:
    switch (c.bytes.size()) {
    case 1: return number(value_of<std::int8_t>(c.bytes));
    case 2: return number(value_of<std::int16_t>(c.bytes));
    case 4: return number(value_of<std::int32_t>(c.bytes));
    case 8: return number(value_of<std::int64_t>(c.bytes));
    default: return number(value_of<int128>(c.bytes));
    }
  }
}

struct file {
  std::string bytes = {};
  std::size_t rows = 0;
  friend bool operator==(file const&, file const&) = default;
};

/// Runs tasks in a random order, one at a time.
class random_executor {
public:
  explicit random_executor(std::uint64_t seed) : random_(seed) {}
  void operator()(std::function<void()> task) {
    std::scoped_lock const lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_one();
  }

private:
  void run(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !tasks_.empty(); })) {
      std::swap(tasks_[random_() % tasks_.size()], tasks_.back());
      std::function<void()> const task = std::move(tasks_.back());
      tasks_.pop_back();
      lock.unlock();
      task();
      lock.lock();
    }
  }
  std::mt19937_64 random_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::function<void()>> tasks_;
  std::jthread thread_{[this](std::stop_token const& stop) { run(stop); }};
};

/// The files of an export, each of which keeps to the limit, but for one row of at most `largest_row` bytes.
template <class Encoder, class Source>
std::vector<file> encode(Encoder const& encoder, Source source, std::uint64_t limit, std::size_t batch_rows,
                         std::uint32_t threads, std::function<void(std::function<void()>)> executor,
                         std::uint64_t largest_row = 0) {
  copyto::memory_store store;
  copyto::export_options const options{.to = copyto::into("f"),
                                       .max_file_size = std::min<std::uint64_t>(limit, copyto::TiB),
                                       .threads = threads,
                                       .executor = std::move(executor),
                                       .batch_rows = batch_rows,
                                       .export_id = "x"};
  copyto::report const done =
      copyto::run_export(copyto::source_ref(source), encoder, copyto::store_ref(store), options, {}, {}).value();
  std::vector<file> files;
  auto const objects = store.objects();
  for (copyto::file_report const& f : done.files) {
    files.push_back({objects.at(f.key).body, static_cast<std::size_t>(f.rows)});
    if (f.bytes > limit && f.bytes - limit > largest_row && f.rows > 1) {
      fmt::print(stderr, "a file of {} rows has {} bytes, and its limit is {}\n", f.rows, f.bytes, limit);
      std::exit(1);
    }
  }
  return files;
}

#endif
