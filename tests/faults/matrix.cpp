// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// matrix SLICE SLICES STEP: every script of the strict double at every request of whole exports, of 3 files of 3 parts
// each: in every profile, as CSV and Parquet, with 1 and 4 parts in flight, running to the end and stopped half-way.
// Afterwards all files are whole; or nothing is visible and nothing open; or the error is in doubt, names every key,
// and `resume` makes all files whole. Memory stays under `memory_bound`, and no thread and no socket is left.
//
// Takes every STEPth position, of these those of its slice. Prints a line for each failure and, at the end, for each
// script how many positions ended how, and their sums. (Processes share the work, as most of it is waiting.)
#include <copyto/auth/concept.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/job.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/store/s3.hpp>
#include <copyto/testing/fake_clock.hpp>

#include "../double/server.hpp"
#include "../double/stores.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <new>
#include <random>
#include <set>
#include <string>
#include <thread>

// --- memory: what the library allocates, not what the double does --------------------------------------

namespace {

thread_local bool of_the_double = false; // this thread serves the double
std::atomic<std::int64_t> heap = 0;
std::atomic<std::int64_t> peak = 0;

// In front of each block: its size, or 0 where it is not counted.
constexpr std::size_t prefix = 16;

void* allocate(std::size_t size) {
  auto* const block = static_cast<std::int64_t*>(std::malloc(size + prefix));
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  *block = of_the_double ? 0 : static_cast<std::int64_t>(size);
  std::int64_t const now = heap += *block;
  for (std::int64_t before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
  }
  return reinterpret_cast<char*>(block) + prefix;
}
void release(void* memory) noexcept {
  if (memory != nullptr) {
    auto* const block = reinterpret_cast<std::int64_t*>(static_cast<char*>(memory) - prefix);
    heap -= *block;
    std::free(block);
  }
}

} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }

namespace {

using namespace copyto;
using doubles::fault;

// --- what is exported ----------------------------------------------------------------------------------

struct line {
  std::int64_t id = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(line, (), (id, text))

constexpr std::uint64_t part_size = 4096;
constexpr std::uint64_t file_size = 3 * part_size - 600;
constexpr std::size_t files_expected = 3;

struct format {
  std::string name;
  any_encoder encoder;
  std::int64_t rows = 0; ///< that make 3 files of 3 parts
};

/// Rows of about 200 bytes that do not compress.
auto rows_of(std::int64_t count) {
  return [count, random = std::mt19937(5), i = std::int64_t{0}]() mutable -> std::optional<line> {
    if (i == count) {
      return std::nullopt;
    }
    line l{.id = i++, .text = {}};
    for (int n = 0; n != 25; ++n) {
      l.text += fmt::format("{:08x}", random());
    }
    return l;
  };
}

// --- the scripts -----------------------------------------------------------------------------------------

enum class event : std::uint8_t { none, clock, session, region, gone };

struct script {
  std::string_view name;
  doubles::fault what = fault::none; ///< to one request
  event from = event::none;          ///< or what changes with it
  int times = 1;
};
constexpr script scripts[] = {
    {"drop answer", fault::drop_answer},
    {"cut request", fault::cut_request},
    {"cut answer", fault::cut_answer},
    {"200 with error", fault::error_in_success},
    {"200 without body", fault::empty_success},
    {"trickle", fault::trickle},
    {"hang", fault::hang},
    {"idle close", fault::idle_close},
    {"500 afterwards", fault::fail_after},
    {"502 of a proxy", fault::html_before},
    {"503 storm", fault::slow_down, event::none, 4},
    {"duplicate", fault::twice},
    {"slow Complete", fault::whitespace},
    {"409 on Complete", fault::conflict},
    {"flipped bit", fault::flip},
    {"clock shift", fault::none, event::clock},
    {"expired session", fault::none, event::session},
    {"moved bucket", fault::none, event::region},
    {"server gone", fault::none, event::gone},
};

/// Whether the script does anything to this request.
bool applies(script const& s, doubles::wire_request const& r, doubles::rules const& service) {
  bool const completes = r.method == "POST" && r.target.find("uploadId=") != std::string::npos;
  switch (s.what) {
  case fault::whitespace:
  case fault::conflict: return completes;
  case fault::flip:
  case fault::cut_request: return r.header("content-length").value_or("0") != "0";
  case fault::error_in_success: return r.method != "HEAD" && r.method != "DELETE";
  case fault::empty_success: return r.method == "GET" || r.method == "POST";
  default: break;
  }
  switch (s.from) {
  case event::session: return !service.google;
  case event::region: return service.region != "auto";
  default: return true;
  }
}

/// Sessions that are replaced when the server refuses one. Copies share which is current.
class sessions {
public:
  static constexpr issuer issued_by = issuer::any;
  explicit sessions(bool tokens) : tokens_(tokens) {}
  [[nodiscard]] result<credentials> get(utc_time, std::stop_token const&) const {
    credentials c{.access_key_id = "AKIDDOUBLE", .secret_key = secret("secret-of-the-double")};
    if (tokens_) {
      c.session_token = secret(fmt::format("session-token-{}", number_->load()));
    }
    return c;
  }
  void expire(credentials const& rejected) {
    int now = number_->load();
    if (rejected.session_token.reveal() == fmt::format("session-token-{}", now)) {
      number_->compare_exchange_strong(now, now + 1);
    }
  }

private:
  bool tokens_;
  std::shared_ptr<std::atomic<int>> number_ = std::make_shared<std::atomic<int>>(0);
};

/// A second without progress is enough here.
class impatient {
public:
  [[nodiscard]] result<response> perform(request const& r, std::stop_token stop) {
    request hurried = r;
    hurried.patience.low_speed_time = std::chrono::seconds(1);
    return curl_.perform(hurried, std::move(stop));
  }

private:
  curl_transport curl_;
};

// --- one position ----------------------------------------------------------------------------------------

std::size_t entries_of(char const* directory) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator()));
}

