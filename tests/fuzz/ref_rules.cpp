// Patterns of `branches` and `sync_tags`, as the user writes them.
#include "inputs/ref_rules.hpp"

#include "fuzz/input.hpp"

void occ::fuzz::run(Bytes bytes) {
  std::string mistake;
  const auto rules = inputs::RefRules::parse(as_text(bytes), mistake);
  if (!rules) {
    if (mistake.empty()) std::abort();
    return;
  }
  for (const std::string& name : rules->literal_names()) {
    const auto there = rules->target_name(name);
    // What comes from the source is what may have come from it.
    if (there && !rules->selects_on_target(*there)) std::abort();
  }
  static_cast<void>(rules->prefixes());
}
