// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_IMPL_ERROR_IPP
#define COPYTO_CORE_IMPL_ERROR_IPP

#include <copyto/core/error.hpp>

#include <fmt/format.h>

namespace copyto {

COPYTO_COLD error error::with_suppressed(error later) const {
  return with([&](error_info& info) { info.suppressed.push_back(std::move(later)); });
}

COPYTO_COLD std::string error::message() const {
  error_info const& e = *info_;
  std::string text = e.message.empty() ? std::string(to_string(e.code)) : e.message;
  if (e.row) {
    text += fmt::format(", row {}", *e.row);
  }
  if (e.shard) {
    text += fmt::format("{} {}", e.row ? " of shard" : ", shard", *e.shard);
  }
  if (!e.column.empty()) {
    text += fmt::format(", column \"{}\"", e.column);
  }
  if (!e.key.empty()) {
    text += fmt::format(" ({}{}{})", e.operation, e.operation.empty() ? "" : " of ", e.key);
  } else if (!e.operation.empty()) {
    text += fmt::format(" ({})", e.operation);
  }
  if (e.http_status != 0 || !e.service_code.empty() || !e.service_text.empty()) {
    std::string said(e.service_code);
    if (e.http_status != 0) {
      said += fmt::format("{} {}", said.empty() ? "status" : "", e.http_status);
    }
    if (!e.service_text.empty()) {
      said += fmt::format("{}\"{}\"", said.empty() ? "" : ", ", e.service_text);
    }
    text += "; the server said " + said;
    if (!e.request_id.empty()) {
      text += fmt::format(", request id {}", e.request_id);
    }
  }
  if (e.attempts > 1) {
    text += fmt::format(", after {} attempts", e.attempts);
  }
  if (!e.advice.empty()) {
    text += fmt::format("; {}", e.advice);
  }
  for (error const& later : e.suppressed) {
    text += fmt::format("\n  also: {}", later.message());
  }
  return text;
}

COPYTO_COLD std::string_view to_string(errc code) noexcept {
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

COPYTO_COLD error caught(errc code, std::string_view what) {
  std::string said = "something that is no std::exception";
  try {
    throw;
  } catch (failure const& f) {
    return f.error();
  } catch (std::exception const& e) {
    said = e.what();
  } catch (...) { // NOLINT(bugprone-empty-catch): `said` is what there is to say
  }
  return error({.code = code, .message = fmt::format("{}: {}", what, said)});
}

COPYTO_COLD std::error_category const& error_category() noexcept {
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
