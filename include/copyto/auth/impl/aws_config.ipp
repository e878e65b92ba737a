// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_AWS_CONFIG_IPP
#define COPYTO_AUTH_IMPL_AWS_CONFIG_IPP

#include <copyto/auth/aws_config.hpp>

#include <copyto/core/utf8.hpp>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace copyto {
namespace detail {

/// What it sets is set in every section that does not set it, and it may be there twice (configparser).
inline constexpr std::string_view default_section = "DEFAULT";

/// Takes a config file apart, line by line. A value is kept until it is whole.
class aws_config_reader {
public:
  using sections = std::map<std::string, aws_config::settings, std::less<>>;

  /// `order` gets the names of the sections as they come.
  aws_config_reader(sections& into, std::vector<std::string>& order) : sections_(into), order_(order) {}
  aws_config_reader(aws_config_reader const&) = delete;
  aws_config_reader& operator=(aws_config_reader const&) = delete;
  ~aws_config_reader() { secret::wipe(value_.data(), value_.size()); }

  result<void> read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
      text.remove_prefix(3);
    }
    while (!text.empty()) {
      std::size_t const end = std::min(text.find_first_of("\r\n"), text.size());
      ++line_;
      if (!valid_utf8(text.substr(0, end))) {
        return wrong("it is not UTF-8");
      }
      if (result<void> taken = take(text.substr(0, end)); !taken) {
        return taken;
      }
      text.remove_prefix(std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size()));
    }
    result<void> done = finish();
    if (!done) {
      return done;
    }
    // A default is wrong where a section takes it over, and nowhere where each sets the same itself.
    for (auto const& [name, why] : of_default_) {
      for (auto const& [section, settings] : sections_) {
        if (section != default_section && !settings.contains(name)) {
          return why;
        }
      }
    }
    return {};
  }

private:
  result<void> take(std::string_view line) {
    constexpr std::string_view blank = " \t\f\v";
    std::size_t const indent = std::min(line.find_first_not_of(blank), line.size());
    std::string_view content = line.substr(indent);
    content = content.substr(0, content.find_last_not_of(blank) + 1);
    if (content.empty()) {
      append({});
      return {};
    }
    if (content.front() == '#' || content.front() == ';') {
      return {};
    }
    if (setting_ != nullptr && indent > indent_) {
      append(content);
      return {};
    }
    if (result<void> done = finish(); !done) {
      return done;
    }
    indent_ = indent;
    if (content.front() == '[' && content.rfind(']') > 1 && content.rfind(']') != content.npos) {
      auto const [at, is_new] = sections_.try_emplace(std::string(content.substr(1, content.rfind(']') - 1)));
      section_ = &at->second;
      order_.push_back(at->first);
      return is_new || at->first == default_section ? result<void>() : wrong("this section is there already");
    }
    if (section_ == nullptr) {
      return wrong("it begins with no section");
    }
    std::size_t const sign = content.find_first_of("=:");
    std::string name(content.substr(0, std::min(sign, content.size())));
    boost::algorithm::trim_right(name);
    if (sign == content.npos || name.empty()) {
      return wrong("this is neither a section, nor a setting, nor a comment");
    }
    boost::algorithm::to_lower(name);
    auto const [at, is_new] = section_->try_emplace(std::move(name));
    name_ = at->first;
    if (!is_new) {
      return wrong("this setting is there already");
    }
    setting_ = &at->second;
    std::string_view const value = content.substr(sign + 1);
    value_ = value.substr(std::min(value.find_first_not_of(blank), value.size()));
    return {};
  }

  /// One more line of the value that is open.
  void append(std::string_view line) {
    if (setting_ != nullptr) {
      std::string longer;
      longer.reserve(value_.size() + line.size() + 1);
      longer.append(value_).append("\n").append(line);
      secret::wipe(value_.data(), value_.size());
      value_ = std::move(longer);
    }
  }
  /// The value is whole. One that begins on the next line is a group of settings (botocore, raw_config_parse).
  result<void> finish() {
    secret* const setting = std::exchange(setting_, nullptr);
    if (setting == nullptr) {
      return {};
    }
    std::string_view const value = std::string_view(value_).substr(0, value_.find_last_not_of(" \t\f\v\n") + 1);
    bool good = true;
    for (std::string_view rest = value.starts_with('\n') ? value : std::string_view(); !rest.empty();) {
      std::string_view const line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      good = good && (line.empty() || line.find('=') != line.npos);
    }
    *setting = secret(value);
    secret::wipe(value_.data(), value_.size());
    value_.clear();
    if (good) {
      return {};
    }
    error why = wrong("above it is a group with a line that is no setting");
    if (order_.back() == default_section) {
      of_default_.emplace_back(name_, std::move(why));
      return {};
    }
    return why;
  }
  [[nodiscard]] error wrong(std::string_view why) const {
    return error({.code = errc::invalid_argument, .message = fmt::format("line {}: {}", line_, why)});
  }

  sections& sections_;
  std::vector<std::string>& order_;
  aws_config::settings* section_ = nullptr;
  secret* setting_ = nullptr;
  std::string value_;
  std::string name_; ///< of the setting
  /// Groups that are wrong in the section of defaults, by the names of their settings.
  std::vector<std::pair<std::string, error>> of_default_;
  std::size_t indent_ = 0; ///< of the last line that was no continuation
  std::size_t line_ = 0;
};

} // namespace detail

