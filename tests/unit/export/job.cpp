// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/job.hpp>

#include <copyto/commit/control_record.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/core/crc.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/testing/decorated_store.hpp>

#include "lines.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace {

using namespace export_tests;
using copyto::errc;
using copyto::export_options;
using copyto::memory_store;
using copyto::report;
using copyto::result;
using copyto::store_ref;

template <class Source>
result<report> run_source(Source& source, memory_store store, export_options const& options = small_job()) {
  return copyto::run_export(copyto::source_ref(source), lines(), store_ref(store), options, {}, {});
}

TEST(RunExport, PublishesEveryRowOnceAndReportsWhatIsThere) {
  memory_store store(small_store());
  report const done = run(store).value();
  EXPECT_EQ(done.export_id, "x1");
  EXPECT_EQ(done.rows, 18U);
  EXPECT_EQ(done.bytes, 90U);
  ASSERT_EQ(done.files.size(), 3U);
  EXPECT_TRUE(is_settled(store));
  std::string all;
  std::uint64_t rows = 0;
  for (copyto::file_report const& f : done.files) {
    copyto::memory_object const object = store.objects().at(f.key);
    all += object.body;
    rows += f.rows;
    EXPECT_EQ(object.body.size(), f.bytes);
    EXPECT_EQ(object.content_type, "text/plain");
    EXPECT_TRUE(object.token.starts_with("x1-"));
    EXPECT_EQ(copyto::crc64nvme(copyto::as_bytes(object.body)), f.crc64nvme);
  }
  EXPECT_EQ(rows, 18U);
  std::string wanted;
  for (number const& n : numbers(18)) {
    wanted += std::to_string(n.value) + "\n";
  }
  EXPECT_EQ(all, wanted);
  EXPECT_EQ(done.files[0].key, "t/part-0000-0000-x1.txt");
  EXPECT_EQ(done.files[0].bytes, 40U);
  EXPECT_EQ(done.files[2].bytes, 10U);
}

TEST(RunExport, FilesDoNotDependOnBatchesPartsOrThreads) {
  contents const reference = expected();
  for (std::size_t const batch : {1U, 2U, 7U, 8U, 9U, 4096U}) {
    for (std::uint32_t const threads : {1U, 2U, 8U}) {
      for (std::uint64_t const part : {1U, 5U, 16U, 39U, 40U, 1000U}) {
        export_options options = small_job();
        options.batch_rows = batch;
        options.parts_in_flight = threads;
        options.part_size = part;
        memory_store store(small_store());
        ASSERT_TRUE(run(store, 18, options));
        ASSERT_EQ(visible(store), reference) << batch << ' ' << threads << ' ' << part;
        ASSERT_TRUE(is_settled(store));
      }
    }
  }
}

TEST(RunExport, ZeroRowsMakeOneValidFile) {
  memory_store store(small_store());
  report const done = run(store, 0).value();
  EXPECT_EQ(done.rows, 0U);
  ASSERT_EQ(done.files.size(), 1U);
  EXPECT_EQ(store.objects().at(done.files[0].key).body, "");
  EXPECT_TRUE(is_settled(store));
}

TEST(RunExport, NoEmptyFileFollowsOneThatEndsWithTheRows) {
  memory_store store(small_store());
  EXPECT_EQ(run(store, 16).value().files.size(), 2U); // 80 bytes: two full files
}

TEST(RunExport, ANewIdIsMadeWhenNoneIsGiven) {
  memory_store store(small_store());
  export_options options = small_job("");
  report const done = run(store, 1, options).value();
  EXPECT_TRUE(copyto::valid_export_id(done.export_id));
  EXPECT_NE(done.files[0].key.find(done.export_id), std::string::npos);
}

TEST(RunExport, RefusesATargetThatIsNotEmptyAndLeavesItAsItWas) {
  memory_store store(small_store());
  (void)store.put("t/zzz", copyto::as_bytes("old"), {}, {}, {}).value();
  auto const failed = run(store);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().is(errc::not_empty));
  EXPECT_NE(failed.error().message().find("t/zzz"), std::string::npos);
  EXPECT_EQ(store.objects().size(), 1U);
  EXPECT_EQ(store.pending_uploads(), 0U);
  (void)store.put("tt/zzz", copyto::as_bytes("a neighbour"), {}, {}, {}).value();
  ASSERT_TRUE(store.remove("t/zzz", {}));
  EXPECT_TRUE(run(store)) << "a prefix ends with its slash";
}

