// Brings single objects of a repository, for whoever wants to look into them: by filter and by id,
// never more than was asked for.
#pragma once

#include "transfer/remote.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace occ::transfer {

class PackFetch;

struct ObjectRequest {
  enum class Leave { nothing, blobs, trees_and_blobs };

  std::vector<Oid> wants;
  std::vector<Oid> haves;  // known to the remote
  Leave leave = Leave::nothing;
  int depth = 0;  // commits along every path; 0: all
};

enum class ObjectAnswer : std::uint8_t { complete, too_large };

// Hands the pack, which stands for itself (no thin deltas), to `sink` piece by piece. After more
// than `limit` bytes it stops and says too_large. A server without `filter` sends what should be
// left out as well. Throws Failure.
class ObjectFetch {
 public:
  // Sends the request; over HTTP several can be under way at once. `remote` is borrowed.
  ObjectFetch(Remote& remote, const ObjectRequest& request);
  ~ObjectFetch();
  ObjectFetch(const ObjectFetch&) = delete;
  ObjectFetch& operator=(const ObjectFetch&) = delete;

  [[nodiscard]] ObjectAnswer read(std::uint64_t limit, const std::function<void(Bytes)>& sink);

 private:
  Remote& remote_;
  std::unique_ptr<PackFetch> pack_;
};

[[nodiscard]] bool can_leave_out(Remote& remote);  // whether the server offers `filter`

}  // namespace occ::transfer