COPYTO_COLD result<aws_config> aws_config::parse(std::string_view text) {
  aws_config made;
  std::vector<std::string> order;
  if (result<void> const read = detail::aws_config_reader(made.sections_, order).read(text); !read) {
    return read.error();
  }
  if (auto const defaults = made.sections_.find(detail::default_section); defaults != made.sections_.end()) {
    settings const all = std::move(defaults->second);
    made.sections_.erase(defaults);
    for (auto& [name, set] : made.sections_) {
      set.insert(all.begin(), all.end());
    }
  }
  for (std::string& name : order) { // of two that make one profile, the later one counts
    if (name == "default") {
      made.named_.insert_or_assign("profile default", name);
      continue;
    }
    for (std::string_view const kind : {"profile", "sso-session", "services"}) {
      if (auto words = name.starts_with(kind) ? shell_words(name) : std::nullopt; words && words->size() == 2) {
        made.named_.insert_or_assign(fmt::format("{} {}", kind, words->back()), name);
      }
    }
  }
  return made;
}

COPYTO_COLD aws_config::settings const* aws_config::section(std::string_view name) const {
  auto const found = sections_.find(name);
  return found == sections_.end() ? nullptr : &found->second;
}

COPYTO_COLD aws_config::settings const* aws_config::named(std::string_view kind, std::string_view name) const {
  auto const found = named_.find(fmt::format("{} {}", kind, name));
  return found == named_.end() ? nullptr : section(found->second);
}

COPYTO_COLD aws_config::settings aws_config::nested(std::string_view value) {
  settings found;
  while (!value.empty()) {
    std::string_view const line = value.substr(0, value.find('\n'));
    value.remove_prefix(std::min(line.size() + 1, value.size()));
    if (std::size_t const sign = line.find('='); sign != line.npos) {
      std::string name = boost::algorithm::trim_copy(std::string(line.substr(0, sign)));
      boost::algorithm::to_lower(name);
      std::string text = boost::algorithm::trim_copy(std::string(line.substr(sign + 1)));
      found.insert_or_assign(std::move(name), secret(text));
      secret::wipe(text.data(), text.size());
    }
  }
  return found;
}

COPYTO_COLD std::optional<std::vector<std::string>> shell_words(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  for (std::size_t i = 0; i != line.size(); ++i) {
    char const c = line[i];
    if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!std::exchange(in_word, true)) {
      words.emplace_back();
    }
    if (c == '\\') { // the next character as it is
      if (++i == line.size()) {
        return std::nullopt;
      }
      words.back() += line[i];
    } else if (c == '\'' || c == '"') {
      for (++i; i != line.size() && line[i] != c; ++i) {
        bool const escapes =
            c == '"' && line[i] == '\\' && i + 1 != line.size() && (line[i + 1] == '"' || line[i + 1] == '\\');
        i += escapes ? 1 : 0;
        words.back() += line[i];
      }
      if (i == line.size()) {
        return std::nullopt;
      }
    } else {
      words.back() += c;
    }
  }
  return words;
}

} // namespace copyto

#endif
