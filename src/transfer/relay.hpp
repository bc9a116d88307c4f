// Moves the objects that the target lacks from the source's upload-pack into the target's
// receive-pack, with the commands in front. Nothing is stored but a bounded prefix.
#pragma once

#include "plan/plan.hpp"
#include "transfer/push_call.hpp"
#include "transfer/relayed_pack.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace occ::transfer {

struct RelayResult {
  std::optional<PushAnswer> answer;  // nothing: the target may have acted, but did not say
  std::optional<Failure> lost;       // then: what went wrong
  std::uint64_t pack_bytes = 0;
  std::uint64_t pack_objects = 0;
};

// Asked when the whole pack has passed but for its last bytes; false: do not complete the push.
using LastWord = std::function<bool(const RelayedPack&)>;

class Relay {
 public:
  // Borrowed.
  Relay(Remote& source, Remote& target) : source_(source), target_(target) {}

  // `request`: what the pack must hold; no wants, no fetch. `pack`: that fetch, if it was begun.
  // Returns nothing if `last_word` said no; the target is unchanged then. Throws Failure if the
  // target cannot have acted.
  [[nodiscard]] std::optional<RelayResult> run(const wire::PushRequest& push,
                                               const wire::FetchRequest& request,
                                               std::unique_ptr<RelayedPack> pack,
                                               const LastWord& last_word);

 private:
  [[nodiscard]] RelayResult push_without_pack(const wire::PushRequest& push);
  [[nodiscard]] std::optional<RelayResult> stream(wire::PushRequest push, RelayedPack& pack,
                                                  const LastWord& last_word);
  [[nodiscard]] RelayResult stream_by_file(wire::PushRequest push,
                                           const wire::FetchRequest& request);
  [[nodiscard]] std::vector<Oid> cut_of_source(RelayedPack& pack);
  [[nodiscard]] RelayResult finish(PushCall& call);

  Remote& source_;
  Remote& target_;
};

// Which commands the plan makes, and whether the target shall take all or none.
// Throws Failure{atomic_refused} if the plan must be atomic and the target cannot.
[[nodiscard]] wire::PushRequest push_request_of(const plan::Plan& plan, Remote& target);

}  // namespace occ::transfer
