// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/dry_run.hpp>

#include <copyto/commit/control_record.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/partition_by.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include "lines.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace export_tests;
using copyto::dry_run_report;
using copyto::errc;
using copyto::export_options;
using copyto::field;
using copyto::if_exists;
using copyto::memory_store;
using copyto::store_ref;
using copyto::testing::decorated_store;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

constexpr field value{.name = "value", .type = {.id = copyto::kind::int64}};

template <class Store>
dry_run_report look(Store store, export_options const& options = small_job()) {
  return copyto::dry_run({&value, 1}, lines(), store_ref(store), options);
}
std::string all(std::vector<copyto::error> const& errors) {
  std::string text;
  for (copyto::error const& e : errors) {
    text += e.message() + "\n";
  }
  return text;
}

/// Refuses one kind of operation; counts what puts and aborts leave.
struct refusing {
  std::string_view operation;
  template <class Call>
  auto operator()(std::string_view what, std::string_view key, Call call) const -> decltype(call()) {
    if (what == operation) {
      return copyto::error(
          {.code = errc::access_denied, .message = fmt::format("no {}", what), .key = std::string(key)});
    }
    return call();
  }
};

TEST(DryRun, TellsWhatAnExportWouldDoAndLeavesNothing) {
  memory_store store(small_store());
  dry_run_report const found = look(store);
  EXPECT_TRUE(found.refusals.empty()) << all(found.refusals);
  EXPECT_TRUE(found.warnings.empty()) << all(found.warnings);
  EXPECT_EQ(found.first_file, "t/part-0000-0000-x1.txt");
  EXPECT_EQ(found.control, "t/_copyto.INCOMPLETE");
  EXPECT_EQ(found.part_size, 16U);
  EXPECT_EQ(found.parts, 3U);
  EXPECT_GT(found.memory, copyto::MiB);
  EXPECT_TRUE(is_clean(store));
  EXPECT_TRUE(run(store)) << "what would begin begins";
}

TEST(DryRun, NamesEveryRightThatIsMissing) {
  struct missing {
    std::string_view operation;
    bool needed;
    std::string_view says;
  };
  for (missing const& m : {missing{"remove", true, "the control object could not be deleted"},
                           {"list", true, "no list"},
                           {"create_upload", true, "files could not be uploaded"},
                           {"put", true, "the control object could not be written"},
                           {"abort", false, "uploads of an export that fails would stay open"},
                           {"head", false, "lost answers would stay in doubt"},
                           {"list_uploads", false, "an upload that was begun twice could not be found"}}) {
    memory_store store(small_store());
    dry_run_report const found = look(decorated_store<memory_store, refusing>(store, {m.operation}));
    std::string const text = all(m.needed ? found.refusals : found.warnings);
    EXPECT_NE(text.find(m.says), std::string::npos) << m.operation << ": " << text;
    EXPECT_NE(text.find(fmt::format("no {}", m.operation)), std::string::npos) << text;
    EXPECT_EQ(found.refusals.empty(), !m.needed) << all(found.refusals);
    bool const leaves = m.operation == "abort"; // and says so
    EXPECT_EQ(is_clean(store), !leaves) << m.operation;
    EXPECT_TRUE(!leaves || text.find("t/_copyto.probe-x1") != std::string::npos) << text;
  }
}

TEST(DryRun, SeesWhatIsThere) {
  for (if_exists const mode : {if_exists::error, if_exists::append, if_exists::replace}) {
    export_options options = small_job();
    options.to = to_t(mode);
    memory_store store(small_store());
    (void)store.put("t/old", copyto::as_bytes("old"), {}, {}, {}).value();
    dry_run_report const found = look(store, options);
    EXPECT_EQ(found.refusals.size(), mode == if_exists::error ? 1U : 0U) << all(found.refusals);
    EXPECT_EQ(found.replaced, mode == if_exists::replace ? 1U : 0U);
    EXPECT_TRUE(mode != if_exists::error || found.refusals.front().is(errc::not_empty));
    EXPECT_EQ(store.objects().size(), 1U);
    copyto::control_record const other{.export_id = "x9", .started = "2026-01-01T00:00:00Z", .host = "h", .names = "n"};
    std::string const text = format_control(other);
    (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(text), {}, {}, {}).value();
    dry_run_report const held = look(store, options);
    ASSERT_FALSE(held.refusals.empty());
    EXPECT_TRUE(held.refusals.front().is(errc::claimed)) << all(held.refusals);
    EXPECT_EQ(store.objects().size(), 2U);
  }
}

TEST(DryRun, NamesEveryColumnThatIsRefused) {
  field const fields[] = {
      {.name = "a", .type = {.id = copyto::kind::string}}, value, {.name = "b", .type = {.id = copyto::kind::boolean}}};
  struct picky : lines {
    // NOLINTNEXTLINE(readability-convert-member-functions-to-static): an encoder's member
    [[nodiscard]] copyto::result<void> check(copyto::schema_view all_fields, std::uint64_t) const {
      for (field const& f : all_fields) {
        if (f.type.id != copyto::kind::int64) {
          return copyto::error({.code = errc::unsupported, .message = "no such column", .column = std::string(f.name)});
        }
      }
      return {};
    }
  };
  memory_store store(small_store());
  dry_run_report const found = copyto::dry_run(fields, picky(), store_ref(store), small_job());
  ASSERT_EQ(found.refusals.size(), 2U) << all(found.refusals);
  EXPECT_EQ(found.refusals[0]->column, "a");
  EXPECT_EQ(found.refusals[1]->column, "b");
  EXPECT_EQ(found.written_as, (std::vector<std::string>{"", "int64", ""})) << "refused ones become nothing";
  EXPECT_TRUE(is_clean(store));
}

