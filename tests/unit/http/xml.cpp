// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/xml.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace {

using namespace copyto;

/// All events as one text: "+path" for open, "-path=text" for close.
std::string events(std::string_view document) {
  xml_reader reader(document);
  std::string all;
  for (;;) {
    auto const event = reader.next();
    if (!event) {
      return all + "!";
    }
    switch (*event) {
    case xml_event::open: all.append("+").append(reader.path()).append(" "); break;
    case xml_event::close: all.append("-").append(reader.path()).append("=").append(reader.text()).append(" "); break;
    case xml_event::end: return all + ".";
    }
  }
}

TEST(xml_reader, walks_a_flat_document) {
  EXPECT_EQ(events("<?xml version=\"1.0\"?>\n<a xmlns=\"x>y\"><b>1</b><b/><c >2</c ></a>\n"),
            "+a +a/b -a/b=1 +a/b -a/b= +a/c -a/c=2 -a= .");
  EXPECT_EQ(events("<s:a><s:b>1</s:b></s:a>"), "+a +a/b -a/b=1 -a= .");
}

TEST(xml_reader, keeps_the_text_around_children) { EXPECT_EQ(events("<a>x<b>y</b>z</a>"), "+a +a/b -a/b=y -a=xz ."); }

TEST(xml_reader, resolves_entities_once) {
  EXPECT_EQ(xml_text("<a>&lt;&gt;&amp;&quot;&apos;</a>", "a"), "<>&\"'");
  EXPECT_EQ(xml_text("<a>&#13;&#x0a;&#1;&#x1F600;&#xE4;</a>", "a"), "\r\n\x01\xF0\x9F\x98\x80\xC3\xA4");
  EXPECT_EQ(xml_text("<a>&amp;lt;</a>", "a"), "&lt;");
  for (char const* bad : {"<a>&nbsp;</a>", "<a>&</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>",
                          "<a>&#x;</a>", "<a>&#12x;</a>", "<a>&lt</a>", "<a>&#-1;</a>"}) {
    EXPECT_FALSE(xml_root(bad)) << bad;
  }
}

TEST(xml_reader, takes_white_space_a_mark_comments_and_cdata) {
  EXPECT_EQ(xml_root("  \n\n <?xml version=\"1.0\"?><!-- <b> --><a/>").value(), "a");
  EXPECT_EQ(xml_root("\xEF\xBB\xBF<a/>").value(), "a");
  EXPECT_EQ(xml_text("<a>1<![CDATA[<&>]]>2<!-- no -->3</a>", "a"), "1<&>23");
}

TEST(xml_reader, refuses_what_is_no_whole_document) {
  for (char const* bad : {"", " ", "text", "<a>", "<a", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a/>x", "</a>", "<>",
                          "<a><!--", "<a x=\"", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                          "<html><body><br></body></html>", "<a><b <c></a>", "<?xml"}) {
    auto const root = xml_root(bad);
    ASSERT_FALSE(root) << bad;
    EXPECT_TRUE(root.error().is(errc::bad_answer));
  }
}

TEST(xml_reader, stays_in_error) {
  xml_reader reader("<a></b>");
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(xml_reader, limits_depth_and_size) {
  std::string deep;
  for (int i = 0; i != 33; ++i) {
    deep += "<a>";
  }
  EXPECT_TRUE(events(deep).ends_with("!"));
  EXPECT_EQ(std::count(deep.begin(), deep.end(), 'a'), 33);
  std::string huge = "<a>" + std::string(xml_reader::max_size, ' ') + "</a>";
  EXPECT_FALSE(xml_root(huge));
  huge = "<a>" + std::string(xml_reader::max_size - 7, ' ') + "</a>";
  EXPECT_TRUE(xml_root(huge));
}

TEST(xml_text, finds_the_first_element_of_a_path) {
  std::string_view const document = "<Error><Code>A</Code><Inner><Code>C</Code></Inner><Code>B</Code></Error>";
  EXPECT_EQ(xml_text(document, "Error/Code"), "A");
  EXPECT_EQ(xml_text(document, "Error/Inner/Code"), "C");
  EXPECT_FALSE(xml_text(document, "Error/Message"));
  EXPECT_FALSE(xml_text("<html>", "html"));
}

TEST(xml_escape, is_undone_by_the_reader) {
  std::string const text = "a<b>&\"'\r\n\t]]>\xC3\xA4";
  EXPECT_EQ(xml_text("<a>" + xml_escape(text) + "</a>", "a"), text);
}

TEST(xml_reader, survives_any_bytes) {
  std::mt19937 random(1); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same run each time
  std::string const whole = "<?xml version=\"1.0\"?><a b='c'><d>&lt;&#65;</d><!-- x --><e/><![CDATA[y]]></a>";
  for (int i = 0; i != 20'000; ++i) {
    std::string text = whole.substr(0, random() % (whole.size() + 1));
    for (unsigned edits = random() % 4; edits != 0 && !text.empty(); --edits) {
      text[random() % text.size()] = "<>/&;#x'\"!-[]? a\0\xff"[random() % 19];
    }
    (void)events(text);
  }
}

TEST(xml_reader, hands_its_text_over) {
  xml_reader reader("<a><b>0123456789abcdef</b></a>");
  ASSERT_TRUE(reader.next() && reader.next() && reader.next());
  EXPECT_EQ(reader.path(), "a/b");
  EXPECT_EQ(reader.take_text(), "0123456789abcdef");
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.next().value(), xml_event::close);
}

} // namespace
