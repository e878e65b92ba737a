// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/detail/control_write.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::control_record;
using copyto::control_state;
using copyto::detail::control_standing;
using copyto::detail::control_verdict;
using copyto::detail::control_write;
using copyto::detail::judge;
using copyto::detail::standing_of;

TEST(ControlWrite, IsJudgedByWhatStandsThere) {
  using enum control_standing;
  using enum control_verdict;
  struct row {
    control_standing found;
    control_verdict claim, commit, commit_sent, abort;
  };
  for (row const& r : {row{absent, write, lost, files_tell, lost}, row{claimed, won, write, write, write},
                       row{committed, lost, won, won, lost}, row{aborting, lost, lost, lost, won},
                       row{unreadable, lost, lost, look_again, lost}, row{foreign, lost, lost, lost, lost}}) {
    auto const what = static_cast<int>(r.found);
    for (bool const sent : {false, true}) {
      EXPECT_EQ(judge(control_write::claim, r.found, sent), r.claim) << what << sent;
      EXPECT_EQ(judge(control_write::commit, r.found, sent), sent ? r.commit_sent : r.commit) << what << sent;
      EXPECT_EQ(judge(control_write::abort, r.found, sent), r.abort) << what << sent;
    }
  }
}

/// Of commit and abort that find the same, at most one may have won; and none writes over what decided.
TEST(ControlWrite, HasOneWinner) {
  for (int i = 0; i != 6; ++i) {
    for (bool const sent : {false, true}) {
      auto const found = static_cast<control_standing>(i);
      control_verdict const commit = judge(control_write::commit, found, sent);
      control_verdict const abort = judge(control_write::abort, found, sent);
      EXPECT_FALSE(commit == control_verdict::won && abort == control_verdict::won) << i;
      bool const decided = commit == control_verdict::won || abort == control_verdict::won;
      EXPECT_FALSE(decided && (commit == control_verdict::write || abort == control_verdict::write)) << i;
    }
  }
}

TEST(ControlWrite, KnowsItsOwnRecord) {
  for (auto const& [state, standing] : {std::pair(control_state::claim, control_standing::claimed),
                                        std::pair(control_state::commit, control_standing::committed),
                                        std::pair(control_state::aborting, control_standing::aborting)}) {
    control_record found;
    found.export_id = "x1";
    found.state = state;
    EXPECT_EQ(standing_of(found, "x1"), standing);
    EXPECT_EQ(standing_of(found, "x2"), control_standing::foreign);
  }
}

} // namespace
