// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/directory/detail/posix_file.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
namespace detail = copyto::detail;

class posix_file : public testing::Test {
protected:
  posix_file() {
    std::string name = (fs::temp_directory_path() / "copyto-posix-XXXXXX").string();
    root = ::mkdtemp(name.data());
    directory = detail::open_at(AT_FDCWD, root.c_str(), O_RDONLY | O_DIRECTORY);
  }
  ~posix_file() override {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
  void write(char const* name, char const* text) const { std::ofstream(root / name) << text; }
  [[nodiscard]] std::string read(char const* name) const {
    std::ifstream file(root / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path root;
  detail::unique_fd directory;
};

TEST_F(posix_file, renames_without_replacing_in_both_ways) {
  for (auto* const rename : {&detail::rename_no_replace, &detail::link_no_replace}) {
    write("from", "new");
    ASSERT_TRUE(rename(directory.get(), "from", "to"));
    EXPECT_EQ(read("to"), "new");
    EXPECT_FALSE(fs::exists(root / "from"));

    write("from", "newer");
    EXPECT_FALSE(rename(directory.get(), "from", "to"));
    EXPECT_EQ(errno, EEXIST);
    EXPECT_EQ(read("to"), "new");
    EXPECT_EQ(read("from"), "newer");

    EXPECT_FALSE(rename(directory.get(), "missing", "other"));
    EXPECT_EQ(errno, ENOENT);

    fs::remove(root / "to");
    fs::create_hard_link(root / "from", root / "to");
    EXPECT_TRUE(rename(directory.get(), "from", "to")) << "cut between link and unlink";
    EXPECT_EQ(read("to"), "newer");
    EXPECT_FALSE(fs::exists(root / "from"));
    fs::remove(root / "to");
  }
}

TEST_F(posix_file, makes_directories_also_relative_and_with_slashes_at_the_end) {
  std::vector<std::string> made;
  auto const make = [&](std::string const& path) {
    made.clear();
    return detail::make_directories(path, [&](std::string const& one) { made.push_back(one); });
  };
  std::string const top = root.string();
  EXPECT_TRUE(make(top + "/a/b/c//"));
  EXPECT_TRUE(fs::is_directory(root / "a/b/c"));
  EXPECT_EQ(made, (std::vector<std::string>{top + "/a", top + "/a/b", top + "/a/b/c//"}));
  EXPECT_TRUE(make(top + "/a/b")) << "already there";
  EXPECT_TRUE(made.empty());
  fs::path const before = fs::current_path();
  fs::current_path(root);
  EXPECT_TRUE(make("x/y"));
  EXPECT_EQ(made, (std::vector<std::string>{"x", "x/y"}));
  EXPECT_TRUE(make("z"));
  fs::current_path(before);
  EXPECT_TRUE(fs::is_directory(root / "x/y"));
  EXPECT_TRUE(fs::is_directory(root / "z"));
  write("file", "x");
  EXPECT_FALSE(make(top + "/file/below"));
  EXPECT_EQ(errno, ENOTDIR);
  EXPECT_TRUE(made.empty());
}

TEST_F(posix_file, writes_at_an_offset) {
  detail::unique_fd const file = detail::open_at(directory.get(), "f", O_WRONLY | O_CREAT | O_EXCL);
  ASSERT_TRUE(file);
  EXPECT_TRUE(detail::write_at(file.get(), copyto::as_bytes("world"), 6));
  EXPECT_TRUE(detail::write_at(file.get(), copyto::as_bytes("hello "), 0));
  EXPECT_TRUE(detail::flush(file.get()) && detail::flush_contents(file.get()));
  EXPECT_TRUE(detail::flush_directory(directory.get()));
  EXPECT_EQ(read("f"), "hello world");
  EXPECT_FALSE(detail::write_at(-1, copyto::as_bytes("x"), 0));
  EXPECT_EQ(errno, EBADF);
}

} // namespace
