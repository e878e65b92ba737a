// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_DETAIL_QUOTING_HPP
#define COPYTO_ENCODE_CSV_DETAIL_QUOTING_HPP

#include <copyto/encode/csv/options.hpp>
#include <copyto/schema/field.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace copyto::detail {

/// U+FEFF: readers take it away from the beginning of a file (the byte order mark of UTF-8), unless it is quoted.
inline constexpr std::string_view bom = "\xEF\xBB\xBF";

/// How the values of a column are written.
enum class csv_column : char {
  plain,   ///< by their type: texts are searched for special bytes, the others can have none
  scanned, ///< all are searched
  quoted,  ///< all are quoted
};

/// What a scan found in a text.
struct csv_findings {
  bool special = false;   ///< delimiter, quote, CR or LF
  bool nul = false;       ///< a NUL byte
  bool not_ascii = false; ///< bytes of 0x80 and above
};

/// PostgreSQL's rules for quotes (CopyAttributeOutCSV in src/backend/commands/copyto.c). Borrows the options.
class csv_quoting {
public:
  /// `single`: the rows have one field.
  csv_quoting(csv_options const& options, bool single) noexcept
      : options_(options), single_(single), delimiters_(repeat(options.delimiter)), quotes_(repeat(options.quote)) {}

  [[nodiscard]] csv_options const& options() const noexcept { return options_; }

  /// Looks at every byte, eight or sixteen at a time: fields are short and mostly without a special byte, so that a
  /// search for each of the four would cost four passes.
  [[nodiscard]] csv_findings scan(std::string_view text) const noexcept {
    char const* p = text.data();
    std::size_t const size = text.size();
    words found;
    if (size > 16) {
      return scan_vectors(text);
    }
    if (size >= 8) {
      char const* const last = p + (size - 8);
      for (; p < last; p += 8) {
        look(load<std::uint64_t>(p), found);
      }
      look(load<std::uint64_t>(last), found); // may overlap the word before it
    } else if (size >= 4) {
      std::uint64_t const head = load<std::uint32_t>(p);
      look(head << 32 | load<std::uint32_t>(p + (size - 4)), found);
    } else if (size != 0) {
      // First, middle and last byte of at most three: every byte of the word must be one of the text's.
      std::uint64_t const head = load<unsigned char>(p);
      std::uint64_t const word = head << 24 | head << 16 | std::uint64_t{load<unsigned char>(p + size / 2)} << 8 |
                                 load<unsigned char>(p + size - 1);
      look(word << 32 | word, found);
    }
    return {.special = (found.special & highs) != 0,
            .nul = (found.nul & highs) != 0,
            .not_ascii = (found.all & highs) != 0};
  }

  /// Whether a field that is not NULL needs quotes.
  [[nodiscard]] bool needed(std::string_view field, csv_findings found) const noexcept {
    return found.special || field == options_.null_text || (single_ && field == "\\.");
  }

  /// Whether a text, once it is in quotes, has a line that is only `\.`, at which psql before 18 stops reading.
  [[nodiscard]] bool has_end_of_data(std::string_view text) const noexcept {
    if (options_.escape == '\\' || options_.quote == '\\' || options_.quote == '.' || options_.escape == '.') {
      return false; // it is not alone on its line
    }
    for (std::size_t at = text.find("\n\\."); at != text.npos; at = text.find("\n\\.", at + 3)) {
      std::string_view const rest = text.substr(at + 3);
      if (rest.starts_with('\n') || rest.starts_with("\r\n")) {
        return true;
      }
    }
    return false;
  }

  /// How to write the values of this column, whose texts consist of these characters.
  [[nodiscard]] csv_column of(field const& f, std::string_view alphabet) const noexcept {
    if (options_.quotes == csv_quotes::all || (options_.quotes == csv_quotes::non_numeric && !numeric(f.type.id)) ||
        std::find(options_.force_quote.begin(), options_.force_quote.end(), f.name) != options_.force_quote.end()) {
      return csv_column::quoted;
    }
    return possible(alphabet) ? csv_column::scanned : csv_column::plain;
  }

  /// Whether some field made of these characters needs quotes.
  [[nodiscard]] bool possible(std::string_view alphabet) const noexcept {
    return alphabet.find(options_.delimiter) != alphabet.npos || alphabet.find(options_.quote) != alphabet.npos ||
           (!options_.null_text.empty() && options_.null_text.find_first_not_of(alphabet) == std::string::npos);
  }

  /// Position of the first byte that is escaped inside quotes, or the text's size.
  [[nodiscard]] std::size_t find_escaped(std::string_view text) const noexcept {
    std::size_t i = 0;
    if (options_.escape == options_.quote) {
      void const* const at = text.empty() ? nullptr : std::memchr(text.data(), options_.quote, text.size());
      return at == nullptr ? text.size() : static_cast<std::size_t>(static_cast<char const*>(at) - text.data());
    }
    while (i != text.size() && text[i] != options_.quote && text[i] != options_.escape) {
      ++i;
    }
    return i;
  }

private:
  static constexpr bool numeric(kind k) noexcept { return k >= kind::int8 && k <= kind::decimal; }
  static constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  static constexpr std::uint64_t highs = ones << 7;
  struct words {
    std::uint64_t special = 0;
    std::uint64_t nul = 0;
    std::uint64_t all = 0;
  };
  /// Sixteen bytes in a register of SSE2, NEON and the like.
  using vector [[gnu::vector_size(16)]] = unsigned char;

  [[nodiscard]] csv_findings scan_vectors(std::string_view text) const noexcept {
    vector const delimiter = vector{} + static_cast<unsigned char>(options_.delimiter);
    vector const quote = vector{} + static_cast<unsigned char>(options_.quote);
    vector special = {};
    vector nul = {};
    vector all = {};
    auto const look_at = [&](char const* p) {
      auto const v = load<vector>(p);
      special |= reinterpret_cast<vector>((v == delimiter) | (v == quote) | (v == '\n') | (v == '\r'));
      nul |= reinterpret_cast<vector>(v == 0);
      all |= v;
    };
    char const* p = text.data();
    char const* const last = p + (text.size() - sizeof(vector));
    for (; p < last; p += sizeof(vector)) {
      look_at(p);
    }
    look_at(last); // may overlap the bytes before it
    auto const bits = [](vector v) {
      auto const halves = std::bit_cast<std::array<std::uint64_t, 2>>(v);
      return halves[0] | halves[1];
    };
    return {.special = bits(special) != 0, .nul = bits(nul) != 0, .not_ascii = (bits(all) & highs) != 0};
  }

  static constexpr std::uint64_t repeat(char c) noexcept { return ones * static_cast<unsigned char>(c); }
  template <class Word>
  static Word load(char const* p) noexcept {
    Word word;
    std::memcpy(&word, p, sizeof(word));
    return word;
  }
  /// Highest bits of bytes that are zero; some more may be set, but none if no byte is zero.
  static constexpr std::uint64_t zeros(std::uint64_t word) noexcept { return (word - ones) & ~word; }
  void look(std::uint64_t word, words& found) const noexcept {
    found.special |=
        zeros(word ^ delimiters_) | zeros(word ^ quotes_) | zeros(word ^ repeat('\n')) | zeros(word ^ repeat('\r'));
    found.nul |= zeros(word);
    found.all |= word;
  }

  csv_options const& options_;
  bool single_;
  std::uint64_t delimiters_;
  std::uint64_t quotes_;
};

} // namespace copyto::detail

#endif
