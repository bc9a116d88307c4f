// A source and a target whose main branches parted at random: edits, renames, folders that move,
// symlinks, modes, files that become folders, and merges between the two sides.
#pragma once

#include "support/git.hpp"
#include "support/temp_dir.hpp"

#include <string>

namespace occ::test {

class DivergingHistory {
 public:
  // The same seed makes the same history.
  explicit DivergingHistory(unsigned seed);

  [[nodiscard]] const GitRepo& both() const { return both_; }  // branches source and target
  [[nodiscard]] const std::string& source_tip() const { return source_tip_; }
  [[nodiscard]] const std::string& target_tip() const { return target_tip_; }
  // The two have met twice, each holding the other: they have two merge bases.
  [[nodiscard]] bool is_criss_cross() const { return criss_cross_; }
  // A new repository with nothing but `tip` on main.
  [[nodiscard]] GitRepo repository(const std::string& name, const std::string& tip) const;

 private:
  TempDir folder_;
  GitRepo both_;
  std::string source_tip_;
  std::string target_tip_;
  bool criss_cross_ = false;
};

}  // namespace occ::test
