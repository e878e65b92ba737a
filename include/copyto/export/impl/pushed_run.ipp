// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_PUSHED_RUN_IPP
#define COPYTO_EXPORT_IMPL_PUSHED_RUN_IPP

#include <copyto/export/detail/pushed_run.hpp>

#include <algorithm>
#include <utility>

namespace copyto::detail {

COPYTO_COLD pushed_run::pushed_run(schema_view fields, any_encoder encoder, store_ref store, export_options options,
                                   std::stop_token stop, progress_callback on_progress)
    : fields_(fields), encoder_(std::move(encoder)), store_(store), options_(std::move(options)),
      stop_(std::move(stop)), on_progress_(std::move(on_progress)),
      rows_(fields_, static_cast<std::size_t>(std::min<std::uint64_t>(options_.batch_rows, options_.max_file_rows))) {}

COPYTO_COLD pushed_run::~pushed_run() {
  try {
    (void)abort();
  } catch (...) { // NOLINT(bugprone-empty-catch): of no memory; nobody is left to be told
  }
}

COPYTO_COLD result<void> pushed_run::begin() {
  if (end_) {
    return *end_;
  }
  if (run_) {
    return {};
  }
  try {
    result<planned_export> planned = plan_export(fields_, encoder_, store_, options_);
    if (!planned) {
      end_ = planned.error();
      return *end_;
    }
    planned_ = *std::move(planned);
    run_.emplace(fields_, size_hint(), encoder_, store_, *planned_, stop_, on_progress_);
    if (result<void> begun = run_->begin(); !begun) {
      end_ = begun.error();
      return begun;
    }
    return {};
  } catch (...) {
    end_ = caught(errc::source_failed, "the export ended with an exception");
    return *end_;
  }
}

COPYTO_COLD result<report> pushed_run::commit() {
  if (result<void> ready = begin(); !ready) {
    return ready.error();
  }
  result<report> done = [this]() -> result<report> {
    try {
      return run_->end();
    } catch (...) {
      return caught(errc::source_failed, "the export ended with an exception");
    }
  }();
  end_ = done ? error(errc::invalid_argument, "the export is committed already") : done.error();
  return done;
}

COPYTO_COLD result<void> pushed_run::abort() {
  if (end_) {
    return {};
  }
  end_ = error(errc::invalid_argument, "the export was aborted");
  if (!run_) {
    return {};
  }
  error const left = run_->abandon(file_stager::stopped());
  return left->suppressed.empty() && left.is(errc::stopped) ? result<void>() : left;
}

} // namespace copyto::detail

#endif
