// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_SHARD_LANES_IPP
#define COPYTO_EXPORT_IMPL_SHARD_LANES_IPP

#include <copyto/export/detail/shard_lanes.hpp>

#include <algorithm>
#include <utility>

namespace copyto::detail {

COPYTO_COLD shard_lanes::shard_lanes(schema_view fields, any_encoder const& encoder, store_ref store,
                                     planned_export const& planned, shards_ref source, std::uint32_t lanes,
                                     std::stop_token const& stop, partition_router* parts)
    : source_(source), parts_(parts), router_(planned.router.get()), batch_rows_(planned.options.batch_rows),
      forward_(stop, [this] { stop_.request_stop(); }) {
  for (std::uint32_t i = 0; i != lanes; ++i) {
    lanes_.emplace_back(router_ != nullptr ? source.schema() : fields, fields, encoder, store, planned,
                        stop_.get_token());
  }
}

COPYTO_COLD shard_lanes::~shard_lanes() { shard_lanes::halt(); }

COPYTO_COLD void shard_lanes::start() {
  running_ = lanes_.size();
  threads_.reserve(lanes_.size());
  for (lane& of : lanes_) {
    try {
      threads_.emplace_back([this, &of] { work(of); });
    } catch (...) { // there is no thread to be had: those that are there take the shards
      std::lock_guard const lock(mutex_);
      --running_;
      if (threads_.empty()) {
        throw;
      }
    }
  }
}

COPYTO_COLD bool shard_lanes::wait() {
  std::unique_lock lock(mutex_);
  moved_.wait(lock, [this] { return news_ || running_ == 0; });
  news_ = false;
  return running_ != 0;
}

COPYTO_COLD void shard_lanes::work(lane& of) {
  result<void> const done = [&]() -> result<void> {
    try {
      return shards_of(of);
    } catch (...) {
      return caught(errc::source_failed, "the row source or another part of the program threw");
    }
  }();
  std::lock_guard const lock(mutex_);
  if (!done && !first_) {
    first_ = done.error();
    stop_.request_stop();
  }
  --running_;
  moved_.notify_all();
}

COPYTO_COLD result<void> shard_lanes::shards_of(lane& of) {
  for (;;) {
    std::uint32_t shard = 0;
    {
      std::lock_guard const lock(mutex_);
      if (next_ == source_.shard_count()) {
        break;
      }
      shard = next_++;
    }
    if (result<void> done = export_shard(of, shard); !done) {
      return done.error().is(errc::stopped) ? done
             : parts_ != nullptr            ? in_partition(done.error(), parts_->place(shard))
                                            : done.error().with([&](error_info& info) { info.shard = shard; });
    }
    {
      std::lock_guard const lock(mutex_);
      ++done_;
    }
    if (result<void> told = tell(of); !told) {
      return told;
    }
  }
  return of.stager.store([&] { return tell(of); });
}

COPYTO_COLD result<void> shard_lanes::export_shard(lane& of, std::uint32_t shard) {
  std::stop_token const stop = stop_.get_token();
  if (stop.stop_requested()) {
    return file_stager::stopped();
  }
  result<any_source> source = source_.shard(shard, stop);
  if (!source) {
    return source.error();
  }
  if (parts_ != nullptr) {
    of.stager.begin_partition(parts_->place(shard));
  } else if (router_ == nullptr) {
    of.stager.begin_shard(shard);
  }
  result<void> staged = [&]() -> result<void> {
    try {
      return router_ != nullptr ? stage_parted(of, shard, source->ref()) : stage(of, of.rows, source->ref());
    } catch (...) {
      of.stager.halt();
      throw;
    }
  }();
  if (!staged) {
    of.stager.halt(); // before the source goes, of which its threads read
  }
  of.rows.clear(); // what it borrows goes, too
  return staged;
}

/// Writes the partitions of a shard, one after the other.
class shard_lanes::part_writer final : public partition_writer {
public:
  part_writer(shard_lanes& lanes, lane& of, std::uint32_t shard) : lanes_(lanes), of_(of), shard_(shard) {}