struct variant {
  std::size_t service = 0;
  std::size_t format = 0;
  std::uint32_t in_flight = 1;
  bool stopped = false;
};

class position {
public:
  position(variant const& v, format const& f) : variant_(v), format_(f) {
    doubles::rules const rules = doubles::all_services("", part_size)[v.service].service;
    doubles::key_pair keys{.id = "AKIDDOUBLE", .secret = "secret-of-the-double"};
    if (!rules.google) {
      keys.token = "session-token-0";
    }
    bucket_ = std::make_shared<doubles::bucket>(rules, "lake", keys);
    server_ = std::make_unique<doubles::server>(bucket_, [this] {
      of_the_double = true; // on each of its threads, before a body is read
      clock_.advance(std::chrono::milliseconds(20));
      return clock_.now() + (shifted_ ? std::chrono::hours(1) : std::chrono::hours(0));
    });
    service_ = doubles::all_services(server_->endpoint(), part_size)[v.service];
  }

  /// Runs the export with nothing in its way; the contents of its files by key.
  std::map<std::string, std::string> undisturbed() {
    auto const done = run(nullptr, 0);
    if (!done && !done.error().is(errc::stopped)) {
      throw std::runtime_error(done.error().message());
    }
    std::map<std::string, std::string> contents;
    for (auto const& [key, object] : bucket_->objects()) {
      contents.emplace(key, object.body);
    }
    return contents;
  }

  result<report> run(script const* s, std::uint64_t number) {
    std::uint64_t left = s == nullptr ? 0 : static_cast<std::uint64_t>(s->times);
    server_->play([this, s, number, left](std::uint64_t n, doubles::wire_request const& r) mutable {
      if (gone_) {
        return fault::cut_request;
      }
      if (s == nullptr || n < number || left == 0 || !applies(*s, r, service_.service)) {
        if (s != nullptr && n == number) {
          left = 0; // this script does nothing here
        }
        return fault::none;
      }
      --left;
      hit_ = true;
      line_ = fmt::format("{} {}", r.method, r.target);
      switch (s->from) {
      case event::clock: shifted_ = true; break;
      case event::session: bucket_->renew_session("session-token-1"); break;
      case event::region: bucket_->move_to("eu-central-1"); break;
      case event::gone: gone_ = true; return fault::cut_request;
      default: break;
      }
      return s->what;
    });
    std::stop_source stop;
    generator_source source(rows_of(format_.rows));
    auto store = make_store();
    export_options const options{.to = copyto::into("out"),
                                 .max_file_size = file_size,
                                 .part_size = part_size,
                                 .parts_in_flight = variant_.in_flight,
                                 .threads = variant_.in_flight, // of Parquet
                                 .batch_rows = 16,
                                 .export_id = "x1"};
    std::uint64_t const half = files_expected * file_size / 2;
    bound_ = memory_bound(options, source.schema(), format_.encoder, store.limits()).value();
    heap_before_ = heap.load();
    peak = heap.load();
    auto done = run_export(source_ref(source), format_.encoder, store_ref(store), options, stop.get_token(),
                           [&](progress const& p) {
                             if (variant_.stopped && p.bytes_acknowledged >= half) {
                               stop.request_stop();
                             }
                           });
    used_ = peak.load() - heap_before_;
    return done;
  }

