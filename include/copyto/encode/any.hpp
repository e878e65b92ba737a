// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_ANY_HPP
#define COPYTO_ENCODE_ANY_HPP

#include <copyto/encode/block.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/schema/check.hpp>
#include <copyto/schema/schema.hpp>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace copyto {

/// A block of whatever encoder made it.
class any_block {
public:
  virtual ~any_block() = default;

protected:
  any_block() = default;
};

/// Makes the blocks of one thread at a time, for whatever encoder; see encode/block.hpp.
class any_block_writer {
public:
  any_block_writer(any_block_writer const&) = delete;
  any_block_writer& operator=(any_block_writer const&) = delete;
  virtual ~any_block_writer() = default;
  /// For another thread.
  [[nodiscard]] virtual std::unique_ptr<any_block_writer> another() const = 0;
  [[nodiscard]] virtual result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last) = 0;
  [[nodiscard]] virtual bool full() const = 0;
  [[nodiscard]] virtual result<std::unique_ptr<any_block>> end() = 0;

protected:
  any_block_writer() = default;
};

namespace detail {

template <class W>
class block_writer_model final : public any_block_writer {
public:
  struct block final : any_block {
    explicit block(block_t<W> made) : made(std::move(made)) {}
    block_t<W> made;
  };

  explicit block_writer_model(W writer) : writer_(std::move(writer)) {}
  [[nodiscard]] std::unique_ptr<any_block_writer> another() const override {
    return std::make_unique<block_writer_model>(writer_);
  }
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last) override {
    return writer_.write(rows, first, last);
  }
  [[nodiscard]] bool full() const override { return writer_.full(); }
  [[nodiscard]] result<std::unique_ptr<any_block>> end() override {
    auto ended = writer_.end();
    if (!ended) {
      return ended.error();
    }
    return std::unique_ptr<any_block>(std::make_unique<block>(*std::move(ended)));
  }

private:
  W writer_;
};

} // namespace detail

/// Any encoder, owned; a copy is a new instance for a new file. The exporter's loop sees encoders only
/// through this: one indirect call a batch. Which columns it supports is found at run time, by `check`.
class any_encoder {
public:
  template <class E>
    requires(!std::same_as<E, any_encoder> && Encoder<E>)
  // NOLINTNEXTLINE(google-explicit-constructor): any encoder is one
  any_encoder(E encoder) : self_(std::make_unique<model<E>>(std::move(encoder))) {}
  any_encoder(any_encoder const& other) : self_(other.self_->clone()) {}
  any_encoder(any_encoder&&) noexcept = default;
  any_encoder& operator=(any_encoder other) noexcept {
    self_.swap(other.self_);
    return *this;
  }
  ~any_encoder() = default;

