// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// sink CERTIFICATE KEY: an S3 service over TLS on a free port of 127.0.0.1, whose URL it prints, that reads what it is
// sent and throws it away. It answers what the clients of bench/upload.py ask for, keeps objects below 1 MiB, and
// remembers the sizes of the others and of the parts. It checks no signature and lists nothing: tests/double does that.
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

namespace http = boost::beast::http;
using request = http::request_parser<http::empty_body>;

constexpr std::size_t kept = std::size_t(1) << 20; ///< objects as large as this are forgotten, bytes
constexpr std::string_view etag = "\"0123456789abcdef0123456789abcdef\"";

struct object {
  std::uint64_t size = 0;
  std::string body = {};
  std::map<std::string, std::string> metadata = {}; ///< some clients look for the time and digest they gave it
};

/// What there is, for all connections.
class bucket {
public:
  void put(std::string const& key, object o) {
    std::lock_guard const lock(mutex_);
    objects_[key] = std::move(o);
  }
  void erase(std::string const& key) {
    std::lock_guard const lock(mutex_);
    objects_.erase(key);
  }
  [[nodiscard]] bool get(std::string const& key, object& o) {
    std::lock_guard const lock(mutex_);
    auto const found = objects_.find(key);
    if (found != objects_.end()) {
      o = found->second;
    }
    return found != objects_.end();
  }
  void begin(std::string const& key, object o) {
    std::lock_guard const lock(mutex_);
    uploads_[key] = std::move(o);
  }
  void add(std::string const& key, std::uint64_t bytes) {
    std::lock_guard const lock(mutex_);
    uploads_[key].size += bytes;
  }
  /// The upload becomes the object.
  void complete(std::string const& key) {
    std::lock_guard const lock(mutex_);
    objects_[key] = std::move(uploads_[key]);
    uploads_.erase(key);
  }

private:
  std::mutex mutex_;
  std::map<std::string, object> objects_;
  std::map<std::string, object> uploads_;
};

class connection {
public:
  connection(SSL_CTX* context, int socket, bucket& content)
      : socket_(socket), tls_(SSL_new(context), SSL_free), content_(content), buffer_(std::size_t(256) * 1024) {
    SSL_set_fd(tls_.get(), socket);
  }
  connection(connection const&) = delete;
  connection& operator=(connection const&) = delete;
  ~connection() { ::close(socket_); }

