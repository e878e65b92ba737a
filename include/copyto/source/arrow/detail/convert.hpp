// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_CONVERT_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_CONVERT_HPP

#include <copyto/core/config.hpp>
#include <copyto/source/arrow/detail/type.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace copyto::detail {

/// Makes values of the layout `fixed`, `count` from `from` on, into those of a batch, as `node.values` says; not for `same`
/// and `bool8`. `to`: room for as many of the type's `value_width`. `misfit(i, why)` is called for each that the type cannot
/// hold, NULL or not, whose place holds anything then.
void convert_values(arrow_node const& node, std::byte const* from, std::size_t count, std::byte* to,
                    std::function<void(std::size_t, std::string_view)> const& misfit);
/// Bytes of `bool8`, `count` from `from` on, into bits, from bit `offset` on; those before it and behind become 0.
void convert_bools(std::byte const* from, std::size_t count, std::uint8_t* bits, std::size_t offset) noexcept;

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/convert.ipp>
#endif

#endif
