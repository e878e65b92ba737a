// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_DOUBLE_SIGNATURE_HPP
#define COPYTO_TESTS_DOUBLE_SIGNATURE_HPP

#include "rules.hpp"
#include "wire.hpp"

#include <optional>

namespace copyto::doubles {

/// Checks who signed a request, when, for where, and that every byte that matters is covered: the answer that refuses
/// it, or nothing. `encrypted`: the request came over TLS, which alone allows an unsigned body.
[[nodiscard]] std::optional<wire_answer> check_signature(wire_request const& r, rules const& service,
                                                         key_pair const& keys, wall_time now, bool encrypted);

/// An <Error> answer.
[[nodiscard]] wire_answer refusal(int status, std::string_view code, std::string_view text, std::string_view more = {});

} // namespace copyto::doubles

#endif
