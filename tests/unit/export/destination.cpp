// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/destination.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::destination;
using copyto::if_exists;

TEST(Destination, SaysWhereAndWhatBecomesOfWhatIsThere) {
  struct row {
    destination to;
    if_exists mode;
    bool has_control;
    bool is_key;
    std::string control;
  };
  for (row const& r :
       {row{{}, if_exists::error, true, false, "_copyto.INCOMPLETE"},
        row{copyto::into("p"), if_exists::error, true, false, "p/_copyto.INCOMPLETE"},
        row{copyto::into("/p/"), if_exists::error, true, false, "p/_copyto.INCOMPLETE"},
        row{copyto::append_to("p"), if_exists::append, true, false, "p/_copyto.x1.INCOMPLETE"},
        row{copyto::append_without_control("p"), if_exists::append, false, false, "p/_copyto.x1.INCOMPLETE"},
        row{copyto::replace("p"), if_exists::replace, true, false, "p/_copyto.INCOMPLETE"},
        row{copyto::one_key("p/k"), if_exists::error, true, true, "p/k_copyto.INCOMPLETE"},
        row{copyto::replace_key("p/k"), if_exists::replace, true, true, "p/k_copyto.INCOMPLETE"}}) {
    EXPECT_EQ(r.to.mode(), r.mode) << r.to.target();
    EXPECT_EQ(r.to.has_control(), r.has_control) << r.to.target();
    EXPECT_EQ(r.to.is_key(), r.is_key) << r.to.target();
    EXPECT_EQ(r.to.place("x1").control(), r.control);
    EXPECT_TRUE(r.to.names().empty());
  }
  EXPECT_EQ(copyto::append_to("p", "{id}-{file}.csv").names(), "{id}-{file}.csv");
}

} // namespace
