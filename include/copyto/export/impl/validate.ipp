// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_VALIDATE_IPP
#define COPYTO_EXPORT_IMPL_VALIDATE_IPP

#include <copyto/export/validate.hpp>

#include <copyto/auth/detail/role_session.hpp>
#include <copyto/auth/identity.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/commit/place.hpp>
#include <copyto/commit/probe.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/store/detail/way.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace copyto {
namespace detail {

using check_verdict = validation_check::verdict;

/// Looks at the operations of a store.
class store_validation {
public:
  store_validation(store_ref store, std::string_view prefix, validation& into, std::stop_token const& stop)
      : store_(store), place_(prefix), probe_(store, place_, make_export_id(system_clock().now()), stop), into_(into),
        stop_(stop) {}

  void look() {
    need("list", "s3:ListBucket", listed());
    if (hopeless_) {
      return;
    }
    store_probe::outcome const upload = probe_.upload_and_abort();
    bool const uploads = need("upload", "s3:PutObject", upload.created);
    if (hopeless_) {
      return;
    }
    if (uploads) {
      want("abort", "s3:AbortMultipartUpload", upload.aborted, "uploads of an export that fails would stay open");
    }
    bool const completed = uploads && need("complete", "s3:PutObject", probe_.upload());
    bool const put = need("put", "s3:PutObject", probe_.put());
    if (completed || put) {
      look_at_conditions();
      result<void> read = probe_.head();
      read = read ? probe_.get() : read;
      want("read", "s3:GetObject", read, "status, resume and abort would not work");
    }
    result<page<pending_upload>> const uploads_there = store_.list_uploads(place_.stem(), {}, stop_);
    want("list uploads", "s3:ListBucketMultipartUploads",
         uploads_there ? result<void>() : result<void>(uploads_there.error()),
         "an upload that was begun twice could not be found");
    result<void> const cleared = probe_.clear();
    if (!need("delete", "s3:DeleteObject", cleared) && (completed || put)) {
      into_.checks.back().found = fmt::format("{} stays", store_.uri(probe_.key()));
    }
  }

private:
  [[nodiscard]] result<void> listed() {
    result<page<object_info>> const page = store_.list(place_.stem(), {}, stop_);
    return page ? result<void>() : result<void>(page.error());
  }
  void look_at_conditions() {
    conditions honoured = store_.put_conditions();
    std::optional<error> why;
    if (honoured == conditions::unknown) {
      result<conditions> const seen = probe_.honoured();
      honoured = seen ? *seen : conditions::none;
      why = seen ? std::nullopt : std::optional(seen.error());
    }
    bool const whole = honoured == conditions::compare_and_swap;
    into_.checks.push_back({.name = "conditional writes",
                            .result = whole ? check_verdict::good : check_verdict::warning,
                            .found = whole ? "honoured"
                                     : honoured == conditions::create_only
                                         ? "only for objects that are new: let one export at a time run to a place"
                                         : "not honoured: let one export at a time run to a place",
                            .why = std::move(why)});
  }
  bool need(std::string_view name, std::string_view right, result<void> const& done) {
    hopeless_ = !done && (is_hopeless(done.error()) || done.error().is(errc::stopped));
    add(name, right, done, check_verdict::refused, "an export would fail");
    return done.has_value();
  }
  void want(std::string_view name, std::string_view right, result<void> const& done, std::string_view without) {
    add(name, right, done, check_verdict::warning, without);
  }
  void add(std::string_view name, std::string_view right, result<void> const& done, check_verdict bad,
           std::string_view without) {
    into_.checks.push_back({.name = std::string(name),
                            .right = std::string(right),
                            .result = done ? check_verdict::good : bad,
                            .found = std::string(done ? "works" : without),
                            .why = done ? std::nullopt : std::optional(done.error())});
  }

  store_ref store_;
  export_place place_;
  store_probe probe_;
  validation& into_;
  std::stop_token const& stop_;
  bool hopeless_ = false;
};

/// Looks at what is in front of a store: credentials, role, clock and region.
class way_validation {
public:
  way_validation(store_way const& way, validation& into, std::stop_token const& stop)
      : way_(way), into_(into), stop_(stop), role_(role_of(way)) {}

  /// Whether there are credentials to go on with.
  result<bool> look() {
    result<any_credentials> base = base_credentials(way_);
    if (!base) {
      return base.error();
    }
    result<credentials> const who = base->get(way_.io->now(), stop_);
    if (!who) {
      add("credentials", check_verdict::refused, "there are none", who.error());
      return false;
    }
    add("credentials", check_verdict::good, described(*who));
    look_at_identity(*who);
    return !role_ || look_at_role(*std::move(base));
  }

