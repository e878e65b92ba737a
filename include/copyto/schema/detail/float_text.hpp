// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DETAIL_FLOAT_TEXT_HPP
#define COPYTO_SCHEMA_DETAIL_FLOAT_TEXT_HPP

#include <copyto/core/config.hpp>

#include <cstdint>
#include <string_view>

namespace copyto::detail::pg {

/// "1.5", "1e+20", "-0", "Infinity", "NaN": the fewest digits that lie strictly nearer to this value than to any other,
/// in scientific form where the exponent is below -4 or from 15 on (`float`: 6).
/// (PostgreSQL's src/common/d2s.c and f2s.c.) Writes at most 26 characters at `out` and returns their end.
char* put_float(char* out, double value) noexcept;
char* put_float(char* out, float value) noexcept;
/// Reads what `put_float` prints, and any other decimal number ("1.50", "-2.5E+3", "inf"); false, and `to` as it was, where
/// the text is none or passes the type's range.
[[nodiscard]] bool read_float(std::string_view text, double& to);
[[nodiscard]] bool read_float(std::string_view text, float& to);
/// The float that an IEEE 754 binary16 stands for, exactly.
[[nodiscard]] float widen_half(std::uint16_t bits) noexcept;

} // namespace copyto::detail::pg

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/float_text.ipp>
#endif

#endif
