// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_DRY_RUN_IPP
#define COPYTO_IMPL_EXPORT_DRY_RUN_IPP

#include <copyto/export/dry_run.hpp>

#include <copyto/export/commit.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/plan.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace copyto {
namespace detail {

/// Every column that the encoder refuses by itself, or else what it says of all together.
COPYTO_DECL std::vector<error> refused_columns(schema_view fields, any_encoder const& encoder,
                                               export_options const& options) {
  result<void> const all = encoder.check(fields, options.max_file_size);
  if (all) {
    return {};
  }
  std::vector<error> refused;
  for (field const& f : fields) {
    result<void> const alone = encoder.check({&f, 1}, options.max_file_size);
    if (!alone && alone.error()->column == f.name) {
      refused.push_back(alone.error());
    }
  }
  if (std::ranges::none_of(refused, [&](error const& e) { return e->column == all.error()->column; })) {
    refused.push_back(all.error());
  }
  return refused;
}

/// Uses each right of an export once.
class rights_probe {
public:
  rights_probe(store_ref store, planned_export const& planned, dry_run_report& found, std::stop_token const& stop)
      : store_(store), planned_(planned), place_(planned.names.place()), key_(place_.probe(planned.options.export_id)),
        found_(found), stop_(stop) {}

  void probe() {
    bool const controls = planned_.options.control_object;
    result<void> const removed = controls ? store_.remove(key_, stop_) : result<void>();
    if (controls) {
      need(removed, "the control object could not be deleted");
      need(survey(), "");
    }
    need(upload(), "files could not be uploaded");
    if (controls) {
      if (removed) { // else it would stay
        need(put(), "the control object could not be written");
      }
      result<object_info> const head = store_.head(key_, stop_);
      if (!head && !head.error().is(errc::not_found)) {
        lack(head.error(), "lost answers would stay in doubt, and `status`, `resume` and `abort` would not work");
      }
    }
    result<page<pending_upload>> const listed = store_.list_uploads(place_.stem(), {}, stop_);
    if (!listed) {
      lack(listed.error(), "an upload that was begun twice could not be found");
    }
  }

private:
  result<void> survey() {
    control_object control(
        store_, place_,
        {.export_id = planned_.options.export_id, .mode = planned_.options.mode, .names = planned_.names.pattern()});
    result<void> surveyed = control.survey(false, stop_);
    found_.replaced = control.record().replaced.size();
    return surveyed;
  }
  result<void> upload() {
    result<std::string> const id = store_.create_upload(key_, {.token = planned_.options.export_id}, stop_);
    if (!id) {
      return id.error();
    }
    result<void> aborted = store_.abort(key_, *id);
    if (!aborted) { // an export works without, but what it leaves where it fails stays
      lack(aborted.error(),
           fmt::format("uploads of an export that fails would stay open, as {} does now", store_.uri(key_)));
    }
    return {};
  }
  result<void> put() {
    result<std::string> const tag =
        store_.put(key_, {}, {.token = planned_.options.export_id, .default_class = true}, {}, stop_);
    if (!tag) {
      return tag.error();
    }
    return store_.remove(key_, {});
  }

  void need(result<void> const& done, std::string_view otherwise) {
    if (!done) {
      found_.refusals.push_back(told(done.error(), otherwise));
    }
  }
  void lack(error const& why, std::string_view otherwise) { found_.lacking.push_back(told(why, otherwise)); }
  static error told(error const& why, std::string_view otherwise) {
    return otherwise.empty()
               ? why
               : why.with([&](error_info& info) { info.message = fmt::format("{}: {}", otherwise, info.message); });
  }

  store_ref store_;
  planned_export const& planned_;
  export_place const& place_;
  std::string key_;
  dry_run_report& found_;
  std::stop_token const& stop_;
};

} // namespace detail

COPYTO_DECL dry_run_report dry_run(schema_view fields, any_encoder const& encoder, store_ref store,
                                   export_options const& options, std::stop_token const& stop) {
  dry_run_report found;
  found.refusals = detail::refused_columns(fields, encoder, options);
  for (field const& f : fields) {
    found.written_as.push_back(encoder.check({&f, 1}, options.max_file_size) ? encoder.written_as(f) : std::string());
  }
  result<planned_export> const planned = plan_export(fields, encoder, store, options);
  if (!planned) {
    bool const known =
        std::ranges::any_of(found.refusals, [&](error const& e) { return e.message() == planned.error().message(); });
    if (!known) {
      found.refusals.push_back(planned.error());
    }
    return found;
  }
  found.first_file = planned->names.file(0, 0);
  found.control = options.control_object ? planned->names.place().control() : std::string();
  found.part_size = planned->plan.first;
  found.parts = planned->plan.parts(planned->options.max_file_size);
  found.memory = memory_bound(options, fields, encoder, store.limits()).value();
  detail::rights_probe(store, *planned, found, stop).probe();
  return found;
}

} // namespace copyto

#endif
