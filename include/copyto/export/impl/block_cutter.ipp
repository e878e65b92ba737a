// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_BLOCK_CUTTER_IPP
#define COPYTO_EXPORT_IMPL_BLOCK_CUTTER_IPP

#include <copyto/export/detail/block_cutter.hpp>

#include <algorithm>
#include <utility>

namespace copyto::detail {

COPYTO_COLD std::uint64_t block_rule::next(std::uint64_t row) const noexcept {
  auto const after = [row](std::uint64_t every) { // never past what a number can say
    std::uint64_t const left = every - row % every;
    return left > ~row ? ~std::uint64_t{0} : row + left;
  };
  return std::min(after(ticket_rows), after(max_file_rows));
}

COPYTO_COLD block_cutter::block_cutter(schema_view fields, std::unique_ptr<any_block_writer> writer, block_rule rule)
    : fields_(fields), writer_(std::move(writer)), rule_(rule), ranges_(rule.column_stats ? fields.size() : 0) {}

COPYTO_DECL result<std::size_t> block_cutter::write(batch const& rows, std::size_t first) {
  if (open_rows_ == 0) {
    end_ = rule_.next(row_);
  }
  std::size_t const last = first + static_cast<std::size_t>(std::min<std::uint64_t>(rows.rows() - first, end_ - row_));
  result<std::size_t> const taken = writer_->write(rows, first, last);
  if (!taken) {
    return taken.error().with([&](error_info& info) {
      if (info.row) { // from 0 in the batch to 1 in the source
        *info.row += row_ - first + 1;
      }
    });
  }
  if (*taken > last - first || (*taken == 0 && (open_rows_ == 0 || !writer_->full()))) {
    return error(errc::unsupported, "the encoder took no row, or more than it was given");
  }
  for (std::size_t c = 0; c != ranges_.size(); ++c) {
    ranges_[c].add(rows.column(c), first, *taken);
  }
  row_ += *taken;
  open_rows_ += *taken;
  return taken;
}

COPYTO_COLD result<made_block> block_cutter::end() {
  result<std::unique_ptr<any_block>> block = writer_->end();
  if (!block) {
    return block.error();
  }
  made_block made{.block = *std::move(block), .rows = std::exchange(open_rows_, 0), .ranges = ranges_};
  ranges_.assign(ranges_.size(), {});
  return made;
}

} // namespace copyto::detail

#endif
