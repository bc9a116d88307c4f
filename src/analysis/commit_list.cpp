#include "analysis/commit_list.hpp"

#include "base/ascii.hpp"

#include <queue>
#include <unordered_set>

namespace occ::analysis {
namespace {

bool begins_with_key(std::string_view line, std::string_view key) {
  return ascii_starts_with(line, key) && line.substr(key.size()).starts_with(':');
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

Commit commit_of(const store::CommitRecord& record) {
  Commit commit;
  commit.oid = record.oid;
  const std::string_view message = record.message;
  commit.subject = message.substr(0, message.find('\n'));
  commit.author = {record.author.name, record.author.email};
  commit.time = record.author.time;
  commit.offset_minutes = record.author.offset_minutes;
  commit.is_merge = record.parents.size() > 1;
  commit.co_authors = co_authors_of(message);
  return commit;
}

}  // namespace

std::vector<Person> co_authors_of(std::string_view message) {
  std::vector<Person> people;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    const std::string_view line = message.substr(0, end);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
    constexpr std::string_view kKey = "co-authored-by";
    if (!begins_with_key(line, kKey)) continue;
    const std::string_view value = line.substr(kKey.size() + 1);
    const std::size_t open = value.find('<');
    const std::size_t close = value.rfind('>');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) continue;
    people.push_back({std::string(trimmed(value.substr(0, open))),
                      std::string(value.substr(open + 1, close - open - 1))});
  }
  return people;
}

CommitList list_commits(const store::ObjectStore& store, const Oid& tip,
                        const std::vector<Oid>& stop_at, std::size_t most) {
  const auto is_older = [](const store::CommitRecord& a, const store::CommitRecord& b) {
    return a.committer.time < b.committer.time;
  };
  std::priority_queue<store::CommitRecord, std::vector<store::CommitRecord>, decltype(is_older)>
      frontier(is_older);
  std::unordered_set<Oid> seen(stop_at.begin(), stop_at.end());
  const auto visit = [&](const Oid& oid) {
    if (!seen.insert(oid).second) return;
    if (auto record = store.commit(oid)) frontier.push(std::move(*record));
  };
  CommitList list;
  visit(tip);
  while (!frontier.empty()) {
    const store::CommitRecord record = frontier.top();
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
