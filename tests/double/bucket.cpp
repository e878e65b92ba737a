// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "bucket.hpp"

#include "signature.hpp"

#include <copyto/http/uri_encode.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace copyto::doubles {

struct bucket::call {
  wire_request const& request;
  wall_time now;
  std::string key;
  query_items query;

  [[nodiscard]] std::optional<std::string> item(std::string_view name) const {
    for (auto const& [key_, value] : query) {
      if (key_ == name) {
        return value;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] bool has(std::string_view name) const { return item(name).has_value(); }
};

namespace {

std::string xml(std::string_view text) {
  std::string out;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '<' || c == '&' || c == '>' || c == '"') {
      out += fmt::format("&#{};", byte);
    } else {
      out += c;
    }
  }
  return out;
}

wire_answer xml_answer(std::string body) {
  return {.headers = {{"Content-Type", "application/xml"}},
          .body = R"(<?xml version="1.0" encoding="UTF-8"?>)" + std::move(body)};
}

std::string time_text(wall_time time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.000Z", std::chrono::floor<std::chrono::seconds>(time));
}

struct listed_part {
  std::uint32_t number = 0;
  std::string etag = {};
};
/// The list of parts of a Complete; a flat scan that knows just what such a list holds.
std::optional<std::vector<listed_part>> parsed_parts(std::string_view text) {
  auto const between = [](std::string_view whole, std::string_view open,
                          std::string_view close) -> std::optional<std::string_view> {
    std::size_t const begin = whole.find(open);
    std::size_t const end = whole.find(close, begin == whole.npos ? 0 : begin);
    if (begin == whole.npos || end == whole.npos) {
      return std::nullopt;
    }
    return whole.substr(begin + open.size(), end - begin - open.size());
  };
  if (!text.starts_with("<CompleteMultipartUpload") || !text.ends_with("</CompleteMultipartUpload>")) {
    return std::nullopt;
  }
  std::vector<listed_part> parts;
  for (std::size_t at = text.find("<Part>"); at != text.npos; at = text.find("<Part>", at + 1)) {
    auto const one = between(text.substr(at), "<Part>", "</Part>");
    auto const number = one ? between(*one, "<PartNumber>", "</PartNumber>") : std::nullopt;
    auto const etag = one ? between(*one, "<ETag>", "</ETag>") : std::nullopt;
    listed_part part;
    if (!number || !etag ||
        std::from_chars(number->data(), number->data() + number->size(), part.number).ec != std::errc()) {
      return std::nullopt;
    }
    part.etag = *etag;
    for (std::string_view const quote : {"&quot;", "\""}) {
      for (std::size_t i; (i = part.etag.find(quote)) != std::string::npos;) {
        part.etag.erase(i, quote.size());
      }
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

template <class Number>
Number number_or(std::optional<std::string> const& text, Number otherwise) {
  Number value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ptr != text->data() + text->size()) {
    return otherwise;
  }
  return value;
}

} // namespace

wire_answer bucket::handle(wire_request const& r, wall_time now, bool encrypted) {
  std::lock_guard const lock(mutex_);
  std::optional<std::string> const path = decoded(r.path());
  std::optional<query_items> query = parsed_query(r.query());
  if (!path || !query) {
    return refusal(400, "InvalidURI", "the target is malformed");
  }
  if (encoded(*path, true) != r.path()) {
    return refusal(400, "InvalidURI", "the path is not encoded as it was signed");
  }
  std::string const root = "/" + name_;
  if (*path != root && !path->starts_with(root + "/")) {
    return refusal(404, "NoSuchBucket", "there is no such bucket");
  }
  call c{.request = r,
         .now = now,
         .key = path->substr(std::min(root.size() + 1, path->size())),
         .query = std::move(*query)};
  std::string const authorization = r.header("authorization").value_or("");
  if (!moved_from_.empty() && authorization.find("/" + moved_from_ + "/") != std::string::npos) {
    wire_answer moved = refusal(301, "PermanentRedirect", "the bucket is in another region");
    moved.headers.emplace_back("x-amz-bucket-region", rules_.region);
    return moved;
  }
  if (auto refused = check_signature(r, rules_, keys_, now, encrypted)) {
    return *std::move(refused);
  }
  if ((r.method == "PUT" || r.method == "POST") && !r.header("content-length")) {
    return refusal(411, "MissingContentLength", "a length is needed");
  }
  if (c.key.size() > 1024) {
    return refusal(400, "KeyTooLongError", "the key is too long");
  }
  for (auto const check : {&bucket::check_headers, &bucket::check_body}) {
    if (auto refused = (this->*check)(c)) {
      return *std::move(refused);
    }
  }
  bool const lacking = lacks(c);
  if (lacking && !rules_.lacks_code.empty()) {
    return refusal(rules_.lacks_status, rules_.lacks_code, "this is not implemented");
  }
  bool const uploads = c.has("uploads") && !lacking;
  bool const upload = c.has("uploadId");
  if (c.key.empty()) {
    return r.method != "GET" ? refusal(405, "MethodNotAllowed", "not on a bucket")
           : uploads         ? list_uploads(c)
                             : list(c);
  }
  if (r.method == "POST" && (uploads || upload)) {
    return uploads ? create(c) : complete(c);
  }
  if (r.method == "PUT") {
    return upload ? put_part(c) : put(c);
  }
  if (r.method == "GET" || r.method == "HEAD") {
    return upload ? list_parts(c) : read(c);
  }
  if (r.method == "DELETE") {
    return upload ? abort(c) : remove(c);
  }
  return refusal(405, "MethodNotAllowed", "this is not offered");
}

bool bucket::lacks(call const& c) const {
  wire_request const& r = c.request;
  if (rules_.lacks.empty() || r.header("user-agent").value_or("").starts_with("Boto")) {
    return false;
  }
  if (rules_.lacks == "conditions") {
    return r.header("if-match") || r.header("if-none-match");
  }
  bool const uploads = c.has("uploads");
  bool const upload = c.has("uploadId");
  std::string_view const name = c.key.empty()          ? uploads ? "ListMultipartUploads" : "ListObjectsV2"
                                : r.method == "POST"   ? uploads ? "CreateMultipartUpload" : "CompleteMultipartUpload"
                                : r.method == "PUT"    ? upload ? "UploadPart" : "PutObject"
                                : r.method == "HEAD"   ? "HeadObject"
                                : r.method == "DELETE" ? upload ? "AbortMultipartUpload" : "DeleteObject"
                                : upload               ? "ListParts"
                                                       : "GetObject";
  return name == rules_.lacks;
}

/// Headers that this service does not take, or would ignore in a way that this test double makes loud.
std::optional<wire_answer> bucket::check_headers(call const& c) const {
  bool const goog = c.request.header("authorization")->starts_with("GOOG4");
  for (auto const& [name, value] : c.request.headers) {
    bool const amz = name.starts_with("x-amz-");
    if (goog ? amz : name.starts_with("x-goog-")) {
      return refusal(400, "ExcessHeaderValues", "headers of two families: " + name);
    }
    bool const checksum = name.starts_with("x-amz-checksum-") || name == "x-amz-sdk-checksum-algorithm";
    if (checksum && !rules_.amz_checksums) {
      return rules_.google ? refusal(400, "ExcessHeaderValues", "not known: " + name)
                           : refusal(501, "NotImplemented", "not implemented: " + name);
    }
    bool const on_upload = c.has("uploads") || c.has("uploadId");
    if (name == "x-goog-if-generation-match" && on_upload) {
      return refusal(400, "InvalidArgument", "no preconditions on uploads in parts");
    }
  }
  return std::nullopt;
}

std::optional<wire_answer> bucket::check_body(call const& c) const {
  wire_request const& r = c.request;
  auto const bad = [] { return refusal(400, "BadDigest", "the body is not what its checksum says"); };
  if (auto const md5 = r.header("content-md5"); md5 && *md5 != md5_base64(r.body)) {
    return bad();
  }
  bool const declares_whole = r.method == "POST"; // at Complete it is the whole object's
  if (auto const crc = r.header("x-amz-checksum-crc64nvme");
      crc && !declares_whole && *crc != crc64nvme_base64(r.body)) {
    return bad();
  }
  if (auto const hash = r.header("x-goog-hash"); hash && *hash != "crc32c=" + crc32c_base64(r.body)) {
    return bad();
  }
  return std::nullopt;
}

/// R2 and Google take one write a second to one key.
std::optional<wire_answer> bucket::check_rate(call const& c) {
  auto const before = written_.find(c.key);
  if (rules_.writes_a_second && before != written_.end() && c.now < before->second + std::chrono::seconds(1)) {
    return refusal(429, rules_.google ? "SlowDown" : "TooManyRequests", "one write a second to this key");
  }
  written_.insert_or_assign(c.key, c.now);
  return std::nullopt;
}

std::optional<wire_answer> bucket::check_condition(call const& c, bool completes) const {
  wire_request const& r = c.request;
  auto const found = objects_.find(c.key);
  auto const failed = [](std::string_view what) { return refusal(412, "PreconditionFailed", what); };
  if (rules_.google) { // If-Match and If-None-Match are silently ignored there
    auto const wanted = r.header("x-goog-if-generation-match");
    std::uint64_t const now = found == objects_.end() ? 0 : found->second.generation;
    return wanted && number_or<std::uint64_t>(wanted, 1) != now ? std::optional(failed("the generation is another"))
                                                                : std::nullopt;
  }
  if (completes ? !rules_.conditional_complete : rules_.writes == rules::honours::nothing) {
    return std::nullopt;
  }
  if (r.header("if-none-match") == "*" && found != objects_.end()) {
    return failed("the object exists");
  }
  if (auto const wanted = r.header("if-match")) {
    if (found == objects_.end()) {
      return refusal(404, "NoSuchKey", "there is no such object");
    }
    if (*wanted != '"' + found->second.etag + '"') {
      return failed("the entity tag is another");
    }
  }
  return std::nullopt;
}

std::map<std::string, std::string> bucket::metadata_of(wire_request const& r) const {
  std::map<std::string, std::string> metadata;
  for (auto const& [name, value] : r.headers) {
    for (std::string_view const prefix : {"x-amz-meta-", "x-goog-meta-"}) {
      if (name.starts_with(prefix)) {
        metadata.emplace(name.substr(prefix.size()), value);
      }
    }
  }
  return metadata;
}

void bucket::store(std::string const& key, object o) {
  o.generation = ++last_generation_;
  objects_.insert_or_assign(key, std::move(o));
}

void bucket::add_object_headers(wire_answer& a, object const& o) const {
  a.headers.emplace_back("ETag", '"' + o.etag + '"');
  for (auto const& [name, value] : o.metadata) {
    a.headers.emplace_back((rules_.google ? "x-goog-meta-" : "x-amz-meta-") + name, value);
  }
  if (rules_.google) {
    a.headers.emplace_back("x-goog-generation", std::to_string(o.generation));
    a.headers.emplace_back("x-goog-hash", "crc32c=" + crc32c_base64(o.body));
    if (!o.of_parts) {
      a.headers.emplace_back("x-goog-hash", "md5=" + md5_base64(o.body));
    }
  } else if (rules_.amz_checksums) {
    a.headers.emplace_back("x-amz-checksum-crc64nvme", crc64nvme_base64(o.body));
    a.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  }
}

wire_answer bucket::put(call const& c) {
  if (auto refused = check_rate(c)) {
    return *std::move(refused);
  }
  if (auto refused = check_condition(c, false)) {
    return *std::move(refused);
  }
  object made{.body = c.request.body, .etag = md5_hex(c.request.body), .metadata = metadata_of(c.request)};
  store(c.key, std::move(made));
  wire_answer a;
  add_object_headers(a, objects_.at(c.key));
  return a;
}

wire_answer bucket::create(call const& c) {
  if (!c.request.body.empty()) {
    return refusal(400, "InvalidRequest", "no body is expected");
  }
  ++last_upload_;
  std::string const id = fmt::format("upload/{:04}+{:x}", last_upload_, last_upload_ * 7919);
  upload& made = uploads_[{c.key, id}];
  made.metadata = metadata_of(c.request);
  made.declares_crc64nvme = c.request.header("x-amz-checksum-algorithm") == "CRC64NVME";
  made.started = c.now;
  return xml_answer(fmt::format("<InitiateMultipartUploadResult><Bucket>{}</Bucket><Key>{}</Key><UploadId>{}</UploadId>"
                                "</InitiateMultipartUploadResult>",
                                xml(name_), xml(c.key), xml(id)));
}

wire_answer bucket::put_part(call const& c) {
  auto const found = uploads_.find({c.key, *c.item("uploadId")});
  auto const number = number_or<std::uint32_t>(c.item("partNumber"), 0);
  if (found == uploads_.end()) {
    return refusal(404, "NoSuchUpload", "the upload is gone");
  }
  if (number == 0 || number > rules_.max_parts) {
    return refusal(400, "InvalidArgument", fmt::format("part numbers are 1 to {}", rules_.max_parts));
  }
  if (found->second.declares_crc64nvme && !c.request.header("x-amz-checksum-crc64nvme")) {
    return refusal(400, "InvalidRequest", "the upload was declared with checksums of its parts");
  }
  part const made{.body = c.request.body, .etag = md5_hex(c.request.body)};
  found->second.parts.insert_or_assign(number, made);
  wire_answer a{.headers = {{"ETag", '"' + made.etag + '"'}}};
  if (rules_.google) {
    a.headers.emplace_back("x-goog-hash", "crc32c=" + crc32c_base64(made.body) + ",md5=" + md5_base64(made.body));
  } else if (rules_.amz_checksums) {
    a.headers.emplace_back("x-amz-checksum-crc64nvme", crc64nvme_base64(made.body));
  }
  return a;
}

wire_answer bucket::completed(call const& c, object const& o) const {
  std::string more;
  if (rules_.amz_checksums) {
    more = fmt::format("<ChecksumCRC64NVME>{}</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType>",
                       crc64nvme_base64(o.body));
  }
  wire_answer a = xml_answer(fmt::format("<CompleteMultipartUploadResult><Bucket>{}</Bucket><Key>{}</Key>"
                                         "<ETag>&quot;{}&quot;</ETag>{}</CompleteMultipartUploadResult>",
                                         xml(name_), xml(c.key), o.etag, more));
  if (rules_.google) {
    a.headers.emplace_back("x-goog-generation", std::to_string(o.generation));
    a.headers.emplace_back("x-goog-hash", "crc32c=" + crc32c_base64(o.body));
  }
  return a;
}

wire_answer bucket::complete(call const& c) {
  upload_name const name(c.key, *c.item("uploadId"));
  std::optional<std::vector<listed_part>> const list = parsed_parts(c.request.body);
  if (!list || list->empty()) {
    return refusal(400, "MalformedXML", "the list of parts is malformed");
  }
  if (list->size() > 10'000) {
    return refusal(400, "InvalidRequest", "too many parts");
  }
  auto const found = uploads_.find(name);
  if (found == uploads_.end()) {
    auto const before = done_.find(name);
    if (rules_.complete_repeats && before != done_.end() && before->second == c.request.body &&
        objects_.contains(c.key)) {
      return completed(c, objects_.at(c.key));
    }
    return refusal(404, "NoSuchUpload", "the upload is gone");
  }
  if (auto refused = check_rate(c)) {
    return *std::move(refused);
  }
  if (!std::ranges::is_sorted(*list, std::less_equal(), &listed_part::number)) {
    return refusal(400, "InvalidPartOrder", "part numbers must ascend");
  }
  object made{.of_parts = true, .metadata = found->second.metadata};
  std::string tags;
  for (std::size_t i = 0; i != list->size(); ++i) {
    listed_part const& wanted = (*list)[i];
    auto const& parts = found->second.parts;
    auto const part = parts.find(wanted.number);
    if (part == parts.end() || part->second.etag != wanted.etag) {
      return refusal(400, "InvalidPart", fmt::format("part {} is not there, or has another tag", wanted.number));
    }
    bool const last = i + 1 == list->size();
    std::size_t const size = part->second.body.size();
    if (!last && size < rules_.min_part) {
      return refusal(400, "EntityTooSmall", fmt::format("part {} is too small", wanted.number));
    }
    std::size_t const first = parts.at(list->front().number).body.size();
    if (rules_.equal_parts && (last ? size > first : size != first)) {
      return refusal(400, "InvalidPart", "all parts but the last must have one size");
    }
    made.body += part->second.body;
    tags += part->second.etag;
  }
  made.etag = fmt::format("{}-{}", md5_hex(tags), list->size());
  if (auto const size = c.request.header("x-amz-mp-object-size"); size && *size != std::to_string(made.body.size())) {
    return refusal(400, "InvalidRequest", "the object has another size than was declared");
  }
  if (auto const crc = c.request.header("x-amz-checksum-crc64nvme"); crc && *crc != crc64nvme_base64(made.body)) {
    return refusal(400, "BadDigest", "the object has another checksum than was declared");
  }
  if (auto refused = check_condition(c, true)) {
    return *std::move(refused);
  }
  uploads_.erase(found);
  done_.insert_or_assign(name, c.request.body);
  store(c.key, std::move(made));
  return completed(c, objects_.at(c.key));
}

wire_answer bucket::abort(call const& c) {
  return uploads_.erase({c.key, *c.item("uploadId")}) != 0 ? wire_answer{.status = 204}
                                                           : refusal(404, "NoSuchUpload", "the upload is gone");
}

wire_answer bucket::read(call const& c) const {
  auto const found = objects_.find(c.key);
  if (found == objects_.end()) {
    return refusal(404, "NoSuchKey", "there is no such object");
  }
  wire_answer a{.body = found->second.body};
  add_object_headers(a, found->second);
  return a;
}

wire_answer bucket::remove(call const& c) {
  if (!objects_.contains(c.key)) {
    return rules_.remove_missing_is_404 ? refusal(404, "NoSuchKey", "there is no such object")
                                        : wire_answer{.status = 204};
  }
  if (auto refused = check_rate(c)) {
    return *std::move(refused);
  }
  objects_.erase(c.key);
  return {.status = 204};
}

/// A key in a listing of objects: with encoding-type=url any character can be in one; without, servers in Go write another
/// for those that no XML 1.0 document can hold.
std::string listed_key(bool encoded, std::string_view key) {
  std::string text;
  for (char const c : key) {
    if (encoded) {
      text += c == ' ' ? "+" : uri_encode(std::string_view(&c, 1), uri_part::component);
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      text += "\xef\xbf\xbd";
    } else {
      text += xml(std::string_view(&c, 1));
    }
  }
  return text;
}
std::string encoding_of(bool encoded) { return encoded ? "<EncodingType>url</EncodingType>" : ""; }

wire_answer bucket::list(call const& c) const {
  bool const encoded = c.item("encoding-type") == "url";
  if (c.item("list-type") != "2") {
    return refusal(501, "NotImplemented", "ListObjects of version 2 only");
  }
  std::string const prefix = c.item("prefix").value_or("");
  std::string const token = c.item("continuation-token").value_or("");
  std::string const after = token.empty() ? token : uri_decode(token.substr(1)).value();
  std::string body = "<ListBucketResult>";
  std::size_t count = 0;
  std::string last;
  bool more = false;
  for (auto at = after.empty() ? objects_.lower_bound(prefix) : objects_.upper_bound(after); at != objects_.end();
       ++at) {
    if (!at->first.starts_with(prefix)) {
      break;
    }
    if (count == rules_.page_size) {
      more = true;
      break;
    }
    ++count;
    last = at->first;
    body += fmt::format("<Contents><Key>{}</Key><ETag>&quot;{}&quot;</ETag><Size>{}</Size>{}</Contents>",
                        listed_key(encoded, last), at->second.etag, at->second.body.size(),
                        rules_.google ? fmt::format("<Generation>{}</Generation>", at->second.generation) : "");
  }
  body += fmt::format("<KeyCount>{}</KeyCount><IsTruncated>{}</IsTruncated>", count, more);
  if (more) {
    body += "<NextContinuationToken>=" + uri_encode(last, uri_part::component) + "</NextContinuationToken>";
  }
  return xml_answer(body + encoding_of(encoded) + "</ListBucketResult>");
}

wire_answer bucket::list_uploads(call const& c) const {
  std::string const prefix = c.item("prefix").value_or("");
  upload_name const after(c.item("key-marker").value_or(""), c.item("upload-id-marker").value_or(""));
  std::string body = "<ListMultipartUploadsResult>";
  std::size_t count = 0;
  upload_name last;
  bool more = false;
  for (auto const& [name, u] : uploads_) {
    if (!name.first.starts_with(prefix) || (!after.first.empty() && name <= after)) {
      continue;
    }
    if (count == rules_.page_size) {
      more = true;
      break;
    }
    ++count;
    last = name;
    body += fmt::format("<Upload><Key>{}</Key><UploadId>{}</UploadId><Initiated>{}</Initiated></Upload>",
                        xml(name.first), xml(name.second), time_text(u.started));
  }
  body += fmt::format("<IsTruncated>{}</IsTruncated>", more);
  if (more) {
    body += fmt::format("<NextKeyMarker>{}</NextKeyMarker><NextUploadIdMarker>{}</NextUploadIdMarker>", xml(last.first),
                        xml(last.second));
  }
  return xml_answer(body + "</ListMultipartUploadsResult>");
}

wire_answer bucket::list_parts(call const& c) const {
  auto const found = uploads_.find({c.key, *c.item("uploadId")});
  if (found == uploads_.end()) {
    return refusal(404, "NoSuchUpload", "the upload is gone");
  }
  auto const after = number_or<std::uint32_t>(c.item("part-number-marker"), 0);
  std::string body = "<ListPartsResult>";
  std::size_t count = 0;
  std::uint32_t last = 0;
  bool more = false;
  for (auto const& [number, p] : found->second.parts) {
    if (number <= after) {
      continue;
    }
    if (count == rules_.page_size) {
      more = true;
      break;
    }
    ++count;
    last = number;
    body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>&quot;{}&quot;</ETag><Size>{}</Size></Part>", number,
                        p.etag, p.body.size());
  }
  body += fmt::format("<IsTruncated>{}</IsTruncated>", more);
  if (more) {
    body += fmt::format("<NextPartNumberMarker>{}</NextPartNumberMarker>", last);
  }
  return xml_answer(body + "</ListPartsResult>");
}

std::map<std::string, bucket::object> bucket::objects() const {
  std::lock_guard const lock(mutex_);
  return objects_;
}
std::size_t bucket::open_uploads() const {
  std::lock_guard const lock(mutex_);
  return uploads_.size();
}
void bucket::clear() {
  std::lock_guard const lock(mutex_);
  objects_.clear();
  uploads_.clear();
  done_.clear();
  written_.clear();
}
void bucket::move_to(std::string region) {
  std::lock_guard const lock(mutex_);
  moved_from_ = rules_.region;
  rules_.region = std::move(region);
}
void bucket::renew_session(std::string token) {
  std::lock_guard const lock(mutex_);
  keys_.token = std::move(token);
}

} // namespace copyto::doubles
