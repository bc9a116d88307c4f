// What a failure means and what to do about it, for the side where it happened: who reads is not
// advised on writing, who has no token not to renew it, and a path has neither host nor token. What
// does not depend on that comes from the catalogue.
#pragma once

#include "report/report.hpp"

#include <string>

namespace occ::report {

struct Advice {
  std::string meaning;  // one clause, without a full stop
  std::string remedy;   // in sentences, with `code` in them; our own text
};

[[nodiscard]] Advice advice_on(const Report& report, const Failure& failure);
// `ref.error` is set.
[[nodiscard]] Advice advice_on(const Report& report, const transfer::RefOutcome& ref);

}  // namespace occ::report
