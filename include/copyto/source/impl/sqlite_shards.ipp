// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_SQLITE_SHARDS_IPP
#define COPYTO_SOURCE_IMPL_SQLITE_SHARDS_IPP

#include <copyto/source/sqlite_shards.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/source/detail/idle_sessions.hpp>
#include <copyto/source/sqlite/detail/rows.hpp>
#include <copyto/source/sqlite/detail/session.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

namespace detail {

/// The connections of one snapshot; a shard takes one that is idle, and gives it back at its end.
class sqlite_pool : public std::enable_shared_from_this<sqlite_pool> {
public:
  result<void> open(std::string const& path, sqlite_options const& options, std::uint32_t shards,
                    std::stop_token const& stop);
  result<shards_begun> begin(std::uint32_t at_once, std::stop_token const& stop);
  result<any_source> shard(std::uint32_t index);
  void give_back(std::unique_ptr<sqlite_session> session) { idle_.give_back(std::move(session)); }
  [[nodiscard]] schema_view fields() const noexcept { return fields_.view(); }
  [[nodiscard]] std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(queries_.size()); }
  [[nodiscard]] size_hint hint() const noexcept { return {.rows = rows_}; }

private:
  result<void> cut(sqlite_session& first, std::uint32_t shards);
  /// How often others have committed, as far as a connection without a transaction sees it.
  result<std::int64_t> version();

  sqlite_options options_;
  sqlite_session monitor_;
  std::int64_t begun_ = 0; ///< version before the first transaction
  std::vector<std::string> queries_;
  copyto::schema fields_;
  std::optional<std::uint64_t> rows_;
  idle_sessions<sqlite_session> idle_;
};

/// The rows of one shard.
class sqlite_shard {
public:
  sqlite_shard(std::shared_ptr<sqlite_pool> of, std::unique_ptr<sqlite_session> session) noexcept
      : of_(std::move(of)), session_(std::move(session)) {}
  sqlite_shard(sqlite_shard&&) noexcept = default;
  sqlite_shard& operator=(sqlite_shard&&) = delete;
  ~sqlite_shard() {
    if (ended_ && session_) {
      of_->give_back(std::move(session_));
    }
  }
  [[nodiscard]] schema_view schema() const noexcept { return of_->fields(); }
  result<fill_status> fill(batch& rows, std::stop_token const& stop) {
    result<fill_status> const filled = sqlite_fill(*session_, rows, stop);
    ended_ = filled && *filled == fill_status::end;
    return filled;
  }

private:
  std::shared_ptr<sqlite_pool> of_;
  std::unique_ptr<sqlite_session> session_;
  bool ended_ = false;
};

COPYTO_DECL result<std::int64_t> sqlite_pool::version() {
  result<std::optional<std::int64_t>> const told = monitor_.ask("PRAGMA data_version");
  return told ? result<std::int64_t>(told->value_or(0)) : told.error();
}

COPYTO_DECL result<void> sqlite_pool::open(std::string const& path, sqlite_options const& options, std::uint32_t shards,
                                           std::stop_token const& stop) {
  options_ = options;
  if (options.table.empty()) {
    return error({.code = errc::unsupported,
                  .message = "shards are ranges of a table's rowid, and a query has none",
                  .key = path,
                  .advice = "export a table, or as one shard"});
  }
  // The first session says what is wrong with the path, and begins behind the monitor's look.
  monitor_.path = path;
  result<void> opened = monitor_.connect(options);
  if (opened) {
    result<std::int64_t> const before = version();
    begun_ = before ? *before : -1;
  }
  result<std::unique_ptr<sqlite_session>> first = sqlite_session::open(path, options, stop);
  if (!first) {
    return first.error();
  }
  if (result<void> done = cut(**first, shards); !done) {
    return done;
  }
  fields_ = (*first)->fields;
  rows_ = (*first)->count;
  give_back(*std::move(first));
  return {};
}

