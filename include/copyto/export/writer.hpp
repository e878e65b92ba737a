// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_WRITER_HPP
#define COPYTO_EXPORT_WRITER_HPP

#include <copyto/export/detail/pushed_run.hpp>
#include <copyto/export/verdict.hpp>
#include <copyto/source/detail/staging.hpp>
#include <copyto/source/rows.hpp>

#include <concepts>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace copyto {
namespace detail {

/// What the verdicts see in place of a source.
template <class Row>
struct pushed_rows {
  using row = Row;
  static constexpr schema_view static_schema = range_source<std::vector<Row>>::static_schema;
  [[nodiscard]] schema_view schema() const noexcept
    requires DescribedRow<Row>
  {
    return static_schema;
  }
  result<fill_status> fill(batch&, std::stop_token);
};
struct pushed_batches {
  [[nodiscard]] schema_view schema() const noexcept;
  result<fill_status> fill(batch&, std::stop_token);
};

/// A store, and the export that writes to it, at an address that stays.
template <class Store>
struct pushed_export {
  pushed_export(schema_view fields, any_encoder encoder, Store s, export_options options, std::stop_token stop,
                progress_callback on_progress)
      : store(std::move(s)),
        run(fields, std::move(encoder), store_ref(store), std::move(options), std::move(stop), std::move(on_progress)) {
  }
  Store store;
  pushed_run run;
};

inline error moved_away() { return {errc::invalid_argument, "the writer was moved away"}; }

} // namespace detail

/// An export that takes rows as they come, made by `open_export<Row>`: the same files, promises and errors as those of
/// `make_exporter` for the same rows.
///
/// Nothing is visible before `commit` (unless `as_they_close` is set); a writer that is destroyed without it, also by an
/// exception, aborts. Rows are written in batches, on the caller's thread: an error may be of an earlier row, which it
/// names, counted from 1. It ends the export, which then leaves nothing; it is returned again by every later call, but
/// after a successful `commit` that is errc::invalid_argument. A writer that was moved from says so, too. Use it from one
/// thread at a time.
template <class Row, class Encoder, class Store>
class export_writer {
public:
  export_writer(Encoder encoder, Store store, export_options options, std::stop_token stop,
                progress_callback on_progress)
      : export_(std::make_unique<detail::pushed_export<Store>>(schema_of<Row>::fields, any_encoder(std::move(encoder)),
                                                               std::move(store), std::move(options), std::move(stop),
                                                               std::move(on_progress))) {}

  /// One row. It waits until a batch is full; the first batch makes the first requests.
  [[nodiscard]] result<void> push(Row row) {
    if (!export_) {
      return detail::moved_away();
    }
    if (auto const& end = export_->run.end()) {
      return *end;
    }
    staged_.push(std::move(row));
    return staged_.full(export_->run.rows()) ? flush() : result<void>();
  }
  /// The rows of a range, in its order; what a container holds is not copied.
  template <std::ranges::input_range Range>
    requires std::same_as<std::ranges::range_value_t<Range>, Row>
  [[nodiscard]] result<void> push(Range&& range) {
    if (result<void> flushed = flush(); !flushed) {
      return flushed;
    }
    detail::pushed_run& run = export_->run;
    auto source = rows(std::forward<Range>(range));
    for (fill_status status = fill_status::more; status == fill_status::more;) {
      result<void> added = run.add([&]() -> result<void> {
        result<fill_status> const filled = source.fill(run.rows(), run.stop());
        status = filled ? *filled : status;
        return filled ? result<void>() : filled.error();
      });
      if (!added) {
        return added;
      }
    }
    return {};
  }

  /// Makes everything visible: the report; an error, and nothing is; or errc::in_doubt.
  [[nodiscard]] result<report> commit() {
    if (result<void> flushed = flush(); !flushed) {
      return flushed.error();
    }
    return export_->run.commit();
  }
  /// Throws everything away, as the destructor does, and says whether something is left. No rows may follow.
  result<void> abort() {
    staged_.clear();
    return export_ ? export_->run.abort() : detail::moved_away();
  }

private:
  [[nodiscard]] result<void> flush() {
    if (!export_) {
      return detail::moved_away();
    }
    result<void> added = export_->run.add([this]() -> result<void> {
      staged_.append_to(export_->run.rows());
      return {};
    });
    staged_.clear();
    return added;
  }

