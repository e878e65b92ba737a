// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_PARTITION_BY_IPP
#define COPYTO_EXPORT_IMPL_PARTITION_BY_IPP

#include <copyto/export/partition_by.hpp>

#include <copyto/export/detail/partition_keys.hpp>
#include <copyto/export/detail/row_spill.hpp>
#include <copyto/export/detail/run.hpp>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <deque>
#include <set>
#include <string>
#include <utility>

namespace copyto {
namespace detail {

/// Slots `first` to `first + count` of a column.
COPYTO_DECL column_view slots_of(column_view column, std::size_t first, std::size_t count) noexcept {
  column.offset += first;
  column.length = count;
  if (column.null_count != 0) {
    column.null_count = 0;
    for (std::size_t i = 0; i != count; ++i) {
      column.null_count += column.is_null(i) ? 1 : 0;
    }
  }
  return column;
}

/// The run itself, where rows come as one stream.
class router_run_writer final : public partition_writer {
public:
  explicit router_run_writer(export_run& run) : run_(run) {}
  void begin_part(partition_place& place) override { run_.begin_part(place); }
  void make_part_room(batch& rows) override { run_.make_part_room(rows); }
  result<void> add_part(batch& rows) override { return run_.add_part(rows); }
  result<void> end_part() override { return run_.end_part(); }
  result<void> write_parts(shards_ref partitions) override { return run_.write_parts(partitions); }

private:
  export_run& run_;
};

struct key_hasher {
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>()(key); }
};

/// | state | a row |
/// |---|---|
/// | `gathering` | is kept with the others of its partition, whose rows come one after the other. Its partition was left before: `waiting`. Its partition is large: `passing`. Partitions that were left are written, together, when there are enough of their rows |
/// | `passing` | goes on into its partition, which is the only open one. It is another's: `gathering` |
/// | `waiting` | is kept with the others of its partition, until the end |
class hive_router final : public partition_router {
public:
  hive_router(partition_keys keys, partition_settings const& settings)
      : settings_(settings), keys_(std::move(keys)), spill_(keys_.columns(), settings), out_(keys_.columns()),
        kept_{this} {}

  [[nodiscard]] schema_view columns() const noexcept override { return keys_.columns(); }
  [[nodiscard]] schema_view path_columns() const noexcept override { return keys_.path_columns(); }
  [[nodiscard]] std::string pattern() const override { return keys_.pattern(); }
  void check_places(std::function<result<void>(partition_place const&)> good) override { good_ = std::move(good); }
  [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_; }
  [[nodiscard]] partition_place& place(std::uint32_t index) override { return groups_[sorted_[index]].place; }

  [[nodiscard]] std::shared_ptr<partition_router> sibling(std::uint32_t share) const override {
    partition_settings part = settings_;
    part.spill_memory /= share;
    part.spill_limit /= share;
    auto made = std::make_shared<hive_router>(keys_, part);
    made->check_places(good_);
    return made;
  }

  result<void> add(batch const& rows, export_run& to) override {
    router_run_writer writer(to);
    return add(rows, writer);
  }
  result<void> end(export_run& to) override {
    router_run_writer writer(to);
    return end(writer);
  }

  result<void> add(batch const& rows, partition_writer& to) override {
    if (result<void> known = find_groups(rows); !known) {
      return known;
    }
    views_.clear();
    for (std::size_t const c : keys_.kept()) {
      views_.push_back(rows.column(c));
    }
    for (std::size_t first = 0; first != rows.rows();) {
      result<std::size_t> const taken = state_ == state::gathering ? gather(first, to)
                                        : state_ == state::passing ? pass(first, to)
                                                                   : wait(first, rows.rows() - first);
      if (!taken) {
        return taken.error();
      }
      first += *taken;
    }
    rows_ += rows.rows();
    return {};
  }

