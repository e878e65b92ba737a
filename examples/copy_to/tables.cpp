// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "one_export.hpp"
#include "output.hpp"
#include "signals.hpp"

#include <copyto/source/postgres_tables.hpp>
#include <copyto/store/open.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace copy_to {
namespace {

/// The tables as they are exported, by `jobs` threads.
///
/// | a table is | then |
/// |---|---|
/// | not begun | a thread takes it; after an error that others would meet, too, none does |
/// | under way | done, skipped, failed |
class table_run {
public:
  table_run(copyto::postgres_tables& snapshot, std::vector<table_outcome>& outcomes,
            std::vector<std::unique_ptr<one_export>> exports, bool json, terminal& out)
      : snapshot_(snapshot), outcomes_(outcomes), exports_(std::move(exports)), shown_(exports_.size()), json_(json),
        out_(out) {}

  void run(std::uint32_t jobs) {
    std::vector<std::jthread> workers;
    for (std::uint32_t j = 1; j < std::min<std::size_t>(jobs, exports_.size()); ++j) {
      workers.emplace_back([this] { work(); });
    }
    work();
  }
  /// Thread-safe, as the next ones.
  void stop() { stop_.request_stop(); }
  [[nodiscard]] exit_status status_now() {
    exit_status status = exit_failed;
    std::scoped_lock const lock(mutex_);
    for (std::size_t const i : under_way_) {
      status = exports_[i]->status_now() == exit_in_doubt ? exit_in_doubt : status;
    }
    bool const some = std::ranges::any_of(outcomes_, &table_outcome::is_there);
    return status == exit_failed && some ? exit_published : status;
  }
  void say_what_is_left(std::string_view why) {
    std::scoped_lock const lock(mutex_);
    for (std::size_t const i : under_way_) {
      out_.say(fmt::format("{}: {}: {}", outcomes_[i].name(), why, exports_[i]->left_behind()));
    }
  }

private:
  void work() {
    for (std::size_t i = next_++; i < exports_.size() && !stop_.stop_requested(); i = next_++) {
      {
        std::scoped_lock const lock(mutex_);
        under_way_.push_back(i);
      }
      one(*exports_[i], outcomes_[i], i);
      std::scoped_lock const lock(mutex_);
      std::erase(under_way_, i);
    }
  }

  void one(one_export& it, table_outcome& outcome, std::size_t i) {
    copyto::result<copyto::report> done = copyto::report();
    copyto::result<bool> const there =
        it.given().copy.skip_existing ? it.is_there(stop_.get_token(), out_) : copyto::result<bool>(false);
    if (there && !*there) {
      done = export_rows(it, outcome, i);
    } else if (!there) {
      done = there.error();
    }
    std::string const load = done && !*there ? it.load(*done, out_) : std::string();
    std::scoped_lock const lock(mutex_);
    if (!done) {
      outcome.state = table_state::failed;
      outcome.why = it.text(done.error());
      outcome.status = it.status(done.error());
      out_.say(fmt::format("{}: {}", outcome.name(), outcome.why));
      // What every other table would meet, too.
      if (done.error().is(copyto::errc::unreachable) || done.error().is(copyto::errc::bad_credentials)) {
        stop_.request_stop();
      }
      return;
    }
    outcome.state = *there ? table_state::skipped : table_state::exported;
    outcome.status = exit_done;
    outcome.load = load;
    outcome.done = *std::move(done);
    if (!json_) {
      out_.clear();
      print(*there ? fmt::format("{}: SKIP, a finished export is at {}\n", outcome.name(), outcome.to)
                   : load + fmt::format("{}: {}", outcome.name(), report_text(outcome.done)),
            out_);
    }
  }

  copyto::result<copyto::report> export_rows(one_export& it, table_outcome const& outcome, std::size_t i) {
    {
      std::scoped_lock const lock(snapshot_mutex_);
      if (copyto::result<void> const held = snapshot_.check(stop_.get_token()); !held) {
        stop_.request_stop();
        return held.error();
      }
    }
    return it.run(
        stop_.get_token(), [&](copyto::progress const& p) { show(p, i); },
        [&](std::string const& said) { out_.say(fmt::format("{}: {}", outcome.name(), said)); }, out_);
  }

  /// What all tables together have come to.
  void show(copyto::progress const& p, std::size_t i) {
    if (!out_.interactive()) {
      return;
    }
    std::scoped_lock const lock(mutex_);
    shown_[i] = p;
    copyto::progress all{.stage = p.stage};
    for (copyto::progress const& each : shown_) {
      all.rows += each.rows;
      all.bytes_encoded += each.bytes_encoded;
      all.bytes_acknowledged += each.bytes_acknowledged;
      all.files_closed += each.files_closed;
      all.files_committed += each.files_committed;
      all.retries += each.retries;
      all.throttles += each.throttles;
    }
    out_.show(all);
  }

