// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_RUN_IPP
#define COPYTO_EXPORT_IMPL_RUN_IPP

#include <copyto/export/detail/run.hpp>

#include <copyto/commit/probe.hpp>
#include <copyto/export/detail/shard_lanes.hpp>
#include <copyto/export/memory_bound.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace copyto::detail {

inline std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

COPYTO_COLD export_run::export_run(schema_view fields, size_hint hint, any_encoder const& encoder, store_ref store,
                                   planned_export const& planned, std::stop_token stop,
                                   progress_callback const& on_progress)
    : store_(store), options_(planned.options), names_(planned.names), planned_(planned), fields_(fields),
      columns_(planned.router ? planned.router->columns() : fields), stop_(std::move(stop)), on_progress_(on_progress),
      control_(store, names_.place(), claim_of(planned)), plan_(planned.plan), encoder_(encoder),
      stager_(columns_, encoder, store, planned, stop_) {
  progress_.rows_expected = hint.rows;
  progress_.shards = planned.shards;
}

COPYTO_COLD result<report> export_run::run(source_ref source) {
  if (result<void> begun = begin(); !begun) {
    return begun.error();
  }
  std::optional<batch> made; // nothing: the workers read the source
  result<void> const started = guarded([&]() -> result<void> {
    if (planned_.router != nullptr || !stager_.read(source)) {
      made.emplace(fields_, options_.batch_rows);
    }
    return {};
  });
  if (!started) {
    return give_up(started.error(), outcomes_);
  }
  if (!made) {
    return end();
  }
  batch& rows = *made;
  for (fill_status status = fill_status::more; status == fill_status::more;) {
    result<void> added = add(rows, [&]() -> result<void> {
      make_room(rows);
      result<fill_status> const filled = source.fill(rows, stop_);
      status = filled ? *filled : status;
      return filled ? result<void>() : filled.error();
    });
    if (!added) {
      return added.error();
    }
  }
  return end();
}

COPYTO_COLD result<report> export_run::run(shards_ref source) {
  // First, since a connection that is refused needs no clean-up.
  std::uint32_t const asked = std::min(options_.connections, source.shard_count());
  std::uint32_t lanes = 1;
  std::optional<any_source> only;
  result<void> const opened = guarded([&]() -> result<void> {
    result<shards_begun> const ready = source.begin_shards(asked, stop_);
    if (!ready) {
      return ready.error();
    }
    warn(ready->warnings);
    lanes = std::clamp<std::uint32_t>(ready->at_once, 1, asked);
    if (source.shard_count() == 1) {
      result<any_source> shard = source.shard(0, stop_);
      if (!shard) {
        return shard.error();
      }
      only = *std::move(shard);
    }
    return {};
  });
  if (!opened) {
    return opened.error();
  }
  if (only) { // one stream, on this thread
    return run(only->ref());
  }
  if (result<void> begun = begin(); !begun) {
    return begun.error();
  }
  result<void> const moved = guarded([&]() -> result<void> {
    lane_ = planned_export{.options = lane_options(options_, lanes),
                           .names = names_,
                           .plan = plan_,
                           .shards = source.shard_count(),
                           .router = planned_.router};
    return run_lanes(source, lanes);
  });
  if (!moved) {
    return give_up(moved.error(), outcomes_);
  }
  return end();
}

COPYTO_COLD void export_run::begin_part(partition_place& place) {
  place_ = &place;
  stager_.begin_partition(place);
}

COPYTO_COLD result<void> export_run::add_part(batch& rows) {
  result<void> const added = stager_.add(rows);
  return added ? added : in_partition(added.error(), *place_);
}

COPYTO_COLD result<void> export_run::end_part() {
  result<void> const ended = stager_.end_shard([this] { return each(); });
  return ended ? ended : in_partition(ended.error(), *place_);
}

COPYTO_COLD result<void> export_run::write_parts(shards_ref partitions) {
  // The lanes have parts of their own: a memory bound is that of either.
  if (result<void> stored = stager_.store([this] { return each(); }); !stored) {
    return stored;
  }
  stager_.release();
  std::uint32_t const lanes = std::min(options_.threads, partitions.shard_count());
  lane_ = planned_export{.options = lane_options(options_, lanes), .names = names_, .plan = plan_};
  return run_lanes(partitions, lanes, planned_.router.get());
}

COPYTO_COLD result<void> export_run::run_lanes(shards_ref source, std::uint32_t count, partition_router* parts) {
  auto made = std::make_unique<shard_lanes>(columns_, encoder_, store_, *lane_, source, count, stop_, parts);
  shard_lanes& lanes = *made;
  lanes_.push_back(std::move(made));
  result<void> run = lanes.run([this] { return each(); });
  if (run) {
    lanes.halt(); // which frees their buffers
  }
  return run;
}

