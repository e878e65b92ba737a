// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_SUCCESS_FILE_IPP
#define COPYTO_HANDOFF_IMPL_SUCCESS_FILE_IPP

#include <copyto/handoff/success_file.hpp>

namespace copyto {
namespace detail {

class empty_last_file final : public last_file {
public:
  [[nodiscard]] std::string_view key() const noexcept override { return {}; }
  [[nodiscard]] std::string_view name() const noexcept override { return success_file_name; }
  [[nodiscard]] std::string_view content_type() const noexcept override { return "application/octet-stream"; }
  [[nodiscard]] bool lists_files() const noexcept override { return false; }
  [[nodiscard]] result<void> write(written_files const&, sink&) const override { return {}; }
};

} // namespace detail

COPYTO_COLD std::shared_ptr<last_file const> success_file() { return std::make_shared<detail::empty_last_file>(); }

} // namespace copyto

#endif
