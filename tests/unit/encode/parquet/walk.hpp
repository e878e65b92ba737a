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
        v.list.push_back((head & 15) == 12 ? structure() : any(head & 15));
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

/// The data pages of a column chunk.
inline std::vector<page> pages(std::string_view file, value const& chunk) {
  std::vector<page> out;
  auto at = static_cast<std::size_t>(chunk[3][9].number);
  std::size_t const end = at + static_cast<std::size_t>(chunk[3][7].number);
  while (at < end) {
    thrift reader(file, at);
    value const header = reader.structure();
    auto const size = static_cast<std::size_t>(header[3].number);
    out.push_back({header[5][1].number, header[2].number, std::string(file.substr(reader.at(), size))});
    at = reader.at() + size;
  }
  return out;
}

} // namespace walk

#endif