COPYTO_COLD std::vector<staged_file const*> export_run::in_lanes() const {
  std::vector<staged_file const*> all;
  for (auto const& lanes : lanes_) {
    std::vector<staged_file const*> const files = lanes->files();
    all.insert(all.end(), files.begin(), files.end());
  }
  return all;
}

COPYTO_COLD std::vector<staged_file const*> export_run::staged() const {
  std::vector<staged_file const*> all = in_lanes();
  for (staged_file const& f : stager_.files()) {
    all.push_back(&f);
  }
  if (planned_.router) {
    std::ranges::stable_sort(all, {}, &staged_file::order);
  }
  return all;
}

COPYTO_COLD void export_run::halt() {
  for (auto const& lanes : lanes_) {
    lanes->halt();
  }
  stager_.halt();
}

COPYTO_COLD result<void> export_run::begin() {
  tell(export_stage::preparing);
  bool threw = true;
  result<void> claimed = guarded([&] {
    result<void> answer = options_.to.has_control() ? control_.claim(stop_) : result<void>();
    threw = false;
    return answer;
  });
  if (!claimed) {
    return threw ? give_up(claimed.error()) : claimed.error();
  }
  if (control_.ignored()) {
    warn(ignored_conditions(*control_.ignored(), store_, names_.place()));
  }
  begun_ = uploads_begun(); // by the claim, if it tried the store
  return {};
}

COPYTO_COLD result<report> export_run::end() {
  std::vector<control_file> files;
  result<void> moved = guarded([&] {
    result<void> all = planned_.router ? planned_.router->end(*this) : result<void>();
    if (!all) {
      return all;
    }
    all = stager_.finish([this] { return each(); }, in_lanes());
    for (staged_file const* f : staged()) {
      files.push_back(file_stager::control_file_of(*f));
    }
    halt(); // all parts are stored, or given up; the record of a long export takes less than their buffers
    return all;
  });
  if (!moved) {
    return give_up(moved.error(), outcomes_);
  }
  if (options_.as_they_close) {
    return finish_published(std::move(files));
  }
  if (files.empty() && options_.to.mode() != if_exists::replace) {
    return nothing_to_commit();
  }
  try {
    return options_.to.has_control() ? commit(std::move(files)) : publish(std::move(files));
  } catch (...) { // a store of the user's, or no memory
    return doubtful(caught(errc::in_doubt, "the store threw while the export was committed"));
  }
}

COPYTO_COLD control_record export_run::claim_of(planned_export const& planned) {
  return {.export_id = planned.options.export_id,
          .token = planned.token,
          .started = format_utc(planned.start),
          .host = host_name(),
          .mode = planned.options.to.mode(),
          .names = planned.names.pattern(),
          .as_they_close = planned.options.as_they_close,
          .manifest = planned.names.manifest(),
          .shards = planned.shards};
}

COPYTO_DECL result<void> export_run::each() {
  result<void> published = publish_stored();
  tell(export_stage::exporting);
  return published;
}

COPYTO_COLD result<void> export_run::publish_stored() {
  while (options_.as_they_close && outcomes_.size() != stager_.files().size() &&
         stager_.files()[outcomes_.size()].upload.session().all_stored()) {
    staged_file const& next = stager_.files()[outcomes_.size()];
    if (options_.to.has_control()) {
      if (result<void> held = control_.check_held(stop_); !held) {
        return held;
      }
    }
    file_outcome const& outcome =
        outcomes_.emplace_back(complete_file(store_, file_stager::control_file_of(next), control_.record()));
    if (outcome.state != file_state::visible) {
      return outcome.why->with([&](error_info& info) {
        info.message = fmt::format("a file could not be made visible: {}", info.message);
        info.key = store_.uri(next.upload.session().key());
      });
    }
    progress_.files_committed = outcomes_.size();
    tell(export_stage::exporting);
  }
  return {};
}

COPYTO_COLD result<report> export_run::finish_published(std::vector<control_file> files) {
  control_record record = control_.record();
  record.files = std::move(files);
  result<void> left = guarded([&]() -> result<void> {
    result<stray_uploads> strays = strays_but(record.files);
    if (!strays) {
      return strays.error();
    }
    warn(strays->warnings);
    return options_.to.has_control() ? control_.remove() : result<void>();
  });
  if (!left) {
    return published_partly(leaving_behind(left.error(), store_, names_.place()));
  }
  return reported(record);
}

