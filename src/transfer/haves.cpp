#include "transfer/haves.hpp"

#include <algorithm>

namespace occ::transfer {
namespace {

constexpr std::size_t kForNewRefs = 256;
constexpr std::size_t kForUpdates = 32;

bool is_main(std::string_view name) {
  return name == "refs/heads/main" || name == "refs/heads/master";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// v1.2, 1.2, release-1.2
bool is_version(std::string_view tag) {
  const std::size_t dot = tag.find('.');
  return dot != std::string_view::npos && dot > 0 && is_digit(tag[dot - 1]);
}

// v1.9 before v1.10: runs of digits count as numbers.
bool is_lower_version(std::string_view a, std::string_view b) {
  const auto take = [](std::string_view& text, auto is_wanted) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_wanted);
    const auto length = static_cast<std::size_t>(end - text.begin());
    const std::string_view taken = text.substr(0, length);
    text.remove_prefix(length);
    return taken;
  };
  const auto is_other = [](char c) { return !is_digit(c); };
  while (!a.empty() && !b.empty()) {
    const std::string_view words_a = take(a, is_other);
    const std::string_view words_b = take(b, is_other);
    if (words_a != words_b) return words_a < words_b;
    std::string_view number_a = take(a, is_digit);
    std::string_view number_b = take(b, is_digit);
    const auto is_zero = [](char c) { return c == '0'; };
    take(number_a, is_zero);
    take(number_b, is_zero);
    if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
    if (number_a != number_b) return number_a < number_b;
  }
  return a.empty() && !b.empty();
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

std::optional<Oid> old_common_commit(const plan::Plan& plan, const RefListing& source,
                                     const RefListing& target) {
  OidSet changing;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action) || ref.action == plan::Action::remove) continue;
    if (ref.action != plan::Action::update) return std::nullopt;
    changing.insert(ref.old_oid);
  }
  const Ref* best = nullptr;
  const auto is_better = [&](const Ref& ref) {
    if (best == nullptr) return true;
    const bool version = is_version(short_name(ref.name));
    if (version != is_version(short_name(best->name))) return version;
    return is_lower_version(ref.name, best->name);
  };
  for (const Ref& ref : source.refs) {
    if (!is_tag(ref.name) || changing.contains(ref.commit()) || !is_better(ref)) continue;
    const Ref* theirs = target.find(ref.name);
    if (theirs != nullptr && theirs->oid == ref.oid) best = &ref;
  }
  if (best == nullptr) return std::nullopt;
  return best->commit();
}

}  // namespace occ::transfer
