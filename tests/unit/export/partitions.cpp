// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/partition_by.hpp>

#include <copyto/commit/settle.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/dry_run.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/partition_members.hpp>
#include <copyto/export/writer.hpp>
#include <copyto/handoff/manifest.hpp>
#include <copyto/handoff/success_file.hpp>
#include <copyto/handoff/verify.hpp>
#include <copyto/source/in_shards.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace partition_tests {

struct place {
  std::string street;
  std::optional<std::vector<std::string>> tags;
};
BOOST_DESCRIBE_STRUCT(place, (), (street, tags))
struct item {
  std::int32_t id = 0;
  std::optional<std::string> region;
  std::optional<bool> flag;
  std::optional<double> rate;
  std::int8_t small = 0;
  std::string text;
  std::optional<std::vector<std::optional<std::int64_t>>> list;
  std::map<std::string, std::int32_t> map;
  std::optional<place> where;
};
BOOST_DESCRIBE_STRUCT(item, (), (id, region, flag, rate, small, text, list, map, where))

} // namespace partition_tests

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::export_options;
using copyto::memory_store;
using copyto::partition_settings;
using copyto::report;
using copyto::result;
using partition_tests::item;

std::vector<item> items(std::size_t count, std::uint32_t regions) {
  std::mt19937_64 random(20261130);
  std::vector<item> made;
  for (std::size_t i = 0; i != count; ++i) {
    std::uint64_t const dice = random();
    item row;
    row.id = static_cast<std::int32_t>(i);
    row.small = static_cast<std::int8_t>(dice);
    row.text = std::string(dice % 40, 'x') + std::to_string(dice);
    if (std::uint64_t const region = dice / 64 % (regions + 1); region != regions) {
      row.region = fmt::format("r{}", region);
    }
    if (dice % 3 != 0) {
      row.flag = dice % 2 == 0;
      row.rate = static_cast<double>(dice) / 7;
      row.list.emplace();
      for (std::uint64_t k = 0; k != dice % 4; ++k) {
        row.list->push_back(k == 1 ? std::nullopt : std::optional<std::int64_t>(static_cast<std::int64_t>(dice >> k)));
      }
      row.map = {{"a", static_cast<std::int32_t>(dice % 100)}, {"b" + std::to_string(dice % 5), -1}};
    }
    if (dice % 5 != 0) {
      row.where = partition_tests::place{.street = "s" + std::to_string(dice % 11), .tags = {}};
      if (dice % 7 != 0) {
        row.where->tags = {"t", std::string(dice % 9, 'u')};
      }
    }
    made.push_back(std::move(row));
  }
  return made;
}

export_options by_region(partition_settings settings = {}, std::uint32_t threads = 1) {
  return {.to = copyto::into("p"),
          .partitions = copyto::partition_by({{.column = "region"}}, std::move(settings)),
          .max_file_size = 20'000,
          .part_size = 4096,
          .parts_in_flight = 2,
          .threads = threads,
          .export_id = "x"};
}

template <class Encoder = copyto::csv>
result<report> run(std::vector<item> const& rows, memory_store const& store, export_options const& options,
                   Encoder encoder = Encoder()) {
  return copyto::make_exporter(copyto::rows(rows), std::move(encoder), store, options).run();
}

/// All lines, sorted.
std::vector<std::string> lines_of(contents const& files) {
  std::vector<std::string> all;
  for (auto const& [key, body] : files) {
    for (std::size_t at = 0; at != body.size();) {
      std::size_t const end = body.find('\n', at) + 1;
      all.push_back(body.substr(at, end - at));
      at = end;
    }
  }
  std::ranges::sort(all);
  return all;
}

