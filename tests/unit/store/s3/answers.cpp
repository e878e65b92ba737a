// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/s3/detail/answers.hpp>

#include <copyto/http/xml.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;

TEST(s3_answers, read_a_listing_of_objects) {
  auto const page = read_objects(R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>a</Prefix>
<IsTruncated>true</IsTruncated><NextContinuationToken>1/+=</NextContinuationToken>
<Contents><Key>a&amp;b</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified><ETag>&quot;tag&quot;</ETag>
<Size>5368709120</Size><Owner><ID>x</ID></Owner></Contents>
<Contents><Key>c&#13;</Key><ETag>bare</ETag><Size>0</Size></Contents>
<CommonPrefixes><Prefix>z/</Prefix></CommonPrefixes></ListBucketResult>)");
  ASSERT_TRUE(page) << page.error().message();
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0].key, "a&b");
  EXPECT_EQ(page->items[0].size, 5 * GiB);
  EXPECT_EQ(page->items[0].tag, "tag");
  EXPECT_EQ(page->items[1].key, "c\r");
  EXPECT_EQ(page->items[1].tag, "bare");
  EXPECT_EQ(page->next, "1/+=");
}

TEST(s3_answers, read_keys_that_are_encoded_where_the_listing_says_so) {
  std::string const listing = "<ListBucketResult><Contents><Key>a%01+b%2B/%C3%A9</Key></Contents>";
  EXPECT_EQ(read_objects(listing + "<EncodingType>url</EncodingType></ListBucketResult>")->items.at(0).key,
            "a\x01 b+/\xc3\xa9");
  EXPECT_EQ(read_objects(listing + "</ListBucketResult>")->items.at(0).key, "a%01+b%2B/%C3%A9"); // one that ignores it
  EXPECT_TRUE(read_objects("<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>50%</Key></Contents>"
                           "</ListBucketResult>")
                  .error()
                  .is(errc::bad_answer));
  // Nobody asks for this of uploads, and who says it nevertheless does not do it.
  EXPECT_EQ(read_uploads("<ListMultipartUploadsResult><EncodingType>url</EncodingType><Upload><Key>k%01+</Key>"
                         "<UploadId>i</UploadId></Upload></ListMultipartUploadsResult>")
                ->items.at(0)
                .key,
            "k%01+");
}

TEST(s3_answers, refuse_a_listing_that_could_hide_objects) {
  for (char const* bad : {"", "<html/>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
                          "<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>",
                          "<ListBucketResult><Contents><Key>a</Key>"}) {
    auto const page = read_objects(bad);
    ASSERT_FALSE(page) << bad;
    EXPECT_TRUE(page.error().is(errc::bad_answer));
  }
  EXPECT_TRUE(read_objects("<ListBucketResult/>")->items.empty());
}

TEST(s3_answers, read_a_listing_of_uploads) {
  auto const page = read_uploads("<ListMultipartUploadsResult><KeyMarker/><NextKeyMarker>k/1</NextKeyMarker>"
                                 "<NextUploadIdMarker>i&amp;d</NextUploadIdMarker><IsTruncated>true</IsTruncated>"
                                 "<Upload><Key>k</Key><UploadId>u</UploadId>"
                                 "<Initiated>1994-11-06T08:49:37.000Z</Initiated></Upload>"
                                 "<Upload><Key>k/1</Key><UploadId>i&amp;d</UploadId></Upload>"
                                 "</ListMultipartUploadsResult>");
  ASSERT_TRUE(page) << page.error().message();
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0].upload_id, "u");
  EXPECT_EQ(page->items[0].started, utc_time(std::chrono::seconds(784111777)));
  EXPECT_FALSE(page->items[1].started);
  auto const marker = read_marker(page->next);
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->key, "k/1");
  EXPECT_EQ(marker->upload_id, "i&d");
  EXPECT_FALSE(read_marker("nonsense"));
  EXPECT_FALSE(read_marker("%/x"));
}

TEST(s3_answers, read_a_listing_of_parts) {
  auto const page = read_parts("<ListPartsResult><PartNumberMarker>0</PartNumberMarker>"
                               "<NextPartNumberMarker>2</NextPartNumberMarker><IsTruncated>false</IsTruncated>"
                               "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag><Size>5</Size></Part>"
                               "<Part><PartNumber>2</PartNumber><ETag>\"b\"</ETag><Size>6</Size></Part>"
                               "</ListPartsResult>");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[1].number, 2u);
  EXPECT_EQ(page->items[1].size, 6u);
  EXPECT_EQ(page->items[1].tag, "b");
  EXPECT_EQ(page->next, "");
}

TEST(s3_answers, hold_tags_without_their_quotes) {
  EXPECT_EQ(bare_tag("\"a\""), "a");
  EXPECT_EQ(bare_tag("a"), "a");
  EXPECT_EQ(bare_tag("\""), "\"");
  EXPECT_EQ(bare_tag("W/\"a\""), "W/\"a\"");
}

TEST(s3_answers, write_the_parts_of_an_upload) {
  part_tag const parts[] = {{.number = 1, .size = 5, .tag = "a"}, {.number = 10000, .size = 5, .tag = "<&>"}};
  std::string const xml = write_part_list(parts);
  EXPECT_EQ(xml_text(xml, "CompleteMultipartUpload/Part/ETag"), "\"a\"");
  EXPECT_NE(xml.find("<Part><PartNumber>10000</PartNumber><ETag>&quot;&lt;&amp;&gt;&quot;</ETag></Part>"),
            std::string::npos);
  EXPECT_EQ(xml_root(xml).value(), "CompleteMultipartUpload");
}

} // namespace