  /// An answer to anybody tells the server's time, and Amazon's the bucket's region.
  void look_at_server() {
    result<s3_endpoint> const at = resolve(way_.bucket, way_.bucket.region);
    if (!at) {
      return;
    }
    request r{.method = "HEAD", .scheme = at->scheme, .host = at->host, .port = at->port, .path = at->root};
    utc_time const sent = way_.io->now();
    result<response> const answer = way_.io->perform(r, stop_);
    if (!answer) {
      return; // what comes next says it better
    }
    if (auto const skew = clock_skew(*answer, sent, way_.io->now())) {
      auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(*skew)).count();
      bool const right = seconds < 60;
      add("clock", right ? check_verdict::good : check_verdict::warning,
          right ? "right"
                : fmt::format("{} s {}: signatures are made by the server's, but set it", seconds,
                              skew->count() > 0 ? "behind" : "ahead"));
    }
    if (std::optional<std::string_view> const region = answer->header("x-amz-bucket-region"); region && way_.amazon()) {
      bool const right = *region == way_.bucket.region;
      add("region", right ? check_verdict::good : check_verdict::warning,
          right ? std::string(*region)
                : fmt::format("the bucket is in {}, and {} was named: each process would ask once more",
                              one_line(std::string(*region)), way_.bucket.region));
    }
  }

private:
  static std::string described(credentials const& who) {
    std::string_view const id = who.access_key_id;
    std::string text =
        id.size() < 12 ? std::string("a key") : fmt::format("key {}...{}", id.substr(0, 4), id.substr(id.size() - 4));
    return who.session_token.empty() ? text : text + " of a session";
  }

  void look_at_identity(credentials const& who) {
    assume_role_options where = role_.value_or(assume_role_options{});
    role_place const place = way_.roles();
    where.region = place.region.empty() ? "us-east-1" : place.region;
    where.endpoint = place.endpoint;
    where.network = place.network;
    if (!way_.amazon() && where.endpoint.empty()) {
      add("identity", check_verdict::unknown, "there is nobody to ask at this service");
      return;
    }
    result<caller_identity> const found = who_am_i(*way_.io, who, where, stop_);
    if (found) {
      into_.principal = found->principal();
      add("identity", check_verdict::good, found->arn);
    } else if (found.error().is(errc::bad_credentials) && way_.amazon()) {
      add("identity", check_verdict::refused, "the credentials are not accepted", found.error());
    } else {
      add("identity", check_verdict::unknown, "this token service does not tell", found.error());
    }
  }

  bool look_at_role(any_credentials base) {
    into_.external_id = role_->external_id;
    credential_source_ptr const source = make_source(std::move(base));
    auto const assume = [&](std::string external_id) {
      assume_role_options options = *role_;
      options.external_id = std::move(external_id);
      return role_session(std::move(options), false, source, way_.io).get(way_.io->now(), stop_);
    };
    result<credentials> const session = assume(role_->external_id);
    if (!session) {
      add("role", check_verdict::refused, "it cannot be assumed", session.error());
      return false;
    }
    add("role", check_verdict::good, fmt::format("{} can be assumed", role_->role_arn));
    if (role_->external_id.empty()) {
      add("role without external id", check_verdict::warning,
          "it asks for no external id: where others choose the role that we work as, they could choose one of somebody "
          "else (confused deputy)");
      return true;
    }
    must_be_denied(
        "role without external id", assume({}),
        "it can be assumed: anybody who has us work as a role could name this one (confused deputy); let its "
        "trust policy ask for sts:ExternalId");
    must_be_denied("role with another external id", assume(make_export_id(way_.io->now())),
                   "it can be assumed: its trust policy does not look at the external id (confused deputy); compare "
                   "sts:ExternalId by StringEquals");
    return true;
  }
  void must_be_denied(std::string_view name, result<credentials> const& session, std::string_view danger) {
    if (session) {
      add(name, check_verdict::warning, std::string(danger));
    } else if (session.error().is(errc::access_denied)) {
      add(name, check_verdict::good, "it cannot be assumed");
    } else { // what failed for another reason proves nothing
      add(name, check_verdict::warning, "it could not be found out", session.error());
    }
  }

  void add(std::string_view name, check_verdict verdict, std::string found, std::optional<error> why = std::nullopt) {
    into_.checks.push_back(
        {.name = std::string(name), .result = verdict, .found = std::move(found), .why = std::move(why)});
  }

  store_way const& way_;
  validation& into_;
  std::stop_token const& stop_;
  std::optional<assume_role_options> role_;
};

} // namespace detail

COPYTO_COLD validation_check::verdict validation::verdict() const noexcept {
  auto const has = [this](validation_check::verdict v) {
    return std::ranges::any_of(checks, [v](validation_check const& c) { return c.result == v; });
  };
  return has(validation_check::verdict::refused)   ? validation_check::verdict::refused
         : has(validation_check::verdict::warning) ? validation_check::verdict::warning
                                                   : validation_check::verdict::good;
}

COPYTO_COLD validation validate(store_ref store, std::string_view prefix, std::stop_token const& stop) {
  validation found;
  detail::store_validation(store, prefix, found, stop).look();
  return found;
}

COPYTO_COLD result<validation> validate(store_target const& to, store_settings const& settings,
                                        std::function<void(http_exchange const&)> tell, std::stop_token const& stop) {
  if (!to.is_bucket()) {
    result<any_store> store = open_store(to, settings);
    return store ? result<validation>(validate(store_ref(*store), to.prefix, stop)) : store.error();
  }
  result<detail::store_way> const way = detail::find_way(to, settings, std::move(tell));
  if (!way) {
    return way.error();
  }
  result<any_store> store = detail::open_way(*way);
  if (!store) {
    return store.error();
  }
  validation found;
  detail::way_validation front(*way, found, stop);
  result<bool> const has_credentials = front.look();
  if (!has_credentials) {
    return has_credentials.error();
  }
  if (*has_credentials) {
    front.look_at_server();
    detail::store_validation(store_ref(*store), to.prefix, found, stop).look();
  }
  return found;
}

} // namespace copyto

#endif