  void begin_part(partition_place& place) override {
    place_ = &place;
    of_.stager.begin_partition(place, shard_);
  }
  void make_part_room(batch& rows) override { of_.stager.make_room(rows); }
  result<void> add_part(batch& rows) override { return named(of_.stager.add(rows)); }
  result<void> end_part() override {
    return named(of_.stager.end_shard([this] { return lanes_.tell(of_); }));
  }
  result<void> write_parts(shards_ref partitions) override {
    batch room(partitions.schema(), lanes_.batch_rows_);
    for (std::uint32_t i = 0; i != partitions.shard_count(); ++i) {
      result<any_source> waited = partitions.shard(i, lanes_.stop_.get_token());
      if (!waited) {
        return waited.error();
      }
      begin_part(of_.router->place(i));
      if (result<void> written = named(lanes_.stage(of_, room, waited->ref())); !written) {
        of_.stager.halt(); // before the rows go, of which its threads read
        return written;
      }
      room.clear(); // what it borrows goes, too
    }
    return {};
  }

private:
  [[nodiscard]] result<void> named(result<void> done) const {
    return done ? std::move(done) : result<void>(in_partition(done.error(), *place_));
  }

  shard_lanes& lanes_;
  lane& of_;
  std::uint32_t shard_;
  partition_place* place_ = nullptr;
};

COPYTO_COLD result<void> shard_lanes::stage_parted(lane& of, std::uint32_t shard, source_ref const& rows) {
  std::stop_token const stop = stop_.get_token();
  of.router = router_->sibling(static_cast<std::uint32_t>(lanes_.size()));
  part_writer writer(*this, of, shard);
  for (fill_status status = fill_status::more; status == fill_status::more;) {
    of.rows.clear();
    of.rows.set_capacity(batch_rows_);
    if (stop.stop_requested()) {
      return file_stager::stopped();
    }
    result<fill_status> const filled = rows.fill(of.rows, stop);
    if (!filled) {
      return filled.error();
    }
    status = *filled;
    result<void> added = of.router->add(of.rows, writer);
    added = added ? tell(of) : added;
    if (!added) {
      return added;
    }
  }
  if (result<void> ended = of.router->end(writer); !ended) {
    return ended; // the stager may still read what the router keeps, until it is halted
  }
  of.routed += of.router->rows();
  of.router.reset();
  return {};
}

COPYTO_COLD result<void> shard_lanes::stage(lane& of, batch& room, source_ref const& rows) {
  std::stop_token const stop = stop_.get_token();
  if (!of.stager.read(rows)) {
    for (fill_status status = fill_status::more; status == fill_status::more;) {
      of.stager.make_room(room);
      if (stop.stop_requested()) {
        return file_stager::stopped();
      }
      result<fill_status> const filled = rows.fill(room, stop);
      if (!filled) {
        return of.stager.failed_behind(filled.error());
      }
      status = *filled;
      result<void> added = of.stager.add(room);
      added = added ? tell(of) : added;
      if (!added) {
        return added;
      }
    }
  }
  return of.stager.end_shard([&] { return tell(of); });
}

COPYTO_COLD result<void> shard_lanes::tell(lane& of) {
  std::lock_guard const lock(mutex_);
  of.moved = {.rows = router_ == nullptr ? of.stager.rows() : of.routed + (of.router ? of.router->rows() : 0),
              .bytes_encoded = of.stager.bytes_encoded(),
              .bytes_acknowledged = of.stager.bytes_acknowledged(),
              .files_closed = of.stager.files_closed()};
  for (error const& what : of.stager.warnings()) {
    if (std::ranges::none_of(warnings_, [&](error const& e) { return e->message == what->message; })) {
      warnings_.push_back(what);
    }
  }
  news_ = true;
  moved_.notify_all();
  return {};
}

COPYTO_COLD lanes_progress shard_lanes::so_far() const {
  std::lock_guard const lock(mutex_);
  lanes_progress sum{.shards_done = done_};
  for (lane const& of : lanes_) {
    sum.rows += of.moved.rows;
    sum.bytes_encoded += of.moved.bytes_encoded;
    sum.bytes_acknowledged += of.moved.bytes_acknowledged;
    sum.files_closed += of.moved.files_closed;
  }
  return sum;
}

COPYTO_COLD std::vector<error> shard_lanes::warnings() const {
  std::lock_guard const lock(mutex_);
  return warnings_;
}

COPYTO_COLD void shard_lanes::halt() {
  if (!threads_.empty()) {
    stop_.request_stop(); // those that have ended do not mind
    threads_.clear();
  }
  for (lane& of : lanes_) {
    of.stager.halt();
    try {
      of.rows = batch(of.rows.schema());
    } catch (...) { // no memory to let memory go
      of.rows.clear();
    }
  }
}

COPYTO_COLD std::vector<staged_file const*> shard_lanes::files() const {
  std::vector<staged_file const*> all;
  for (lane const& of : lanes_) {
    for (staged_file const& f : of.stager.files()) {
      all.push_back(&f);
    }
  }
  std::ranges::stable_sort(all, {}, &staged_file::order); // one lane has a shard's files in order
  return all;
}

} // namespace copyto::detail

#endif