COPYTO_COLD result<report> export_run::commit(std::vector<control_file> files) {
  if (options_.to.only_partitions()) {
    std::set<std::string, std::less<>> written;
    for (control_file const& f : files) {
      written.emplace(names_.partition_of(f.key));
    }
    written.erase("");
    control_.narrow([&](std::string_view key) { return written.contains(names_.partition_of(key)); });
  }
  if (result<void> decided = control_.commit(std::move(files)); !decided) {
    if (decided.error().is(errc::in_doubt)) {
      return with_keys(decided.error());
    }
    return give_up(decided.error());
  }
  control_record const& record = control_.record();
  tell_decided(export_stage::committing);
  std::vector<file_outcome> const outcomes =
      complete_files(store_, record, options_.parts_in_flight, [this](std::uint64_t visible) {
        progress_.files_committed = visible;
        tell_decided(export_stage::committing);
      });
  result<stray_uploads> finished =
      finish_commit(store_, names_, control_, outcomes, record.files, listing_rule(), options_.parts_in_flight);
  if (!finished) {
    return finished.error();
  }
  warn(finished->warnings);
  return reported(record);
}

COPYTO_COLD result<report> export_run::publish(std::vector<control_file> files) {
  control_record record = control_.record();
  record.files = std::move(files);
  tell_decided(export_stage::committing);
  std::vector<file_outcome> const outcomes =
      complete_files(store_, record, options_.parts_in_flight, [this](std::uint64_t visible) {
        progress_.files_committed = visible;
        tell_decided(export_stage::committing);
      });
  if (std::ranges::all_of(outcomes, [](file_outcome const& o) { return o.state == file_state::visible; })) {
    result<stray_uploads> const strays = strays_but(record.files);
    warn(strays ? strays->warnings : std::vector{strays.error()});
    return reported(record);
  }
  return give_up(unfinished_without_control(store_, names_.place(), record, outcomes), outcomes);
}

COPYTO_COLD report export_run::reported(control_record const& record) {
  progress_.files_committed = record.file_count();
  tell_decided(export_stage::done);
  report done = report_of(record);
  done.columns = schema(columns_);
  done.path_columns = planned_.router ? schema(planned_.router->path_columns()) : schema();
  done.written = stager_.written();
  std::vector<staged_file const*> const all = staged();
  for (std::size_t i = 0; i != done.files.size(); ++i) { // those of the record, in its order
    done.files[i].columns = all[i]->columns;
    done.files[i].partition = names_.partition_of(done.files[i].key);
  }
  done.warnings = std::move(warnings_);
  done.requests = store_.counters().since(before_);
  done.times = times_;
  return done;
}

COPYTO_COLD result<report> export_run::nothing_to_commit() {
  if (options_.to.has_control()) {
    if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
      return leaving_behind(removed.error(), store_, names_.place());
    }
  }
  tell_decided(export_stage::done);
  return report{.export_id = record_id(),
                .shards = std::vector<shard_report>(control_.record().shards),
                .columns = schema(columns_),
                .written = stager_.written(),
                .requests = store_.counters().since(before_),
                .times = times_,
                .warnings = std::move(warnings_)};
}

COPYTO_COLD void export_run::warn(error const& what) {
  if (std::ranges::none_of(warnings_, [&](error const& e) { return e->message == what->message; })) {
    warnings_.push_back(what); // once
  }
}

COPYTO_COLD void export_run::warn(std::vector<error> const& all) {
  for (error const& what : all) {
    warn(what);
  }
}

COPYTO_COLD unlisted export_run::listing_rule() const {
  auto const opened = static_cast<std::uint64_t>(
      std::ranges::count_if(staged(), [](staged_file const* f) { return !f->upload.session().upload_id().empty(); }));
  bool const counts = std::ranges::any_of(store_.counters().since(before_).requests, [](auto n) { return n != 0; });
  return counts && uploads_begun() - begun_ == opened ? unlisted::ignored : unlisted::told;
}

COPYTO_COLD result<stray_uploads> export_run::strays_but(std::span<control_file const> keep) {
  std::function<result<bool>()> holds;
  if (options_.to.has_control()) { // else the names hold the id
    holds = [this] { return control_.stands(); };
  }
  return abort_strays(store_, names_, record_id(), keep, listing_rule(), holds);
}

