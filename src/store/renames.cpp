#include "store/renames.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace occ::store {
namespace {

using Candidates = std::vector<RenameCandidate>;

constexpr std::size_t kMostIdentical = 102;  // deleted files with the same content that git weighs
constexpr std::size_t kBestOfEach = 4;       // that git keeps of each added file
constexpr std::size_t kLargestChunk = 64;    // bytes
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
// Git's scores, and how many percent they are.
constexpr std::uint64_t kSame = 60000;
constexpr std::uint64_t kAlike = kSame / 2;
constexpr std::uint64_t kAlikeByName = kSame / 4 * 3;
constexpr std::uint64_t kOnePercent = kSame / 100;

bool is_regular(const RenameCandidate& file) {
  return (file.mode & 0170000U) == 0100000U;
}

bool is_empty(const RenameCandidate& file) {
  static const Oid empty = *Oid::from_hex("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  return file.oid == empty;
}

std::string_view base_name(const RenameCandidate& file) {
  const std::string_view path = file.path;
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// A file's lines, long ones in pieces, as hashes with the bytes that they make up.
struct Sketch {
  std::uint64_t size = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> chunks;  // by hash, each once
};

Sketch sketch_of(std::string_view content) {
  const bool is_text = content.substr(0, 8000).find('\0') == std::string_view::npos;
  constexpr std::uint64_t kFnvStart = 0xcbf29ce484222325U;
  constexpr std::uint64_t kFnvPrime = 0x100000001b3U;
  Sketch sketch;
  sketch.size = content.size();
  std::uint64_t hash = kFnvStart;
  std::uint64_t length = 0;
  const auto end_chunk = [&] {
    if (length > 0) sketch.chunks.emplace_back(hash, length);
    hash = kFnvStart;
    length = 0;
  };
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (is_text && c == '\r' && i + 1 < content.size() && content[i + 1] == '\n') continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
    if (++length == kLargestChunk || c == '\n') end_chunk();
  }
  end_chunk();
  std::sort(sketch.chunks.begin(), sketch.chunks.end());
  std::size_t kept = 0;
  for (std::size_t i = 1; i < sketch.chunks.size(); ++i) {
    if (sketch.chunks[i].first == sketch.chunks[kept].first) {
      sketch.chunks[kept].second += sketch.chunks[i].second;
    } else {
      sketch.chunks[++kept] = sketch.chunks[i];
    }
  }
  if (!sketch.chunks.empty()) sketch.chunks.resize(kept + 1);
  return sketch;
}

// How much of the larger file is in both, of kSame; 0 if the sizes alone rule a rename out.
std::uint64_t score_of(const Sketch& from, const Sketch& to) {
  const auto [smaller, larger] = std::minmax(from.size, to.size);
  if (smaller == 0 || (larger - smaller) * kSame > larger * (kSame - kAlike)) return 0;
  std::uint64_t common = 0;
  auto a = from.chunks.begin();
  auto b = to.chunks.begin();
  while (a != from.chunks.end() && b != to.chunks.end()) {
    if (a->first < b->first) {
      ++a;
    } else if (b->first < a->first) {
      ++b;
    } else {
      common += std::min((a++)->second, (b++)->second);
    }
  }
  return common * kSame / larger;
}

class Search {
 public:
  Search(const ObjectStore& store, const Candidates& deleted, const Candidates& added,
         std::size_t limit)
      : store_(store),
        deleted_(deleted),
        added_(added),
        limit_(limit),
        is_used_(deleted.size()),
        is_renamed_(added.size()) {}

  RenameSearch run(Renames how) {
    pair_identical();
    if (!could_be_alike()) return std::move(found_);
    found_.gap = RenameGap::content_not_read;
    if (how != Renames::similar) return std::move(found_);
    found_.gap = RenameGap::none;
    pair_by_name();
    if (added_.size() - found_.renames.size() == 0) return std::move(found_);
    if (too_many()) {
      found_.gap = RenameGap::too_many_files;
    } else {
      pair_alike();
    }
    return std::move(found_);
  }

 private:
  struct Score {
    std::size_t deleted = kNone;
    std::size_t added = kNone;
    std::uint64_t score = 0;
    bool same_name = false;
  };

  static bool is_better(const Score& a, const Score& b) {
    if (a.added == kNone || b.added == kNone) return a.added != kNone && b.added == kNone;
    return a.score != b.score ? a.score > b.score : a.same_name && !b.same_name;
  }

  void pair(std::size_t deleted, std::size_t added, std::uint64_t score) {
    is_used_[deleted] = true;
    is_renamed_[added] = true;
    found_.renames.push_back({deleted, added, static_cast<int>(score / kOnePercent)});
  }

  // The first one of the same name, else the first. Links and submodules stay what they are.
  void pair_identical() {
    std::unordered_map<Oid, std::deque<std::size_t>> by_content;
    for (std::size_t i = 0; i < deleted_.size(); ++i) by_content[deleted_[i].oid].push_back(i);
    for (std::size_t to = 0; to < added_.size(); ++to) {
      const auto same = by_content.find(added_[to].oid);
      if (same == by_content.end()) continue;
      std::deque<std::size_t>& sources = same->second;
      auto best = sources.end();
      std::size_t weighed = 0;
      for (auto at = sources.begin(); at != sources.end() && weighed < kMostIdentical; ++at) {
        const RenameCandidate& from = deleted_[*at];
        const bool regular = is_regular(from) && is_regular(added_[to]);
        if (!regular && from.mode != added_[to].mode) continue;
        ++weighed;
        const bool same_name = base_name(from) == base_name(added_[to]);
        if (best == sources.end() || same_name) best = at;
        if (same_name) break;
      }
      if (best == sources.end()) continue;
      pair(*best, to, kSame);
      sources.erase(best);
    }
  }

  [[nodiscard]] bool could_be_alike() const {
    const auto any = [](const Candidates& files, const std::vector<bool>& paired) {
      for (std::size_t i = 0; i < files.size(); ++i) {
        if (!paired[i] && files[i].matters && is_regular(files[i]) && !is_empty(files[i]))
          return true;
      }
      return false;
    };
    return any(deleted_, is_used_) && any(added_, is_renamed_);
  }

  // Null: no plain file, or the store lacks it.
  const Sketch* sketch(const RenameCandidate& file) {
    if (!is_regular(file)) return nullptr;
    const auto [at, is_new] = sketches_.try_emplace(file.oid);
    if (is_new) at->second = new_sketch(file.oid);
    if (!at->second) found_.gap = RenameGap::content_not_read;
    return at->second ? &*at->second : nullptr;
  }

  std::optional<Sketch> new_sketch(const Oid& oid) {
    store_.watch().check();
    const auto size = store_.size_of(oid);
    if (!size || *size > limits::kSketchedBytes || pieces_ > limits::kSketches) return std::nullopt;
    const auto content = store_.content(oid);
    if (!content) return std::nullopt;
    const auto lines = std::count(content->begin(), content->end(), '\n');
    if (static_cast<std::uint64_t>(lines) + *size / kLargestChunk > limits::kSketchPieces) {
      return std::nullopt;
    }
    Sketch sketch = sketch_of(*content);
    sketch.chunks.shrink_to_fit();
    pieces_ += sketch.chunks.size();
    return sketch;
  }

  std::uint64_t score(std::size_t deleted, std::size_t added) {
    const Sketch* from = sketch(deleted_[deleted]);
    const Sketch* to = sketch(added_[added]);
    if (from == nullptr || to == nullptr) return 0;
    steps_ += from->chunks.size() + to->chunks.size();
    return score_of(*from, *to);
  }

  // A name that only one deleted and only one added file has settles it, if they are alike enough.
  void pair_by_name() {
    using Names = std::unordered_map<std::string_view, std::size_t>;
    const auto names = [](const Candidates& files, const std::vector<bool>& paired) {
      Names unique;
      for (std::size_t i = 0; i < files.size(); ++i) {
        if (paired[i]) continue;
        const auto [at, is_new] = unique.emplace(base_name(files[i]), i);
        if (!is_new) at->second = kNone;
      }
      return unique;
    };
    const Names sources = names(deleted_, is_used_);
    const Names targets = names(added_, is_renamed_);
    for (std::size_t from = 0; from < deleted_.size(); ++from) {
      if (is_used_[from] || !deleted_[from].matters) continue;
      const std::string_view name = base_name(deleted_[from]);
      const auto target = targets.find(name);
      if (target == targets.end() || target->second == kNone || sources.at(name) != from) continue;
      const std::uint64_t alike = score(from, target->second);
      if (alike >= kAlikeByName) pair(from, target->second, alike);
    }
  }

  [[nodiscard]] bool too_many() const {
    std::size_t sources = 0;
    for (std::size_t i = 0; i < deleted_.size(); ++i) {
      if (!is_used_[i] && deleted_[i].matters) ++sources;
    }
    return sources * (added_.size() - found_.renames.size()) > limit_ * limit_;
  }

  void pair_alike() {
    std::vector<Score> scores;
    for (std::size_t to = 0; to < added_.size(); ++to) {
      store_.watch().check();
      if (is_renamed_[to]) continue;
      if (steps_ > limits::kSketchSteps) {
        found_.gap = RenameGap::too_many_files;
        break;
      }
      const std::array<Score, kBestOfEach> best = best_of(to);
      scores.insert(scores.end(), best.begin(), best.end());
    }
    std::stable_sort(scores.begin(), scores.end(), is_better);
    for (const Score& one : scores) {
      if (one.added == kNone || one.score < kAlike) break;
      if (!is_renamed_[one.added] && !is_used_[one.deleted]) {
        pair(one.deleted, one.added, one.score);
      }
    }
  }

  // Those that are not alike take places, too: git's order among equals comes of it.
  std::array<Score, kBestOfEach> best_of(std::size_t to) {
    std::array<Score, kBestOfEach> best;
    for (std::size_t from = 0; from < deleted_.size(); ++from) {
      if (is_used_[from] || !deleted_[from].matters) continue;
      const Score one{from, to, score(from, to),
                      base_name(deleted_[from]) == base_name(added_[to])};
      const auto worst = std::max_element(best.begin(), best.end(), is_better);
      if (is_better(one, *worst)) *worst = one;
    }
    return best;
  }

  const ObjectStore& store_;
  const Candidates& deleted_;
  const Candidates& added_;
  const std::size_t limit_;
  std::vector<bool> is_used_;
  std::vector<bool> is_renamed_;
  std::unordered_map<Oid, std::optional<Sketch>> sketches_;
  std::uint64_t pieces_ = 0;  // of all sketches
  std::uint64_t steps_ = 0;   // of comparing them
  RenameSearch found_;
};

}  // namespace

RenameSearch find_renames(const ObjectStore& store, const std::vector<RenameCandidate>& deleted,
                          const std::vector<RenameCandidate>& added, Renames how,
                          std::size_t limit) {
  if (how == Renames::none) return {};
  return Search(store, deleted, added, limit).run(how);
}

}  // namespace occ::store
