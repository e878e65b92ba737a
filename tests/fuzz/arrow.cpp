// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: Arrow streams of any schema, whose arrays may lie in whatever can be seen, become files or an error; every
// struct is released once. Buffers have exactly the size that their array claims, so that AddressSanitizer sees a read
// beyond them. The first byte says how often an array lies: of those that never do, the stream must be taken.
#include "fuzz.hpp"

#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/source/arrow.hpp>

#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace {

class discarding final : public copyto::sink {
public:
  using sink::sink;

private:
  copyto::result<void> take(copyto::bytes_view) override { return {}; }
};

/// A type, and how its arrays are made.
struct node {
  std::string format;
  std::string name;
  std::size_t width = 0; ///< of values; of lists of fixed size their length
  bool nullable = true;
  std::vector<std::unique_ptr<node>> children = {};
  std::unique_ptr<node> dictionary = {};
};

constexpr std::pair<char const*, std::size_t> fixed[] = {
    {"c", 1},        {"S", 2},         {"i", 4},      {"L", 8},       {"e", 2},           {"f", 4},
    {"g", 8},        {"w:3", 3},       {"tdD", 4},    {"tdm", 8},     {"tts", 4},         {"ttn", 8},
    {"tss:UTC", 8},  {"tsu:", 8},      {"tDs", 8},    {"tiM", 4},     {"tiD", 8},         {"tin", 16},
    {"d:9,2,32", 4}, {"d:18,3,64", 8}, {"d:5,2", 16}, {"d:38,9", 16}, {"d:76,1,256", 32}, {"d:3,-2", 16}};

std::unique_ptr<node> make_type(input& in, int depth) {
  auto n = std::make_unique<node>();
  n->name = std::string(1 + in.byte() % 2, static_cast<char>('a' + in.byte() % 3));
  n->nullable = in.byte() % 4 != 0;
  auto const child = [&] { n->children.push_back(make_type(in, depth - 1)); };
  switch (in.byte() % (depth > 0 ? 16 : 7)) {
  case 0: n->format = "b"; break;
  case 1: n->format = in.byte() % 2 == 0 ? "u" : "z"; break;
  case 2: n->format = in.byte() % 2 == 0 ? "U" : "Z"; break;
  case 3: n->format = in.byte() % 2 == 0 ? "vu" : "vz"; break;
  case 4:
    n->format = "n";
    n->nullable = true;
    break;
  case 7:
    n->format = "+s";
    for (int i = in.byte() % 3; i >= 0; --i) {
      child();
      n->children.back()->name += std::to_string(i);
    }
    break;
  case 8:
    n->format = "+l";
    child();
    break;
  case 9:
    n->format = "+L";
    child();
    break;
  case 10:
    n->format = "+vl";
    child();
    break;
  case 11:
    n->width = in.byte() % 4;
    n->format = "+w:" + std::to_string(n->width);
    child();
    break;
  case 12: {
    n->format = "+m";
    auto entries = std::make_unique<node>(node{.format = "+s", .name = "entries", .nullable = false});
    entries->children.push_back(make_type(in, 0));
    entries->children[0]->nullable = false;
    entries->children.push_back(make_type(in, depth - 1));
    n->children.push_back(std::move(entries));
    break;
  }
  case 13: {
    n->format = "+r";
    n->children.push_back(
        std::make_unique<node>(node{.format = "i", .name = "run_ends", .width = 4, .nullable = false}));
    child();
    break;
  }
  case 14:
    n->format = std::string(1, "cCsSiI"[in.byte() % 6]);
    n->width = n->format == "c" || n->format == "C" ? 1 : n->format == "s" || n->format == "S" ? 2 : 4;
    n->dictionary = make_type(in, depth - 1);
    break;
  default: {
    auto const& [format, width] = fixed[in.byte() % std::size(fixed)];
    n->format = format;
    n->width = width;
  }
  }
  return n;
}

/// All structs of a stream and their memory, and how many of them have not been released.
struct producer {
  input& in;
  std::uint8_t lies; ///< one array in so many, 0: none
  std::unique_ptr<node> root;
  int batches;
  int alive = 0;
  std::deque<ArrowSchema> schemas = {};
  std::deque<ArrowArray> arrays = {};
  std::deque<std::vector<ArrowSchema*>> schema_children = {};
  std::deque<std::vector<ArrowArray*>> array_children = {};
  std::deque<std::vector<std::byte>> memory = {};
  std::deque<std::vector<void const*>> buffers = {};

  static void released(ArrowSchema* s) {
    --static_cast<producer*>(s->private_data)->alive;
    s->release = nullptr;
  }
  static void released(ArrowArray* a) {
    --static_cast<producer*>(a->private_data)->alive;
    a->release = nullptr;
  }
  static void released(ArrowArrayStream* s) {
    --static_cast<producer*>(s->private_data)->alive;
    s->release = nullptr;
  }

