// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

/// The memory bound of the Parquet encoder against an allocator that counts.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/bloom_filter.hpp>
#include <copyto/encode/parquet/modern.hpp>
#include <copyto/schema/decimal.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace {

std::atomic<std::size_t> in_use{0};
std::atomic<std::size_t> peak{0};
constexpr std::size_t front = 16; // keeps the alignment, holds the size

} // namespace

void* operator new(std::size_t size) {
  void* const memory = std::malloc(size + front);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  *static_cast<std::size_t*>(memory) = size;
  std::size_t const now = in_use += size;
  std::size_t most = peak;
  while (now > most && !peak.compare_exchange_weak(most, now)) {
  }
  return static_cast<char*>(memory) + front;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) {
    void* const whole = static_cast<char*>(memory) - front;
    in_use -= *static_cast<std::size_t*>(whole);
    std::free(whole);
  }
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }

namespace {

using namespace copyto;

/// Counts bytes and keeps none.
class discarding final : public sink {
public:
  using sink::sink;

private:
  result<void> take(bytes_view) override { return {}; }
};

struct measured {
  std::uint64_t peak = 0;
  std::uint64_t bound = 0;
  std::uint64_t allocations_kept = 0;
};

/// Exports `rounds` times the same batch and measures what the encoders of its files allocate.
template <class E>
measured measure(E const& prototype, std::vector<field> const& fields, batch const& rows, std::size_t rounds,
                 std::uint64_t limit) {
  measured m;
  prototype.check(fields, sink::no_limit).value(); // smaller limits than an export may have are bounded, too
  m.bound = prototype.memory_bound(fields, limit);
  std::size_t round = 0;
  std::size_t at = 0;
  while (round != rounds) {
    discarding out(limit);
    std::size_t const before = in_use;
    peak = before;
    {
      E encoder = prototype;
      encoder.begin(fields, out).value();
      for (bool full = false; round != rounds && !full;) {
        std::size_t const taken = encoder.write(rows, at, out).value();
        full = at + taken != rows.rows();
        at = full ? at + taken : 0;
        round += full ? 0 : 1;
      }
      encoder.end(out).value();
    }
    m.peak = std::max<std::uint64_t>(m.peak, peak - before);
    m.allocations_kept += in_use - before;
  }
  return m;
}

void fill(batch& rows, std::vector<field> const& fields, std::size_t count, std::size_t most, bool random_bytes) {
  std::mt19937_64 random(6);
  for (std::size_t c = 0; c != fields.size(); ++c) {
    for (std::size_t i = 0; i != count; ++i) {
      if (fields[c].optional && random() % 4 == 0) {
        rows.buffer(c).append_null();
      } else if (is_bytes(fields[c].type.id)) {
        std::string value(most == 0 ? 0 : random() % most, 'x');
        for (char& b : value) {
          b = random_bytes ? static_cast<char>(random() % 128) : 'x';
        }
        rows.buffer(c).append_copy(value);
      } else if (fields[c].type.id == kind::boolean) {
        rows.buffer(c).append_bool(random() % 2 == 0);
      } else {
        std::byte value[16];
        for (std::byte& b : value) {
          b = static_cast<std::byte>(random() % 100);
        }
        rows.buffer(c).append_raw(value);
      }
    }
  }
  rows.close(count);
}

std::vector<field> schema_of(std::vector<std::string>& names, std::size_t columns, std::vector<kind> const& kinds,
                             bool optional) {
  std::vector<field> fields;
  names.resize(columns);
  for (std::size_t i = 0; i != columns; ++i) {
    names[i] = "column_" + std::to_string(i);
    fields.push_back({.name = names[i], .type = {.id = kinds[i % kinds.size()]}, .optional = optional});
  }
  return fields;
}

struct shape {
  std::string_view name;
  std::size_t columns;
  std::vector<kind> kinds;
  bool optional;
  std::size_t most; ///< longest byte string
  std::size_t batch_rows;
  std::uint64_t row_group_bytes;
  std::uint64_t limit;
  std::size_t rounds;
  bool tight; ///< the data fill what the bound allows for
};

TEST(ParquetMemory, ThePeakIsWithinTheBound) {
  std::vector<kind> const mixed = {kind::int64, kind::string, kind::boolean, kind::float64, kind::uuid, kind::int16};
  std::vector<shape> const shapes = {
      {"narrow", 1, {kind::int64}, false, 0, 2048, 8 * MiB, 64 * MiB, 2000, false},
      {"mixed", 12, mixed, true, 60, 2048, 8 * MiB, 64 * MiB, 100, true},
      {"wide numbers", 1000, {kind::int32, kind::float64}, true, 0, 64, 16 * MiB, 128 * MiB, 60, true},
      {"wide strings", 500, {kind::string}, true, 40, 200, 16 * MiB, 128 * MiB, 30, true},
      {"long strings", 3, {kind::binary}, true, 20'000, 200, 8 * MiB, 64 * MiB, 60, true},
      {"small files", 6, mixed, true, 60, 1000, 64 * MiB, 1 * MiB, 60, false},
      {"large row groups of small files", 2, {kind::binary}, false, 3000, 500, 1 * GiB, 4 * MiB, 40, false},
      {"tiny", 3, mixed, true, 10, 10, 64 * MiB, 10'000, 100, false},
  };
  for (shape const& s : shapes) {
    std::vector<std::string> names;
    std::vector<field> const fields = schema_of(names, s.columns, s.kinds, s.optional);
    for (bool const random_bytes : {true, false}) {
      batch rows(fields, s.batch_rows);
      fill(rows, fields, s.batch_rows, s.most, random_bytes);
      for (codec const& c : {codec(), snappy()}) {
        // Rows that come again and again are nothing to a dictionary, and leave most of its memory unused.
        for (bool const dictionary : {false, true}) {
          parquet const encoder{{.codec = c, .row_group_bytes = s.row_group_bytes, .dictionary = dictionary}};
          measured const m = measure(encoder, fields, rows, s.rounds, s.limit);
          EXPECT_LE(m.peak, m.bound) << s.name << ' ' << c.name();
          EXPECT_EQ(m.allocations_kept, 0U);
          if (s.tight && !dictionary && c.id() == codec_id::none) {
            EXPECT_GE(m.peak, m.bound / 2) << s.name << ": the bound is too wide";
          }
        }
        parquet<reader::modern> const encoder{{.codec = c, .row_group_bytes = s.row_group_bytes}};
        measured const m = measure(encoder, fields, rows, s.rounds / 2 + 1, s.limit);
        EXPECT_LE(m.peak, m.bound) << s.name << ' ' << c.name() << ", modern";
        EXPECT_EQ(m.allocations_kept, 0U);
      }
    }
  }
}

TEST(ParquetMemory, TinyLimitsKeepTheBound) {
  std::mt19937_64 random(7);
  std::vector<kind> const kinds = {kind::string, kind::int32, kind::boolean, kind::binary};
  for (int round = 0; round != 200; ++round) {
    std::vector<std::string> names;
    std::vector<field> const fields = schema_of(names, 1 + random() % 8, kinds, random() % 2 == 0);
    std::size_t const n = 1 + random() % 1500;
    batch rows(fields, n);
    fill(rows, fields, n, 1 + random() % 40, true);
    parquet_options const options{.codec = random() % 2 == 0 ? codec() : snappy(),
                                  .row_group_rows = 1 + random() % 3000,
                                  .row_group_bytes = 1 + random() % 300'000,
                                  .page_bytes = 1 + random() % 30'000,
                                  .page_rows = 1 + random() % 3000,
                                  .dictionary_bytes = 1 + random() % (random() % 2 == 0 ? 1000 : MiB),
                                  .dictionary_entries = random() % 2 == 0 ? 1 + random() % 1000 : 65'536};
    std::uint64_t const limit = random() % 2 == 0 ? sink::no_limit : 1 + random() % 1'000'000;
    measured const m = measure(parquet(options), fields, rows, 10, limit);
    EXPECT_LE(m.peak, m.bound) << round;
    measured const modern = measure(parquet<reader::modern>(options), fields, rows, 3, limit);
    EXPECT_LE(modern.peak, modern.bound) << round << ", modern";
    parquet_options filtered = options;
    for (field const& f : fields) {
      if (f.type.id != kind::boolean) {
        filtered.columns.push_back({.name = std::string(f.name), .filter = bloom_filter()});
      }
    }
    measured const filters = measure(parquet(filtered), fields, rows, 3, limit);
    EXPECT_LE(filters.peak, filters.bound) << round << ", with filters";
  }
}

/// Random slots of a column, whose lists have up to `longest` elements.
void append_random(column_buffer& to, std::mt19937_64& random, std::size_t longest) {
  field const& f = to.type();
  if (f.optional && random() % 5 == 0) {
    to.append_null();
    return;
  }
  switch (f.type.id) {
  case kind::list:
  case kind::map:
    for (std::size_t n = random() % (longest + 1); n != 0; --n) {
      for (std::size_t c = 0; c != f.node_count; ++c) {
        append_random(to.child(c), random, longest);
      }
    }
    to.append_list();
    return;
  case kind::structure:
    for (std::size_t c = 0; c != f.node_count; ++c) {
      append_random(to.child(c), random, longest);
    }
    to.append_struct();
    return;
  case kind::string: to.append_copy(std::string(random() % 20, static_cast<char>('a' + random() % 26))); return;
  default: to.append_fixed(random() % 1000);
  }
}

TEST(ParquetMemory, NestedColumnsAreWithinTheBound) {
  static constexpr field number{.name = "element", .type = {.id = kind::uint64}, .optional = true};
  static constexpr field lists{.name = "element", .type = {.id = kind::list}, .nodes = &number, .node_count = 1};
  static constexpr field entries[] = {{.name = "key", .type = {.id = kind::string}}, lists};
  static constexpr field members[] = {
      {.name = "id", .type = {.id = kind::uint64}},
      {.name = "by", .type = {.id = kind::map}, .optional = true, .nodes = entries, .node_count = 2}};
  static constexpr field row{
      .name = "r", .type = {.id = kind::structure}, .optional = true, .nodes = members, .node_count = 2};
  std::vector<field> const fields = {
      {.name = "numbers", .type = {.id = kind::list}, .optional = true, .nodes = &number, .node_count = 1},
      row,
      {.name = "rows", .type = {.id = kind::list}, .nodes = &row, .node_count = 1}};
  std::mt19937_64 random(9);
  for (int round = 0; round != 60; ++round) {
    batch rows(fields, 500);
    std::size_t const longest = round % 4 == 0 ? 0 : random() % 6;
    for (std::size_t c = 0; c != fields.size(); ++c) {
      for (std::size_t i = 0; i != rows.capacity(); ++i) {
        append_random(rows.buffer(c), random, longest);
      }
    }
    rows.close(rows.capacity());
    bool const wide = round % 3 == 0;
    parquet const encoder{{.codec = random() % 2 == 0 ? codec() : snappy(),
                           .row_group_rows = wide ? 1'000'000 : 1 + random() % 3000,
                           .row_group_bytes = wide ? 8 * MiB : 1 + random() % 300'000,
                           .page_bytes = wide ? MiB : 1 + random() % 30'000,
                           .page_rows = wide ? 20'000 : 1 + random() % 3000,
                           .dictionary = random() % 3 != 0,
                           .dictionary_bytes = 1 + random() % MiB,
                           .dictionary_entries = random() % 2 == 0 ? 1 + random() % 1000 : 65'536}};
    measured const m = measure(encoder, fields, rows, wide ? 60 : 10, sink::no_limit);
    EXPECT_LE(m.peak, m.bound) << round;
    EXPECT_EQ(m.allocations_kept, 0U);
  }
}

TEST(ParquetMemory, FullDictionariesAreWithinTheBound) {
  // As many distinct values as fit, of each width, one dictionary full after the other; each row group anew.
  std::vector<std::string> names;
  std::vector<kind> const kinds = {kind::int32, kind::int64, kind::string, kind::decimal, kind::float64};
  std::vector<field> fields = schema_of(names, 5, kinds, false);
  fields[3].type.precision = 38;
  batch rows(fields, 1000);
  auto const fill_from = [&](std::uint64_t first) {
    rows.clear();
    for (std::uint64_t i = first; i != first + 1000; ++i) {
      std::uint64_t const number = i % 4 == 0 ? 1'000'000 + i : 1'000'000 + i / 32; // too few are new to give up
      rows.buffer(0).append_fixed(static_cast<std::int32_t>(number));
      rows.buffer(1).append_fixed(static_cast<std::int64_t>(number));
      rows.buffer(2).append_copy("a text with number " + std::to_string(number));
      rows.buffer(3).append_fixed(static_cast<int128>(number));
      rows.buffer(4).append_fixed(static_cast<double>(number));
    }
    rows.close(1000);
  };
  fill_from(0);
  for (std::uint64_t const dictionary : {std::uint64_t{20'000}, std::uint64_t{MiB}}) {
    parquet one{{.row_group_bytes = 12 * MiB, .dictionary_bytes = dictionary, .dictionary_entries = 1'048'576}};
    std::uint64_t const bound = one.memory_bound(fields, sink::no_limit);
    discarding out;
    std::size_t const before = in_use;
    peak = before;
    one.begin(fields, out).value();
    for (std::uint64_t first = 0; first != 200'000; first += 1000) {
      fill_from(first);
      one.write(rows, 0, out).value();
    }
    one.end(out).value();
    EXPECT_LE(peak - before, bound) << dictionary;
  }
}

TEST(ParquetMemory, DictionariesBeyondTheirSharesAreWithinTheBound) {
  // Of 100 columns, others have many distinct values in each row group: what was one's must become the next one's.
  std::vector<std::string> names;
  std::vector<field> const fields = schema_of(names, 100, {kind::int64, kind::string, kind::int32}, false);
  batch rows(fields, 500);
  for (std::size_t const length : {1U, 60U}) { // bytes of text before the number
    parquet one{{.row_group_rows = 20'000, .row_group_bytes = 32 * MiB}};
    std::uint64_t const bound = one.memory_bound(fields, sink::no_limit);
    discarding out;
    std::size_t const before = in_use;
    peak = before;
    one.begin(fields, out).value();
    for (std::uint64_t first = 0; first != 60'000; first += 500) {
      rows.clear();
      for (std::size_t c = 0; c != fields.size(); ++c) {
        bool const many = c % 4 == first / 10'000 % 4;
        for (std::uint64_t i = first; i != first + 500; ++i) {
          std::uint64_t const number = many ? i / 2 : i % 3;
          switch (fields[c].type.id) {
          case kind::int64: rows.buffer(c).append_fixed(static_cast<std::int64_t>(number)); break;
          case kind::int32: rows.buffer(c).append_fixed(static_cast<std::int32_t>(number)); break;
          default: rows.buffer(c).append_copy(std::string(length, 't') + std::to_string(number)); break;
          }
        }
      }
      rows.close(500);
      one.write(rows, 0, out).value();
    }
    one.end(out).value();
    EXPECT_LE(peak - before, bound) << length;
    EXPECT_GE(peak - before, bound / 6) << length << ": the bound is too wide";
  }
}

TEST(ParquetMemory, LargeValuesLeaveNothingBehind) {
  std::vector<field> const fields{{.name = "v", .type = {.id = kind::binary}}};
  std::string const large(40 << 20, 'x');
  batch one(fields);
  one.buffer(0).append_view(large);
  one.close(1);
  batch small(fields);
  for (int i = 0; i != 100; ++i) {
    small.buffer(0).append_view("small");
  }
  small.close(100);
  parquet encoder{{.codec = snappy(), .row_group_bytes = 8 * MiB}};
  discarding out;
  std::size_t const before = in_use;
  encoder.begin(fields, out).value();
  encoder.write(one, 0, out).value();
  encoder.write(small, 0, out).value();
  // Its row group has gone, and its memory with it.
  EXPECT_LE(in_use - before, encoder.memory_bound(fields, sink::no_limit));
  encoder.end(out).value();
}

TEST(ParquetMemory, NothingIsAllocatedPerRow) {
  std::vector<kind> const kinds = {kind::int64, kind::string, kind::boolean};
  std::vector<std::string> names;
  std::vector<field> const fields = schema_of(names, 3, kinds, true);
  batch rows(fields);
  fill(rows, fields, 1000, 20, true);
  parquet encoder;
  discarding out;
  encoder.begin(fields, out).value();
  encoder.write(rows, 0, out).value(); // buffers are there now
  std::size_t const before = in_use;
  peak = before;
  for (int i = 0; i != 10; ++i) {
    encoder.write(rows, 0, out).value();
  }
  EXPECT_EQ(in_use, before);
  EXPECT_EQ(peak, before);
  encoder.end(out).value();
}

} // namespace
