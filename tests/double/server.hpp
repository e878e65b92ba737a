// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_DOUBLE_SERVER_HPP
#define COPYTO_TESTS_DOUBLE_SERVER_HPP

#include "bucket.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace copyto::doubles {

/// What becomes of one request.
enum class fault : std::uint8_t {
  none,
  drop_answer,      ///< carried out; the connection ends without an answer
  cut_request,      ///< the connection ends in the middle of the request, which is not carried out
  cut_answer,       ///< carried out; the connection ends in the middle of the answer
  error_in_success, ///< not carried out: 200, and an <Error> inside
  empty_success,    ///< carried out: 200, and no body
  trickle,          ///< carried out; the answer comes in drips
  hang,             ///< never answered
  idle_close,       ///< answered, and then the connection, which could be kept, is closed
  fail_after,       ///< carried out, and then 500 InternalError
  html_before,      ///< not carried out: 502 and a proxy's page
  slow_down,        ///< not carried out: 503 SlowDown
  twice,            ///< delivered twice; the first answer is given
  whitespace,       ///< carried out; white space keeps the answer alive before it comes (Complete only)
  conflict,         ///< not carried out: 409 ConditionalRequestConflict (Complete only)
  flip,             ///< a bit of the body changes on the way (requests with a body only)
};

/// A bucket behind a socket on 127.0.0.1. Requests are numbered from 0 in the order in which they begin.
class server {
public:
  struct seen {
    std::string method = {};
    std::string target = {};
    int status = 0; ///< of the answer that was made, whether it was sent or not
  };
  /// Called at the beginning of each request, one at a time.
  using script = std::function<fault(std::uint64_t number, wire_request const& head)>;
  /// Gives the time that the server goes by; it may let time pass.
  using clock = std::function<wall_time()>;

  server(std::shared_ptr<bucket> content, clock now, std::uint16_t port = 0);
  server(server const&) = delete;
  server& operator=(server const&) = delete;
  ~server();

  [[nodiscard]] std::string endpoint() const;
  void play(script s);
  [[nodiscard]] std::vector<seen> log() const;
  /// Connections that stand.
  [[nodiscard]] std::size_t connections() const;
  /// Closes all connections and waits until they are gone; the server goes on.
  void hang_up();
  /// Forgets the log, so that numbers begin anew, and plays nothing.
  void reset();

private:
  struct session;
  void accept_all();
  void serve(session& s);
  bool one_request(session& s);

  std::shared_ptr<bucket> bucket_;
  clock clock_;
  struct sockets;
  std::unique_ptr<sockets> sockets_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  script script_;
  std::vector<seen> log_;
  std::list<session> sessions_;
  std::thread acceptor_;
};

} // namespace copyto::doubles

#endif
