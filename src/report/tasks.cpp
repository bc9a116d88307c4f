#include "report/tasks.hpp"

#include <algorithm>

namespace occ::report {
namespace {

Task& task_for(std::vector<Task>& tasks, FailureCode code) {
  const CatalogueEntry& entry = catalogue_entry(code);
  const auto at =
      std::find_if(tasks.begin(), tasks.end(), [&](const Task& t) { return t.id == entry.id; });
  if (at != tasks.end()) return *at;
  tasks.push_back(
      {std::string(entry.id), std::string(entry.meaning), std::string(entry.remedy), {}});
  return tasks.back();
}

}  // namespace

std::vector<Task> tasks_of(const Report& report) {
  std::vector<Task> tasks;
  if (const auto& failure = report.outcome.failure) {
    task_for(tasks, failure->code()).what = failure->what();
  }
  for (const transfer::RefOutcome& ref : report.outcome.refs) {
    if (ref.error) task_for(tasks, *ref.error).refs.push_back(ref.planned.target_ref);
  }
  return tasks;
}

}  // namespace occ::report
