// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: URIs, endpoints, dates, names of files and of tables are read or refused.
#include "fuzz.hpp"

#include <copyto/commit/name_template.hpp>
#include <copyto/commit/place.hpp>
#include <copyto/handoff/load_statement.hpp>
#include <copyto/http/date.hpp>
#include <copyto/http/endpoint.hpp>
#include <copyto/http/uri_encode.hpp>
#include <copyto/store/uri.hpp>

#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  if (auto const uri = copyto::parse_bucket_uri(text)) {
    must(!uri->bucket.empty() && !copyto::uri_scheme_of(text).empty());
    std::string const written = std::string(uri->scheme) + "://" + uri->bucket + "/" + uri->key;
    auto const again = copyto::parse_bucket_uri(written);
    must(again && again->bucket == uri->bucket && again->key == uri->key);
  }
  if (auto const endpoint = copyto::parse_endpoint(text)) {
    must(!endpoint->host.empty());
  }
  (void)copyto::parse_http_date(text);
  (void)copyto::parse_iso_time(text);
  if (auto const names = copyto::name_template::parse(text)) {
    must(names->makes(names->name(0, 7)));
  }
  (void)copyto::export_place::of_control(text.substr(0, size / 2), text);
  (void)copyto::export_place(text).control();
  if (auto const table = copyto::detail::parse_table(text)) {
    std::string quoted;
    for (copyto::detail::table_part const& part : *table) {
      quoted += (quoted.empty() ? "" : ".") + copyto::detail::sql_doubled(part.text, '"');
    }
    auto const again = copyto::detail::parse_table(quoted);
    must(again && again->size() == table->size() && again->back().text == table->back().text);
  }
  must(copyto::uri_encode(text, copyto::uri_part::path).size() >= size);
  return 0;
}
