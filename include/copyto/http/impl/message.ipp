// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_MESSAGE_IPP
#define COPYTO_HTTP_IMPL_MESSAGE_IPP

#include <copyto/http/message.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/core/secret.hpp>

#include <copyto/http/uri_encode.hpp>

#include <algorithm>
#include <utility>

namespace copyto {

COPYTO_DECL void request::wipe_secrets() noexcept {
  for (header& h : headers) {
    if (h.sensitive) {
      secret::wipe(h.value.data(), h.value.size());
    }
  }
}

COPYTO_DECL bool same_name(std::string_view a, std::string_view b) noexcept { return ascii::same(a, b); }

COPYTO_DECL std::optional<std::string_view> find_header(std::vector<header> const& headers, std::string_view name) {
  for (header const& h : headers) {
    if (same_name(h.name, name)) {
      return h.value;
    }
  }
  return std::nullopt;
}

COPYTO_DECL std::optional<std::string_view> response::header(std::string_view name) const {
  return find_header(headers, name);
}

COPYTO_DECL std::string encoded_path(request const& r) {
  return r.path.empty() ? "/" : uri_encode(r.path, uri_part::path);
}

COPYTO_DECL std::string encoded_query(request const& r) {
  std::vector<std::pair<std::string, std::string>> items;
  items.reserve(r.query.size());
  for (query_item const& item : r.query) {
    items.emplace_back(uri_encode(item.name, uri_part::component), uri_encode(item.value, uri_part::component));
  }
  std::sort(items.begin(), items.end());
  std::string query;
  for (auto const& [name, value] : items) {
    query.append(query.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return query;
}

COPYTO_DECL std::string authority(request const& r) {
  int const usual = r.scheme == "http" ? 80 : 443;
  return r.port == 0 || r.port == usual ? r.host : r.host + ":" + std::to_string(r.port);
}

COPYTO_DECL std::string url(request const& r) {
  std::string text = r.scheme + "://" + authority(r) + encoded_path(r);
  if (!r.query.empty()) {
    text += "?" + encoded_query(r);
  }
  return text;
}

} // namespace copyto

#endif