TEST(RunExport, RefusesATargetThatAnotherExportHolds) {
  memory_store store(small_store());
  copyto::control_record const other{
      .export_id = "other", .started = "2026-01-01T00:00:00Z", .host = "far-away", .names = "n"};
  (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes(format_control(other)), {}, {}, {}).value();
  auto const before = store.objects();
  auto const failed = run(store);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().is(errc::claimed));
  EXPECT_NE(failed.error().message().find("far-away"), std::string::npos);
  EXPECT_EQ(store.objects().size(), 1U);
  EXPECT_EQ(store.objects().at("t/_copyto.INCOMPLETE").body, format_control(other));
}

TEST(RunExport, RefusesAControlObjectThatItCannotRead) {
  memory_store store(small_store());
  (void)store.put("t/_copyto.INCOMPLETE", copyto::as_bytes("something else"), {}, {}, {}).value();
  auto const failed = run(store);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message().find("_copyto.INCOMPLETE"), std::string::npos) << failed.error().message();
  EXPECT_EQ(store.objects().size(), 1U);
}

TEST(RunExport, AValueThatDoesNotFitNamesItsRowAcrossBatchesAndFiles) {
  for (std::size_t const bad : {0U, 1U, 6U, 7U, 8U, 9U, 17U}) {
    auto values = numbers(18);
    values[bad].value = -1;
    memory_store store(small_store());
    auto source = copyto::rows(values);
    auto const failed = run_source(source, store);
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().is(errc::value_out_of_range));
    EXPECT_EQ(failed.error()->row, bad + 1);
    EXPECT_EQ(failed.error()->column, "value");
    EXPECT_TRUE(is_clean(store));
  }
}

TEST(RunExport, AnErrorOrExceptionOfTheSourceLeavesNothing) {
  int calls = 0;
  auto reports = copyto::generate([&]() -> result<std::optional<number>> {
    if (++calls > 12) {
      return copyto::error(errc::source_failed, "the feed broke off");
    }
    return std::optional(number{1000});
  });
  memory_store store(small_store());
  auto failed = run_source(reports, store);
  EXPECT_TRUE(failed.error().is(errc::source_failed));
  EXPECT_TRUE(is_clean(store));
  auto throws = copyto::generate([&]() -> std::optional<number> {
    if (--calls < 0) {
      throw std::runtime_error("thrown by the rows");
    }
    return number{1000};
  });
  failed = run_source(throws, store);
  EXPECT_TRUE(failed.error().is(errc::source_failed));
  EXPECT_NE(failed.error().message().find("thrown by the rows"), std::string::npos);
  EXPECT_TRUE(is_clean(store));
  auto odd = copyto::generate([]() -> std::optional<number> { throw 7; });
  EXPECT_TRUE(run_source(odd, store).error().is(errc::source_failed));
  EXPECT_TRUE(is_clean(store));
}

TEST(RunExport, AnExceptionOfTheCallbackAbortsBeforeTheDecisionAndIsIgnoredAfterIt) {
  for (int at = 0; at != 12; ++at) {
    int calls = 0;
    bool thrown_after = false;
    memory_store store(small_store());
    auto const done = run(store, 18, small_job(), {}, [&](copyto::progress const& p) {
      if (calls++ == at) {
        thrown_after = p.stage >= copyto::export_stage::committing;
        throw std::runtime_error("the screen is gone");
      }
    });
    if (done) {
      EXPECT_TRUE(thrown_after || calls <= at);
      EXPECT_EQ(visible(store), expected());
      EXPECT_TRUE(is_settled(store));
    } else {
      EXPECT_FALSE(thrown_after);
      EXPECT_TRUE(is_clean(store)) << at;
    }
  }
}

TEST(RunExport, TheTimeLeftFollowsFromTheRowsSoFar) {
  using namespace std::chrono_literals;
  copyto::progress p{.stage = copyto::export_stage::exporting, .rows = 25, .rows_expected = 100};
  EXPECT_EQ(copyto::time_left(p, 10s), 30s);
  p.rows = 100;
  EXPECT_EQ(copyto::time_left(p, 10s), 0s);
  p.rows = 101;
  EXPECT_EQ(copyto::time_left(p, 10s), std::nullopt) << "the estimate was wrong";
  p.rows = 0;
  EXPECT_EQ(copyto::time_left(p, 10s), std::nullopt);
  p.rows = 1;
  p.rows_expected = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(copyto::time_left(p, 10s), std::nullopt);
  p.rows_expected.reset();
  EXPECT_EQ(copyto::time_left(p, 10s), std::nullopt);
  p = {.stage = copyto::export_stage::committing, .rows = 25, .rows_expected = 100};
  EXPECT_EQ(copyto::time_left(p, 10s), std::nullopt) << "all are read";
}

