// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_MEMORY_IPP
#define COPYTO_STORE_IMPL_MEMORY_IPP

#include <copyto/store/memory.hpp>

#include <copyto/core/clock.hpp>
#include <copyto/core/crc.hpp>
#include <copyto/store/key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

namespace copyto {

struct memory_store::state {
  struct part {
    std::string body;
    std::string tag;
  };
  struct upload {
    std::string content_type;
    std::string token;
    utc_time started;
    std::map<std::uint32_t, part> parts;
  };
  // Key and upload id: the order in which S3 lists uploads.
  using upload_name = std::pair<std::string, std::string>;

  explicit state(memory_options const& o) : options(o) {}

  memory_options const options;
  std::mutex mutex;
  std::map<std::string, memory_object, std::less<>> objects = {};
  std::map<upload_name, upload> uploads = {};
  std::map<upload_name, std::string> completed = {}; ///< tag of the object that it became
  std::uint64_t last_upload = 0;

  [[nodiscard]] static std::string tag_of(part_body body) {
    return fmt::format("{:016x}-{}", body.crc64nvme(), body.size());
  }
  [[nodiscard]] static error failed(errc code, std::string_view operation, std::string_view key, std::string message) {
    return error({.code = code,
                  .message = std::move(message),
                  .operation = std::string(operation),
                  .key = "memory://" + std::string(key)});
  }
  // What every call but `abort` begins with.
  [[nodiscard]] result<void> begin(std::string_view operation, std::string_view key,
                                   std::stop_token const& stop) const {
    if (stop.stop_requested()) {
      return failed(errc::stopped, operation, key, "a stop was requested");
    }
    return check_key(key, options.limits.max_key);
  }
  [[nodiscard]] static result<void> begin_list(std::string_view operation, std::string_view prefix,
                                               std::stop_token const& stop) {
    if (stop.stop_requested()) {
      return failed(errc::stopped, operation, prefix, "a stop was requested");
    }
    return {};
  }
  [[nodiscard]] static error no_upload(std::string_view operation, std::string_view key) {
    return failed(errc::no_such_upload, operation, key, "the upload was completed or aborted, or never existed");
  }

  // S3's rules for the list of parts (CompleteMultipartUpload: InvalidPartOrder, InvalidPart,
  // EntityTooSmall, EntityTooLarge), and R2's for equal ones.
  [[nodiscard]] result<void> check_parts(upload const& open, std::string_view key,
                                         std::span<part_tag const> parts) const {
    store_limits const& limits = options.limits;
    auto const refused = [&](errc code, std::string message) {
      return failed(code, "complete", key, std::move(message));
    };
    if (parts.empty()) {
      return refused(errc::invalid_argument, "an upload needs at least one part");
    }
    std::uint64_t total = 0;
    for (std::size_t i = 0; i != parts.size(); ++i) {
      auto const found = open.parts.find(parts[i].number);
      if (i != 0 && parts[i].number <= parts[i - 1].number) {
        return refused(errc::invalid_argument, "part numbers must ascend");
      }
      if (found == open.parts.end() || found->second.tag != parts[i].tag) {
        return refused(errc::invalid_argument,
                       fmt::format("part {} was not stored, or has another tag", parts[i].number));
      }
      std::uint64_t const size = found->second.body.size();
      std::uint64_t const first = open.parts.find(parts[0].number)->second.body.size();
      bool const last = i + 1 == parts.size();
      if (!last && size < limits.min_part) {
        return refused(errc::limit_exceeded, fmt::format("part {} of {} bytes is too small, {} is the least",
                                                         parts[i].number, size, limits.min_part));
      }
      if (limits.equal_parts && (last ? size > first : size != first)) {
        return refused(errc::limit_exceeded, fmt::format("part {} differs in size from the first", parts[i].number));
      }
      total += size;
    }
    if (total > limits.max_object) {
      return refused(errc::limit_exceeded, fmt::format("an object of {} bytes is too large", total));
    }
    return {};
  }

