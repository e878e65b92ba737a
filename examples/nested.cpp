// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Orders with lines, tags and stock become nested columns: lists, structs and maps in Parquet, JSON in CSV. Writes into the
// directories `orders` and `orders_csv`, which must be empty or missing, and prints the rows of the CSV.
#include <copyto/copyto.hpp>
#include <copyto/encode/csv.hpp>

#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

struct line {
  std::string item;
  copyto::decimal<9, 2> price;
  std::optional<std::int32_t> discount;
};
BOOST_DESCRIBE_STRUCT(line, (), (item, price, discount))

struct order {
  std::int64_t id;
  std::vector<line> lines;
  std::optional<std::vector<std::string>> tags;
  std::map<std::string, std::int32_t> stock;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, lines, tags, stock))

namespace {

copyto::decimal<9, 2> price(char const* text) { return copyto::decimal<9, 2>::parse(text).value(); }

template <class Encoder>
copyto::report export_orders(std::vector<order> const& orders, Encoder encoder, char const* directory) {
  return copyto::make_exporter(copyto::rows(orders), encoder, copyto::directory_store{directory}).run().value();
}

} // namespace

int main() {
  std::vector<order> const orders = {
      {1, {{"pen", price("1.50"), {}}, {"ink", price("12.00"), 10}}, {{"gift", "express"}}, {{"pen", 7}, {"ink", 2}}},
      {2, {}, {}, {}},
      {3, {{"paper", price("4.25"), {}}}, std::vector<std::string>(), {{"paper", 0}}},
  };
  try {
    copyto::report const parquet = export_orders(orders, copyto::parquet{}, "orders");
    std::printf("%zu rows in %zu file of Parquet\n", static_cast<std::size_t>(parquet.rows), parquet.files.size());
    copyto::report const csv = export_orders(orders, copyto::csv{{.delimiter = ';', .quote = '\''}}, "orders_csv");
    std::ifstream file("orders_csv/" + csv.files.at(0).key);
    for (std::string row; std::getline(file, row);) {
      std::puts(row.c_str());
    }
  } catch (copyto::failure const& failed) {
    std::fprintf(stderr, "%s\n", failed.what());
    return 1;
  }
}
