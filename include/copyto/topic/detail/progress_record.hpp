// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_PROGRESS_RECORD_HPP
#define COPYTO_TOPIC_DETAIL_PROGRESS_RECORD_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/topic/report.hpp>

#include <string>
#include <string_view>

namespace copyto::detail {

/// The value of a record in the progress topic, whose key is the export's id: lines of words, as control objects are.
///
///     copyto-progress 1
///     export 20261130T151347Z-9f2c
///     topic orders
///     rows 120000
///     bytes 9321188
///     digest 1a2b3c4d
///     started 1764515627000
///     state open
///
/// `started` may be missing. Later versions may have further lines, which are passed over.
[[nodiscard]] std::string progress_text(topic_progress const& progress);
/// Errors: bad_answer for what is no such record.
[[nodiscard]] result<topic_progress> parse_progress(std::string_view text);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/progress_record.ipp>
#endif

#endif
