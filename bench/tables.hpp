// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_BENCH_TABLES_HPP
#define COPYTO_BENCH_TABLES_HPP

#include <copyto/schema/column_type.hpp>
#include <copyto/schema/columns.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/describe.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Rows of the shapes that exports have, the same on every machine: std::mt19937_64 is specified bit by bit, and the
/// distributions below are our own.
namespace bench {

using date = std::chrono::sys_days;
using stamp = std::chrono::sys_time<std::chrono::microseconds>;
using money = copyto::decimal<15, 2>;

class dice {
public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::uint64_t bits() { return engine_(); }
  template <class T, std::size_t N>
  T const& one_of(std::array<T, N> const& values) {
    return values[below(N)];
  }

private:
  std::mt19937_64 engine_;
};

inline money cents(std::int64_t value) { return money::from_unscaled(value).value(); }

inline constexpr std::array<std::string_view, 48> words = {
    "the",    "quickly",    "final",        "regular",   "packages", "accounts",    "deposits",  "requests",
    "ironic", "express",    "furiously",    "carefully", "slyly",    "blithely",    "pending",   "bold",
    "even",   "special",    "silent",       "unusual",   "above",    "across",      "against",   "along",
    "among",  "sleep",      "wake",         "haggle",    "nag",      "cajole",      "integrate", "boost",
    "detect", "use",        "affix",        "doze",      "instr",    "theodolites", "foxes",     "pinto",
    "beans",  "asymptotes", "dependencies", "platelets", "ideas",    "excuses",     "dolphins",  "courts"};

/// Words up to about `size` characters, as dbgen's comments are.
inline std::string prose(dice& d, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += text.empty() ? "" : d.chance(8) ? ". " : " ";
    text += d.one_of(words);
  }
  text.resize(size);
  return text;
}

inline std::string hexadecimal(dice& d, std::size_t digits) {
  std::string text;
  while (text.size() < digits) {
    text += fmt::format("{:016x}", d.bits());
  }
  text.resize(digits);
  return text;
}

/// TPC-H's lineitem: columns, value ranges and clustering of its order keys and dates.
struct lineitem {
  std::int64_t l_orderkey;
  std::int64_t l_partkey;
  std::int64_t l_suppkey;
  std::int64_t l_linenumber;
  money l_quantity;
  money l_extendedprice;
  money l_discount;
  money l_tax;
  std::string l_returnflag;
  std::string l_linestatus;
  date l_shipdate;
  date l_commitdate;
  date l_receiptdate;
  std::string l_shipinstruct;
  std::string l_shipmode;
  std::string l_comment;
};
BOOST_DESCRIBE_STRUCT(lineitem, (),
                      (l_orderkey, l_partkey, l_suppkey, l_linenumber, l_quantity, l_extendedprice, l_discount, l_tax,
                       l_returnflag, l_linestatus, l_shipdate, l_commitdate, l_receiptdate, l_shipinstruct, l_shipmode,
                       l_comment))

