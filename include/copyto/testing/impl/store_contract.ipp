// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_IMPL_STORE_CONTRACT_IPP
#define COPYTO_TESTING_IMPL_STORE_CONTRACT_IPP

#include <copyto/testing/store_contract.hpp>

#include <copyto/testing/detail/upload_laws.hpp>
#include <copyto/testing/key_corpus.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace copyto::testing {

namespace detail {

class store_contract : upload_laws {
public:
  using upload_laws::upload_laws;

  contract_report run() {
    begins_empty();
    whole_objects();
    keys();
    uploads();
    repeated_uploads();
    rival_uploads();
    conditional_complete();
    aborted_uploads();
    conditional_puts();
    listings();
    removals();
    stops();
    leaves_nothing();
    return std::move(report_);
  }

private:
  void begins_empty() {
    section_ = "limits";
    store_limits const limits = store_.limits();
    check(limits.min_part <= part_size_ && part_size_ <= limits.max_part, "the part size must be within the limits");
    check(limits.max_parts >= 3 && limits.max_put >= MiB && limits.max_key >= 64, "the limits must allow something");
    check(!store_.uri(key("x")).empty(), "uri must name a key");
    if (store_.lists()) {
      check(all<object_info>(options_.prefix).empty() && all<pending_upload>(options_.prefix).empty(),
            "nothing may be below the prefix before the suite begins");
    }
  }

  void whole_objects() {
    section_ = "put";
    std::string every_byte;
    for (int byte = 0; byte != 256; ++byte) {
      every_byte += static_cast<char>(byte);
    }
    std::string const at = key("put/object");
    if (store_.reads()) {
      fails(store_.head(at, {}), errc::not_found, "head of an object that is not there");
      fails(store_.get(at, 10, {}), errc::not_found, "get of an object that is not there");
      fails(store_.head(key("put"), {}), errc::not_found, "head of what is only the beginning of keys");
    }
    for (std::string const& text : {std::string(), std::string("x"), every_byte, body(MiB + 1)}) {
      auto const tag = put(at, text);
      if (!succeeds(tag, fmt::format("put of {} bytes", text.size()))) {
        continue;
      }
      holds(at, text, fmt::format("after put of {} bytes", text.size()));
      if (store_.reads()) {
        auto const head = store_.head(at, {});
        auto const got = store_.get(at, text.size(), {});
        check(head && head->size == text.size() && head->key == at, "head must tell key and size");
        check(got && got->info.tag == *tag, "get must give the tag that put gave");
        check(head && (head->tag.empty() || head->tag == *tag), "head must give the tag that put gave, or none");
        if (!text.empty()) {
          fails(store_.get(at, text.size() - 1, {}), errc::limit_exceeded, "get of more bytes than were allowed");
        }
      }
    }
    if (store_.reads() && options_.tokens) {
      succeeds(store_.put(at, as_bytes("x"), {.token = "my-token-1"}, {}, {}), "put with a token");
      auto const head = store_.head(at, {});
      auto const got = store_.get(at, 10, {});
      check(head && head->token == "my-token-1", "head must give the token of a put");
      check(got && got->info.token == "my-token-1", "get must give the token of a put");
      succeeds(store_.put(at, as_bytes("x"), {}, {}, {}), "put without a token");
      auto const without = store_.head(at, {});
      check(without && without->token.empty(), "an object without a token must have none");
    }
    remove(at);
  }

  void keys() {
    section_ = "keys";
    std::string longest = key("keys/");
    while (longest.size() < store_.limits().max_key) {
      longest += longest.size() % 100 == 0 && longest.size() + 1 != store_.limits().max_key ? '/' : 'k';
    }
    std::vector<std::string> corpus = {longest};
    for (std::size_t i = 0; i != key_corpus.size(); ++i) {
      // The two normal forms of one name lie side by side, everything else apart.
      corpus.push_back(
          fmt::format("{}keys/{}/{}", options_.prefix, key_corpus[i].starts_with("na") ? 0 : i + 1, key_corpus[i]));
    }
    std::vector<std::string> accepted;
    for (std::string const& at : corpus) {
      if (options_.refuses && options_.refuses(at)) {
        refuses(at);
      } else if (succeeds(put(at, at), fmt::format("put of \"{}\"", at))) {
        accepted.push_back(at);
      }
    }
    for (std::string const& at : accepted) {
      holds(at, at, "among strange keys");
      auto const id = create(at);
      if (succeeds(id, fmt::format("create_upload of \"{}\"", at))) {
        succeeds(store_.put_part(at, *id, 1, as_bytes("part"), {}), fmt::format("put_part of \"{}\"", at));
        is_pending(at, *id, true, "after create_upload");
        succeeds(store_.abort(at, *id), fmt::format("abort of \"{}\"", at));
        is_pending(at, *id, false, "after abort");
      }
    }
    if (store_.lists()) {
      std::vector<std::string> listed;
      for (object_info const& o : all<object_info>(key("keys/"))) {
        listed.push_back(o.key);
      }
      std::sort(accepted.begin(), accepted.end());
      check(listed == accepted,
            fmt::format("list must give the {} keys that were put, in the order of their bytes; gave {}",
                        accepted.size(), listed.size()));
    }
    for (std::string const& at : accepted) {
      remove(at);
      if (store_.deletes()) {
        is_visible(at, false, "after remove");
      }
    }
    refuses("");
    refuses(longest + 'k');
    refuses(key("not\xff"
                "utf-8"));
    refuses(key(std::string_view("nul\0nul", 7)));
  }
  void refuses(std::string const& at) {
    fails(put(at, "x"), errc::invalid_argument, fmt::format("put of the impossible key \"{}\"", at));
    fails(create(at), errc::invalid_argument, fmt::format("create_upload of the impossible key \"{}\"", at));
  }

