#include "analysis/object_source.hpp"

#include <memory>

namespace occ::analysis {
namespace {

bool take_in(transfer::ObjectFetch& fetch, store::ObjectStore& store, Budget& budget) {
  store::ObjectStore::PackIntake intake(store);
  std::uint64_t size = 0;
  const auto answer = fetch.read(budget.bytes_left, [&](Bytes bytes) {
    size += bytes.size();
    intake.append(bytes);
  });
  budget.bytes_used += size;
  budget.bytes_left -= size;
  if (answer == transfer::ObjectAnswer::too_large) return false;
  intake.finish();
  return true;
}

}  // namespace

bool run_errands(const std::vector<Errand>& errands, store::ObjectStore& store, Budget& budget) {
  std::vector<std::unique_ptr<transfer::ObjectFetch>> started(errands.size());
  for (std::size_t i = 0; i < errands.size(); ++i) {
    if (!errands[i].remote->is_stateless()) continue;
    started[i] = std::make_unique<transfer::ObjectFetch>(*errands[i].remote, errands[i].request);
  }
  for (std::size_t i = 0; i < errands.size(); ++i) {
    if (!started[i]) {
      started[i] = std::make_unique<transfer::ObjectFetch>(*errands[i].remote, errands[i].request);
    }
    ++budget.requests;
    if (!take_in(*started[i], store, budget)) return false;
    started[i].reset();
  }
  return true;
}

}  // namespace occ::analysis
