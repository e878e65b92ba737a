// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_DRY_RUN_IPP
#define COPYTO_EXPORT_IMPL_DRY_RUN_IPP

#include <copyto/export/dry_run.hpp>

#include <copyto/commit/control_object.hpp>
#include <copyto/commit/probe.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/partitioning.hpp>
#include <copyto/export/plan.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace copyto {
namespace detail {

/// Of each column: whether only the partitions' paths have it.
COPYTO_COLD std::vector<bool> columns_in_paths(schema_view fields, export_options const& options) {
  std::vector<bool> found(fields.size(), false);
  if (options.partitions == nullptr) {
    return found;
  }
  if (auto const router = options.partitions->route(fields); router) { // else the plan says why not
    schema_view const in_paths = (*router)->path_columns();
    for (std::size_t i = 0; i != fields.size(); ++i) {
      found[i] = std::ranges::find(in_paths, fields[i].name, &field::name) != in_paths.end();
    }
  }
  return found;
}

/// Every column that the encoder refuses by itself, or else what it says of all together.
COPYTO_COLD std::vector<error> refused_columns(schema_view fields, any_encoder const& encoder,
                                               export_options const& options) {
  result<void> const all = encoder.check(fields, options.max_file_size);
  if (all) {
    return {};
  }
  std::vector<error> refused;
  for (field const& f : fields) {
    result<void> const alone = encoder.check({&f, 1}, sink::no_limit);
    if (!alone && alone.error()->column == f.name) {
      refused.push_back(alone.error());
    }
  }
  if (std::ranges::none_of(refused, [&](error const& e) { return e->column == all.error()->column; })) {
    refused.push_back(all.error());
  }
  return refused;
}

/// Uses each operation that an export may need once.
class rights_probe {
public:
  rights_probe(store_ref store, planned_export const& planned, dry_run_report& found, std::stop_token const& stop)
      : store_(store), planned_(planned), place_(planned.names.place()),
        probe_(store, place_, planned.options.export_id, stop), found_(found), stop_(stop) {}

  void probe() {
    if (!planned_.options.to.has_control()) {
      need_upload();
    } else if (need(probe_.clear(), "the control object could not be deleted")) {
      need(survey(), "");
      if (need_upload()) { // else what follows would fail, too, or leave something
        use_object();
      }
    } else if (!hopeless_) {
      need(survey(), "");
      need_upload();
    }
    result<page<pending_upload>> const listed =
        hopeless_ ? page<pending_upload>() : store_.list_uploads(place_.stem(), {}, stop_);
    if (!listed) {
      lack(listed.error(), "an upload that was begun twice could not be found");
    }
  }

private:
  result<void> survey() {
    control_object control(store_, place_,
                           {.export_id = planned_.options.export_id,
                            .mode = planned_.options.to.mode(),
                            .names = planned_.names.pattern()});
    result<void> surveyed = control.survey(false, stop_);
    found_.replaced = control.record().replaced.size();
    return surveyed;
  }
  bool need_upload() {
    store_probe::outcome const upload = probe_.upload_and_abort();
    if (!need(upload.created, "files could not be uploaded")) {
      return false;
    }
    if (!upload.aborted) { // an export works without, but what it leaves where it fails stays
      lack(upload.aborted.error(),
           fmt::format("uploads of an export that fails would stay open, as {} does now", store_.uri(probe_.key())));
    }
    return true;
  }
  /// Makes the probe's object as files and control object are made, and takes it away again.
  void use_object() {
    bool const completed = need(probe_.upload(), "files could not be made visible");
    bool const put = need(probe_.put(), "the control object could not be written");
    if (put) {
      if (store_.put_conditions() == conditions::unknown) {
        result<conditions> const seen = probe_.honoured();
        need(seen ? result<void>() : result<void>(seen.error()), "the control object could not be written");
        if (seen && *seen != conditions::compare_and_swap) {
          found_.warnings.push_back(ignored_conditions(*seen, store_, place_));
        }
      }
      for (auto const look : {&store_probe::head, &store_probe::get}) {
        if (result<void> const seen = (probe_.*look)(); !seen) {
          std::string_view const lost =
              "lost answers would stay in doubt, and `status`, `resume` and `abort` would not work";
          if (seen.error().is(errc::unsupported)) {
            need(seen, lost);
          } else {
            lack(seen.error(), lost);
          }
          break;
        }
      }
    }
    if (completed || put) {
      need(probe_.clear(), "the control object could not be deleted");
    }
  }

