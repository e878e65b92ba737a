// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_CURL_IPP
#define COPYTO_HTTP_IMPL_CURL_IPP

#include <copyto/http/curl.hpp>

#include <copyto/core/version.hpp>
#include <copyto/http/detail/sigpipe_guard.hpp>
#include <copyto/http/uri_encode.hpp>

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace copyto::detail {

// Two types, as CURL and CURLM may be one.
struct curl_easy_closer {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct curl_multi_closer {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

/// One connection's worth of handles. The easy handle goes before the multi handle.
struct curl_slot {
  std::unique_ptr<CURLM, curl_multi_closer> multi{curl_multi_init()};
  std::unique_ptr<CURL, curl_easy_closer> easy{curl_easy_init()};
};

/// Slots that nobody uses now.
class curl_pool {
public:
  explicit curl_pool(curl_options options) : options_(std::move(options)) {
    // Thread-safe and counted since libcurl 7.84. Never undone: another user may still be at work when
    // static objects go.
    [[maybe_unused]] static CURLcode const once = curl_global_init(CURL_GLOBAL_DEFAULT);
  }
  curl_pool(curl_pool const&) = delete;
  curl_pool& operator=(curl_pool const&) = delete;
  ~curl_pool() {
    sigpipe_guard const guard;
    idle_.clear();
  }

  [[nodiscard]] curl_options const& options() const noexcept { return options_; }
  [[nodiscard]] std::unique_ptr<curl_slot> take() {
    {
      std::lock_guard const lock(mutex_);
      if (!idle_.empty()) {
        auto slot = std::move(idle_.back()); // the one used last has the freshest connection
        idle_.pop_back();
        return slot;
      }
    }
    auto slot = std::make_unique<curl_slot>();
    if (slot->easy == nullptr || slot->multi == nullptr) {
      return nullptr;
    }
    curl_multi_setopt(slot->multi.get(), CURLMOPT_MAXCONNECTS, 2L);
    return slot;
  }
  void give_back(std::unique_ptr<curl_slot> slot) {
    std::lock_guard const lock(mutex_);
    idle_.push_back(std::move(slot));
  }

private:
  curl_options options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<curl_slot>> idle_;
};

/// Header lines for libcurl, which copies each: those copies are wiped, as one may hold a session token.
class curl_headers {
public:
  curl_headers() = default;
  curl_headers(curl_headers const&) = delete;
  curl_headers& operator=(curl_headers const&) = delete;
  ~curl_headers() {
    for (curl_slist* line = list_; line != nullptr; line = line->next) {
      secret::wipe(line->data, std::strlen(line->data));
    }
    curl_slist_free_all(list_);
  }
  void add(std::string line) {
    curl_slist* const longer = curl_slist_append(list_, line.c_str());
    secret::wipe(line.data(), line.size());
    failed_ = failed_ || longer == nullptr;
    list_ = longer != nullptr ? longer : list_;
  }
  [[nodiscard]] curl_slist* get() const noexcept { return list_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
  curl_slist* list_ = nullptr;
  bool failed_ = false;
};

/// One request under way, and libcurl's callbacks into it. No exception may pass through C, so the
/// callbacks are noexcept in effect: running out of memory ends the transfer.
struct curl_exchange {
  request const* asked = nullptr;
  bytes_view content = {};
  std::size_t sent = 0;
  int sends = 0;
  bool too_long = false;
  bool has_headers = false; ///< all of them: the empty line behind them was seen
  response answer = {};

  static std::size_t read(char* to, std::size_t size, std::size_t count, void* self) noexcept {
    auto& x = *static_cast<curl_exchange*>(self);
    std::size_t const n = std::min(size * count, x.content.size() - x.sent);
    if (n != 0) {
      std::memcpy(to, x.content.data() + x.sent, n);
    }
    x.sent += n;
    return n;
  }
  static int seek(void* self, curl_off_t offset, int origin) noexcept {
    auto& x = *static_cast<curl_exchange*>(self);
    if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > x.content.size()) {
      return CURL_SEEKFUNC_FAIL;
    }
    x.sent = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
  }
  /// Called on a connection that stands, before the request goes out: 0 calls prove that it did not,
  /// more than one that a kept connection was dead and the request was sent anew.
  static int before_send(void* self, char*, char*, int, int) noexcept {
    ++static_cast<curl_exchange*>(self)->sends;
    return CURL_PREREQFUNC_OK;
  }
  static std::size_t write(char* from, std::size_t size, std::size_t count, void* self) noexcept {
    auto& x = *static_cast<curl_exchange*>(self);
    std::size_t const n = size * count;
    if (n > x.asked->max_answer - x.answer.body.size()) {
      x.too_long = true;
      return 0;
    }
    try {
      x.answer.body.append(from, n);
    } catch (std::exception const&) {
      return 0;
    }
    return n;
  }
  static std::size_t header_line(char* from, std::size_t size, std::size_t count, void* self) noexcept {
    auto& x = *static_cast<curl_exchange*>(self);
    std::string_view line(from, size * count);
    try {
      if (line.starts_with("HTTP/")) { // anew after each interim answer
        x.answer.headers.clear();
        x.answer.body.clear();
        x.has_headers = false;
      } else if (line == "\r\n" || line == "\n") {
        x.has_headers = true;
      } else if (std::size_t const colon = line.find(':'); colon != std::string_view::npos) {
        std::string_view value = line.substr(colon + 1);
        std::size_t const first = value.find_first_not_of(" \t");
        value = first == std::string_view::npos ? std::string_view() : value.substr(first);
        value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
        x.answer.headers.push_back({.name = std::string(line.substr(0, colon)), .value = std::string(value)});
      }
    } catch (std::exception const&) {
      return 0;
    }
    return line.size();
  }
};

/// Sets what each request needs. libcurl's own words for the reasons: its manual pages of the options.
inline void curl_prepare(CURL* easy, curl_options const& options, curl_exchange& x, curl_slist* headers,
                         char* error_text) {
  request const& r = *x.asked;
  auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  curl_easy_reset(easy);
  set(CURLOPT_URL, url(r).c_str());
  set(CURLOPT_PATH_AS_IS, 1L);                                         // the signed path is the sent path
  set(CURLOPT_PROTOCOLS_STR, r.scheme == "http" ? "http" : "https");   // no file://, no downgrade
  set(CURLOPT_FOLLOWLOCATION, 0L);                                     // a followed request has a wrong signature
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));           // no foreign Authorization
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)); // many connections, no shared window
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_MAXAGE_CONN, static_cast<long>(options.keep_idle.count()));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_DNS_SHUFFLE_ADDRESSES, 1L); // spreads connections over a store's front ends
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_ERRORBUFFER, error_text);
#if LIBCURL_VERSION_NUM >= 0x075700
  set(CURLOPT_QUICK_EXIT, 1L); // a stop does not wait for a name server