  // One page of `all` from the first name behind `after` on; `emit` says false where the prefix ends.
  template <class Item, class Map, class Emit>
  [[nodiscard]] page<Item> page_of(typename Map::const_iterator at, Map const& all, Emit emit) const {
    page<Item> out;
    for (; at != all.end(); ++at) {
      if (out.items.size() == std::max<std::size_t>(options.page_size, 1)) {
        return out;
      }
      if (!emit(*at, out)) {
        break;
      }
    }
    out.next.clear();
    return out;
  }
};

COPYTO_DECL memory_store::memory_store(memory_options const& options) : state_(std::make_shared<state>(options)) {}

COPYTO_DECL store_limits memory_store::limits() const { return state_->options.limits; }

COPYTO_DECL std::string memory_store::uri(std::string_view key) const { return "memory://" + std::string(key); }

COPYTO_DECL conditions memory_store::put_conditions() const { return state_->options.put_conditions; }

COPYTO_DECL result<std::string> memory_store::put(std::string_view key, bytes_view body, object_options const& options,
                                                  put_condition const& condition, std::stop_token stop) const {
  using type = put_condition::type;
  state& s = *state_;
  if (result<void> const ok = s.begin("put", key, stop); !ok) {
    return ok.error();
  }
  conditions const needed = condition.kind == type::none     ? conditions::none
                            : condition.kind == type::absent ? conditions::create_only
                                                             : conditions::compare_and_swap;
  if (needed > s.options.put_conditions) { // conditions::unknown, the greatest, refuses nothing
    return state::failed(errc::unsupported, "put", key, "this store has no such conditional write");
  }
  if (body.size() > s.options.limits.max_put) {
    return state::failed(errc::limit_exceeded, "put", key,
                         fmt::format("{} bytes are too many for one put", body.size()));
  }
  memory_object made{.body = std::string(as_text(body)),
                     .tag = state::tag_of(body),
                     .content_type = std::string(options.content_type),
                     .token = std::string(options.token)};
  std::string tag = made.tag;
  type const kind = s.options.ignores_conditions ? type::none : condition.kind;
  std::lock_guard const lock(s.mutex);
  auto const found = s.objects.find(key);
  if (kind == type::absent && found != s.objects.end()) {
    return state::failed(errc::precondition_failed, "put", key, "the object exists already");
  }
  if (kind == type::matches) {
    if (found == s.objects.end()) {
      return state::failed(errc::not_found, "put", key, "the object that is to be replaced does not exist");
    }
    if (found->second.tag != condition.tag) {
      return state::failed(errc::precondition_failed, "put", key, "the object was replaced by somebody else");
    }
  }
  s.objects.insert_or_assign(std::string(key), std::move(made));
  return tag;
}

COPYTO_DECL result<std::string> memory_store::create_upload(std::string_view key, object_options const& options,
                                                            std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("create_upload", key, stop); !ok) {
    return ok.error();
  }
  std::lock_guard const lock(s.mutex);
  std::string id = fmt::format("upload-{:08}", ++s.last_upload);
  s.uploads.emplace(
      state::upload_name(key, id),
      state::upload{std::string(options.content_type), std::string(options.token), system_clock().now(), {}});
  return id;
}

COPYTO_DECL result<part_tag> memory_store::put_part(std::string_view key, std::string_view upload_id,
                                                    std::uint32_t number, part_body body, std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("put_part", key, stop); !ok) {
    return ok.error();
  }
  if (number == 0 || number > s.options.limits.max_parts) {
    return state::failed(errc::limit_exceeded, "put_part", key,
                         fmt::format("{} is no part number, 1 to {} are", number, s.options.limits.max_parts));
  }
  if (body.size() > s.options.limits.max_part) {
    return state::failed(errc::limit_exceeded, "put_part", key,
                         fmt::format("a part of {} bytes is too large", body.size()));
  }
  state::part made{std::string(as_text(body)), state::tag_of(body)};
  part_tag tag{.number = number, .size = body.size(), .tag = made.tag};
  std::lock_guard const lock(s.mutex);
  auto const found = s.uploads.find(state::upload_name(key, upload_id));
  if (found == s.uploads.end()) {
    return state::no_upload("put_part", key);
  }
  found->second.parts.insert_or_assign(number, std::move(made));
  return tag;
}

COPYTO_DECL result<std::string> memory_store::complete(std::string_view key, std::string_view upload_id,
                                                       std::span<part_tag const> parts, put_condition const& condition,
                                                       std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("complete", key, stop); !ok) {
    return ok.error();
  }
  if (condition.kind != put_condition::type::none &&
      (condition.kind != put_condition::type::absent || !s.options.limits.complete_creates_only)) {
    return state::failed(errc::unsupported, "complete", key, "this store has no such conditional complete");
  }
  state::upload_name name(key, upload_id);
  std::lock_guard const lock(s.mutex);
  auto const found = s.uploads.find(name);
  if (found == s.uploads.end()) {
    auto const before = s.completed.find(name);
    if (before != s.completed.end() && s.options.complete_repeats) {
      return before->second;
    }
    return state::no_upload("complete", key);
  }
  state::upload& open = found->second;
  if (result<void> const ok = s.check_parts(open, key, parts); !ok) {
    return ok.error();
  }
  if (condition.kind == put_condition::type::absent && s.objects.contains(key)) {
    return state::failed(errc::precondition_failed, "complete", key, "the object exists already");
  }
  memory_object made{.content_type = open.content_type, .token = open.token};
  for (part_tag const& part : parts) {
    made.body += open.parts.find(part.number)->second.body;
  }
  made.tag = state::tag_of(part_body(as_bytes(made.body)));
  std::string tag = made.tag;
  s.objects.insert_or_assign(std::string(key), std::move(made));
  s.uploads.erase(found);
  s.completed.emplace(std::move(name), tag);
  return tag;
}

