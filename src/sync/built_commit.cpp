#include "sync/built_commit.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/commit_fetch.hpp"
#include "transfer/refusal.hpp"

#include <string>
#include <utility>

namespace occ::sync {
namespace {

// The answer holds every commit of `wants` that `have` does not come to, and no other. A source
// that lacks `have` leaves it out of account: then it holds them all.
transfer::CommitAnswer commits_beyond(transfer::Remote& source, const Oid& have,
                                      std::vector<Oid> wants) {
  transfer::CommitQuestion question;
  question.ending = transfer::CommitQuestion::Ending::always;
  question.haves = {have};
  question.wants = std::move(wants);
  return transfer::CommitFetch(source, std::move(question)).read();
}

bool is_for_others(const Failure& failure) {
  return failure.retry_may_help() || failure.code() == FailureCode::cancelled;
}

}  // namespace

const transfer::OidSet& BuiltCommit::check(const RefListing& source, const RefListing& target) {
  const auto& run = settings_.triggering_run;
  if (!settings_.is_bound_to_build() || !run || !run->head_oid) return unbuilt_;
  require_in_branch(source);
  const auto tags = new_tags(source, target);
  if (!tags.empty()) ask_about(tags);
  return unbuilt_;
}

// A host gives what no branch comes to any more, too.
void BuiltCommit::require_in_branch(const RefListing& source) {
  const std::string& branch = settings_.triggering_run->head_branch;
  const Ref* ref = source.find(std::string(kHeads) + branch);
  if (ref == nullptr || ref->oid == built() || ref->oid == good_tip_) return;
  if (is_beyond(ref->oid)) {
    throw Failure(FailureCode::built_commit_missing,
                  "'" + printable(branch) + "' of the source is at " + ref->oid.hex() +
                      ", and does not come to " + built().hex() +
                      ", the commit that was built: it was rewritten since");
  }
  good_tip_ = ref->oid;
}

// Whether `tip` does not come to the built commit, as far as the source says.
bool BuiltCommit::is_beyond(const Oid& tip) {
  try {
    return commits_beyond(source_, tip, {built()}).commits.contains(built());
  } catch (const Failure& failure) {
    if (transfer::tells_of_rewritten_ref(failure.what())) {
      throw Failure(FailureCode::built_commit_missing,
                    "the source does not give " + built().hex() + ", the commit of '" +
                        printable(settings_.triggering_run->head_branch) +
                        "' that was built: it may be rewritten since");
    }
    throw;
  }
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
    const auto answer = commits_beyond(source_, built(), std::move(wants));
    for (const Ref* tag : tags) {
      if (answer.commits.contains(tag->commit())) unbuilt_.insert(tag->oid);
    }
  } catch (const Failure& failure) {
    for (const Ref* tag : tags) asked_.erase(tag->oid);
    if (is_for_others(failure)) throw;
    source_.trace().notice("whether the tags belong to what was built is not known: " +
                           std::string(failure.what()));
    for (const Ref* tag : tags) {
      asked_.insert(tag->oid);
      unbuilt_.insert(tag->oid);
    }
  }
}

}  // namespace occ::sync