#endif
  auto const connect = r.patience.connect.count() != 0 ? r.patience.connect : options.connect_timeout;
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  set(CURLOPT_TIMEOUT, static_cast<long>(r.patience.whole.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(r.patience.low_speed));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(r.patience.low_speed_time.count()));
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (r.direct) {
    set(CURLOPT_NOPROXY, "*");
  } else if (!options.proxy.empty()) {
    set(CURLOPT_PROXY, options.proxy.c_str());
  }
  if (!options.proxy_login.empty()) {
    set(CURLOPT_PROXYUSERPWD, options.proxy_login.reveal().data());
  }

  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_HEADERFUNCTION, &curl_exchange::header_line);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&x));
  set(CURLOPT_WRITEFUNCTION, &curl_exchange::write);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&x));
  set(CURLOPT_PREREQFUNCTION, &curl_exchange::before_send);
  set(CURLOPT_PREREQDATA, static_cast<void*>(&x));
  if (r.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (r.method == "PUT" || r.method == "POST" || !x.content.empty()) {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(x.content.size())); // else chunked, which S3 refuses
    set(CURLOPT_READFUNCTION, &curl_exchange::read);
    set(CURLOPT_READDATA, static_cast<void*>(&x));
    set(CURLOPT_SEEKFUNCTION, &curl_exchange::seek); // to send again when a kept connection is dead
    set(CURLOPT_SEEKDATA, static_cast<void*>(&x));
    set(CURLOPT_UPLOAD_BUFFERSIZE, options.upload_buffer);
    set(CURLOPT_CUSTOMREQUEST, r.method.c_str());
  } else {
    set(CURLOPT_HTTPGET, 1L);
    set(CURLOPT_CUSTOMREQUEST, r.method.c_str());
  }
}

