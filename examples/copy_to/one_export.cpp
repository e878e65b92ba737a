// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "one_export.hpp"

#include "load.hpp"
#include "options.hpp"

#include <copyto/commit/control_object.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/export/job.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/plan.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace copy_to {

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

namespace {
copyto::export_options with_id(copyto::export_options options) {
  options.export_id = copyto::make_export_id(copyto::system_clock().now());
  return options;
}
} // namespace

one_export::one_export(arguments given, copyto::any_store store)
    : given_(std::move(given)), store_(std::move(store)), options_(with_id(given_.copy.cut)),
      place_(options_.to.place(options_.export_id)) {}

std::string one_export::address() const {
  copyto::any_store store = store_;
  return place_.address(copyto::store_ref(store));
}

copyto::result<bool> one_export::is_there(std::stop_token const& stop, terminal& out) {
  copyto::any_store store = store_;
  copyto::store_ref const where(store);
  copyto::result<std::optional<copyto::found_control>> const found = copyto::read_control(where, place_, stop);
  if (!found) {
    return found.error();
  }
  if (*found && (*found)->record.state != copyto::control_state::commit) {
    copyto::result<std::optional<copyto::aborted_export>> const given_up = copyto::abort_export(where, place_);
    if (!given_up && !given_up.error().is(copyto::errc::in_doubt)) {
      return given_up.error();
    }
    if (given_up && *given_up) {
      out.say(
          fmt::format("{}: export {} was not committed, and is given up", address(), (*given_up)->control.export_id));
    }
  }
  if (*found) {
    copyto::result<std::optional<copyto::resumed_export>> const finished = copyto::resume_export(where, place_);
    if (!finished) {
      return finished.error();
    }
    if (*finished) {
      out.say(
          fmt::format("{}: export {} was committed, and is now finished", address(), (*finished)->control.export_id));
      return true;
    }
  }
  // Exports that append have control objects of their own: one that is left is for the export itself to refuse.
  copyto::result<std::vector<copyto::export_place>> const others =
      place_.is_key() ? std::vector<copyto::export_place>() : copyto::controls_at(where, place_.stem(), stop);
  if (!others) {
    return others.error();
  }
  if (!others->empty()) {
    return false;
  }
  for (std::string from;;) {
    copyto::result<copyto::page<copyto::object_info>> const page = store.list(place_.stem(), from, stop);
    if (!page) {
      return page.error();
    }
    if (std::ranges::any_of(page->items, [&](copyto::object_info const& object) {
          return place_.holds(object.key) && !place_.is_own_name(object.key);
        })) {
      return true;
    }
    if (page->next.empty()) {
      return false;
    }
    from = page->next;
  }
}

copyto::result<copyto::report> one_export::run(std::stop_token const& stop, copyto::progress_callback const& show,
                                               std::function<void(std::string const&)> const& said, terminal& out) {
  watched_store watched(store_, place_.control(), notes_);
  std::size_t warned = 0;
  copyto::result<prepared> ready = prepare(given_, watched.limits(), options_, stop, out);
  if (!ready) {
    return ready.error();
  }
  if (copyto::result<void> const loads =
          check_load(given_, ready->options, ready->source.schema(), ready->source.encoder, store_);
      !loads) {
    return loads.error();
  }
  copyto::progress_callback const tell = [&](copyto::progress const& p) {
    for (; warned != p.warnings.size(); ++warned) {
      said("warning: " + p.warnings[warned].message());
    }
    show(p);
  };
  return std::visit(
      [&](auto& rows) {
        using ref =
            std::conditional_t<copyto::Shardable<std::decay_t<decltype(rows)>>, copyto::shards_ref, copyto::source_ref>;
        return copyto::run_export(ref(rows), ready->source.encoder, copyto::store_ref(watched), ready->options, stop,
                                  tell);
      },
      ready->source.rows);
}

std::string one_export::load(copyto::report const& done, terminal& out) const {
  if (!given_.copy.load) {
    return {};
  }
  copyto::result<std::string> sql = load_text(given_, done, store_);
  if (!sql) {
    out.say(sql.error().message());
    return {};
  }
  return *std::move(sql);
}

exit_status one_export::status(copyto::error const& why) const {
  if (why.is(copyto::errc::published_partly)) {
    return exit_published;
  }
  return why.is(copyto::errc::in_doubt) && notes_->decided() ? exit_in_doubt : exit_failed;
}

std::string one_export::text(copyto::error const& why) const {
  return why.is(copyto::errc::stopped) && !notes_->decided() ? "the export was stopped: " + left_behind()
                                                             : in_options(why).message();
}

std::string one_export::left_behind() const {
  std::string const& id = options_.export_id;
  std::string const uri = address();
  std::string text = fmt::format("nothing of export {} is visible", id);
  if (options_.as_they_close) {
    text = fmt::format("files of export {} that were closed are visible below {}", id, uri);
  } else if (notes_->decided() && !options_.to.has_control()) {
    return fmt::format("files of export {} may be visible below {}", id, uri);
  }
  if (notes_->decided() && !options_.as_they_close) {
    return fmt::format("export {} may be committed; `copy_to status {}` tells, `copy_to resume {}` finishes it", id,
                       uri, uri);
  }
  std::vector<std::string> const open = notes_->open_keys();
  if (!open.empty() && !options_.to.has_control()) {
    text += "; these uploads stay open until a lifecycle rule aborts them:";
  } else if (!open.empty() || notes_->claimed()) {
    text += fmt::format("; `copy_to abort {}` clears what it leaves open:", uri);
  }
  if (notes_->claimed()) {
    text += fmt::format("\n  {} (control object)", store_.uri(place_.control()));
  }
  for (std::string const& key : open) {
    text += fmt::format("\n  {} (upload)", store_.uri(key));
  }
  return text;
}

} // namespace copy_to
