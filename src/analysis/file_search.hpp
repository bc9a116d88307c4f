// Brings single files into a store, within a budget; of a large file only its size. No server tells
// sizes, so the files are asked for together, and the answer is given up at the first large one,
// whose size stands at its beginning. Which one that was is found by asking again for fewer.
#pragma once

#include "analysis/object_source.hpp"
#include "store/object_store.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

namespace occ::analysis {

inline constexpr std::uint64_t kLargeFile = 50'000'000;       // bytes: GitHub warns
inline constexpr std::uint64_t kRefusedFile = 100ULL << 20U;  // bytes: GitHub refuses above

// What files may cost, for a whole run.
struct FileBudget : Budget {
  // Files of so many bytes are not fetched.
  std::uint64_t large = std::numeric_limits<std::uint64_t>::max();
  int searches_left = 24;  // requests that only tell large files from the others
};

struct LargeFiles {
  // A large file of which is not known which it is.
  struct Unplaced {
    std::uint64_t size = 0;   // bytes
    std::vector<Oid> one_of;  // two or more
  };

  std::unordered_map<Oid, std::uint64_t> sizes;  // bytes
  std::vector<Unplaced> unplaced;
};

class FileSearch {
 public:
  // All borrowed.
  FileSearch(transfer::Remote& remote, store::ObjectStore& store, FileBudget& budget,
             LargeFiles& large)
      : remote_(remote), store_(store), budget_(budget), large_(large) {}

  // `wanted`: files that the remote has and the store lacks, those first whose size matters most.
  // Returns false if the budget did not suffice; large files may be known all the same, if there
  // are few. Throws Failure.
  [[nodiscard]] bool run(const std::vector<Oid>& wanted);

 private:
  struct Group {
    std::vector<Oid> files;
    bool guessed = false;  // the one of which the order of the wants says that it is large
  };

  [[nodiscard]] std::vector<Oid> lacking(const std::vector<Oid>& files) const;
  [[nodiscard]] transfer::FileAnswer ask(const std::vector<Oid>& files);
  void note(std::vector<Oid> suspects, std::uint64_t size);
  void split(const std::vector<Oid>& suspects);
  void ask_sizes(const std::vector<Oid>& files);

  transfer::Remote& remote_;
  store::ObjectStore& store_;
  FileBudget& budget_;
  LargeFiles& large_;
  std::vector<Group> groups_;  // still to ask for, the next one last
  bool in_order_ = true;       // the server sends files in the order of the wants
};

}  // namespace occ::analysis