/// Whether a transfer failed as it does when the server had closed a kept connection while nobody used it.
inline bool curl_found_it_closed(CURL* easy, CURLcode code, curl_exchange const& x) {
  long connections = 0;
  curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
  return connections == 0 && x.answer.headers.empty() && x.answer.body.empty() &&
         (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
          code == CURLE_SEND_FAIL_REWIND);
}

/// The error for a transfer that libcurl gave up.
inline error curl_failure(CURLcode code, curl_exchange const& x, char const* text) {
  request const& r = *x.asked;
  std::string const place = fmt::format("{}://{}", r.scheme, authority(r));
  std::string_view const said = text;
  // libcurl quotes the URL of a proxy that it cannot read, with the login in it.
  bool const bad_proxy = said.starts_with("Unsupported proxy");
  bool const quotes = bad_proxy || said.find('@') != said.npos;
  std::string const detail(said.empty() || quotes ? curl_easy_strerror(code) : said);
  bool const reads = r.method == "GET" || r.method == "HEAD";
  if (x.too_long) {
    return error({.code = errc::limit_exceeded,
                  .disposition = reads ? disposition::permanent : disposition::in_doubt,
                  .message = fmt::format("the answer of {} is longer than {} bytes", place, r.max_answer)});
  }
  if (bad_proxy) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("cannot reach {}: the URL of the proxy cannot be used", place),
                  .advice = "correct it, in the options or in the environment (HTTPS_PROXY, http_proxy, ALL_PROXY): "
                            "http://host:port"});
  }
  error_info info{.code = errc::unreachable,
                  .disposition = x.sends != 0 ? disposition::in_doubt : disposition::transient};
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
    info.message = fmt::format("cannot reach {}: {}", place, detail);
    info.advice = "check the endpoint, and that this machine may connect to it";
    break;
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_PROXY:
    info.message = fmt::format("cannot reach {} through the proxy: {}", place, detail);
    info.advice = "check the proxy";
    break;
  case CURLE_OPERATION_TIMEDOUT: info.message = fmt::format("{} did not answer in time: {}", place, detail); break;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_ISSUER_ERROR:
    info.disposition = disposition::permanent;
    info.message = fmt::format("the certificate of {} cannot be trusted: {}", place, detail);
    info.advice = "check the host's name; if its certificate authority is your own, name its file (ca-file)";
    break;
  case CURLE_SSL_CACERT_BADFILE:
    info.disposition = disposition::permanent;
    info.message = fmt::format("the certificate authorities cannot be read, so {} is not trusted: {}", place, detail);
    info.advice = "check the file of certificate authorities (ca-file)";
    break;
  case CURLE_SSL_CONNECT_ERROR:
    info.message = fmt::format("cannot open a TLS session with {}: {}", place, detail);
    info.advice = "check that the endpoint speaks https on this port";
    break;
  case CURLE_URL_MALFORMAT:
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_BAD_FUNCTION_ARGUMENT:
    info.code = errc::invalid_argument;
    info.disposition = disposition::permanent;
    info.message = fmt::format("the URL of {} cannot be used: {}", place, detail);
    break;
  default: info.message = fmt::format("the exchange with {} failed: {}", place, detail); break;
  }
  return error(std::move(info));
}