TEST(DryRun, SaysWhatEveryColumnBecomes) {
  using copyto::kind;
  using copyto::time_unit;
  field const fields[] = {
      {.name = "a", .type = {.id = kind::uint8}},
      {.name = "b", .type = {.id = kind::uint16}},
      {.name = "c", .type = {.id = kind::uint32}},
      {.name = "d", .type = {.id = kind::uint64}},
      {.name = "e", .type = {.id = kind::float16}},
      {.name = "f", .type = {.id = kind::uuid}},
      {.name = "g", .type = {.id = kind::json}},
      {.name = "h", .type = {.id = kind::enumeration}},
      {.name = "i", .type = {.id = kind::interval}},
      {.name = "j", .type = {.id = kind::time, .unit = time_unit::milli, .utc = true}},
      {.name = "k", .type = {.id = kind::decimal, .precision = 38, .scale = 10}},
      {.name = "l", .type = {.id = kind::timestamp, .unit = time_unit::nano}},
      {.name = "m", .type = {.id = kind::date}, .optional = true},
  };
  memory_store store(small_store());
  auto const become = [&](copyto::any_encoder const& encoder) {
    return copyto::dry_run(fields, encoder, store_ref(store), small_job()).written_as;
  };
  EXPECT_EQ(become(copyto::parquet<>()),
            (std::vector<std::string>{"int16", "int32", "int64", "decimal(20,0)", "float", "string", "string", "string",
                                      "string", "string", "decimal(38,10)", "", "date"}));
  std::vector<std::string> as_they_are;
  for (field const& f : fields) {
    as_they_are.push_back(copyto::describe(f));
  }
  EXPECT_EQ(become(copyto::parquet<copyto::reader::exact>()), as_they_are);
  EXPECT_EQ(become(copyto::csv()), as_they_are);
}

TEST(DryRun, ColumnsOfPathsAreInNoFile) {
  using copyto::kind;
  using copyto::time_unit;
  field const fields[] = {{.name = "id", .type = {.id = kind::int64}},
                          {.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::nano}},
                          {.name = "region", .type = {.id = kind::string}}};
  memory_store store(small_store());
  copyto::export_options options = small_job();
  options.max_file_size = 1 << 20;
  options.partitions = copyto::partition_by({{.column = "region"}, {.column = "at"}});
  // Timestamps in nanoseconds are not refused where they are in paths only.
  dry_run_report const found = copyto::dry_run(fields, copyto::parquet(), store_ref(store), options);
  EXPECT_EQ(found.written_as, (std::vector<std::string>{"int64", "", ""}));
  EXPECT_EQ(found.in_path, (std::vector<bool>{false, true, true}));
  EXPECT_TRUE(found.refusals.empty()) << all(found.refusals);
  EXPECT_TRUE(is_clean(store));
}

TEST(DryRun, SaysWhichOptionCannotWork) {
  export_options options = small_job();
  options.to = copyto::append_to("t", "{file}");
  memory_store store(small_store());
  EXPECT_NE(all(look(store, options).refusals).find("add {id}"), std::string::npos);
  options = small_job();
  options.to = copyto::into(std::string(1024, 'p'));
  EXPECT_NE(all(look(store, options).refusals).find("limit of 1024 bytes"), std::string::npos);
}

TEST(DryRun, WithoutAControlObjectAsksForTheRightToWriteOnly) {
  export_options options = small_job();
  options.to = copyto::append_without_control("t");
  for (std::string_view const operation : {"remove", "list", "put", "head", "get"}) {
    memory_store store(small_store());
    dry_run_report const found = look(decorated_store<memory_store, refusing>(store, {operation}), options);
    EXPECT_TRUE(found.refusals.empty()) << operation << all(found.refusals);
    EXPECT_TRUE(is_clean(store));
  }
}

TEST(DryRun, AFailureAtAnyOperationIsToldAndLeavesNothingUnnamed) {
  for (fault::moment const when : {fault::moment::before, fault::moment::after}) {
    for (std::uint64_t at = 0;; ++at) {
      memory_store store(small_store());
      fail_at_store failing(store, {.at = at, .when = when});
      dry_run_report const found = look(failing);
      if (failing.operations() <= at) {
        EXPECT_TRUE(found.refusals.empty() && found.warnings.empty());
        break;
      }
      std::string const text = all(found.refusals) + all(found.warnings);
      EXPECT_TRUE(!text.empty() || when == fault::moment::after) << at; // that nothing is there is an error already
      EXPECT_TRUE(is_clean(store) || text.find("t/_copyto.probe-x1") != std::string::npos) << at << text;
    }
  }
}

} // namespace
