// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/handoff/iam_policy.hpp>

#include <copyto/handoff/manifest.hpp>
#include <copyto/handoff/success_file.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::into;

bool holds(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(IamPolicy, OfAnExportToAnEmptyPrefix) {
  EXPECT_EQ(copyto::writer_policy(into("a/b"), "lake"), R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:AbortMultipartUpload"
      ],
      "Resource": [
        "arn:aws:s3:::lake/a/b/*"
      ]
    },
    {
      "Effect": "Allow",
      "Action": [
        "s3:GetObject"
      ],
      "Resource": [
        "arn:aws:s3:::lake/a/b/_copyto.*"
      ]
    },
    {
      "Effect": "Allow",
      "Action": [
        "s3:DeleteObject"
      ],
      "Resource": [
        "arn:aws:s3:::lake/a/b/_copyto.*"
      ]
    },
    {
      "Effect": "Allow",
      "Action": [
        "s3:ListBucket"
      ],
      "Resource": [
        "arn:aws:s3:::lake"
      ],
      "Condition": {
        "StringLike": {
          "s3:prefix": "a/b/*"
        }
      }
    }
  ]
}
)");
}

TEST(IamPolicy, ReplacingNeedsToDeleteFiles) {
  EXPECT_FALSE(holds(copyto::writer_policy(into("a"), "b"),
                     "DeleteObject\"\n      ],\n      \"Resource\": [\n        \"arn:aws:s3:::b/a/*\""));
  EXPECT_TRUE(holds(copyto::writer_policy(copyto::replace("a"), "b"),
                    "DeleteObject\"\n      ],\n      \"Resource\": [\n        \"arn:aws:s3:::b/a/*\""));
}

TEST(IamPolicy, WithoutAControlObjectIsAuroras) {
  std::string const policy = copyto::writer_policy(copyto::append_without_control("a"), "b");
  for (std::string_view const other : {"Get", "Delete", "List"}) {
    EXPECT_FALSE(holds(policy, other)) << policy;
  }
}

TEST(IamPolicy, OfOneKeyNamesItsNumberedFiles) {
  std::string const policy = copyto::writer_policy(copyto::one_key("a/k.csv"), "b");
  for (std::string_view const part :
       {"b/a/k.csv\"", "b/a/k.csv_part*\"", "b/a/k.csv_copyto.*\"", "\"s3:prefix\": \"a/k.csv*\""}) {
    EXPECT_TRUE(holds(policy, part)) << part << policy;
  }
}

TEST(IamPolicy, SignsOfPatternsStandForThemselves) {
  std::string const policy = copyto::writer_policy(into("a*b?$\"c"), "lake", "aws-cn");
  EXPECT_TRUE(holds(policy, R"("arn:aws-cn:s3:::lake/a${*}b${?}${$}\"c/*")")) << policy;
  EXPECT_TRUE(holds(policy, R"("s3:prefix": "a${*}b${?}${$}\"c/*")")) << policy;
}

TEST(IamPolicy, OfAWholeBucketHasNoCondition) {
  std::string const policy = copyto::writer_policy({}, "lake");
  EXPECT_TRUE(holds(policy, "\"arn:aws:s3:::lake/*\"")) << policy;
  EXPECT_FALSE(holds(policy, "Condition")) << policy;
}

TEST(IamPolicy, ReadersReadAndList) {
  std::string const policy = copyto::reader_policy(into("a"), "lake");
  for (std::string_view const part : {"s3:GetObject\"", "s3:GetObjectVersion\"", "s3:ListBucket\"", "lake/a/*\""}) {
    EXPECT_TRUE(holds(policy, part)) << part << policy;
  }
  EXPECT_FALSE(holds(policy, "Put") || holds(policy, "Delete")) << policy;
}

TEST(IamPolicy, OfAnAccessPointNamesItsObjects) {
  constexpr std::string_view point = "arn:aws:s3:eu-west-1:123456789012:accesspoint/ap";
  for (std::string const& policy : {copyto::writer_policy(into("a"), point), copyto::reader_policy(into("a"), point)}) {
    EXPECT_TRUE(holds(policy, "\"arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/object/a/*\"")) << policy;
    EXPECT_TRUE(holds(policy, "\"s3:ListBucket\"\n      ],\n      \"Resource\": [\n        "
                              "\"arn:aws:s3:eu-west-1:123456789012:accesspoint/ap\"\n"))
        << policy;
    EXPECT_FALSE(holds(policy, ":::")) << policy;
  }
}

TEST(IamPolicy, OfOneKeyNamesTheLastFileToo) {
  auto const success = copyto::success_file();
  std::string const policy = copyto::writer_policy(copyto::one_key("a/k.csv"), "b", "aws", {}, success.get());
  EXPECT_TRUE(holds(policy, "\"arn:aws:s3:::b/a/k.csv_SUCCESS\"")) << policy;
  auto const list = copyto::manifest("a/k.csv.manifest");
  EXPECT_TRUE(holds(copyto::writer_policy(copyto::one_key("a/k.csv"), "b", "aws", {}, list.get()),
                    "\"arn:aws:s3:::b/a/k.csv.manifest\""));
  auto const plain = copyto::manifest(); // whose name is one of the export's own
  EXPECT_EQ(copyto::writer_policy(copyto::one_key("k"), "b", "aws", {}, plain.get()),
            copyto::writer_policy(copyto::one_key("k"), "b"));
}

TEST(IamPolicy, ReadersMayAskForTheRegion) {
  std::string const policy = copyto::reader_policy(into("a"), "lake");
  EXPECT_TRUE(holds(policy, "\"s3:GetBucketLocation\"\n      ],\n      \"Resource\": [\n        "
                            "\"arn:aws:s3:::lake\"\n      ]\n    }")) // without a condition
      << policy;
}

TEST(IamPolicy, TrustAsksForTheExternalId) {
  EXPECT_EQ(copyto::trust_policy("arn:aws:iam::1:user/u", "e\"x"), R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::1:user/u"
      },
      "Action": "sts:AssumeRole",
      "Condition": {
        "StringEquals": {
          "sts:ExternalId": "e\"x"
        }
      }
    }
  ]
}
)");
}

TEST(WriterPolicy, HasTheRightsOfWhatObjectsCarry) {
  std::string const policy = copyto::writer_policy(into("a"), "b", "aws",
                                                   {.encryption = "aws:kms",
                                                    .kms_key = "arn:aws:kms:eu-west-1:1:key/k",
                                                    .tags = {{"a", "b"}},
                                                    .acl = "private",
                                                    .lock_mode = "GOVERNANCE",
                                                    .lock_until = copyto::utc_time(),
                                                    .legal_hold = true});
  for (char const* right : {"s3:PutObjectTagging", "s3:PutObjectAcl", "s3:PutObjectRetention", "s3:PutObjectLegalHold",
                            "kms:GenerateDataKey", "kms:Decrypt", "\"arn:aws:kms:eu-west-1:1:key/k\""}) {
    EXPECT_TRUE(holds(policy, right)) << right << policy;
  }
  // By its alias, any key: its ARN is not known.
  EXPECT_TRUE(holds(copyto::writer_policy(into("a"), "b", "aws-cn", {.encryption = "aws:kms", .kms_key = "alias/x"}),
                    "arn:aws-cn:kms:*:*:key/*"));
  EXPECT_FALSE(holds(copyto::writer_policy(into("a"), "b"), "kms:"));
  EXPECT_TRUE(holds(copyto::reader_policy(into("a"), "b", "aws", {.encryption = "aws:kms"}), "kms:Decrypt"));
}

} // namespace
