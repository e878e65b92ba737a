// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_CONTROL_OBJECT_HPP
#define COPYTO_COMMIT_CONTROL_OBJECT_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/commit/place.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

namespace detail {
enum class control_standing : std::uint8_t;
}

/// The control object of one export, from claim to deletion: who may write to a place, and the one decision between
/// commit and abort.
///
/// Commit and abort are each ONE conditional write that replaces the claim, so that exactly one wins,
/// whoever else is at it and however slow anybody is. Where the store has no conditional writes, or the
/// credentials may not use them, the object is read just before it is written, or its tag is listed where it
/// may not be read; of two writers, one of which writes within that window of the other, both can believe that
/// they won, and both publish (tests/contract/window.cpp). Where it is not known whether it has them, the claim is
/// written twice more, with conditions that must fail and the same contents: a store that takes these
/// writes ignores conditions.
class control_object {
public:
  /// `claim` says who and when; its state is set here.
  control_object(store_ref store, export_place place, control_record claim);

  /// Probes the right to delete, creates the object, and looks at what else is there, as the record's mode asks:
  /// `error`, nothing may be; `append`, no export that wants the place for itself; `replace`, the keys are kept for the
  /// commit record, some hundred bytes each. Where nobody knows what the store can, it is tried (`probe_operations`).
  /// After an error nothing of ours is left, or the error says so. errc::claimed, errc::not_empty.
  [[nodiscard]] result<void> claim(std::stop_token stop);

  /// What `claim` looks at, by itself; `claimed`: the control object that stands is ours.
  [[nodiscard]] result<void> survey(bool claimed, std::stop_token const& stop);

  /// Of the keys that were there, `replace` deletes only those for which this is true; before `commit`.
  void narrow(std::function<bool(std::string_view key)> const& replaces);

  /// Replaces the claim by a commit record. Once its first request is out, the outcome is one of:
  /// success; errc::claim_lost, somebody else decided; errc::in_doubt, it is not known, and nothing may
  /// be aborted; any other error, the record was certainly not written.
  [[nodiscard]] result<void> commit(std::vector<control_file> files);

  /// Whether the object still is our claim: errc::claim_lost where somebody else aborted the export.
  [[nodiscard]] result<void> check_held(std::stop_token const& stop);

  /// Whether the object still is ours, in whatever state; as long as it is, no other export begins in its place. Where
  /// the store can neither read nor list, nobody could tell: true.
  [[nodiscard]] result<bool> stands();

  /// Deletes the object if it still is ours.
  [[nodiscard]] result<void> remove();

  [[nodiscard]] control_record const& record() const noexcept { return record_; }
  /// What the store honours, where `claim` has found out that it ignores conditions; nothing: it was known, or it honours
  /// all.
  [[nodiscard]] std::optional<conditions> ignored() const noexcept { return lacks_; }

private:
  /// What stands in the object's place. Who may not read it, but list, still sees by its tag whether it has changed.
  struct standing {
    bool there = false;
    std::optional<control_record> record = std::nullopt; ///< where it can be read
    std::string tag = {};
  };
  [[nodiscard]] result<standing> read_standing(std::stop_token const& stop);
  /// Whose that is; only a tag that is known can tell where there is no record.
  [[nodiscard]] detail::control_standing kind_of(standing const& found) const;
  [[nodiscard]] bool is_ours(standing const& found) const;
  [[nodiscard]] error held_by(standing const& other) const;
  [[nodiscard]] error lost_to(standing const& other) const;
  [[nodiscard]] result<void> create(std::stop_token const& stop);
  [[nodiscard]] result<void> find_conditions(std::string_view body, std::stop_token const& stop);
  [[nodiscard]] result<void> check_unused(std::stop_token const& stop);
  /// Makes the record that of a commit; its text.
  [[nodiscard]] std::string make_commit_record(std::vector<control_file> files);
  /// After a commit record was sent and nothing stands there: whether its first file is visible.
  [[nodiscard]] result<bool> first_file_is_visible() const;

  store_ref store_;
  export_place place_;
  control_record record_;
  conditions conditions_; ///< what the store honours, once the claim stands
  std::optional<conditions> lacks_ = std::nullopt;
  bool readable_ = true; ///< false once the store has refused it
  std::string tag_;      ///< of what we wrote last, as the store has it
};

/// The same error, with the command that clears what the clean-up could not.
[[nodiscard]] error leaving_behind(error const& why, store_ref store, export_place const& place);

/// A control object as it was found.
struct found_control {
  control_record record = {};
  std::string tag = {};
};

/// Reads the control object of a prefix; nothing if there is none.
[[nodiscard]] result<std::optional<found_control>> read_control(store_ref store, export_place const& place,
                                                                std::stop_token stop);

/// The control objects at a prefix, the exclusive one and those of exports that append: where they stand. One listing.
[[nodiscard]] result<std::vector<export_place>> controls_at(store_ref store, std::string_view prefix,
                                                            std::stop_token const& stop);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/control_object.ipp>
#endif

#endif
