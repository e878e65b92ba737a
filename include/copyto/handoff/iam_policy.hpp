// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IAM_POLICY_HPP
#define COPYTO_HANDOFF_IAM_POLICY_HPP

#include <copyto/core/config.hpp>
#include <copyto/export/destination.hpp>
#include <copyto/export/last_file.hpp>
#include <copyto/store/attributes.hpp>

#include <string>
#include <string_view>

namespace copyto {

/// IAM policies of AWS, as JSON to paste (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html).
/// `partition` is the second word of ARNs: "aws", "aws-cn" or "aws-us-gov". `bucket` may be the ARN of an access point, which
/// is then in the place of a bucket (S3 User Guide, "Configuring IAM policies for using access points").

/// The least that exports to this destination need. Without a control object, to put files and to abort uploads; with
/// one, also to list the place, to read what is called `_copyto.*` there, and to delete that; `replace` deletes files.
/// More than that is asked for by `status`, `resume` and `abort` of uploads that others began: s3:GetObject of the files
/// and s3:ListBucketMultipartUploads.
/// `carries`: what the objects are to carry, where that needs rights of its own: tags, ACLs, locks, a KMS key (by its ARN;
/// any key where only its id or alias is known). `last`: `export_options::last`, which may have a name of its own. Borrowed.
[[nodiscard]] std::string writer_policy(destination const& to, std::string_view bucket,
                                        std::string_view partition = "aws", object_attributes const& carries = {},
                                        last_file const* last = nullptr);

/// To read what is there, to list it and to ask for the bucket's region, as loaders do (Snowflake's "Configuring secure access
/// to Amazon S3").
[[nodiscard]] std::string reader_policy(destination const& to, std::string_view bucket,
                                        std::string_view partition = "aws", object_attributes const& carries = {});

/// Who may assume a role, and with which external id.
[[nodiscard]] std::string trust_policy(std::string_view principal, std::string_view external_id);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/iam_policy.ipp>
#endif

#endif
