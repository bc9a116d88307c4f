#include "analysis/commit_list.hpp"

#include "analysis/commit_text.hpp"

#include <queue>
#include <unordered_set>

namespace occ::analysis {
namespace {

Commit commit_of(const store::CommitRecord& record) {
  Commit commit;
  commit.oid = record.oid;
  commit.subject = subject_of(record.message);
  commit.author = {record.author.name, record.author.email};
  commit.time = record.author.time;
  commit.offset_minutes = record.author.offset_minutes;
  commit.is_merge = record.parents.size() > 1;
  commit.co_authors = co_authors_of(record.message);
  return commit;
}

}  // namespace

CommitList list_commits(const store::ObjectStore& store, const Oid& tip,
                        const std::vector<Oid>& stop_at, std::size_t most) {
  struct Open {
    std::int64_t time = 0;
    Oid oid;
  };
  const auto is_older = [](const Open& a, const Open& b) { return a.time < b.time; };
  std::priority_queue<Open, std::vector<Open>, decltype(is_older)> frontier(is_older);
  std::unordered_set<Oid> seen(stop_at.begin(), stop_at.end());
  const auto visit = [&](const Oid& oid) {
    if (!seen.insert(oid).second) return;
    if (const auto record = store.commit(oid)) frontier.push({record->committer.time, oid});
  };
  CommitList list;
  visit(tip);
  while (!frontier.empty()) {
    const store::CommitRecord record = *store.commit(frontier.top().oid);
    frontier.pop();
    if (list.commits.size() < most) {
      list.commits.push_back(commit_of(record));
    } else {
      ++list.left_out;
    }
    for (const Oid& parent : record.parents) visit(parent);
  }
  return list;
}

}  // namespace occ::analysis
