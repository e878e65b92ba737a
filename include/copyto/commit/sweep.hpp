// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_SWEEP_HPP
#define COPYTO_COMMIT_SWEEP_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/store/ref.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// What an upload that was neither completed nor aborted is to `sweep_uploads`.
enum class sweep_state : std::uint8_t {
  young,    ///< begun less than `older_than` ago: whoever makes it may be at work
  owned,    ///< belongs to the export of a control object, which `resume_export` or `abort_export` settles
  unsure,   ///< whose it is, or how old, cannot be told; `why` says it
  orphaned, ///< nobody's; a sweep that only looks leaves it
  aborted,  ///< was orphaned, and is gone
  failed,   ///< orphaned, and could not be aborted; `why` says it
};
[[nodiscard]] std::string_view to_string(sweep_state state) noexcept;

struct swept_upload {
  pending_upload upload = {};
  sweep_state state = sweep_state::unsure;
  std::string address = {}; ///< owned: what `status`, `resume` and `abort` take, `export_place::address`
  control_state control = control_state::claim; ///< owned: what that says
  std::optional<error> why = std::nullopt;
};

struct sweep_options {
  std::chrono::seconds older_than = std::chrono::hours(24);
  bool abort = false; ///< else orphaned uploads are listed only
};

/// Looks at every upload below `prefix` that was begun and not ended, of this library or of any other program, and
/// aborts those that nobody will finish if asked to. One that a control object below `prefix` or above it names in its
/// record, or whose key is made by its template with its export id, is never touched. Uploads are listed before the
/// control objects are read, and an export claims its prefix before it begins an upload, so none of a running export
/// is taken for an orphan. Memory: some hundred bytes an upload. An error where uploads cannot be listed, or after
/// `stop`; what cannot be aborted is in the result.
[[nodiscard]] result<std::vector<swept_upload>> sweep_uploads(store_ref store, std::string_view prefix,
                                                              sweep_options const& options, utc_time now,
                                                              std::stop_token const& stop = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/sweep.ipp>
#endif

#endif
