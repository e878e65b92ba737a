// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_PUSHED_RUN_HPP
#define COPYTO_EXPORT_DETAIL_PUSHED_RUN_HPP

#include <copyto/export/detail/run.hpp>

#include <optional>
#include <stop_token>

namespace copyto::detail {

/// The export behind a writer. It stays where it is, and begins with the first rows or with `commit`.
///
/// | state | `add` | `commit` | `abort`, and the destructor |
/// |---|---|---|---|
/// | fresh | begins: open, or over | begins, then commits: over | over, no request was made |
/// | open | writes the rows; an error: over | commits: over | throws everything away: over |
/// | over | the error that ended it, or errc::invalid_argument | the same | nothing |
class pushed_run {
public:
  /// Copies the schema; `store` outlives this.
  pushed_run(schema_view fields, any_encoder encoder, store_ref store, export_options options, std::stop_token stop,
             progress_callback on_progress);
  pushed_run(pushed_run const&) = delete;
  pushed_run& operator=(pushed_run const&) = delete;
  ~pushed_run();

  /// Where the next rows go: empty after each `add`, with room for `capacity()` rows.
  [[nodiscard]] batch& rows() noexcept { return rows_; }
  /// Writes the rows that `fill` puts into `rows()`.
  template <class Fill>
  result<void> add(Fill const& fill) {
    if (result<void> ready = begin(); !ready) {
      return ready;
    }
    result<void> added = run_->add(rows_, fill);
    if (!added) {
      end_ = added.error();
      return added;
    }
    run_->make_room(rows_);
    return added;
  }
  result<report> commit();
  /// An error where something is left, or was published as files closed.
  result<void> abort();
  /// Over: what every call answers.
  [[nodiscard]] std::optional<error> const& end() const noexcept { return end_; }
  [[nodiscard]] std::stop_token const& stop() const noexcept { return stop_; }

private:
  [[nodiscard]] result<void> begin();

  schema fields_;
  any_encoder encoder_;
  store_ref store_;
  export_options options_;
  std::stop_token stop_;
  progress_callback on_progress_;
  batch rows_;
  std::optional<planned_export> planned_;
  std::optional<export_run> run_;
  std::optional<error> end_; ///< over: what is answered from now on
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/pushed_run.ipp>
#endif

#endif
