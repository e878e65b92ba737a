// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_JOB_IPP
#define COPYTO_EXPORT_IMPL_JOB_IPP

#include <copyto/export/job.hpp>

#include <copyto/export/detail/run.hpp>
#include <copyto/export/plan.hpp>

#include <utility>

namespace copyto {

COPYTO_COLD result<report> run_export(source_ref source, any_encoder const& encoder, store_ref store,
                                      export_options const& options, std::stop_token stop,
                                      progress_callback const& on_progress) {
  try {
    result<planned_export> const planned = plan_export(source.schema(), encoder, store, options);
    if (!planned) {
      return planned.error();
    }
    return detail::export_run(source.schema(), source.hint(), encoder, store, *planned, std::move(stop), on_progress)
        .run(source);
  } catch (...) {
    return caught(errc::source_failed, "the export ended with an exception");
  }
}

COPYTO_COLD result<report> run_export(shards_ref source, any_encoder const& encoder, store_ref store,
                                      export_options const& options, std::stop_token stop,
                                      progress_callback const& on_progress) {
  try {
    result<planned_export> const planned = plan_export(source.schema(), encoder, store, options, source.shard_count());
    if (!planned) {
      return planned.error();
    }
    return detail::export_run(source.schema(), source.hint(), encoder, store, *planned, std::move(stop), on_progress)
        .run(source);
  } catch (...) {
    return caught(errc::source_failed, "the export ended with an exception");
  }
}

} // namespace copyto

#endif
