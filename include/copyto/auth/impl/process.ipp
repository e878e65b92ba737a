// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_PROCESS_IPP
#define COPYTO_AUTH_IMPL_PROCESS_IPP

#include <copyto/auth/process.hpp>

#include <copyto/auth/aws_config.hpp>
#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/auth/detail/json_set.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

namespace copyto::detail {

inline constexpr std::string_view process_service = "the credential process";

/// A child of its own process group, whose output is read. Its end is waited for by the destructor, which kills it first if
/// it has not ended.
class child_process {
public:
  child_process() = default;
  child_process(child_process const&) = delete;
  child_process& operator=(child_process const&) = delete;
  ~child_process() {
    if (output_ != -1) {
      ::close(output_);
    }
    if (pid_ > 0) {
      ::kill(-pid_, SIGKILL);
      static_cast<void>(ended(0));
    }
  }

  /// 0, or an errno.
  [[nodiscard]] int start(std::vector<std::string>& words) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      return errno;
    }
    output_ = ends[0];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&how);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&how, 0);
    int const fault = ::posix_spawnp(&pid_, arguments[0], &files, &how, arguments.data(), environ);
    ::posix_spawnattr_destroy(&how);
    ::posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    pid_ = fault == 0 ? pid_ : -1;
    return fault;
  }
  [[nodiscard]] int output() const noexcept { return output_; }

  /// Its status, as waitpid has it, once it has ended. `how`: 0 to wait for that, or WNOHANG.
  [[nodiscard]] std::optional<int> ended(int how) {
    int status = 0;
    pid_t got = 0;
    while ((got = ::waitpid(pid_, &status, how)) == -1 && errno == EINTR) {
    }
    if (got == 0) {
      return std::nullopt;
    }
    pid_ = -1;
    return status;
  }

private:
  pid_t pid_ = -1;
  int output_ = -1;
};

class process_source final : public fetched_source {
public:
  process_source(process_options options, provider_io_ptr io)
      : fetched_source(process_service, std::move(io)), options_(std::move(options)) {}

private:
  result<credentials> fetch(std::stop_token const& stop) override {
    std::optional<std::vector<std::string>> words = shell_words(options_.command);
    if (!words || words->empty()) {
      return bad(words ? "has no command" : "has a quotation without an end", "correct credential_process");
    }
    struct stat about = {};
    if (words->front().find('/') != std::string::npos && ::stat(words->front().c_str(), &about) == 0 &&
        (about.st_mode & S_IWOTH) != 0) {
      return bad("may be written by everybody on this machine", "take that right away (chmod o-w)");
    }
    child_process child;
    if (int const fault = child.start(*words); fault != 0) {
      return bad(fmt::format("cannot be started: {}", std::generic_category().message(fault)),
                 "check the path in credential_process");
    }
    std::string text;
    text.reserve(most_output + chunk); // so that no copy of a secret stays behind
    result<int> const ended = read_output(child, text, stop);
    if (!ended) {
      secret::wipe(text.data(), text.size());
      return ended.error();
    }
    if (int const status = *ended; status != 0) {
      secret::wipe(text.data(), text.size());
      return bad(WIFEXITED(status) ? fmt::format("ended with status {}", WEXITSTATUS(status))
                                   : fmt::format("was ended by signal {}", WTERMSIG(status)),
                 "run it by hand to see what it says");
    }
    std::optional<json_members> const members = read_json_members(text);
    if (!members) {
      return bad("printed something else than a JSON object", "run it by hand to see what it prints");
    }
    if (member(*members, "Version") != "1") {
      return bad("printed credentials of another Version than 1", "it must print \"Version\": 1");
    }
    result<credentials> set = read_json_set(*members, {.session_token = "SessionToken"});
    return set ? std::move(set)
               : bad(fmt::format("printed no credentials: {}", set.error()->message),
                     "run it by hand to see what it prints");
  }

  /// What it prints, and its status once it has ended: some close their output and live on.
  result<int> read_output(child_process& child, std::string& text, std::stop_token const& stop) {
    constexpr int step = 50; // milliseconds, how soon a stop is seen
    std::chrono::nanoseconds const end = io().elapsed() + options_.patience;
    bool open = true;
    for (;;) {
      if (stop.stop_requested()) {
        return error({.code = errc::stopped, .message = "stopped on request while a credential process ran"});
      }
      if (io().elapsed() >= end) {
        return bad(fmt::format("did not end within {} seconds", options_.patience.count()),
                   "run it by hand to see what it waits for");
      }
      if (!open) {
        if (std::optional<int> const status = child.ended(WNOHANG); status) {
          return *status;
        }
        ::poll(nullptr, 0, step / 10);
        continue;
      }
      pollfd wait{.fd = child.output(), .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, step) <= 0) {
        continue;
      }
      std::size_t const before = text.size();
      text.resize(before + chunk);
      ssize_t const got = ::read(child.output(), text.data() + before, chunk);
      text.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
      open = got != 0;
      if (text.size() > most_output) {
        return bad("printed more than 64 KiB", "run it by hand to see what it prints");
      }
    }
  }

  [[nodiscard]] static error bad(std::string why, std::string advice) {
    return error({.code = errc::bad_credentials,
                  .message = fmt::format("{} {}", process_service, why),
                  .advice = std::move(advice)});
  }

  static constexpr std::size_t chunk = 4096;
  static constexpr std::size_t most_output = 65'536;
  process_options options_;
};

COPYTO_COLD credential_source_ptr make_process_source(process_options options, provider_io_ptr io) {
  return std::make_shared<process_source>(std::move(options), std::move(io));
}

} // namespace copyto::detail

#endif
