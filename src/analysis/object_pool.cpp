#include "analysis/object_pool.hpp"

#include <algorithm>

namespace occ::analysis {

store::ObjectStore& ObjectPool::store() {
  if (!store_) store_.emplace(place_.folder, place_.watch);
  return *store_;
}

void ObjectPool::begin_stage(const Watch& watch) {
  place_.watch = watch;
  if (store_) store_->set_watch(watch);
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
