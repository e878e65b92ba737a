// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_ATTRIBUTE_HEADERS_IPP
#define COPYTO_STORE_S3_IMPL_ATTRIBUTE_HEADERS_IPP

#include <copyto/store/s3/detail/attribute_headers.hpp>

#include <copyto/auth/digest.hpp>
#include <copyto/core/ascii.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/http/uri_encode.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace copyto::detail {

/// The rules of one set of attributes, each named by its member.
class attribute_rules {
public:
  attribute_rules(object_attributes const& wanted, attribute_support const& has, std::string_view service)
      : w_(wanted), has_(has), service_(service) {}

  result<void> check(bool encrypted) const {
    result<void> good = check_support();
    good = good ? check_encryption(encrypted) : good;
    good = good ? check_labels() : good;
    good = good ? check_lock() : good;
    return good ? check_words() : good;
  }

private:
  result<void> check_support() const {
    bool const kms =
        w_.encryption.starts_with("aws:kms") || !w_.kms_key.empty() || !w_.kms_context.empty() || w_.bucket_key;
    for (auto const& [asked, there, member] : {std::tuple(!w_.encryption.empty(), has_.encryption, ".encryption"),
                                               {kms, has_.kms, ".kms_key"},
                                               {!w_.customer_key.empty(), has_.customer_key, ".customer_key"},
                                               {!w_.tags.empty(), has_.tags, ".tags"},
                                               {!w_.acl.empty(), has_.acl, ".acl"},
                                               {!w_.grants.empty(), has_.acl, ".grants"},
                                               {!w_.lock_mode.empty() || w_.lock_until, has_.lock, ".lock_mode"},
                                               {w_.legal_hold, has_.legal_hold, ".legal_hold"},
                                               {!w_.expected_owner.empty(), has_.owner, ".expected_owner"},
                                               {w_.requester_pays, has_.owner, ".requester_pays"}}) {
      if (asked && !there) {
        return error({.code = errc::unsupported,
                      .message = fmt::format("{} has nothing like {}", service_, member),
                      .advice = "leave it out"});
      }
    }
    return {};
  }

  result<void> check_encryption(bool encrypted) const {
    bool const kms = w_.encryption.starts_with("aws:kms");
    constexpr std::string_view words[] = {"", "AES256", "aws:kms", "aws:kms:dsse"};
    if (std::ranges::find(words, w_.encryption) == std::end(words)) {
      return wrong(".encryption", "is none of AES256, aws:kms and aws:kms:dsse");
    }
    // A service with key names of its own has no word for the kind.
    if (has_.encryption && !kms && (!w_.kms_key.empty() || !w_.kms_context.empty() || w_.bucket_key)) {
      return wrong(".kms_key", "has no effect without .encryption aws:kms");
    }
    if (w_.bucket_key && w_.encryption == "aws:kms:dsse") {
      return wrong(".bucket_key", "does not go with aws:kms:dsse");
    }
    if (w_.customer_key.empty()) {
      return {};
    }
    if (w_.customer_key.reveal().size() != 32) {
      return wrong(".customer_key", "is not 32 bytes long");
    }
    if (!w_.encryption.empty() || !w_.kms_key.empty()) {
      return wrong(".customer_key", "and .encryption both say how to encrypt");
    }
    if (!encrypted) {
      return wrong(".customer_key", "would go over an endpoint that is not encrypted");
    }
    result<md5_digest> const digest = md5(as_bytes(w_.customer_key.reveal())); // which its header needs
    return digest ? result<void>() : digest.error();
  }

  result<void> check_labels() const {
    if (w_.tags.size() > 10) {
      return wrong(".tags", "has more than 10 entries");
    }
    for (auto const& [name, value] : w_.tags) {
      if (name.empty() || utf8_length(name) > 128 || utf8_length(value) > 256 || !valid_utf8(name) ||
          !valid_utf8(value)) {
        return wrong(".tags", "has a name that is not of 1 to 128 characters, or a value of more than 256");
      }
      if (std::ranges::count(w_.tags, name, &std::pair<std::string, std::string>::first) != 1) {
        return wrong(".tags", "has a name twice");
      }
    }
    std::size_t bytes = 0;
    for (auto const& [name, value] : w_.metadata) {
      bytes += name.size() + value.size();
      bool const token = !name.empty() && std::ranges::all_of(name, [](char c) {
        return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
      });
      if (!token || ascii::same(name, "copyto-token")) {
        return wrong(".metadata", "has a name that cannot be one: letters, digits, `-`, `_` and `.` can");
      }
    }
    constexpr std::size_t mark = std::string_view("copyto-token").size() + 64 + 17; // and an export id with random bits
    std::size_t const room = has_.max_metadata - mark;
    return bytes <= room
               ? result<void>()
               : wrong(".metadata", fmt::format("has {} bytes, and {} has room for {} beside the export's own", bytes,
                                                service_, room));
  }

  result<void> check_lock() const {
    if (w_.lock_mode.empty() != !w_.lock_until.has_value()) {
      return wrong(w_.lock_mode.empty() ? ".lock_until" : ".lock_mode", "needs both, .lock_mode and .lock_until");
    }
    if (!w_.lock_mode.empty() && w_.lock_mode != "GOVERNANCE" && w_.lock_mode != "COMPLIANCE") {
      return wrong(".lock_mode", "is neither GOVERNANCE nor COMPLIANCE");
    }
    return {};
  }