  using store_type = s3_store<sessions, impatient, copyto::testing::fake_clock>;
  [[nodiscard]] store_type make_store() const {
    return store_type(service_.profile, sessions(!service_.service.google), impatient(), full_jitter{.attempts = 6},
                      clock_);
  }

  [[nodiscard]] bool hit() const { return hit_; }
  [[nodiscard]] std::string const& line_hit() const { return line_; }
  [[nodiscard]] std::int64_t used() const { return used_; }
  [[nodiscard]] std::uint64_t bound() const { return bound_; }
  [[nodiscard]] std::uint64_t requests() const { return server_->log().size(); }
  [[nodiscard]] doubles::bucket& bucket() { return *bucket_; }
  [[nodiscard]] std::string const& profile() const { return service_.service.name; }
  /// The server is there again and does as it is told.
  void heal() {
    gone_ = false;
    server_->play({});
  }
  /// Whether the client's connections are gone, after a moment for the double to see it.
  [[nodiscard]] bool disconnected() const {
    for (int i = 0; i != 400; ++i) {
      if (server_->connections() == 0) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

private:
  variant variant_;
  format const& format_;
  copyto::testing::fake_clock clock_;
  std::shared_ptr<doubles::bucket> bucket_;
  doubles::pairing service_;
  std::atomic<bool> shifted_ = false;
  std::atomic<bool> gone_ = false;
  std::atomic<bool> hit_ = false;
  std::string line_;
  std::uint64_t bound_ = 0;
  std::int64_t heap_before_ = 0;
  std::int64_t used_ = 0;
  std::unique_ptr<doubles::server> server_; // last: its threads use the others
};

// --- the judgement ---------------------------------------------------------------------------------------

struct tally {
  std::map<std::string, std::uint64_t> outcomes = {};
};

class judge {
public:
  std::uint64_t positions = 0;
  std::uint64_t failures = 0;
  std::map<std::string_view, tally> scripts_seen = {};

  /// Tries one position, if the export has that many requests and the script does something to this one.
  void try_it(variant const& v, format const& f, script const& s, std::uint64_t number,
              std::map<std::string, std::string> const& expected) {
    {
      position p(v, f);
      result<report> const done = p.run(&s, number);
      if (p.hit()) {
        ++positions;
        where_ = fmt::format("{}, {}, {} in flight, {}, {} at {} ({})", p.profile(), f.name, v.in_flight,
                             v.stopped ? "stopped" : "to the end", s.name, number, p.line_hit());
        scripts_seen[s.name].outcomes[weigh(p, v, done, expected)]++;
        expect(p.used() <= static_cast<std::int64_t>(p.bound()),
               fmt::format("{} bytes were used, {} is the bound", p.used(), p.bound()));
        expect(p.disconnected(), "a connection is left");
      }
    }
    std::size_t threads = entries_of("/proc/self/task");
    for (int i = 0; i != 200 && threads != threads_; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5)); // a thread that is joined is gone a little later
      threads = entries_of("/proc/self/task");
    }
    expect(threads == threads_, "a thread is left");
    expect(entries_of("/proc/self/fd") == descriptors_, "a file descriptor is left");
  }

private:
  void expect(bool good, std::string_view what) {
    if (!good) {
      ++failures;
      std::cout << "FAILED: " << where_ << ": " << what << std::endl;
    }
  }

  static std::map<std::string, std::string> visible(position& p) {
    std::map<std::string, std::string> files;
    for (auto const& [key, object] : p.bucket().objects()) {
      files.emplace(key, object.body);
    }
    return files;
  }

