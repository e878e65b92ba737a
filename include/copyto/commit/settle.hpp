// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_SETTLE_HPP
#define COPYTO_COMMIT_SETTLE_HPP

#include <copyto/commit/completion.hpp>
#include <copyto/commit/control_object.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace copyto {

/// What a place's control object says, and what is known of the files it names.
struct export_status {
  control_record control = {};
  std::vector<file_outcome> files = {};         ///< one for each of `control.files`
  std::vector<pending_upload> uploads = {};     ///< of this export, as far as the store lists them
  std::optional<error> unlisted = std::nullopt; ///< why `uploads` is not all
};

/// Looks at an export that is under way or was left. Nothing: there is no control object, so whatever
/// is there is whole. Changes nothing.
[[nodiscard]] result<std::optional<export_status>> status_of(store_ref store, export_place const& place,
                                                             std::stop_token stop = {});

/// What `resume_export` finished.
struct resumed_export {
  control_record control = {}; ///< its files are visible
  /// What may be left that nobody sees, where the store cannot list or abort uploads.
  std::vector<error> warnings = {};
};

/// Finishes an export that was committed: completes what its record names, proves each file visible, and
/// deletes the control object. Needs no rows. Nothing: there was nothing to settle. errc::claimed where the
/// export is not committed; errc::in_doubt, naming every key, where it could not be finished.
[[nodiscard]] result<std::optional<resumed_export>> resume_export(store_ref store, export_place const& place,
                                                                  std::uint32_t threads = 4);

/// What `abort_export` did.
struct aborted_export {
  control_record control = {};
  std::uint64_t uploads = 0; ///< thrown away
  /// What may be left that nobody sees, where the store cannot list or abort uploads.
  std::vector<error> warnings = {};
};

/// Gives up an export that is not committed, also one that is still running: it will find that it lost, and
/// publish nothing. Nothing: there was nothing to settle. errc::in_doubt where it is committed already.
[[nodiscard]] result<std::optional<aborted_export>> abort_export(store_ref store, export_place const& place);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/settle.ipp>
#endif

#endif