  /// Each may stand in a header.
  result<void> check_words() const {
    if (!w_.expected_owner.empty() &&
        (w_.expected_owner.size() != 12 || !std::ranges::all_of(w_.expected_owner, ascii::is_digit))) {
      return wrong(".expected_owner", "is no account id of 12 digits");
    }
    for (auto const& [permission, who] : w_.grants) {
      constexpr std::string_view known[] = {"read", "read-acp", "write-acp", "full-control"};
      if (std::ranges::find(known, permission) == std::end(known) || who.empty()) {
        return wrong(".grants", "has another permission than read, read-acp, write-acp and full-control, or nobody");
      }
    }
    auto const visible = [](std::string_view text) {
      return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }) && !text.starts_with(' ') &&
             !text.ends_with(' ');
    };
    for (auto const& [text, member] : {std::pair(std::string_view(w_.kms_key), ".kms_key"),
                                       {w_.acl, ".acl"},
                                       {w_.cache_control, ".cache_control"},
                                       {w_.content_disposition, ".content_disposition"},
                                       {w_.content_language, ".content_language"}}) {
      if (!visible(text)) {
        return wrong(member, "holds a character that no header can");
      }
    }
    for (auto const* list : {&w_.metadata, &w_.grants}) {
      if (!std::ranges::all_of(*list, visible, &std::pair<std::string, std::string>::second)) {
        return wrong(list == &w_.metadata ? ".metadata" : ".grants", "holds a character that no header can");
      }
    }
    return {};
  }

  [[nodiscard]] static error wrong(std::string_view member, std::string_view why) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("{} {}", member, why),
                  .advice = "correct it, or leave it out"});
  }

  object_attributes const& w_;
  attribute_support const& has_;
  std::string_view service_;
};

COPYTO_COLD void add_attributes(object_attributes const& from, std::string_view prefix, bool own,
                                std::vector<header>& into) {
  auto const add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      into.push_back({.name = fmt::format("{}{}", prefix, name), .value = std::string(value)});
    }
  };
  if (prefix == "x-goog-") {
    add("encryption-kms-key-name", from.kms_key);
  } else {
    add("server-side-encryption", from.encryption);
    add("server-side-encryption-aws-kms-key-id", from.kms_key);
    add("server-side-encryption-context", from.kms_context.empty() ? "" : base64(as_bytes(from.kms_context)));
    add("server-side-encryption-bucket-key-enabled", !from.bucket_key ? "" : *from.bucket_key ? "true" : "false");
  }
  add("acl", from.acl);
  for (auto const& [permission, who] : from.grants) {
    add(fmt::format("grant-{}", permission), who);
  }
  if (own) {
    return;
  }
  std::string tags;
  for (auto const& [name, value] : from.tags) {
    tags += fmt::format("{}{}={}", tags.empty() ? "" : "&", uri_encode(name, uri_part::component),
                        uri_encode(value, uri_part::component));
  }
  add("tagging", tags);
  for (auto const& [name, value] : from.metadata) {
    into.push_back({.name = fmt::format("{}meta-{}", prefix, name), .value = value});
  }
  for (auto const& [name, value] : {std::pair("Cache-Control", &from.cache_control),
                                    {"Content-Disposition", &from.content_disposition},
                                    {"Content-Language", &from.content_language}}) {
    if (!value->empty()) {
      into.push_back({.name = name, .value = *value});
    }
  }
  add("object-lock-mode", from.lock_mode);
  if (from.lock_until) {
    utc_fields const t = split_utc(*from.lock_until);
    add("object-lock-retain-until-date",
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second));
  }
  add("object-lock-legal-hold", from.legal_hold ? "ON" : "");
}

COPYTO_COLD void add_customer_key(object_attributes const& from, std::string_view prefix, std::vector<header>& into) {
  if (from.customer_key.empty()) {
    return;
  }
  bytes_view const key = as_bytes(from.customer_key.reveal());
  bool const google = prefix == "x-goog-";
  std::string_view const stem = google ? "encryption-" : "server-side-encryption-customer-";
  auto const add = [&](std::string_view name, std::string value, bool sensitive) {
    into.push_back(
        {.name = fmt::format("{}{}{}", prefix, stem, name), .value = std::move(value), .sensitive = sensitive});
  };
  add("algorithm", "AES256", false);
  add("key", base64(key), true);
  if (google) {
    add("key-sha256", base64(sha256(key)), false);
  } else if (result<md5_digest> const digest = md5(key)) { // the rules have seen that there is MD5
    add("key-MD5", base64(*digest), false);
  }
}

COPYTO_COLD void add_guards(object_attributes const& from, std::vector<header>& into) {
  if (!from.expected_owner.empty()) {
    into.push_back({.name = "x-amz-expected-bucket-owner", .value = from.expected_owner});
  }
  if (from.requester_pays) {
    into.push_back({.name = "x-amz-request-payer", .value = "requester"});
  }
}

COPYTO_COLD result<void> check_attributes(object_attributes const& wanted, attribute_support const& has,
                                          std::string_view service, bool encrypted) {
  return attribute_rules(wanted, has, service).check(encrypted);
}

} // namespace copyto::detail

#endif
