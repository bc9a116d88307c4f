// What has to be asked of the source where a run is bound to a build: whether its branch still has
// the commit that was built, and which tags name what was not.
#pragma once

#include "base/refs.hpp"
#include "inputs/settings.hpp"
#include "transfer/commit_graph.hpp"
#include "transfer/remote.hpp"

#include <vector>

namespace occ::sync {

class BuiltCommit {
 public:
  // Both borrowed.
  BuiltCommit(const inputs::Settings& settings, transfer::Remote& source)
      : settings_(settings), source_(source) {}

  // What the tags that would be created or moved name, as far as the built commit does not come to
  // it: ids of refs of `source`. At most two requests for any number of tags, none twice, and none
  // unless the run is bound to a build. What the source does not tell counts as not built.
  // Throws Failure{built_commit_missing} if the branch has left the commit behind, and Failure
  // where another try may help.
  [[nodiscard]] const transfer::OidSet& check(const RefListing& source, const RefListing& target);

 private:
  [[nodiscard]] const Oid& built() const { return *settings_.triggering_run->head_oid; }
  void require_in_branch(const RefListing& source);
  [[nodiscard]] bool is_beyond(const Oid& tip);
  [[nodiscard]] std::vector<const Ref*> new_tags(const RefListing& source,
                                                 const RefListing& target);
  void ask_about(const std::vector<const Ref*>& tags);

  const inputs::Settings& settings_;
  transfer::Remote& source_;
  Oid good_tip_;  // of the branch: it holds the commit. Null: none was found to
  transfer::OidSet asked_;
  transfer::OidSet unbuilt_;
};

}  // namespace occ::sync
