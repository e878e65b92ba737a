// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include "signature.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace copyto::doubles {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct server::sockets {
  asio::io_context io;
  tcp::acceptor acceptor{io};
};

struct server::session {
  explicit session(asio::io_context& io) : socket(io) {}

  tcp::socket socket;
  boost::beast::flat_buffer buffer;
  std::thread thread;
  bool done = false; ///< under the server's mutex
};

server::server(std::shared_ptr<bucket> content, clock now, std::uint16_t port)
    : bucket_(std::move(content)), clock_(std::move(now)), sockets_(std::make_unique<sockets>()) {
  tcp::endpoint const here(asio::ip::address_v4::loopback(), port);
  sockets_->acceptor.open(here.protocol());
  sockets_->acceptor.set_option(tcp::acceptor::reuse_address(true));
  sockets_->acceptor.bind(here);
  sockets_->acceptor.listen();
  acceptor_ = std::thread([this] { accept_all(); });
}

server::~server() {
  stopping_ = true;
  ::shutdown(sockets_->acceptor.native_handle(), SHUT_RDWR);
  acceptor_.join();
  hang_up();
}

std::string server::endpoint() const {
  return fmt::format("http://127.0.0.1:{}", sockets_->acceptor.local_endpoint().port());
}

void server::play(script s) {
  std::lock_guard const lock(mutex_);
  script_ = std::move(s);
}
std::vector<server::seen> server::log() const {
  std::lock_guard const lock(mutex_);
  return log_;
}
void server::reset() {
  std::lock_guard const lock(mutex_);
  log_.clear();
  script_ = {};
}
std::size_t server::connections() const {
  std::lock_guard const lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(sessions_, [](session const& s) { return !s.done; }));
}

void server::hang_up() {
  std::list<session> all;
  {
    std::lock_guard const lock(mutex_);
    for (session& s : sessions_) {
      if (!s.done) {
        ::shutdown(s.socket.native_handle(), SHUT_RDWR);
      }
    }
    all.swap(sessions_); // list nodes stay where they are
  }
  for (session& s : all) {
    s.thread.join();
  }
}

void server::accept_all() {
  while (!stopping_) {
    tcp::socket socket(sockets_->io);
    boost::system::error_code failed;
    sockets_->acceptor.accept(socket, failed);
    if (failed) {
      continue;
    }
    std::lock_guard const lock(mutex_);
    sessions_.remove_if([](session& old) {
      if (old.done) {
        old.thread.join();
      }
      return old.done;
    });
    session& s = sessions_.emplace_back(sockets_->io);
    s.socket = std::move(socket);
    s.thread = std::thread([this, &s] { serve(s); });
  }
}

void server::serve(session& s) {
  boost::system::error_code ignored;
  s.socket.set_option(tcp::no_delay(true), ignored);
  try {
    while (one_request(s)) {
    }
  } catch (boost::system::system_error const&) { // the peer is gone
  }
  std::lock_guard const lock(mutex_);
  s.socket.close(ignored); // with bytes unread, a reset
  s.done = true;
}

namespace {

std::string date_text(wall_time now) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", std::chrono::floor<std::chrono::seconds>(now));
}

/// The answer as it goes over the wire.
std::string text_of(wire_answer const& a, bool head, wall_time now) {
  std::string text =
      fmt::format("HTTP/1.1 {} X\r\nDate: {}\r\nx-amz-request-id: DOUBLE0000\r\n", a.status, date_text(now));
  for (auto const& [name, value] : a.headers) {
    text += fmt::format("{}: {}\r\n", name, value);
  }
  if (a.status != 204) {
    text += fmt::format("Content-Length: {}\r\n", a.body.size());
  }
  return text + "\r\n" + (head ? "" : a.body);
}

void send(tcp::socket& socket, std::string_view text) { asio::write(socket, asio::buffer(text.data(), text.size())); }

/// A few pieces with short pauses: slow enough to be seen, too quick for anybody's patience.
void drip(tcp::socket& socket, std::string_view text) {
  std::size_t const step = std::max<std::size_t>(text.size() / 8, 1);
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) {
    send(socket, text.substr(0, step));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

} // namespace

/// Serves one request; whether the connection goes on.
bool server::one_request(session& s) {
  http::request_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  parser.eager(false);
  http::read_header(s.socket, s.buffer, parser);
  wire_request r{.method = std::string(parser.get().method_string()), .target = std::string(parser.get().target())};
  for (auto const& field : parser.get()) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; });
    r.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  std::uint64_t number = 0;
  fault what = fault::none;
  wall_time now;
  {
    std::lock_guard const lock(mutex_);
    number = log_.size();
    log_.push_back({.method = r.method, .target = r.target});
    now = clock_();
    what = script_ ? script_(number, r) : fault::none;
  }
  if (what == fault::cut_request) {
    std::uint64_t const half = parser.content_length().value_or(0) / 2;
    std::uint64_t left = half - std::min<std::uint64_t>(half, s.buffer.size());
    for (std::string block(16384, '\0'); left != 0;) {
      left -= s.socket.read_some(asio::buffer(block.data(), std::min<std::uint64_t>(left, block.size())));
    }
    return false;
  }
  if (r.header("expect")) {
    send(s.socket, "HTTP/1.1 100 Continue\r\n\r\n");
  }
  http::read(s.socket, s.buffer, parser);
  r.body = std::move(parser.get().body());
  if (what == fault::flip && !r.body.empty()) {
    r.body[r.body.size() / 2] = static_cast<char>(r.body[r.body.size() / 2] ^ 1);
  }
  if (what == fault::hang) {
    char waits = 0;
    boost::system::error_code ended;
    s.socket.read_some(asio::buffer(&waits, 1), ended); // until the client has had enough
    return false;
  }
  auto const carry_out = [&] { return bucket_->handle(r, now, false); };
  wire_answer a;
  switch (what) {
  case fault::error_in_success:
    a = refusal(200, "InternalError", "after the status had been sent");
    a.status = 200;
    break;
  case fault::html_before:
    a = {
        .status = 502, .headers = {{"Content-Type", "text/html"}}, .body = "<html><body>Bad Gateway<br></body></html>"};
    break;
  case fault::slow_down: a = refusal(503, "SlowDown", "fewer requests, please"); break;
  case fault::conflict: a = refusal(409, "ConditionalRequestConflict", "somebody else writes this key"); break;
  case fault::fail_after:
    (void)carry_out();
    a = refusal(500, "InternalError", "something went wrong");
    break;
  case fault::twice:
    a = carry_out();
    (void)carry_out();
    break;
  case fault::empty_success:
    a = carry_out();
    a.body.clear();
    break;
  default: a = carry_out();
  }
  {
    std::lock_guard const lock(mutex_);
    if (number < log_.size()) { // not where the log was forgotten meanwhile
      log_[number].status = a.status;
    }
  }
  bool const head = r.method == "HEAD";
  std::string const text = text_of(a, head, now);
  switch (what) {
  case fault::drop_answer: return false;
  case fault::cut_answer: send(s.socket, std::string_view(text).substr(0, text.size() / 2)); return false;
  case fault::trickle: drip(s.socket, text); return true;
  case fault::whitespace: {
    // As S3 does for a slow Complete: the status at once, then white space, then the answer.
    wire_answer spaced = a;
    spaced.body = std::string(64, ' ') + a.body;
    drip(s.socket, text_of(spaced, head, now));
    return true;
  }
  default: send(s.socket, text);
  }
  return what != fault::idle_close;
}

} // namespace copyto::doubles