TEST(RunExport, ProgressOnlyGrowsAndEndsWithTheReport) {
  copyto::progress last;
  std::vector<copyto::export_stage> stages;
  memory_store store(small_store());
  report const done = run(store, 500, small_job(), {}, [&](copyto::progress const& p) {
                        EXPECT_GE(p.stage, last.stage);
                        EXPECT_GE(p.rows, last.rows);
                        EXPECT_GE(p.bytes_encoded, last.bytes_encoded);
                        EXPECT_GE(p.bytes_acknowledged, last.bytes_acknowledged);
                        EXPECT_GE(p.files_closed, last.files_closed);
                        EXPECT_GE(p.files_committed, last.files_committed);
                        EXPECT_LE(p.bytes_acknowledged, p.bytes_encoded);
                        EXPECT_EQ(p.rows_expected, 500U) << "a vector knows";
                        EXPECT_EQ(p.remaining.has_value(), p.stage == copyto::export_stage::exporting);
                        last = p;
                        if (stages.empty() || stages.back() != p.stage) {
                          stages.push_back(p.stage);
                        }
                      }).value();
  EXPECT_EQ(stages, (std::vector{copyto::export_stage::preparing, copyto::export_stage::exporting,
                                 copyto::export_stage::committing, copyto::export_stage::done}));
  EXPECT_EQ(last.rows, done.rows);
  EXPECT_EQ(last.bytes_encoded, done.bytes);
  EXPECT_EQ(last.bytes_acknowledged, done.bytes);
  EXPECT_EQ(last.files_closed, done.files.size());
  EXPECT_EQ(last.files_committed, done.files.size());
}

TEST(RunExport, OptionsThatCannotWorkAreRefusedBeforeTheFirstRequest) {
  auto const refused = [](auto change, errc code) {
    export_options options = small_job();
    change(options);
    memory_store store(small_store());
    (void)store.put("t/old", copyto::as_bytes("x"), {}, {}, {}).value(); // any request would say not_empty
    auto const failed = run(store, 18, options);
    EXPECT_TRUE(!failed && failed.error().is(code)) << (failed ? "accepted" : failed.error().message());
    EXPECT_EQ(store.objects().size(), 1U);
  };
  refused([](export_options& o) { o.max_file_size = 0; }, errc::invalid_argument);
  refused([](export_options& o) { o.parts_in_flight = 0; }, errc::invalid_argument);
  refused([](export_options& o) { o.parts_in_flight = 1001; }, errc::invalid_argument);
  refused([](export_options& o) { o.batch_rows = 0; }, errc::invalid_argument);
  refused([](export_options& o) { o.export_id = "no spaces"; }, errc::invalid_argument);
  refused([](export_options& o) { o.max_file_size = 6 * copyto::TiB; }, errc::limit_exceeded);
  refused([](export_options& o) { o.part_size = 6 * copyto::GiB; }, errc::limit_exceeded);
  refused([](export_options& o) { o.to = copyto::into(std::string(1024, 'p')); }, errc::limit_exceeded);
}

TEST(RunExport, NamesAndModesThatDoNotGoTogetherAreRefused) {
  auto const refusal = [](auto change) {
    export_options options = small_job();
    change(options);
    memory_store store(small_store());
    auto const done = run(store, 1, options);
    EXPECT_TRUE(done || (done.error().is(errc::invalid_argument) && is_clean(store)));
    return done ? std::string() : done.error()->message;
  };
  using copyto::if_exists;
  auto const names = [&](std::string const& text, if_exists mode = copyto::if_exists::error, bool single = false) {
    return refusal([&](export_options& o) {
      o.to = mode == if_exists::error    ? copyto::into("t", text)
             : mode == if_exists::append ? copyto::append_to("t", text)
                                         : copyto::replace("t", text);
      o.single_file = single;
    });
  };
  EXPECT_EQ(names("{file}.x"), "");
  EXPECT_NE(names("{x}").find("no placeholder"), std::string::npos);
  EXPECT_NE(names("x-{id}").find("all files would be called"), std::string::npos);
  EXPECT_EQ(names("x-{id}", if_exists::append, true), "");
  EXPECT_NE(names("{file}.x", if_exists::append).find("may be the name of a file that is there"), std::string::npos);
  EXPECT_NE(names("{file}.x", if_exists::replace).find("may be the name of a file that is there"), std::string::npos);
  auto const key = [&](std::string name) { return refusal([&](export_options& o) { o.to = copyto::one_key(name); }); };
  EXPECT_EQ(key("k"), "");
  EXPECT_EQ(key("k/"), "`k/` is no key of a file");
  EXPECT_EQ(key(""), "`` is no key of a file");
  EXPECT_NE(refusal([](export_options& o) { o.max_file_rows = 0; }), "");
}