inline std::vector<lineitem> make(std::size_t count, lineitem const*) {
  constexpr std::array<std::string_view, 4> instructions = {"DELIVER IN PERSON", "COLLECT COD", "NONE",
                                                            "TAKE BACK RETURN"};
  constexpr std::array<std::string_view, 7> modes = {"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};
  using std::chrono::days;
  dice d(1);
  date const first{std::chrono::year(1992) / 1 / 1};
  date const today{std::chrono::year(1995) / 6 / 17};
  std::vector<lineitem> rows;
  rows.reserve(count);
  for (std::int64_t order = 1; rows.size() < count; ++order) {
    std::int64_t const key = order / 8 * 32 + order % 8; // 8 of 32 keys are used
    date const ordered = first + days(d.between(0, 2405));
    std::int64_t const lines = d.between(1, 7);
    for (std::int64_t line = 1; line <= lines && rows.size() < count; ++line) {
      std::int64_t const part = d.between(1, 200'000);
      std::int64_t const quantity = d.between(1, 50);
      date const shipped = ordered + days(d.between(1, 121));
      date const received = shipped + days(d.between(1, 30));
      rows.push_back({.l_orderkey = key,
                      .l_partkey = part,
                      .l_suppkey = d.between(1, 10'000),
                      .l_linenumber = line,
                      .l_quantity = cents(quantity * 100),
                      .l_extendedprice = cents(quantity * (90'000 + part / 10 % 20'001 + 100 * (part % 1000))),
                      .l_discount = cents(d.between(0, 10)),
                      .l_tax = cents(d.between(0, 8)),
                      .l_returnflag = received > today ? "N"
                                      : d.chance(50)   ? "R"
                                                       : "A",
                      .l_linestatus = shipped > today ? "O" : "F",
                      .l_shipdate = shipped,
                      .l_commitdate = ordered + days(d.between(30, 90)),
                      .l_receiptdate = received,
                      .l_shipinstruct = std::string(d.one_of(instructions)),
                      .l_shipmode = std::string(d.one_of(modes)),
                      .l_comment = prose(d, static_cast<std::size_t>(d.between(10, 43)))});
    }
  }
  return rows;
}

/// A number and eleven strings: ids, names beyond ASCII, URLs, JSON with quotes, text with commas, digests.
struct wide {
  std::int64_t id;
  std::string session;
  std::string account;
  std::string name;
  std::string city;
  std::string mail;
  std::string url;
  std::string agent;
  std::string payload;
  std::string body;
  std::string digest;
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(wide, (), (id, session, account, name, city, mail, url, agent, payload, body, digest, tag))

inline std::vector<wide> make(std::size_t count, wide const*) {
  constexpr std::array<std::string_view, 8> names = {"Zoë Müller",    "José Ñandú", "Łukasz Żak", "Anna Smith",
                                                     "Дмитрий Ильин", "李小龙",     "Bob Brown",  "Renée O'Hara"};
  constexpr std::array<std::string_view, 6> cities = {"Zürich", "São Paulo", "New York, NY", "Kyōto", "Oslo", "Łódź"};
  constexpr std::array<std::string_view, 4> agents = {
      "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
      "curl/8.8.0", "okhttp/4.12.0"};
  dice d(2);
  std::vector<wide> rows;
  rows.reserve(count);
  for (std::size_t i = 0; i != count; ++i) {
    std::string const user = fmt::format("user{:06}", d.below(300'000));
    rows.push_back({.id = static_cast<std::int64_t>(i),
                    .session = hexadecimal(d, 32),
                    .account = hexadecimal(d, 16),
                    .name = std::string(d.one_of(names)),
                    .city = std::string(d.one_of(cities)),
                    .mail = user + "@example.com",
                    .url = fmt::format("https://shop.example.com/{}/{}/item-{}?ref={}&page={}", d.one_of(words),
                                       d.one_of(words), d.below(100'000), hexadecimal(d, 8), d.below(50)),
                    .agent = std::string(d.one_of(agents)),
                    .payload = fmt::format(R"({{"user":"{}","event":"{}","value":{},"ok":{}}})", user, d.one_of(words),
                                           d.below(1'000'000), d.chance(50)),
                    .body = fmt::format("{}, {}, {}", prose(d, 40), prose(d, 30), prose(d, 20)),
                    .digest = hexadecimal(d, 64),
                    .tag = fmt::format("tag-{}", d.below(64))});
  }
  return rows;
}

/// Times and NULLs, from none to nine of ten.
struct nulls {
  std::int64_t id;
  stamp created;
  std::optional<stamp> updated;
  std::optional<stamp> deleted;
  std::optional<date> day;
  std::optional<std::int32_t> status;
  std::optional<std::int64_t> parent;
  std::optional<double> price;
  std::optional<double> ratio;
  std::optional<bool> active;
  std::optional<std::string> code;
  std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(nulls, (),
                      (id, created, updated, deleted, day, status, parent, price, ratio, active, code, remark))

inline std::vector<nulls> make(std::size_t count, nulls const*) {
  using std::chrono::days, std::chrono::microseconds, std::chrono::seconds;
  dice d(3);
  stamp const first = date{std::chrono::year(2024) / 1 / 1};
  std::vector<nulls> rows;
  rows.reserve(count);
  // `percent` of the values are NULL.
  auto const maybe = [&]<class T>(unsigned percent, T value) {
    return d.chance(percent) ? std::optional<T>() : std::optional<T>(std::move(value));
  };
  stamp at = first;
  for (std::size_t i = 0; i != count; ++i) {
    at += microseconds(d.between(1, 4'000'000));
    rows.push_back({.id = static_cast<std::int64_t>(i),
                    .created = at,
                    .updated = maybe(20, at + seconds(d.between(0, 1'000'000))),
                    .deleted = maybe(80, at + seconds(d.between(0, 1'000'000))),
                    .day = maybe(5, std::chrono::floor<days>(at)),
                    .status = maybe(10, static_cast<std::int32_t>(d.below(12))),
                    .parent = maybe(90, d.between(0, static_cast<std::int64_t>(count))),
                    .price = maybe(30, static_cast<double>(d.between(0, 99'999'999)) / 100),
                    .ratio = maybe(50, static_cast<double>(d.bits() >> 11) * 0x1p-53),
                    .active = maybe(2, d.chance(70)),
                    .code = maybe(25, fmt::format("C{:05}", d.below(2000))),
                    .remark = maybe(60, prose(d, static_cast<std::size_t>(d.between(5, 40))))});
  }
  return rows;
}

/// Orders with 1 to 7 lines each, and some tags: nested columns.
struct order_line {
  std::string item;
  std::int64_t sku;
  std::int32_t quantity;
  copyto::decimal<9, 2> price;
  std::optional<double> discount;
};
BOOST_DESCRIBE_STRUCT(order_line, (), (item, sku, quantity, price, discount))

struct orders {
  std::int64_t id;
  std::string customer;
  std::string status;
  stamp at;
  std::vector<order_line> lines;
  std::optional<std::vector<std::string>> tags;
};
BOOST_DESCRIBE_STRUCT(orders, (), (id, customer, status, at, lines, tags))

inline std::vector<orders> make(std::size_t count, orders const*) {
  constexpr std::array<std::string_view, 4> states = {"open", "paid", "sent", "returned"};
  constexpr std::array<std::string_view, 6> labels = {"gift", "express", "fragile", "new customer", "b2b", "late"};
  dice d(5);
  stamp const first{std::chrono::sys_days{std::chrono::year(2024) / 1 / 1}};
  std::vector<orders> rows;
  rows.reserve(count);
  for (std::size_t i = 0; i != count; ++i) {
    orders o{.id = static_cast<std::int64_t>(i) + 1,
             .customer = fmt::format("customer {:06}", d.below(50'000)),
             .status = std::string(d.one_of(states)),
             .at = first + std::chrono::milliseconds(1500 * static_cast<std::int64_t>(i) + d.between(0, 1000)),
             .lines = {},
             .tags = {}};
    for (std::int64_t n = d.between(1, 7); n != 0; --n) {
      o.lines.push_back(
          {.item = prose(d, static_cast<std::size_t>(d.between(8, 30))),
           .sku = d.between(1, 200'000),
           .quantity = static_cast<std::int32_t>(d.between(1, 20)),
           .price = copyto::decimal<9, 2>::from_unscaled(d.between(99, 99'999)).value(),
           .discount = d.chance(20) ? std::optional(static_cast<double>(d.below(50)) / 100) : std::nullopt});
    }
    if (d.chance(60)) {
      o.tags.emplace();
      for (std::uint64_t n = d.below(4); n != 0; --n) {
        o.tags->push_back(std::string(d.one_of(labels)));
      }
    }
    rows.push_back(std::move(o));
  }
  return rows;
}

} // namespace bench

#endif
