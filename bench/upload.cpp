// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// upload ours|curl ENDPOINT CA_FILE BYTES [PART_SIZE [PARTS_IN_FLIGHT]]: sends BYTES, which come in blocks of 64 KiB, to
// an S3 service over TLS: as one export by this library with the profile of AWS; or as bare PUTs of the same parts by
// libcurl, each put together in a buffer of its thread's, without signatures, checksums, retries and a commit. Prints seconds, seconds of CPU, peak of resident memory in bytes and,
// for ours, memory_bound() in bytes.
#include <copyto/encode/verbatim.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/s3.hpp>

#include <curl/curl.h>
#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct task {
  std::string endpoint;
  std::string ca_file;
  std::uint64_t bytes = 0;
  std::uint64_t part_size = 8 * copyto::MiB;
  std::uint32_t in_flight = 4;
};

std::string make_block() {
  std::mt19937_64 random(1);
  std::string block(64 * copyto::KiB, '\0');
  std::ranges::generate(block, [&] { return static_cast<char>(random()); });
  return block;
}

/// The blocks, all the same, as rows that are borrowed.
class blocks {
public:
  explicit blocks(std::uint64_t bytes) : left_(bytes), block_(make_block()) {}
  [[nodiscard]] copyto::schema_view schema() const { return schema_; }
  copyto::result<copyto::fill_status> fill(copyto::batch& rows, std::stop_token const&) {
    std::size_t count = 0;
    for (; count != rows.capacity() && left_ != 0; ++count) {
      std::size_t const length = std::min<std::uint64_t>(left_, block_.size());
      rows.buffer(0).append_view(std::string_view(block_).substr(0, length));
      left_ -= length;
    }
    rows.close(count);
    return left_ == 0 ? copyto::fill_status::end : copyto::fill_status::more;
  }

private:
  std::uint64_t left_;
  std::string block_;
  copyto::schema schema_{std::vector<copyto::field>{{.name = "block", .type = {.id = copyto::kind::binary}}}};
};

std::uint64_t ours(task const& t) {
  auto store = copyto::s3_store{
      copyto::aws{.bucket = "lake", .region = "us-east-1", .endpoint = t.endpoint, .path_style = true},
      copyto::static_keys{"AKIDEXAMPLE", "not-a-secret-at-all"}, copyto::curl_transport({.ca_file = t.ca_file})};
  auto job = copyto::make_exporter(blocks(t.bytes), copyto::verbatim(), store,
                                   {.to = copyto::into("ours"),
                                    .max_file_size = std::max(t.bytes, copyto::MiB),
                                    .part_size = t.part_size,
                                    .parts_in_flight = t.in_flight});
  std::uint64_t const bound = job.memory_bound().value();
  copyto::report const done = job.run().value();
  if (done.files.size() != 1 || done.files.front().bytes != t.bytes) {
    throw std::runtime_error("not one whole file");
  }
  return bound;
}

struct piece {
  char const* data;
  std::size_t left;
};
std::size_t give(char* to, std::size_t size, std::size_t count, void* user) {
  piece& p = *static_cast<piece*>(user);
  std::size_t const n = std::min(size * count, p.left);
  std::memcpy(to, p.data, n);
  p.data += n;
  p.left -= n;
  return n;
}
std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

std::uint64_t curl(task const& t) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::string const block = make_block();
  std::uint64_t const parts = (t.bytes + t.part_size - 1) / t.part_size;
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> failed = false;
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i != t.in_flight; ++i) {
      threads.emplace_back([&] {
        CURL* const easy = curl_easy_init();
        std::vector<char> part(t.part_size);
        for (std::uint64_t n = next++; n < parts && !failed; n = next++) {
          std::uint64_t const size = std::min(t.part_size, t.bytes - n * t.part_size);
          for (std::uint64_t at = 0; at < size; at += block.size()) {
            std::memcpy(part.data() + at, block.data(), std::min<std::uint64_t>(block.size(), size - at));
          }
          piece p{part.data(), size};
          std::string const url = fmt::format("{}/lake/curl/object?partNumber={}&uploadId=1", t.endpoint, n + 1);
          curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
          curl_easy_setopt(easy, CURLOPT_CAINFO, t.ca_file.c_str());
          curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
          curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
          curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
          curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
          curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
          curl_easy_setopt(easy, CURLOPT_READDATA, &p);
          curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
          long status = 0;
          if (curl_easy_perform(easy) != CURLE_OK ||
              curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200) {
            failed = true;
          }
        }
        curl_easy_cleanup(easy);
      });
    }
  }
  if (failed) {
    throw std::runtime_error("a part failed");
  }
  return 0;
}

double seconds(timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

} // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("usage: upload ours|curl ENDPOINT CA_FILE BYTES [PART_SIZE [PARTS_IN_FLIGHT]]\n", stderr);
    return 2;
  }
  try {
    task t{.endpoint = argv[2], .ca_file = argv[3], .bytes = std::stoull(argv[4])};
    t.part_size = argc > 5 ? std::stoull(argv[5]) : t.part_size;
    t.in_flight = argc > 6 ? static_cast<std::uint32_t>(std::stoul(argv[6])) : t.in_flight;
    auto const start = std::chrono::steady_clock::now();
    std::uint64_t const bound = std::string_view(argv[1]) == "ours" ? ours(t) : curl(t);
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("{:.3f} {:.3f} {} {}\n", took.count(), seconds(used.ru_utime) + seconds(used.ru_stime),
               static_cast<std::uint64_t>(used.ru_maxrss) * 1024, bound);
  } catch (std::exception const& failed) {
    fmt::print(stderr, "upload: {}\n", failed.what());
    return 1;
  }
}
