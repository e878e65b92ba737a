// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_POSTGRES_SHARDS_IPP
#define COPYTO_SOURCE_IMPL_POSTGRES_SHARDS_IPP

#include <copyto/source/postgres_shards.hpp>

#include <copyto/schema/check.hpp>
#include <copyto/source/detail/idle_sessions.hpp>
#include <copyto/source/postgres/detail/session.hpp>
#include <copyto/source/postgres/detail/shard_plan.hpp>
#include <copyto/source/postgres/detail/sql.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

namespace detail {

/// The sessions of one snapshot, and the shards that they read.
///
/// | a session is | then |
/// |---|---|
/// | idle: in the transaction, nothing runs | a shard takes it |
/// | reading: the query of a shard runs | at the shard's end it is idle; a shard that goes before its end closes it |
class pg_shards : public std::enable_shared_from_this<pg_shards> {
public:
  static result<std::shared_ptr<pg_shards>> open(postgres_shard_options const& options, std::stop_token const& stop);

  [[nodiscard]] schema_view fields() const noexcept { return fields_.view(); }
  [[nodiscard]] size_hint hint() const noexcept { return hint_; }
  [[nodiscard]] pg_shard_plan const& plan() const noexcept { return plan_; }
  result<shards_begun> begin(std::uint32_t at_once, std::stop_token const& stop);
  result<any_source> shard(std::uint32_t index, std::stop_token const& stop);
  void give_back(std::unique_ptr<pg_session> session) { idle_.give_back(std::move(session)); }

private:
  /// What a transaction begins with.
  [[nodiscard]] std::vector<std::string> first_statements() const;
  /// A further session, in the snapshot of the first.
  result<void> join(std::string const& snapshot, std::stop_token const& stop);

