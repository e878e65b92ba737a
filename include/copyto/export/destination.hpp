// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DESTINATION_HPP
#define COPYTO_EXPORT_DESTINATION_HPP

#include <copyto/commit/if_exists.hpp>
#include <copyto/commit/place.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace copyto {

/// Where an export goes, and what becomes of what is there. Made by one of these functions:
///
/// | made by | files | objects that are there | control object |
/// |---|---|---|---|
/// | `into(prefix)` | below the prefix | refuse the export with errc::not_empty | one for the prefix |
/// | `append_to(prefix)` | below the prefix | stay, and other exports may append at the same time | one for each export |
/// | `append_without_control(prefix)` | below the prefix | stay | none |
/// | `replace(prefix)` | below the prefix | are deleted once all new files are visible | one for the prefix |
/// | `replace_partitions(prefix)` | below the prefix | those in the partitions that are written are deleted once all new files are visible; others stay | one for the prefix |
/// | `one_key(key)` | the key, then `<key>_part2`, `<key>_part3`, … | refuse the export with errc::not_empty | one for the key |
/// | `replace_key(key)` | as above | are deleted once all new files are visible | one for the key |
///
/// Prefix: keys begin with it and a slash; slashes at its ends are trimmed; empty: the whole store. Key: further files are
/// numbered as Aurora's aws_s3 does it; what else begins like the key is no concern of the export. Names: a
/// `name_template` with `{file}`, and, where objects may stay or are replaced, with `{id}`; `name_template::standard` if
/// it is not given. They are checked when the export is planned.
class destination {
public:
  /// `into` the whole store.
  destination() = default;

  [[nodiscard]] bool is_key() const noexcept { return is_key_; }
  /// The prefix or the key, as it was given.
  [[nodiscard]] std::string const& target() const noexcept { return target_; }
  /// Template of the files' names; empty: the standard one.
  [[nodiscard]] std::string const& names() const noexcept { return names_; }
  [[nodiscard]] if_exists mode() const noexcept { return mode_; }
  /// Of `replace`: only in the partitions that are written.
  [[nodiscard]] bool only_partitions() const noexcept { return only_partitions_; }
  [[nodiscard]] bool has_control() const noexcept { return has_control_; }
  /// What the control object and the files' keys follow from. Only `append_to` looks at the id.
  [[nodiscard]] export_place place(std::string_view export_id) const {
    return is_key_                      ? export_place::key(target_)
           : mode_ == if_exists::append ? export_place::shared(target_, export_id)
                                        : export_place(target_);
  }

  friend destination into(std::string prefix, std::string names);
  friend destination append_to(std::string prefix, std::string names);
  friend destination append_without_control(std::string prefix, std::string names);
  friend destination replace(std::string prefix, std::string names);
  friend destination replace_partitions(std::string prefix, std::string names);
  friend destination one_key(std::string key);
  friend destination replace_key(std::string key);

private:
  destination(std::string target, std::string names, if_exists mode)
      : target_(std::move(target)), names_(std::move(names)), mode_(mode) {}

  std::string target_;
  std::string names_;
  if_exists mode_ = if_exists::error;
  bool is_key_ = false;
  bool has_control_ = true;
  bool only_partitions_ = false;
};

/// Below a prefix where nothing is yet.
[[nodiscard]] inline destination into(std::string prefix, std::string names = {}) {
  return {std::move(prefix), std::move(names), if_exists::error};
}
/// Beside what is below the prefix.
[[nodiscard]] inline destination append_to(std::string prefix, std::string names = {}) {
  return {std::move(prefix), std::move(names), if_exists::append};
}
/// `append_to` for credentials that may do nothing but write. Readers cannot tell when the export is complete; `status`,
/// `resume` and `abort` find nothing; and a failure while the files become visible leaves some of them
/// (errc::in_doubt names which).
[[nodiscard]] inline destination append_without_control(std::string prefix, std::string names = {}) {
  destination to = append_to(std::move(prefix), std::move(names));
  to.has_control_ = false;
  return to;
}
/// In place of all that is below the prefix, which stays untouched until the commit.
[[nodiscard]] inline destination replace(std::string prefix, std::string names = {}) {
  return {std::move(prefix), std::move(names), if_exists::replace};
}
/// In place of what is in the partitions that are written (`export_options::partitions`); other partitions stay as they are.
[[nodiscard]] inline destination replace_partitions(std::string prefix, std::string names = {}) {
  destination to = replace(std::move(prefix), std::move(names));
  to.only_partitions_ = true;
  return to;
}
/// To a key where no object is yet.
[[nodiscard]] inline destination one_key(std::string key) {
  destination to(std::move(key), {}, if_exists::error);
  to.is_key_ = true;
  return to;
}
/// In place of the object at the key, and of its numbered files.
[[nodiscard]] inline destination replace_key(std::string key) {
  destination to = one_key(std::move(key));
  to.mode_ = if_exists::replace;
  return to;
}

} // namespace copyto

#endif