  bool need(result<void> const& done, std::string_view otherwise) {
    if (!done) {
      // What every other operation would say, too, is said once.
      hopeless_ = is_hopeless(done.error());
      found_.refusals.push_back(hopeless_ ? done.error() : told(done.error(), otherwise));
    }
    return done.has_value();
  }
  void lack(error const& why, std::string_view otherwise) { found_.warnings.push_back(told(why, otherwise)); }
  static error told(error const& why, std::string_view otherwise) {
    return otherwise.empty()
               ? why
               : why.with([&](error_info& info) { info.message = fmt::format("{}: {}", otherwise, info.message); });
  }

  store_ref store_;
  planned_export const& planned_;
  export_place const& place_;
  store_probe probe_;
  dry_run_report& found_;
  std::stop_token const& stop_;
  bool hopeless_ = false;
};

} // namespace detail

COPYTO_COLD dry_run_report dry_run(schema_view fields, any_encoder const& encoder, store_ref store,
                                   export_options const& options, std::stop_token const& stop, std::uint32_t shards) {
  dry_run_report found;
  found.in_path = detail::columns_in_paths(fields, options);
  std::vector<field> in_files;
  for (std::size_t i = 0; i != fields.size(); ++i) {
    field const& f = fields[i];
    bool const written = !found.in_path[i] && encoder.check({&f, 1}, sink::no_limit);
    found.written_as.push_back(written ? describe(encoder.written_as(f)) : std::string());
    if (!found.in_path[i]) {
      in_files.push_back(f);
    }
  }
  found.refusals = detail::refused_columns(in_files, encoder, options);
  result<planned_export> const planned = plan_export(fields, encoder, store, options, shards);
  if (!planned) {
    bool const known =
        std::ranges::any_of(found.refusals, [&](error const& e) { return e.message() == planned.error().message(); });
    if (!known) {
      found.refusals.push_back(planned.error());
    }
    return found;
  }
  found.first_file = planned->names.file(0, 0);
  found.control = options.to.has_control() ? planned->names.place().control() : std::string();
  found.part_size = planned->plan.first;
  found.parts = planned->plan.parts(planned->options.max_file_size);
  found.memory = memory_bound(options, fields, encoder, store.limits()).value();
  detail::rights_probe(store, *planned, found, stop).probe();
  return found;
}

namespace detail {

/// Takes everything and keeps nothing.
class void_sink final : public sink {
  using sink::sink;
  result<void> take(bytes_view) override { return {}; }
};

/// Encodes rows that are in no file; the encoder's warnings.
inline result<std::vector<error>> encode_nowhere(batch const& rows, schema_view fields, any_encoder encoder,
                                                 std::uint64_t max_file_size) {
  void_sink out(max_file_size);
  if (result<void> begun = encoder.begin(fields, out); !begun) {
    return begun.error();
  }
  if (result<std::size_t> const taken = encoder.write(rows, 0, out); !taken) {
    return taken.error();
  }
  result<file_stats> ended = encoder.end(out);
  return ended ? result<std::vector<error>>(std::move(ended->warnings)) : ended.error();
}

} // namespace detail

COPYTO_COLD void try_rows(source_ref source, any_encoder const& encoder, export_options const& options,
                          dry_run_report& found, std::stop_token const& stop) {
  schema_view const fields = source.schema();
  batch rows(fields, options.batch_rows);
  result<fill_status> const filled = source.fill(rows, stop);
  if (!filled) {
    if (!filled.error().is(errc::stopped)) {
      found.refusals.push_back(filled.error());
    }
    return;
  }
  found.rows_tried = rows.rows();
  auto const in_source = [](error const& e) { // from 0 in the batch to 1 in the source
    return e.with([](error_info& info) { info.row = info.row ? std::optional(*info.row + 1) : std::nullopt; });
  };
  std::vector<bool> const in_path = detail::columns_in_paths(fields, options);
  std::vector<field> in_files;
  std::vector<column_view> columns;
  for (std::size_t i = 0; i != fields.size(); ++i) {
    if (!in_path[i]) {
      in_files.push_back(fields[i]);
      columns.push_back(rows.column(i));
    }
  }
  batch written(in_files, 0);
  for (std::size_t i = 0; i != columns.size(); ++i) {
    written.borrow(i, columns[i]);
  }
  written.borrowed(rows.rows());
  result<std::vector<error>> const warnings = detail::encode_nowhere(written, in_files, encoder, options.max_file_size);
  if (!warnings) {
    found.refusals.push_back(in_source(warnings.error()));
    return;
  }
  std::ranges::transform(*warnings, std::back_inserter(found.warnings), in_source);
}

} // namespace copyto

#endif
