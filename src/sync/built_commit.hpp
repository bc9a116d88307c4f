// What has to be asked of the source where a run is bound to a build: whether its branch still has
// the commit that was built, and which tags name what was not.
#pragma once

#include "base/refs.hpp"
#include "inputs/settings.hpp"
#include "plan/plan.hpp"
#include "transfer/commit_graph.hpp"
#include "transfer/remote.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace occ::sync {

class BuiltCommit {
 public:
  // Both borrowed.
  BuiltCommit(const inputs::Settings& settings, transfer::Remote& source)
      : settings_(settings), source_(source) {}

  // How what was built stands to the two sides. At most four requests for any number of tags, none
  // twice, and none unless a build opened the gate. What the source does not tell counts as not
  // built. Throws Failure{built_commit_missing} if the branch has left the commit behind, and
  // Failure where another try may help.
  [[nodiscard]] plan::Build check(const RefListing& source, const RefListing& target);

  // Why nothing of what is synced was built, though the gate could not know; empty: something was.
  // It knows neither the branches of the source nor which is the default one.
  [[nodiscard]] std::string why_nothing(const RefListing& source) const;

 private:
  [[nodiscard]] bool asks() const;
  [[nodiscard]] const Oid& built() const { return *settings_.triggering_run->head_oid; }
  [[nodiscard]] const Ref* branch(const RefListing& source) const;
  [[nodiscard]] bool binds(const RefListing& source) const;
  void require_in_branch(const Ref& branch);
  // Whether `oid` is `tip`, or behind it, as far as the source says.
  [[nodiscard]] bool comes_to(const Oid& tip, const Oid& oid);
  [[nodiscard]] std::vector<const Ref*> new_tags(const RefListing& source,
                                                 const RefListing& target);
  void ask_about(const std::vector<const Ref*>& tags);

  const inputs::Settings& settings_;
  transfer::Remote& source_;
  std::map<std::pair<Oid, Oid>, bool> known_;  // comes_to()
  transfer::OidSet asked_;                     // tags
  transfer::OidSet unbuilt_;
};

}  // namespace occ::sync
