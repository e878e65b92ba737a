// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_SCHEMA_HPP
#define COPYTO_SCHEMA_SCHEMA_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/field.hpp>

#include <memory>
#include <string>

namespace copyto {

/// A schema that owns its names and nodes, for sources that learn their columns at run time. Copies
/// share one immutable tree, so views stay valid as long as any copy lives. Thread-safe.
class schema {
public:
  schema() = default;
  /// Deep copy of borrowed fields.
  explicit schema(schema_view fields);

  [[nodiscard]] schema_view view() const noexcept { return {top_, count_}; }
  // NOLINTNEXTLINE(google-explicit-constructor): a schema is a view with an owner
  operator schema_view() const noexcept { return view(); }

private:
  struct tree;
  std::shared_ptr<tree const> tree_;
  field const* top_ = nullptr;
  std::size_t count_ = 0;
};

/// "decimal(15,2)", "timestamp(us, utc)", "list<string>": for messages.
[[nodiscard]] std::string describe(field const& f);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/schema.ipp>
#endif

#endif
