// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_S3_HPP
#define COPYTO_SRC_S3_HPP

/// The bodies behind <copyto/s3.hpp>. A program that defines COPYTO_SEPARATE_COMPILATION includes this in
/// exactly one of its translation units; else the headers bring them along, and this adds nothing.

#include <copyto/core/config.hpp>

#ifdef COPYTO_SEPARATE_COMPILATION
#include <copyto/auth/impl/aws_config.ipp>
#include <copyto/auth/impl/aws_profile.ipp>
#include <copyto/auth/impl/container.ipp>
#include <copyto/auth/impl/default_chain.ipp>
#include <copyto/auth/impl/digest.ipp>
#include <copyto/auth/impl/fetched_source.ipp>
#include <copyto/auth/impl/google.ipp>
#include <copyto/auth/impl/identity.ipp>
#include <copyto/auth/impl/instance.ipp>
#include <copyto/auth/impl/json_set.ipp>
#include <copyto/auth/impl/keys.ipp>
#include <copyto/auth/impl/process.ipp>
#include <copyto/auth/impl/profile.ipp>
#include <copyto/auth/impl/refresh.ipp>
#include <copyto/auth/impl/region.ipp>
#include <copyto/auth/impl/resolved_source.ipp>
#include <copyto/auth/impl/role_session.ipp>
#include <copyto/auth/impl/secret_file.ipp>
#include <copyto/auth/impl/sigv4.ipp>
#include <copyto/auth/impl/sso.ipp>
#include <copyto/auth/impl/sts.ipp>
#include <copyto/auth/impl/sts_failure.ipp>
#include <copyto/auth/impl/web_identity.ipp>
#include <copyto/export/impl/validate.ipp>
#include <copyto/http/impl/answer.ipp>
#include <copyto/http/impl/attempts.ipp>
#include <copyto/http/impl/curl.ipp>
#include <copyto/http/impl/date.ipp>
#include <copyto/http/impl/endpoint.ipp>
#include <copyto/http/impl/message.ipp>
#include <copyto/http/impl/redact.ipp>
#include <copyto/http/impl/retry.ipp>
#include <copyto/http/impl/service_failure.ipp>
#include <copyto/http/impl/uri_encode.ipp>
#include <copyto/http/impl/xml.ipp>
#include <copyto/store/impl/open.ipp>
#include <copyto/store/impl/service.ipp>
#include <copyto/store/impl/target.ipp>
#include <copyto/store/impl/way.ipp>
#include <copyto/store/s3/impl/answers.ipp>
#include <copyto/store/s3/impl/attribute_headers.ipp>
#include <copyto/store/s3/impl/checksum.ipp>
#include <copyto/store/s3/impl/client.ipp>
#include <copyto/store/s3/impl/core.ipp>
#include <copyto/store/s3/impl/failure.ipp>
#include <copyto/topic/impl/msk_iam.ipp>
#include <copyto/topic/impl/schema_registry.ipp>

#endif

#endif
