// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_GOOGLE_IPP
#define COPYTO_AUTH_IMPL_GOOGLE_IPP

#include <copyto/auth/google.hpp>

#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/auth/detail/json_set.hpp>
#include <copyto/auth/detail/secret_file.hpp>
#include <copyto/auth/digest.hpp>
#include <copyto/core/ascii.hpp>
#include <copyto/core/detail/environment.hpp>
#include <copyto/core/json_text.hpp>
#include <copyto/http/uri_encode.hpp>

#include <fmt/format.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace copyto::detail {

inline constexpr std::string_view google_token_service = "Google's token service";
inline constexpr std::string_view google_metadata_service = "Google's metadata server";

/// Base64 for URLs, without padding (RFC 7515, 2).
COPYTO_COLD std::string base64_url(bytes_view bytes) {
  std::string text = base64(bytes);
  text.erase(std::min(text.find('='), text.size()));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

/// RS256 (RFC 7518, 3.3) by a private key in PEM; empty: it is none of RSA.
COPYTO_COLD std::string sign_rs256(std::string_view pem, std::string_view text) {
  struct release {
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  std::unique_ptr<BIO, release> const memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto const no_password = [](char*, int, int, void*) { return -1; };
  std::unique_ptr<EVP_PKEY, release> const key(
      memory ? PEM_read_bio_PrivateKey(memory.get(), nullptr, no_password, nullptr) : nullptr);
  std::unique_ptr<EVP_MD_CTX, release> const context(EVP_MD_CTX_new());
  std::string signature;
  std::size_t size = 0;
  auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
  if (key && context && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA &&
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1) {
    signature.resize(size);
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) !=
        1) {
      size = 0;
    }
    signature.resize(size);
  }
  return signature;
}

/// The access token of an answer.
COPYTO_COLD result<credentials> read_access_token(response& answer, std::string_view what, utc_time at) {
  std::optional<json_members> const members = read_json_members(answer.body);
  std::string_view const token = members ? member(*members, "access_token") : std::string_view();
  std::string_view const life = members ? member(*members, "expires_in") : std::string_view();
  std::uint32_t seconds = 0;
  auto const [end, fault] = std::from_chars(life.data(), life.data() + life.size(), seconds);
  if (token.empty() || !std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; }) ||
      fault != std::errc() || end != life.data() + life.size()) {
    return error({.code = errc::bad_answer,
                  .message = fmt::format("{} gave no access token", what),
                  .http_status = answer.status,
                  .advice = "check what answers at its address"});
  }
  return credentials{.bearer_token = secret(token), .expiry = at + std::chrono::seconds(seconds)};
}