  result<void> end(partition_writer& to) override {
    return state_ == state::passing ? to.end_part() : write_kept(to, nobody);
  }

private:
  enum class state : std::uint8_t { gathering, passing, waiting };
  struct group {
    std::string key = {};
    partition_place place = {};
    bool left = false; ///< rows of another came behind its rows
  };
  /// Partitions that are written together, as shards.
  struct kept_rows {
    hive_router* of;
    [[nodiscard]] schema_view schema() const noexcept { return of->columns(); }
    [[nodiscard]] std::uint32_t shard_count() const noexcept { return static_cast<std::uint32_t>(of->sorted_.size()); }
    [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token) const {
      return shards_begun{.at_once = at_once};
    }
    [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token) const {
      return any_source(of->spill_.rows_of(of->sorted_[index]));
    }
  };
  /// Rows, and bytes, that are gathered before partitions are written.
  static constexpr std::uint64_t enough_rows = 131'072;
  static constexpr std::uint64_t enough_bytes = 8 * MiB;
  static constexpr std::uint32_t nobody = 0xffffffff;

  /// The group of each row, into `ids_`.
  result<void> find_groups(batch const& rows) {
    ids_.resize(rows.rows());
    for (std::size_t i = 0; i != rows.rows(); ++i) {
      key_.clear();
      keys_.put_key(rows, i, key_);
      std::string_view const key = as_text(key_.view());
      if (last_ == nobody || key != groups_[last_].key) { // most often the same
        auto const known = numbers_.find(key);
        if (known != numbers_.end()) {
          last_ = known->second;
        } else if (result<void> made = make_group(rows, i, key); !made) {
          return made.error().with([&](error_info& info) {
            if (info.row) {
              *info.row += rows_ + 1; // from 0 in the batch to 1 in the source
            }
          });
        }
      }
      ids_[i] = last_;
    }
    return {};
  }

  [[gnu::noinline]] result<void> make_group(batch const& rows, std::size_t i, std::string_view key) {
    result<std::vector<std::string>> values = keys_.values(rows, i);
    if (!values) {
      return values.error();
    }
    if (groups_.size() >= settings_.most) {
      return too_many(*values, i);
    }
    partition_place place{.values = *std::move(values)};
    if (result<void> const good = good_ ? good_(place) : result<void>(); !good) {
      return good.error().with([i](error_info& info) { info.row = i; });
    }
    last_ = static_cast<std::uint32_t>(groups_.size());
    groups_.push_back({.key = std::string(key), .place = std::move(place)});
    numbers_.emplace(std::string(key), last_);
    return {};
  }

