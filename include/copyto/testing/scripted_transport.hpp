// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_SCRIPTED_TRANSPORT_HPP
#define COPYTO_TESTING_SCRIPTED_TRANSPORT_HPP

#include <copyto/http/concept.hpp>

#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace copyto::testing {

/// A request as the transport saw it, with a copy of its body.
struct sent_request {
  copyto::request request = {};
  std::string body = {};

  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(find_header(request.headers, name).value_or(""));
  }
  /// "PUT /bucket/key?partNumber=1&uploadId=x", as it goes over the wire.
  [[nodiscard]] std::string line() const {
    std::string const query = encoded_query(request);
    return request.method + " " + encoded_path(request) + (query.empty() ? "" : "?" + query);
  }
};

/// A transport that answers from a script and remembers what it was asked. Answers are given in the
/// order in which they were added; after them, by the `otherwise` function if there is one. A shared
/// handle, thread-safe; functions are called one at a time.
class scripted_transport {
public:
  using function = std::function<result<response>(sent_request const&)>;

  scripted_transport& answer(int status, std::string body = {}, std::vector<header> headers = {}) {
    return then([r = response{.status = status, .headers = std::move(headers), .body = std::move(body)}](
                    sent_request const&) -> result<response> { return r; });
  }
  /// The request never left, or (disposition::in_doubt) its answer was lost.
  scripted_transport& fail(disposition how, errc code = errc::unreachable) {
    return then([how, code](sent_request const&) -> result<response> {
      return error({.code = code, .disposition = how, .message = "the line was cut"});
    });
  }
  scripted_transport& then(function f) {
    std::lock_guard const lock(state_->mutex);
    state_->script.push_back(std::move(f));
    return *this;
  }
  scripted_transport& otherwise(function f) {
    std::lock_guard const lock(state_->mutex);
    state_->otherwise = std::move(f);
    return *this;
  }

  [[nodiscard]] std::vector<sent_request> requests() const {
    std::lock_guard const lock(state_->mutex);
    return state_->requests;
  }
  /// Answers of the script that nobody asked for yet.
  [[nodiscard]] std::size_t left() const {
    std::lock_guard const lock(state_->mutex);
    return state_->script.size();
  }

  result<response> perform(request const& r, std::stop_token stop) {
    if (stop.stop_requested()) {
      return error({.code = errc::stopped, .message = "stopped on request"});
    }
    std::lock_guard const lock(state_->mutex);
    sent_request sent{.request = r, .body = std::string(as_text(r.content()))};
    sent.request.body = {};
    state_->requests.push_back(sent);
    if (!state_->script.empty()) {
      function const f = std::move(state_->script.front());
      state_->script.pop_front();
      return f(sent);
    }
    if (state_->otherwise) {
      return state_->otherwise(sent);
    }
    return error({.code = errc::bad_answer, .message = "the script has no answer left"});
  }

private:
  struct state {
    std::mutex mutex;
    std::deque<function> script;
    function otherwise;
    std::vector<sent_request> requests;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
};
static_assert(Transport<scripted_transport>);

} // namespace copyto::testing

#endif
