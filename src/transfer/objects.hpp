// Brings single objects of a repository, for whoever wants to look into them: by filter and by id,
// never more than was asked for.
#pragma once

#include "transfer/remote.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace occ::wire {
class PackGuard;
}

namespace occ::transfer {

class PackFetch;

struct ObjectRequest {
  enum class Leave { nothing, blobs, trees_and_blobs };

  std::vector<Oid> wants;
  std::vector<Oid> haves;  // known to the remote
  Leave leave = Leave::nothing;
  int depth = 0;  // commits along every path; 0: all
};

enum class ObjectAnswer : std::uint8_t { complete, too_large };

// A pack of files, read up to its first large one.
struct FileAnswer {
  ObjectAnswer ending = ObjectAnswer::complete;
  std::optional<std::uint64_t> large;  // bytes of the file that ended it
};

// Throws Failure{server_refused} without asking where `remote` hands out none of what is wanted:
// see Remote::may_want(). Hands the pack, which stands for itself (no thin deltas), to `sink` piece
// by piece. After more than `limit` bytes it stops and says too_large. A server without `filter`
// sends what should be left out as well. Throws Failure; Failure{limit_exceeded} before `sink` sees
// what a pack of few bytes would make too much of.
class ObjectFetch {
 public:
  // Sends the request; over HTTP several can be under way at once. `remote` is borrowed.
  ObjectFetch(Remote& remote, const ObjectRequest& request);
  ~ObjectFetch();
  ObjectFetch(const ObjectFetch&) = delete;
  ObjectFetch& operator=(const ObjectFetch&) = delete;

  [[nodiscard]] ObjectAnswer read(std::uint64_t limit, const std::function<void(Bytes)>& sink);
  // The same, where single files were asked for. A file of `large` bytes or more ends it as soon as
  // its size was read; the pack that `sink` got is whole then, and holds the files in front of it.
  // Throws Failure{protocol_error} if the server sends more objects than were asked for.
  [[nodiscard]] FileAnswer read_files(std::uint64_t limit, std::uint64_t large,
                                      const std::function<void(Bytes)>& sink);

 private:
  [[nodiscard]] ObjectFormat format() const;
  void pass(wire::PackGuard& guard, Bytes bytes) const;
  [[noreturn]] void fail_without_pack() const;

  Remote& remote_;
  std::size_t wanted_;
  std::unique_ptr<PackFetch> pack_;
};

[[nodiscard]] bool can_leave_out(Remote& remote);  // whether the server offers `filter`

}  // namespace occ::transfer
