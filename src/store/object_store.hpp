// A throw-away store of objects: packs go in, commits and files come out. Lives in a folder of its
// own, which goes with it. SHA-1 repositories only.
#pragma once

#include "base/bytes.hpp"
#include "base/oid.hpp"
#include "base/watch.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::store {

struct Signature {
  std::string name;
  std::string email;
  std::int64_t time = 0;  // seconds since 1970
  int offset_minutes = 0;
};

// Any text. Its encoding was turned to UTF-8 if the commit names one that is known (to_utf8);
// whatever else stands here is raw, so it may be no UTF-8 at all.
struct CommitRecord {
  Oid oid;
  Oid tree;
  std::vector<Oid> parents;
  Signature author;
  Signature committer;
  std::string message;
};

class ObjectStore {
 public:
  // Makes a folder below `parent_folder` (empty: where the system keeps temporary files) that
  // nobody else can read. Throws Failure{temporary_folder}. Whatever works through the store ends
  // when `watch` says so.
  explicit ObjectStore(const std::string& parent_folder, const Watch& watch = {});
  ~ObjectStore();
  ObjectStore(const ObjectStore&) = delete;
  ObjectStore& operator=(const ObjectStore&) = delete;

  // A pack on its way in. Without finish(), nothing of it is kept.
  class PackIntake {
   public:
    explicit PackIntake(ObjectStore& store);
    ~PackIntake();
    PackIntake(const PackIntake&) = delete;
    PackIntake& operator=(const PackIntake&) = delete;

    // The two throw Failure{internal_error} if the pack is damaged, Failure{temporary_folder} if
    // it finds no room, and what the watch throws.
    void append(Bytes bytes);
    void finish();

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  [[nodiscard]] const Watch& watch() const { return watch_; }
  void set_watch(const Watch& watch) { watch_ = watch; }
  [[nodiscard]] std::uint64_t bytes_taken_in() const { return bytes_taken_in_; }  // of packs
  [[nodiscard]] bool has(const Oid& oid) const;
  // Bytes; nothing if the store lacks it. Reads no more than where it begins.
  [[nodiscard]] std::optional<std::uint64_t> size_of(const Oid& oid) const;
  // Nothing if the store lacks it, if it is no commit, or larger than limits::kCommitBytes.
  [[nodiscard]] std::optional<CommitRecord> commit(const Oid& oid) const;
  // The object's content, whatever its type; nothing if the store lacks it.
  [[nodiscard]] std::optional<std::string> content(const Oid& oid) const;

  // For the files of this room: the libgit2 repository around the store, borrowed.
  [[nodiscard]] void* repository() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  Watch watch_;
  std::uint64_t bytes_taken_in_ = 0;
};

// "Name <mail> 1700000000 +0100", read as git does (ident.c, split_ident_line): the mail ends at
// the first '>', the date stands behind the last. Missing parts stay empty; without a mail, all of
// it is the name.
[[nodiscard]] Signature parse_signature(std::string_view text);

// Reads the text of a commit object (gitformat: headers, blank line, message). Missing parts stay
// empty.
[[nodiscard]] CommitRecord parse_commit(const Oid& oid, std::string_view content);

}  // namespace occ::store
