// Reads the commits out of a pack while it passes (gitformat-pack): the id and the parents of
// each, in bounded memory, whatever else the pack holds; and on demand which objects are large.
// Objects that are not commits are inflated only to find where they end. Deltas on objects outside
// the pack stay unread and are counted.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace occ::wire {

using CommitParents = std::unordered_map<Oid, std::vector<Oid>>;

// An object of at least the size that was asked for.
struct LargeObject {
  std::uint64_t size = 0;    // bytes of the object itself, also where the pack has a delta
  std::uint64_t offset = 0;  // of its entry in the pack
  std::uint32_t before = 0;  // objects in front of it
  bool whole = false;        // all of it has passed
  std::optional<Oid> blob;   // its id, once it is whole; never of a delta
};

// What is known of an entry once its size was read, before all of it has passed.
struct EntryFacts {
  std::uint64_t offset = 0;  // of the entry in the pack
  std::uint64_t size = 0;    // bytes of the object itself
  bool is_delta = false;
  std::uint64_t base_size = 0;               // of a delta's base, as it says
  std::optional<std::uint64_t> base_offset;  // of a delta whose base is told so
};

class EntryObserver {
 public:
  virtual ~EntryObserver() = default;
  virtual void on_entry(const EntryFacts& entry) = 0;
};

class PackScanner {
 public:
  static constexpr std::uint64_t kNoSize = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::size_t kMostLarge = 100;  // remembered

  // Commits are kept as delta bases up to `base_budget` bytes, and never beyond
  // limits::kCommitBytesKept; a delta on a commit that was not kept counts as unread. Without a
  // budget commits are not read at all, and the memory is the same for every pack. `large`: objects
  // of so many bytes are told of.
  PackScanner(ObjectFormat format, std::optional<std::size_t> base_budget,
              std::uint64_t large = kNoSize);
  ~PackScanner();
  PackScanner(const PackScanner&) = delete;
  PackScanner& operator=(const PackScanner&) = delete;

  // From here on the times of commits are kept, too.
  void keep_times() { keeps_times_ = true; }
  // Tells of each entry. `observer` is borrowed; what it throws comes out of feed().
  void observe(EntryObserver* observer) { observer_ = observer; }

  // The next bytes of the pack, from its first on. Throws Failure{protocol_error} on what is not
  // a pack, Failure{limit_exceeded} on one that makes more of its bytes than limits.hpp allows;
  // then it is not to be fed any more, and counts as unread.
  void feed(Bytes bytes);

  [[nodiscard]] bool finished() const;  // every object was seen
  [[nodiscard]] const CommitParents& commits() const { return commits_; }
  [[nodiscard]] CommitParents take_commits() { return std::move(commits_); }
  // The committer's, in seconds since the epoch; 0 if the commit does not tell.
  [[nodiscard]] std::unordered_map<Oid, std::int64_t> take_times() { return std::move(times_); }
  // Deltas whose kind is not known, because their base is not in the pack.
  [[nodiscard]] std::size_t unread() const { return unread_; }
  // Objects that are commits for sure and stayed unread all the same, because of their size.
  [[nodiscard]] std::size_t unread_commits() const { return unread_commits_; }
  [[nodiscard]] std::uint32_t object_count() const { return object_count_; }
  // In the order of the pack, at most kMostLarge. An object is told of as soon as its size is read.
  [[nodiscard]] const std::vector<LargeObject>& large() const { return large_; }
  // Bytes from the pack's first on of which is known that no object in them, nor the one they end
  // in, is larger than `large` says.
  [[nodiscard]] std::uint64_t settled() const { return settled_; }

 private:
  struct Entry;     // the object being read
  struct Inflater;  // zlib's stream

  enum class Step { pack_header, entry_header, base, data, done };

  [[nodiscard]] Bytes read_header(Bytes bytes);
  [[nodiscard]] Bytes read_entry_header(Bytes bytes);
  [[nodiscard]] Bytes read_base(Bytes bytes);
  [[nodiscard]] Bytes read_data(Bytes bytes);
  void begin_data();
  void take_output(Bytes bytes);
  void read_delta_size(Bytes bytes);
  void note_size(std::uint64_t size);
  void finish_entry();
  void skip_commit();
  void add_commit(std::vector<std::byte> content);
  [[nodiscard]] std::vector<Oid> read_parents(std::string_view text);
  void hold_to(const limits::Growth& limit, std::uint64_t value, const char* what);

  ObjectFormat format_;
  bool reads_commits_;
  std::uint64_t base_budget_;  // bytes
  Step step_ = Step::pack_header;
  std::uint64_t large_from_;
  EntryObserver* observer_ = nullptr;
  std::vector<LargeObject> large_;
  std::uint64_t position_ = 0;  // bytes consumed so far
  std::uint64_t settled_ = 0;
  std::uint32_t object_count_ = 0;
  std::uint32_t objects_left_ = 0;
  std::size_t unread_ = 0;
  std::size_t unread_commits_ = 0;
  std::uint64_t inflated_ = 0;  // bytes, of all objects
  std::uint64_t made_ = 0;      // bytes of commits
  std::uint64_t kept_ = 0;      // bytes of bases_
  std::uint64_t parents_ = 0;
  std::vector<std::byte> header_;  // of the pack or of the entry, while incomplete
  std::unique_ptr<Entry> entry_;
  std::unique_ptr<Inflater> inflater_;
  CommitParents commits_;
  bool keeps_times_ = false;
  std::unordered_map<Oid, std::int64_t> times_;
  std::unordered_map<std::uint64_t, Oid> commit_at_;  // by offset in the pack
  std::unordered_map<Oid, std::vector<std::byte>> bases_;
};

}  // namespace occ::wire