  [[nodiscard]] error too_many(std::vector<std::string> const& values, std::size_t row) const {
    std::vector<std::string> const names = keys_.names();
    std::string counts;
    for (std::size_t k = 0; k != names.size(); ++k) {
      std::set<std::string_view> distinct{values[k]};
      for (group const& g : groups_) {
        distinct.insert(g.place.values[k]);
      }
      counts += fmt::format("{}`{}` has {} values", k == 0 ? "" : ", ", names[k], distinct.size());
    }
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format("there are more than {} partitions: {} so far", settings_.most, counts),
                  .row = row,
                  .advice = "choose another key, or a transform that has fewer values, or allow more partitions"});
  }

  /// The first row from `first` on of another group than the one before it, or the end.
  [[nodiscard]] std::size_t end_of_run(std::size_t first) const noexcept {
    std::size_t end = first + 1;
    while (end != ids_.size() && ids_[end] == ids_[first]) {
      ++end;
    }
    return end;
  }
  /// Whether rows of the group may come now, if no group may come twice.
  bool enter(std::uint32_t id) {
    if (id == open_) {
      return true;
    }
    if (groups_[id].left) {
      return false;
    }
    if (open_ != nobody) {
      groups_[open_].left = true;
    }
    open_ = id;
    return true;
  }

  result<std::size_t> gather(std::size_t first, partition_writer& to) {
    std::uint32_t const id = ids_[first];
    if (id != open_) {
      if (gathered_ >= enough_rows || spill_.bytes() >= enough_bytes) {
        if (result<void> written = write_kept(to, nobody); !written) {
          return written.error();
        }
      }
      if (!enter(id)) {
        state_ = state::waiting;
        return std::size_t{0};
      }
      opened_at_ = spill_.bytes();
    }
    result<std::size_t> const kept = wait(first, end_of_run(first) - first);
    if (!kept) {
      return kept;
    }
    gathered_ += *kept;
    if (spill_.count_of(id) >= enough_rows || spill_.bytes() - opened_at_ >= enough_bytes) {
      // Whatever batches rows come in, this is one that would be written when it is left, and all before it.
      if (result<void> passed = pass_on(id, to); !passed) {
        return passed.error();
      }
    }
    return kept;
  }

  /// Writes the partitions that are kept but one, in the order of their keys.
  result<void> write_kept(partition_writer& to, std::uint32_t but) {
    if (result<void> finished = spill_.finish(); !finished) {
      return finished;
    }
    sorted_.clear();
    for (std::uint32_t g = 0; g != groups_.size(); ++g) {
      if (g != but && spill_.count_of(g) != 0) {
        sorted_.push_back(g);
      }
    }
    std::ranges::sort(sorted_, {}, [this](std::uint32_t g) -> std::string const& { return groups_[g].key; });
    for (std::uint32_t const g : sorted_) {
      groups_[g].place.order = order_++;
    }
    result<void> written = sorted_.empty() ? result<void>() : to.write_parts(shards_ref(kept_));
    if (written && but == nobody) {
      forget();
    }
    return written;
  }
  void forget() {
    spill_.clear();
    gathered_ = 0;
  }

  /// The open partition is large: what was kept of it goes on, and what comes from now on.
  result<void> pass_on(std::uint32_t id, partition_writer& to) {
    if (result<void> written = write_kept(to, id); !written) {
      return written;
    }
    groups_[id].place.order = order_++;
    to.begin_part(groups_[id].place);
    row_spill::reader waited = spill_.rows_of(id);
    for (fill_status status = fill_status::more; status == fill_status::more;) {
      to.make_part_room(out_);
      result<fill_status> const filled = waited.fill(out_, {});
      if (!filled) {
        return filled.error();
      }
      status = *filled;
      if (result<void> added = to.add_part(out_); !added) {
        return added;
      }
    }
    to.make_part_room(out_); // what it borrows goes, too
    forget();
    state_ = state::passing;
    return {};
  }

  result<std::size_t> pass(std::size_t first, partition_writer& to) {
    if (ids_[first] != open_) {
      state_ = state::gathering;
      result<void> const ended = to.end_part();
      return ended ? result<std::size_t>(0) : ended.error();
    }
    std::size_t const end = end_of_run(first);
    for (std::size_t at = first; at != end;) {
      to.make_part_room(out_);
      std::size_t const some = std::min(end - at, out_.capacity());
      for (std::size_t c = 0; c != views_.size(); ++c) {
        out_.borrow(c, slots_of(views_[c], at, some));
      }
      out_.borrowed(some);
      if (result<void> added = to.add_part(out_); !added) {
        return added.error();
      }
      at += some;
    }
    return end - first;
  }

  result<std::size_t> wait(std::size_t first, std::size_t count) {
    result<void> const added = spill_.add(views_, first, count, std::span(ids_).subspan(first, count));
    return added ? result<std::size_t>(count) : added.error();
  }

  partition_settings settings_;
  partition_keys keys_;
  std::function<result<void>(partition_place const&)> good_;
  state state_ = state::gathering;
  std::deque<group> groups_;
  boost::unordered_flat_map<std::string, std::uint32_t, key_hasher, std::equal_to<>> numbers_;
  byte_buffer key_;
  std::uint32_t last_ = nobody;       ///< group of the last row that was looked up
  std::vector<std::uint32_t> ids_;    ///< groups of the rows of a batch
  std::uint32_t open_ = nobody;       ///< gathering, passing: the group of the last row
  std::uint64_t opened_at_ = 0;       ///< bytes that were kept before it
  std::uint64_t gathered_ = 0;        ///< rows that are kept
  std::uint64_t rows_ = 0;            ///< of the batches before
  std::uint32_t order_ = 0;           ///< of the next partition's files
  row_spill spill_;                   ///< numbers of groups are those of `groups_`
  batch out_;                         ///< rows that go on
  std::vector<column_view> views_;    ///< columns of the files, of a batch
  std::vector<std::uint32_t> sorted_; ///< groups that are written together
  kept_rows kept_;
};

class hive_partitioning final : public partitioning {
public:
  hive_partitioning(std::vector<partition_key> keys, partition_settings settings)
      : keys_(std::move(keys)), settings_(std::move(settings)) {}

