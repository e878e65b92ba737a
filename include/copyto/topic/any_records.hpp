// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_ANY_RECORDS_HPP
#define COPYTO_TOPIC_ANY_RECORDS_HPP

#include <copyto/topic/concept.hpp>

#include <concepts>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace copyto {

/// Any record format, owned. What a program chooses at run time, and what the exporter's loop sees. Models `RecordFormat`
/// itself, but that `supports` is for types known at run time.
class any_records {
public:
  template <class F>
    requires(!std::same_as<F, any_records> && RecordFormat<F>)
  // NOLINTNEXTLINE(google-explicit-constructor): takes any format by its own name
  any_records(F format) : self_(std::make_unique<model<F>>(std::move(format))) {}
  any_records(any_records const& other) : self_(other.self_->clone()) {}
  any_records(any_records&&) noexcept = default;
  any_records& operator=(any_records other) noexcept {
    self_.swap(other.self_);
    return *this;
  }
  ~any_records() = default;

  [[nodiscard]] bool supports(field const& f) const { return self_->supports(f); }
  [[nodiscard]] std::string_view name() const { return self_->name(); }
  [[nodiscard]] std::string_view content_type() const { return self_->content_type(); }
  [[nodiscard]] std::size_t frame_bytes() const { return self_->frame_bytes(); }
  /// `F::one_column` is there, and true: a record is a single column.
  [[nodiscard]] bool takes_one_column() const { return self_->takes_one_column(); }
  [[nodiscard]] result<void> begin(schema_view fields, std::span<std::size_t const> columns) {
    return self_->begin(fields, columns);
  }
  [[nodiscard]] result<void> append(batch const& rows, std::size_t row, byte_buffer& out) {
    return self_->append(rows, row, out);
  }

private:
  struct erased {
    erased() = default;
    erased(erased const&) = delete;
    erased& operator=(erased const&) = delete;
    virtual ~erased() = default;
    [[nodiscard]] virtual std::unique_ptr<erased> clone() const = 0;
    [[nodiscard]] virtual bool supports(field const& f) const = 0;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual std::string_view content_type() const = 0;
    [[nodiscard]] virtual std::size_t frame_bytes() const = 0;
    [[nodiscard]] virtual bool takes_one_column() const = 0;
    [[nodiscard]] virtual result<void> begin(schema_view fields, std::span<std::size_t const> columns) = 0;
    [[nodiscard]] virtual result<void> append(batch const& rows, std::size_t row, byte_buffer& out) = 0;
  };
  template <class F>
  struct model final : erased {
    explicit model(F f) : format(std::move(f)) {}
    [[nodiscard]] std::unique_ptr<erased> clone() const override { return std::make_unique<model>(format); }
    [[nodiscard]] bool supports(field const& f) const override { return F::supports(f); }
    [[nodiscard]] std::string_view name() const override { return format.name(); }
    [[nodiscard]] std::string_view content_type() const override { return format.content_type(); }
    [[nodiscard]] std::size_t frame_bytes() const override { return format.frame_bytes(); }
    [[nodiscard]] bool takes_one_column() const override {
      if constexpr (requires { F::one_column; }) {
        return F::one_column;
      }
      return false;
    }
    [[nodiscard]] result<void> begin(schema_view fields, std::span<std::size_t const> columns) override {
      return format.begin(fields, columns);
    }
    [[nodiscard]] result<void> append(batch const& rows, std::size_t row, byte_buffer& out) override {
      return format.append(rows, row, out);
    }
    F format;
  };
  std::unique_ptr<erased> self_;
};

} // namespace copyto

#endif
