#include "transfer/target_answers.hpp"

#include "base/failure.hpp"

#include <utility>
#include <vector>

namespace occ::transfer {
namespace {

constexpr std::size_t kMostNames = 1000;  // asked for one by one

RefListing ask_about(Remote& target, const std::vector<std::string>& names) {
  std::vector<std::string> prefixes = names;
  if (names.size() > kMostNames) prefixes = {std::string(kHeads), std::string(kTags)};
  target.start_listing_of(std::move(prefixes));
  target.continue_listing();
  return target.finish_listing();
}

}  // namespace

bool TargetAnswers::ask(Remote& target, const plan::Questions& questions) {
  if (!questions.target_head && questions.aliases.empty()) return false;
  try {
    RefListing answer = ask_about(target, questions.aliases);
    head_ = std::move(answer.head_branch);
    aliases_.merge(answer.aliases);
  } catch (const Failure& failure) {
    if (questions.target_head || failure.retry_may_help() ||
        failure.code() == FailureCode::cancelled) {
      throw;
    }
    target.trace().debug("the target does not tell its symbolic refs: " +
                         std::string(failure.what()));
  }
  for (const std::string& name : questions.aliases) aliases_.try_emplace(name);
  return true;
}

void TargetAnswers::tell(RefListing& listing) const {
  for (const auto& [name, stands_for] : aliases_)
    listing.aliases.insert_or_assign(name, stands_for);
}

}  // namespace occ::transfer
