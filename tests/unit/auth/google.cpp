// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/google.hpp>

#include "ambient_fixture.hpp"

#include <copyto/auth/digest.hpp>
#include <copyto/core/json_text.hpp>
#include <copyto/store/s3.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<google_service_account> && RefreshableProvider<google_metadata>);

/// A key of RSA, once for all tests.
class rsa_key {
public:
  rsa_key() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {}
  [[nodiscard]] std::string pem() const {
    std::unique_ptr<BIO, decltype(&BIO_free)> const memory(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(memory.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    long const size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<unsigned char const*>(signature.data()), signature.size(),
                            reinterpret_cast<unsigned char const*>(text.data()), text.size()) == 1;
  }

private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

std::string from_base64_url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return unbase64(text).value();
}

class GoogleTokens : public copyto::tests::ambient_fixture {
protected:
  std::string key_file(std::string_view pem, std::string_view more = "") const {
    return file(
        "key.json",
        fmt::format(
            R"({{"type": "service_account", "client_email": "me@p.iam", "private_key_id": "7", "private_key": {},)"
            R"( "token_uri": "https://oauth2.googleapis.com/token"{}}})",
            json_text(pem), more));
  }
  [[nodiscard]] google_service_account account() const { return google_service_account({}, net, retry, clock); }
  [[nodiscard]] google_metadata metadata() const { return google_metadata(net, retry, clock); }

  static inline rsa_key const key;
};

TEST_F(GoogleTokens, AreAskedForByAJwtThatTheKeyHasSigned) {
  set("GOOGLE_APPLICATION_CREDENTIALS", key_file(key.pem()));
  net.answer(200, R"({"access_token": "ya29.hidden", "expires_in": 3599, "token_type": "Bearer"})");
  google_service_account who = account();
  credentials const got = get(who).value();
  EXPECT_EQ(got.bearer_token.reveal(), "ya29.hidden");
  EXPECT_EQ(got.expiry, clock.now() + 3599s);
  auto const sent = net.requests().at(0);
  EXPECT_EQ(sent.request.host, "oauth2.googleapis.com");
  EXPECT_FALSE(sent.request.direct);
  std::string const start = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  ASSERT_TRUE(sent.body.starts_with(start)) << sent.body;
  std::string const assertion = sent.body.substr(start.size());
  std::size_t const first = assertion.find('.');
  std::size_t const second = assertion.rfind('.');
  EXPECT_EQ(from_base64_url(assertion.substr(0, first)), R"({"alg":"RS256","typ":"JWT","kid":"7"})");
  auto const now = std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
  EXPECT_EQ(from_base64_url(assertion.substr(first + 1, second - first - 1)),
            fmt::format(R"({{"iss":"me@p.iam","scope":"https://www.googleapis.com/auth/devstorage.read_write",)"
                        R"("aud":"https://oauth2.googleapis.com/token","iat":{},"exp":{}}})",
                        now, now + 3600));
  EXPECT_TRUE(key.verifies(assertion.substr(0, second), from_base64_url(assertion.substr(second + 1))));
}

TEST_F(GoogleTokens, SayWhatIsWrongWithTheFile) {
  EXPECT_NE(refusal(account()).find("no key file"), std::string::npos);
  set("GOOGLE_APPLICATION_CREDENTIALS", home + "/none");
  EXPECT_NE(refusal(account()).find("cannot be read"), std::string::npos);
  set("GOOGLE_APPLICATION_CREDENTIALS", file("key.json", R"({"type": "authorized_user", "refresh_token": "hidden"})"));
  EXPECT_NE(refusal(account()).find("no key file of a service account"), std::string::npos);
  set("GOOGLE_APPLICATION_CREDENTIALS", key_file("-----BEGIN hidden-----"));
  EXPECT_NE(refusal(account()).find("no private_key of RSA"), std::string::npos);
  set("GOOGLE_APPLICATION_CREDENTIALS",
      file("key.json", R"({"type": "service_account", "token_uri": "http://elsewhere.example/"})"));
  EXPECT_NE(refusal(account()).find("begins with https"), std::string::npos);
  EXPECT_TRUE(net.requests().empty());
  set("GOOGLE_APPLICATION_CREDENTIALS", key_file(key.pem()));
  net.answer(400, R"({"error": "invalid_grant", "error_description": "hidden"})");
  EXPECT_NE(refusal(account()).find("refused"), std::string::npos);
  net.answer(200, "<html>hidden");
  EXPECT_NE(refusal(account(), errc::bad_answer).find("no access token"), std::string::npos);
}

TEST_F(GoogleTokens, OfAMachineComeFromItsMetadataServer) {
  net.answer(200, R"({"access_token": "ya29.m", "expires_in": 60, "token_type": "Bearer"})",
             {{"Metadata-Flavor", "Google"}});
  google_metadata who = metadata();
  EXPECT_EQ(get(who)->bearer_token.reveal(), "ya29.m");
  auto const sent = net.requests().at(0);
  EXPECT_EQ(sent.request.host, "metadata.google.internal");
  EXPECT_EQ(sent.header("Metadata-Flavor"), "Google");
  EXPECT_TRUE(sent.request.direct);
  net.answer(200, R"({"access_token": "x", "expires_in": 60})"); // somebody else
  EXPECT_NE(refusal(metadata(), errc::bad_answer).find("is not Google's metadata server"), std::string::npos);
  net.answer(404);
  EXPECT_NE(refusal(metadata()).find("a service account"), std::string::npos);
}

TEST_F(GoogleTokens, StandInPlaceOfASignature) {
  copyto::testing::scripted_transport tokens;
  tokens.answer(200, R"({"access_token": "one", "expires_in": 3600})", {{"Metadata-Flavor", "Google"}});
  tokens.answer(200, R"({"access_token": "two", "expires_in": 3600})", {{"Metadata-Flavor", "Google"}});
  google_metadata const who(tokens, retry, clock);
  s3_store store(gcs{.bucket = "lake"}, who, net, retry, clock);
  net.answer(401, "").answer(200, "", {{"ETag", "\"e\""}, {"x-goog-generation", "5"}});
  EXPECT_EQ(store.put("k", as_bytes("x"), {}, put_condition::absent(), {}).value(), "5");
  auto const sent = net.requests();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].header("authorization"), "Bearer one");
  EXPECT_EQ(sent[1].header("authorization"), "Bearer two"); // the first was taken back
  EXPECT_EQ(sent[1].header("x-goog-if-generation-match"), "0");
  EXPECT_EQ(sent[1].header("x-goog-date"), "");
  for (header const& h : sent[0].request.headers) {
    EXPECT_EQ(h.sensitive, h.name == "Authorization") << h.name;
  }
}

} // namespace
