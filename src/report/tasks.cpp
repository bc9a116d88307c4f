#include "report/tasks.hpp"

#include "report/advice.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace occ::report {
namespace {

Task& task_for(std::vector<Task>& tasks, FailureCode code, Advice advice) {
  const std::string_view id = catalogue_entry(code).id;
  const auto at = std::find_if(tasks.begin(), tasks.end(), [&](const Task& t) {
    return t.id == id && t.remedy == advice.remedy;
  });
  if (at != tasks.end()) return *at;
  tasks.push_back({std::string(id), std::move(advice.meaning), std::move(advice.remedy), {}});
  return tasks.back();
}

}  // namespace

std::vector<Task> tasks_of(const Report& report) {
  std::vector<Task> tasks;
  if (const auto& failure = report.outcome.failure) {
    task_for(tasks, failure->code(), advice_on(report, *failure)).what = failure->what();
  }
  for (const transfer::RefOutcome& ref : report.outcome.refs) {
    if (!ref.error) continue;
    task_for(tasks, *ref.error, advice_on(report, ref)).refs.push_back(ref.planned.target_ref);
  }
  return tasks;
}

}  // namespace occ::report
