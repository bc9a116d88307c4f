// A fetch that is about commits only: which of them a server knows, and how they hang together.
// Where a server has no `filter`, trees and files come too, and are read past.
#pragma once

#include "transfer/commit_graph.hpp"
#include "transfer/pack_fetch.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace occ::transfer {

struct CommitQuestion {
  enum class Ending : std::uint8_t {
    when_ready,  // a pack only if the server finds that the haves suffice
    always
  };
  enum class Content : std::uint8_t { commits, dated_commits, only_acknowledgments };

  std::vector<Oid> wants;
  std::vector<Oid> haves;
  Ending ending = Ending::when_ready;
  Content content = Content::commits;
  int deepen = 0;  // levels of history; 0: all
  bool keeps_pack = false;
};

inline constexpr std::size_t kMostKept = 16U << 20U;

struct CommitAnswer {
  OidSet acknowledged;    // those of the haves that the server knows, where it was asked when_ready
  bool has_pack = false;  // a pack came, or would have come
  wire::CommitParents commits;
  std::unordered_map<Oid, std::int64_t> times;  // of dated commits: the committer's, in seconds
  OidSet cut;  // commits that the server holds without their parents
  // As it came, where it was to be kept: a whole one of at most kMostKept bytes, else empty.
  std::string pack;
};

class CommitFetch {
 public:
  // Asks. `remote` is borrowed; over HTTP several can be under way at once.
  CommitFetch(Remote& remote, CommitQuestion question);
  // Waits for the answer; to be called once. Throws Failure.
  [[nodiscard]] CommitAnswer read();

 private:
  Remote& remote_;
  CommitQuestion question_;
  PackFetch fetch_;
};

// For a question that may stay open: nothing if `remote` does not hand out what is wanted, which it
// need not do for what no ref of it names.
[[nodiscard]] std::optional<CommitAnswer> ask_if_handed_out(Remote& remote,
                                                            CommitQuestion question);

// Both at once where `remote` allows it.
[[nodiscard]] std::vector<CommitAnswer> ask_together(
    std::vector<std::pair<Remote*, CommitQuestion>> questions);

}  // namespace occ::transfer
