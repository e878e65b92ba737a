// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_DETAIL_REDACT_HPP
#define COPYTO_HTTP_DETAIL_REDACT_HPP

#include <copyto/core/config.hpp>

#include <string>
#include <string_view>

/// What servers say, before it comes into an error or a log: one line, without secrets.
namespace copyto::detail {

/// A server's text, fit for one line of ours: no control characters, at most 400 bytes.
[[nodiscard]] std::string one_line(std::string text);

/// Takes what must stay secret out of a text that a server made, also where `one_line` has cut it. Leaves
/// it alone if `hidden` is shorter than any key: it would hit by chance.
void redact(std::string& text, std::string_view hidden);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/redact.ipp>
#endif

#endif
