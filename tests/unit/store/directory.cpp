// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/directory.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// What all stores share is in tests/contract; here is what this one adds: files and their names.
namespace {

namespace fs = std::filesystem;
using copyto::as_bytes;
using copyto::directory_store;
using copyto::errc;
using copyto::part_tag;
using copyto::put_condition;

static_assert(copyto::ObjectStore<directory_store> && copyto::Reading<directory_store> &&
              copyto::Listing<directory_store> && copyto::Deleting<directory_store> &&
              copyto::Conditional<directory_store>);

class a_directory_store : public testing::Test {
protected:
  a_directory_store() {
    std::string name = (fs::temp_directory_path() / "copyto-directory-XXXXXX").string();
    root = ::mkdtemp(name.data());
    store.emplace(root, copyto::directory_options{.part_size = 4});
  }
  ~a_directory_store() override {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
  void write(fs::path const& below, std::string const& text) const {
    fs::create_directories((root / below).parent_path());
    std::ofstream(root / below, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(fs::path const& below) const {
    std::ifstream file(root / below, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Everything that is no directory, by path.
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> found;
    for (auto const& entry : fs::recursive_directory_iterator(root)) {
      if (!entry.is_directory()) {
        found.insert(fs::relative(entry.path(), root).string());
      }
    }
    return found;
  }
  copyto::result<std::string> put(std::string_view key, std::string_view body, put_condition const& condition = {}) {
    return store->put(key, as_bytes(body), {}, condition, {});
  }
  std::string create(std::string_view key, std::string_view token = "t") {
    return store->create_upload(key, {.token = token}, {}).value();
  }
  copyto::result<part_tag> part(std::string_view key, std::string const& id, std::uint32_t number,
                                std::string_view body) {
    return store->put_part(key, id, number, as_bytes(body), {});
  }
  copyto::result<std::string> complete(std::string_view key, std::string const& id,
                                       std::vector<part_tag> const& parts) {
    return store->complete(key, id, parts, {}, {});
  }
  std::vector<std::string> list(std::string_view prefix) {
    std::vector<std::string> keys;
    for (auto const& o : store->list(prefix, {}, {}).value().items) {
      keys.push_back(o.key);
    }
    return keys;
  }
  using names = std::vector<std::string>;

  fs::path root;
  std::optional<directory_store> store;
};

TEST_F(a_directory_store, refuses_keys_that_are_no_paths_below_it) {
  std::string const long_name(256, 'n');
  for (std::string const& key :
       {std::string("/a"), std::string("a/"), std::string("a//b"), std::string("."), std::string(".."),
        std::string("a/../b"), std::string("../a"), std::string("a/./b"), std::string("a/.."), std::string(""),
        std::string("a\0b", 3), std::string(".copyto-x"), std::string("a/.copyto-t~b"), std::string(".copyto-d/a"),
        long_name, long_name + "/a"}) {
    for (auto const& refused : {put(key, "x"), store->create_upload(key, {.token = "t"}, {}),
                                store->complete(key, ".copyto-t~b", {}, {}, {})}) {
      ASSERT_FALSE(refused) << key;
      EXPECT_EQ(refused.error().code(), errc::invalid_argument) << key;
    }
    EXPECT_TRUE(store->head(key, {}).error().is(errc::invalid_argument)) << key;
    EXPECT_TRUE(store->remove(key, {}).error().is(errc::invalid_argument)) << key;
  }
  EXPECT_TRUE(fs::is_empty(root));
  EXPECT_TRUE(put(std::string(255, 'n'), "x")) << "255 bytes are allowed";
  EXPECT_TRUE(put("...", "x"));
  EXPECT_TRUE(put("a..", "x"));
}

TEST_F(a_directory_store, names_files_by_their_path) {
  EXPECT_EQ(store->uri("a/b"), (root / "a/b").string());
  EXPECT_EQ(directory_store(root.string() + "/").uri("a"), (root / "a").string());
  EXPECT_EQ(directory_store("here").uri("a"), "here/a");
}

TEST_F(a_directory_store, makes_missing_directories_its_own_too) {
  store.emplace((root / "x" / "y").string());
  EXPECT_TRUE(store->list("", {}, {}).value().items.empty()) << "nothing is there yet, which is no error";
  EXPECT_TRUE(store->list_uploads("", {}, {}).value().items.empty());
  EXPECT_TRUE(store->remove("a/b", {}));
  EXPECT_TRUE(store->abort("a/b", ".copyto-t~b"));
  EXPECT_TRUE(store->head("a/b", {}).error().is(errc::not_found));
  EXPECT_FALSE(fs::exists(root / "x")) << "reading makes nothing";
  ASSERT_TRUE(put("a/b", "text"));
  EXPECT_EQ(read("x/y/a/b"), "text");
}

TEST_F(a_directory_store, says_what_is_in_the_way) {
  write("file", "x");
  for (auto const& refused : {put("file/below", "x"), store->create_upload("file/below", {.token = "t"}, {})}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::invalid_argument);
    EXPECT_NE(refused.error().message().find("Not a directory"), std::string::npos) << refused.error().message();
    EXPECT_NE(refused.error().message().find((root / "file/below").string()), std::string::npos);
  }
  fs::create_directory(root / "directory");
  EXPECT_TRUE(put("directory", "x").error().is(errc::invalid_argument));
  EXPECT_TRUE(store->create_upload("directory", {.token = "t"}, {}).error().is(errc::invalid_argument));
  EXPECT_TRUE(store->head("directory", {}).error().is(errc::not_found)) << "a directory is no object";
  EXPECT_TRUE(store->get("directory", 9, {}).error().is(errc::not_found));
  EXPECT_TRUE(store->remove("directory", {}));
  EXPECT_TRUE(store->head("file/below", {}).error().is(errc::not_found));
  EXPECT_EQ(files(), std::set<std::string>{"file"}) << "a refused put leaves nothing";
}

TEST_F(a_directory_store, says_that_access_is_denied) {
  bool const is_root = ::geteuid() == 0;
  fs::create_directory(root / "locked");
  fs::permissions(root / "locked", fs::perms::none);
  fs::permissions(root, fs::perms::all);
  ASSERT_TRUE(!is_root || ::seteuid(65534) == 0); // root may do everything
  auto const written = put("locked/a", "x");
  auto const listed = store->list("locked/", {}, {});
  auto const above = store->list("", {}, {});
  ASSERT_TRUE(!is_root || ::seteuid(0) == 0);
  fs::permissions(root / "locked", fs::perms::all);
  EXPECT_TRUE(written.error().is(errc::access_denied)) << written.error().message();
  EXPECT_NE(written.error().message().find("Permission denied"), std::string::npos);
  EXPECT_FALSE(written.error()->advice.empty());
  EXPECT_TRUE(listed.error().is(errc::access_denied));
  EXPECT_TRUE(above.error().is(errc::access_denied)) << "what cannot be seen is not taken for empty";
}

TEST_F(a_directory_store, refuses_options_that_cannot_be_right) {
  directory_store const nowhere("");
  EXPECT_TRUE(nowhere.put("a", as_bytes("x"), {}, {}, {}).error().is(errc::invalid_argument));
  directory_store const no_parts(root, {.part_size = 0});
  EXPECT_TRUE(no_parts.create_upload("a", {.token = "t"}, {}).error().is(errc::invalid_argument));
  EXPECT_TRUE(fs::is_empty(root));
}

TEST_F(a_directory_store, keeps_an_upload_in_a_hidden_file_next_to_its_target) {
  std::string const id = create("d/a~b", "id-7");
  EXPECT_EQ(files(), std::set<std::string>{"d/.copyto-id-7~a~b"});
  auto const open = store->list_uploads("", {}, {}).value();
  ASSERT_EQ(open.items.size(), 1u);
  EXPECT_EQ(open.items[0].key, "d/a~b");
  EXPECT_EQ(open.items[0].upload_id, id);
  EXPECT_TRUE(list("").empty());
  auto const one = part("d/a~b", id, 1, "1234");
  ASSERT_TRUE(complete("d/a~b", id, {*one}));
  EXPECT_EQ(files(), std::set<std::string>{"d/a~b"});
  EXPECT_EQ(list(""), names{"d/a~b"});
}

TEST_F(a_directory_store, needs_a_token_for_an_upload) {
  for (std::string_view const token : {"", "a b", "a~b", "a/b", "a.b"}) {
    auto const id = store->create_upload("key", {.token = token}, {});
    ASSERT_FALSE(id) << token;
    EXPECT_EQ(id.error().code(), errc::invalid_argument);
  }
  EXPECT_TRUE(fs::is_empty(root));
}

TEST_F(a_directory_store, holds_one_upload_for_a_token_and_key) {
  create("a", "same");
  create("b", "same");
  create("a", "other");
  EXPECT_TRUE(store->create_upload("a", {.token = "same"}, {}).error().is(errc::precondition_failed));
  EXPECT_EQ(files().size(), 3u);
}

TEST_F(a_directory_store, refuses_a_name_that_is_too_long_once_hidden) {
  std::string const name(240, 'n');
  auto const id = store->create_upload(name, {.token = "0123456789"}, {});
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code(), errc::invalid_argument);
  EXPECT_TRUE(store->create_upload(name, {.token = "01234"}, {}));
}

TEST_F(a_directory_store, takes_only_ids_of_its_own_form) {
  write("victim", "x");
  write("d/other", "x");
  create("key", "t");
  for (std::string const& id :
       {std::string("victim"), std::string("../victim"), std::string("d/other"), std::string(""),
        std::string(".copyto-t~other"), std::string(".copyto-~key"), std::string(".copyto-a/../t~key")}) {
    EXPECT_TRUE(part("key", id, 1, "x").error().is(errc::no_such_upload)) << id;
    EXPECT_TRUE(complete("key", id, {{.number = 1, .size = 1}}).error().is(errc::no_such_upload)) << id;
    EXPECT_TRUE(store->list_parts("key", id, {}, {}).error().is(errc::no_such_upload)) << id;
    EXPECT_TRUE(store->abort("key", id)) << id;
  }
  EXPECT_EQ(files(), (std::set<std::string>{"victim", "d/other", ".copyto-t~key"}));
}

TEST_F(a_directory_store, takes_parts_in_any_order_the_short_last_one_first) {
  std::string const id = create("key");
  auto const three = part("key", id, 3, "9");
  auto const one = part("key", id, 1, "1234");
  auto const two = part("key", id, 2, "5678");
  ASSERT_TRUE(complete("key", id, {*one, *two, *three}));
  EXPECT_EQ(read("key"), "123456789");
}

TEST_F(a_directory_store, cuts_the_file_when_a_repeated_last_part_is_shorter) {
  std::string const id = create("key");
  auto const one = part("key", id, 1, "1234");
  ASSERT_TRUE(part("key", id, 2, "567"));
  auto const two = part("key", id, 2, "5");
  ASSERT_TRUE(complete("key", id, {*one, *two}));
  EXPECT_EQ(read("key"), "12345");
}

TEST_F(a_directory_store, refuses_parts_of_other_sizes) {
  std::string const id = create("key");
  EXPECT_TRUE(part("key", id, 1, "12345").error().is(errc::limit_exceeded));
  EXPECT_TRUE(part("key", id, 0, "1234").error().is(errc::limit_exceeded));
  ASSERT_TRUE(part("key", id, 2, "5678"));
  EXPECT_TRUE(part("key", id, 1, "123").error().is(errc::invalid_argument)) << "part 1 is not the last";
  EXPECT_EQ(store->limits().min_part, 4u);
  EXPECT_EQ(store->limits().max_part, 4u);
  EXPECT_TRUE(store->limits().equal_parts);
}

TEST_F(a_directory_store, refuses_a_part_list_that_does_not_fit_the_file) {
  std::string const id = create("key");
  part_tag const one = part("key", id, 1, "1234").value();
  part_tag const two = part("key", id, 2, "56").value();
  for (std::vector<part_tag> const& parts : {std::vector<part_tag>{}, std::vector{one}, std::vector{two, one},
                                             std::vector{two}, std::vector{one, two, two}}) {
    EXPECT_TRUE(complete("key", id, parts).error().is(errc::invalid_argument));
  }
  EXPECT_EQ(files(), std::set<std::string>{".copyto-t~key"});
  EXPECT_TRUE(complete("key", id, {one, two}));
}

TEST_F(a_directory_store, replaces_a_file_by_complete_only_if_it_may) {
  write("key", "old");
  std::string const id = create("key");
  std::vector<part_tag> const parts = {part("key", id, 1, "new").value()};
  auto const refused = store->complete("key", id, parts, put_condition::absent(), {});
  EXPECT_TRUE(refused.error().is(errc::precondition_failed));
  EXPECT_EQ(read("key"), "old");
  EXPECT_EQ(store->list_uploads("key", {}, {}).value().items.size(), 1u) << "the upload is still there";
  EXPECT_TRUE(store->complete("key", id, parts, put_condition::matches("x"), {}).error().is(errc::unsupported));
  ASSERT_TRUE(store->complete("key", id, parts, {}, {}));
  EXPECT_EQ(read("key"), "new");
  EXPECT_EQ(files(), std::set<std::string>{"key"});
}

TEST_F(a_directory_store, completes_an_upload_of_another_process) {
  std::string const id = create("key");
  ASSERT_TRUE(part("key", id, 1, "1234"));
  ASSERT_TRUE(part("key", id, 2, "56"));
  directory_store const later(root, {.part_size = 4, .page_size = 1});
  std::vector<part_tag> parts;
  std::string from;
  do {
    auto page = later.list_parts("key", id, from, {}).value();
    ASSERT_EQ(page.items.size(), 1u);
    parts.push_back(page.items[0]);
    from = page.next;
  } while (!from.empty());
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_TRUE(later.complete("key", id, parts, {}, {}));
  EXPECT_EQ(read("key"), "123456");
}

TEST_F(a_directory_store, takes_a_file_for_completed_only_if_it_is_the_same) {
  std::string const id = create("key");
  std::vector<part_tag> const parts = {part("key", id, 1, "1234").value(), part("key", id, 2, "56").value()};
  auto const first = complete("key", id, parts);
  ASSERT_TRUE(first);
  EXPECT_EQ(complete("key", id, parts).value(), *first);
  write("key", "12345x");
  EXPECT_TRUE(complete("key", id, parts).error().is(errc::no_such_upload)) << "same size, other bytes";
  write("key", "12345");
  EXPECT_TRUE(complete("key", id, parts).error().is(errc::no_such_upload));
  fs::remove(root / "key");
  EXPECT_TRUE(complete("key", id, parts).error().is(errc::no_such_upload));
}

TEST_F(a_directory_store, finishes_a_complete_that_a_crash_cut_between_link_and_unlink) {
  for (put_condition const& condition : {put_condition(), put_condition::absent()}) {
    std::string const id = create("key");
    std::vector<part_tag> const parts = {part("key", id, 1, "12").value()};
    fs::create_hard_link(root / ".copyto-t~key", root / "key");
    EXPECT_TRUE(store->complete("key", id, parts, condition, {}));
    EXPECT_EQ(files(), std::set<std::string>{"key"});
    EXPECT_EQ(read("key"), "12");
    fs::remove(root / "key");
  }
}

TEST_F(a_directory_store, clears_up_what_a_put_left_in_a_crash) {
  ASSERT_TRUE(put("old", "old"));
  write(".copyto-put.tmp", "half a file");
  EXPECT_EQ(list(""), names{"old"});
  EXPECT_TRUE(store->list_uploads("", {}, {}).value().items.empty());
  ASSERT_TRUE(put("a", "new"));
  EXPECT_EQ(files(), (std::set<std::string>{"old", "a"}));
  write(".copyto-put.tmp", "half a file");
  ASSERT_TRUE(store->remove("a", {}));
  EXPECT_EQ(files(), std::set<std::string>{"old"});
}

TEST_F(a_directory_store, does_not_write_into_a_file_that_a_crash_left_with_two_names) {
  ASSERT_TRUE(put("old", "old"));
  fs::create_hard_link(root / "old", root / ".copyto-put.tmp");
  ASSERT_TRUE(put("a", "new"));
  EXPECT_EQ(read("old"), "old");
}

TEST_F(a_directory_store, leaves_no_file_behind_a_put_that_failed) {
  ASSERT_TRUE(put("key", "old"));
  EXPECT_TRUE(put("key", "new", put_condition::absent()).error().is(errc::precondition_failed));
  EXPECT_TRUE(put("key", "new", put_condition::matches("x")).error().is(errc::precondition_failed));
  EXPECT_TRUE(put("none", "new", put_condition::matches("x")).error().is(errc::precondition_failed));
  EXPECT_EQ(files(), std::set<std::string>{"key"});
  EXPECT_EQ(read("key"), "old");
}

TEST_F(a_directory_store, gives_up_waiting_for_the_lock_when_stopped) {
  int const held = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  std::stop_source source;
  std::jthread const stopper([&] { source.request_stop(); });
  EXPECT_TRUE(store->put("key", as_bytes("x"), {}, {}, source.get_token()).error().is(errc::stopped));
  ::close(held);
  EXPECT_TRUE(put("key", "x"));
}

TEST_F(a_directory_store, tags_contents_and_reads_only_small_files_for_a_tag) {
  std::string const large(copyto::MiB + 1, 'x');
  auto const small_tag = put("small", "123456789");
  auto const large_tag = put("large", large);
  EXPECT_EQ(small_tag.value(), "ae8b14860a799888-9") << "the check value of CRC-64/NVME, and the size";
  EXPECT_EQ(store->head("small", {}).value().tag, *small_tag);
  EXPECT_EQ(store->head("large", {}).value().tag, "");
  EXPECT_EQ(store->get("large", large.size(), {}).value().info.tag, *large_tag);
  EXPECT_TRUE(put("large", "x", put_condition::matches(*large_tag)));
}

TEST_F(a_directory_store, lists_regular_files_only) {
  write("d/file", "12");
  write("e/.hidden", "1");
  fs::create_directories(root / "empty");
  fs::create_symlink("file", root / "d/link");
  fs::create_symlink("nowhere", root / "d/dangling");
  fs::create_directory_symlink(root / "d", root / "loop");
  ASSERT_EQ(::mkfifo((root / "d/pipe").c_str(), 0600), 0);
  write(".copyto-directory/file", "not ours, but named so");
  EXPECT_EQ(list(""), (names{"d/file", "d/link", "e/.hidden"}));
  EXPECT_EQ(list("loop/"), (names{"loop/file", "loop/link"})) << "a link that the prefix names is followed";
  EXPECT_TRUE(store->head("d/pipe", {}).error().is(errc::not_found));
  EXPECT_EQ(store->get("d/link", 9, {}).value().body, "12");
}

TEST_F(a_directory_store, shows_foreign_names_that_are_no_keys) {
  write("bad-\xff-name", "1");
  EXPECT_EQ(list(""), names{"bad-\xff-name"});
}

TEST_F(a_directory_store, walks_only_where_the_prefix_points) {
  write("a/x", "1");
  write("ab/x", "1");
  write("b/x", "1");
  fs::create_directory(root / "b/locked");
  EXPECT_EQ(list("a"), (names{"a/x", "ab/x"}));
  EXPECT_EQ(list("a/"), names{"a/x"});
  EXPECT_EQ(list("a/x"), names{"a/x"});
  EXPECT_EQ(list("a/x/"), names{});
  EXPECT_EQ(list("/a"), names{});
  EXPECT_EQ(list("../"), names{});
  EXPECT_EQ(list("a/../b"), names{});
  EXPECT_EQ(list("./a"), names{});
}

TEST_F(a_directory_store, pages_through_deep_trees_in_the_order_of_keys) {
  std::vector<std::string> keys;
  for (char const* key : {"a", "b-", "b/a", "b/b/c", "b/b/d", "b/c", "b0", "c/d/e/f", "c/d/e0", "d"}) {
    write(key, "1");
    keys.emplace_back(key);
    write(fs::path(key).parent_path() / (".copyto-t~" + fs::path(key).filename().string()), "1");
  }
  for (std::size_t size = 1; size != 12; ++size) {
    directory_store const paged(root, {.part_size = 4, .page_size = size});
    std::vector<std::string> objects;
    std::vector<std::string> uploads;
    std::string from;
    do {
      auto const page = paged.list("", from, {}).value();
      EXPECT_LE(page.items.size(), size);
      for (auto const& o : page.items) {
        objects.push_back(o.key);
      }
      from = page.next;
    } while (!from.empty());
    do {
      auto const page = paged.list_uploads("", from, {}).value();
      EXPECT_LE(page.items.size(), size);
      for (auto const& u : page.items) {
        uploads.push_back(u.key);
      }
      from = page.next;
    } while (!from.empty());
    EXPECT_EQ(objects, keys) << size;
    EXPECT_EQ(uploads, keys) << size;
  }
}

TEST_F(a_directory_store, takes_back_the_directories_it_made_once_they_are_empty) {
  directory_store const below((root / "new/place").string(), {.part_size = 4});
  (void)below.put("a/b/control", as_bytes("x"), {}, {}, {}).value();
  std::string const upload = below.create_upload("a/c/file", {.token = "t"}, {}).value();
  EXPECT_TRUE(below.remove("a/b/control", {}));
  EXPECT_FALSE(fs::exists(root / "new/place/a/b"));
  EXPECT_TRUE(fs::exists(root / "new/place/a/c"));
  EXPECT_TRUE(below.abort("a/c/file", upload));
  EXPECT_FALSE(fs::exists(root / "new"));
  EXPECT_TRUE(fs::exists(root));
}

TEST_F(a_directory_store, keeps_directories_of_others_and_those_with_files) {
  fs::create_directories(root / "theirs");
  (void)store->put("theirs/ours/x", as_bytes("x"), {}, {}, {}).value();
  (void)store->put("theirs/kept/x", as_bytes("x"), {}, {}, {}).value();
  (void)store->put("theirs/kept/y", as_bytes("y"), {}, {}, {}).value();
  EXPECT_TRUE(store->remove("theirs/ours/x", {}));
  EXPECT_TRUE(store->remove("theirs/kept/x", {}));
  EXPECT_FALSE(fs::exists(root / "theirs/ours"));
  EXPECT_EQ(files(), std::set<std::string>{"theirs/kept/y"});
  EXPECT_TRUE(directory_store(root).remove("theirs/kept/y", {})) << "another store than the one that made it";
  EXPECT_TRUE(fs::exists(root / "theirs/kept"));
}

TEST_F(a_directory_store, puts_into_a_directory_that_others_take_away_again_and_again) {
  auto const work = [&](std::string const& name) {
    directory_store const own((root / "shared/deep").string(), {.part_size = 4});
    for (int i = 0; i != 300; ++i) {
      ASSERT_TRUE(own.put("d/" + name, as_bytes("x"), {}, {}, {}));
      auto const upload = own.create_upload("d/" + name + "-file", {.token = "t"}, {});
      ASSERT_TRUE(upload) << upload.error().message();
      ASSERT_TRUE(own.abort("d/" + name + "-file", *upload));
      ASSERT_TRUE(own.remove("d/" + name, {}));
    }
  };
  {
    std::jthread const other([&] { work("a"); });
    work("b");
  }
  EXPECT_EQ(files(), std::set<std::string>());
}

} // namespace
