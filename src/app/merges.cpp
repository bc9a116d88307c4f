#include "app/merges.hpp"

#include "analysis/merger.hpp"
#include "base/failure.hpp"
#include "base/limits.hpp"

namespace occ::app {
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

plan::MergeTrial Merges::attempt(const plan::PlannedRef& ref) {
  const net::Loop::Limit limit(loop_, limits::kAnalysisTime);
  analysis::MergeOptions options;
  options.author = settings_.merge_author;
  options.source = settings_.source.name;
  options.resolve = resolve_of(settings_.on_conflict);
  options.place = {settings_.runner.temp_folder, loop_.watch_for(limits::kAnalysisTime)};
  try {
    analysis::MergeResult result = analysis::merge(ref, source_, target_, options);
    made_[result.trial.commit] = std::move(result.objects);
    return std::move(result.trial);
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled || failure.retry_may_help()) throw;
    return {Oid(), {}, failure.what()};
  }
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

}  // namespace occ::app
