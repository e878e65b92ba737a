// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_REF_HPP
#define COPYTO_STORE_REF_HPP

#include <copyto/store/concept.hpp>
#include <copyto/store/counters.hpp>

namespace copyto {

/// A store that knows only at run time which refinements it has (`any_store`, decorators of it): it
/// models them all, and these tell whether their methods work.
template <class O>
concept KnowsRefinements = requires(O const& o) {
  { o.reads() } -> std::same_as<bool>;   ///< Reading
  { o.lists() } -> std::same_as<bool>;   ///< Listing
  { o.deletes() } -> std::same_as<bool>; ///< Deleting
};

/// Any store, borrowed: a pointer and a static table. The exporter's loop sees stores only through
/// this, so that it is compiled once. Refinements that the store lacks answer errc::unsupported.
class store_ref {
public:
  // In this order: whether a store_ref is an ObjectStore asks for this very constructor.
  template <class O>
    requires(!std::same_as<std::remove_cv_t<O>, store_ref> && ObjectStore<O>)
  explicit store_ref(O& store) noexcept : object_(&store), table_(&table_of<O>) {}

  [[nodiscard]] store_limits limits() const { return table_->limits(object_); }
  [[nodiscard]] std::string uri(std::string_view key) const { return table_->uri(object_, key); }
  [[nodiscard]] conditions put_conditions() const { return table_->put_conditions(object_); }
  /// All zero where the store does not count.
  [[nodiscard]] store_counters counters() const { return table_->counters(object_); }
  [[nodiscard]] bool reads() const { return table_->reads(object_); }
  [[nodiscard]] bool lists() const { return table_->lists(object_); }
  [[nodiscard]] bool deletes() const { return table_->deletes(object_); }

  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) const {
    return table_->put(object_, key, body, options, condition, stop);
  }
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token stop) const {
    return table_->create_upload(object_, key, options, stop);
  }
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token stop) const {
    return table_->put_part(object_, key, upload_id, number, body, stop);
  }
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) const {
    return table_->complete(object_, key, upload_id, parts, condition, stop);
  }
  result<void> abort(std::string_view key, std::string_view upload_id) const {
    return table_->abort(object_, key, upload_id);
  }
  result<object_info> head(std::string_view key, std::stop_token stop) const {
    return reads() ? table_->head(object_, key, stop) : lacking("read objects", key);
  }
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop) const {
    return reads() ? table_->get(object_, key, max_size, stop) : lacking("read objects", key);
  }
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token stop) const {
    return lists() ? table_->list(object_, prefix, from, stop) : lacking("list objects", prefix);
  }
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from,
                                            std::stop_token stop) const {
    return lists() ? table_->list_uploads(object_, prefix, from, stop) : lacking("list uploads", prefix);
  }
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token stop) const {
    return lists() ? table_->list_parts(object_, key, upload_id, from, stop) : lacking("list parts", key);
  }
  result<void> remove(std::string_view key, std::stop_token stop) const {
    return deletes() ? table_->remove(object_, key, stop) : lacking("delete objects", key);
  }

