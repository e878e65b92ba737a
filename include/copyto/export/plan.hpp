// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PLAN_HPP
#define COPYTO_EXPORT_PLAN_HPP

#include <copyto/commit/naming.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/error.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/partitioning.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/store/ref.hpp>
#include <copyto/upload/part_plan.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace copyto {

/// The keys of an export. errc::invalid_argument where options do not go together or the names are no good.
/// `partition`: of partitions, as `name_template::bind` takes it; empty: there are none.
[[nodiscard]] result<export_names> names_of(export_options const& options, std::string_view extension, utc_time start,
                                            std::string_view partition = {});

/// An export that could begin.
struct planned_export {
  export_options options = {}; ///< with an export id
  std::string token = {};      ///< of this run, where the id is of the caller's choice (`control_record::token`)
  export_names names;
  part_plan plan = {};
  std::uint32_t shards = 1; ///< that the rows come in
  /// Where rows go that have partitions; nothing: they have none. For one run.
  std::shared_ptr<partition_router> router = nullptr;
  utc_time start = {};
};
/// All that can be said before the first request: schema, names, options against the limits of encoder and store; and
/// what follows from them. `run_export` begins with it. `shards`: that the rows come in.
[[nodiscard]] result<planned_export> plan_export(schema_view fields, any_encoder const& encoder, store_ref store,
                                                 export_options const& options, std::uint32_t shards = 1);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/plan.ipp>
#endif

#endif
