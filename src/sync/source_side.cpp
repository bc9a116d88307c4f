#include "sync/source_side.hpp"

#include "base/failure.hpp"
#include "transfer/haves.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace occ::sync {

using transfer::RelayedPack;

SourceSide::SourceSide(transfer::Remote& source, transfer::Remote& target, net::Loop& loop,
                       const inputs::Settings& settings, const transfer::SizeLimits& sizes)
    : source_(source),
      target_(target),
      sizes_(sizes),
      learning_(source, target, sizes),
      relay_(source, target, {sizes, settings.runner.temp_folder}),
      pool_({settings.runner.temp_folder}),
      merges_(settings, source, target, loop, pool_),
      built_(settings, source) {
  if (settings.report.full || settings.report.predicted) learning_.want_news();
}

std::unique_ptr<RelayedPack> SourceSide::probe_by_pack(const plan::Plan& plan,
                                                       const RefListing& target) {
  if (!source_.is_stateless()) return nullptr;
  return learning_.from_pack(plan, request_for(plan, target, /*done=*/false));
}

bool SourceSide::try_merges(const plan::Plan& plan) {
  std::vector<const plan::PlannedRef*> diverged;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (plan::needs_merge(ref)) diverged.push_back(&ref);
  }
  if (diverged.empty()) return false;
  std::vector<plan::MergeTrial> trials = merges_.attempt(diverged);
  for (std::size_t i = 0; i < diverged.size(); ++i) {
    learning_.note_merge(*diverged[i], std::move(trials[i]));
  }
  return true;
}

wire::FetchRequest SourceSide::request_for(const plan::Plan& plan, const RefListing& target,
                                           bool done) {
  wire::FetchRequest request;
  request.wants = transfer::needed_objects(plan, target);
  request.haves = transfer::offered_haves(plan, target, learning_.shared());
  const auto& receiver = target_.advertisement(net::Service::receive_pack);
  request.shallow = receiver.shallow;
  request.thin_pack = !receiver.capabilities.has("no-thin");
  request.ofs_delta = receiver.capabilities.has("ofs-delta");
  request.done = done;
  if (!request.haves.empty()) {
    request.filter = wire::Filter::keep_all_trees;
    request.cut_hint = transfer::old_common_commit(plan, listing, target);
  }
  return request;
}

PackOnItsWay SourceSide::send_off(const plan::Plan& plan, const RefListing& target,
                                  std::unique_ptr<RelayedPack> pack, bool counts_new) {
  PackOnItsWay way;
  way.request = request_for(plan, target, /*done=*/true);
  way.proves_updates = plan.has_unknown();
  way.counts_new = counts_new;
  way.size = 0;
  if (way.request.wants.empty()) return way;  // what `pack` was fetched for is not pushed
  // A count alone is not worth inflating a large pack for, which others do for its sizes.
  const bool inflates = sizes_.told != wire::PackScanner::kNoSize;
  const auto scan =
      counts_new && inflates ? RelayedPack::Scan::commits : RelayedPack::Scan::nothing;
  way.pack =
      pack ? std::move(pack) : std::make_unique<RelayedPack>(source_, way.request, scan, sizes_);
  way.size = way.pack->fill_prefix() ? std::optional(way.pack->size()) : std::nullopt;
  if (counts_new) way.pack->scan_prefix();
  return way;
}

std::optional<transfer::RelayResult> SourceSide::relay(const plan::Plan& plan,
                                                       const RefListing& target,
                                                       const transfer::Shipment& shipment,
                                                       PackOnItsWay& way) {
  transfer::LastWord last_word;
  if (way.proves_updates || way.counts_new) {
    last_word = [&](RelayedPack& whole) {
      way.let_through = !way.proves_updates || proves_fast_forwards(plan, whole);
      if (way.let_through && way.proves_updates) learning_.take_from(whole, plan);
      if (way.let_through && way.counts_new) learning_.count_new(whole, plan, listing, target);
      return way.let_through;
    };
  }
  auto result =
      relay_.run(shipment.request, shipment.objects, way.request, std::move(way.pack), last_word);
  if (result) note_large(result->large);
  return result;
}

// They have landed by now, whether it can be told by how many commits or not.
void SourceSide::complete(transfer::Delivery& delivery, const RefListing& target) {
  bool asks = true;
  for (auto& [name, each] : delivery.decided()) {
    if (!plan::needs_ancestry(each.planned)) continue;
    try {
      if (asks) learning_.complete(each.planned, target);
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      source_.trace().notice("how many commits came is not known: " + std::string(failure.what()));
      asks = false;
    }
    if (plan::needs_ancestry(each.planned)) each.planned.relation = plan::Relation::fast_forward;
  }
}

void SourceSide::tell_new_commits(transfer::Delivery& delivery) const {
  for (auto& [name, each] : delivery.decided()) {
    plan::PlannedRef& ref = each.planned;
    if (ref.action != plan::Action::create || !is_branch(name)) continue;
    ref.ahead = learning_.new_commits(ref.new_oid);
    if (ref.ahead) ref.behind = 0;
  }
}

// A plan may go in several packs, and one of them more than once.
void SourceSide::note_large(const std::vector<wire::LargeObject>& objects) {
  for (const wire::LargeObject& object : objects) {
    const bool known = std::any_of(large_.begin(), large_.end(), [&](const auto& each) {
      return each.blob == object.blob && each.size == object.size;
    });
    if (!known) large_.push_back(object);
  }
}

}  // namespace occ::sync
