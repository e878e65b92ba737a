// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_ROLE_SESSION_IPP
#define COPYTO_AUTH_IMPL_ROLE_SESSION_IPP

#include <copyto/auth/detail/role_session.hpp>

#include <copyto/auth/detail/secret_file.hpp>
#include <copyto/auth/sts_failure.hpp>
#include <copyto/core/detail/random_bits.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/attempts.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace copyto::detail {

/// The attempts to assume the role once.
class role_session::role_attempts final : public attempts {
public:
  role_attempts(role_session& role, utc_time now) : role_(role), io_(*role.io_), now_(now) {}

  /// What `answer`, the one that `run` returned, holds.
  result<credentials> accept(response& answer) const;

private:
  sent send(std::stop_token const& stop) override;
  bool cure(service_failure const& why, response const& answer, std::stop_token const& stop) override;
  [[nodiscard]] error_info describe(service_failure const& why) const override {
    return sts::describe(why, role_.how(), !role_.options_.external_id.empty());
  }
  std::optional<std::chrono::nanoseconds> pause(failed_attempt const& failed) override {
    return io_.delay(failed, random_bits());
  }
  bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) override {
    return io_.sleep(duration, stop);
  }
  [[nodiscard]] error finish(error_info info, bool gave_up) const override;

  role_session& role_;
  provider_io& io_;
  utc_time now_; ///< the caller's, when this began
  std::chrono::nanoseconds begin_ = io_.elapsed();
  int made_ = 0;
  // Of the attempt that was made last:
  std::chrono::microseconds skew_ = {};
  credentials who_ = {};
  utc_time sent_ = {};
  utc_time received_ = {};
  utc_time started_ = {}; ///< on the clock of `now_`
};

COPYTO_COLD role_session::role_session(assume_role_options options, bool chained, credential_source_ptr base,
                                       provider_io_ptr io)
    : options_(std::move(options)), base_(std::move(base)), io_(std::move(io)) {
  set_up(chained);
}

COPYTO_COLD role_session::role_session(assume_role_options options, std::string token_file, provider_io_ptr io)
    : options_(std::move(options)), token_file_(std::move(token_file)), io_(std::move(io)) {
  set_up(false);
  if (token_file_.empty()) {
    problem_ = error({.code = errc::invalid_argument,
                      .message = "cannot assume the role by a web identity: no token file is named",
                      .operation = std::string(sts::name_of(how())),
                      .advice = "set AWS_WEB_IDENTITY_TOKEN_FILE"});
  }
}

COPYTO_COLD void role_session::set_up(bool chained) {
  if (auto good = sts::check(options_, chained); !good) {
    problem_ = good.error().with([this](error_info& info) { name_question(info); });
  }
  if (options_.session_name.empty()) {
    options_.session_name = fmt::format("copyto-{:016x}", random_bits());
  }
}

/// Into an error: who is asked, and by what.
COPYTO_COLD void role_session::name_question(error_info& info) const {
  info.operation = sts::name_of(how());
  constexpr std::string_view failed = "cannot assume the role";
  if (base_ == nullptr && info.message.starts_with(failed)) {
    info.message.insert(failed.size(), " by a web identity");
  }
}

COPYTO_COLD result<void> role_session::check() const {
  if (problem_) {
    return *problem_;
  }
  return {};
}

COPYTO_COLD result<credentials> role_session::get(utc_time now, std::stop_token const& stop) {
  if (problem_) {
    return *problem_;
  }
  return cache_.get(now, stop, [this](utc_time begin, std::stop_token const& by) {
    std::chrono::nanoseconds const before = io_->elapsed();
    result<credentials> set = assume(begin, by);
    auto const took = std::chrono::duration_cast<std::chrono::microseconds>(io_->elapsed() - before);
    return credential_cache::fetched{.set = std::move(set), .at = begin + took};
  });
}

COPYTO_COLD error role_session::role_attempts::finish(error_info info, bool gave_up) const {
  role_.name_question(info);
  info.key = role_.options_.role_arn;
  info.attempts = made_;
  // A request whose answer is lost leaves nothing behind but a session that nobody knows.
  if (info.disposition == disposition::in_doubt || gave_up) {
    info.disposition = disposition::exhausted;
  }
  return error(std::move(info));
}

