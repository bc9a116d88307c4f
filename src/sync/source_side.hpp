// What a leg has of its source: the listing, what is known of ancestry and merges, and the pack on
// its way.
#pragma once

#include "analysis/object_pool.hpp"
#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "plan/plan.hpp"
#include "sync/built_commit.hpp"
#include "sync/merges.hpp"
#include "transfer/commit_graph.hpp"
#include "transfer/delivery.hpp"
#include "transfer/learning.hpp"
#include "transfer/relay.hpp"
#include "transfer/relayed_pack.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace occ::sync {

// The pack of one push, and what it has to show before it is whole.
struct PackOnItsWay {
  wire::FetchRequest request;
  std::unique_ptr<transfer::RelayedPack> pack;  // null: nothing is needed
  std::optional<std::uint64_t> size;            // bytes; nothing: larger than what is buffered
  bool proves_updates = false;                  // that they are fast-forwards
  bool counts_new = false;                      // commits of new branches
  bool let_through = true;                      // once it has passed
};

class SourceSide {
 public:
  // All borrowed.
  SourceSide(transfer::Remote& source, transfer::Remote& target, net::Loop& loop,
             const inputs::Settings& settings, const transfer::SizeLimits& sizes);

  RefListing listing;
  transfer::OidSet withheld;  // tips that are listed, and not to be had

  [[nodiscard]] const plan::Facts& facts() const { return learning_.facts(); }
  [[nodiscard]] transfer::Learning& learning() { return learning_; }
  [[nodiscard]] Merges& merges() { return merges_; }
  [[nodiscard]] BuiltCommit& built() { return built_; }
  // Shared by merges and report.
  [[nodiscard]] analysis::ObjectPool& pool() { return pool_; }

  // The pack that the target lacks, asked for so that it also proves ancestry. Null: it was no use,
  // or the source is one that cannot be asked so.
  [[nodiscard]] std::unique_ptr<transfer::RelayedPack> probe_by_pack(const plan::Plan& plan,
                                                                     const RefListing& target);
  void probe(const plan::Plan& plan, const RefListing& target) {
    learning_.by_probes(plan, target);
  }
  // Whether there was one to try.
  bool try_merges(const plan::Plan& plan);

  [[nodiscard]] wire::FetchRequest request_for(const plan::Plan& plan, const RefListing& target,
                                               bool done);
  // `pack`: of probe_by_pack(), if there is one. `counts_new`: commits of new branches are counted
  // where that costs nothing.
  [[nodiscard]] PackOnItsWay send_off(const plan::Plan& plan, const RefListing& target,
                                      std::unique_ptr<transfer::RelayedPack> pack, bool counts_new);
  // Relays it. Nothing: it did not prove what it had to, and the target is unchanged.
  [[nodiscard]] std::optional<transfer::RelayResult> relay(const plan::Plan& plan,
                                                           const RefListing& target,
                                                           const transfer::Shipment& shipment,
                                                           PackOnItsWay& pack);
  // What the pack told, or can still be asked, of the refs that it brought: `delivery` has them.
  void complete(transfer::Delivery& delivery, const RefListing& target);
  void tell_new_commits(transfer::Delivery& delivery) const;

  // In what was pushed.
  [[nodiscard]] const std::vector<wire::LargeObject>& large() const { return large_; }

 private:
  void note_large(const std::vector<wire::LargeObject>& objects);

  transfer::Remote& source_;
  transfer::Remote& target_;
  transfer::SizeLimits sizes_;
  transfer::Learning learning_;
  transfer::Relay relay_;
  analysis::ObjectPool pool_;
  Merges merges_;
  BuiltCommit built_;
  std::vector<wire::LargeObject> large_;
};

}  // namespace occ::sync
