// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_WATCHED_STORE_HPP
#define COPY_TO_WATCHED_STORE_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/store/any.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copy_to {

/// What an export has open in its store. Thread-safe.
class ledger {
public:
  void opened(std::string upload_id, std::string_view key) {
    std::scoped_lock const lock(mutex_);
    uploads_.emplace(std::move(upload_id), key);
  }
  void closed(std::string_view upload_id) {
    std::scoped_lock const lock(mutex_);
    if (auto const found = uploads_.find(upload_id); found != uploads_.end()) {
      uploads_.erase(found);
    }
  }
  void wrote_control(copyto::control_state state) {
    std::scoped_lock const lock(mutex_);
    claimed_ = true;
    decided_ = decided_ || state == copyto::control_state::commit;
  }
  /// From here on files may be visible.
  void decide() {
    std::scoped_lock const lock(mutex_);
    decided_ = true;
  }
  void removed_control() {
    std::scoped_lock const lock(mutex_);
    claimed_ = false;
  }
  /// Keys of the uploads that are neither completed nor aborted.
  [[nodiscard]] std::vector<std::string> open_keys() const {
    std::scoped_lock const lock(mutex_);
    std::vector<std::string> keys;
    keys.reserve(uploads_.size());
    for (auto const& [id, key] : uploads_) {
      keys.push_back(key);
    }
    return keys;
  }
  /// Whether the control object may be there.
  [[nodiscard]] bool claimed() const {
    std::scoped_lock const lock(mutex_);
    return claimed_;
  }
  /// Whether the commit record, or without one the first completion, was sent: from then on the export may be committed,
  /// whatever was answered.
  [[nodiscard]] bool decided() const {
    std::scoped_lock const lock(mutex_);
    return decided_;
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> uploads_;
  bool claimed_ = false;
  bool decided_ = false;
};

/// A store that writes down what an export opens and closes, so that a program which has to end before the clean-up
/// has can name what it leaves.
class watched_store {
public:
  /// `control` is the key of the export's control object.
  watched_store(copyto::any_store store, std::string control, std::shared_ptr<ledger> notes)
      : store_(std::move(store)), control_(std::move(control)), notes_(std::move(notes)) {}

  [[nodiscard]] copyto::store_limits limits() const { return store_.limits(); }
  [[nodiscard]] std::string uri(std::string_view key) const { return store_.uri(key); }
  [[nodiscard]] copyto::conditions put_conditions() const { return store_.put_conditions(); }
  [[nodiscard]] copyto::store_counters counters() const { return store_.counters(); }
  [[nodiscard]] bool reads() const { return store_.reads(); }
  [[nodiscard]] bool lists() const { return store_.lists(); }
  [[nodiscard]] bool deletes() const { return store_.deletes(); }

  copyto::result<std::string> put(std::string_view key, copyto::bytes_view body, copyto::object_options const& options,
                                  copyto::put_condition const& condition, std::stop_token stop) {
    if (key != control_) {
      return store_.put(key, body, options, condition, std::move(stop));
    }
    // Written down before it is sent: the answer may never come.
    bool const stood = notes_->claimed();
    copyto::result<copyto::control_record> const record = copyto::parse_control(copyto::as_text(body));
    notes_->wrote_control(record ? record->state : copyto::control_state::commit);
    copyto::result<std::string> tag = store_.put(key, body, options, condition, std::move(stop));
    if (!tag && !tag.error().in_doubt() && !stood) {
      notes_->removed_control(); // refused: what stands there is somebody else's
    }
    return tag;
  }
  copyto::result<std::string> create_upload(std::string_view key, copyto::object_options const& options,
                                            std::stop_token stop) {
    copyto::result<std::string> id = store_.create_upload(key, options, std::move(stop));
    if (id) {
      notes_->opened(*id, key);
    }
    return id;
  }
  copyto::result<copyto::part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number,
                                            copyto::part_body body, std::stop_token stop) {
    return store_.put_part(key, upload_id, number, body, std::move(stop));
  }
  copyto::result<std::string> complete(std::string_view key, std::string_view upload_id,
                                       std::span<copyto::part_tag const> parts, copyto::put_condition const& condition,
                                       std::stop_token stop) {
    notes_->decide();
    copyto::result<std::string> tag = store_.complete(key, upload_id, parts, condition, std::move(stop));
    if (tag) {
      notes_->closed(upload_id);
    }
    return tag;
  }
  copyto::result<void> abort(std::string_view key, std::string_view upload_id) {
    copyto::result<void> aborted = store_.abort(key, upload_id);
    if (aborted) {
      notes_->closed(upload_id);
    }
    return aborted;
  }
  copyto::result<copyto::object_info> head(std::string_view key, std::stop_token stop) {
    return store_.head(key, std::move(stop));
  }
  copyto::result<copyto::object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop) {
    return store_.get(key, max_size, std::move(stop));
  }
  copyto::result<copyto::page<copyto::object_info>> list(std::string_view prefix, std::string_view from,
                                                         std::stop_token stop) {
    return store_.list(prefix, from, std::move(stop));
  }
  copyto::result<copyto::page<copyto::pending_upload>> list_uploads(std::string_view prefix, std::string_view from,
                                                                    std::stop_token stop) {
    return store_.list_uploads(prefix, from, std::move(stop));
  }
  copyto::result<copyto::page<copyto::part_tag>> list_parts(std::string_view key, std::string_view upload_id,
                                                            std::string_view from, std::stop_token stop) {
    return store_.list_parts(key, upload_id, from, std::move(stop));
  }
  copyto::result<void> remove(std::string_view key, std::stop_token stop) {
    copyto::result<void> removed = store_.remove(key, std::move(stop));
    if (removed && key == control_) {
      notes_->removed_control();
    }
    return removed;
  }

private:
  copyto::any_store store_;
  std::string control_;
  std::shared_ptr<ledger> notes_;
};
static_assert(copyto::ObjectStore<watched_store> && copyto::KnowsRefinements<watched_store>);

} // namespace copy_to

#endif