TEST(RunExport, FilesEndAtRowsOrBytesWhicheverComesFirst) {
  for (std::size_t const batch : {1U, 3U, 7U, 100U}) {
    for (std::uint64_t const limit : {1U, 2U, 3U, 5U, 7U, 8U, 9U, 18U, 19U}) {
      for (std::int64_t const count : {0, 1, 5, 18}) {
        export_options options = small_job();
        options.batch_rows = batch;
        options.max_file_rows = limit;
        memory_store store(small_store());
        report const done = run(store, count, options).value();
        auto const rows = static_cast<std::uint64_t>(count);
        std::vector<std::uint64_t> of_files; // 8 lines are 40 bytes; and a file ends at each multiple of the rows
        for (std::uint64_t row = 0; row != rows; row += of_files.back()) {
          of_files.push_back(std::min({rows - row, limit - row % limit, std::uint64_t{8}}));
        }
        ASSERT_EQ(done.files.size(), std::max<std::size_t>(1, of_files.size())) << batch << ' ' << limit;
        std::string all;
        for (std::size_t i = 0; i != done.files.size(); ++i) {
          all += store.objects().at(done.files[i].key).body;
          EXPECT_EQ(done.files[i].rows, of_files.empty() ? 0 : of_files[i]);
        }
        std::string wanted;
        for (number const& n : numbers(count)) {
          wanted += std::to_string(n.value) + "\n";
        }
        EXPECT_EQ(all, wanted);
      }
    }
  }
}

TEST(RunExport, OneFileIsNeverTwo) {
  for (auto const& [bytes, rows] : {std::pair<std::uint64_t, std::uint64_t>{90, 1000}, {1000, 18}, {1000, 1000}}) {
    export_options options = small_job();
    options.single_file = true;
    options.max_file_size = bytes;
    options.max_file_rows = rows;
    memory_store store(small_store());
    EXPECT_EQ(run(store, 18, options).value().files.size(), 1U);
    memory_store other(small_store());
    auto const failed = run(other, 19, options);
    if (bytes < 1000 || rows < 1000) {
      EXPECT_TRUE(failed.error().is(errc::limit_exceeded)) << failed.error().message();
      EXPECT_NE(failed.error().message().find("row 19"), std::string::npos) << failed.error().message();
      EXPECT_TRUE(is_clean(other));
    } else {
      EXPECT_TRUE(failed);
    }
  }
}

TEST(RunExport, NoRowsMakeNoFileIfThatIsWanted) {
  export_options options = small_job();
  memory_store store(small_store());
  EXPECT_EQ(run(store, 0, options).value().files.size(), 1U);
  options.empty_file = false;
  memory_store other(small_store());
  report const done = run(other, 0, options).value();
  EXPECT_EQ(done.files.size(), 0U);
  EXPECT_EQ(done.export_id, "x1");
  EXPECT_TRUE(is_clean(other));
}

TEST(RunExport, FilesAreNamedByTheTemplateAndTheirNumberReachesTheEncoder) {
  export_options options = small_job();
  options.to = copyto::into("t", "d={id}/{file}.{ext}");
  memory_store store(small_store());
  report const done = run(store, 18, options).value();
  EXPECT_EQ(done.files[2].key, "t/d=x1/0002.txt");
  for (copyto::csv_header const header :
       {copyto::csv_header::none, copyto::csv_header::every_file, copyto::csv_header::first_file}) {
    auto const rows = numbers(4);
    auto source = copyto::rows(rows);
    memory_store files(small_store());
    options.max_file_rows = 2;
    copyto::csv const encoder{{.header = header}};
    report const csv =
        copyto::run_export(copyto::source_ref(source), encoder, store_ref(files), options, {}, {}).value();
    ASSERT_EQ(csv.files.size(), 2U);
    EXPECT_EQ(files.objects().at(csv.files[0].key).body.starts_with("value\n"), header != copyto::csv_header::none);
    EXPECT_EQ(files.objects().at(csv.files[1].key).body.starts_with("value\n"),
              header == copyto::csv_header::every_file);
  }
}