  copyto::postgres_tables& snapshot_;
  std::mutex snapshot_mutex_;
  std::mutex mutex_; ///< of what follows
  std::vector<table_outcome>& outcomes_;
  std::vector<std::unique_ptr<one_export>> exports_;
  std::vector<copyto::progress> shown_;
  std::vector<std::size_t> under_way_;
  std::atomic<std::size_t> next_ = 0;
  std::stop_source stop_;
  bool json_;
  terminal& out_;
};

/// The command line of each table, and where it leads.
copyto::result<std::vector<arguments>> each_table(arguments const& given, copyto::postgres_tables const& all) {
  std::vector<arguments> made;
  std::vector<std::string> places;
  for (copyto::postgres_table const& table : all.tables()) {
    copyto::result<arguments> one = given.tables->of(table);
    if (!one) {
      return one.error();
    }
    one->copy.snapshot = all.snapshot();
    if (auto const twin = std::ranges::find(places, one->store.to.text); twin != places.end()) {
      return copyto::error({.code = copyto::errc::invalid_argument,
                            .message = fmt::format("the tables {} and {} would both go to {}",
                                                   all.tables()[static_cast<std::size_t>(twin - places.begin())].quoted,
                                                   table.quoted, *twin),
                            .advice = "put {schema} into --to, too"});
    }
    places.push_back(one->store.to.text);
    made.push_back(*std::move(one));
  }
  return made;
}

exit_status summary_status(std::vector<table_outcome> const& outcomes) {
  bool failed = false;
  bool some = false;
  for (table_outcome const& o : outcomes) {
    if (o.status == exit_in_doubt) {
      return exit_in_doubt;
    }
    failed = failed || !o.is_there();
    some = some || o.is_there() || o.status == exit_published;
  }
  return !failed ? exit_done : some ? exit_published : exit_failed;
}

} // namespace

exit_status copy_tables(arguments const& given, std::function<void(copyto::http_exchange const&)> const& tell,
                        terminal& out) {
  std::stop_source before; // the first export
  table_run* run = nullptr;
  std::mutex mutex; // of `run`
  signal_watch watch({.first =
                          [&] {
                            out.say("stopping; again to end at once");
                            std::scoped_lock const lock(mutex);
                            before.request_stop();
                            if (run != nullptr) {
                              run->stop();
                            }
                          },
                      .second =
                          [&](int number) {
                            std::scoped_lock const lock(mutex);
                            if (run != nullptr) {
                              run->say_what_is_left("ended at once");
                            }
                            ::_exit(128 + number);
                          },
                      .late =
                          [&] {
                            std::scoped_lock const lock(mutex);
                            if (run == nullptr) {
                              ::_exit(exit_failed);
                            }
                            run->say_what_is_left("the clean-up was given up after 30 seconds");
                            ::_exit(run->status_now());
                          }});
  auto const failed = [&](copyto::error const& why, exit_status status) {
    watch.end();
    out.say(why.message());
    return status;
  };
  copyto::result<copyto::postgres_tables> all = copyto::postgres_tables::open(
      {.connection = given.copy.postgres, .schema = given.tables->schema, .tables = given.tables->names},
      before.get_token());
  if (!all) {
    return failed(all.error(), exit_failed);
  }
  copyto::result<std::vector<arguments>> const each = each_table(given, *all);
  if (!each) {
    return failed(each.error(), exit_usage);
  }
  std::vector<table_outcome> outcomes;
  std::vector<std::unique_ptr<one_export>> exports;
  std::optional<copyto::any_store> bucket; // is the same for all of them
  exit_status tried = exit_done;
  for (std::size_t i = 0; i != each->size(); ++i) {
    arguments const& one = (*each)[i];
    copyto::result<copyto::any_store> store =
        bucket ? copyto::result<copyto::any_store>(*bucket) : copyto::open_store(one.store.to, one.store.by, tell);
    if (!store) {
      return failed(store.error(), exit_usage);
    }
    if (one.store.to.is_bucket()) {
      bucket = *store;
    }
    if (one.copy.dry_run) {
      out.say(fmt::format("{} to {}:", all->tables()[i].quoted, one.store.to.text));
      tried = std::max(tried, dry_run(one, *store, out));
      continue;
    }
    outcomes.push_back({.table = all->tables()[i], .to = one.store.to.text});
    exports.push_back(std::make_unique<one_export>(one, *std::move(store)));
  }
  if (exports.empty()) {
    watch.end();
    return tried;
  }
  table_run running(*all, outcomes, std::move(exports), given.json, out);
  {
    std::scoped_lock const lock(mutex);
    run = &running;
  }
  if (before.stop_requested()) {
    running.stop();
  }
  running.run(given.tables->jobs);
  watch.end();
  out.clear();
  print(given.json ? tables_json(outcomes) : tables_text(outcomes), out);
  return summary_status(outcomes);
}

} // namespace copy_to
