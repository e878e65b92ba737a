// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ANY_HPP
#define COPYTO_SOURCE_ANY_HPP

#include <copyto/source/ref.hpp>

#include <concepts>
#include <memory>
#include <stop_token>
#include <utility>

namespace copyto {

/// Any source, owned: for programs that choose at run time.
class any_source {
public:
  template <class S>
    requires(!std::same_as<S, any_source> && RowSource<S>)
  // NOLINTNEXTLINE(google-explicit-constructor): any source is one
  any_source(S source) : any_source(std::make_shared<S>(std::move(source))) {}

  [[nodiscard]] schema_view schema() const { return ref_.schema(); }
  [[nodiscard]] result<fill_status> fill(batch& rows, std::stop_token stop) { return ref_.fill(rows, std::move(stop)); }
  [[nodiscard]] size_hint hint() const { return ref_.hint(); }
  /// The source inside, borrowed: an export splits it where it is `Splittable`.
  [[nodiscard]] source_ref const& ref() const noexcept { return ref_; }

private:
  template <class S>
  explicit any_source(std::shared_ptr<S> source) : ref_(*source), owner_(std::move(source)) {}
  source_ref ref_;
  std::shared_ptr<void> owner_;
};

} // namespace copyto

#endif
