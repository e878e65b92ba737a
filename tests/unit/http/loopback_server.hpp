// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_HTTP_LOOPBACK_SERVER_HPP
#define COPYTO_TESTS_UNIT_HTTP_LOOPBACK_SERVER_HPP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace copyto::tests {

/// One accepted connection, as its handler sees it.
class connection {
public:
  explicit connection(int fd) : fd_(fd) {}

  /// The next request with its body, or an empty text at the end of the connection.
  std::string read() {
    std::string text;
    for (;;) {
      if (std::size_t const end = text.find("\r\n\r\n"); end != std::string::npos) {
        std::size_t const length = content_length(text);
        while (text.size() < end + 4 + length) {
          if (!more(text)) {
            return {};
          }
        }
        return text;
      }
      if (!more(text)) {
        return {};
      }
    }
  }
  /// Some bytes of the next request.
  void read_some() const {
    std::string some;
    (void)more(some);
  }
  void write(std::string_view text) const {
    while (!text.empty()) {
      ssize_t const n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) {
        return;
      }
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void answer(std::string_view body = {}, std::string_view headers = {}, std::string_view status = "200 OK") const {
    write("HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }

private:
  bool more(std::string& text) const {
    char buffer[65536];
    ssize_t const n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) {
      text.append(buffer, static_cast<std::size_t>(n));
    }
    return n > 0;
  }
  static std::size_t content_length(std::string_view text) {
    std::size_t length = 0;
    if (std::size_t const at = text.find("Content-Length: "); at != std::string_view::npos) {
      std::from_chars(text.data() + at + 16, text.data() + text.size(), length);
    }
    return length;
  }
  int fd_;
};

/// A server on 127.0.0.1 that gives each connection to a handler, in a thread of its own; closes the
/// connection when the handler returns. Its destructor ends all of them.
class loopback_server {
public:
  explicit loopback_server(std::function<void(connection&)> handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 64) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no socket on 127.0.0.1");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  loopback_server(loopback_server const&) = delete;
  loopback_server& operator=(loopback_server const&) = delete;
  ~loopback_server() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      std::lock_guard const lock(mutex_);
      for (session const& s : sessions_) {
        if (s.fd >= 0) {
          ::shutdown(s.fd, SHUT_RDWR);
        }
      }
    }
    for (session& s : sessions_) {
      s.thread.join();
    }
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] int connections() const noexcept { return connections_; }

private:
  struct session {
    int fd = -1;
    std::thread thread = {};
  };
  void accept_all() {
    while (!stopping_) {
      int const fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) {
        continue;
      }
      ++connections_;
      std::lock_guard const lock(mutex_);
      session& s = sessions_.emplace_back();
      s.fd = fd;
      s.thread = std::thread([this, &s, fd] {
        connection c(fd);
        handler_(c);
        std::lock_guard const done(mutex_);
        ::close(std::exchange(s.fd, -1)); // with bytes unread, a reset
      });
    }
  }

  std::function<void(connection&)> handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::list<session> sessions_;
  std::thread acceptor_;
};

} // namespace copyto::tests

#endif