COPYTO_DECL result<void> sqlite_pool::cut(sqlite_session& first, std::uint32_t shards) {
  std::string const table = sqlite_quoted(options_.table);
  // The rowid of a view can be named, and is NULL. (sqlite.org/pragma.html#pragma_table_list)
  result<std::optional<std::int64_t>> const with_rowid = first.ask(fmt::format(
      "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0 AND name = {} "
      "COLLATE NOCASE",
      sqlite_quoted(options_.table, '\'')));
  if (!with_rowid) {
    return with_rowid.error();
  }
  result<std::optional<std::int64_t>> least = std::optional<std::int64_t>();
  std::string_view rowid;
  for (std::string_view const name : {"_rowid_", "rowid", "oid"}) { // a column may be called so
    bool const column = std::ranges::any_of(first.columns, [&](sqlite_session::column const& c) {
      return sqlite3_stricmp(c.name.c_str(), name.data()) == 0;
    });
    if (!column && *with_rowid == 1) {
      rowid = name;
      least = first.ask(fmt::format("SELECT min({}) FROM {}", rowid, table));
      break;
    }
  }
  if (rowid.empty() || !least) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("shards are ranges of the rowid, and \"{}\" has none that can be named",
                                         options_.table),
                  .key = first.path,
                  .advice = "a view, or a table WITHOUT ROWID, is exported as one shard"});
  }
  result<std::optional<std::int64_t>> const most = first.ask(fmt::format("SELECT max({}) FROM {}", rowid, table));
  result<std::optional<std::int64_t>> const pages = first.ask("PRAGMA page_count");
  result<std::optional<std::int64_t>> const page = first.ask("PRAGMA page_size");
  if (!most || !pages || !page) {
    return !most ? most.error() : !pages ? pages.error() : page.error();
  }
  if (shards == 0) {
    auto const bytes = static_cast<std::uint64_t>(pages->value_or(0) * page->value_or(0));
    shards = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(bytes / (256 * MiB), 1, 1000));
  }
  // Rowids have 64 bits: their differences are taken without a sign.
  auto const from = static_cast<std::uint64_t>(least->value_or(0));
  std::uint64_t const width = static_cast<std::uint64_t>(most->value_or(0)) - from; // one less than there are rowids
  std::uint64_t const count = width < shards ? width + 1 : shards;
  auto const start_of = [&](std::uint64_t shard) {
    return static_cast<std::int64_t>(from + width / count * shard + std::min(width % count + 1, shard));
  };
  for (std::uint64_t i = 0; i != count; ++i) {
    std::string query = fmt::format("SELECT * FROM {} WHERE {} >= {}", table, rowid, start_of(i));
    query += i + 1 == count ? std::string() : fmt::format(" AND {} < {}", rowid, start_of(i + 1));
    queries_.push_back(query + fmt::format(" ORDER BY {}", rowid));
  }
  return {};
}

COPYTO_DECL result<shards_begun> sqlite_pool::begin(std::uint32_t at_once, std::stop_token const& stop) {
  shards_begun begun;
  std::vector<std::unique_ptr<sqlite_session>> joined;
  std::optional<error> why;
  while (joined.size() + 1 < at_once && !why) {
    if (stop.stop_requested()) {
      return idle_.front().failure(SQLITE_INTERRUPT);
    }
    result<std::unique_ptr<sqlite_session>> session = sqlite_session::join(idle_.front(), options_);
    if (session) {
      joined.push_back(*std::move(session));
    } else {
      why = session.error();
    }
  }
  result<std::int64_t> const now = joined.empty() ? result<std::int64_t>(begun_) : version();
  if (!now || *now != begun_ || begun_ == -1) {
    joined.clear();
    why = error({.code = errc::conflict,
                 .message = "another program has written to the SQLite database since the export began",
                 .key = monitor_.path});
  }
  begun.at_once = static_cast<std::uint32_t>(joined.size() + 1);
  if (why) {
    begun.warnings.push_back(why->with([&](error_info& info) {
      info.message = fmt::format("{} of {} connections read the shards: {}", begun.at_once, at_once, info.message);
    }));
  }
  for (std::unique_ptr<sqlite_session>& session : joined) {
    give_back(std::move(session));
  }
  return begun;
}

COPYTO_DECL result<any_source> sqlite_pool::shard(std::uint32_t index) {
  result<std::unique_ptr<sqlite_session>> session = idle_.take();
  if (!session) {
    return session.error();
  }
  if (result<void> begun = (*session)->begin(queries_[index]); !begun) {
    return begun.error();
  }
  return any_source(sqlite_shard(shared_from_this(), *std::move(session)));
}

} // namespace detail

COPYTO_DECL sqlite_shards::sqlite_shards(std::shared_ptr<detail::sqlite_pool> pool) noexcept : pool_(std::move(pool)) {}
COPYTO_DECL sqlite_shards::sqlite_shards(sqlite_shards&&) noexcept = default;
COPYTO_DECL sqlite_shards& sqlite_shards::operator=(sqlite_shards&&) noexcept = default;
COPYTO_DECL sqlite_shards::~sqlite_shards() = default;
COPYTO_DECL schema_view sqlite_shards::schema() const noexcept { return pool_->fields(); }
COPYTO_DECL std::uint32_t sqlite_shards::shard_count() const noexcept { return pool_->count(); }
COPYTO_DECL size_hint sqlite_shards::hint() const noexcept { return pool_->hint(); }

COPYTO_DECL result<sqlite_shards> sqlite_shards::open(std::string const& path, sqlite_options const& options,
                                                      std::uint32_t shards, std::stop_token stop) {
  auto pool = std::make_shared<detail::sqlite_pool>();
  if (result<void> opened = pool->open(path, options, shards, stop); !opened) {
    return opened.error();
  }
  return sqlite_shards(std::move(pool));
}

COPYTO_DECL result<shards_begun> sqlite_shards::begin_shards(std::uint32_t at_once, std::stop_token stop) {
  return pool_->begin(at_once, stop);
}

COPYTO_DECL result<any_source> sqlite_shards::shard(std::uint32_t index, std::stop_token) {
  return pool_->shard(index);
}

} // namespace copyto

#endif
