// Brings objects of one remote into a store, within a budget of bytes, and counts what it cost.
#pragma once

#include "store/object_store.hpp"
#include "transfer/objects.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace occ::analysis {

// Where a store may stand, and until when it is worked through.
struct StorePlace {
  std::string folder;
  Watch watch = {};
};

struct Budget {
  std::uint64_t bytes_left = 0;
  std::uint64_t bytes_used = 0;
  int requests = 0;
};

// One request to one remote.
struct Errand {
  transfer::Remote* remote = nullptr;  // borrowed
  transfer::ObjectRequest request;
};

// Runs all errands, over HTTP at the same time, and takes what they bring into `store`. False if
// the budget did not suffice; then some of it may be missing. Throws Failure.
[[nodiscard]] bool run_errands(const std::vector<Errand>& errands, store::ObjectStore& store,
                               Budget& budget);

}  // namespace occ::analysis
