// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "wire.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

namespace copyto::doubles {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string digest(EVP_MD const* kind, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), out.data(), &size, kind, nullptr);
  return {reinterpret_cast<char const*>(out.data()), size};
}
std::string hex(std::string_view bytes) {
  std::string text;
  for (char const c : bytes) {
    text += hex_digits[static_cast<unsigned char>(c) >> 4];
    text += hex_digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}
std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<unsigned char const*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}
/// Bit by bit: slow, and short enough to be seen right.
template <class Word>
std::string crc_base64(std::string_view text, Word polynomial) {
  Word crc = ~Word{0};
  for (char const c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit != 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    }
  }
  crc = ~crc;
  std::string bytes;
  for (std::size_t i = sizeof(Word); i-- != 0;) {
    bytes += static_cast<char>(crc >> (8 * i) & 0xff);
  }
  return base64(bytes);
}
int hex_value(char c) {
  std::size_t const at = hex_digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) {
      return std::nullopt;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string encoded(std::string_view text, bool slashes) {
  std::string out;
  for (char const c : text) {
    bool const plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || (slashes && c == '/');
    if (plain) {
      out += c;
    } else {
      constexpr std::string_view upper = "0123456789ABCDEF";
      out += '%';
      out += upper[static_cast<unsigned char>(c) >> 4];
      out += upper[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

std::optional<query_items> parsed_query(std::string_view query) {
  query_items items;
  while (!query.empty()) {
    std::size_t const end = query.find('&');
    std::string_view const item = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    std::size_t const equals = item.find('=');
    auto name = decoded(item.substr(0, equals));
    auto value = decoded(equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1));
    if (!name || !value) {
      return std::nullopt;
    }
    items.emplace_back(std::move(*name), std::move(*value));
  }
  return items;
}

std::string sha256_hex(std::string_view text) { return hex(digest(EVP_sha256(), text)); }
std::string md5_base64(std::string_view text) { return base64(digest(EVP_md5(), text)); }
std::string md5_hex(std::string_view text) { return hex(digest(EVP_md5(), text)); }
std::string crc64nvme_base64(std::string_view text) { return crc_base64<std::uint64_t>(text, 0x9A6C9329AC4BC9B5U); }
std::string crc32c_base64(std::string_view text) { return crc_base64<std::uint32_t>(text, 0x82F63B78U); }

} // namespace copyto::doubles
