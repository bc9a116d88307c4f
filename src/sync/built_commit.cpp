#include "sync/built_commit.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/commit_fetch.hpp"

#include <algorithm>

namespace occ::sync {
namespace {

using transfer::CommitAnswer;
using transfer::CommitQuestion;

// The commits of `wants` that `have` does not come to, if the source knows it: with Ending::always,
// else all of them.
CommitAnswer commits_beyond(transfer::Remote& source, const Oid& have, std::vector<Oid> wants,
                            CommitQuestion::Ending ending) {
  CommitQuestion question;
  question.ending = ending;
  question.haves = {have};
  question.wants = std::move(wants);
  return transfer::CommitFetch(source, std::move(question)).read();
}

bool is_for_others(const Failure& failure) {
  return failure.retry_may_help() || failure.code() == FailureCode::cancelled;
}

}  // namespace

bool BuiltCommit::asks() const {
  return settings_.triggering_run && settings_.triggering_run->head_oid;
}

const Ref* BuiltCommit::branch(const RefListing& source) const {
  return source.find(std::string(kHeads) + settings_.triggering_run->head_branch);
}

std::string BuiltCommit::why_nothing(const RefListing& source) const {
  if (!asks()) return {};
  const std::string& name = settings_.triggering_run->head_branch;
  if (name.empty()) return {};
  if (branch(source) == nullptr) {
    return "'" + printable(name) + "' was built, which is no branch of the source";
  }
  const bool chosen = settings_.branches ? settings_.branches->target_name(name).has_value()
                                         : source.head_branch == std::string(kHeads) + name;
  return chosen ? std::string() : "'" + printable(name) + "' was built, which is not synced";
}

// One branch is chosen: the default one, or by its name, or by a glob that happens to match one.
bool BuiltCommit::binds(const RefListing& source) const {
  if (settings_.sync_built_commit) return true;
  if (!settings_.require_successful_build || settings_.force_sync) return false;
  if (!settings_.branches || settings_.branches->only_name()) return true;
  if (settings_.branches->chooses_any()) return false;
  return std::count_if(source.refs.begin(), source.refs.end(), [&](const Ref& ref) {
           return is_branch(ref.name) && settings_.branches->target_name(short_name(ref.name));
         }) == 1;
}

plan::Build BuiltCommit::check(const RefListing& source, const RefListing& target) {
  plan::Build build;
  const Ref* ours = asks() ? branch(source) : nullptr;
  if (ours == nullptr || !binds(source)) return build;
  build.binds = true;
  require_in_branch(*ours);
  const auto name = settings_.branches ? settings_.branches->target_name(short_name(ours->name))
                                       : std::optional(std::string(short_name(ours->name)));
  const Ref* theirs = name ? target.find(std::string(kHeads) + *name) : nullptr;
  build.target_follows =
      theirs != nullptr && ours->oid != built() && comes_to(ours->oid, theirs->oid);
  const auto tags = new_tags(source, target);
  if (!tags.empty()) ask_about(tags);
  build.unbuilt_tags = unbuilt_;
  return build;
}

// A host gives what no branch comes to any more, too; before version 2 none need give anything but
// tips.
void BuiltCommit::require_in_branch(const Ref& branch) {
  if (branch.oid == built()) return;
  const std::string name = "'" + printable(short_name(branch.name)) + "' of the source";
  if (!comes_to(branch.oid, built())) {
    throw Failure(FailureCode::built_commit_missing,
                  name + " is at " + branch.oid.hex() + ", and does not come to " + built().hex() +
                      ", the commit that was built: it was rewritten since");
  }
  if (!source_.may_want({built()})) {
    throw Failure(FailureCode::built_commit_missing,
                  name + " went on since " + built().hex() +
                      " was built, and the source hands out the tips of its refs alone, as it "
                      "speaks no version 2 of the protocol");
  }
}

// It does if `oid` is a parent of what `tip` has beyond it (SERVERS 4).
bool BuiltCommit::comes_to(const Oid& tip, const Oid& oid) {
  if (tip == oid) return true;
  const auto known = known_.find({tip, oid});
  if (known != known_.end()) return known->second;
  using Ending = CommitQuestion::Ending;
  CommitAnswer answer = commits_beyond(source_, oid, {tip}, Ending::when_ready);
  // Clocks that disagree can keep a server from being ready.
  if (!answer.has_pack && answer.acknowledged.contains(oid)) {
    answer = commits_beyond(source_, oid, {tip}, Ending::always);
  }
  const bool comes =
      std::any_of(answer.commits.begin(), answer.commits.end(), [&](const auto& commit) {
        return std::find(commit.second.begin(), commit.second.end(), oid) != commit.second.end();
      });
  known_[{tip, oid}] = comes;
  return comes;
}

std::vector<const Ref*> BuiltCommit::new_tags(const RefListing& source, const RefListing& target) {
  std::vector<const Ref*> tags;
  for (const Ref& ref : source.refs) {
    if (!is_tag(ref.name) || ref.commit() == built()) continue;
    const auto name = settings_.tags.target_name(short_name(ref.name));
    if (!name) continue;
    const Ref* theirs = target.find(std::string(kTags) + *name);
    if (theirs != nullptr && theirs->oid == ref.oid) continue;
    if (asked_.insert(ref.oid).second) tags.push_back(&ref);
  }
  return tags;
}

void BuiltCommit::ask_about(const std::vector<const Ref*>& tags) {
  std::vector<Oid> wants;
  wants.reserve(tags.size());
  for (const Ref* tag : tags) wants.push_back(tag->oid);
  try {
    const auto answer =
        commits_beyond(source_, built(), std::move(wants), CommitQuestion::Ending::always);
    for (const Ref* tag : tags) {
      if (answer.commits.contains(tag->commit())) unbuilt_.insert(tag->oid);
    }
  } catch (const Failure& failure) {
    if (is_for_others(failure)) {
      for (const Ref* tag : tags) asked_.erase(tag->oid);
      throw;
    }
    source_.trace().notice("whether the tags belong to what was built is not known: " +
                           std::string(failure.what()));
    for (const Ref* tag : tags) unbuilt_.insert(tag->oid);
  }
}

}  // namespace occ::sync
