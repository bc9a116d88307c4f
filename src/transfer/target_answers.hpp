// What a plan has to know of the target and its receive-pack does not tell: asked of its
// upload-pack, and kept for the run.
#pragma once

#include "plan/plan.hpp"
#include "transfer/remote.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace occ::transfer {

class TargetAnswers {
 public:
  // Whether there was something to ask. Where only symbolic refs are in question, a target that
  // does not answer is taken at its word of before: what then goes along shows in the confirming
  // listing. Throws the Failure of the question else, and whichever another try can help.
  bool ask(Remote& target, const plan::Questions& questions);
  // Adds what is known to a listing of the target.
  void tell(RefListing& listing) const;
  // The default branch, if it was asked for.
  [[nodiscard]] const std::optional<std::string>& head() const { return head_; }

 private:
  std::optional<std::string> head_;
  std::map<std::string, std::string, std::less<>> aliases_;
};

}  // namespace occ::transfer