class google_account_source final : public fetched_source {
public:
  google_account_source(google_account_options options, provider_io_ptr io)
      : fetched_source(google_token_service, std::move(io)), options_(std::move(options)) {}

private:
  result<credentials> fetch(std::stop_token const& stop) override {
    std::string const path =
        options_.key_file.empty() ? std::string(environment("GOOGLE_APPLICATION_CREDENTIALS")) : options_.key_file;
    if (path.empty()) {
      return error({.code = errc::bad_credentials,
                    .message = "no key file of a service account is named",
                    .advice = "set GOOGLE_APPLICATION_CREDENTIALS"});
    }
    result<secret> const file = read_secret_file(path, "the key file of a service account");
    if (!file) {
      return file.error();
    }
    std::string text(file->reveal());
    std::optional<json_members> const members = read_json_members(text);
    auto const bad = [&](std::string_view why) {
      return error({.code = errc::bad_credentials,
                    .message = fmt::format("{} {}", path, why),
                    .advice = "make one by `gcloud iam service-accounts keys create`"});
    };
    if (!members || member(*members, "type") != "service_account") {
      return bad("is no key file of a service account");
    }
    std::optional<request> r = request_to(member(*members, "token_uri"));
    if (!r || (r->scheme != "https" && r->host != "127.0.0.1" && r->host != "localhost")) {
      return bad("has no token_uri that begins with https://");
    }
    std::string const claims = fmt::format(
        R"({{"iss":{},"scope":{},"aud":{},"iat":{},"exp":{}}})", json_text(member(*members, "client_email")),
        json_text(options_.scope), json_text(member(*members, "token_uri")), seconds_now(), seconds_now() + 3600);
    std::string const head =
        fmt::format(R"({{"alg":"RS256","typ":"JWT","kid":{}}})", json_text(member(*members, "private_key_id")));
    std::string assertion = base64_url(as_bytes(head)) + "." + base64_url(as_bytes(claims));
    std::string const signature = sign_rs256(member(*members, "private_key"), assertion);
    if (signature.empty()) {
      return bad("has no private_key of RSA that OpenSSL can read");
    }
    assertion += "." + base64_url(as_bytes(signature));
    r->method = "POST";
    r->headers = {{.name = "Content-Type", .value = "application/x-www-form-urlencoded"}};
    r->text = fmt::format("grant_type={}&assertion={}",
                          uri_encode("urn:ietf:params:oauth:grant-type:jwt-bearer", uri_part::component), assertion);
    r->patience = {.low_speed_time = std::chrono::seconds(20), .whole = std::chrono::seconds(60)};
    secret::wipe(assertion.data(), assertion.size());
    utc_time const at = io().now();
    result<response> answer =
        ask_metadata(io(), *std::move(r),
                     {.what = google_token_service,
                      .advice = "check that the service account and this key of it are still there, "
                                "and this machine's clock",
                      .remedy = "check the network",
                      .proxy = true},
                     stop);
    return answer ? read_access_token(*answer, google_token_service, at) : answer.error();
  }

  [[nodiscard]] std::int64_t seconds_now() const {
    return std::chrono::duration_cast<std::chrono::seconds>(io().now().time_since_epoch()).count();
  }

  google_account_options options_;
};

class google_metadata_source final : public fetched_source {
public:
  explicit google_metadata_source(provider_io_ptr io) : fetched_source(google_metadata_service, std::move(io)) {}

private:
  result<credentials> fetch(std::stop_token const& stop) override {
    std::string_view const named = environment("GCE_METADATA_HOST");
    std::optional<request> r =
        request_to(fmt::format("http://{}/computeMetadata/v1/instance/service-accounts/default/token",
                               named.empty() ? "metadata.google.internal" : named));
    if (!r) {
      return error({.code = errc::invalid_argument,
                    .message = "GCE_METADATA_HOST is no host",
                    .advice = "write it as host or host:port"});
    }
    r->headers = {{.name = "Metadata-Flavor", .value = "Google"}};
    r->patience = {.connect = std::chrono::seconds(1),
                   .low_speed_time = std::chrono::seconds(3),
                   .whole = std::chrono::seconds(5)};
    utc_time const at = io().now();
    result<response> answer = ask_metadata(io(), *std::move(r),
                                           {.what = google_metadata_service,
                                            .advice = "give this machine, pod or job a service account",
                                            .remedy = "it is there on Google Cloud only",
                                            .attempts = 2},
                                           stop);
    if (answer && answer->header("Metadata-Flavor") != "Google") {
      return error({.code = errc::bad_answer,
                    .message = fmt::format("what answers is not {}", google_metadata_service),
                    .http_status = answer->status,
                    .advice = "check GCE_METADATA_HOST, and the network"});
    }
    return answer ? read_access_token(*answer, google_metadata_service, at) : answer.error();
  }
};

COPYTO_COLD credential_source_ptr make_google_account_source(google_account_options options, provider_io_ptr io) {
  return std::make_shared<google_account_source>(std::move(options), std::move(io));
}

COPYTO_COLD credential_source_ptr make_google_metadata_source(provider_io_ptr io) {
  return std::make_shared<google_metadata_source>(std::move(io));
}

} // namespace copyto::detail

#endif
