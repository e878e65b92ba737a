// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_SOURCE_HPP
#define COPY_TO_SOURCE_HPP

#include "arguments.hpp"

#include <copyto/core/result.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/source/any.hpp>
#include <copyto/source/postgres/types.hpp>
#include <copyto/source/shards.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

namespace copy_to {

/// Rows, and what writes them: rows that the server has formatted are not encoded again.
struct opened_source {
  std::variant<copyto::any_source, copyto::any_shards> rows;
  copyto::any_encoder encoder;
  std::string how = {}; ///< how rows come, for people

  [[nodiscard]] copyto::schema_view schema() const {
    return std::visit([](auto const& source) { return source.schema(); }, rows);
  }
  [[nodiscard]] copyto::size_hint hint() const {
    return std::visit([](auto const& source) { return source.hint(); }, rows);
  }
};

/// Whether a connection URI can be read and holds no password, which everybody on the machine could see in the list of
/// processes. errc::invalid_argument if not; the URI is not in the message.
[[nodiscard]] copyto::result<void> check_connection(std::string const& uri);

/// Reads --numeric: "text" is nullopt, empty the default. errc::invalid_argument if it is neither nor "PRECISION,SCALE".
[[nodiscard]] copyto::result<std::optional<copyto::postgres_decimal>> parse_numeric(std::string_view text);

/// Opens database and query. `watched`: somebody waits for the end, and a cheap estimate of the rows is welcome; a dry
/// run may also count them.
[[nodiscard]] copyto::result<opened_source> open_source(export_arguments const& copy, bool watched,
                                                        std::stop_token const& stop);

} // namespace copy_to

#endif
