// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_DETAIL_CONTRACT_TOOLS_HPP
#define COPYTO_TESTING_DETAIL_CONTRACT_TOOLS_HPP

#include <copyto/store/ref.hpp>
#include <copyto/testing/contract_options.hpp>
#include <copyto/testing/contract_report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace copyto::testing::detail {

/// What the laws of the store contract are written in: statements that go into the report, and requests
/// to the store under test.
class contract_tools {
public:
  contract_tools(store_ref store, store_ref copy, contract_options const& options)
      : store_(store), copy_(copy), options_(options),
        part_size_(std::max<std::uint64_t>(options.part_size != 0 ? options.part_size : store.limits().min_part, 1)) {}

protected:
  using bodies = std::vector<std::string>;

  // --- statements -----------------------------------------------------------------------------------

  bool check(bool holds, std::string const& law) {
    ++report_.checks;
    if (!holds) {
      report_.failures.push_back(fmt::format("{}: {}", section_, law));
    }
    return holds;
  }
  template <class T>
  bool succeeds(result<T> const& r, std::string const& what) {
    return check(r.has_value(), r ? what : fmt::format("{} must succeed, but: {}", what, r.error().message()));
  }
  template <class T>
  bool fails(result<T> const& r, errc code, std::string const& what) {
    return check(!r && r.error().is(code),
                 fmt::format("{} must be {}, but {}", what, to_string(code), r ? "succeeded" : r.error().message()));
  }
  template <class T>
  bool fails(result<T> const& r, std::string const& what) {
    return check(!r, fmt::format("{} must fail", what));
  }

  // --- tools ----------------------------------------------------------------------------------------

  [[nodiscard]] std::string key(std::string_view name) const { return options_.prefix + std::string(name); }
  [[nodiscard]] std::string token() { return fmt::format("{}-{}", options_.token, ++tokens_); }
  [[nodiscard]] std::string body(std::uint64_t size) {
    std::string text(size, '\0');
    std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random_() >> 24); });
    return text;
  }
  result<std::string> put(std::string const& at, std::string_view text, put_condition const& condition = {}) {
    std::string const t = token();
    return store_.put(at, as_bytes(text), {.token = t}, condition, {});
  }
  result<std::string> create(std::string const& at) {
    std::string const t = token();
    return store_.create_upload(at, {.token = t}, {});
  }
  // Whether an object is there, as far as the store can tell.
  [[nodiscard]] std::optional<bool> visible(std::string const& at) {
    if (store_.reads()) {
      auto const head = copy_.head(at, {});
      if (!head && !head.error().is(errc::not_found)) {
        check(false, fmt::format("head of \"{}\" must succeed or be not_found, but: {}", at, head.error().message()));
      }
      return head.has_value();
    }
    if (store_.lists()) {
      auto const found = all<object_info>(at);
      return std::any_of(found.begin(), found.end(), [&](object_info const& o) { return o.key == at; });
    }
    return std::nullopt;
  }
  void is_visible(std::string const& at, bool expected, std::string const& what) {
    if (auto const seen = visible(at)) {
      check(*seen == expected, fmt::format("{}, \"{}\" must {}be visible", what, at, expected ? "" : "not "));
    }
  }
  void holds(std::string const& at, std::string_view expected, std::string const& what) {
    is_visible(at, true, what);
    if (store_.reads()) {
      auto const got = copy_.get(at, expected.size(), {});
      if (succeeds(got, fmt::format("get of \"{}\" ({})", at, what))) {
        check(got->body == expected,
              fmt::format("{}, \"{}\" must hold the {} bytes that were put, has {}{}", what, at, expected.size(),
                          got->body.size(), got->body.size() == expected.size() ? " others" : ""));
        check(got->info.size == expected.size() && got->info.key == at, what + ", get must tell key and size");
      }
    }
  }
  // All pages of a listing.
  template <class Item>
  [[nodiscard]] std::vector<Item> all(std::string const& prefix, std::string const& upload_id = {}) {
    std::vector<Item> found;
    std::string from;
    do {
      auto next = [&] {
        if constexpr (std::same_as<Item, object_info>) {
          return store_.list(prefix, from, {});
        } else if constexpr (std::same_as<Item, pending_upload>) {
          return store_.list_uploads(prefix, from, {});
        } else {
          return store_.list_parts(prefix, upload_id, from, {});
        }
      }();
      if (!succeeds(next, fmt::format("listing below \"{}\"", prefix))) {
        break;
      }
      if (!next->next.empty() && !check(next->next != from, "a listing must go on with every page")) {
        break;
      }
      std::move(next->items.begin(), next->items.end(), std::back_inserter(found));
      from = next->next;
    } while (!from.empty());
    return found;
  }
  [[nodiscard]] bool pending(std::string const& at, std::string const& upload_id) {
    auto const found = all<pending_upload>(at);
    return std::any_of(found.begin(), found.end(),
                       [&](pending_upload const& u) { return u.key == at && u.upload_id == upload_id; });
  }
  void is_pending(std::string const& at, std::string const& upload_id, bool expected, std::string const& what) {
    if (store_.lists()) {
      check(pending(at, upload_id) == expected,
            fmt::format("{}, the upload of \"{}\" must {}be listed", what, at, expected ? "" : "not "));
    }
  }
  // Stores parts from as many threads, last first, and returns their tags in order.
  [[nodiscard]] std::vector<part_tag> put_parts(std::string const& at, std::string const& upload_id,
                                                bodies const& parts) {
    std::vector<result<part_tag>> answers(parts.size(), result<part_tag>(part_tag{}));
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = parts.size(); i-- != 0;) {
        threads.emplace_back([&, i] {
          answers[i] = (i % 2 == 0 ? store_ : copy_)
                           .put_part(at, upload_id, static_cast<std::uint32_t>(i + 1), as_bytes(parts[i]), {});
        });
      }
    }
    std::vector<part_tag> tags;
    for (std::size_t i = 0; i != parts.size(); ++i) {
      if (succeeds(answers[i], fmt::format("put_part {}", i + 1))) {
        check(answers[i]->number == i + 1 && answers[i]->size == parts[i].size(),
              fmt::format("the tag of part {} must tell its number and size", i + 1));
        tags.push_back(*answers[i]);
      }
    }
    return tags;
  }
  [[nodiscard]] static std::string joined(bodies const& parts) {
    std::string text;
    for (std::string const& part : parts) {
      text += part;
    }
    return text;
  }
  void remove(std::string const& at) {
    if (store_.deletes()) {
      succeeds(store_.remove(at, {}), fmt::format("remove of \"{}\"", at));
    }
  }

  store_ref store_;
  store_ref copy_;
  contract_options const& options_;
  std::uint64_t part_size_;
  contract_report report_ = {};
  std::string section_ = {};
  std::mt19937 random_{7};
  int tokens_ = 0;
};

} // namespace copyto::testing::detail

#endif
