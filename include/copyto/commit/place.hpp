// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_PLACE_HPP
#define COPYTO_COMMIT_PLACE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copyto {

/// Where an export writes, and so where its control object stands:
///
/// | place | files | control object |
/// |---|---|---|
/// | a prefix | below "<prefix>/" | <prefix>/_copyto.INCOMPLETE |
/// | a prefix that exports share (`append`) | below "<prefix>/", with the export id in their names | <prefix>/_copyto.<export id>.INCOMPLETE |
/// | one key | the key, then <key>_part2, <key>_part3, … as Aurora's aws_s3 calls them | <key>_copyto.INCOMPLETE |
class export_place {
public:
  /// All below a prefix, without slashes at its ends; empty: the whole store.
  export_place(std::string_view prefix); // NOLINT(google-explicit-constructor): a prefix is a place
  export_place(char const* prefix)       // NOLINT(google-explicit-constructor): see above
      : export_place(std::string_view(prefix)) {}
  export_place(std::string const& prefix) // NOLINT(google-explicit-constructor): see above
      : export_place(std::string_view(prefix)) {}
  [[nodiscard]] static export_place key(std::string_view key);
  /// The prefix `prefix` as the export `export_id`, which appends to it, sees it.
  [[nodiscard]] static export_place shared(std::string_view prefix, std::string_view export_id);

  [[nodiscard]] bool is_key() const noexcept { return is_key_; }
  [[nodiscard]] bool is_shared() const noexcept { return !shared_by_.empty(); }
  /// What every key here begins with: "<prefix>/", or the key.
  [[nodiscard]] std::string const& stem() const noexcept { return stem_; }
  /// The object that stands while an export is under way.
  [[nodiscard]] std::string control() const;
  /// A key that is never written: deleting it shows whether deleting is allowed.
  [[nodiscard]] std::string probe(std::string_view export_id) const;
  /// Where a manifest stands unless it is told.
  [[nodiscard]] std::string manifest(std::string_view export_id) const;
  /// Whether `key` is one of ours that is no data: it begins with `stem()` and "_copyto.".
  [[nodiscard]] bool is_own_name(std::string_view key) const;
  /// Whether `key` is the control object of an export, here or at any other place.
  [[nodiscard]] static bool is_control(std::string_view key);
  /// The place below `prefix`, exclusive or shared, whose control object is `key`; nothing: there is none.
  [[nodiscard]] static std::optional<export_place> of_control(std::string_view prefix, std::string_view key);
  /// Whether `key` belongs to what is here; of one key, it and its `_partN`.
  [[nodiscard]] bool holds(std::string_view key) const;
  /// File `number`, from 0, of a place that is one key.
  [[nodiscard]] std::string numbered(std::uint32_t number) const;
  /// The place as a command line names it: its URI, and the option for a shared one.
  [[nodiscard]] std::string address(store_ref store) const;

private:
  std::string stem_;
  std::string shared_by_;
  bool is_key_ = false;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/place.ipp>
#endif

#endif
