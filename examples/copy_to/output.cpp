// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "output.hpp"

#include <copyto/auth/digest.hpp>

#include <boost/endian/conversion.hpp>
// Boost.JSON without its library; in this translation unit only.
#include <boost/json/src.hpp>
#include <fmt/format.h>

#include <array>
#include <bit>
#include <iterator>

namespace copy_to {
namespace {

namespace json = boost::json;

std::string line(json::object const& object) { return json::serialize(object) + '\n'; }

/// As S3 shows checksums: base64 of the big-endian bytes.
std::string checksum_text(std::uint64_t crc64nvme) {
  auto const bytes = std::bit_cast<std::array<std::byte, 8>>(boost::endian::native_to_big(crc64nvme));
  return copyto::base64(bytes);
}

/// The members that a file has in reports and in commit records alike.
template <class File>
json::object file_json(File const& file) {
  return {{"key", file.key}, {"rows", file.rows}, {"bytes", file.bytes}, {"crc64nvme", checksum_text(file.crc64nvme)}};
}

std::string nothing_text(std::string const& uri) {
  return fmt::format("{}: no export is under way or unfinished; nothing to settle\n", uri);
}
std::string nothing_json() { return line({{"state", "none"}}); }

} // namespace

std::string report_text(copyto::report const& done) {
  return fmt::format("COPY {} rows, {} files, {} bytes\n", done.rows, done.files.size(), done.bytes);
}

std::string report_json(copyto::report const& done) {
  json::array files;
  for (copyto::file_report const& file : done.files) {
    files.push_back(file_json(file));
  }
  return line({{"rows_uploaded", done.rows},
               {"files_uploaded", done.files.size()},
               {"bytes_uploaded", done.bytes},
               {"export_id", done.export_id},
               {"files", std::move(files)}});
}

std::string status_text(std::optional<copyto::export_status> const& status, std::string const& uri) {
  if (!status) {
    return nothing_text(uri);
  }
  copyto::control_record const& control = status->control;
  std::string text = fmt::format("export {}, started {} on {}\n", control.export_id, control.started, control.host);
  auto out = std::back_inserter(text);
  switch (control.state) {
  case copyto::control_state::claim:
    fmt::format_to(out,
                   "under way, or left: it is not committed, and nothing of it is visible\n"
                   "if it does not run any more, `copy_to abort {}` clears it\n",
                   uri);
    break;
  case copyto::control_state::aborting:
    fmt::format_to(out, "being aborted: nothing of it is visible\n`copy_to abort {}` finishes that\n", uri);
    break;
  case copyto::control_state::commit:
    fmt::format_to(out, "committed, but not finished: {} rows, {} files, {} bytes\n", control.rows(),
                   control.files.size(), control.bytes());
    for (std::size_t i = 0; i != status->files.size(); ++i) {
      fmt::format_to(out, "  {:7} {}\n", to_string(status->files[i].state), control.files[i].key);
    }
    fmt::format_to(out, "`copy_to resume {}` finishes it\n", uri);
    break;
  }
  return text;
}

std::string status_json(std::optional<copyto::export_status> const& status) {
  if (!status) {
    return nothing_json();
  }
  copyto::control_record const& control = status->control;
  json::array files;
  for (std::size_t i = 0; i != status->files.size(); ++i) {
    json::object file = file_json(control.files[i]);
    file["state"] = to_string(status->files[i].state);
    files.push_back(std::move(file));
  }
  return line({{"state", to_string(control.state)},
               {"export_id", control.export_id},
               {"started", control.started},
               {"host", control.host},
               {"files", std::move(files)}});
}

std::string resumed_text(std::optional<copyto::report> const& done, std::string const& uri) {
  return done ? fmt::format("export {} is finished\n", done->export_id) + report_text(*done) : nothing_text(uri);
}

std::string resumed_json(std::optional<copyto::report> const& done) {
  return done ? report_json(*done) : nothing_json();
}

std::string aborted_text(std::optional<copyto::aborted_export> const& aborted, std::string const& uri) {
  return aborted ? fmt::format("export {} is aborted: nothing of it is visible, {} uploads were thrown away\n",
                               aborted->control.export_id, aborted->uploads)
                 : nothing_text(uri);
}

std::string aborted_json(std::optional<copyto::aborted_export> const& aborted) {
  if (!aborted) {
    return nothing_json();
  }
  return line({{"state", "aborted"}, {"export_id", aborted->control.export_id}, {"uploads_aborted", aborted->uploads}});
}

} // namespace copy_to
