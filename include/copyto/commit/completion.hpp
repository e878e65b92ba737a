// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_COMPLETION_HPP
#define COPYTO_COMMIT_COMPLETION_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace copyto {

class control_object;

/// What is known of a file of a commit record.
enum class file_state : std::uint8_t {
  visible, ///< whole, and proven to be this export's
  pending, ///< its upload waits for `resume`
  unknown, ///< the store did not say
  gone,    ///< neither an object nor an upload that could become it: `resume` cannot finish this export
};
[[nodiscard]] std::string_view to_string(file_state state) noexcept;

struct file_outcome {
  file_state state = file_state::pending;
  std::optional<error> why = std::nullopt; ///< not for visible ones
};

/// Whether a file of a commit record is visible, by a HEAD: what `status` shows, and what decides after a Complete that
/// did not succeed. `pending`: there is no object, or one that it is to replace.
[[nodiscard]] file_outcome look_at_file(store_ref store, control_file const& file, control_record const& record,
                                        std::stop_token stop);

/// Completes one upload of a commit record and proves the file visible. Never throws.
[[nodiscard]] file_outcome complete_file(store_ref store, control_file const& file, control_record const& record);

/// Completes the uploads of a commit record, up to `threads` at a time, and proves each file visible; a manifest once all
/// others are. May be repeated. `on_visible(count)` is called on this thread now and then.
[[nodiscard]] std::vector<file_outcome> complete_files(store_ref store, control_record const& record,
                                                       std::uint32_t threads,
                                                       std::function<void(std::uint64_t)> const& on_visible);

/// Deletes the objects that a committed export replaces, up to `threads` at a time; for when all its files are visible.
/// May be repeated. The first error; others are attached to it.
[[nodiscard]] result<void> remove_replaced(store_ref store, control_record const& record, std::uint32_t threads);

/// What follows where these credentials may not list uploads.
enum class unlisted : std::uint8_t {
  refused, ///< an error: others may
  told,    ///< there may be one that is not known of, and a warning says so
  ignored, ///< nothing: all are known
};
/// Uploads of an export that its record does not name.
struct stray_uploads {
  std::uint64_t aborted = 0;
  std::vector<error> warnings = {}; ///< why one may be left, which nobody sees, until a lifecycle rule aborts it
};
/// Aborts the uploads that `names` and the probe of export `export_id` could have begun but that are not in `keep`: those
/// of an export that is given up, or the second one of a request whose first answer was lost. Repeats until none is left.
/// Where the store has no way to list or to abort uploads, nobody can do it, so that is a warning and no error.
///
/// `holds`: whether the place was still held after they were listed; once it is not, uploads there may be of the export that
/// came next, and none is aborted. Empty: no other export gives its files these names.
[[nodiscard]] result<stray_uploads> abort_strays(store_ref store, export_names const& names, std::string_view export_id,
                                                 std::span<control_file const> keep, unlisted rule,
                                                 std::function<result<bool>()> const& holds);

/// What is left to do once `outcomes` are all visible: removes what was replaced, aborts uploads that are not in `keep`,
/// deletes the control object. An error, `unfinished`, says that `resume_export` can finish it.
[[nodiscard]] result<stray_uploads> finish_commit(store_ref store, export_names const& names, control_object& control,
                                                  std::span<file_outcome const> outcomes,
                                                  std::span<control_file const> keep, unlisted rule,
                                                  std::uint32_t threads);

/// errc::in_doubt: the export is committed, but not all of `outcomes` is visible, or the control object
/// is left. Names every key.
[[nodiscard]] error unfinished(store_ref store, export_place const& place, control_record const& record,
                               std::span<file_outcome const> outcomes, std::optional<error> left);

/// The same of an export without a control object, which nobody can finish: errc::in_doubt, or errc::io_failed where none
/// of its files is visible.
[[nodiscard]] error unfinished_without_control(store_ref store, export_place const& place, control_record const& record,
                                               std::span<file_outcome const> outcomes);

/// errc::published_partly: `why` an export of files that become visible as they close has failed, where some are visible,
/// or may be; else `why` itself.
[[nodiscard]] error published_partly(error const& why, store_ref store, export_place const& place,
                                     std::string_view export_id, std::span<file_outcome const> outcomes);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/completion.ipp>
#endif

#endif
