// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_XML_HPP
#define COPYTO_HTTP_XML_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

enum class xml_event : std::uint8_t {
  open,  ///< a start tag was read
  close, ///< an end tag was read; `text()` is what stood in the element, apart from its children
  end,   ///< the document is over
};

/// Pull reader for the flat XML answers of S3 and STS. Elements and their text; attributes, comments and
/// processing instructions are skipped; prefixes of names are cut off. Entities are the five of XML and
/// numeric ones, also of control characters, which XML 1.0 forbids and S3 nevertheless sends. White
/// space may stand before the document, as S3 keeps slow answers alive with it.
///
/// Anything else is errc::bad_answer: a document type (so no entity can be defined), another entity, tags
/// that do not match, a document that is cut, has a second root, is longer than 8 MiB or deeper than 32.
/// The document is borrowed. Not thread-safe.
class xml_reader {
public:
  static constexpr std::size_t max_size = 8 * MiB;
  static constexpr std::size_t max_depth = 32;

  explicit xml_reader(std::string_view document) : rest_(document) {}

  /// Goes on to the next event. After an error or the end it stays there.
  [[nodiscard]] result<xml_event> next();
  /// Names from the root to the element that was opened or closed, e.g. "ListBucketResult/Contents/Key".
  [[nodiscard]] std::string_view path() const noexcept { return path_; }
  /// Text of the element that was closed.
  [[nodiscard]] std::string const& text() const noexcept { return text_; }
  /// The same, handed over: for a secret, of which no copy must stay behind.
  [[nodiscard]] std::string take_text() noexcept { return std::exchange(text_, {}); }

private:
  [[nodiscard]] error bad(std::string_view what) const;
  [[nodiscard]] result<void> skip_past(std::string_view mark);
  [[nodiscard]] result<void> read_text(std::string_view raw);
  [[nodiscard]] result<xml_event> open_tag();
  [[nodiscard]] result<xml_event> close_tag();
  [[nodiscard]] result<xml_event> step();
  void leave();

  std::string_view rest_;
  std::string path_;
  std::string text_;
  std::vector<std::string> outer_;  ///< text so far of the elements around this one
  std::vector<std::size_t> starts_; ///< length of the path before each open element
  bool closed_ = false;             ///< the last event was `close` (or an empty element is to be closed)
  bool empty_ = false;
  bool begun_ = false;
};

/// Text of the first element at `path`; nothing where there is none or the document is no XML.
[[nodiscard]] std::optional<std::string> xml_text(std::string_view document, std::string_view path);

/// Name of the root, if the whole document can be read.
[[nodiscard]] result<std::string> xml_root(std::string_view document);

/// `text` as the contents of an element.
[[nodiscard]] std::string xml_escape(std::string_view text);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/xml.ipp>
#endif

#endif
