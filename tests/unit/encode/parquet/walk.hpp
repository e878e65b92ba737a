// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_ENCODE_PARQUET_WALK_HPP
#define COPYTO_TESTS_UNIT_ENCODE_PARQUET_WALK_HPP

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// A reader of Parquet's metadata for tests, which shares no code with the writer.
namespace walk {

/// Any Thrift value.
struct value {
  std::int64_t number = 0;
  std::string bytes = {};
  std::vector<value> list = {};
  std::map<int, value> fields = {};

  [[nodiscard]] value const& operator[](int id) const { return fields.at(id); }
  [[nodiscard]] bool has(int id) const { return fields.contains(id); }
};

class thrift {
public:
  explicit thrift(std::string_view data, std::size_t at = 0) : data_(data), at_(at) {}
  [[nodiscard]] std::size_t at() const { return at_; }

  value structure() {
    value v;
    for (int last = 0;;) {
      unsigned const head = byte();
      if (head == 0) {
        return v;
      }
      last = (head >> 4) != 0 ? last + static_cast<int>(head >> 4) : static_cast<int>(number());
      v.fields[last] = any(head & 15);
    }
  }

private:
  unsigned byte() {
    if (at_ >= data_.size()) {
      throw std::runtime_error("the metadata ends early");
    }
    return static_cast<unsigned char>(data_[at_++]);
  }
  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (int shift = 0;; shift += 7) {
      unsigned const b = byte();
      v |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      if (b < 0x80) {
        return v;
      }
    }
  }
  std::int64_t number() {
    std::uint64_t const n = varint();
    return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
  }
  value any(unsigned kind) {
    value v;
    switch (kind) {
    case 1: v.number = 1; break;
    case 2: break;
    case 3: v.number = static_cast<int>(byte() ^ 0x80) - 0x80; break;
    case 5:
    case 6: v.number = number(); break;
    case 8: {
      std::size_t const size = varint();
      v.bytes = std::string(data_.substr(at_, size));
      at_ += size;
      break;
    }
    case 9: {
      unsigned const head = byte();
      std::size_t const size = (head >> 4) == 15 ? varint() : head >> 4;
      for (std::size_t i = 0; i != size; ++i) {
        switch (head & 15) {
        case 1: v.list.push_back({.number = byte() == 1 ? 1 : 0}); break; // a boolean in a list is a byte
        case 12: v.list.push_back(structure()); break;
        default: v.list.push_back(any(head & 15)); break;
        }
      }
      break;
    }
    case 12: return structure();
    default: throw std::runtime_error("a type that Parquet does not use");
    }
    return v;
  }

  std::string_view data_;
  std::size_t at_;
};

struct page {
  std::int64_t values = 0;
  std::int64_t uncompressed = 0;
  std::string body = {}; ///< as stored
  std::int64_t encoding = 0;
  std::size_t offset = 0; ///< of the header
  std::size_t size = 0;   ///< with the header
  value header = {};
};

/// FileMetaData.
inline value footer(std::string_view file) {
  if (file.size() < 12 || file.substr(0, 4) != "PAR1" || file.substr(file.size() - 4) != "PAR1") {
    throw std::runtime_error("no Parquet file");
  }
  std::uint32_t size;
  std::memcpy(&size, file.data() + file.size() - 8, 4);
  return thrift(file.substr(0, file.size() - 8), file.size() - 8 - size).structure();
}

/// All pages of a column chunk, the dictionary page first if there is one.
inline std::vector<page> all_pages(std::string_view file, value const& chunk) {
  std::vector<page> out;
  auto at = static_cast<std::size_t>(chunk[3][chunk[3].has(11) ? 11 : 9].number);
  std::size_t const end = at + static_cast<std::size_t>(chunk[3][7].number);
  while (at < end) {
    thrift reader(file, at);
    value const header = reader.structure();
    auto const size = static_cast<std::size_t>(header[3].number);
    value const& kind = header[header.has(5) ? 5 : 7];
    out.push_back({kind[1].number, header[2].number, std::string(file.substr(reader.at(), size)), kind[2].number, at,
                   reader.at() + size - at, header});
    at = reader.at() + size;
  }
  return out;
}

/// The data pages of a column chunk.
inline std::vector<page> pages(std::string_view file, value const& chunk) {
  std::vector<page> out = all_pages(file, chunk);
  if (chunk[3].has(11)) {
    out.erase(out.begin());
  }
  return out;
}

/// ColumnIndex and OffsetIndex of a column chunk.
inline value column_index(std::string_view file, value const& chunk) {
  return thrift(file, static_cast<std::size_t>(chunk[6].number)).structure();
}
inline value offset_index(std::string_view file, value const& chunk) {
  return thrift(file, static_cast<std::size_t>(chunk[4].number)).structure();
}

/// Numbers in a run-length and bit-packed hybrid; all of them, the padding of packed groups included.
inline std::vector<std::uint32_t> hybrid(std::string_view data, unsigned width) {
  std::vector<std::uint32_t> out;
  std::size_t at = 0;
  auto const byte = [&] {
    if (at >= data.size()) {
      throw std::runtime_error("the hybrid ends early");
    }
    return static_cast<std::uint32_t>(static_cast<unsigned char>(data[at++]));
  };
  while (at != data.size()) {
    std::uint64_t head = 0;
    for (unsigned shift = 0;; shift += 7) {
      std::uint32_t const b = byte();
      head |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      if (b < 0x80) {
        break;
      }
    }
    if ((head & 1) == 0) {
      std::uint32_t value = 0;
      for (unsigned i = 0; i != (width + 7) / 8; ++i) {
        value |= byte() << (8 * i);
      }
      out.insert(out.end(), head >> 1, value);
    } else {
      std::uint64_t word = 0;
      unsigned bits = 0;
      for (std::uint64_t i = 0; i != (head >> 1) * 8; ++i) {
        while (bits < width) {
          word |= static_cast<std::uint64_t>(byte()) << bits;
          bits += 8;
        }
        out.push_back(static_cast<std::uint32_t>(word & ((std::uint64_t{1} << width) - 1)));
        word >>= width;
        bits -= width;
      }
    }
  }
  return out;
}

} // namespace walk

#endif
