// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_DETAIL_ATTRIBUTE_HEADERS_HPP
#define COPYTO_STORE_S3_DETAIL_ATTRIBUTE_HEADERS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/http/message.hpp>
#include <copyto/store/attributes.hpp>

#include <string_view>
#include <vector>

/// Attributes of objects as rules and as headers of requests. Pure.
namespace copyto::detail {

/// Whether the service can do all that is asked, and the words are such that it may take them; before any request.
/// errc::unsupported, errc::invalid_argument, naming the member. `encrypted`: whether requests go over TLS.
[[nodiscard]] result<void> check_attributes(object_attributes const& wanted, attribute_support const& has,
                                            std::string_view service, bool encrypted);

/// Headers of a request that creates an object. `own`: an object of the export itself (control object, probe), which carries
/// what a bucket's policy may demand, encryption and ACL, and nothing that would keep it from being deleted.
void add_attributes(object_attributes const& from, std::string_view prefix, bool own, std::vector<header>& into);
/// Of each request that reads or writes contents: the customer's key.
void add_customer_key(object_attributes const& from, std::string_view prefix, std::vector<header>& into);
/// Of every request.
void add_guards(object_attributes const& from, std::vector<header>& into);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/s3/impl/attribute_headers.ipp>
#endif

#endif