  void fill(node const& n, ArrowSchema& to) {
    to = {};
    to.format = n.format.c_str();
    to.name = n.name.c_str();
    to.flags = n.nullable ? ARROW_FLAG_NULLABLE : 0;
    std::vector<ArrowSchema*>& below = schema_children.emplace_back();
    for (auto const& child : n.children) {
      fill(*child, schemas.emplace_back());
      below.push_back(&schemas.back());
    }
    to.n_children = static_cast<std::int64_t>(below.size());
    to.children = below.data();
    if (n.dictionary) {
      fill(*n.dictionary, schemas.emplace_back());
      to.dictionary = &schemas.back();
    }
    to.release = [](ArrowSchema* s) { s->release = nullptr; }; // of what lies below another
  }

  std::byte* room(std::size_t size) { return memory.emplace_back(size).data(); }
  bool lie() { return lies != 0 && in.byte() % lies == 0; }
  /// Small numbers, which ascend unless that is a lie.
  template <class T>
  std::byte* numbers(std::size_t count, std::size_t below, bool ascending) {
    std::byte* const at = room(count * sizeof(T));
    std::size_t last = 0;
    for (std::size_t i = 0; i != count; ++i) {
      std::size_t const drawn = lies != 0 ? in.byte() : in.byte() % (below == 0 ? 1 : below);
      last = ascending ? std::min(below, lie() ? drawn : last + drawn % 4) : drawn;
      T const value = static_cast<T>(last);
      std::memcpy(at + i * sizeof(T), &value, sizeof(T));
    }
    return at;
  }
  std::byte* random(std::size_t size) {
    std::byte* const at = room(size);
    for (std::size_t i = 0; i != size; ++i) {
      at[i] = static_cast<std::byte>(in.byte() % 64); // values that are neither text nor numbers out of range
    }
    return at;
  }

  void fill(node const& n, ArrowArray& to, std::size_t length) {
    constexpr std::size_t bytes = 256;
    to = {};
    to.offset = in.byte() % 4;
    std::size_t const slots = length + static_cast<std::size_t>(to.offset);
    to.length = static_cast<std::int64_t>(length);
    std::vector<void const*> own = {nullptr};
    if (n.nullable && in.byte() % 2 == 0) {
      std::byte* const bits = room(slots / 8 + 1);
      for (std::size_t i = 0; i <= slots / 8; ++i) {
        bits[i] = static_cast<std::byte>(in.byte());
      }
      own[0] = bits;
      to.null_count = -1;
    }
    std::vector<ArrowArray*>& below = array_children.emplace_back();
    auto const child = [&](node const& of, std::size_t count) {
      ArrowArray& made = arrays.emplace_back();
      fill(of, made, count);
      return &made;
    };
    std::string const& f = n.format;
    if (f == "n" || f == "+r") {
      own.clear();
      to.null_count = 0;
      if (f == "+r") {
        std::size_t const runs = 3;
        ArrowArray* const ends = child(*n.children[0], runs);
        std::int32_t const last[] = {static_cast<std::int32_t>(slots / 2 + 1), static_cast<std::int32_t>(slots + 1),
                                     static_cast<std::int32_t>(lie() ? 0 : slots + 2)};
        ends->offset = 0;
        ends->null_count = 0;
        buffers.back() = {nullptr, std::memcpy(room(sizeof(last)), last, sizeof(last))};
        ends->buffers = buffers.back().data();
        below = {ends, child(*n.children[1], runs)};
      }
    } else if (n.dictionary) {
      std::size_t const entries = 1 + in.byte() % 5;
      own.push_back(n.width == 1   ? numbers<std::uint8_t>(slots, entries, false)
                    : n.width == 2 ? numbers<std::uint16_t>(slots, entries, false)
                                   : numbers<std::uint32_t>(slots, entries, false));
      to.dictionary = child(*n.dictionary, entries);
    } else if (f == "b") {
      own.push_back(random(slots / 8 + 1));
    } else if (f == "u" || f == "z") {
      own.insert(own.end(), {numbers<std::int32_t>(slots + 1, bytes, true), random(bytes)});
    } else if (f == "U" || f == "Z") {
      own.insert(own.end(), {numbers<std::int64_t>(slots + 1, bytes, true), random(bytes)});
    } else if (f == "vu" || f == "vz") {
      std::byte* const views = room(16 * slots);
      for (std::size_t i = 0; i != slots; ++i) {
        std::int32_t const part[] = {in.byte() % 40, 0, lie() ? in.byte() - 100 : 0,
                                     lie() ? in.byte() * 7 : in.byte() % 100};
        std::memcpy(views + 16 * i, part, 16);
      }
      std::int64_t const size = bytes;
      own.insert(own.end(), {views, random(bytes), std::memcpy(room(8), &size, 8)});
    } else if (f == "+s") {
      for (auto const& member : n.children) {
        below.push_back(child(*member, slots - (lie() && slots != 0 ? 1 : 0)));
      }
    } else if (f == "+l" || f == "+m") {
      std::size_t const elements = in.byte() % 60;
      own.push_back(numbers<std::int32_t>(slots + 1, elements, true));
      below.push_back(child(*n.children[0], elements));
    } else if (f == "+L") {
      std::size_t const elements = in.byte() % 60;
      own.push_back(numbers<std::int64_t>(slots + 1, elements, true));
      below.push_back(child(*n.children[0], elements));
    } else if (f == "+vl") {
      std::size_t const elements = 20 + in.byte() % 60;
      own.insert(own.end(), {numbers<std::int32_t>(slots, 15, false), numbers<std::int32_t>(slots, 5, false)});
      below.push_back(child(*n.children[0], elements));
    } else if (f.starts_with("+w:")) {
      below.push_back(child(*n.children[0], slots * n.width - (lie() && slots * n.width != 0 ? 1 : 0)));
    } else {
      own.push_back(random(slots * n.width));
    }
    to.n_buffers = static_cast<std::int64_t>(own.size());
    to.buffers = buffers.emplace_back(std::move(own)).data();
    to.n_children = static_cast<std::int64_t>(below.size());
    to.children = below.data();
    to.release = [](ArrowArray* a) { a->release = nullptr; };
    if (lie()) {
      switch (in.byte() % 7) {
      case 0: to.n_buffers -= 1; break;
      case 1: to.length = -1; break;
      case 2: to.offset = -3; break;
      case 3: to.n_children += to.n_children == 0 ? 1 : -1; break;
      case 4: to.buffers = nullptr; break;
      case 5: to.children = nullptr; break;
      default: to.null_count = 7;
      }
    }
  }