  void conditional_puts() {
    section_ = "conditions";
    std::string const at = key("conditional");
    if (store_.put_conditions() == conditions::unknown) {
      succeeds(put(at, "first", put_condition::absent()), "a create-only put of a new key");
      auto const second = put(at, "second", put_condition::absent());
      check(second || second.error().is(errc::precondition_failed),
            "a create-only put of an old key must be ignored or precondition_failed");
      holds(at, second ? "second" : "first", "after a create-only put");
      remove(at);
      return;
    }
    bool const create_only = store_.put_conditions() != conditions::none;
    if (!create_only) {
      fails(put(at, "x", put_condition::absent()), errc::unsupported, "a create-only put");
      is_visible(at, false, "after a refused put");
    } else {
      auto const made = put(at, "first", put_condition::absent());
      succeeds(made, "a create-only put of a new key");
      fails(put(at, "second", put_condition::absent()), errc::precondition_failed, "a create-only put of an old key");
      holds(at, "first", "after a create-only put that failed");
    }
    if (store_.put_conditions() != conditions::compare_and_swap) {
      fails(put(at, "x", put_condition::matches("tag")), errc::unsupported, "a swap");
    } else {
      auto const made = put(at, "first");
      auto const swapped = put(at, "second", put_condition::matches(made ? *made : ""));
      succeeds(swapped, "a swap with the tag that put gave");
      holds(at, "second", "after a swap");
      fails(put(at, "third", put_condition::matches(made ? *made : "")), errc::precondition_failed,
            "a swap with an old tag");
      holds(at, "second", "after a swap that failed");
      if (store_.reads()) {
        auto const got = store_.get(at, 100, {});
        succeeds(put(at, "fourth", put_condition::matches(got ? got->info.tag : "")),
                 "a swap with the tag that get gave");
        holds(at, "fourth", "after a swap with a tag of get");
      }
      if (store_.deletes()) {
        remove(at);
        auto const none = put(at, "fifth", put_condition::matches(swapped ? *swapped : ""));
        check(!none && (none.error().is(errc::precondition_failed) || none.error().is(errc::not_found)),
              "a swap of a missing object must be precondition_failed or not_found");
        is_visible(at, false, "after a swap that failed");
      }
      races(at);
    }
    remove(at);
  }
  // Of several that swap the same state, exactly one wins.
  void races(std::string const& at) {
    auto const start = put(at, "start");
    std::vector<result<std::string>> answers(4, result<std::string>(std::string()));
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i != answers.size(); ++i) {
        threads.emplace_back([&, i] {
          answers[i] =
              copy_.put(at, as_bytes(fmt::format("racer {}", i)), {}, put_condition::matches(start ? *start : ""), {});
        });
      }
    }
    std::string winner;
    std::size_t winners = 0;
    for (std::size_t i = 0; i != answers.size(); ++i) {
      if (answers[i]) {
        winner = fmt::format("racer {}", i);
        ++winners;
      } else {
        fails(answers[i], errc::precondition_failed, "a swap that lost");
      }
    }
    if (check(winners == 1, fmt::format("of 4 swaps of one state exactly 1 must win, {} did", winners))) {
      holds(at, winner, "after a race of swaps");
    }
  }

  void listings() {
    if (!store_.lists()) {
      return;
    }
    section_ = "list";
    // In the order of bytes: '-' and '.' are before '/', which is before '0'.
    std::vector<std::string> names = {"a/b-x", "a/b.x", "a/b/x", "a/b/y/z", "a/b0", "a/bc/x"};
    for (std::string& name : names) {
      name.insert(0, key("list/"));
      succeeds(put(name, "12345"), "put");
    }
    auto const listed = [&](std::string const& prefix, std::size_t first, std::size_t last) {
      auto const found = all<object_info>(prefix);
      check(std::equal(found.begin(), found.end(), names.begin() + static_cast<std::ptrdiff_t>(first),
                       names.begin() + static_cast<std::ptrdiff_t>(last),
                       [](object_info const& o, std::string const& name) { return o.key == name && o.size == 5; }),
            fmt::format("list of \"{}\" must give keys {} to {} of {}, gave {}", prefix, first, last, names.size(),
                        found.size()));
    };
    listed(key("list/"), 0, 6);
    listed(key("list"), 0, 6);
    listed(key("list/a/b"), 0, 6);
    listed(key("list/a/b/"), 2, 4);
    listed(key("list/a/b/x"), 2, 3);
    listed(key("list/a/bc"), 5, 6);
    listed(key("list/a/c"), 0, 0);
    listed(key("list/a/b//"), 0, 0);
    for (std::string const& name : names) {
      remove(name);
    }

    names.clear();
    for (std::size_t i = 0; i != options_.listed; ++i) {
      names.push_back(key(fmt::format("many/{:06}", i)));
    }
    std::vector<std::string> ids(names.size());
    in_parallel(names.size(), [&](std::size_t i) { (void)store_.put(names[i], as_bytes("12345"), {}, {}, {}); });
    listed(key("many/"), 0, names.size());
    in_parallel(names.size(), [&](std::size_t i) {
      (void)store_.remove(names[i], {});
      std::string const t = fmt::format("{}-many-{}", options_.token, i);
      if (auto id = store_.create_upload(names[i], {.token = t}, {})) {
        ids[i] = *id;
      }
    });
    auto const open = all<pending_upload>(key("many/"));
    bool same = open.size() == names.size();
    for (std::size_t i = 0; same && i != names.size(); ++i) {
      same = open[i].key == names[i] && open[i].upload_id == ids[i];
    }
    check(same,
          fmt::format("list_uploads must give {} uploads in the order of keys, gave {}", names.size(), open.size()));
    if (store_.deletes()) {
      check(all<object_info>(key("many/")).empty(), "list must not give pending uploads");
    }
    check(all<pending_upload>(key("manx")).empty(), "list_uploads must keep to its prefix");
    in_parallel(names.size(), [&](std::size_t i) { (void)store_.abort(names[i], ids[i]); });
  }
  template <class F>
  void in_parallel(std::size_t count, F each) {
    constexpr std::size_t width = 4;
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t != width; ++t) {
      threads.emplace_back([=] {
        for (std::size_t i = t; i < count; i += width) {
          each(i);
        }
      });
    }
  }

  void removals() {
    if (!store_.deletes()) {
      return;
    }
    section_ = "remove";
    succeeds(store_.remove(key("removed/never/was"), {}), "remove of an object that is not there");
    succeeds(put(key("removed/a"), "x"), "put");
    succeeds(store_.remove(key("removed"), {}), "remove of what is only the beginning of keys");
    is_visible(key("removed/a"), true, "after remove of its parent");
    succeeds(store_.remove(key("removed/a"), {}), "remove");
    is_visible(key("removed/a"), false, "after remove");
    succeeds(store_.remove(key("removed/a"), {}), "a second remove");
  }

  void stops() {
    section_ = "stop";
    std::stop_source source;
    source.request_stop();
    std::stop_token const stop = source.get_token();
    std::string const at = key("stopped/object");
    auto const id = create(at);
    if (!succeeds(id, "create_upload")) {
      return;
    }
    auto const tags = put_parts(at, *id, {"bytes"});
    fails(store_.put(at, as_bytes("x"), {}, {}, stop), errc::stopped, "put after a stop");
    fails(store_.create_upload(at, {.token = "never"}, stop), errc::stopped, "create_upload after a stop");
    fails(store_.put_part(at, *id, 1, as_bytes("other"), stop), errc::stopped, "put_part after a stop");
    fails(store_.complete(at, *id, tags, {}, stop), errc::stopped, "complete after a stop");
    is_visible(at, false, "after a stop");
    if (store_.lists()) {
      check(all<pending_upload>(at).size() == 1, "create_upload after a stop must leave nothing");
      auto const parts = all<part_tag>(at, *id);
      check(parts.size() == 1 && !tags.empty() && parts[0].tag == tags[0].tag,
            "put_part after a stop must change nothing");
      fails(store_.list(at, {}, stop), errc::stopped, "list after a stop");
      fails(store_.list_uploads(at, {}, stop), errc::stopped, "list_uploads after a stop");
      fails(store_.list_parts(at, *id, {}, stop), errc::stopped, "list_parts after a stop");
    }
    succeeds(store_.abort(at, *id), "abort, which no stop prevents,");
    succeeds(put(at, "kept"), "put");
    if (store_.reads()) {
      fails(store_.head(at, stop), errc::stopped, "head after a stop");
      fails(store_.get(at, 10, stop), errc::stopped, "get after a stop");
    }
    if (store_.deletes()) {
      fails(store_.remove(at, stop), errc::stopped, "remove after a stop");
      is_visible(at, true, "after a stopped remove");
    }
    remove(at);
  }

  void leaves_nothing() {
    section_ = "end";
    if (store_.lists() && store_.deletes()) {
      for (object_info const& o : all<object_info>(options_.prefix)) {
        check(false, fmt::format("\"{}\" was left", o.key));
        (void)store_.remove(o.key, {});
      }
      for (pending_upload const& u : all<pending_upload>(options_.prefix)) {
        check(false, fmt::format("an upload of \"{}\" was left", u.key));
        (void)store_.abort(u.key, u.upload_id);
      }
    }
  }
};

} // namespace detail

COPYTO_DECL contract_report check_store_contract(store_ref store, store_ref copy, contract_options const& options) {
  return detail::store_contract(store, copy, options).run();
}

} // namespace copyto::testing

#endif