  postgres_options rows_; ///< with the query of all rows
  std::string locked_;    ///< the table, quoted; empty: none can be
  pg_shard_plan plan_;
  copyto::schema fields_;
  size_hint hint_;
  idle_sessions<pg_session> idle_;
};

/// The rows of one shard.
class pg_shard {
public:
  pg_shard(std::shared_ptr<pg_shards> of, std::unique_ptr<pg_session> session) noexcept
      : of_(std::move(of)), session_(std::move(session)) {}
  [[nodiscard]] schema_view schema() const noexcept { return of_->fields(); }
  result<fill_status> fill(batch& rows, std::stop_token const& stop) {
    result<fill_status> const filled = session_->fill(rows, stop);
    ended_ = filled && *filled == fill_status::end;
    return filled;
  }
  pg_shard(pg_shard&&) noexcept = default;
  pg_shard& operator=(pg_shard&&) = delete;
  ~pg_shard() {
    if (ended_ && session_) {
      of_->give_back(std::move(session_)); // the last batch borrows from it, and goes first
    }
  }

private:
  std::shared_ptr<pg_shards> of_;
  std::unique_ptr<pg_session> session_;
  bool ended_ = false;
};

COPYTO_DECL std::vector<std::string> pg_shards::first_statements() const {
  std::vector<std::string> made;
  if (!locked_.empty()) { // before the snapshot is taken, so that no TRUNCATE comes between them
    made.push_back(fmt::format("LOCK TABLE {} IN ACCESS SHARE MODE", locked_));
  }
  made.push_back("SET LOCAL max_parallel_workers_per_gather = 0"); // they would give the rows of a shard in any order
  return made;
}

COPYTO_DECL result<std::shared_ptr<pg_shards>> pg_shards::open(postgres_shard_options const& options,
                                                               std::stop_token const& stop) {
  result<pg_shard_request> const request = pg_read_shard_request(options);
  if (!request) {
    return request.error();
  }
  auto made = std::make_shared<pg_shards>();
  made->rows_ = options.rows;
  made->rows_.table.clear();
  made->rows_.query = request->base;
  made->locked_ = request->relation;
  result<std::unique_ptr<pg_session>> session = pg_session::open(made->rows_, stop, made->first_statements(), true);
  if (!session && session.error()->service_code == "42809") { // what is no table cannot be locked so
    made->locked_.clear();
    session = pg_session::open(made->rows_, stop, made->first_statements(), true);
  }
  if (!session) {
    return session.error();
  }
  pg_link::watch const watched((*session)->link(), stop);
  result<pg_shard_plan> plan = pg_plan_shards(**session, options, *request, stop);
  if (!plan) {
    return plan.error();
  }
  made->plan_ = *std::move(plan);
  made->fields_ = copyto::schema((*session)->fields());
  made->hint_ = (*session)->hint();
  made->rows_.explain = false;
  made->give_back(*std::move(session));
  return made;
}

COPYTO_DECL result<void> pg_shards::join(std::string const& snapshot, std::stop_token const& stop) {
  postgres_options rows = rows_;
  rows.snapshot = snapshot;
  result<std::unique_ptr<pg_session>> session = pg_session::open(rows, stop, first_statements(), true);
  if (!session) {
    return session.error();
  }
  bool const same = std::ranges::equal((*session)->fields(), fields(), [](field const& a, field const& b) {
    return a.name == b.name && describe(a) == describe(b);
  });
  if (!same) {
    return (*session)->link().refused(errc::bad_answer, "a second connection describes other columns",
                                      "give every connection the same role and search_path");
  }
  give_back(*std::move(session));
  return {};
}

COPYTO_DECL result<shards_begun> pg_shards::begin(std::uint32_t at_once, std::stop_token const& stop) {
  shards_begun begun{.at_once = 1, .warnings = plan_.warnings};
  if (at_once < 2) {
    return begun;
  }
  pg_link& link = idle_.front().link();
  pg_link::watch const watched(link, stop);
  result<std::optional<std::string>> const snapshot = pg_export_snapshot(link, stop);
  if (!snapshot) {
    return snapshot.error();
  }
  if (!*snapshot) {
    begun.warnings.push_back(
        link.refused(errc::unsupported,
                     "a connection pooler is in the way, behind which connections may lead to other sessions: one "
                     "connection reads all shards",
                     "connect to the server itself"));
    return begun;
  }
  for (; begun.at_once != at_once; ++begun.at_once) {
    result<void> const joined = join(**snapshot, stop);
    if (!joined && joined.error().is(errc::stopped)) {
      return joined.error();
    }
    if (!joined) {
      begun.warnings.push_back(joined.error().with([&](error_info& info) {
        info.message = fmt::format("{} of {} connections read the shards, since there are no more: {}", begun.at_once,
                                   at_once, info.message);
      }));
      break;
    }
  }
  return begun;
}

COPYTO_DECL result<any_source> pg_shards::shard(std::uint32_t index, std::stop_token const& stop) {
  result<std::unique_ptr<pg_session>> session = idle_.take();
  if (!session) {
    return session.error();
  }
  if (result<void> begun = (*session)->begin(plan_.queries[index], stop); !begun) {
    return begun.error();
  }
  return any_source(pg_shard(shared_from_this(), *std::move(session)));
}

} // namespace detail

COPYTO_DECL postgres_shards::postgres_shards(std::shared_ptr<detail::pg_shards> shards) noexcept
    : shards_(std::move(shards)) {}
COPYTO_DECL postgres_shards::postgres_shards(postgres_shards&&) noexcept = default;
COPYTO_DECL postgres_shards& postgres_shards::operator=(postgres_shards&&) noexcept = default;
COPYTO_DECL postgres_shards::~postgres_shards() = default;
COPYTO_DECL schema_view postgres_shards::schema() const noexcept { return shards_->fields(); }
COPYTO_DECL size_hint postgres_shards::hint() const noexcept { return shards_->hint(); }
COPYTO_DECL std::string const& postgres_shards::how() const noexcept { return shards_->plan().how; }
COPYTO_DECL std::uint32_t postgres_shards::shard_count() const noexcept {
  return static_cast<std::uint32_t>(shards_->plan().queries.size());
}

COPYTO_DECL result<postgres_shards> postgres_shards::open(postgres_shard_options const& options, std::stop_token stop) {
  result<std::shared_ptr<detail::pg_shards>> shards = detail::pg_shards::open(options, stop);
  if (!shards) {
    return shards.error();
  }
  return postgres_shards(*std::move(shards));
}

COPYTO_DECL result<shards_begun> postgres_shards::begin_shards(std::uint32_t at_once, std::stop_token stop) {
  return shards_->begin(at_once, stop);
}

COPYTO_DECL result<any_source> postgres_shards::shard(std::uint32_t index, std::stop_token stop) {
  return shards_->shard(index, stop);
}

} // namespace copyto

#endif
