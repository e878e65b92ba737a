// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_DIGEST_IPP
#define COPYTO_AUTH_IMPL_DIGEST_IPP

#include <copyto/auth/digest.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <new>

namespace copyto {

COPYTO_DECL sha256_digest sha256(bytes_view bytes) {
  sha256_digest digest{};
  // Every provider has SHA-256: what can fail is an allocation.
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(),
                 nullptr) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

COPYTO_COLD sha1_digest sha1(bytes_view bytes) {
  sha1_digest digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha1(),
                 nullptr) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

COPYTO_DECL sha256_digest hmac_sha256(bytes_view key, bytes_view message) {
  sha256_digest digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<unsigned char const*>(message.data()), message.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &size) == nullptr) {
    throw std::bad_alloc();
  }
  return digest;
}

COPYTO_DECL result<md5_digest> md5(bytes_view bytes) {
  md5_digest digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_md5(),
                 nullptr) != 1) {
    return error({.code = errc::unsupported,
                  .message = "OpenSSL does not offer MD5 here, which this store's checksum header needs",
                  .advice = "allow MD5 in OpenSSL's configuration, or choose another checksum"});
  }
  return digest;
}

COPYTO_DECL std::string hex(bytes_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::byte b : bytes) {
    text += digits[static_cast<unsigned>(b) >> 4];
    text += digits[static_cast<unsigned>(b) & 15];
  }
  return text;
}

COPYTO_DECL std::string base64(bytes_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // OpenSSL ends it with a NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<unsigned char const*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

COPYTO_DECL std::optional<std::string> unbase64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t const letters = std::min(text.find_first_not_of(alphabet), text.size());
  std::string_view const padding = text.substr(letters); // OpenSSL takes more than this, e.g. white space
  if (text.size() % 4 != 0 || (!padding.empty() && padding != "=" && padding != "==")) {
    return std::nullopt;
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<unsigned char const*>(text.data()), static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  bytes.resize(bytes.size() - padding.size());
  return bytes;
}

} // namespace copyto

#endif
