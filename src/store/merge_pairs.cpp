#include "store/merge_pairs.hpp"

#include "base/failure.hpp"
#include "store/handles.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace occ::store {
namespace {

// Calls `use` with what each of the sides did to a file that both did something to.
template <typename Use>
void each_pair(const TreeDiff& our_diff, const TreeDiff& their_diff, Use use) {
  auto other = their_diff.deltas().begin();
  for (const Delta& mine : our_diff.deltas()) {
    while (other != their_diff.deltas().end() && other->new_path < mine.new_path) ++other;
    if (other == their_diff.deltas().end()) break;
    if (other->new_path == mine.new_path) use(mine, *other);
  }
}

// A file that both added alike but for its mode: libgit2 takes ours, git stops.
bool differs_in_mode_only(const Delta& ours, const Delta& theirs) {
  return ours.kind == DeltaKind::added && theirs.kind == DeltaKind::added &&
         ours.new_oid == theirs.new_oid && ours.new_mode != theirs.new_mode;
}

// A file that is one piece to git (`-merge`), with a content of its own on each side.
bool is_torn(const Delta& ours, const Delta& theirs, MergeAttributes& attributes) {
  return is_plain_file(ours.new_mode) && is_plain_file(theirs.new_mode) &&
         ours.new_oid != theirs.new_oid && ours.new_oid != ours.old_oid &&
         theirs.new_oid != theirs.old_oid && attributes.how(ours.new_path) == MergeHow::whole;
}

}  // namespace

std::uint64_t lines_of(std::string_view content) {
  return 1 + static_cast<std::uint64_t>(std::count(content.begin(), content.end(), '\n'));
}

std::vector<MergeConflict> further_conflicts(const TreeDiff& our_diff, const TreeDiff& their_diff,
                                             MergeAttributes& attributes) {
  std::vector<MergeConflict> conflicts;
  each_pair(our_diff, their_diff, [&](const Delta& mine, const Delta& other) {
    if (!differs_in_mode_only(mine, other) && !is_torn(mine, other, attributes)) return;
    MergeConflict conflict{std::nullopt, ConflictSide{mine.new_path, mine.new_mode, mine.new_oid},
                           ConflictSide{mine.new_path, other.new_mode, other.new_oid}};
    if (mine.old_mode != 0) conflict.base = {mine.new_path, mine.old_mode, mine.old_oid};
    conflicts.push_back(std::move(conflict));
  });
  return conflicts;
}

void hold_contents_to_limits(const ObjectStore& store, const TreeDiff& our_diff,
                             const TreeDiff& their_diff) {
  CompareBudget budget;
  each_pair(our_diff, their_diff, [&](const Delta& mine, const Delta& other) {
    if (mine.new_oid == other.new_oid || mine.new_mode == 0 || other.new_mode == 0) return;
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    for (const Oid& oid : {mine.old_oid, mine.new_oid, other.new_oid}) {
      bytes += store.size_of(oid).value_or(0);
    }
    bool fits = budget.take_bytes(bytes);
    for (const Oid& oid : {mine.old_oid, mine.new_oid, other.new_oid}) {
      if (fits) lines += lines_of(store.content(oid).value_or(""));
    }
    fits = fits && budget.take_lines(lines);
    if (!fits) {
      throw Failure(FailureCode::limit_exceeded,
                    "'" + mine.new_path + "' is too large to be merged line by line");
    }
  });
}

bool is_plain_file(std::uint32_t mode) {
  return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

}  // namespace occ::store
