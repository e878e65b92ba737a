// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_DETAIL_CONTROL_WRITE_HPP
#define COPYTO_COMMIT_DETAIL_CONTROL_WRITE_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/core/error.hpp>
#include <copyto/store/object.hpp>

#include <cstdint>
#include <string_view>

/// What all conditional writes of a control object have in common.
namespace copyto::detail {

/// Who writes: a claim creates the object, commit and abort replace the claim.
enum class control_write : std::uint8_t { claim, commit, abort };

/// What stands there now, seen from the export whose object is to be written.
enum class control_standing : std::uint8_t {
  absent,
  claimed,    ///< by this export
  committed,  ///< this export's commit record
  aborting,   ///< this export, given up by somebody
  unreadable, ///< it may not be read, and its tag is not the one that was written last
  foreign,    ///< another export's
};

/// A record that was read there, seen from the run that is `owner`.
[[nodiscard]] inline control_standing standing_of(control_record const& found, std::string_view owner) noexcept {
  if (found.owner() != owner) {
    return control_standing::foreign;
  }
  return found.state == control_state::commit     ? control_standing::committed
         : found.state == control_state::aborting ? control_standing::aborting
                                                  : control_standing::claimed;
}

enum class control_verdict : std::uint8_t {
  write,      ///< undecided: write, on the condition that what stands there is still there
  won,        ///< the write took effect
  lost,       ///< somebody else decided
  files_tell, ///< absent after a commit record was sent: aborted, or committed and finished by `resume`
  look_again, ///< nothing can be told
};

/// Decides a conditional write whose answer was a refusal, or was lost: what stands there now tells. `sent`: an earlier
/// write may yet take effect, whatever later ones are answered. A claim that still stands is written over again, until
/// one of the two writes is answered: with a condition, the second to arrive is refused.
///
///                 claim    commit                       abort
///     absent      write    sent ? files_tell : lost     lost
///     claimed     won      write                        write
///     committed   lost     won                          lost
///     aborting    lost     lost                         won
///     unreadable  lost     sent ? look_again : lost     lost
///     foreign     lost     lost                         lost
[[nodiscard]] constexpr control_verdict judge(control_write what, control_standing found, bool sent) noexcept {
  using enum control_verdict;
  bool const claims = what == control_write::claim;
  bool const commits = what == control_write::commit;
  switch (found) {
  case control_standing::absent: return claims ? write : commits && sent ? files_tell : lost;
  case control_standing::claimed: return claims ? won : write;
  case control_standing::committed: return commits ? won : lost;
  case control_standing::aborting: return what == control_write::abort ? won : lost;
  case control_standing::unreadable: return commits && sent ? look_again : lost;
  case control_standing::foreign: break;
  }
  return lost;
}

/// Times that an undecided conditional write is repeated, each after a look at what is there. The store
/// has its own retries below this.
inline constexpr int control_rounds = 5;

[[nodiscard]] inline object_options control_options(control_record const& record) {
  // No charset: some servers (Jetty) write it their own way before they look at the signature.
  return {.content_type = "text/plain", .token = record.owner(), .default_class = true};
}

/// Whether a conditional write was refused for the state it found, or may have been answered falsely so.
[[nodiscard]] inline bool lost_or_refused(error const& e) {
  return e.is(errc::precondition_failed) || e.is(errc::not_found) || e.in_doubt();
}

} // namespace copyto::detail

#endif
