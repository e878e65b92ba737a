// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_EXPORTER_HPP
#define COPYTO_EXPORT_EXPORTER_HPP

#include <copyto/export/job.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/verdict.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace copyto {

/// An export, ready to run: source, encoder and store, checked by the compiler to fit. Made by
/// `make_exporter`. Use each from one thread at a time; any number may run side by side.
template <class Source, class Encoder, class Store>
class exporter {
public:
  exporter(Source source, Encoder encoder, Store store, export_options options)
      : source_(std::move(source)), encoder_(std::move(encoder)), store_(std::move(store)),
        options_(std::move(options)) {}

  /// Exports all rows and returns when every file is visible, or none is (see `run_export` for the three
  /// outcomes). A stop takes effect at once and leaves nothing visible. `on_progress` is called on this
  /// thread. The rows are used up: a second call is errc::invalid_argument.
  [[nodiscard]] result<report> run(std::stop_token stop = {}, progress_callback const& on_progress = {}) {
    if (std::exchange(used_, true)) {
      return error(errc::invalid_argument, "an exporter runs once: its source has been read");
    }
    using rows = std::conditional_t<Shardable<Source>, shards_ref, source_ref>;
    return run_export(rows(source_), any_encoder(encoder_), store_ref(store_), options_, std::move(stop), on_progress);
  }

  /// The most heap that `run` takes, bytes; see export/memory_bound.hpp.
  [[nodiscard]] result<std::uint64_t> memory_bound() const {
    export_options options = options_;
    options.connections = 1;
    if constexpr (Shardable<Source>) {
      options.connections = std::min(options_.connections, source_.shard_count());
    }
    return copyto::memory_bound(options, source_.schema(), any_encoder(encoder_), store_.limits());
  }

private:
  Source source_;
  Encoder encoder_;
  Store store_;
  export_options options_;
  bool used_ = false;
};

/// Composes an export. What cannot work does not compile, with one error that says why.
///
///     auto job = copyto::make_exporter(copyto::rows(trades), copyto::parquet{}, store, {.to = copyto::into("trades")});
///     copyto::report done = job.run().value();
///
/// `Source` is a `RowSource`, or a `Shardable` one, whose shards `options.connections` threads read.
template <class Source, class Encoder, class Store>
[[nodiscard]] auto make_exporter(Source source, Encoder encoder, Store store, export_options options = {}) {
  constexpr verdict v = why<Source, Encoder, Store>();
  if constexpr (v == verdict::ok) {
    return exporter<Source, Encoder, Store>(std::move(source), std::move(encoder), std::move(store),
                                            std::move(options));
  } else {
    return rejected<v, typename decltype(detail::culprit<v, Source, Encoder, Store>())::type>();
  }
}

} // namespace copyto

#endif
