// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_DETAIL_CONTROL_WRITE_HPP
#define COPYTO_COMMIT_DETAIL_CONTROL_WRITE_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/core/error.hpp>
#include <copyto/store/object.hpp>

/// What all conditional writes of a control object have in common.
namespace copyto::detail {

/// Times that an undecided conditional write is repeated, each after a look at what is there. The store
/// has its own retries below this.
inline constexpr int control_rounds = 5;

[[nodiscard]] inline object_options control_options(control_record const& record) {
  // No charset: some servers (Jetty) write it their own way before they look at the signature.
  return {.content_type = "text/plain", .token = record.export_id, .default_class = true};
}

/// Whether a conditional write was refused for the state it found, or may have been answered falsely so.
[[nodiscard]] inline bool lost_or_refused(error const& e) {
  return e.is(errc::precondition_failed) || e.is(errc::not_found) || e.in_doubt();
}

} // namespace copyto::detail

#endif