  /// How the position ended, in a word.
  std::string weigh(position& p, variant const& v, result<report> const& done,
                    std::map<std::string, std::string> const& expected) {
    if (done) {
      expect(visible(p) == expected, "committed, but not all files are whole, or there is more");
      expect(p.bucket().open_uploads() == 0, "committed, but an upload is open");
      return "committed";
    }
    error const& why = done.error();
    if (!why.is(errc::in_doubt)) {
      std::string end = why.is(errc::stopped) ? "stopped" : "failed";
      expect(v.stopped || s_allows_failure(why), "it should have got through: " + why.message());
      for (auto const& [key, body] : visible(p)) {
        expect(key.find("/part-") == std::string::npos, "failed, but visible: " + key);
      }
      p.heal();
      auto store = p.make_store();
      if (!visible(p).empty() || p.bucket().open_uploads() != 0) { // the clean-up failed, too: it must say so
        expect(!why->suppressed.empty() && why.message().find("copy_to abort") != std::string::npos,
               "something is left, and the error does not say so: " + why.message());
        auto const aborted = abort_export(store_ref(store), "out");
        expect(aborted.has_value(), "abort: " + (aborted ? "" : aborted.error().message()));
      }
      expect(visible(p).empty() && p.bucket().open_uploads() == 0, "failed, and abort leaves something");
      return end;
    }
    for (auto const& [key, body] : visible(p)) {
      bool const whole = key == "out/_copyto.INCOMPLETE" || (expected.contains(key) && expected.at(key) == body);
      expect(whole, "in doubt, and not whole: " + key);
    }
    std::string names;
    for (error const& e : why->suppressed) {
      names += e->key + "\n";
    }
    for (auto const& [key, body] : expected) {
      expect(names.find("/" + key + "\n") != std::string::npos, "in doubt, but does not name " + key);
    }
    p.heal();
    auto store = p.make_store();
    auto const resumed = resume_export(store_ref(store), "out");
    if (!resumed && resumed.error().is(errc::claimed)) { // it was not committed after all
      expect(abort_export(store_ref(store), "out").has_value(), "in doubt, not committed, and abort fails");
      expect(visible(p).empty() && p.bucket().open_uploads() == 0, "abort leaves something");
      return "in doubt, aborted";
    }
    expect(resumed.has_value(), "resume: " + (resumed ? "" : resumed.error().message()));
    expect(visible(p) == expected && p.bucket().open_uploads() == 0, "resume does not make all files whole");
    return "in doubt, resumed";
  }

  /// Whether an export that nobody stopped may fail at all under the script that runs.
  [[nodiscard]] bool s_allows_failure(error const& why) const {
    return where_.find("server gone") != std::string::npos && why.is(errc::unreachable);
  }

  // Counted before the first export: after one, a joined thread may still be there for a moment.
  std::size_t const threads_ = entries_of("/proc/self/task");
  std::size_t const descriptors_ = entries_of("/proc/self/fd");
  std::string where_;
};

std::uint64_t requests_of(variant const& v, format const& f) {
  position calm(v, f);
  (void)calm.undisturbed();
  return calm.requests();
}

} // namespace

int main(int count, char** values) {
  if (count != 4) {
    std::cerr << "usage: matrix SLICE SLICES STEP\n";
    return 2;
  }
  std::uint64_t const slice = std::stoull(values[1]);
  std::uint64_t const slices = std::stoull(values[2]);
  std::uint64_t const step = std::stoull(values[3]);
  format const formats[] = {
      {"CSV", csv(csv_options{.header = copyto::csv_header::every_file}), 155},
      {"Parquet", parquet(parquet_options{.row_group_rows = 8, .page_bytes = 2000, .dictionary = false}), 92},
  };
  judge all;
  std::uint64_t number = 0; // of the variant
  for (std::size_t service = 0; service != 5; ++service) {
    for (std::size_t f = 0; f != 2; ++f) {
      for (std::uint32_t const in_flight : {1U, 4U}) {
        for (bool const stopped : {false, true}) {
          variant const v{.service = service, .format = f, .in_flight = in_flight, .stopped = stopped};
          variant const calm{.service = service, .format = f, .in_flight = in_flight};
          std::map<std::string, std::string> const expected = position(calm, formats[f]).undisturbed();
          if (expected.size() != files_expected || expected.begin()->second.size() <= 2 * part_size) {
            std::cerr << "the export is not what it should be: " << expected.size() << " files, the first of "
                      << expected.begin()->second.size() << " bytes\n";
            return 1;
          }
          std::uint64_t const requests = requests_of(v, formats[f]) + 8; // and those that faults add
          std::uint64_t first = 7 * number++; // so that few variants together have every request, by every script
          for (script const& s : scripts) {
            for (std::uint64_t n = 0; n != requests; ++n) {
              if (std::uint64_t const mine = first + n; mine % step == 0 && mine / step % slices == slice) {
                all.try_it(v, formats[f], s, n, expected);
              }
            }
            ++first;
          }
        }
      }
    }
  }
  for (auto const& [name, seen] : all.scripts_seen) {
    std::cout << "script " << name << ":";
    for (auto const& [outcome, times] : seen.outcomes) {
      std::cout << " [" << outcome << "] " << times;
    }
    std::cout << "\n";
  }
  std::cout << fmt::format("matrix: positions={} failures={}\n", all.positions, all.failures);
  return all.failures == 0 ? 0 : 1;
}
