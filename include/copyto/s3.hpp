// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_S3_HPP
#define COPYTO_S3_HPP

/// Amazon S3, Google Cloud Storage, Cloudflare R2 and other S3-compatible stores. Needs libcurl and
/// OpenSSL 3.

#include <copyto/auth/assume_role.hpp>
#include <copyto/auth/aws_config.hpp>
#include <copyto/auth/concept.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/auth/sigv4.hpp>
#include <copyto/http/concept.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/http/retry.hpp>
#include <copyto/store/s3.hpp>
#include <copyto/store/service.hpp>

#endif
