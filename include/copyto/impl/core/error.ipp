// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_CORE_ERROR_IPP
#define COPYTO_IMPL_CORE_ERROR_IPP

#include <copyto/core/error.hpp>

#include <fmt/format.h>

#include <iterator>

namespace copyto {

COPYTO_DECL error error::with_suppressed(error later) const {
  return with([&](error_info& info) { info.suppressed.push_back(std::move(later)); });
}

COPYTO_DECL std::string error::message() const {
  error_info const& e = *info_;
  fmt::memory_buffer text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}", e.message.empty() ? to_string(e.code) : std::string_view(e.message));
  if (e.row) {
    fmt::format_to(out, ", row {}", *e.row);
  }
  if (!e.column.empty()) {
    fmt::format_to(out, ", column \"{}\"", e.column);
  }
  if (!e.key.empty()) {
    fmt::format_to(out, " ({}{}{})", e.operation, e.operation.empty() ? "" : " of ", e.key);
  } else if (!e.operation.empty()) {
    fmt::format_to(out, " ({})", e.operation);
  }
  if (e.http_status != 0 || !e.service_code.empty()) {
    fmt::format_to(out, "; the server said {}", e.service_code.empty() ? "status" : e.service_code);
    if (e.http_status != 0) {
      fmt::format_to(out, " {}", e.http_status);
    }
    if (!e.service_text.empty()) {
      fmt::format_to(out, ", \"{}\"", e.service_text);
    }
    if (!e.request_id.empty()) {
      fmt::format_to(out, ", request id {}", e.request_id);
    }
  }
  if (e.attempts > 1) {
    fmt::format_to(out, ", after {} attempts", e.attempts);
  }
  if (!e.advice.empty()) {
    fmt::format_to(out, "; {}", e.advice);
  }
  for (error const& later : e.suppressed) {
    fmt::format_to(out, "\n  also: {}", later.message());
  }
  return fmt::to_string(text);
}

COPYTO_DECL std::string_view to_string(errc code) noexcept {
  switch (code) {
  case errc::invalid_argument: return "invalid_argument";
  case errc::unsupported: return "unsupported";
  case errc::value_out_of_range: return "value_out_of_range";
  case errc::source_failed: return "source_failed";
  case errc::not_empty: return "not_empty";
  case errc::claimed: return "claimed";
  case errc::not_found: return "not_found";
  case errc::access_denied: return "access_denied";
  case errc::bad_credentials: return "bad_credentials";
  case errc::precondition_failed: return "precondition_failed";
  case errc::conflict: return "conflict";
  case errc::no_such_upload: return "no_such_upload";
  case errc::unreachable: return "unreachable";
  case errc::throttled: return "throttled";
  case errc::service_failed: return "service_failed";
  case errc::bad_answer: return "bad_answer";
  case errc::damaged: return "damaged";
  case errc::io_failed: return "io_failed";
  case errc::limit_exceeded: return "limit_exceeded";
  case errc::stopped: return "stopped";
  case errc::claim_lost: return "claim_lost";
  case errc::in_doubt: return "in_doubt";
  case errc::published_partly: return "published_partly";
  }
  return "unknown";
}

COPYTO_DECL std::error_category const& error_category() noexcept {
  struct category final : std::error_category {
    [[nodiscard]] char const* name() const noexcept override { return "copyto"; }
    [[nodiscard]] std::string message(int code) const override {
      return std::string(to_string(static_cast<errc>(code)));
    }
  };
  static category const instance{};
  return instance;
}

} // namespace copyto

#endif