TEST(partitions, each_row_is_in_its_partition_once_with_all_its_values) {
  std::vector<item> const rows = items(5000, 20);
  memory_store one;
  ASSERT_TRUE(run(rows, one, {.to = copyto::into("p")}));
  for (std::uint64_t const memory : {copyto::MiB, 64 * copyto::MiB}) { // with and without a file
    memory_store store;
    auto const done = run(rows, store, by_region({.keep = true, .spill_memory = memory}));
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(lines_of(visible(store)), lines_of(visible(one)));
    EXPECT_TRUE(is_settled(store));
    EXPECT_EQ(done->rows, rows.size());
    std::set<std::string> partitions;
    for (auto const& file : done->files) {
      partitions.insert(file.partition);
      std::string const value = file.partition.substr(file.partition.find('=') + 1);
      std::string const body = store.objects().at(file.key).body;
      std::size_t seen = 0;
      std::int64_t last = -1;
      for (std::size_t at = 0; at != body.size(); at = body.find('\n', at) + 1) { // no value here has a line break
        std::int64_t const id = std::stoll(body.substr(at));
        EXPECT_EQ(rows[static_cast<std::size_t>(id)].region.value_or("__HIVE_DEFAULT_PARTITION__"), value);
        EXPECT_GT(id, last) << "a partition's rows keep their order";
        last = id;
        ++seen;
      }
      EXPECT_EQ(seen, file.rows);
    }
    EXPECT_EQ(partitions.size(), 21U);
    EXPECT_TRUE(std::ranges::is_sorted(done->files, [](auto const& a, auto const& b) {
      auto const key = [](std::string const& path) {
        return path.find("__") != path.npos ? "~" : path;
      }; // NULL is the last
      return key(a.partition) < key(b.partition);
    }));
  }
}

