// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_AWS_CONFIG_HPP
#define COPYTO_AUTH_AWS_CONFIG_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// The text of ~/.aws/config or ~/.aws/credentials, taken apart as botocore does (and so the AWS CLI), which reads it with
/// Python's configparser:
///
/// | line | is |
/// |---|---|
/// | `[name]` | the beginning of a section, up to the last `]` |
/// | `name = value`, `name: value` | a setting; names in any case, blanks at both ends of a value do not count |
/// | an indented line behind a setting | more of its value, behind a line feed |
/// | `# ...`, `; ...` | a comment; behind a value these signs are part of it |
///
/// Values may be secrets, and none is ever in an error. Thread-safe once made.
class aws_config {
public:
  using settings = std::map<std::string, secret, std::less<>>;

  /// errc::invalid_argument, with the number of the line, for what is no such file: a line that is none of these, a
  /// section or a setting that is there twice.
  [[nodiscard]] static result<aws_config> parse(std::string_view text);

  /// A section by its name as it is written; nullptr: there is none.
  [[nodiscard]] settings const* section(std::string_view name) const;
  /// `[profile NAME]` of the config file, where NAME may be quoted as for a shell (`[profile "my lake"]`), and `[default]`
  /// for "default"; nullptr: there is none.
  [[nodiscard]] settings const* profile(std::string_view name) const { return named("profile", name); }
  /// `[KIND NAME]` likewise: of the kinds "profile", "sso-session" and "services".
  [[nodiscard]] settings const* named(std::string_view kind, std::string_view name) const;

  /// The settings in a value of several lines ("s3 =" with lines below it that are indented); what is none is skipped.
  [[nodiscard]] static settings nested(std::string_view value);

private:
  std::map<std::string, settings, std::less<>> sections_;
  std::map<std::string, std::string, std::less<>> named_; ///< "KIND NAME": its section
};

/// The words of a line as a POSIX shell splits it; nothing: a quotation has no end.
[[nodiscard]] std::optional<std::vector<std::string>> shell_words(std::string_view line);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/aws_config.ipp>
#endif

#endif
