#include "store/tree_limits.hpp"

#include "base/limits.hpp"
#include "store/handles.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace occ::store {
namespace {

[[noreturn]] void fail(const char* what) {
  throw Failure(FailureCode::limit_exceeded, what);
}

}  // namespace

bool TreeLimits::enter(const Oid& one, const Oid& other, std::size_t entries,
                       std::string_view path) {
  store_.watch().check();
  if (path.size() > limits::kPathBytes) fail("a path of more than 16 KiB");
  entries_ += entries + 1;
  if (entries_ > limits::kTreeEntries.after(store_.bytes_taken_in())) {
    fail("the same folders stand in too many places");
  }
  path_bytes_ += path.size() * (entries + 1);
  if (path_bytes_ > limits::kPathBytesSeen.after(store_.bytes_taken_in())) {
    fail("too many long paths");
  }
  return pairs_.emplace(one, other).second;
}

void hold_to_limits(const ObjectStore& store, const Oid& tree) {
  TreeLimits limits(store);
  std::vector<std::pair<Oid, std::size_t>> todo{{tree, 0}};  // with the length of its path
  const std::string longest(limits::kPathBytes + 1, '/');
  while (!todo.empty()) {
    const auto [oid, length] = todo.back();
    todo.pop_back();
    if (oid.is_null() || !store.has(oid)) continue;
    const TreeHandle handle = look_up_tree(store, oid);
    const std::size_t count = git_tree_entrycount(handle.get());
    const std::size_t shown = std::min(length, longest.size());
    limits.enter(oid, Oid(), count, std::string_view(longest).substr(0, shown));
    for (std::size_t i = 0; i < count; ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(handle.get(), i);
      if (git_tree_entry_type(entry) != GIT_OBJECT_TREE) continue;
      const std::size_t name = std::char_traits<char>::length(git_tree_entry_name(entry));
      todo.emplace_back(from_git(*git_tree_entry_id(entry)), length + name + 1);
    }
  }
}

}  // namespace occ::store
