// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_ONE_EXPORT_HPP
#define COPY_TO_ONE_EXPORT_HPP

#include "arguments.hpp"
#include "commands.hpp"
#include "source.hpp"
#include "terminal.hpp"
#include "watched_store.hpp"

#include <copyto/commit/place.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/progress.hpp>
#include <copyto/export/report.hpp>
#include <copyto/store/any.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace copy_to {

/// What an export is made of, once its source is open.
struct prepared {
  opened_source source;
  copyto::export_options options;
};
/// Opens the source, and fits the options to it and to --memory-limit.
[[nodiscard]] copyto::result<prepared> prepare(arguments const& given, copyto::store_limits const& limits,
                                               copyto::export_options options, std::stop_token const& stop,
                                               terminal& out);

/// One export, from its options to the report.
class one_export {
public:
  one_export(arguments given, copyto::any_store store);

  /// --if-exists skip: whether a finished export is there. One that was committed and then cut off is finished; one that
  /// was not committed is given up, so that its rows can be exported anew.
  [[nodiscard]] copyto::result<bool> is_there(std::stop_token const& stop, terminal& out);
  /// `said` is called with each warning once, at the time.
  [[nodiscard]] copyto::result<copyto::report> run(std::stop_token const& stop, copyto::progress_callback const& show,
                                                   std::function<void(std::string const&)> const& said, terminal& out);
  /// The SQL that --print-load asks for, or nothing, for which the reason is said.
  [[nodiscard]] std::string load(copyto::report const& done, terminal& out) const;

  /// The status after a failure, and what is to be said of it.
  [[nodiscard]] exit_status status(copyto::error const& why) const;
  [[nodiscard]] std::string text(copyto::error const& why) const;
  /// The status, and what is left, if the program ends right now. Thread-safe.
  [[nodiscard]] exit_status status_now() const { return notes_->decided() ? exit_in_doubt : exit_failed; }
  [[nodiscard]] std::string left_behind() const;

  [[nodiscard]] arguments const& given() const noexcept { return given_; }
  /// The URI that it goes to.
  [[nodiscard]] std::string address() const;

private:
  arguments given_;
  copyto::any_store store_;
  /// The id is made here, so that the control object's name and what is left are known whenever a signal comes.
  copyto::export_options options_;
  copyto::export_place place_;
  std::shared_ptr<ledger> notes_ = std::make_shared<ledger>();
};

} // namespace copy_to

#endif
