// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_AWS_CONFIG_IPP
#define COPYTO_AUTH_IMPL_AWS_CONFIG_IPP

#include <copyto/auth/aws_config.hpp>

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
      if (result<void> const taken = take(text.substr(0, end)); !taken) {
        return taken;
      }
      text.remove_prefix(std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size()));
    }
    finish();
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
    finish();
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
  void finish() {
    if (setting_ != nullptr) {
      std::size_t const end = value_.find_last_not_of(" \t\f\v\n") + 1;
      *std::exchange(setting_, nullptr) = secret(std::string_view(value_).substr(0, end));
      secret::wipe(value_.data(), value_.size());
      value_.clear();
    }
  }
  [[nodiscard]] error wrong(std::string_view why) const {
    return error({.code = errc::invalid_argument, .message = fmt::format("line {}: {}", line_, why)});
  }

  sections& sections_;
  std::vector<std::string>& order_;
  aws_config::settings* section_ = nullptr;
  secret* setting_ = nullptr;
  std::string value_;
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
      made.profiles_.insert_or_assign(name, name);
    } else if (auto words = name.starts_with("profile") ? shell_words(name) : std::nullopt;
               words && words->size() == 2) {
      made.profiles_.insert_or_assign(std::move(words->back()), std::move(name));
    }
  }
  return made;
}

COPYTO_COLD aws_config::settings const* aws_config::section(std::string_view name) const {
  auto const found = sections_.find(name);
  return found == sections_.end() ? nullptr : &found->second;
}

COPYTO_COLD aws_config::settings const* aws_config::profile(std::string_view name) const {
  auto const found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : section(found->second);
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
