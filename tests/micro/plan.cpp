// The plan over 100,000 refs. Goal: 50 ms. It is made again whenever a listing or a fact changes.
#include "plan/plan.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <utility>

namespace occ {
namespace {

constexpr int kRefs = 100'000;

Oid an_id(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%08x%032x", static_cast<unsigned>(number) * 2654435761U,
                static_cast<unsigned>(number) + 1);
  return Oid::from_hex(text).value();
}

RefListing many_refs() {
  RefListing listing;
  listing.head_branch = "refs/heads/main";
  listing.has_head = true;
  for (int number = 0; number < kRefs; ++number) {
    char name[64];
    std::snprintf(name, sizeof name, "refs/heads/team-%d/topic-%06d", number / 10'000, number);
    listing.refs.push_back({name, an_id(number), std::nullopt});
  }
  return listing;
}

inputs::Settings settings_for_all() {
  inputs::Settings settings;
  settings.branches = inputs::RefRules::all();
  settings.tags = inputs::RefRules::all();
  return settings;
}

void run_plan(benchmark::State& state, const inputs::Settings& settings, const RefListing& source,
              const RefListing& target) {
  for (auto _ : state) {
    const plan::Plan plan = plan::make_plan(settings, source, target, {}, std::nullopt);
    if (plan.refs.size() < kRefs) state.SkipWithError("refs are missing");
  }
  state.SetItemsProcessed(state.iterations() * kRefs);
}

void PlanOneChange(benchmark::State& state) {
  const RefListing source = many_refs();
  RefListing target = source;
  target.refs[kRefs / 3].oid = an_id(kRefs);
  run_plan(state, settings_for_all(), source, target);
}
BENCHMARK(PlanOneChange)->Unit(benchmark::kMillisecond);

void PlanIntoEmptyTarget(benchmark::State& state) {
  run_plan(state, settings_for_all(), many_refs(), RefListing{});
}
BENCHMARK(PlanIntoEmptyTarget)->Unit(benchmark::kMillisecond);

void PlanWithPrune(benchmark::State& state) {
  inputs::Settings settings = settings_for_all();
  settings.prune = true;
  const RefListing source = many_refs();
  RefListing target = source;
  target.refs.push_back({"refs/heads/zz-gone", an_id(kRefs), std::nullopt});
  run_plan(state, settings, source, target);
}
BENCHMARK(PlanWithPrune)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace occ
