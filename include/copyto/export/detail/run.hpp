// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_RUN_HPP
#define COPYTO_EXPORT_DETAIL_RUN_HPP

#include <copyto/commit/completion.hpp>
#include <copyto/commit/control_object.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/detail/file_stager.hpp>
#include <copyto/export/detail/lane_set.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/export/progress.hpp>
#include <copyto/export/report.hpp>
#include <copyto/source/ref.hpp>
#include <copyto/source/shards.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace copyto::detail {

/// One run. Whatever way it is left, nothing is published but by `end`.
///
///     begin ──► make_room, add ──► ... make_room, add ──► end ──► the report
///       │                  │                       │       │
///       └──────────────────┴── an error, or ───────┘       └── an error, or in doubt
///                              `abandon`
///
/// An error is the end: what was begun is thrown away, and no function may be called but the destructor.
class export_run {
public:
  export_run(schema_view fields, size_hint hint, any_encoder const& encoder, store_ref store,
             planned_export const& planned, std::stop_token stop, progress_callback const& on_progress);

  /// All rows of a source.
  result<report> run(source_ref source);
  /// The same of one that comes in shards.
  result<report> run(shards_ref source);

  /// Claims the place.
  result<void> begin();

  /// Empties a batch, and says how many rows it may take.
  void make_room(batch& rows) const {
    if (planned_.router) {
      rows.clear();
      rows.set_capacity(options_.batch_rows);
    } else {
      stager_.make_room(rows);
    }
  }
  /// The rows of a batch that there was room for, once `fill` has put them into it.
  template <class Fill>
  result<void> add(batch& rows, Fill const& fill) {
    result<void> moved = guarded([&]() -> result<void> {
      if (stop_.stop_requested()) {
        return file_stager::stopped();
      }
      if (result<void> filled = fill(); !filled) {
        return stager_.failed_behind(filled.error());
      }
      if (result<void> added = planned_.router ? planned_.router->add(rows, *this) : stager_.add(rows); !added) {
        return added;
      }
      return each();
    });
    return moved ? moved : give_up(moved.error(), outcomes_);
  }

  /// There are no more rows: commits.
  result<report> end();

  /// What a `partition_router`, which is given rows by `add`, does to send them on (`partition_writer`).
  void begin_part(partition_place& place);
  void make_part_room(batch& rows) const { stager_.make_room(rows); }
  result<void> add_part(batch& rows);
  result<void> end_part();
  result<void> write_parts(shards_ref partitions);

  /// Instead of `end`: throws everything away. What that could not do is attached to `why`.
  [[gnu::cold]] error abandon(error const& why) { return give_up(why, outcomes_); }

private:
  static control_record claim_of(planned_export const& planned);
  /// All files, in the order of their rows; once nothing is under way.
  [[nodiscard]] std::vector<staged_file const*> staged() const;
  [[nodiscard]] std::vector<staged_file const*> in_lanes() const;
  /// By `lane_`. `parts`: shards are partitions, whose places this one has.
  result<void> run_lanes(shards_ref source, std::uint32_t count, partition_router* parts = nullptr);
  /// Ends what is under way: no part may land after it.
  void halt();

  /// The one place where an exception of a user's source, encoder, store or callback ends.
  template <class F>
  static result<void> guarded(F&& body) {
    try {
      return body();
    } catch (...) {
      return caught(errc::source_failed, "the row source or another part of the program threw");
    }
  }

  /// After every batch, and when parts have been stored.
  result<void> each();

  /// As they close: makes the files visible that the store has all of, in their order, so that a manifest is the last.
  result<void> publish_stored();

  /// As they close: all is visible, and only the clean-up is left.
  result<report> finish_published(std::vector<control_file> files);

  [[nodiscard]] error published_partly(error const& why) const {
    return copyto::published_partly(why, store_, names_.place(), record_id(), outcomes_);
  }
  [[nodiscard]] std::string const& record_id() const { return control_.record().export_id; }

  result<report> commit(std::vector<control_file> files);

  /// Without a control object: the files become visible one by one, and nobody but us can finish that.
  result<report> publish(std::vector<control_file> files);

  report reported(control_record const& record);

  /// No rows, and no file was asked for them.
  result<report> nothing_to_commit();

  void warn(error const& what);
  void warn(std::vector<error> const& all);

  /// Whoever may not list uploads can do without as long as every request for one was carried out once.
  [[nodiscard]] unlisted listing_rule() const;
  [[nodiscard]] std::uint64_t uploads_begun() const {
    return store_.counters().since(before_).requests_of(request_kind::create_upload);
  }

  /// Aborts uploads of ours that are not of these files.
  result<stray_uploads> strays_but(std::span<control_file const> keep);
  /// Before the decision: throws our uploads away, then the claim. `why` stays the error; what could not be
  /// cleaned up is attached by name, and the claim then stays, so that `abort` can do the rest. Uploads whose `outcomes`
  /// are visible or unknown are left alone.
  error give_up(error why, std::span<file_outcome const> outcomes = {});

  error with_keys(error const& why) const;

  /// An exception after the record's request may have been sent.
  error doubtful(error const& why) const;

  /// The one function that reports; counters that others keep are read here.
  void tell(export_stage stage);
  /// Adds the time since the last call to the stage that it was spent in.
  void count_time();
  /// Past the decision no exception of the callback may stop us.
  void tell_decided(export_stage stage);

  store_ref store_;
  export_options const& options_;
  export_names const& names_;
  planned_export const& planned_;
  schema_view fields_;  ///< of the source
  schema_view columns_; ///< of the files
  std::stop_token stop_;
  progress_callback const& on_progress_;
  control_object control_;
  part_plan const& plan_;
  any_encoder const& encoder_;
  file_stager stager_;                 ///< of the rows; with shards, of what belongs to none
  std::optional<planned_export> lane_; ///< what each lane may use
  partition_place* place_ = nullptr;   ///< of the partition that is open
  /// Of the shards; of partitions, one for those that were written together.
  std::vector<std::unique_ptr<lane_set>> lanes_;
  progress progress_;
  store_counters before_ = store_.counters(); ///< what others asked
  std::vector<file_outcome> outcomes_;        ///< as they close: of the files that have been completed
  std::vector<error> warnings_;
  std::uint64_t begun_ = 0; ///< uploads, by the claim
  stage_times times_;
  std::chrono::nanoseconds told_ = system_clock().elapsed();
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/run.ipp>
#endif

#endif
