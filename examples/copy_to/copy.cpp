// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "load.hpp"
#include "output.hpp"
#include "signals.hpp"
#include "source.hpp"
#include "watched_store.hpp"

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

/// What an export that ends before its clean-up has leaves behind; one sentence, and the open uploads.
std::string left_behind(ledger const& notes, copyto::any_store store, copyto::export_place const& place,
                        copyto::export_options const& options) {
  std::string const& id = options.export_id;
  std::string const uri = place.address(copyto::store_ref(store));
  std::string text = fmt::format("nothing of export {} is visible", id);
  if (options.as_they_close) {
    text = fmt::format("files of export {} that were closed are visible below {}", id, uri);
  } else if (notes.decided() && !options.to.has_control()) {
    return fmt::format("files of export {} may be visible below {}", id, uri);
  }
  if (notes.decided() && !options.as_they_close) {
    return fmt::format("export {} may be committed; `copy_to status {}` tells, `copy_to resume {}` finishes it", id,
                       uri, uri);
  }
  std::vector<std::string> const open = notes.open_keys();
  if (!open.empty() && !options.to.has_control()) {
    text += "; these uploads stay open until a lifecycle rule aborts them:";
  } else if (!open.empty() || notes.claimed()) {
    text += fmt::format("; `copy_to abort {}` clears what it leaves open:", uri);
  }
  if (notes.claimed()) {
    text += fmt::format("\n  {} (control object)", store.uri(place.control()));
  }
  for (std::string const& key : open) {
    text += fmt::format("\n  {} (upload)", store.uri(key));
  }
  return text;
}

/// What an export is made of, once its source is open.
struct prepared {
  opened_source source;
  copyto::export_options options;
};

copyto::result<prepared> prepare(arguments const& given, copyto::store_limits const& limits,
                                 copyto::export_options options, std::stop_token const& stop, terminal& out) {
  copyto::result<opened_source> source = open_source(given.copy, out.interactive(), stop);
  if (!source) {
    return source.error();
  }
  if (given.verbose) {
    out.say(source->how);
  }
  if (auto const* const shards = std::get_if<copyto::any_shards>(&source->rows)) {
    options.connections = std::min(options.connections, shards->shard_count());
  }
  if (given.copy.memory_limit != export_arguments().memory_limit) {
    copyto::result<copyto::export_options> fitting =
        copyto::fit_memory(options, given.copy.memory_limit, source->schema(), source->encoder, limits);
    if (!fitting) {
      std::optional<std::uint64_t> const size =
          copyto::fitting_file_size(options, given.copy.memory_limit, source->schema(), source->encoder, limits);
      return fitting.error().with([&](copyto::error_info& info) {
        if (size) {
          info.advice = fmt::format("allow more, or add --max-file-size {}MB, or less", *size / copyto::MiB);
        }
      });
    }
    options = *std::move(fitting);
    if (given.verbose) {
      std::string const lanes =
          given.copy.shards ? fmt::format("connections: {}; ", options.connections) : std::string();
      out.say(fmt::format("{}threads: {}; parts in flight: {} of {}", lanes, options.threads, options.parts_in_flight,
                          format_bytes(static_cast<double>(options.part_size))));
    }
  }
  return prepared{*std::move(source), std::move(options)};
}

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

exit_status dry_run(arguments const& given, copyto::any_store store, copyto::export_options const& options,
                    terminal& out) {
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

} // namespace

exit_status copy(arguments const& given, copyto::any_store const& store, terminal& out) {
  if (given.copy.print_policy) {
    print(policy_text(given), out);
    return exit_done;
  }
  // The id is made here, so that the control object's name and what is left are known whenever a signal comes.
  copyto::export_options options = given.copy.cut;
  options.export_id = copyto::make_export_id(copyto::system_clock().now());
  if (given.copy.dry_run) {
    return dry_run(given, store, options, out);
  }
  copyto::export_place const place = options.to.place(options.export_id);
  auto const notes = std::make_shared<ledger>();
  watched_store watched(store, place.control(), notes);
  std::stop_source stop;

  signal_watch watch({.first =
                          [&] {
                            out.say("stopping; again to end at once");
                            stop.request_stop();
                          },
                      .second =
                          [&](int number) {
                            out.say("ended at once: " + left_behind(*notes, store, place, options));
                            ::_exit(128 + number);
                          },
                      .late =
                          [&] {
                            out.say("the clean-up was given up after 30 seconds: " +
                                    left_behind(*notes, store, place, options));
                            ::_exit(notes->decided() ? exit_in_doubt : exit_failed);
                          }});
  std::size_t warned = 0;
  copyto::result<copyto::report> const done = [&]() -> copyto::result<copyto::report> {
    copyto::result<prepared> ready = prepare(given, watched.limits(), options, stop.get_token(), out);
    if (!ready) {
      return ready.error();
    }
    if (copyto::result<void> const loads =
            check_load(given, ready->options, ready->source.schema(), ready->source.encoder, store);
        !loads) {
      return loads.error();
    }
    copyto::progress_callback const show = [&](copyto::progress const& p) {
      for (; warned != p.warnings.size(); ++warned) {
        out.say("warning: " + p.warnings[warned].message());
      }
      out.show(p);
    };
    return std::visit(
        [&](auto& rows) {
          using ref = std::conditional_t<copyto::Shardable<std::decay_t<decltype(rows)>>, copyto::shards_ref,
                                         copyto::source_ref>;
          return copyto::run_export(ref(rows), ready->source.encoder, copyto::store_ref(watched), ready->options,
                                    stop.get_token(), show);
        },
        ready->source.rows);
  }();
  watch.end();
  out.clear();

  if (!done) {
    copyto::error const& why = done.error();
    if (why.is(copyto::errc::stopped) && !notes->decided()) {
      out.say("the export was stopped: " + left_behind(*notes, store, place, options));
    } else {
      out.say(why.message());
    }
    if (why.is(copyto::errc::published_partly)) {
      return exit_published;
    }
    return why.is(copyto::errc::in_doubt) && notes->decided() ? exit_in_doubt : exit_failed;
  }
  std::string load;
  if (given.copy.load) {
    copyto::result<std::string> sql = load_text(given, *done, store);
    if (sql) {
      load = *std::move(sql);
    } else {
      out.say(sql.error().message());
    }
  }
  print(given.json                             ? report_json(*done, load)
        : given.what == command::aurora_export ? aurora_text(*done)
                                               : load + report_text(*done),
        out);
  return exit_done;
}

} // namespace copy_to