private:
  [[nodiscard]] error lacking(std::string_view what, std::string_view key) const {
    return error({.code = errc::unsupported, .message = "this store cannot " + std::string(what), .key = uri(key)});
  }

  struct table {
    store_limits (*limits)(void*);
    std::string (*uri)(void*, std::string_view);
    conditions (*put_conditions)(void*);
    store_counters (*counters)(void*);
    bool (*reads)(void*);
    bool (*lists)(void*);
    bool (*deletes)(void*);
    result<std::string> (*put)(void*, std::string_view, bytes_view, object_options const&, put_condition const&,
                               std::stop_token const&);
    result<std::string> (*create_upload)(void*, std::string_view, object_options const&, std::stop_token const&);
    result<part_tag> (*put_part)(void*, std::string_view, std::string_view, std::uint32_t, part_body,
                                 std::stop_token const&);
    result<std::string> (*complete)(void*, std::string_view, std::string_view, std::span<part_tag const>,
                                    put_condition const&, std::stop_token const&);
    result<void> (*abort)(void*, std::string_view, std::string_view);
    result<object_info> (*head)(void*, std::string_view, std::stop_token const&) = nullptr;
    result<object_contents> (*get)(void*, std::string_view, std::size_t, std::stop_token const&) = nullptr;
    result<page<object_info>> (*list)(void*, std::string_view, std::string_view, std::stop_token const&) = nullptr;
    result<page<pending_upload>> (*list_uploads)(void*, std::string_view, std::string_view,
                                                 std::stop_token const&) = nullptr;
    result<page<part_tag>> (*list_parts)(void*, std::string_view, std::string_view, std::string_view,
                                         std::stop_token const&) = nullptr;
    result<void> (*remove)(void*, std::string_view, std::stop_token const&) = nullptr;
  };

  template <class O>
  static constexpr table make_table() {
    table t{
        .limits = [](void* o) -> store_limits { return static_cast<O*>(o)->limits(); },
        .uri = [](void* o, std::string_view key) -> std::string { return static_cast<O*>(o)->uri(key); },
        .put_conditions = [](void* o) -> conditions {
          if constexpr (Conditional<O>) {
            return static_cast<O*>(o)->put_conditions();
          } else {
            return conditions::none;
          }
        },
        .counters = [](void* o) -> store_counters {
          if constexpr (Counting<O>) {
            return static_cast<O*>(o)->counters();
          } else {
            (void)o;
            return {};
          }
        },
        .reads = [](void* o) -> bool {
          if constexpr (KnowsRefinements<O>) {
            return static_cast<O*>(o)->reads();
          } else {
            (void)o;
            return Reading<O>;
          }
        },
        .lists = [](void* o) -> bool {
          if constexpr (KnowsRefinements<O>) {
            return static_cast<O*>(o)->lists();
          } else {
            (void)o;
            return Listing<O>;
          }
        },
        .deletes = [](void* o) -> bool {
          if constexpr (KnowsRefinements<O>) {
            return static_cast<O*>(o)->deletes();
          } else {
            (void)o;
            return Deleting<O>;
          }
        },
        .put = [](void* o, std::string_view key, bytes_view body, object_options const& options,
                  put_condition const& condition,
                  std::stop_token const& stop) { return static_cast<O*>(o)->put(key, body, options, condition, stop); },
        .create_upload =
            [](void* o, std::string_view key, object_options const& options, std::stop_token const& stop) {
              return static_cast<O*>(o)->create_upload(key, options, stop);
            },
        .put_part =
            [](void* o, std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
               std::stop_token const& stop) {
              return static_cast<O*>(o)->put_part(key, upload_id, number, body, stop);
            },
        .complete =
            [](void* o, std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
               put_condition const& condition, std::stop_token const& stop) {
              return static_cast<O*>(o)->complete(key, upload_id, parts, condition, stop);
            },
        .abort = [](void* o, std::string_view key,
                    std::string_view upload_id) { return static_cast<O*>(o)->abort(key, upload_id); },
    };
    if constexpr (Reading<O>) {
      t.head = [](void* o, std::string_view key, std::stop_token const& stop) {
        return static_cast<O*>(o)->head(key, stop);
      };
      t.get = [](void* o, std::string_view key, std::size_t max_size, std::stop_token const& stop) {
        return static_cast<O*>(o)->get(key, max_size, stop);
      };
    }
    if constexpr (Listing<O>) {
      t.list = [](void* o, std::string_view prefix, std::string_view from, std::stop_token const& stop) {
        return static_cast<O*>(o)->list(prefix, from, stop);
      };
      t.list_uploads = [](void* o, std::string_view prefix, std::string_view from, std::stop_token const& stop) {
        return static_cast<O*>(o)->list_uploads(prefix, from, stop);
      };
      t.list_parts = [](void* o, std::string_view key, std::string_view upload_id, std::string_view from,
                        std::stop_token const& stop) {
        return static_cast<O*>(o)->list_parts(key, upload_id, from, stop);
      };
    }
    if constexpr (Deleting<O>) {
      t.remove = [](void* o, std::string_view key, std::stop_token const& stop) {
        return static_cast<O*>(o)->remove(key, stop);
      };
    }
    return t;
  }
  template <class O>
  static constexpr table table_of = make_table<O>();

  void* object_;
  table const* table_;
};

} // namespace copyto

#endif
