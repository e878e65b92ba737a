// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_ANSWERS_IPP
#define COPYTO_STORE_S3_IMPL_ANSWERS_IPP

#include <copyto/store/s3/detail/answers.hpp>

#include <copyto/http/date.hpp>
#include <copyto/http/uri_encode.hpp>
#include <copyto/http/xml.hpp>

#include <fmt/format.h>

#include <charconv>

namespace copyto::detail {

[[nodiscard]] inline error bad_list(std::string_view what) {
  return error({.code = errc::bad_answer, .message = "the store's listing cannot be used: " + std::string(what)});
}

template <class Number>
[[nodiscard]] result<void> read_number(std::string_view text, Number& number) {
  auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) {
    return bad_list("a number is none");
  }
  return {};
}

/// Reads a listing: `on_open` and `on_close(path below the root, text)` see each element below the root.
template <class OnOpen, class OnClose>
[[nodiscard]] result<void> read_listing(std::string_view xml, std::string_view root, OnOpen on_open, OnClose on_close) {
  xml_reader reader(xml);
  for (;;) {
    result<xml_event> const event = reader.next();
    if (!event) {
      return event.error();
    }
    if (*event == xml_event::end) {
      return {};
    }
    std::string_view path = reader.path();
    if (!path.starts_with(root)) {
      return bad_list("it has another root");
    }
    path.remove_prefix(std::min(path.size(), root.size() + 1));
    if (*event == xml_event::open) {
      on_open(path);
    } else if (auto done = on_close(path, reader.text()); !done) {
      return done.error();
    }
  }
}

/// Undoes encoding-type=url, which is that of a form: a blank is a plus.
[[nodiscard]] inline result<void> decode_keys(page<object_info>& listing) {
  for (object_info& item : listing.items) {
    result<std::string> decoded = form_decode(item.key);
    if (!decoded) {
      return bad_list("a key is not encoded as it says");
    }
    item.key = *std::move(decoded);
  }
  return {};
}

COPYTO_COLD std::string bare_tag(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

COPYTO_COLD result<page<object_info>> read_objects(std::string_view xml, std::string_view tag_element) {
  page<object_info> listing;
  bool truncated = false;
  bool encoded = false;
  auto done = read_listing(
      xml, "ListBucketResult",
      [&](std::string_view path) {
        if (path == "Contents") {
          listing.items.emplace_back();
        }
      },
      [&](std::string_view path, std::string const& text) -> result<void> {
        if (path == "Contents/Key") {
          listing.items.back().key = text;
        } else if (path.starts_with("Contents/") && path.substr(9) == tag_element) {
          listing.items.back().tag = bare_tag(text);
        } else if (path == "Contents/Size") {
          return read_number(text, listing.items.back().size);
        } else if (path == "IsTruncated") {
          truncated = text == "true";
        } else if (path == "NextContinuationToken") {
          listing.next = text;
        } else if (path == "EncodingType") {
          encoded = text == "url";
        }
        return {};
      });
  if (done && encoded) {
    done = decode_keys(listing);
  }
  if (!done) {
    return done.error();
  }
  if (truncated && listing.next.empty()) {
    return bad_list("there is more, but it does not say where");
  }
  if (!truncated) {
    listing.next.clear();
  }
  return listing;
}

COPYTO_COLD result<page<pending_upload>> read_uploads(std::string_view xml) {
  page<pending_upload> listing;
  bool truncated = false;
  upload_marker next;
  auto done = read_listing(
      xml, "ListMultipartUploadsResult",
      [&](std::string_view path) {
        if (path == "Upload") {
          listing.items.emplace_back();
        }
      },
      [&](std::string_view path, std::string const& text) -> result<void> {
        if (path == "Upload/Key") {
          listing.items.back().key = text;
        } else if (path == "Upload/UploadId") {
          listing.items.back().upload_id = text;
        } else if (path == "Upload/Initiated") {
          listing.items.back().started = parse_iso_time(text);
        } else if (path == "IsTruncated") {
          truncated = text == "true";
        } else if (path == "NextKeyMarker") {
          next.key = text;
        } else if (path == "NextUploadIdMarker") {
          next.upload_id = text;
        }
        return {};
      });
  if (!done) {
    return done.error();
  }
  if (truncated) {
    if (next.key.empty()) {
      return bad_list("there is more, but it does not say where");
    }
    listing.next = write_marker(next);
  }
  return listing;
}

COPYTO_COLD result<page<part_tag>> read_parts(std::string_view xml) {
  page<part_tag> listing;
  bool truncated = false;
  auto done = read_listing(
      xml, "ListPartsResult",
      [&](std::string_view path) {
        if (path == "Part") {
          listing.items.emplace_back();
        }
      },
      [&](std::string_view path, std::string const& text) -> result<void> {
        if (path == "Part/PartNumber") {
          return read_number(text, listing.items.back().number);
        }
        if (path == "Part/Size") {
          return read_number(text, listing.items.back().size);
        }
        if (path == "Part/ETag") {
          listing.items.back().tag = bare_tag(text);
        } else if (path == "IsTruncated") {
          truncated = text == "true";
        } else if (path == "NextPartNumberMarker") {
          listing.next = text;
        }
        return {};
      });
  if (!done) {
    return done.error();
  }
  if (truncated && listing.next.empty()) {
    return bad_list("there is more, but it does not say where");
  }
  if (!truncated) {
    listing.next.clear();
  }
  return listing;
}

COPYTO_COLD std::string write_marker(upload_marker const& marker) {
  return uri_encode(marker.key, uri_part::component) + "/" + uri_encode(marker.upload_id, uri_part::component);
}

COPYTO_COLD result<upload_marker> read_marker(std::string_view text) {
  std::size_t const slash = text.find('/');
  if (slash == std::string_view::npos) {
    return error({.code = errc::invalid_argument, .message = "this is not where a listing of uploads goes on"});
  }
  auto key = uri_decode(text.substr(0, slash));
  if (!key) {
    return key.error();
  }
  auto id = uri_decode(text.substr(slash + 1));
  if (!id) {
    return id.error();
  }
  return upload_marker{.key = std::move(*key), .upload_id = std::move(*id)};
}

COPYTO_COLD std::string write_part_list(std::span<part_tag const> parts) {
  std::string xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (part_tag const& part : parts) {
    xml += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>&quot;{}&quot;</ETag></Part>", part.number,
                       xml_escape(part.tag));
  }
  return xml += "</CompleteMultipartUpload>";
}

} // namespace copyto::detail

#endif
