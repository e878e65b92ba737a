// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_KEY_CORPUS_HPP
#define COPYTO_TESTING_KEY_CORPUS_HPP

#include <array>
#include <string_view>

namespace copyto::testing {

/// Ends of keys that have broken S3 clients or servers: each byte that some layer encodes, decodes,
/// collapses or takes for syntax. To be put behind a prefix that ends with '/'.
inline constexpr std::array key_corpus = {
    std::string_view("plain.parquet"),
    std::string_view("two words"),
    std::string_view(" leading and trailing "),
    std::string_view("plus+plus"),
    std::string_view("percent%"),
    std::string_view("escaped%2Fslash%20space%"),
    std::string_view("~tilde"),
    std::string_view("star*"),
    std::string_view("at@host"),
    std::string_view("co:lon"),
    std::string_view("day=2026-11-20/hour=7/file"), // Hive's partitions
    std::string_view("ampersand&x=y"),
    std::string_view("question?uploads"),
    std::string_view("hash#fragment"),
    std::string_view("semicolon;comma,"),
    std::string_view("it's (in) brackets [x] {y}"),
    std::string_view("less<more>\"quoted\"&amp;"), // XML
    std::string_view("back\\slash|pipe^caret`tick"),
    std::string_view("dollar$!exclamation"),
    std::string_view("soap"), // once a reserved word of S3
    std::string_view("..."),
    std::string_view(".hidden"),
    std::string_view("a..b"),
    std::string_view("/leading slash"),
    std::string_view("double//slash"),
    std::string_view("trailing slash/"),
    std::string_view("a/./b"),
    std::string_view("a/../b"),
    std::string_view("."),
    std::string_view(".."),
    std::string_view("na\xc3\xafve"),             // 2 bytes, one code point (NFC)
    std::string_view("nai\xcc\x88ve"),            // the same in two code points (NFD)
    std::string_view("\xe6\x97\xa5\xe6\x9c\xac"), // 3 bytes each
    std::string_view("\xf0\x9f\xa6\x86.csv"),     // 4 bytes
    std::string_view("\xef\xbb\xbf"
                     "bom"),
    std::string_view("tab\tnewline\nreturn\r"),
    std::string_view("\x01\x02\x1f\x7f control"), // no XML 1.0 document can hold the first three
};

} // namespace copyto::testing

#endif
