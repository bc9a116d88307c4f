#include "analysis/object_pool.hpp"

#include <algorithm>
#include <utility>

namespace occ::analysis {

// The same question brings the same pack, which Windows lets nobody write over the one in use. A
// server that cannot leave anything out answers two different ones alike.
bool ObjectPool::fetch(std::vector<Errand> errands, Budget& budget) {
  std::erase_if(errands, [&](const Errand& errand) {
    const auto& [wants, haves, leave, depth] = errand.request;
    const auto left_out =
        transfer::can_leave_out(*errand.remote) ? leave : transfer::ObjectRequest::Leave::nothing;
    return wants.empty() || !asked_.emplace(errand.remote, wants, haves, left_out, depth).second;
  });
  return run_errands(errands, store_, budget);
}

}  // namespace occ::analysis
