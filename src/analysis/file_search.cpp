#include "analysis/file_search.hpp"

#include <algorithm>
#include <utility>

namespace occ::analysis {
namespace {

constexpr std::uint64_t kSizeBytes = 1U << 17U;  // read at most to learn the size of one file

}  // namespace

bool FileSearch::run(const std::vector<Oid>& wanted) {
  groups_.push_back({wanted, false});
  while (!groups_.empty()) {
    const Group group = std::move(groups_.back());
    groups_.pop_back();
    if (group.files.empty()) continue;
    const transfer::FileAnswer answer = ask(group.files);
    if (answer.ending == transfer::ObjectAnswer::too_large) {
      ask_sizes(lacking(wanted));
      return false;
    }
    in_order_ = in_order_ && (answer.large || !group.guessed);
    if (answer.large) note(lacking(group.files), *answer.large);
  }
  return true;
}

std::vector<Oid> FileSearch::lacking(const std::vector<Oid>& files) const {
  std::vector<Oid> all;
  for (const Oid& oid : files) {
    if (!store_.has(oid) && !large_.sizes.contains(oid)) all.push_back(oid);
  }
  return all;
}

transfer::FileAnswer FileSearch::ask(const std::vector<Oid>& files) {
  transfer::ObjectFetch fetch(remote_, {files, {}, transfer::ObjectRequest::Leave::nothing, 0});
  store::ObjectStore::PackIntake intake(store_);
  std::uint64_t size = 0;
  ++budget_.requests;
  const transfer::FileAnswer answer =
      fetch.read_files(budget_.bytes_left, budget_.large, [&](Bytes bytes) {
        size += bytes.size();
        intake.append(bytes);
      });
  budget_.bytes_used += size;
  budget_.bytes_left -= std::min(size, budget_.bytes_left);
  if (answer.ending == transfer::ObjectAnswer::complete) intake.finish();
  return answer;
}

// `suspects`: what did not come before a file of `size` bytes.
void FileSearch::note(std::vector<Oid> suspects, std::uint64_t size) {
  if (suspects.size() == 1) {
    large_.sizes[suspects.front()] = size;
  } else if (budget_.searches_left > 0) {
    --budget_.searches_left;
    split(suspects);
  } else if (!suspects.empty()) {
    large_.unplaced.push_back({size, std::move(suspects)});
  }
}

// Git sends files in the order of the wants, unless it makes deltas of them or has bitmaps.
void FileSearch::split(const std::vector<Oid>& suspects) {
  const std::size_t first = in_order_ ? 1 : suspects.size() / 2;
  const auto at = suspects.begin() + static_cast<std::ptrdiff_t>(first);
  groups_.push_back({{at, suspects.end()}, false});
  groups_.push_back({{suspects.begin(), at}, in_order_});
}

// One by one, no further than to the size: for few files that are too many bytes together.
void FileSearch::ask_sizes(const std::vector<Oid>& files) {
  if (files.size() > static_cast<std::size_t>(std::max(budget_.searches_left, 0))) return;
  for (const Oid& oid : files) {
    --budget_.searches_left;
    ++budget_.requests;
    transfer::ObjectFetch fetch(remote_, {{oid}, {}, transfer::ObjectRequest::Leave::nothing, 0});
    const auto answer = fetch.read_files(kSizeBytes, budget_.large,
                                         [&](Bytes bytes) { budget_.bytes_used += bytes.size(); });
    if (answer.large) large_.sizes[oid] = *answer.large;
  }
}

}  // namespace occ::analysis
