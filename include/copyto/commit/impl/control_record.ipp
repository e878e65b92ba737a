// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_CONTROL_RECORD_IPP
#define COPYTO_COMMIT_IMPL_CONTROL_RECORD_IPP

#include <copyto/commit/control_record.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace copyto {
namespace detail {

inline constexpr std::string_view control_magic = "copyto-control 1";

/// A word: printable ASCII without spaces; everything else as %XX. The empty word is `%`.
COPYTO_COLD std::string to_word(std::string_view text) {
  std::string word;
  for (char const c : text) {
    if (c > ' ' && c < 0x7f && c != '%') {
      word += c;
    } else {
      word += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return word.empty() ? "%" : word;
}
COPYTO_COLD std::optional<std::string> from_word(std::string_view word) {
  std::string text;
  if (word == "%") {
    return text;
  }
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '%') {
      text += word[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= word.size() ||
        std::from_chars(word.data() + i + 1, word.data() + i + 3, byte, 16).ptr != word.data() + i + 3) {
      return std::nullopt;
    }
    text += static_cast<char>(byte);
    i += 2;
  }
  return text;
}

/// Takes words off the front of a line; remembers whether one was missing or wrong.
class word_reader {
public:
  explicit word_reader(std::string_view line) : rest_(line) {}
  std::string_view next() {
    if (rest_.empty()) {
      ok_ = false;
      return {};
    }
    auto const space = rest_.find(' ');
    std::string_view const word = rest_.substr(0, space);
    rest_.remove_prefix(space == rest_.npos ? rest_.size() : space + 1);
    return word;
  }
  std::string text() {
    auto decoded = from_word(next());
    ok_ = ok_ && decoded.has_value();
    return decoded.value_or(std::string());
  }
  template <class N>
  N number(int base = 10) {
    std::string_view const word = next();
    N value = 0;
    auto const [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    ok_ = ok_ && fault == std::errc() && end == word.data() + word.size();
    return value;
  }
  /// Everything was there and nothing is left.
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

private:
  std::string_view rest_;
  bool ok_ = true;
};

} // namespace detail

COPYTO_COLD std::string_view to_string(control_state state) noexcept {
  switch (state) {
  case control_state::claim: return "claim";
  case control_state::commit: return "commit";
  case control_state::aborting: return "aborting";
  }
  return "";
}

COPYTO_COLD std::uint64_t control_record::rows() const {
  std::uint64_t sum = 0;
  for (control_file const& f : files) {
    sum += f.rows;
  }
  return sum;
}

COPYTO_COLD std::uint64_t control_record::bytes() const {
  std::uint64_t sum = 0;
  for (control_file const& f : files) {
    sum += f.key == manifest ? 0 : f.bytes;
  }
  return sum;
}

COPYTO_COLD std::size_t control_record::file_count() const {
  return files.size() - (manifest.empty() || files.empty() ? 0 : 1);
}

COPYTO_COLD std::string format_control(control_record const& record) {
  std::string text = fmt::format("{}\nstate {}\nexport {}\nstarted {}\nhost {}\nmode {}\nnames {}\nshard {} {}\n",
                                 detail::control_magic, to_string(record.state), detail::to_word(record.export_id),
                                 detail::to_word(record.started), detail::to_word(record.host), to_string(record.mode),
                                 detail::to_word(record.names), record.shard, record.shards);
  if (!record.token.empty()) {
    text += fmt::format("token {}\n", detail::to_word(record.token));
  }
  if (record.as_they_close) {
    text += "publishes as-they-close\n";
  }
  if (!record.manifest.empty()) {
    text += fmt::format("manifest {}\n", detail::to_word(record.manifest));
  }
  for (control_file const& f : record.files) {
    text += fmt::format("file {} {} {} {} {:016x}", detail::to_word(f.key), detail::to_word(f.upload_id), f.rows,
                        f.bytes, f.crc64nvme);
    text += record.shards == 1 ? "\n" : fmt::format(" {}\n", f.shard);
    for (part_tag const& p : f.parts) {
      text += fmt::format("part {} {} {}\n", p.number, p.size, detail::to_word(p.tag));
    }
  }
  for (std::string const& key : record.replaced) {
    text += fmt::format("replaced {}\n", detail::to_word(key));
  }
  text += "end\n";
  return text;
}

COPYTO_COLD result<control_record> parse_control(std::string_view text) {
  control_record record;
  bool magic = false;
  std::size_t number = 0;
  while (!text.empty()) {
    auto const newline = text.find('\n');
    std::string_view const line = text.substr(0, newline);
    text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
    ++number;
    if (!magic) {
      if (line != detail::control_magic) {
        break;
      }
      magic = true;
      continue;
    }
    detail::word_reader words(line);
    std::string_view const name = words.next();
    if (name == "end" && words.done() && text.empty() && newline != text.npos) {
      return record;
    }
    if (name == "state") {
      std::string_view const state = words.next();
      if (state == "commit") {
        record.state = control_state::commit;
      } else if (state == "aborting") {
        record.state = control_state::aborting;
      } else if (state != "claim") {
        break;
      }
    } else if (name == "export") {
      record.export_id = words.text();
    } else if (name == "token") {
      record.token = words.text();
    } else if (name == "started") {
      record.started = words.text();
    } else if (name == "host") {
      record.host = words.text();
    } else if (name == "mode") {
      std::string_view const mode = words.next();
      auto const* const known = std::ranges::find(if_exists_names, mode, [](auto const& n) { return n.first; });
      if (known == if_exists_names.end()) {
        break;
      }
      record.mode = known->second;
    } else if (name == "names") {
      record.names = words.text();
    } else if (name == "publishes") {
      if (words.next() != "as-they-close") {
        break;
      }
      record.as_they_close = true;
    } else if (name == "manifest") {
      record.manifest = words.text();
    } else if (name == "shard") {
      record.shard = words.number<std::uint32_t>();
      record.shards = words.number<std::uint32_t>();
      if (record.shard >= record.shards || record.shards > max_shards || !record.files.empty()) {
        break;
      }
    } else if (name == "file") {
      control_file& f = record.files.emplace_back();
      f.key = words.text();
      f.upload_id = words.text();
      f.rows = words.number<std::uint64_t>();
      f.bytes = words.number<std::uint64_t>();
      f.crc64nvme = words.number<std::uint64_t>(16);
      f.shard = record.shards == 1 ? 0 : words.number<std::uint32_t>();
      if (f.shard >= record.shards) {
        break;
      }
    } else if (name == "replaced") {
      record.replaced.push_back(words.text());
    } else if (name == "part" && !record.files.empty()) {
      part_tag& p = record.files.back().parts.emplace_back();
      p.number = words.number<std::uint32_t>();
      p.size = words.number<std::uint64_t>();
      p.tag = words.text();
    } else {
      break;
    }
    if (!words.done()) {
      break;
    }
  }
  return error({.code = errc::bad_answer,
                .message = fmt::format("the control object is not one that this version can read (line {})", number),
                .advice = "was it written by another program, or a newer version?"});
}

} // namespace copyto

#endif