/// Drives one transfer to its end, or to the stop. Nothing: stopped.
inline std::optional<CURLcode> curl_run(curl_slot& slot, std::stop_token const& stop) {
  CURLM* const multi = slot.multi.get();
  CURL* const easy = slot.easy.get();
  curl_multi_add_handle(multi, easy);
  std::optional<CURLcode> done;
  {
    // A wake-up that comes before the poll ends that poll, so no stop is missed.
    std::stop_callback const wake(stop, [multi] { curl_multi_wakeup(multi); });
    while (!done && !stop.stop_requested()) {
      int running = 0;
      if (curl_multi_perform(multi, &running) != CURLM_OK) {
        done = CURLE_FAILED_INIT;
        break;
      }
      int left = 0;
      while (CURLMsg const* const message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) {
          done = message->data.result;
        }
      }
      if (!done) {
        curl_multi_poll(multi, nullptr, 0, 60'000, nullptr); // or until one of libcurl's own timers
      }
    }
  }
  curl_multi_remove_handle(multi, easy);
  return done;
}

} // namespace copyto::detail

namespace copyto {

COPYTO_DECL curl_transport::curl_transport(curl_options options)
    : pool_(std::make_shared<detail::curl_pool>(std::move(options))) {}

COPYTO_DECL result<response> curl_transport::perform(request const& r, std::stop_token stop) {
  auto const stopped = [](int sends) {
    return error({.code = errc::stopped,
                  .disposition = sends != 0 ? disposition::in_doubt : disposition::permanent,
                  .message = "stopped on request"});
  };
  if (stop.stop_requested()) {
    return stopped(0);
  }
  detail::curl_exchange x;
  x.asked = &r;
  x.content = r.content();

  detail::curl_headers headers;
  for (header const& h : r.headers) {
    if ((h.name + h.value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return error(
          {.code = errc::invalid_argument,
           .message = fmt::format("the header {} holds a line break or NUL", uri_encode(h.name, uri_part::component))});
    }
    headers.add(h.value.empty() ? h.name + ";" : h.name + ": " + h.value); // "Name:" would leave it out
  }
  headers.add("Expect:"); // 100-continue costs a second where it is ignored
  if (!find_header(r.headers, "user-agent")) {
    headers.add(fmt::format("User-Agent: copyto/{}", version));
  }

  detail::sigpipe_guard const guard;
  std::unique_ptr<detail::curl_slot> slot = pool_->take();
  if (slot == nullptr || headers.failed()) {
    return error({.code = errc::unreachable, .message = "libcurl cannot be started: it is out of memory"});
  }
  char text[CURL_ERROR_SIZE] = "";
  detail::curl_prepare(slot->easy.get(), pool_->options(), x, headers.get(), text);
  std::optional<CURLcode> done = detail::curl_run(*slot, stop);
  if (done && detail::curl_found_it_closed(slot->easy.get(), *done, x)) { // most such cases libcurl repeats by itself
    x.sent = 0;
    *text = '\0';
    curl_easy_setopt(slot->easy.get(), CURLOPT_FRESH_CONNECT, 1L);
    done = detail::curl_run(*slot, stop);
  }
  long connections = 0;
  curl_easy_getinfo(slot->easy.get(), CURLINFO_NUM_CONNECTS, &connections);
  long status = 0;
  curl_easy_getinfo(slot->easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_reset(slot->easy.get()); // nothing of this call is pointed to any longer
  pool_->give_back(std::move(slot));

  if (!done) {
    return stopped(x.sends);
  }
  if (*done == CURLE_OK && !x.has_headers) { // a connection that ends there is no error of libcurl's
    done = CURLE_PARTIAL_FILE;
  }
  if (*done != CURLE_OK) {
    return detail::curl_failure(*done, x, text);
  }
  x.answer.status = static_cast<int>(status);
  x.answer.sends = x.sends;
  x.answer.kept_connection = connections == 0;
  return std::move(x.answer);
}

} // namespace copyto

#endif
