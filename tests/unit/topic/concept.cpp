// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/concept.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;

// The exemplar: all that a format needs.
struct exemplar {
  static constexpr bool supports(field const& f) noexcept { return f.type.id == kind::int32; }
  std::string_view name() const { return "decimal digits"; }
  std::string_view content_type() const { return "text/plain"; }
  std::size_t frame_bytes() const { return 0; }
  result<void> begin(schema_view, std::span<std::size_t const> columns) {
    column = columns.front();
    return {};
  }
  result<void> append(batch const& rows, std::size_t row, byte_buffer& out) {
    out.append(std::to_string(rows.column(column).data<std::int32_t>()[row]));
    return {};
  }
  std::size_t column = 0;
};
static_assert(RecordFormat<exemplar>);

struct without_frame {
  static constexpr bool supports(field const&) noexcept { return true; }
  std::string_view name() const { return {}; }
  std::string_view content_type() const { return {}; }
  result<void> begin(schema_view, std::span<std::size_t const>) { return {}; }
  result<void> append(batch const&, std::size_t, byte_buffer&) { return {}; }
};
static_assert(!RecordFormat<without_frame> && HasAppendRecord<without_frame> && !HasFrameBytes<without_frame>);

TEST(record_format, appends_a_record) {
  static constexpr field fields[] = {{.name = "x", .type = {.id = kind::int32}}};
  batch rows(fields, 1);
  rows.buffer(0).append_fixed(std::int32_t{42});
  rows.close(1);
  exemplar format;
  std::size_t const columns[] = {0};
  EXPECT_TRUE(format.begin(fields, columns));
  byte_buffer out;
  EXPECT_TRUE(format.append(rows, 0, out));
  EXPECT_EQ(as_text(out.view()), "42");
}

} // namespace
