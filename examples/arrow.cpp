// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// An Arrow stream becomes Parquet files in the directory `readings`, which must be empty or missing. Such a stream is what
// pyarrow, DuckDB, Polars, arrow-rs or an ADBC driver hand over; here a few lines make one, to show that no Arrow library is
// needed on either side. A bucket is another store: see to_s3.cpp.
#include <copyto/copyto.hpp>
#include <copyto/source/arrow.hpp>

#include <array>
#include <cstdio>

namespace {

/// Two columns, `sensor` and `celsius`, the second of which may be NULL. All of it is constant, so there is nothing to free.
struct producer {
  int left = 3; ///< record batches

  static void done(ArrowSchema* schema) { schema->release = nullptr; }
  static void done(ArrowArray* array) { array->release = nullptr; }
  static void done(ArrowArrayStream* stream) { stream->release = nullptr; }

  static ArrowSchema type(char const* format, char const* name, std::int64_t flags) {
    ArrowSchema made{};
    made.format = format;
    made.name = name;
    made.flags = flags;
    made.release = done;
    return made;
  }
  static ArrowArray values(void const** validity_and_values, std::int64_t nulls) {
    ArrowArray made{};
    made.length = 4;
    made.null_count = nulls;
    made.n_buffers = 2;
    made.buffers = validity_and_values;
    made.release = done;
    return made;
  }

  static int get_schema(ArrowArrayStream*, ArrowSchema* out) {
    static ArrowSchema sensor = type("i", "sensor", 0);
    static ArrowSchema celsius = type("g", "celsius", ARROW_FLAG_NULLABLE);
    static std::array<ArrowSchema*, 2> columns = {&sensor, &celsius};
    *out = type("+s", "", 0);
    out->n_children = 2;
    out->children = columns.data();
    return 0;
  }
  static int get_next(ArrowArrayStream* stream, ArrowArray* out) {
    static std::array<std::int32_t, 4> const numbers = {1, 2, 3, 4};
    static std::array<double, 4> const degrees = {20.5, 0, 21.25, 19};
    static std::uint8_t const validity = 0b1101;
    static std::array<void const*, 2> of_sensor = {nullptr, numbers.data()};
    static std::array<void const*, 2> of_celsius = {&validity, degrees.data()};
    static ArrowArray sensor = values(of_sensor.data(), 0);
    static ArrowArray celsius = values(of_celsius.data(), 1);
    static std::array<ArrowArray*, 2> columns = {&sensor, &celsius};
    static std::array<void const*, 1> no_validity = {nullptr};
    *out = {};
    if (static_cast<producer*>(stream->private_data)->left-- != 0) { // else the array is empty, which is the end
      *out = values(no_validity.data(), 0);
      out->n_buffers = 1;
      out->n_children = 2;
      out->children = columns.data();
    }
    return 0;
  }
};

} // namespace

int main() {
  producer rows;
  ArrowArrayStream stream{.get_schema = producer::get_schema,
                          .get_next = producer::get_next,
                          .get_last_error = [](ArrowArrayStream*) -> char const* { return nullptr; },
                          .release = producer::done,
                          .private_data = &rows};
  auto source = copyto::arrow_source::open(stream); // the stream is the source's now
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message().c_str());
    return 1;
  }
  auto job = copyto::make_exporter(*std::move(source), copyto::parquet{}, copyto::directory_store{"readings"});
  copyto::result<copyto::report> const done = job.run();
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  std::printf("%zu rows in %zu file\n", static_cast<std::size_t>(done->rows), done->files.size());
}
