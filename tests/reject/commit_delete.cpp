// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V19: an all-or-nothing commit deletes its control object
// twin: store_ok.cpp
#include "parts.hpp"

struct my_store {
  copyto::store_limits limits() const { return {}; }
  std::string uri(std::string_view key) const { return std::string(key); }
  copyto::result<std::string> put(std::string_view, copyto::bytes_view, copyto::object_options const&,
                                  copyto::put_condition const&, std::stop_token);
  copyto::result<std::string> create_upload(std::string_view, copyto::object_options const&, std::stop_token);
  copyto::result<copyto::part_tag> put_part(std::string_view, std::string_view, std::uint32_t, copyto::bytes_view,
                                            std::stop_token);
  copyto::result<std::string> complete(std::string_view, std::string_view, std::span<copyto::part_tag const>,
                                       copyto::put_condition const&, std::stop_token);
  copyto::result<void> abort(std::string_view, std::string_view);
  copyto::result<copyto::object_info> head(std::string_view, std::stop_token);
  copyto::result<copyto::object_contents> get(std::string_view, std::size_t, std::stop_token);
  copyto::result<copyto::page<copyto::object_info>> list(std::string_view, std::string_view, std::stop_token);
  copyto::result<copyto::page<copyto::pending_upload>> list_uploads(std::string_view, std::string_view,
                                                                    std::stop_token);
  copyto::result<copyto::page<copyto::part_tag>> list_parts(std::string_view, std::string_view, std::string_view,
                                                            std::stop_token);
};

int main() {
  std::vector<point> const rows(3);
  return use(copyto::make_exporter(copyto::rows(rows), lines{}, my_store{}));
}
