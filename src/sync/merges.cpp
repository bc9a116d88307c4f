#include "sync/merges.hpp"

#include "analysis/merger.hpp"
#include "base/failure.hpp"
#include "base/limits.hpp"

namespace occ::sync {
namespace {

store::Resolve resolve_of(inputs::OnConflict on_conflict) {
  switch (on_conflict) {
    case inputs::OnConflict::ours:
      return store::Resolve::ours;
    case inputs::OnConflict::theirs:
      return store::Resolve::theirs;
    case inputs::OnConflict::fail:
    case inputs::OnConflict::pull_request:
      break;
  }
  return store::Resolve::nothing;
}

wire::ObjectType type_of(store::NewObject::Kind kind) {
  switch (kind) {
    case store::NewObject::Kind::commit:
      return wire::ObjectType::commit;
    case store::NewObject::Kind::tree:
      return wire::ObjectType::tree;
    case store::NewObject::Kind::blob:
      break;
  }
  return wire::ObjectType::blob;
}

}  // namespace

std::vector<plan::MergeTrial> Merges::attempt(const std::vector<const plan::PlannedRef*>& refs) {
  const net::Loop::Limit limit(loop_, limits::kAnalysisTime);
  pool_.begin_stage(loop_.watch_for(limits::kAnalysisTime));
  analysis::MergeOptions options;
  options.author = settings_.merge_author;
  options.source = settings_.source.name;
  options.resolve = resolve_of(settings_.on_conflict);
  std::vector<plan::MergeTrial> trials;
  for (analysis::MergeResult& each : analysis::merge_all(refs, source_, target_, pool_, options)) {
    if (!each.trial.commit.is_null()) made_[each.trial.commit] = std::move(each.objects);
    trials.push_back(std::move(each.trial));
  }
  return trials;
}

std::vector<wire::PackObject> Merges::objects_of(const Oid& commit) const {
  std::vector<wire::PackObject> objects;
  for (const store::NewObject& each : made_.at(commit)) {
    objects.push_back({type_of(each.kind), each.content});
  }
  return objects;
}

const std::vector<store::NewObject>* Merges::find(const Oid& commit) const {
  const auto at = made_.find(commit);
  return at == made_.end() ? nullptr : &at->second;
}

}  // namespace occ::sync