COPYTO_COLD attempts::sent role_session::role_attempts::send(std::stop_token const& stop) {
  skew_ = std::chrono::microseconds(role_.skew_);
  request r;
  if (role_.base_ != nullptr) {
    result<credentials> who = role_.base_->get(io_.now() + skew_, stop);
    if (!who) {
      return {.answer = who.error(), .final = true};
    }
    who_ = *std::move(who);
    r = sts::make_request(role_.options_);
  } else {
    result<secret> const token = read_secret_file(role_.token_file_, "the web identity token file");
    if (!token) {
      return {.answer = token.error(), .final = true};
    }
    if (std::ranges::any_of(token->reveal(), [](char c) { return c <= ' ' || c > '~'; })) {
      return {.answer = error({.code = errc::bad_credentials,
                               .message = "the web identity token file holds a character that no token has",
                               .advice = "check that it is the right file"}),
              .final = true};
    }
    r = sts::make_request(role_.options_, token->reveal());
  }
  sent_ = io_.now();
  started_ = now_ + std::chrono::duration_cast<std::chrono::microseconds>(io_.elapsed() - begin_);
  if (role_.base_ != nullptr) {
    sts::sign(r, who_, sts::region_of(role_.options_), sent_ + skew_);
  }
  ++made_;
  sent one{.answer = io_.perform(r, stop)};
  received_ = io_.now();
  r.wipe_secrets();
  secret::wipe(r.text.data(), r.text.size()); // it may hold the token of a web identity
  if (!one.answer) {
    one.answer = one.answer.error().with([](error_info& info) {
      info.message = fmt::format("cannot assume the role: {}", info.message);
      info.advice = info.advice.empty() ? "check the STS endpoint, and the network" : info.advice;
    });
  } else if (!one.answer->ok()) {
    one.why = sts::classify(*one.answer, !who_.session_token.empty());
    one.why->hide(who_.secret_key.reveal());
    one.why->hide(who_.session_token.reveal());
  }
  return one;
}

COPYTO_COLD bool role_session::role_attempts::cure(service_failure const& why, response const& answer,
                                                   std::stop_token const& stop) {
  if (why.remedy == remedy::region) {
    return false;
  }
  if (why.remedy == remedy::clock) {
    auto const skew = new_clock_skew(answer, sent_, received_, skew_);
    if (skew) {
      role_.skew_ = skew->count();
    }
    return skew.has_value();
  }
  if (role_.base_ == nullptr) {
    return false; // the file was read just now
  }
  role_.base_->expire(who_);
  auto const fresh = role_.base_->get(io_.now() + skew_, stop);
  if (!fresh) {
    no_others(fresh.error());
    return false;
  }
  return !fresh->same_as(who_);
}

/// The session, its end on the caller's clock, which may be wrong: then the answer's Date tells by how much.
COPYTO_COLD result<credentials> role_session::role_attempts::accept(response& answer) const {
  auto const skew = clock_skew(answer, sent_, received_);
  auto session = sts::read_session(answer, role_.how());
  if (!session) {
    return finish(*session.error(), false);
  }
  utc_time const here = started_ + (received_ - sent_);
  if (skew) {
    utc_time const there = received_ + *skew;
    if (std::chrono::abs(there - here) >= std::chrono::minutes(1)) {
      *session->expiry += here - there;
    }
  }
  if (*session->expiry <= here) {
    return finish({.code = errc::bad_answer,
                   .message = "cannot assume the role: the session that STS gave has already ended",
                   .http_status = answer.status,
                   .advice = "check this machine's clock"},
                  false);
  }
  return session;
}

COPYTO_COLD result<credentials> role_session::assume(utc_time now, std::stop_token const& stop) {
  role_attempts tries(*this, now);
  result<response> answer = tries.run(stop);
  return answer ? tries.accept(*answer) : answer.error();
}

} // namespace copyto::detail

#endif