  static int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
    auto* const self = static_cast<producer*>(stream->private_data);
    self->fill(*self->root, *out);
    out->release = released;
    out->private_data = self;
    ++self->alive;
    return 0;
  }
  static int get_next(ArrowArrayStream* stream, ArrowArray* out) {
    auto* const self = static_cast<producer*>(stream->private_data);
    *out = {};
    if (self->batches-- == 0) {
      return 0;
    }
    if (self->lie()) {
      return 5;
    }
    self->fill(*self->root, *out, self->in.byte() % 40);
    out->release = released;
    out->private_data = self;
    ++self->alive;
    return 0;
  }
};

template <class Encoder>
void write(Encoder encoder, copyto::batch const& rows) {
  discarding out(copyto::sink::no_limit);
  if (encoder.check(rows.schema(), copyto::sink::no_limit)) {
    must(static_cast<bool>(encoder.begin(rows.schema(), out)));
    if (encoder.write(rows, 0, out)) {
      (void)encoder.end(out);
    }
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  input in(data, size);
  producer from{.in = in,
                .lies = static_cast<std::uint8_t>(in.byte() % 3 == 0 ? 0 : 20),
                .root = std::make_unique<node>(),
                .batches = 2};
  from.root->format = "+s";
  from.root->nullable = false;
  for (int i = in.byte() % 3; i >= 0; --i) {
    from.root->children.push_back(make_type(in, 3));
    from.root->children.back()->name += std::to_string(i);
  }
  {
    ArrowArrayStream stream{};
    stream.get_schema = producer::get_schema;
    stream.get_next = producer::get_next;
    stream.get_last_error = [](ArrowArrayStream*) -> char const* { return "no more"; };
    stream.release = producer::released;
    stream.private_data = &from;
    ++from.alive;
    auto source = copyto::arrow_source::open(stream);
    must(stream.release == nullptr);
    must(source || !source.error().message().empty());
    if (source && copyto::check(source->schema()).rule == copyto::schema_rule::ok) {
      copyto::batch rows(source->schema(), 16);
      for (bool more = true; more;) {
        rows.clear();
        copyto::result<copyto::fill_status> const filled = source->fill(rows, {});
        must(filled || !filled.error().message().empty());
        more = filled && *filled == copyto::fill_status::more;
        if (filled) {
          write(copyto::csv{}, rows);
          write(copyto::parquet<copyto::reader::any>(copyto::reader::exact::value, {.page_rows = 5}), rows);
          rows.own(); // a copy has the same
          write(copyto::csv{}, rows);
        }
      }
    }
  }
  must(from.alive == 0);
  return 0;
}