  void serve() {
    if (SSL_accept(tls_.get()) == 1) {
      while (one_request()) {
      }
    }
  }

private:
  bool read() {
    int const got = SSL_read(tls_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
    begin_ = 0;
    end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    return got > 0;
  }
  bool write(std::string_view text) {
    return SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
  }

  bool one_request() {
    request r;
    r.eager(false);
    r.body_limit(boost::none);
    std::string head; // what the parser has not taken yet; a header is a read or two
    while (!r.is_header_done()) {
      if (begin_ == end_ && !read()) {
        return false;
      }
      head.append(buffer_.data() + begin_, end_ - begin_);
      begin_ = end_;
      boost::beast::error_code failed;
      std::size_t const taken = r.put(boost::asio::buffer(head), failed);
      head.erase(0, taken);
      if (failed && failed != http::error::need_more) {
        return false;
      }
    }
    auto const length = r.content_length().value_or(0);
    if (r.get()[http::field::expect] == "100-continue" && !write("HTTP/1.1 100 Continue\r\n\r\n")) {
      return false;
    }
    if (r.chunked()) {
      return skip_chunks(std::move(head)) && write(answer(r.get(), 0, {}));
    }
    std::string body = head.substr(0, length);
    std::uint64_t left = length - body.size();
    while (left != 0) {
      if (!read() || end_ > left) { // nobody sends the next request before the answer
        return false;
      }
      if (length < kept) {
        body.append(buffer_.data(), end_);
      }
      left -= end_;
      begin_ = end_;
    }
    return write(answer(r.get(), length, std::move(body)));
  }

  /// The body of a client that does not say its length beforehand. `unread`: what came with the header.
  bool skip_chunks(std::string unread) {
    auto const line = [&]() -> std::optional<std::string> { // without its end
      std::size_t end = unread.find("\r\n");
      for (; end == std::string::npos; end = unread.find("\r\n")) {
        if (!read()) {
          return std::nullopt;
        }
        unread.append(buffer_.data(), end_);
      }
      std::string text = unread.substr(0, end);
      unread.erase(0, end + 2);
      return text;
    };
    while (auto const size = line()) {
      std::uint64_t left = std::stoull(*size, nullptr, 16);
      for (bool const last = left == 0; last;) { // trailers
        auto const trailer = line();
        if (!trailer || trailer->empty()) {
          begin_ = end_;
          return trailer.has_value();
        }
      }
      left += 2; // the end of the line
      while (left > unread.size()) {
        left -= unread.size();
        unread.clear();
        if (!read()) {
          return false;
        }
        unread.assign(buffer_.data(), end_);
      }
      unread.erase(0, left);
    }
    return false;
  }

  [[nodiscard]] std::string answer(request::value_type const& r, std::uint64_t length, std::string body) {
    std::string_view const target(r.target().data(), r.target().size());
    std::string const key(target.substr(0, target.find('?')));
    std::string_view const query = key.size() < target.size() ? target.substr(key.size() + 1) : std::string_view();
    bool const of_an_upload = query.find("uploadId=") != std::string_view::npos;
    if (r.method() == http::verb::put && of_an_upload) {
      content_.add(key, bytes_of(r, length));
      return text(200, "", echoed(r));
    }
    if (r.method() == http::verb::put) {
      object o{.size = bytes_of(r, length), .body = length < kept ? std::move(body) : "", .metadata = metadata(r)};
      content_.put(key, std::move(o));
      return text(200, "", echoed(r));
    }
    if (r.method() == http::verb::post && of_an_upload) {
      content_.complete(key);
      auto const sum = r["x-amz-checksum-crc64nvme"];
      return text(200, fmt::format("<CompleteMultipartUploadResult><ETag>{}</ETag>{}</CompleteMultipartUploadResult>",
                                   "&quot;0123456789abcdef0123456789abcdef-2&quot;",
                                   sum.empty() ? ""
                                               : fmt::format("<ChecksumCRC64NVME>{}</ChecksumCRC64NVME>"
                                                             "<ChecksumType>FULL_OBJECT</ChecksumType>",
                                                             std::string_view(sum.data(), sum.size()))));
    }
    if (r.method() == http::verb::post) {
      content_.begin(key, {.metadata = metadata(r)});
      return text(200, "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
    }
    if (r.method() == http::verb::delete_) {
      content_.erase(key);
      return text(204, "");
    }
    if (query.find("uploads") != std::string_view::npos) {
      return text(200, "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
    }
    if (query.find("list-type=2") != std::string_view::npos) {
      return text(200, "<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>");
    }
    if (std::ranges::count(key, '/') < 2) {
      return text(200, ""); // the bucket is there
    }
    if (object o; content_.get(key, o)) {
      std::string headers = fmt::format("ETag: {}\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n", etag);
      for (auto const& [name, value] : o.metadata) {
        headers += fmt::format("{}: {}\r\n", name, value);
      }
      bool const head = r.method() == http::verb::head;
      return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", head ? o.size : o.body.size(), headers,
                         head ? std::string() : o.body);
    }
    return text(404, r.method() == http::verb::head ? "" : "<Error><Code>NoSuchKey</Code></Error>");
  }

  /// Bytes of the object in a body: some clients wrap it in chunks.
  static std::uint64_t bytes_of(request::value_type const& r, std::uint64_t length) {
    auto const decoded = r["x-amz-decoded-content-length"];
    return decoded.empty() ? length : std::stoull(std::string(decoded));
  }
  static std::map<std::string, std::string> metadata(request::value_type const& r) {
    std::map<std::string, std::string> found;
    for (auto const& field : r) {
      if (boost::beast::iequals(field.name_string().substr(0, 11), "x-amz-meta-")) {
        found.emplace(field.name_string(), field.value());
      }
    }
    return found;
  }
  /// ETag, and the checksum that was sent.
  static std::string echoed(request::value_type const& r) {
    std::string headers = fmt::format("ETag: {}\r\n", etag);
    for (auto const& field : r) {
      if (boost::beast::iequals(field.name_string().substr(0, 15), "x-amz-checksum-")) {
        headers += fmt::format("{}: {}\r\n", std::string(field.name_string()), std::string(field.value()));
      }
    }
    return headers;
  }
  static std::string text(int status, std::string_view body, std::string_view headers = "") {
    return fmt::format("HTTP/1.1 {} X\r\n{}{}\r\n{}", status, headers,
                       status == 204 ? "" : fmt::format("Content-Length: {}\r\n", body.size()), body);
  }

  int socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bucket& content_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0; ///< of what was read, but not yet used
  std::size_t end_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: sink CERTIFICATE KEY\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_read_ahead(context, 1); // fewer system calls
  SSL_CTX_set_default_read_buffer_len(context, std::size_t(128) * 1024);
  if (SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1) {
    std::fputs("sink: cannot read the certificate or its key\n", stderr);
    return 1;
  }
  int const listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(here);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&here), size) != 0 || ::listen(listener, 64) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&here), &size) != 0) {
    std::perror("sink");
    return 1;
  }
  std::printf("https://localhost:%d\n", ntohs(here.sin_port));
  std::fflush(stdout);
  bucket content;
  while (true) { // until it is killed
    int const socket = ::accept(listener, nullptr, nullptr);
    if (socket < 0) {
      continue;
    }
    int const yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    std::thread([=, &content] { connection(context, socket, content).serve(); }).detach();
  }
}
