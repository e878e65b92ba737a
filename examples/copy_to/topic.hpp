// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_TOPIC_HPP
#define COPY_TO_TOPIC_HPP

#include "arguments.hpp"
#include "output.hpp"
#include "terminal.hpp"

#include <copyto/core/result.hpp>

#include <boost/program_options/variables_map.hpp>

#include <memory>
#include <string_view>

namespace copy_to {

/// Whether --to, or the URI of a command, is a topic: kafka://host:port[,host:port...]/topic.
[[nodiscard]] bool is_topic(std::string_view uri) noexcept;

/// Options that only topics have, by their names.
[[nodiscard]] std::string_view first_topic_option(boost::program_options::variables_map const& given);

/// Reads URI and options of a topic; --from and the like have been read. errc::invalid_argument names the option, also one that
/// has no effect on a topic.
[[nodiscard]] copyto::result<std::shared_ptr<topic_arguments const>>
read_topic(boost::program_options::variables_map const& given, std::string const& uri, command what);

/// Exports into the topic, or does what the command says.
[[nodiscard]] exit_status run_topic(arguments const& given, terminal& out);

} // namespace copy_to

#endif
