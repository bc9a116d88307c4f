// Reads the commits out of a pack while it passes (gitformat-pack): the id and the parents of
// each, in bounded memory, whatever else the pack holds. Objects that are not commits are inflated
// only to find where they end. Deltas on objects outside the pack stay unread and are counted.
#pragma once

#include "base/bytes.hpp"
#include "base/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace occ::wire {

using CommitParents = std::unordered_map<Oid, std::vector<Oid>>;

class PackScanner {
 public:
  // Commits are kept as delta bases up to `base_budget` bytes; a delta on a commit that is no
  // longer kept counts as unread.
  PackScanner(ObjectFormat format, std::size_t base_budget);
  ~PackScanner();
  PackScanner(const PackScanner&) = delete;
  PackScanner& operator=(const PackScanner&) = delete;

  // The next bytes of the pack, from its first on. Throws Failure{protocol_error} on what is not
  // a pack.
  void feed(Bytes bytes);

  [[nodiscard]] bool finished() const;  // every object was seen
  [[nodiscard]] const CommitParents& commits() const { return commits_; }
  [[nodiscard]] CommitParents take_commits() { return std::move(commits_); }
  // Deltas whose kind is not known, because their base is not in the pack.
  [[nodiscard]] std::size_t unread() const { return unread_; }
  [[nodiscard]] std::uint32_t object_count() const { return object_count_; }

 private:
  struct Entry;     // the object being read
  struct Inflater;  // zlib's stream

  enum class Step { pack_header, entry_header, base, data, done };

  [[nodiscard]] Bytes read_header(Bytes bytes);
  [[nodiscard]] Bytes read_entry_header(Bytes bytes);
  [[nodiscard]] Bytes read_base(Bytes bytes);
  [[nodiscard]] Bytes read_data(Bytes bytes);
  void begin_data();
  void finish_entry();
  void add_commit(std::vector<std::byte> content);

  ObjectFormat format_;
  std::size_t base_budget_;
  Step step_ = Step::pack_header;
  std::uint64_t position_ = 0;  // bytes consumed so far
  std::uint32_t object_count_ = 0;
  std::uint32_t objects_left_ = 0;
  std::size_t unread_ = 0;
  std::vector<std::byte> header_;  // of the pack or of the entry, while incomplete
  std::unique_ptr<Entry> entry_;
  std::unique_ptr<Inflater> inflater_;
  CommitParents commits_;
  std::unordered_map<std::uint64_t, Oid> commit_at_;  // by offset in the pack
  std::unordered_map<Oid, std::vector<std::byte>> bases_;
};

}  // namespace occ::wire
