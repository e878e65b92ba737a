// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_CONTROL_RECORD_HPP
#define COPYTO_COMMIT_CONTROL_RECORD_HPP

#include <copyto/commit/if_exists.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/store/object.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// The three states of a control object. `claim` is the first; from there one compare-and-swap leads
/// either to `commit` or to `aborting`, and neither of these ever changes again.
enum class control_state : std::uint8_t {
  claim,    ///< an export is under way, or died; nothing is visible
  commit,   ///< the export is decided: its files become visible, if need be by `resume`
  aborting, ///< the export is decided: its uploads are thrown away
};

/// A file of a commit record: all that is needed to complete its upload.
struct control_file {
  std::string key = {};
  std::string upload_id = {};
  std::uint32_t shard = 0; ///< whose rows it has; 0 also for the manifest
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t crc64nvme = 0;
  std::vector<part_tag> parts = {};
};

/// Most shards of an export.
inline constexpr std::uint32_t max_shards = 100'000;

/// The contents of a control object. Never the query, the connection or credentials.
struct control_record {
  control_state state = control_state::claim;
  std::string export_id = {};
  std::string token = {};   ///< of this one run, where its id was chosen by somebody; empty: the id is of no other
  std::string started = {}; ///< UTC
  std::string host = {};
  if_exists mode = if_exists::error;
  std::string names = {};                 ///< `export_names::pattern`
  bool as_they_close = false;             ///< files become visible one by one, so that this stays a claim
  std::string manifest = {};              ///< its key; empty: there is none
  std::uint32_t shard = 0;                ///< of the writer, where many share an export; 0: one has it all
  std::uint32_t shards = 1;               ///< how many the rows came in; 1: they were one stream
  std::vector<control_file> files = {};   ///< commit only; the manifest is the last of them
  std::vector<std::string> replaced = {}; ///< commit in `replace` mode only: keys to delete once all files are visible

  /// What the objects of the run bear, and no others: whose they are (`object_options::token`).
  [[nodiscard]] std::string const& owner() const noexcept { return token.empty() ? export_id : token; }
  [[nodiscard]] std::uint64_t rows() const;
  [[nodiscard]] std::uint64_t bytes() const;    ///< without the manifest's
  [[nodiscard]] std::size_t file_count() const; ///< the same
};

/// Largest control object that is read, bytes.
inline constexpr std::size_t max_control_size = 256 * MiB;

/// Lines of words, percent-encoded where needed, so that a person can read it; the last is `end`.
[[nodiscard]] std::string format_control(control_record const& record);
/// Reads what `format_control` made. A cut or foreign text is errc::bad_answer.
[[nodiscard]] result<control_record> parse_control(std::string_view text);

[[nodiscard]] std::string_view to_string(control_state state) noexcept;

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/control_record.ipp>
#endif

#endif
