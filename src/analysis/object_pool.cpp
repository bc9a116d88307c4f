#include "analysis/object_pool.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <string>

namespace occ::analysis {

store::ObjectStore& ObjectPool::store() {
  if (!store_) store_.emplace(place_.folder, place_.watch);
  return *store_;
}

void ObjectPool::begin_stage(const Watch& watch) {
  place_.watch = watch;
  if (store_) store_->set_watch(watch);
}

bool ObjectPool::were_compared(const std::vector<Oid>& commits) const {
  return std::any_of(compared_.begin(), compared_.end(), [&](const std::set<Oid>& together) {
    return std::all_of(commits.begin(), commits.end(),
                       [&](const Oid& oid) { return together.contains(oid); });
  });
}

void ObjectPool::take_in(const std::vector<transfer::AncestryBatch::Pack>& packs) {
  for (const auto& [remote, wants, haves, bytes] : packs) {
    const bool is_sha1 = wants.front().hex().size() == 2 * raw_size(ObjectFormat::sha1);
    Question question(remote, wants, haves, transfer::ObjectRequest::Leave::trees_and_blobs, 0);
    if (!is_sha1 || !transfer::can_leave_out(*remote) || asked_.contains(question)) continue;
    try {
      store::ObjectStore::PackIntake intake(store());
      intake.append(as_bytes(bytes));
      intake.finish();
      asked_.insert(std::move(question));
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      remote->trace().debug("what was learnt is asked for again: " + std::string(failure.what()));
    }
  }
}

// The same question brings the same pack, which Windows lets nobody write over the one in use. A
// server that cannot leave anything out answers two different ones alike.
bool ObjectPool::fetch(std::vector<Errand> errands, Budget& budget) {
  std::vector<Question> questions;
  std::erase_if(errands, [&](const Errand& errand) {
    const auto& [wants, haves, leave, depth] = errand.request;
    const auto left_out =
        transfer::can_leave_out(*errand.remote) ? leave : transfer::ObjectRequest::Leave::nothing;
    Question question(errand.remote, wants, haves, left_out, depth);
    if (wants.empty() || !asked_.insert(question).second) return true;
    questions.push_back(std::move(question));
    return false;
  });
  try {
    if (run_errands(errands, store(), budget)) return true;
  } catch (...) {
    forget_unanswered(questions);
    throw;
  }
  forget_unanswered(questions);
  return false;
}

// What a later stage may ask again.
void ObjectPool::forget_unanswered(const std::vector<Question>& questions) {
  for (const Question& question : questions) {
    const auto& wants = std::get<1>(question);
    const bool answered =
        std::all_of(wants.begin(), wants.end(), [&](const Oid& oid) { return store().has(oid); });
    if (!answered) asked_.erase(question);
  }
}

}  // namespace occ::analysis