  std::unique_ptr<detail::pushed_export<Store>> export_;
  detail::staging<Row> staged_;
};

/// The same with columns that are known at run time only, in batches, made by `open_export(schema, …)`:
///
///     copyto::batch& rows = out.rows();            // empty, with room for rows.capacity() rows
///     rows.buffer(0).append_fixed(id); …           // as a source fills it
///     rows.close(1);
///     if (auto pushed = out.push(); !pushed) …
template <class Encoder, class Store>
class batch_writer {
public:
  batch_writer(schema_view fields, Encoder encoder, Store store, export_options options, std::stop_token stop,
               progress_callback on_progress)
      : export_(std::make_unique<detail::pushed_export<Store>>(fields, any_encoder(std::move(encoder)),
                                                               std::move(store), std::move(options), std::move(stop),
                                                               std::move(on_progress))) {}

  /// The batch to fill; not of a writer that was moved from.
  [[nodiscard]] batch& rows() noexcept { return export_->run.rows(); }
  /// The rows that are in it. What they borrow need live no longer.
  [[nodiscard]] result<void> push() {
    return export_ ? export_->run.add([]() -> result<void> { return {}; }) : detail::moved_away();
  }
  /// See `export_writer`.
  [[nodiscard]] result<report> commit() {
    return export_ ? export_->run.commit() : result<report>(detail::moved_away());
  }
  result<void> abort() { return export_ ? export_->run.abort() : detail::moved_away(); }

private:
  std::unique_ptr<detail::pushed_export<Store>> export_;
};

/// Stands in for a writer that cannot work; see `rejected`.
template <verdict V, class Culprit>
class rejected_writer : rejected<V, Culprit> {
public:
  batch& rows();
  result<void> push();
  template <class T>
  result<void> push(T&& rows);
  result<report> commit();
  result<void> abort();
};

/// Opens an export for rows that the program makes in a loop of its own. What cannot work does not compile, with one error
/// that says why. Makes no request: what is wrong at run time is said by the `push` that fills the first
/// batch, or by `commit`.
///
///     auto out = copyto::open_export<trade>(copyto::parquet{}, store, {.to = copyto::into("trades")});
///     while (feed.next(t)) {
///       out.push(t).value();
///     }
///     copyto::report done = out.commit().value();
///
/// A stop takes effect at the next row that is written, and at once in `commit`. `on_progress` is called on the caller's
/// thread.
template <class Row, class Encoder, class Store>
[[nodiscard]] auto open_export(Encoder encoder, Store store, export_options options = {}, std::stop_token stop = {},
                               progress_callback on_progress = {}) {
  constexpr verdict v = why<detail::pushed_rows<Row>, Encoder, Store>();
  if constexpr (v == verdict::ok) {
    return export_writer<Row, Encoder, Store>(std::move(encoder), std::move(store), std::move(options), std::move(stop),
                                              std::move(on_progress));
  } else {
    return rejected_writer<v,
                           typename decltype(detail::culprit<v, detail::pushed_rows<Row>, Encoder, Store>())::type>();
  }
}

/// The same for columns that are known at run time; `fields` is copied.
template <class Encoder, class Store>
[[nodiscard]] auto open_export(schema_view fields, Encoder encoder, Store store, export_options options = {},
                               std::stop_token stop = {}, progress_callback on_progress = {}) {
  constexpr verdict v = why<detail::pushed_batches, Encoder, Store>();
  if constexpr (v == verdict::ok) {
    return batch_writer<Encoder, Store>(fields, std::move(encoder), std::move(store), std::move(options),
                                        std::move(stop), std::move(on_progress));
  } else {
    return rejected_writer<v, typename decltype(detail::culprit<v, detail::pushed_batches, Encoder, Store>())::type>();
  }
}

} // namespace copyto

#endif
