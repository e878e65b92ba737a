// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_PLAN_IPP
#define COPYTO_EXPORT_IMPL_PLAN_IPP

#include <copyto/export/plan.hpp>

#include <copyto/export/last_file.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/upload/part_plan.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>

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

COPYTO_DECL export_place place_of(export_options const& options) {
  if (!options.key.empty()) {
    return export_place::key(options.key);
  }
  return options.mode == if_exists::append ? export_place::shared(options.prefix, options.export_id)
                                           : export_place(options.prefix);
}

COPYTO_DECL result<export_names> names_of(export_options const& options, std::string_view extension, utc_time start) {
  auto const refuse = [](std::string message, std::string advice) {
    return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
  };
  auto const with_manifest = [&](export_place place, name_template bound) -> result<export_names> {
    if (options.last == nullptr) {
      return export_names(std::move(place), std::move(bound));
    }
    std::string key(options.last->key());
    if (key.empty()) {
      key = place.manifest(options.export_id);
    }
    export_names made(std::move(place), std::move(bound), key);
    export_names const without(made.place(), made.names());
    if (!key.starts_with(made.place().stem()) || key.ends_with('/') || export_place::is_control(key) ||
        without.is_file(key)) {
      return refuse(fmt::format("`{}` cannot be the manifest's key", key),
                    fmt::format("it begins with `{}`, and is not what a file or a control object is called",
                                made.place().stem()));
    }
    return made;
  };
  if (!options.key.empty()) {
    if (!options.prefix.empty() || !options.names.empty()) {
      return refuse("an export goes to one key, or to names below a prefix", "give one of them");
    }
    if (options.key.ends_with('/')) {
      return refuse("a key that ends with a slash is no file", "leave the slash out, or give a prefix");
    }
    if (options.as_they_close && options.mode == if_exists::replace) {
      return refuse("files that become visible as they close cannot replace what is there", "commit at the end");
    }
    if (options.mode == if_exists::append) {
      return refuse("one key cannot be appended to", "give a prefix, or replace what is there");
    }
    if (!options.control_object) {
      return refuse("an export to one key needs its control object", "give a prefix, and append");
    }
    return with_manifest(place_of(options), name_template());
  }
  result<name_template> const names =
      name_template::parse(options.names.empty() ? name_template::standard : std::string_view(options.names));
  if (!names) {
    return names.error();
  }
  if (!options.single_file && !names->has("{file}")) {
    return refuse(fmt::format("all files would be called `{}`", names->text()), "add {file}, or ask for a single file");
  }
  if (options.mode != if_exists::error && !names->has("{id}")) {
    return refuse(fmt::format("`{}` may be the name of a file that is there already", names->text()),
                  "add {id}, which is another one in every export");
  }
  if (options.as_they_close && options.mode == if_exists::replace) {
    return refuse("files that become visible as they close cannot replace what is there",
                  "append, or commit at the end");
  }
  if (!options.control_object && options.mode != if_exists::append) {
    return refuse("only an export that appends can do without a control object", "append, or leave the option out");
  }
  return with_manifest(place_of(options), names->bind(options.export_id, extension, start));
}

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
  if (options.max_file_rows == 0) {
    return refuse("max_file_rows must be at least 1 row");
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
  if (result<export_names> const names = names_of(options, encoder.extension(), {}); !names) {
    return names.error();
  }
  if (result<void> checked = encoder.check(fields, options.max_file_size); !checked) {
    return checked;
  }
  if (result<part_plan> plan = plan_parts(limits, options.max_file_size, options.part_size); !plan) {
    return plan.error();
  }
  return {};
}

COPYTO_DECL result<planned_export> plan_export(schema_view fields, any_encoder const& encoder, store_ref store,
                                               export_options const& options) {
  store_limits const limits = store.limits();
  if (result<void> checked = check_export(fields, encoder, limits, options); !checked) {
    return checked.error();
  }
  utc_time const start = system_clock().now();
  export_options ours = options;
  if (ours.export_id.empty()) {
    ours.export_id = make_export_id(start);
  }
  export_names names = names_of(ours, encoder.extension(), start).value();
  for (std::string const& longest :
       {names.file(0, 99'999), names.manifest(), names.place().control(), names.place().probe(ours.export_id)}) {
    if (longest.size() > limits.max_key) {
      return error({.code = errc::limit_exceeded,
                    .message = fmt::format("keys would be longer than the store's limit of {} bytes", limits.max_key),
                    .key = store.uri(longest),
                    .advice = "choose a shorter prefix, or shorter names"});
    }
  }
  part_plan const plan = plan_parts(limits, options.max_file_size, options.part_size).value();
  return planned_export{.options = std::move(ours), .names = std::move(names), .plan = plan, .start = start};
}

} // namespace copyto

#endif
