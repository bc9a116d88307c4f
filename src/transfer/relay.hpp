// Moves the objects that the target lacks from the source's upload-pack into the target's
// receive-pack, with the commands in front. Nothing is stored but a bounded prefix, unless the
// target wants to know a pack's length first.
#pragma once

#include "base/failure.hpp"
#include "transfer/push_call.hpp"
#include "transfer/relayed_pack.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace occ::transfer {

struct RelayResult {
  std::optional<PushAnswer> answer;  // nothing: the target may have acted, but did not say
  std::optional<Failure> lost;       // then: what went wrong
  std::uint64_t pack_bytes = 0;
  std::uint64_t pack_objects = 0;
  std::vector<wire::LargeObject> large = {};  // in the pack
};

using OwnObjects = std::span<const wire::PackObject>;  // borrowed

// Asked when the whole pack has passed but for its last bytes; false: do not complete the push.
using LastWord = std::function<bool(RelayedPack&)>;

struct RelayOptions {
  SizeLimits sizes;    // of a pack that is asked for again
  std::string folder;  // for a pack that has to wait in a file
};

class Relay {
 public:
  // The remotes are borrowed.
  Relay(Remote& source, Remote& target, RelayOptions options)
      : source_(source), target_(target), options_(std::move(options)) {}

  // `pack`: the answer to `request`, which is asked again if the target wants the pack's length
  // first; null: none is needed. `own`: objects of ours that travel along. Returns nothing if
  // `last_word` said no; the target is unchanged then. Throws Failure if the target cannot have
  // acted.
  [[nodiscard]] std::optional<RelayResult> run(const wire::PushRequest& push, OwnObjects own,
                                               const wire::FetchRequest& request,
                                               std::unique_ptr<RelayedPack> pack,
                                               const LastWord& last_word);

 private:
  [[nodiscard]] bool goes_by_file(RelayedPack& pack) const;
  [[nodiscard]] std::optional<RelayResult> stream(wire::PushRequest push, RelayedPack& pack,
                                                  const LastWord& last_word);
  [[nodiscard]] std::optional<RelayResult> stream_by_file(wire::PushRequest push, RelayedPack& pack,
                                                          const LastWord& last_word);

  Remote& source_;
  Remote& target_;
  RelayOptions options_;
  bool wants_length_ = false;  // the target said so, in this run
};

// A push that needs nothing of a source. Throws Failure if the target cannot have acted.
[[nodiscard]] RelayResult push_own(Remote& target, const wire::PushRequest& push, OwnObjects own);

}  // namespace occ::transfer
