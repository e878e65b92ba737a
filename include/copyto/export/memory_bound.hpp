// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_MEMORY_BOUND_HPP
#define COPYTO_EXPORT_MEMORY_BOUND_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/options.hpp>
#include <copyto/store/object.hpp>
#include <copyto/upload/part_plan.hpp>

#include <cstdint>
#include <optional>

namespace copyto {

/// The most heap an export takes, bytes, beyond the rows themselves and a few times the largest value:
///
///     parts:    (parts in flight + 1) * largest part of a file of `max_file_size`, `part_memory`
///     encoder:  its own bound; for Parquet a row group, a page and its codec's scratch per column
///     threads:  where there is more than one, each an encoder's block writer and block, a batch, and 48 MiB of rows that
///               wait (of small files less)
///     batch:    batch rows * (widths + validity), and 1 MiB of copied or staged values, with growth
///     requests: parts in flight * what the store needs for one
///     shards:   all of it `connections` times, with an equal share of threads and parts in flight each; a source that is
///               one stream takes it once, so leave `connections` at 1 for it
///     partitions: where rows have some, their `spill_memory`, 600 bytes each of `most`, and 4 MiB; what is above once for all
///               threads, or for each alone, if that is more
///     changes:  1 MiB for the control object, listings, and some hundred bytes per pending part and file
///
/// `column_stats` come on top: up to 350 bytes a column and file, and what an empty vector takes.
///
/// Nothing in it depends on the number of rows. An error where no part size fits the store's limits.
[[nodiscard]] result<std::uint64_t> memory_bound(export_options const& options, schema_view fields,
                                                 any_encoder const& encoder, store_limits const& limits);

/// Bytes of the buffers for parts: those in flight and one that is being filled.
[[nodiscard]] std::uint64_t part_memory(export_options const& options, part_plan const& plan);

namespace detail {

/// What one of `lanes` that share an export may use.
[[nodiscard]] export_options lane_options(export_options options, std::uint32_t lanes);
/// Whether `options.threads` are used: there are several, the encoder makes blocks, and rows can be handed over.
[[nodiscard]] bool encodes_on_threads(export_options const& options, schema_view fields, any_encoder const& encoder);
/// Bytes of rows that wait for these threads: a block each.
[[nodiscard]] std::uint64_t queued_row_bytes(export_options const& options);

} // namespace detail

/// `options` with as many threads, but no more than they say, then as many connections and parts in flight, and then parts as large, as `limit` bytes of
/// `memory_bound` leave. errc::limit_exceeded, with the bytes that are needed, where one part of the smallest size that
/// the store takes is too much.
[[nodiscard]] result<export_options> fit_memory(export_options options, std::uint64_t limit, schema_view fields,
                                                any_encoder const& encoder, store_limits const& limits);

/// The largest `max_file_size`, in whole MiB, with which `fit_memory` succeeds, for who is told that it does not: Parquet
/// row groups shrink with their file. Nothing: none does.
[[nodiscard]] std::optional<std::uint64_t> fitting_file_size(export_options options, std::uint64_t limit,
                                                             schema_view fields, any_encoder const& encoder,
                                                             store_limits const& limits);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/memory_bound.ipp>
#endif

#endif