  [[nodiscard]] result<std::shared_ptr<partition_router>> route(schema_view fields) const override {
    if (settings_.most == 0) {
      return error(errc::invalid_argument, "there must be at least one partition");
    }
    result<partition_keys> keys = partition_keys::of(keys_, settings_.keep, fields);
    if (!keys) {
      return keys.error();
    }
    if (!settings_.spill_directory.empty()) { // not when memory is full, perhaps hours later
      detail::nameless_file tried;
      if (result<void> opened = tried.open(settings_.spill_directory); !opened) {
        return opened.error();
      }
    }
    return std::shared_ptr<partition_router>(std::make_shared<hive_router>(*std::move(keys), settings_));
  }
  [[nodiscard]] std::uint64_t memory(schema_view, std::uint32_t routers) const override {
    constexpr std::uint64_t a_partition = 600; // its key, path and place
    return routers *
           (std::max<std::uint64_t>(settings_.spill_memory / routers, MiB) + 4 * MiB + settings_.most * a_partition);
  }

private:
  std::vector<partition_key> keys_;
  partition_settings settings_;
};

/// Takes the next word, name in quotes, or other character off the front; empty: there is none.
COPYTO_COLD std::string next_key_token(std::string_view& text, bool& quoted) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  quoted = text.starts_with('"');
  if (quoted) {
    std::string made;
    std::size_t at = 1;
    for (; at < text.size(); ++at) {
      if (text[at] == '"' && text.substr(at).starts_with("\"\"")) {
        ++at;
      } else if (text[at] == '"') {
        break;
      }
      made += text[at];
    }
    text.remove_prefix(std::min(at + 1, text.size()));
    return made;
  }
  std::size_t const end = std::min(text.find_first_of("(), \t\""), text.size());
  std::string made(text.substr(0, std::max<std::size_t>(end, text.empty() ? 0 : 1)));
  text.remove_prefix(made.size());
  return made;
}

} // namespace detail

COPYTO_COLD result<std::vector<partition_key>> parse_partition_keys(std::string_view text) {
  auto const wrong = [whole = std::string(text)](std::string_view why) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("`{}` does not name keys of partitions: {}", whole.substr(0, 200), why),
                  .advice = "write e.g. region,month(at),bucket(16,id)"});
  };
  constexpr std::pair<std::string_view, partition_transform> transforms[] = {
      {"year", partition_transform::year},        {"month", partition_transform::month},
      {"day", partition_transform::day},          {"hour", partition_transform::hour},
      {"bucket", partition_transform::bucket},    {"truncate", partition_transform::truncate},
      {"identity", partition_transform::identity}};
  std::vector<partition_key> keys;
  bool quoted = false;
  do {
    partition_key key{.column = detail::next_key_token(text, quoted)};
    if (key.column.empty() || (!quoted && std::string_view("(),").find(key.column) != std::string_view::npos)) {
      return wrong("a name is missing");
    }
    bool const plain = !quoted;
    std::string token = detail::next_key_token(text, quoted);
    if (token == "(" && !quoted) {
      auto const* const known =
          std::ranges::find(transforms, std::string_view(key.column), [](auto const& t) { return t.first; });
      if (!plain || known == std::end(transforms)) {
        return wrong("there are the transforms year, month, day, hour, bucket, truncate and identity");
      }
      key.transform = known->second;
      key.column = detail::next_key_token(text, quoted);
      if (key.transform == partition_transform::bucket || key.transform == partition_transform::truncate) {
        auto const [end, fault] = std::from_chars(key.column.data(), key.column.data() + key.column.size(), key.width);
        if (quoted || fault != std::errc() || end != key.column.data() + key.column.size() ||
            detail::next_key_token(text, quoted) != "," || quoted) {
          return wrong("bucket and truncate have a width before the column");
        }
        key.column = detail::next_key_token(text, quoted);
      }
      if (key.column.empty() || (!quoted && std::string_view("(),").find(key.column) != std::string_view::npos)) {
        return wrong("a name is missing");
      }
      if (detail::next_key_token(text, quoted) != ")" || quoted) {
        return wrong("a `)` is missing");
      }
      token = detail::next_key_token(text, quoted);
    }
    keys.push_back(std::move(key));
    if (token.empty() && !quoted) {
      return keys;
    }
    if (token != "," || quoted) {
      return wrong("there must be commas between them");
    }
  } while (true);
}

COPYTO_COLD std::shared_ptr<partitioning const> partition_by(std::vector<partition_key> keys,
                                                             partition_settings settings) {
  return std::make_shared<detail::hive_partitioning>(std::move(keys), std::move(settings));
}

} // namespace copyto

#endif
