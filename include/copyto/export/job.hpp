// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_JOB_HPP
#define COPYTO_EXPORT_JOB_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/progress.hpp>
#include <copyto/export/report.hpp>
#include <copyto/source/ref.hpp>
#include <copyto/source/shards.hpp>
#include <copyto/store/ref.hpp>

#include <stop_token>

namespace copyto {

/// The one loop: rows from `source`, through a copy of `encoder` per file, into `store`, committed. What
/// `exporter::run` calls once the types have been checked; usable as it is by programs that choose
/// source, encoder and store at run time.
///
/// Three outcomes: a report, everything is visible; an error other than errc::in_doubt, nothing is;
/// errc::in_doubt, which lists every key that is known of. Never throws. Uses `options.parts_in_flight`
/// threads beside the caller's, which runs source, encoder and `on_progress`.
[[nodiscard]] result<report> run_export(source_ref source, any_encoder const& encoder, store_ref store,
                                        export_options const& options, std::stop_token stop,
                                        progress_callback const& on_progress);

/// The same of a source that comes in shards: `options.connections` of them at a time, each on a thread beside the
/// caller's, which then runs `on_progress` alone. Each shard has files of its own, which depend on its rows and the options,
/// not on how many are read at a time. An error names its shard.
[[nodiscard]] result<report> run_export(shards_ref source, any_encoder const& encoder, store_ref store,
                                        export_options const& options, std::stop_token stop,
                                        progress_callback const& on_progress);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/job.ipp>
#endif

#endif
