// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_PLAN_IPP
#define COPYTO_EXPORT_IMPL_PLAN_IPP

#include <copyto/export/plan.hpp>

#include <copyto/commit/control_record.hpp>
#include <copyto/core/detail/random_bits.hpp>
#include <copyto/export/last_file.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/upload/part_plan.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace copyto {
namespace detail {

COPYTO_COLD error schema_error(schema_fault fault, schema_view fields) {
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

namespace detail {

/// Every option that can be judged by itself.
COPYTO_COLD result<void> check_options(export_options const& options) {
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
  if (options.threads == 0 || options.threads > 1024) {
    return refuse("threads must be 1 to 1024");
  }
  if (options.connections == 0 || options.connections > 1024) {
    return refuse("connections must be 1 to 1024");
  }
  if (options.batch_rows == 0) {
    return refuse("batch_rows must be at least 1");
  }
  if (!options.export_id.empty() && !valid_export_id(options.export_id)) {
    return refuse("an export id is 1 to 64 letters, digits and `-`");
  }
  return {};
}

inline error refused(std::string message, std::string advice) {
  return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

/// The template of the files' names, if it keeps them apart from each other and from what is there.
inline result<name_template> template_of(export_options const& options) {
  destination const& to = options.to;
  std::string text = to.names().empty() ? std::string(name_template::standard) : to.names();
  bool const parted = options.partitions != nullptr;
  if (parted && text.find("{partition}") == text.npos) {
    text.insert(text.starts_with("{prefix}/") ? 9 : 0, "{partition}/");
  }
  result<name_template> names = name_template::parse(text);
  if (!names) {
    return names;
  }
  if (names->has("{value}") || (!parted && names->has("{partition}"))) {
    return refused(fmt::format("`{}` names partitions, and there are none", names->text()),
                   "say what makes them, or leave {partition} out");
  }
  if (!options.single_file && !names->has("{file}")) {
    return refused(fmt::format("all files would be called `{}`", names->text()),
                   "add {file}, or ask for a single file");
  }
  if (to.mode() != if_exists::error && !names->has("{id}")) {
    return refused(fmt::format("`{}` may be the name of a file that is there already", names->text()),
                   "add {id}, which is another one in every export");
  }
  return names;
}

/// What does not go together with rows that come in several shards.
inline result<void> check_shards(export_options const& options, export_names const& names, any_encoder const& encoder,
                                 std::uint32_t shards) {
  if (shards > max_shards) {
    return refused(fmt::format("the rows come in {} shards, and an export has at most {}", shards, max_shards),
                   "take fewer, larger ones");
  }
  if (shards == 1) {
    return {};
  }
  if (options.single_file || options.to.is_key()) {
    return refused("one file was asked for, and each shard has files of its own",
                   "export into a prefix, or as one shard");
  }
  if (options.as_they_close) {
    return refused(
        "files of shards cannot become visible as they close, since they do not close in the order of the rows",
        "commit at the end, or export as one shard");
  }
  if (encoder.first_file_differs()) {
    return refused("a header in the first file only needs files that are one stream, and each shard has its own",
                   "take a header in every file, or in none, or export as one shard");
  }
  if (!names.names().has("{shard}")) {
    return refused(fmt::format("the files of all shards would be called `{}`", options.to.names()), "add {shard}");
  }
  return {};
}

/// What does not go together with partitions.
inline result<void> check_partitions(export_options const& options, any_encoder const& encoder) {
  if (options.single_file || options.to.is_key()) {
    return refused("one file was asked for, and each partition has files of its own", "export into a prefix");
  }
  if (options.as_they_close) {
    return refused("files of partitions cannot become visible as they close, since more rows may come",
                   "commit at the end");
  }
  if (encoder.first_file_differs()) {
    return refused("a header in the first file only needs files that are one stream, and each partition has its own",
                   "take a header in every file, or in none");
  }
  return {};
}

/// Where keys are paths: that those of the files and of the last one can be, and beside each other.
inline result<void> check_paths(store_ref store, store_limits const& limits, std::string_view file,
                                std::string_view last) {
  if (!limits.keys_are_paths) {
    return {};
  }
  auto const wrong = [&](std::string_view key, std::string message) {
    return error({.code = errc::invalid_argument,
                  .message = std::move(message),
                  .key = store.uri(key),
                  .advice = "choose other names"});
  };
  for (std::string_view const key : {file, last}) {
    for (std::string_view rest = key; !rest.empty();) {
      std::string_view const name = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      if (name.empty() || name == "." || name == ".." || name.size() > limits.max_segment) {
        return wrong(key,
                     fmt::format("a file cannot have this path: each name in it has 1 to {} bytes, and none is `.` "
                                 "or `..`",
                                 limits.max_segment));
      }
    }
  }
  auto const is_above = [](std::string_view one, std::string_view other) {
    return !one.empty() && other.starts_with(one) && other.substr(one.size()).starts_with('/');
  };
  if (is_above(file, last) || is_above(last, file)) {
    return wrong(last, "a file would have the path of a directory of others");
  }
  return {};
}

/// Whether the partitions of two exports have different paths.
inline bool varies_before_partition(name_template const& names) {
  std::string_view const before = std::string_view(names.text()).substr(0, names.text().find("{partition}"));
  constexpr std::string_view varying[] = {"{id}", "{year}", "{month}", "{day}", "{hour}", "{minute}", "{second}"};
  return std::ranges::any_of(varying, [&](std::string_view piece) { return before.find(piece) != before.npos; });
}

/// `names` with the key of the last file.
inline result<export_names> with_last(export_names names, last_file const& last, std::string_view export_id) {
  export_place const& place = names.place();
  std::string const key = !last.key().empty()    ? std::string(last.key())
                          : !last.name().empty() ? place.stem() + std::string(last.name())
                                                 : place.manifest(export_id);
  if (!key.starts_with(place.stem()) || key.ends_with('/') || export_place::is_control(key) || names.is_file(key)) {
    return refused(
        fmt::format("`{}` cannot be the manifest's key", key),
        fmt::format("it begins with `{}`, and is not what a file or a control object is called", place.stem()));
  }
  return export_names(place, names.names(), key);
}

} // namespace detail

COPYTO_COLD result<export_names> names_of(export_options const& options, std::string_view extension, utc_time start,
                                          std::string_view partition) {
  destination const& to = options.to;
  if (options.as_they_close && to.mode() == if_exists::replace) {
    return detail::refused("files that become visible as they close cannot replace what is there",
                           "append, or commit at the end");
  }
  name_template bound;
  if (!to.is_key()) {
    result<name_template> const names = detail::template_of(options);
    if (!names) {
      return names.error();
    }
    if (to.only_partitions() && detail::varies_before_partition(*names)) {
      return detail::refused(
          fmt::format("the template of names \"{}\" has something before {{partition}} that is another "
                      "in each export, so no partition that is there would be replaced",
                      names->text()),
          "put {id} and times behind {partition}/");
    }
    bound = names->bind(options.export_id, extension, start, partition);
  } else if (to.target().empty() || to.target().ends_with('/')) {
    return detail::refused(fmt::format("`{}` is no key of a file", to.target()),
                           "end it with a name, or give a prefix");
  }
  export_names names(to.place(options.export_id), std::move(bound));
  return options.last == nullptr ? std::move(names)
                                 : detail::with_last(std::move(names), *options.last, options.export_id);
}

COPYTO_COLD result<planned_export> plan_export(schema_view fields, any_encoder const& encoder, store_ref store,
                                               export_options const& options, std::uint32_t shards) {
  if (schema_fault const fault = check(fields); fault.rule != schema_rule::ok) {
    return detail::schema_error(fault, fields);
  }
  if (result<void> checked = detail::check_options(options); !checked) {
    return checked.error();
  }
  utc_time const start = system_clock().now();
  export_options ours = options;
  std::string token; // an id that somebody chose may be that of another run, too
  if (ours.export_id.empty()) {
    ours.export_id = make_export_id(start);
  } else {
    token = fmt::format("{}-{:016x}", ours.export_id, detail::random_bits());
  }
  std::shared_ptr<partition_router> router;
  if (options.partitions != nullptr) {
    if (result<void> checked = detail::check_partitions(options, encoder); !checked) {
      return checked.error();
    }
    result<std::shared_ptr<partition_router>> made = options.partitions->route(fields);
    if (!made) {
      return made.error();
    }
    router = *std::move(made);
    fields = router->columns();
  } else if (options.to.only_partitions()) {
    return detail::refused("only partitions are to be replaced, and there are none", "say what makes them");
  }
  result<export_names> names = names_of(ours, encoder.extension(), start, router ? router->pattern() : std::string());
  if (!names) {
    return names.error();
  }
  if (result<void> checked = encoder.check(fields, options.max_file_size); !checked) {
    return checked.error();
  }
  if (result<void> checked = detail::check_shards(options, *names, encoder, shards); !checked) {
    return checked.error();
  }
  store_limits const limits = store.limits();
  result<part_plan> const plan = plan_parts(limits, options.max_file_size, options.part_size);
  if (!plan) {
    return plan.error();
  }
  auto const too_long = [store, max_key = limits.max_key](std::string const& longest) {
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format("keys would be longer than the store's limit of {} bytes", max_key),
                  .key = store.uri(longest),
                  .advice = "choose a shorter prefix, or shorter names"});
  };
  if (router) {
    router->check_places(
        [too_long, limits, shards, store, names = *names](partition_place const& place) -> result<void> {
          std::string const longest = names.file(shards - 1, 99'999, place.values);
          if (longest.size() > limits.max_key) {
            return too_long(longest);
          }
          result<void> const path = detail::check_paths(store, limits, longest, {});
          return path ? path : result<void>(path.error().with([](error_info& info) {
            info.advice = "partition by something shorter, or truncate it";
          }));
        });
  }
  for (std::string const& longest : {names->file(shards - 1, 99'999), names->manifest(), names->place().control(),
                                     names->place().probe(ours.export_id)}) {
    if (longest.size() > limits.max_key) {
      return too_long(longest);
    }
  }
  if (result<void> checked = detail::check_paths(store, limits, names->file(0, 0), names->manifest()); !checked) {
    return checked.error();
  }
  return planned_export{.options = std::move(ours),
                        .token = std::move(token),
                        .names = *std::move(names),
                        .plan = *plan,
                        .shards = shards,
                        .router = std::move(router),
                        .start = start};
}

} // namespace copyto

#endif
