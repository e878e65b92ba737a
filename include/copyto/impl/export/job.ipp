// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_JOB_IPP
#define COPYTO_IMPL_EXPORT_JOB_IPP

#include <copyto/export/detail/run.hpp>
#include <copyto/export/job.hpp>
#include <copyto/export/naming.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/upload/part_plan.hpp>

#include <fmt/format.h>

#include <exception>

namespace copyto {
namespace detail {

COPYTO_DECL error schema_error(schema_fault fault, schema_view fields) {
  error_info info{.code = errc::invalid_argument, .message = std::string(to_string(fault.rule))};
  if (fault.column < fields.size()) {
    info.column = fields[fault.column].name;
    if (info.column.empty()) {
      info.message += fmt::format(" (column number {})", fault.column + 1);
    }
  }
  info.advice = fault.rule == schema_rule::duplicate_name || fault.rule == schema_rule::empty_name
                    ? "give the columns names of their own, in SQL with AS"
                    : "";
  return error(std::move(info));
}

} // namespace detail

COPYTO_DECL result<void> check_export(schema_view fields, any_encoder const& encoder, store_limits const& limits,
                                      export_options const& options) {
  if (schema_fault const fault = check(fields); fault.rule != schema_rule::ok) {
    return detail::schema_error(fault, fields);
  }
  auto const refuse = [](std::string message) {
    return error({.code = errc::invalid_argument, .message = std::move(message)});
  };
  if (options.max_file_size == 0) {
    return refuse("max_file_size must be at least 1 byte");
  }
  if (options.parts_in_flight == 0 || options.parts_in_flight > 1000) {
    return refuse("parts_in_flight must be 1 to 1000");
  }
  if (options.batch_rows == 0) {
    return refuse("batch_rows must be at least 1");
  }
  if (!options.export_id.empty() && !valid_export_id(options.export_id)) {
    return refuse("an export id is 1 to 64 letters, digits and `-`");
  }
  if (result<void> checked = encoder.check(fields, options.max_file_size); !checked) {
    return checked;
  }
  if (result<part_plan> plan = plan_parts(limits, options.max_file_size, options.part_size); !plan) {
    return plan.error();
  }
  return {};
}

COPYTO_DECL result<report> run_export(source_ref source, any_encoder const& encoder, store_ref store,
                                      export_options const& options, std::stop_token stop,
                                      progress_callback const& on_progress) {
  try {
    store_limits const limits = store.limits();
    if (result<void> checked = check_export(source.schema(), encoder, limits, options); !checked) {
      return checked.error();
    }
    std::string id = options.export_id.empty() ? make_export_id(system_clock().now()) : options.export_id;
    export_names names(options.prefix, std::move(id), std::string(encoder.extension()));
    if (std::string const longest = names.file(0, 99'999); longest.size() > limits.max_key) {
      return error({.code = errc::limit_exceeded,
                    .message = fmt::format("keys would be longer than the store's limit of {} bytes", limits.max_key),
                    .key = store.uri(longest),
                    .advice = "choose a shorter prefix"});
    }
    part_plan const plan = plan_parts(limits, options.max_file_size, options.part_size).value();
    return detail::export_run(source, encoder, store, options, std::move(names), plan, std::move(stop), on_progress)
        .run();
  } catch (failure const& f) {
    return f.error();
  } catch (std::exception const& e) {
    return error(
        {.code = errc::source_failed, .message = std::string("the export ended with an exception: ") + e.what()});
  }
}

} // namespace copyto

#endif
