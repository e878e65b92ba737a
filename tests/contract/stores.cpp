// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

// The store contract on the stores that need no server.
#include <copyto/testing/store_contract.hpp>

#include <copyto/store/any.hpp>
#include <copyto/store/directory.hpp>
#include <copyto/store/memory.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/fail_at.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace {

using copyto::KiB;
using copyto::testing::check_store_contract;
using copyto::testing::contract_options;

// A directory that is gone with the test.
class temporary {
public:
  temporary() {
    std::string name = (std::filesystem::temp_directory_path() / "copyto-contract-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  temporary(temporary const&) = delete;
  temporary& operator=(temporary const&) = delete;
  ~temporary() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

private:
  std::filesystem::path path_;
};

// What directory_store documents.
bool no_path(std::string_view key) {
  std::string const text = "/" + std::string(key) + "/";
  return text.find("//") != text.npos || text.find("/./") != text.npos || text.find("/../") != text.npos;
}
contract_options for_directory() { return {.refuses = no_path, .tokens = false}; }

TEST(memory_store_contract, holds_with_the_limits_of_s3) {
  auto const report = check_store_contract(copyto::memory_store());
  EXPECT_TRUE(report.ok()) << report.text();
  EXPECT_GT(report.checks, 800u);
}

TEST(memory_store_contract, holds_with_small_parts_and_pages) {
  copyto::memory_store const store({.limits = {.min_part = 16, .max_part = 64}, .page_size = 2});
  auto const report = check_store_contract(store, {.part_size = 32});
  EXPECT_TRUE(report.ok()) << report.text();
  EXPECT_TRUE(store.objects().empty());
  EXPECT_EQ(store.pending_uploads(), 0u);
}

TEST(memory_store_contract, holds_with_equal_parts_and_a_complete_that_does_not_repeat) {
  copyto::memory_store const store(
      {.limits = {.min_part = 1, .equal_parts = true}, .page_size = 25, .complete_repeats = false});
  auto const report = check_store_contract(store, {.part_size = 1000});
  EXPECT_TRUE(report.ok()) << report.text();
}

TEST(memory_store_contract, holds_without_conditions) {
  for (auto const c : {copyto::conditions::none, copyto::conditions::create_only}) {
    auto const report = check_store_contract(
        copyto::memory_store({.limits = {.min_part = 1}, .put_conditions = c, .page_size = 7}), {.part_size = 100});
    EXPECT_TRUE(report.ok()) << report.text();
  }
}

TEST(memory_store_contract, holds_where_conditions_are_unknown) {
  for (bool const ignores : {false, true}) {
    auto const report = check_store_contract(copyto::memory_store(
        {.limits = {.min_part = 1}, .put_conditions = copyto::conditions::unknown, .ignores_conditions = ignores}));
    EXPECT_TRUE(report.ok()) << report.text();
  }
}

TEST(directory_store_contract, holds) {
  temporary const directory;
  copyto::directory_store const store((directory.path() / "not" / "yet" / "there").string());
  auto const report = check_store_contract(store, for_directory());
  EXPECT_TRUE(report.ok()) << report.text();
}

TEST(directory_store_contract, holds_with_small_parts_and_pages) {
  temporary const directory;
  copyto::directory_store const store(directory.path(), {.part_size = 64 * KiB, .page_size = 2});
  contract_options options = for_directory();
  options.prefix = "deep/below/";
  auto const report = check_store_contract(store, options);
  EXPECT_TRUE(report.ok()) << report.text();
  for (auto const& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    EXPECT_TRUE(entry.is_directory()) << entry.path() << " was left";
  }
}

TEST(any_store_contract, holds_for_whatever_is_inside) {
  temporary const directory;
  auto const memory = check_store_contract(copyto::any_store(copyto::memory_store()));
  EXPECT_TRUE(memory.ok()) << memory.text();
  auto const files = check_store_contract(
      copyto::any_store(copyto::directory_store(directory.path(), {.part_size = 4 * KiB})), for_directory());
  EXPECT_TRUE(files.ok()) << files.text();
}

TEST(decorated_store_contract, holds_as_long_as_nothing_is_injected) {
  copyto::memory_store const memory({.limits = {.min_part = 10}});
  auto const failing = check_store_contract(copyto::testing::fail_at_store(memory, {}));
  EXPECT_TRUE(failing.ok()) << failing.text();
  auto const cancelling = check_store_contract(copyto::testing::cancel_at_store(memory, std::stop_source(), {}));
  EXPECT_TRUE(cancelling.ok()) << cancelling.text();
}

// The suite itself must notice: a store that breaks one law.
struct forgetful {
  std::string breaks;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view, Call call) const -> decltype(call()) {
    if (operation == breaks) {
      if constexpr (std::same_as<decltype(call()), copyto::result<void>>) {
        return {}; // says that it was done
      } else {
        return decltype(call())(typename decltype(call())::value_type());
      }
    }
    return call();
  }
};

TEST(store_contract, notices_every_operation_that_does_nothing) {
  for (char const* operation : {"put", "create_upload", "put_part", "complete", "abort", "head", "get", "list",
                                "list_uploads", "list_parts", "remove"}) {
    copyto::memory_store const memory({.limits = {.min_part = 10}});
    auto const report = check_store_contract(copyto::testing::decorated_store(memory, forgetful{operation}));
    EXPECT_FALSE(report.ok()) << operation;
  }
}

TEST(store_contract, notices_any_operation_that_fails) {
  copyto::memory_store const counted({.limits = {.min_part = 1}});
  copyto::testing::fail_at_store const probe(counted, {});
  ASSERT_TRUE(check_store_contract(probe, {.listed = 3}).ok());
  for (std::uint64_t at = 0; at < probe.operations(); at += 5) {
    copyto::memory_store const memory({.limits = {.min_part = 1}});
    auto const report = check_store_contract(
        copyto::testing::fail_at_store(memory, {.at = at, .code = copyto::errc::io_failed}), {.listed = 3});
    EXPECT_FALSE(report.ok()) << "operation " << at;
  }
}

} // namespace
