// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_ERROR_HPP
#define COPYTO_CORE_ERROR_HPP

#include <copyto/core/config.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace copyto {

/// What went wrong, coarse enough to switch on.
enum class errc {
  invalid_argument = 1, ///< an option, name, URI or schema that cannot be right
  unsupported,          ///< right in itself, but this store, format or reader has no form for it
  value_out_of_range,   ///< a value that its column cannot hold
  source_failed,        ///< the row source failed or threw
  not_empty,            ///< the target already holds objects
  claimed,              ///< another export holds the target
  not_found,            ///< no such object, bucket, table or file
  access_denied,        ///< the store knows us, and refuses
  bad_credentials,      ///< no credentials, or ones that the store does not accept
  precondition_failed,  ///< a conditional write found another state
  conflict,             ///< somebody else wrote at the same time; an upload is lost by it and must be made anew
  no_such_upload,       ///< a multipart upload is gone
  unreachable,          ///< no connection, name, or TLS session
  throttled,            ///< the store asks for fewer requests
  service_failed,       ///< the store answered with an error of its own
  bad_answer,           ///< an answer that cannot be understood
  damaged,              ///< the store holds other bytes than it was given
  io_failed,            ///< a local file or directory
  limit_exceeded,       ///< a limit of the store or the format
  stopped,              ///< a stop was requested
  claim_lost,           ///< somebody else decided this export's fate
  in_doubt,             ///< the outcome is not known
  published_partly,     ///< an export failed after files of it had been published as they closed
};

/// Whether trying again can help.
enum class disposition : std::uint8_t {
  permanent, ///< the same request will fail again
  transient, ///< may pass when repeated
  exhausted, ///< was transient, and was repeated as often as allowed
  in_doubt,  ///< the request may have taken effect
};

struct error_info;

/// One error: a cheap shared handle to an immutable `error_info`. Never holds a secret.
class error {
public:
  /// No error: what Boost.System hands out for a result that holds a value. Has no `error_info`.
  error() = default;
  explicit error(error_info info);
  error(errc code, std::string message);

  [[nodiscard]] errc code() const noexcept;
  [[nodiscard]] bool is(errc expected) const noexcept { return code() == expected; }
  [[nodiscard]] bool retryable() const noexcept;
  [[nodiscard]] bool in_doubt() const noexcept;
  error_info const& operator*() const noexcept { return *info_; }
  error_info const* operator->() const noexcept { return info_.get(); }

  /// The same error with `change(error_info&)` applied.
  template <class F>
  [[nodiscard]] error with(F&& change) const;
  /// The same error with `later` attached; the first error stays the one that is reported.
  [[nodiscard]] error with_suppressed(error later) const;

  /// One clear sentence: what failed, where, what the server said, what to do.
  [[nodiscard]] std::string message() const;

private:
  std::shared_ptr<error_info const> info_;
};

/// Everything an error knows. Filled where the error is made; read through `error`.
struct error_info {
  errc code = errc::invalid_argument;
  copyto::disposition disposition = copyto::disposition::permanent;
  std::string message = {};                        ///< what failed, one sentence without the key, code or advice below
  std::string operation = {};                      ///< of the store or protocol, e.g. "UploadPart"
  std::string key = {};                            ///< object key, path or URI
  int http_status = 0;                             ///< 0: no answer
  std::string service_code = {};                   ///< the server's own word, e.g. "AccessDenied"
  std::string service_text = {};                   ///< the server's own sentence
  std::string request_id = {};                     ///< for the operator of the store
  int attempts = 0;                                ///< requests made, 0: not counted
  std::optional<std::uint64_t> row = std::nullopt; ///< 1-based number of the row in the source, or in its shard
  std::optional<std::uint32_t> shard = std::nullopt; ///< of a source that comes in shards, from 0
  std::string column = {};
  std::string advice = {};            ///< what the user can do
  std::vector<error> suppressed = {}; ///< later errors, e.g. of the clean-up
};

inline error::error(error_info info) : info_(std::make_shared<error_info const>(std::move(info))) {}
inline error::error(errc code, std::string message) : error(error_info{.code = code, .message = std::move(message)}) {}
inline errc error::code() const noexcept { return info_ ? info_->code : errc{}; }
inline bool error::retryable() const noexcept { return info_ && info_->disposition == disposition::transient; }
inline bool error::in_doubt() const noexcept { return info_ && info_->disposition == disposition::in_doubt; }
template <class F>
error error::with(F&& change) const {
  error_info copy = *info_;
  change(copy);
  return error(std::move(copy));
}

/// Name of a code, e.g. "access_denied".
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// Category of `errc` for std::error_code.
[[nodiscard]] std::error_category const& error_category() noexcept;
[[nodiscard]] inline std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}
[[nodiscard]] inline std::error_code make_error_code(error const& e) noexcept { return make_error_code(e.code()); }

/// Thrown by `result<T>::value()`.
class failure : public std::runtime_error {
public:
  explicit failure(copyto::error e) : std::runtime_error(e.message()), error_(std::move(e)) {}
  [[nodiscard]] copyto::error const& error() const noexcept { return error_; }

private:
  copyto::error error_;
};

/// Within a handler of exceptions: what was thrown. A `failure` is its own error; anything else becomes one with `code`,
/// whose message is `what`, a colon, and what the exception says.
[[nodiscard]] error caught(errc code, std::string_view what);

} // namespace copyto

template <>
struct std::is_error_code_enum<copyto::errc> : std::true_type {};

#ifdef COPYTO_HEADER_ONLY
#include <copyto/core/impl/error.ipp>
#endif

#endif