COPYTO_COLD error export_run::give_up(error why, std::span<file_outcome const> outcomes) {
  halt(); // no part may land after its upload was aborted
  std::vector<staged_file const*> const all = staged();
  std::vector<control_file> published; // or perhaps
  bool clean = true;
  bool reachable = true; // once it is not, every further request would wait in vain
  for (std::size_t i = 0; i != all.size(); ++i) {
    upload_session const& upload = all[i]->upload.session();
    if (upload.upload_id().empty()) {
      continue;
    }
    if (i < outcomes.size() && outcomes[i].state != file_state::pending) {
      published.push_back({.key = upload.key(), .upload_id = upload.upload_id()});
      continue;
    }
    if (!reachable) {
      why = why.with_suppressed(error(
          {.code = errc::unreachable, .message = "an upload may have stayed open", .key = store_.uri(upload.key())}));
    } else if (result<void> aborted = guarded([&] { return store_.abort(upload.key(), upload.upload_id()); });
               !aborted) {
      why = why.with_suppressed(aborted.error());
      reachable = !aborted.error().is(errc::unreachable);
      clean = clean && aborted.error().is(errc::unsupported); // which no later `abort` can do either
    }
  }
  if (reachable) { // also the upload of a create_upload whose answer was lost
    result<void> strays = guarded([&]() -> result<void> {
      result<stray_uploads> const done = strays_but(published);
      if (!done) {
        return done.error();
      }
      for (error const& left : done->warnings) { // by a lifecycle rule, or by whom may list them
        why = why.with_suppressed(left);
        clean = clean && left.is(errc::unsupported);
      }
      return {};
    });
    if (!strays) {
      why = why.with_suppressed(strays.error());
      clean = false;
    }
  }
  if (!options_.to.has_control()) {
    return published_partly(why);
  }
  if (clean && !why.is(errc::claim_lost)) {
    if (result<void> removed = guarded([this] { return control_.remove(); }); !removed) {
      why = why.with_suppressed(removed.error());
      clean = false;
    }
  }
  return published_partly(clean ? why : leaving_behind(why, store_, names_.place()));
}

COPYTO_COLD error export_run::with_keys(error const& why) const {
  return why.with([&](error_info& info) {
    for (staged_file const* f : staged()) {
      info.suppressed.emplace_back(
          error_info{.code = errc::in_doubt, .message = "pending", .key = store_.uri(f->upload.session().key())});
    }
  });
}

COPYTO_COLD error export_run::doubtful(error const& why) const {
  return with_keys(error(
      {.code = errc::in_doubt,
       .disposition = disposition::in_doubt,
       .message = why->message,
       .key = store_.uri(options_.to.has_control() ? names_.place().control() : names_.place().stem()),
       .advice = options_.to.has_control() ? fmt::format("`copy_to status {}` tells", names_.place().address(store_))
                                           : std::string("see which files are there")}));
}

COPYTO_COLD void export_run::tell(export_stage stage) {
  count_time();
  progress_.stage = stage;
  store_counters const counted = store_.counters();
  progress_.retries = counted.retries - before_.retries;
  progress_.throttles = counted.throttles - before_.throttles;
  lanes_progress lanes;
  for (auto const& each : lanes_) {
    lanes_progress const some = each->so_far();
    lanes.rows += some.rows;
    lanes.bytes_encoded += some.bytes_encoded;
    lanes.bytes_acknowledged += some.bytes_acknowledged;
    lanes.files_closed += some.files_closed;
    lanes.shards_done += some.shards_done;
    warn(each->warnings());
  }
  bool const parted = planned_.router && planned_.shards == 1; // lanes have partitions of the one stream, if any
  progress_.rows = parted ? planned_.router->rows() : lanes.rows + stager_.rows();
  progress_.bytes_encoded = lanes.bytes_encoded + stager_.bytes_encoded();
  progress_.bytes_acknowledged = lanes.bytes_acknowledged + stager_.bytes_acknowledged();
  progress_.files_closed = lanes.files_closed + stager_.files_closed();
  progress_.shards_done = parted ? 0 : lanes.shards_done;
  warn(stager_.warnings());
  progress_.warnings = warnings_;
  progress_.remaining = time_left(progress_, times_.exporting);
  if (on_progress_) {
    on_progress_(progress_);
  }
}

COPYTO_DECL void export_run::count_time() {
  std::chrono::nanoseconds const now = system_clock().elapsed();
  std::chrono::nanoseconds const spent = now - std::exchange(told_, now);
  switch (progress_.stage) {
  case export_stage::preparing: times_.preparing += spent; break;
  case export_stage::exporting: times_.exporting += spent; break;
  case export_stage::committing: times_.committing += spent; break;
  case export_stage::done: break;
  }
}

COPYTO_COLD void export_run::tell_decided(export_stage stage) {
  (void)guarded([&]() -> result<void> {
    tell(stage);
    return {};
  });
}

} // namespace copyto::detail

#endif