  [[nodiscard]] static constexpr bool supports(field const&) { return true; }
  [[nodiscard]] std::string_view extension() const { return self_->extension(); }
  [[nodiscard]] std::string_view content_type() const { return self_->content_type(); }
  [[nodiscard]] result<void> check(schema_view fields, std::uint64_t max_file_size) const {
    return self_->check(fields, max_file_size);
  }
  [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const {
    return self_->memory_bound(fields, max_file_size);
  }
  [[nodiscard]] result<void> begin(schema_view fields, sink& out) { return self_->begin(fields, out); }
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, sink& out) {
    return self_->write(rows, first, out);
  }
  [[nodiscard]] result<file_stats> end(sink& out) { return self_->end(out); }
  /// Of a `BlockEncoder`: makes its blocks; nullptr: it is none.
  [[nodiscard]] std::unique_ptr<any_block_writer> block_writer(schema_view fields, std::uint64_t max_file_size) const {
    return self_->block_writer(fields, max_file_size);
  }
  /// Whether some rows of a block may go into one file and the others into the next.
  [[nodiscard]] bool parts_blocks() const { return self_->parts_blocks(); }
  /// 0: no `BlockEncoder`.
  [[nodiscard]] std::uint64_t block_rows(schema_view fields) const { return self_->block_rows(fields); }
  [[nodiscard]] std::uint64_t block_memory_bound(schema_view fields, std::uint64_t max_file_size) const {
    return self_->block_memory_bound(fields, max_file_size);
  }
  /// `made`: by this encoder's `block_writer`, or that of a copy.
  [[nodiscard]] result<std::uint64_t> place(any_block& made, sink& out) { return self_->place(made, out); }
  /// Whether the first file of an export is not as the others would be, e.g. has a header alone; false where the encoder
  /// does not say.
  [[nodiscard]] bool first_file_differs() const { return self_->first_file_differs(); }
  /// `f` itself where the encoder does not say.
  [[nodiscard]] field written_as(field const& f) const { return self_->written_as(f); }

private:
  struct base {
    virtual ~base() = default;
    [[nodiscard]] virtual std::unique_ptr<base> clone() const = 0;
    [[nodiscard]] virtual std::string_view extension() const = 0;
    [[nodiscard]] virtual std::string_view content_type() const = 0;
    [[nodiscard]] virtual result<void> check(schema_view, std::uint64_t) const = 0;
    [[nodiscard]] virtual std::uint64_t memory_bound(schema_view, std::uint64_t) const = 0;
    [[nodiscard]] virtual result<void> begin(schema_view, sink&) = 0;
    [[nodiscard]] virtual result<std::size_t> write(batch const&, std::size_t, sink&) = 0;
    [[nodiscard]] virtual result<file_stats> end(sink&) = 0;
    [[nodiscard]] virtual bool first_file_differs() const = 0;
    [[nodiscard]] virtual field written_as(field const&) const = 0;
    [[nodiscard]] virtual std::unique_ptr<any_block_writer> block_writer(schema_view, std::uint64_t) const = 0;
    [[nodiscard]] virtual bool parts_blocks() const = 0;
    [[nodiscard]] virtual std::uint64_t block_rows(schema_view) const = 0;
    [[nodiscard]] virtual std::uint64_t block_memory_bound(schema_view, std::uint64_t) const = 0;
    [[nodiscard]] virtual result<std::uint64_t> place(any_block&, sink&) = 0;
  };
  template <class E>
  struct model final : base {
    explicit model(E e) : encoder(std::move(e)) {}
    [[nodiscard]] std::unique_ptr<base> clone() const override { return std::make_unique<model>(encoder); }
    [[nodiscard]] std::string_view extension() const override { return encoder.extension(); }
    [[nodiscard]] std::string_view content_type() const override { return encoder.content_type(); }
    [[nodiscard]] result<void> check(schema_view fields, std::uint64_t max_file_size) const override {
      if (std::size_t const i = first_unsupported<E>(fields); i != fields.size()) {
        return error(
            {.code = errc::unsupported,
             .message = std::string(encoder.extension()) + " files cannot hold a column of type " + describe(fields[i]),
             .column = std::string(fields[i].name),
             .advice = "cast the column, or leave it out"});
      }
      return encoder.check(fields, max_file_size);
    }
    [[nodiscard]] std::uint64_t memory_bound(schema_view fields, std::uint64_t max_file_size) const override {
      return encoder.memory_bound(fields, max_file_size);
    }
    [[nodiscard]] result<void> begin(schema_view fields, sink& out) override { return encoder.begin(fields, out); }
    [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, sink& out) override {
      return encoder.write(rows, first, out);
    }
    [[nodiscard]] result<file_stats> end(sink& out) override { return encoder.end(out); }
    [[nodiscard]] bool first_file_differs() const override {
      if constexpr (requires(E const& e) { e.first_file_differs(); }) {
        return encoder.first_file_differs();
      } else {
        return false;
      }
    }
    [[nodiscard]] field written_as(field const& f) const override {
      if constexpr (HasWrittenAs<E>) {
        return encoder.written_as(f);
      } else {
        return f;
      }
    }
    [[nodiscard]] std::unique_ptr<any_block_writer> block_writer(schema_view fields,
                                                                 std::uint64_t max_file_size) const override {
      if constexpr (BlockEncoder<E>) {
        return std::make_unique<detail::block_writer_model<block_writer_t<E>>>(
            encoder.block_writer(fields, max_file_size));
      } else {
        return nullptr;
      }
    }
    [[nodiscard]] bool parts_blocks() const override {
      if constexpr (requires { E::parts_blocks; }) {
        return E::parts_blocks;
      } else {
        return false;
      }
    }
    [[nodiscard]] std::uint64_t block_rows(schema_view fields) const override {
      if constexpr (BlockEncoder<E>) {
        return encoder.block_rows(fields);
      } else {
        return 0;
      }
    }
    [[nodiscard]] std::uint64_t block_memory_bound(schema_view fields, std::uint64_t max_file_size) const override {
      if constexpr (BlockEncoder<E>) {
        return encoder.block_memory_bound(fields, max_file_size);
      } else {
        return 0;
      }
    }
    [[nodiscard]] result<std::uint64_t> place(any_block& made, sink& out) override {
      if constexpr (BlockEncoder<E>) {
        return encoder.place(static_cast<typename detail::block_writer_model<block_writer_t<E>>::block&>(made).made,
                             out);
      } else {
        return error(errc::unsupported, "the encoder makes no blocks");
      }
    }
    E encoder;
  };
  std::unique_ptr<base> self_;
};
static_assert(Encoder<any_encoder>);

namespace detail {
/// Fields as they are written; what they borrow is in `below`.
[[nodiscard]] inline std::vector<field> written_fields(schema_view fields, any_encoder const& encoder,
                                                       std::deque<std::vector<field>>& below) {
  std::vector<field> written;
  for (field const& f : fields) {
    written.push_back(encoder.written_as(f));
    if (f.node_count != 0) {
      written.back().nodes = below.emplace_back(written_fields(f.children(), encoder, below)).data();
    }
  }
  return written;
}
} // namespace detail

/// The columns as readers of the encoder's files find them.
[[nodiscard]] inline schema written_columns(schema_view fields, any_encoder const& encoder) {
  std::deque<std::vector<field>> below;
  return schema(detail::written_fields(fields, encoder, below));
}

} // namespace copyto

#endif
