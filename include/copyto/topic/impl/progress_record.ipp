// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_PROGRESS_RECORD_IPP
#define COPYTO_TOPIC_IMPL_PROGRESS_RECORD_IPP

#include <copyto/topic/detail/progress_record.hpp>

#include <fmt/format.h>

#include <charconv>

namespace copyto::detail {

COPYTO_COLD std::string progress_text(topic_progress const& progress) {
  return fmt::format("copyto-progress 1\nexport {}\ntopic {}\nrows {}\nbytes {}\ndigest {:08x}\n"
                     "started {}\nstate {}\n",
                     progress.export_id, progress.topic, progress.rows, progress.bytes, progress.digest,
                     progress.started, progress.done ? "done" : "open");
}

COPYTO_COLD result<topic_progress> parse_progress(std::string_view text) {
  auto const wrong = [](std::string_view why) {
    return error({.code = errc::bad_answer,
                  .message = fmt::format("a record of the progress topic cannot be read: {}", why),
                  .advice = "give the exports a progress topic of their own"});
  };
  constexpr std::string_view names[] = {"copyto-progress", "export", "topic", "rows",
                                        "bytes",           "digest", "state", "started"};
  constexpr unsigned needed = (1U << (std::size(names) - 1)) - 1; // all but `started`
  std::string_view values[std::size(names)];
  unsigned seen = 0;
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    if (end == text.npos) {
      return wrong("its last line has no end");
    }
    std::string_view const line = text.substr(0, end);
    text.remove_prefix(end + 1);
    std::size_t const blank = line.find(' ');
    for (std::size_t i = 0; i != std::size(names) && blank != line.npos; ++i) {
      if (line.substr(0, blank) == names[i]) {
        values[i] = line.substr(blank + 1);
        seen |= 1U << i;
      }
    }
  }
  if ((seen & needed) != needed) {
    return wrong("a line is missing");
  }
  if (values[0] != "1") {
    return wrong(fmt::format("it is of version {}, and this library knows 1", values[0]));
  }
  topic_progress read{
      .export_id = std::string(values[1]), .topic = std::string(values[2]), .done = values[6] == "done"};
  auto const number = [](std::string_view digits, auto& to, int base) {
    auto const done = std::from_chars(digits.data(), digits.data() + digits.size(), to, base);
    return !digits.empty() && done.ec == std::errc() && done.ptr == digits.data() + digits.size();
  };
  if (!number(values[3], read.rows, 10) || !number(values[4], read.bytes, 10) || !number(values[5], read.digest, 16) ||
      (!values[7].empty() && !number(values[7], read.started, 10)) || (!read.done && values[6] != "open")) {
    return wrong("a number or the state is none");
  }
  return read;
}

} // namespace copyto::detail

#endif
