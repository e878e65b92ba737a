// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "load.hpp"
#include "one_export.hpp"
#include "output.hpp"
#include "signals.hpp"
#include "source.hpp"

#include <copyto/commit/place.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/export/dry_run.hpp>
#include <copyto/export/job.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/plan.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <variant>

namespace copy_to {
namespace {

std::uint32_t shard_count(opened_source const& source) {
  auto const* const shards = std::get_if<copyto::any_shards>(&source.rows);
  return shards == nullptr ? 1 : shards->shard_count();
}

/// The first rows, or those of the first shard.
void try_rows(opened_source& source, copyto::export_options const& options, copyto::dry_run_report& found,
              std::stop_token const& stop) {
  if (auto* const rows = std::get_if<copyto::any_source>(&source.rows)) {
    copyto::try_rows(copyto::source_ref(*rows), source.encoder, options, found, stop);
    return;
  }
  auto& shards = std::get<copyto::any_shards>(source.rows);
  copyto::result<copyto::shards_begun> const begun = shards.begin_shards(options.connections, stop);
  if (begun) {
    found.warnings.insert(found.warnings.end(), begun->warnings.begin(), begun->warnings.end());
  }
  copyto::result<copyto::any_source> first =
      begun ? shards.shard(0, stop) : copyto::result<copyto::any_source>(begun.error());
  if (first) {
    copyto::try_rows(copyto::source_ref(*first), source.encoder, options, found, stop);
  } else if (!stop.stop_requested()) {
    found.refusals.push_back(first.error());
  }
}

} // namespace

exit_status dry_run(arguments const& given, copyto::any_store store, terminal& out) {
  copyto::export_options options = given.copy.cut;
  options.export_id = copyto::make_export_id(copyto::system_clock().now());
  copyto::result<prepared> ready = prepare(given, store.limits(), options, {}, out);
  if (!ready) {
    out.say(ready.error().message());
    return exit_failed;
  }
  copyto::schema_view const fields = ready->source.schema();
  copyto::dry_run_report found = copyto::dry_run(fields, ready->source.encoder, copyto::store_ref(store),
                                                 ready->options, {}, shard_count(ready->source));
  if (std::ranges::none_of(found.written_as, &std::string::empty)) { // a query may take long until its first row
    std::stop_source late;
    std::jthread const timer([&late](std::stop_token const& done) {
      if (copyto::system_clock().sleep(std::chrono::seconds(5), done)) {
        late.request_stop();
      }
    });
    try_rows(ready->source, ready->options, found, late.get_token());
  }
  copyto::size_hint const hint = ready->source.hint();
  print(given.json ? dry_run_json(found, fields, hint, store) : dry_run_text(found, fields, hint, store), out);
  for (copyto::error const& refusal : found.refusals) {
    out.say(refusal.message());
  }
  return found.refusals.empty() ? exit_done : exit_failed;
}

exit_status copy(arguments const& given, copyto::any_store const& store, terminal& out) {
  if (given.copy.print_policy) {
    print(policy_text(given), out);
    return exit_done;
  }
  if (given.copy.dry_run) {
    return dry_run(given, store, out);
  }
  one_export it(given, store);
  std::stop_source stop;
  signal_watch watch({.first =
                          [&] {
                            out.say("stopping; again to end at once");
                            stop.request_stop();
                          },
                      .second =
                          [&](int number) {
                            out.say("ended at once: " + it.left_behind());
                            ::_exit(128 + number);
                          },
                      .late =
                          [&] {
                            out.say("the clean-up was given up after 30 seconds: " + it.left_behind());
                            ::_exit(it.status_now());
                          }});
  copyto::result<bool> const there =
      given.copy.skip_existing ? it.is_there(stop.get_token(), out) : copyto::result<bool>(false);
  copyto::result<copyto::report> const done =
      !there   ? copyto::result<copyto::report>(there.error())
      : *there ? copyto::result<copyto::report>(copyto::report())
               : it.run(
                     stop.get_token(), [&](copyto::progress const& p) { out.show(p); },
                     [&](std::string const& said) { out.say(said); }, out);
  watch.end();
  out.clear();
  if (!done) {
    out.say(it.text(done.error()));
    return it.status(done.error());
  }
  if (*there) {
    print(given.json ? skipped_json()
                     : fmt::format("SKIP {}: files are there, and no export that is unfinished\n", it.address()),
          out);
    return exit_done;
  }
  std::string const load = it.load(*done, out);
  print(given.json                             ? report_json(*done, load)
        : given.what == command::aurora_export ? aurora_text(*done)
                                               : load + report_text(*done),
        out);
  return exit_done;
}

} // namespace copy_to
