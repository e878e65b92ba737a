// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_MEMORY_BOUND_IPP
#define COPYTO_EXPORT_IMPL_MEMORY_BOUND_IPP

#include <copyto/export/memory_bound.hpp>

#include <copyto/export/partitioning.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {
namespace detail {

/// Bytes of one slot of a column in a batch: value, offset or view, and validity.
COPYTO_COLD std::uint64_t slot_bytes(field const& f) {
  std::uint64_t bytes = 1 + std::max<std::uint64_t>(value_width(f.type), is_bytes(f.type.id) ? 16 : 8);
  for (field const& child : f.children()) {
    bytes += slot_bytes(child);
  }
  return bytes;
}

COPYTO_COLD export_options lane_options(export_options options, std::uint32_t lanes) {
  options.threads = std::max<std::uint32_t>(options.threads / lanes, 1);
  options.parts_in_flight = std::max<std::uint32_t>(options.parts_in_flight / lanes, 1);
  options.connections = 1;
  return options;
}

COPYTO_COLD bool encodes_on_threads(export_options const& options, schema_view fields, any_encoder const& encoder) {
  return options.threads > 1 && encoder.block_rows(fields) != 0;
}

COPYTO_COLD std::uint64_t queued_row_bytes(export_options const& options) {
  return options.threads * std::clamp<std::uint64_t>(options.max_file_size / 4, 1, 32 * MiB);
}

} // namespace detail

COPYTO_COLD std::uint64_t part_memory(export_options const& options, part_plan const& plan) {
  return (options.parts_in_flight + std::uint64_t{1}) * plan.largest(options.max_file_size);
}

COPYTO_COLD result<std::uint64_t> memory_bound(export_options const& options, schema_view fields,
                                               any_encoder const& encoder, store_limits const& limits) {
  if (options.partitions != nullptr) {
    // One after the other by all threads, as many at a time as there are threads, or those of several shards.
    export_options each = options;
    each.partitions = nullptr;
    std::uint64_t most = 0;
    for (std::uint32_t lanes = 1; lanes <= std::max(options.threads, options.connections); ++lanes) {
      if (lanes > options.threads && lanes != options.connections) {
        continue;
      }
      each.connections = lanes;
      result<std::uint64_t> const bound = memory_bound(each, fields, encoder, limits);
      if (!bound) {
        return bound;
      }
      most = std::max(most, *bound);
    }
    return most + options.partitions->memory(fields, options.connections);
  }
  if (options.connections > 1) {
    result<std::uint64_t> const lane =
        memory_bound(detail::lane_options(options, options.connections), fields, encoder, limits);
    return lane ? result<std::uint64_t>(*lane * options.connections) : lane;
  }
  result<part_plan> const plan = plan_parts(limits, options.max_file_size, options.part_size);
  if (!plan) {
    return plan.error();
  }
  std::uint64_t row = 0;
  for (field const& f : fields) {
    row += detail::slot_bytes(f);
  }
  std::uint64_t const batch_bytes = (options.batch_rows * row + batch::default_bytes) * 5 / 2; // while a buffer grows
  std::uint64_t threads = 0;
  if (detail::encodes_on_threads(options, fields, encoder)) {
    threads = options.threads * (encoder.block_memory_bound(fields, options.max_file_size) + batch_bytes) +
              detail::queued_row_bytes(options) * 3 / 2;
  }
  return part_memory(options, *plan) + encoder.memory_bound(fields, options.max_file_size) + batch_bytes + threads +
         (options.parts_in_flight + std::uint64_t{1}) * limits.request_memory + MiB;
}

namespace detail {

/// Takes threads away, then connections, then parts out of flight, and then makes them smaller, until the bound is within the limit; what it is at the least.
inline result<std::uint64_t> shrink_to_fit(export_options& options, std::uint64_t limit, schema_view fields,
                                           any_encoder const& encoder, store_limits const& limits) {
  options.part_size = std::max(options.part_size, limits.min_part);
  for (;;) {
    result<std::uint64_t> const bound = memory_bound(options, fields, encoder, limits);
    if (!bound || *bound <= limit) {
      return bound;
    }
    if (options.threads > 1) {
      --options.threads;
    } else if (options.connections > 1) {
      --options.connections;
    } else if (options.parts_in_flight > 1) {
      --options.parts_in_flight;
    } else if (options.part_size > limits.min_part) {
      options.part_size = std::max(options.part_size / 2, limits.min_part);
    } else {
      return bound;
    }
  }
}

} // namespace detail

COPYTO_COLD result<export_options> fit_memory(export_options options, std::uint64_t limit, schema_view fields,
                                              any_encoder const& encoder, store_limits const& limits) {
  result<std::uint64_t> const bound = detail::shrink_to_fit(options, limit, fields, encoder, limits);
  if (!bound) {
    return bound.error();
  }
  if (*bound <= limit) {
    return options;
  }
  std::optional<std::uint64_t> const size = fitting_file_size(options, limit, fields, encoder, limits);
  return error(
      {.code = errc::limit_exceeded,
       .message = fmt::format("an export of these columns to this store takes up to {} bytes of memory "
                              "with one part in flight, and {} are allowed",
                              *bound, limit),
       .advice = size ? fmt::format("allow more, or set max_file_size to {} MiB or less, with which Parquet row "
                                    "groups shrink",
                                    *size / MiB)
                      : "allow more"});
}

COPYTO_COLD std::optional<std::uint64_t> fitting_file_size(export_options options, std::uint64_t limit,
                                                           schema_view fields, any_encoder const& encoder,
                                                           store_limits const& limits) {
  auto const fits = [&](std::uint64_t size) {
    export_options smaller = options;
    smaller.max_file_size = size * MiB;
    result<std::uint64_t> const bound = detail::shrink_to_fit(smaller, limit, fields, encoder, limits);
    return bound && *bound <= limit;
  };
  std::uint64_t low = 0; // fits, if it is not 0
  std::uint64_t high = options.max_file_size / MiB + 1;
  while (high - low > 1) { // the bound does not shrink as files grow
    std::uint64_t const middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low != 0 ? std::optional(low * MiB) : std::nullopt;
}

} // namespace copyto

#endif
