// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_DETAIL_UPLOAD_LAWS_HPP
#define COPYTO_TESTING_DETAIL_UPLOAD_LAWS_HPP

#include <copyto/testing/detail/contract_tools.hpp>

namespace copyto::testing::detail {

/// The laws of create_upload, put_part, complete and abort.
class upload_laws : public contract_tools {
public:
  using contract_tools::contract_tools;

protected:
  void uploads() {
    section_ = "upload";
    std::vector<bodies> const shapes = {{std::string()},
                                        {"x"},
                                        {body(part_size_)},
                                        {body(part_size_), body(part_size_), body(part_size_ / 2 + 1)},
                                        {body(part_size_), body(part_size_)}};
    for (std::size_t i = 0; i != shapes.size(); ++i) {
      std::string const at = key(fmt::format("upload/{}", i));
      std::string const what = fmt::format("with {} parts", shapes[i].size());
      std::string const own = token();
      auto const id = store_.create_upload(at, {.content_type = "text/csv", .token = own}, {});
      if (!succeeds(id, "create_upload")) {
        continue;
      }
      is_visible(at, false, "before complete");
      is_pending(at, *id, true, "before complete");
      auto const tags = put_parts(at, *id, shapes[i]);
      is_visible(at, false, "before complete, with all parts");
      if (store_.lists() && !shapes[i][0].empty()) {
        auto const parts = all<part_tag>(at, *id);
        check(std::equal(parts.begin(), parts.end(), tags.begin(), tags.end(),
                         [](part_tag const& a, part_tag const& b) {
                           return a.number == b.number && a.size == b.size && a.tag == b.tag;
                         }),
              "list_parts must give the parts in order as put_part did " + what);
      }
      auto const tag = store_.complete(at, *id, tags, {}, {});
      succeeds(tag, "complete " + what);
      holds(at, joined(shapes[i]), "after complete " + what);
      is_pending(at, *id, false, "after complete");
      if (store_.reads()) {
        auto const head = store_.head(at, {});
        check(head && (!options_.tokens || head->token == own), "head must give the token of the upload");
        check(head && tag && head->tag == *tag, "head must give the tag that complete gave");
      }
      auto const again = copy_.complete(at, *id, tags, {}, {});
      check(again || again.error().is(errc::no_such_upload),
            "a repeated complete must succeed or be no_such_upload, but: " + (again ? "" : again.error().message()));
      holds(at, joined(shapes[i]), "after a second complete");
      succeeds(store_.abort(at, *id), "abort after complete");
      holds(at, joined(shapes[i]), "after an abort that came too late");
      remove(at);
    }
  }

  void repeated_uploads() {
    section_ = "repeated parts";
    std::string const at = key("repeated");
    auto const id = create(at);
    if (!succeeds(id, "create_upload")) {
      return;
    }
    (void)put_parts(at, *id, {body(part_size_), body(part_size_), body(part_size_ / 2 + 2)});
    bodies const second = {body(part_size_), body(part_size_), body(part_size_ / 2 + 1)};
    auto const tags = put_parts(at, *id, second);
    succeeds(store_.complete(at, *id, tags, {}, {}), "complete with repeated parts");
    holds(at, joined(second), "after every part was repeated");
    remove(at);
  }

  // Two uploads of one key; and complete where an object is.
  void rival_uploads() {
    section_ = "two uploads of one key";
    std::string const at = key("rivals/same");
    auto const first = create(at);
    auto const second = create(at);
    if (!succeeds(first, "create_upload") || !succeeds(second, "a second create_upload of the same key")) {
      return;
    }
    check(*first != *second, "two uploads must have two ids");
    std::string const one = body(10);
    std::string const two = body(11);
    auto const first_tags = put_parts(at, *first, {one});
    auto const second_tags = put_parts(at, *second, {two});
    is_pending(at, *first, true, "with two uploads open");
    is_pending(at, *second, true, "with two uploads open");
    succeeds(store_.complete(at, *first, first_tags, {}, {}), "complete of the first");
    holds(at, one, "after complete of the first");
    is_pending(at, *second, true, "after complete of the first");
    auto const replaced = store_.complete(at, *second, second_tags, {}, {});
    check(replaced || replaced.error().is(errc::precondition_failed),
          "complete where an object is must replace it or be precondition_failed");
    holds(at, replaced ? two : one, "after complete of the second");
    succeeds(store_.abort(at, *second), "abort of the second");
    is_pending(at, *second, false, "after abort of the second");
    remove(at);
  }

  // A complete that must not replace anything.
  void conditional_complete() {
    section_ = "conditional complete";
    std::string const at = key("condition/complete");
    if (!store_.limits().complete_creates_only) {
      auto const id = create(at);
      if (succeeds(id, "create_upload")) {
        auto const tags = put_parts(at, *id, {"bytes"});
        fails(store_.complete(at, *id, tags, put_condition::absent(), {}), errc::unsupported,
              "a condition that would be ignored");
        is_visible(at, false, "after a refused condition");
        succeeds(store_.abort(at, *id), "abort");
      }
      return;
    }
    for (bool const first : {true, false}) {
      auto const id = create(at);
      if (!succeeds(id, "create_upload")) {
        return;
      }
      auto const tags = put_parts(at, *id, {first ? "first" : "second"});
      auto const done = store_.complete(at, *id, tags, put_condition::absent(), {});
      if (first) {
        succeeds(done, "complete where nothing is");
      } else {
        fails(done, errc::precondition_failed, "complete where an object is");
        succeeds(store_.abort(at, *id), "abort");
      }
      holds(at, "first", "after a conditional complete");
    }
    remove(at);
  }

  void aborted_uploads() {
    section_ = "abort";
    std::string const at = key("aborted/object");
    auto const id = create(at);
    if (!succeeds(id, "create_upload")) {
      return;
    }
    auto const tags = put_parts(at, *id, {"some bytes"});
    succeeds(store_.abort(at, *id), "abort");
    is_visible(at, false, "after abort");
    is_pending(at, *id, false, "after abort");
    succeeds(store_.abort(at, *id), "a second abort");
    auto const complete = store_.complete(at, *id, tags, {}, {});
    auto const part = store_.put_part(at, *id, 1, as_bytes("late"), {});
    if (options_.aborted_is_gone) {
      fails(complete, errc::no_such_upload, "complete of an aborted upload");
      fails(part, errc::no_such_upload, "put_part of an aborted upload");
    } else {
      fails(complete, "complete of an aborted upload");
      fails(part, "put_part of an aborted upload");
    }
    if (store_.lists()) {
      fails(store_.list_parts(at, *id, {}, {}), errc::no_such_upload, "list_parts of an aborted upload");
    }
    is_visible(at, false, "after complete of an aborted upload");
  }
};

} // namespace copyto::testing::detail

#endif