TEST(partitions, bytes_depend_on_the_rows_alone) {
  for (std::uint32_t const regions : {1U, 7U, 300U}) {
    std::vector<item> const rows = items(regions == 1 ? 20'000 : 6000, regions);
    contents first;
    for (std::uint32_t const threads : {1U, 2U, 8U}) {
      for (std::uint64_t const memory : {copyto::MiB, 64 * copyto::MiB}) {
        for (std::size_t const batch_rows : {std::size_t{3}, std::size_t{2048}}) {
          memory_store store;
          export_options options = by_region({.spill_memory = memory}, threads);
          options.batch_rows = batch_rows;
          options.max_file_size = 100'000;
          auto const done = run(rows, store, options, copyto::parquet());
          ASSERT_TRUE(done) << done.error().message();
          first = first.empty() ? visible(store) : first;
          EXPECT_EQ(visible(store), first) << threads << " threads, " << memory << " bytes, batches of " << batch_rows;
        }
      }
    }
  }
}

/// Numbers whose partition is a tenth of them.
struct pair {
  std::int64_t value = 0;
  std::int32_t group = 0;
};
BOOST_DESCRIBE_STRUCT(pair, (), (value, group))

/// `lines`, in which the group may be, too.
class pair_lines : public lines {
public:
  static constexpr bool supports(copyto::field const& f) {
    return f.type.id == copyto::kind::int64 || f.type.id == copyto::kind::int32;
  }
};

result<report> run_pairs(std::vector<pair> const& rows, memory_store const& store, export_options options) {
  options.partitions = options.partitions ? options.partitions : copyto::partition_by({{.column = "group"}});
  options.export_id = "x";
  return copyto::make_exporter(copyto::rows(rows), pair_lines(), store, options).run();
}
std::vector<pair> grouped(std::int32_t groups, std::int64_t each) {
  std::vector<pair> rows;
  for (std::int32_t g = 0; g != groups; ++g) {
    for (std::int64_t i = 0; i != each; ++i) {
      rows.push_back({g * each + i, g});
    }
  }
  return rows;
}

TEST(partitions, grouped_rows_make_the_same_files_whatever_order_the_groups_have) {
  std::vector<pair> ascending = grouped(9, 40'000);
  std::vector<pair> descending = ascending;
  std::ranges::reverse(descending);
  std::ranges::stable_sort(descending, {}, [](pair const& p) { return p.value; });
  std::ranges::stable_sort(descending, std::ranges::greater(), &pair::group);
  std::vector<pair> mixed = ascending;
  std::ranges::stable_sort(mixed, {}, [](pair const& p) { return p.value % 40'000; });
  export_options const options{.to = copyto::into("p"), .max_file_size = 60'000, .part_size = 4096};
  memory_store one;
  memory_store two;
  memory_store three;
  ASSERT_TRUE(run_pairs(ascending, one, options));
  ASSERT_TRUE(run_pairs(descending, two, options));
  ASSERT_TRUE(run_pairs(mixed, three, options));
  EXPECT_EQ(visible(one), visible(two));
  EXPECT_EQ(visible(one), visible(three));
  EXPECT_GT(visible(one).size(), 9U);
}

TEST(partitions, that_come_back_late_get_further_files) {
  std::vector<pair> rows = grouped(4, 60'000);
  rows.push_back({-1, 0});
  rows.back().value = 777;
  for (std::size_t const batch_rows : {std::size_t{100}, std::size_t{1999}}) {
    memory_store store;
    auto const done = run_pairs(rows, store, {.to = copyto::into("p"), .batch_rows = batch_rows});
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(done->rows, 240'001U);
    auto const files = visible(store);
    EXPECT_EQ(files.size(), 5U);
    EXPECT_EQ(files.at("p/group=0/part-0000-0001-x.txt"), "777\n");
  }
}

TEST(partitions, nearly_sorted_ones_make_the_same_files_whatever_memory) {
  std::vector<item> rows;
  for (std::int32_t i = 0; i != 8260; ++i) {
    rows.emplace_back();
    rows.back().id = i;
    rows.back().text = std::string(1000, 'x');
  }
  for (std::int32_t const late : {8000, 8200, 8250}) { // comes back
    contents first;
    rows.back().id = late;
    for (std::uint64_t const memory : {copyto::MiB, 3 * copyto::MiB, 64 * copyto::MiB}) {
      memory_store store;
      export_options const options{.to = copyto::into("p"),
                                   .partitions = copyto::partition_by({{.column = "id"}}, {.spill_memory = memory}),
                                   .export_id = "x"};
      auto const done = run(rows, store, options);
      ASSERT_TRUE(done) << done.error().message();
      first = first.empty() ? visible(store) : first;
      EXPECT_TRUE(visible(store) == first) << late << ", " << memory << ": " << visible(store).size() << " files";
    }
  }
}

TEST(partitions, large_and_small_ones_go_the_same_way_as_those_that_wait) {
  auto const size_of = [](std::int32_t g) { return g == 0 ? 200'000 : g == 2 ? 150'000 : 1 + g % 200; };
  constexpr std::int32_t groups = 2000;
  std::vector<pair> rows;
  for (std::int32_t g = 0; g != groups; ++g) {
    for (std::int64_t i = 0; i != size_of(g); ++i) {
      rows.push_back({i * groups + g, g});
    }
  }
  std::vector<pair> mixed = rows; // each partition comes back at once
  std::ranges::sort(mixed, {}, &pair::value);
  contents first;
  for (auto const* all : {&mixed, &rows}) {
    for (std::uint32_t const threads : {1U, 3U}) {
      for (std::size_t const batch_rows : {std::size_t{777}, std::size_t{2048}}) {
        memory_store store;
        auto const done = run_pairs(*all, store,
                                    {.to = copyto::into("p"),
                                     .max_file_size = 300'000,
                                     .part_size = 65'536,
                                     .threads = threads,
                                     .batch_rows = batch_rows});
        ASSERT_TRUE(done) << done.error().message();
        first = first.empty() ? visible(store) : first;
        EXPECT_TRUE(visible(store) == first) << threads << " threads, batches of " << batch_rows;
        EXPECT_EQ(done->rows, rows.size());
      }
    }
  }
  EXPECT_GT(first.size(), 2000U);
}

TEST(partitions, a_writer_has_them_too) {
  memory_store pushed;
  memory_store pulled;
  std::vector<item> const rows = items(3000, 5);
  ASSERT_TRUE(run(rows, pulled, by_region()));
  auto out = copyto::open_export<item>(copyto::csv(), pushed, by_region());
  for (item const& row : rows) {
    ASSERT_TRUE(out.push(row));
  }
  auto const done = out.commit();
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(visible(pushed), visible(pulled));
}

TEST(partitions, no_rows_make_no_file_but_the_manifest) {
  memory_store store;
  export_options options = by_region();
  ASSERT_TRUE(run({}, store, options));
  EXPECT_TRUE(store.objects().empty());
  options.last = copyto::manifest();
  auto const done = run(items(100, 2), store, options);
  ASSERT_TRUE(done) << done.error().message();
  std::string const text = store.objects().at(done->manifest).body;
  EXPECT_NE(text.find("\"partition\": {\"region\": \"r1\"}"), text.npos) << text;
  EXPECT_NE(text.find("\"partition\": {\"region\": null}"), text.npos) << text;
}

TEST(partitions, only_those_that_are_written_are_replaced) {
  memory_store store;
  auto const put = [&](std::string const& key) { ASSERT_TRUE(store.put(key, copyto::as_bytes("old"), {}, {}, {})); };
  for (std::string const key : {"p/group=0/old.txt", "p/group=0/deep/old.txt", "p/group=1/old.txt",
                                "p/group=10/old.txt", "p/old.txt", "p/group=2"}) {
    put(key);
  }
  std::vector<pair> const rows = {{1, 0}, {2, 2}, {3, 0}};
  auto const done = run_pairs(rows, store, {.to = copyto::replace_partitions("p")});
  ASSERT_TRUE(done) << done.error().message();
  std::vector<std::string> keys;
  for (auto const& [key, object] : store.objects()) {
    keys.push_back(key);
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"p/group=0/part-0000-0000-x.txt", "p/group=1/old.txt", "p/group=10/old.txt",
                                            "p/group=2", "p/group=2/part-0000-0000-x.txt", "p/old.txt"}));
  // No rows, nothing to replace; and `replace` takes all.
  ASSERT_TRUE(run_pairs({}, store, {.to = copyto::replace_partitions("p")}));
  EXPECT_EQ(store.objects().size(), 6U);
  export_options options{.to = copyto::replace("p")};
  options.partitions = copyto::partition_by({{.column = "group"}});
  options.export_id = "y";
  ASSERT_TRUE(copyto::make_exporter(copyto::rows(rows), pair_lines(), store, options).run());
  EXPECT_EQ(visible(store).size(), 2U);
}

/// The same whatever stands before the partition's path in the names, or a refusal.
TEST(partitions, are_replaced_below_folders_of_any_names) {
  std::vector<pair> const rows = {{1, 0}, {2, 2}, {3, 0}};
  for (std::string const names : {"{partition}/{file}-{id}.{ext}", "v1/{partition}/{file}-{id}.{ext}",
                                  "s{shard}/{partition}/{file}-{id}.{ext}", "f{file}/{partition}/x-{id}.{ext}"}) {
    memory_store store;
    for (std::string const id : {"x", "y", "z"}) {
      export_options options{.to = copyto::replace_partitions("p", names)};
      options.partitions = copyto::partition_by({{.column = "group"}});
      options.export_id = id;
      auto const done = copyto::make_exporter(copyto::rows(rows), pair_lines(), store, options).run();
      ASSERT_TRUE(done) << names << done.error().message();
      for (auto const& f : done->files) {
        EXPECT_TRUE(f.partition == "group=0" || f.partition == "group=2") << names << f.partition;
      }
    }
    EXPECT_EQ(visible(store).size(), 2U) << names;
  }
  for (std::string const names : {"{id}/{partition}/{file}.{ext}", "{year}/{partition}/{file}-{id}.{ext}",
                                  "a{second}/{partition}/{file}-{id}.{ext}"}) {
    memory_store store;
    export_options options{.to = copyto::replace_partitions("p", names)};
    options.partitions = copyto::partition_by({{.column = "group"}});
    auto const done = copyto::make_exporter(copyto::rows(rows), pair_lines(), store, options).run();
    ASSERT_FALSE(done) << names;
    EXPECT_NE(done.error().message().find("another in each export"), std::string::npos) << done.error().message();
    options.to = copyto::replace("p", names);
    EXPECT_TRUE(copyto::make_exporter(copyto::rows(rows), pair_lines(), store, options).run()) << names;
  }
}

TEST(partitions, a_failed_or_stopped_export_leaves_nothing_at_any_request) {
  std::vector<item> const rows = items(300, 4);
  std::uint64_t operations = 0;
  {
    memory_store store;
    copyto::testing::fail_at_store counted(store, {});
    ASSERT_TRUE(copyto::make_exporter(copyto::rows(rows), copyto::csv(), counted, by_region()).run());
    operations = counted.operations();
  }
  ASSERT_GT(operations, 10U);
  std::size_t failed = 0;
  for (std::uint64_t n = 0; n != operations; ++n) {
    memory_store store;
    copyto::testing::fail_at_store failing(store, {.at = n});
    auto const done = copyto::make_exporter(copyto::rows(rows), copyto::csv(), failing, by_region()).run();
    if (!done && !done.error().is(errc::in_doubt)) {
      EXPECT_TRUE(visible(store).empty()) << n;
      ++failed;
    } else if (!done) {
      EXPECT_TRUE(copyto::resume_export(copyto::store_ref(store), "p")) << n;
    }
  }
  EXPECT_GT(failed, 5U);
}

TEST(partitions, limits_and_bad_values_name_row_and_column_and_leave_nothing) {
  auto const refused = [](std::vector<item> rows, export_options const& options, std::string_view part, auto column,
                          std::uint64_t row) {
    memory_store store;
    auto const done = run(rows, store, options);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message().find(part), std::string::npos) << done.error().message();
    EXPECT_EQ(done.error()->column, column) << done.error().message();
    EXPECT_EQ(done.error()->row, row == 0 ? std::nullopt : std::optional(row)) << done.error().message();
    EXPECT_TRUE(store.objects().empty());
  };
  std::vector<item> rows = items(5000, 3);
  refused(items(5000, 100), by_region({.most = 50}), "there are more than 50 partitions: `region` has 51 values so far",
          "", 70);
  rows[4321].region = "";
  refused(rows, by_region(), "which readers take for NULL", "region", 4322);
  rows[4321].region = "__HIVE_DEFAULT_PARTITION__";
  refused(rows, by_region(), "which readers take for NULL", "region", 4322);
  rows[4321].region = std::string(1100, 'k');
  memory_store store;
  auto const done = run(rows, store, by_region());
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::limit_exceeded)) << done.error().message();
  EXPECT_EQ(done.error()->row, 4322U);
  EXPECT_TRUE(store.objects().empty());
  // Where they wait.
  std::vector<item> const many = items(20'000, 50);
  auto const failure = [&](partition_settings settings) {
    memory_store into;
    settings.spill_memory = copyto::MiB;
    auto const out = run(many, into, by_region(settings));
    EXPECT_TRUE(out || into.objects().empty());
    return out ? std::string() : out.error().message();
  };
  EXPECT_NE(failure({.spill_directory = "/nowhere/at/all"}).find("cannot be kept there: No such file or directory"),
            std::string::npos);
  EXPECT_NE(failure({.spill_directory = "/dev/null"}).find("Not a directory"), std::string::npos);
  EXPECT_NE(failure({.spill_limit = copyto::MiB}).find("more than the 1048576 bytes"), std::string::npos);
  EXPECT_EQ(failure({}), "");
}

TEST(partitions, what_does_not_go_with_them_is_refused_before_the_first_request) {
  auto const refused = [](export_options const& options, std::string_view part) {
    memory_store store;
    auto const done = run(items(10, 2), store, options);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message().find(part), std::string::npos) << done.error().message();
  };
  export_options options = by_region();
  options.to = copyto::one_key("k.csv");
  refused(options, "each partition has files of its own");
  options = by_region();
  options.as_they_close = true;
  refused(options, "cannot become visible as they close");
  options = by_region();
  options.partitions = copyto::partition_by({{.column = "rate"}});
  refused(options, "no partitions by the values of double");
  options.partitions = nullptr;
  options.to = copyto::replace_partitions("p");
  refused(options, "only partitions are to be replaced, and there are none");
  options.to = copyto::into("p", "{partition}/{file}.{ext}");
  refused(options, "names partitions, and there are none");
  memory_store store;
  auto const header = copyto::make_exporter(copyto::rows(items(10, 2)),
                                            copyto::csv({.header = copyto::csv_header::first_file}), store, by_region())
                          .run();
  EXPECT_FALSE(header);
}

result<report> run_shards(std::vector<item> const& rows, std::uint32_t shards, auto& store,
                          export_options const& options) {
  return copyto::make_exporter(copyto::in_shards(copyto::rows(rows), shards), copyto::csv(), store, options).run();
}

TEST(partitions, of_shards_are_the_same_however_many_are_read_at_a_time) {
  std::vector<item> const rows = items(5000, 20);
  memory_store one;
  ASSERT_TRUE(run(rows, one, {.to = copyto::into("p")}));
  contents first;
  for (std::uint32_t const connections : {1U, 2U, 4U}) {
    for (std::uint32_t const threads : {1U, 4U}) {
      for (std::uint64_t const memory : {copyto::MiB, 64 * copyto::MiB}) {
        memory_store store;
        export_options options = by_region({.keep = true, .spill_memory = memory}, threads);
        options.connections = connections;
        options.last = copyto::manifest();
        options.batch_rows = 100 * connections;
        std::uint64_t told = 0;
        auto const done = copyto::make_exporter(copyto::in_shards(copyto::rows(rows), 4), copyto::csv(), store, options)
                              .run({}, [&](copyto::progress const& now) { told = now.rows; });
        ASSERT_TRUE(done) << done.error().message();
        first = first.empty() ? visible(store) : first;
        EXPECT_TRUE(visible(store) == first) << connections << " connections, " << threads << " threads";
        EXPECT_EQ(done->rows, rows.size());
        EXPECT_EQ(told, rows.size());
        EXPECT_EQ(done->shards.size(), 4U);
        EXPECT_TRUE(std::ranges::is_sorted(done->files, {}, &copyto::file_report::shard));
        EXPECT_EQ(done->shards[3].rows, 1250U);
        EXPECT_TRUE(std::ranges::all_of(done->files, [](auto const& f) { return !f.partition.empty(); }));
        EXPECT_TRUE(copyto::verify_manifest(copyto::store_ref(store), done->manifest));
      }
    }
  }
  std::erase_if(first, [](auto const& file) { return file.first.find("manifest") != std::string::npos; });
  EXPECT_EQ(lines_of(first), lines_of(visible(one)));
  // Each shard's files are those of an export of its rows alone, but for their names.
  for (std::uint32_t shard = 0; shard != 4; ++shard) {
    memory_store alone;
    std::vector<item> const some(rows.begin() + 1250 * shard, rows.begin() + 1250 * (shard + 1));
    ASSERT_TRUE(run(some, alone, by_region({.keep = true})));
    contents mine;
    for (auto const& [name, body] : first) {
      std::string key = name;
      std::size_t const at = key.find(fmt::format("part-{:04}-", shard));
      if (at != key.npos) {
        mine.emplace(key.replace(at, 9, "part-0000"), body);
      }
    }
    EXPECT_TRUE(mine == visible(alone)) << shard;
  }
}

TEST(partitions, of_sorted_shards_pass_without_waiting) {
  std::vector<pair> rows;
  for (std::int32_t shard = 0; shard != 3; ++shard) {
    for (std::int64_t i = 0; i != 140'000; ++i) {
      rows.push_back({i, 2 * shard + (i < 139'000 ? 0 : 1)}); // a large partition, and a small one
    }
  }
  contents first;
  for (std::uint32_t const connections : {1U, 3U}) {
    memory_store store;
    export_options options{.to = copyto::into("p"), .connections = connections, .export_id = "x"};
    options.partitions =
        copyto::partition_by({{.column = "group"}}, {.spill_memory = 32 * copyto::MiB, .spill_limit = 1});
    auto const done =
        copyto::make_exporter(copyto::in_shards(copyto::rows(rows), 3), pair_lines(), store, options).run();
    ASSERT_TRUE(done) << done.error().message();
    first = first.empty() ? visible(store) : first;
    EXPECT_TRUE(visible(store) == first);
  }
  EXPECT_EQ(first.size(), 6U);
}

TEST(partitions, of_shards_leave_nothing_when_a_request_fails) {
  std::vector<item> const rows = items(200, 3);
  export_options options = by_region();
  options.connections = 2;
  std::uint64_t operations = 0;
  {
    memory_store store;
    copyto::testing::fail_at_store counted(store, {});
    ASSERT_TRUE(run_shards(rows, 2, counted, options));
    operations = counted.operations();
  }
  std::size_t failed = 0;
  for (std::uint64_t n = 0; n != operations; ++n) {
    memory_store store;
    copyto::testing::fail_at_store failing(store, {.at = n});
    auto const done = run_shards(rows, 2, failing, options);
    if (!done && !done.error().is(errc::in_doubt)) {
      EXPECT_TRUE(visible(store).empty()) << n;
      ++failed;
    } else if (!done) {
      EXPECT_TRUE(copyto::resume_export(copyto::store_ref(store), "p")) << n;
    }
  }
  EXPECT_GT(failed, 5U);
  // An error of a row names shard, partition and row.
  memory_store store;
  std::vector<item> odd = rows;
  odd[150].region = "";
  auto const done = run_shards(odd, 2, store, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error()->shard, 1U);
  EXPECT_EQ(done.error()->row, 51U);
  EXPECT_EQ(done.error()->column, "region");
  EXPECT_TRUE(store.objects().empty());
}

TEST(partitions, by_members_are_those_by_name) {
  memory_store by_name;
  memory_store by_member;
  std::vector<item> const rows = items(500, 3);
  export_options options = by_region();
  options.partitions = copyto::partition_by(
      {{.column = "region"}, {.column = "id", .transform = copyto::partition_transform::bucket, .width = 3}});
  ASSERT_TRUE(run(rows, by_name, options));
  options.partitions = copyto::partition_by<item, &item::region, copyto::by::bucket<3, &item::id>>();
  ASSERT_TRUE(run(rows, by_member, options));
  EXPECT_TRUE(visible(by_name) == visible(by_member));
  EXPECT_EQ(visible(by_name).size(), 12U);
}

TEST(partitions, a_success_file_is_the_last_that_becomes_visible) {
  std::vector<item> const rows = items(200, 3);
  export_options options = by_region();
  options.last = copyto::success_file();
  for (std::uint64_t n = 0;; ++n) {
    memory_store store;
    copyto::testing::fail_at_store failing(store, {.at = n});
    auto const done = copyto::make_exporter(copyto::rows(rows), copyto::csv(), failing, options).run();
    if (!done && done.error().is(errc::in_doubt)) {
      EXPECT_TRUE(copyto::resume_export(copyto::store_ref(store), "p")) << n;
    }
    auto const all = visible(store);
    EXPECT_TRUE(all.empty() || (all.size() == 5 && all.contains("p/_SUCCESS") && all.at("p/_SUCCESS").empty())) << n;
    if (n >= failing.operations()) {
      ASSERT_TRUE(done) << done.error().message();
      EXPECT_EQ(done->files.size(), 4U);
      EXPECT_TRUE(done->manifest.empty());
      break;
    }
  }
  // In place of an earlier one, which `replace` must not take away behind it.
  memory_store store;
  for (std::string const id : {"a", "b"}) {
    options.to = copyto::replace("p");
    options.export_id = id;
    ASSERT_TRUE(run(rows, store, options));
    EXPECT_EQ(visible(store).size(), 5U);
    EXPECT_EQ(store.objects().at("p/_SUCCESS").body, "");
  }
  options.last = copyto::manifest({}, "_SUCCESS");
  options.export_id = "c";
  auto const done = run(rows, store, options);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->manifest, "p/_SUCCESS");
  EXPECT_TRUE(copyto::verify_manifest(copyto::store_ref(store), "p/_SUCCESS"));
  // No rows: it says that this is all.
  memory_store empty;
  options.last = copyto::success_file();
  options.to = copyto::into("q");
  ASSERT_TRUE(run({}, empty, options));
  EXPECT_EQ(visible(empty).size(), 1U);
}

TEST(partitions, an_error_of_the_encoder_names_the_partition) {
  std::vector<pair> rows = grouped(3, 100);
  rows[250].value = -1;
  memory_store store;
  auto const done = run_pairs(rows, store, {.to = copyto::into("p")});
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message().find("a negative number (in the partition of 2, whose rows are counted)"),
            std::string::npos)
      << done.error().message();
  EXPECT_EQ(done.error()->row, 51U);
  EXPECT_TRUE(store.objects().empty());
}

TEST(partitions, memory_is_bounded_for_one_lane_and_for_many) {
  std::vector<item> const rows = items(1, 1);
  auto const bound = [&](std::uint32_t threads, std::uint64_t spill) {
    return copyto::memory_bound(by_region({.spill_memory = spill}, threads), copyto::schema_of<item>::fields,
                                copyto::any_encoder(copyto::parquet()), memory_store().limits())
        .value();
  };
  EXPECT_EQ(bound(1, 64 * copyto::MiB) - bound(1, 16 * copyto::MiB), 48 * copyto::MiB);
  EXPECT_GT(bound(4, copyto::MiB), bound(1, copyto::MiB));
  for (std::uint32_t const threads : {4U, 8U, 16U}) { // as many partitions may be written at a time as there are
    export_options plain = by_region({}, threads);
    plain.partitions = nullptr;
    for (plain.connections = 1; plain.connections <= threads; ++plain.connections) {
      std::uint64_t const lanes = copyto::memory_bound(plain, copyto::schema_of<item>::fields,
                                                       copyto::any_encoder(copyto::parquet()), memory_store().limits())
                                      .value();
      EXPECT_GE(bound(threads, copyto::MiB), lanes) << threads << " threads, " << plain.connections << " lanes";
    }
  }
}

} // namespace
