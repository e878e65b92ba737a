// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_S3_HPP
#define COPYTO_SRC_S3_HPP

/// The bodies behind <copyto/s3.hpp>. A program that defines COPYTO_SEPARATE_COMPILATION includes this in
/// exactly one of its translation units; else the headers bring them along, and this adds nothing.

#include <copyto/core/config.hpp>

#ifdef COPYTO_SEPARATE_COMPILATION
#include <copyto/impl/auth/aws_config.ipp>
#include <copyto/impl/auth/digest.ipp>
#include <copyto/impl/auth/keys.ipp>
#include <copyto/impl/auth/refresh.ipp>
#include <copyto/impl/auth/region.ipp>
#include <copyto/impl/auth/role_session.ipp>
#include <copyto/impl/auth/sigv4.ipp>
#include <copyto/impl/auth/sts.ipp>
#include <copyto/impl/auth/sts_failure.ipp>
#include <copyto/impl/http/answer.ipp>
#include <copyto/impl/http/curl.ipp>
#include <copyto/impl/http/date.ipp>
#include <copyto/impl/http/endpoint.ipp>
#include <copyto/impl/http/message.ipp>
#include <copyto/impl/http/retry.ipp>
#include <copyto/impl/http/uri_encode.ipp>
#include <copyto/impl/http/xml.ipp>
#include <copyto/impl/store/s3_answers.ipp>
#include <copyto/impl/store/s3_checksum.ipp>
#include <copyto/impl/store/s3_core.ipp>
#include <copyto/impl/store/s3_failure.ipp>
#include <copyto/impl/store/s3_operations.ipp>
#include <copyto/impl/store/service.ipp>
#include <copyto/impl/store/uri.ipp>
#endif

#endif
