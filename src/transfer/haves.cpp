#include "transfer/haves.hpp"

#include <algorithm>

namespace occ::transfer {
namespace {

constexpr std::size_t kForNewRefs = 256;
constexpr std::size_t kForUpdates = 32;

bool is_main(std::string_view name) {
  return name == "refs/heads/main" || name == "refs/heads/master";
}

class Collector {
 public:
  void add(const Oid& oid) {
    if (!oid.is_null() && seen_.insert(oid).second) all_.push_back(oid);
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] std::vector<Oid> take() { return std::move(all_); }

 private:
  OidSet seen_;
  std::vector<Oid> all_;
};

}  // namespace

std::vector<Oid> needed_objects(const plan::Plan& plan, const RefListing& target) {
  OidSet lacking;  // far fewer than the target's tips
  for (const plan::PlannedRef& ref : plan.refs) {
    if (plan::is_command(ref.action)) lacking.insert(plan::source_tip(ref));
  }
  for (const Ref& ref : target.refs) {
    lacking.erase(ref.oid);
    lacking.erase(ref.commit());
  }
  for (const Oid& tip : target.other_tips) lacking.erase(tip);
  Collector wants;
  for (const plan::PlannedRef& ref : plan.refs) {
    const Oid& tip = plan::source_tip(ref);
    if (plan::is_command(ref.action) && lacking.contains(tip)) wants.add(tip);
  }
  return wants.take();
}

std::vector<Oid> offered_haves(const plan::Plan& plan, const RefListing& target,
                               const OidSet& shared) {
  Collector haves;
  bool creates = false;
  bool all_fast_forward = true;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    creates = creates || ref.action == plan::Action::create;
    all_fast_forward = all_fast_forward && ref.action == plan::Action::update;
    if (const Ref* theirs = target.find(ref.target_ref)) haves.add(theirs->commit());
  }
  // The old tip of a fast-forward says all; more haves would only blur what the answer proves.
  if (all_fast_forward) return haves.take();
  std::vector<Oid> parting(shared.begin(), shared.end());
  std::sort(parting.begin(), parting.end());
  for (const Oid& oid : parting) haves.add(oid);
  const std::size_t limit = haves.size() + (creates ? kForNewRefs : kForUpdates);
  for (const Ref& ref : target.refs) {
    if (is_main(ref.name)) haves.add(ref.commit());
  }
  for (const std::string_view kind : {kHeads, kTags}) {
    for (const Ref& ref : target.refs) {
      if (haves.size() >= limit) break;
      if (ref.name.starts_with(kind)) haves.add(ref.commit());
    }
  }
  for (const Oid& oid : target.other_tips) {
    if (haves.size() < limit) haves.add(oid);
  }
  return haves.take();
}

}  // namespace occ::transfer