COPYTO_DECL result<void> memory_store::abort(std::string_view key, std::string_view upload_id) const {
  std::lock_guard const lock(state_->mutex);
  state_->uploads.erase(state::upload_name(key, upload_id));
  return {};
}

COPYTO_DECL result<object_info> memory_store::head(std::string_view key, std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("head", key, stop); !ok) {
    return ok.error();
  }
  std::lock_guard const lock(s.mutex);
  auto const found = s.objects.find(key);
  if (found == s.objects.end()) {
    return state::failed(errc::not_found, "head", key, "there is no such object");
  }
  memory_object const& o = found->second;
  return object_info{.key = std::string(key), .size = o.body.size(), .tag = o.tag, .token = o.token};
}

COPYTO_DECL result<object_contents> memory_store::get(std::string_view key, std::size_t max_size,
                                                      std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("get", key, stop); !ok) {
    return ok.error();
  }
  std::lock_guard const lock(s.mutex);
  auto const found = s.objects.find(key);
  if (found == s.objects.end()) {
    return state::failed(errc::not_found, "get", key, "there is no such object");
  }
  memory_object const& o = found->second;
  if (o.body.size() > max_size) {
    return state::failed(errc::limit_exceeded, "get", key,
                         fmt::format("the object has {} bytes, {} were allowed", o.body.size(), max_size));
  }
  return object_contents{.info = {.key = std::string(key), .size = o.body.size(), .tag = o.tag, .token = o.token},
                         .body = o.body};
}

COPYTO_DECL result<page<object_info>> memory_store::list(std::string_view prefix, std::string_view from,
                                                         std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = state::begin_list("list", prefix, stop); !ok) {
    return ok.error();
  }
  std::lock_guard const lock(s.mutex);
  auto const first = from < prefix ? s.objects.lower_bound(prefix) : s.objects.upper_bound(from);
  return s.page_of<object_info>(first, s.objects, [&](auto const& entry, page<object_info>& out) {
    if (!entry.first.starts_with(prefix)) {
      return false;
    }
    out.items.push_back({.key = entry.first, .size = entry.second.body.size(), .tag = entry.second.tag});
    out.next = entry.first;
    return true;
  });
}

COPYTO_DECL result<page<pending_upload>> memory_store::list_uploads(std::string_view prefix, std::string_view from,
                                                                    std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = state::begin_list("list_uploads", prefix, stop); !ok) {
    return ok.error();
  }
  // `next` is key, NUL, upload id: no key contains a NUL.
  std::size_t const split = std::min(from.find('\0'), from.size());
  state::upload_name const after(from.substr(0, split), from.substr(std::min(split + 1, from.size())));
  std::lock_guard const lock(s.mutex);
  auto const first =
      from.empty() ? s.uploads.lower_bound({std::string(prefix), std::string()}) : s.uploads.upper_bound(after);
  return s.page_of<pending_upload>(first, s.uploads, [&](auto const& entry, page<pending_upload>& out) {
    if (!entry.first.first.starts_with(prefix)) {
      return false;
    }
    out.items.push_back({.key = entry.first.first, .upload_id = entry.first.second, .started = entry.second.started});
    out.next = entry.first.first + '\0' + entry.first.second;
    return true;
  });
}

COPYTO_DECL result<page<part_tag>> memory_store::list_parts(std::string_view key, std::string_view upload_id,
                                                            std::string_view from, std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("list_parts", key, stop); !ok) {
    return ok.error();
  }
  std::uint32_t after = 0;
  if (std::from_chars(from.data(), from.data() + from.size(), after).ec != std::errc() && !from.empty()) {
    return state::failed(errc::invalid_argument, "list_parts", key, "this is no page of this listing");
  }
  std::lock_guard const lock(s.mutex);
  auto const found = s.uploads.find(state::upload_name(key, upload_id));
  if (found == s.uploads.end()) {
    return state::no_upload("list_parts", key);
  }
  auto const& parts = found->second.parts;
  return s.page_of<part_tag>(parts.upper_bound(after), parts, [](auto const& entry, page<part_tag>& out) {
    out.items.push_back({.number = entry.first, .size = entry.second.body.size(), .tag = entry.second.tag});
    out.next = std::to_string(entry.first);
    return true;
  });
}

COPYTO_DECL result<void> memory_store::remove(std::string_view key, std::stop_token stop) const {
  state& s = *state_;
  if (result<void> const ok = s.begin("remove", key, stop); !ok) {
    return ok.error();
  }
  std::lock_guard const lock(s.mutex);
  if (auto const found = s.objects.find(key); found != s.objects.end()) {
    s.objects.erase(found);
  }
  return {};
}

COPYTO_DECL std::map<std::string, memory_object, std::less<>> memory_store::objects() const {
  std::lock_guard const lock(state_->mutex);
  return state_->objects;
}

COPYTO_DECL std::size_t memory_store::pending_uploads() const {
  std::lock_guard const lock(state_->mutex);
  return state_->uploads.size();
}

} // namespace copyto

#endif