TEST(RunExport, ASourceThatOverfillsABatchIsFoundOut) {
  struct too_many {
    std::vector<copyto::field> fields = {{.name = "a", .type = {.id = copyto::kind::int64}}};
    [[nodiscard]] copyto::schema_view schema() const { return fields; }
    // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a source's member
    result<copyto::fill_status> fill(copyto::batch& out, std::stop_token) {
      for (std::int64_t i = 0; i != 8; ++i) {
        out.buffer(0).append_fixed(i);
      }
      out.close(8);
      return copyto::fill_status::end;
    }
  };
  too_many source;
  memory_store store(small_store());
  auto const failed = run_source(source, store); // of 7 rows
  EXPECT_TRUE(failed.error().is(errc::source_failed));
  EXPECT_TRUE(is_clean(store));
}

struct run_time_source {
  std::vector<copyto::field> fields;
  [[nodiscard]] copyto::schema_view schema() const { return fields; }
  result<copyto::fill_status> fill(copyto::batch& out, std::stop_token) {
    out.close(0);
    return copyto::fill_status::end;
  }
};
TEST(RunExport, SchemasOfTheRunTimeAreChecked) {
  copyto::field const good{.name = "a", .type = {.id = copyto::kind::int64}};
  auto const try_it = [](std::vector<copyto::field> fields) {
    run_time_source source{std::move(fields)};
    return run_source(source, memory_store(small_store()));
  };
  EXPECT_TRUE(try_it({good}));
  EXPECT_NE(try_it({}).error().message().find("no columns"), std::string::npos);
  EXPECT_NE(try_it({good, good}).error().message().find("same name"), std::string::npos);
  EXPECT_EQ(try_it({good, good}).error()->column, "a");
  EXPECT_NE(try_it({good, {.name = "", .type = good.type}}).error().message().find("column number 2"),
            std::string::npos);
  auto const unsupported = try_it({good, {.name = "when", .type = {.id = copyto::kind::date}}});
  EXPECT_TRUE(unsupported.error().is(errc::unsupported));
  EXPECT_EQ(unsupported.error()->column, "when");
}

/// A store that throws at one of its operations.
struct throwing {
  std::string at;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    if (operation == at && (operation != "put" || key.ends_with("INCOMPLETE"))) {
      throw std::runtime_error("a bug of the store");
    }
    return call();
  }
};
TEST(RunExport, AStoreThatThrowsIsAnErrorAndNeverHidesWhatIsVisible) {
  for (char const* const operation :
       {"put", "create_upload", "put_part", "complete", "abort", "get", "list", "list_uploads", "remove"}) {
    memory_store store(small_store());
    copyto::testing::decorated_store<memory_store, throwing> bad(store, {operation});
    auto const done = run(bad);
    if (done) {
      EXPECT_EQ(visible(store), expected()) << operation;
    } else if (done.error().is(errc::in_doubt)) {
      for (auto const& [key, body] : expected()) {
        EXPECT_NE(done.error().message().find(key), std::string::npos) << operation << ": " << done.error().message();
      }
    } else {
      EXPECT_TRUE(visible(store).empty()) << operation;
    }
  }
}

/// Rules that an encoder must keep.
struct greedy : lines {
  [[nodiscard]] result<std::size_t> write(copyto::batch const& rows, std::size_t, copyto::sink&) {
    return rows.rows() + 1;
  }
};
struct lazy : lines {
  [[nodiscard]] result<std::size_t> write(copyto::batch const&, std::size_t, copyto::sink&) { return std::size_t{0}; }
};
TEST(RunExport, AnEncoderThatTakesNoRowOrTooManyIsStopped) {
  auto const rows = numbers(3);
  memory_store store(small_store());
  for (copyto::any_encoder const& bad : {copyto::any_encoder(greedy()), copyto::any_encoder(lazy())}) {
    auto source = copyto::rows(rows);
    EXPECT_FALSE(copyto::run_export(copyto::source_ref(source), bad, store_ref(store), small_job(), {}, {}));
    EXPECT_TRUE(is_clean(store));
  }
}

} // namespace
