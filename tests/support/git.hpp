// Repositories for tests, made by the real git: histories, refs, settings, hooks, checks.
// Same calls, same object ids: dates and identities are fixed. The user's own git settings
// are never read.
#pragma once

#include "support/process.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace occ::test {

using RefMap = std::map<std::string, std::string>;   // full ref name → object id
using FileMap = std::map<std::string, std::string>;  // path → content

// One line for each ref that is missing, left over, or elsewhere (the first ten); empty if the two
// are equal.
[[nodiscard]] std::string difference(const RefMap& expected, const RefMap& actual);

// The environment of every git command here and of every server: no user, no system settings.
[[nodiscard]] Environment git_environment();

struct AheadBehind {
  int ahead = 0;
  int behind = 0;
  friend bool operator==(const AheadBehind&, const AheadBehind&) = default;
};

struct InitOptions {
  std::string default_branch = "main";
  std::string object_format = "sha1";
};

// A bare repository. Every member throws std::runtime_error with git's own words if git fails.
class GitRepo {
 public:
  explicit GitRepo(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] static GitRepo init(const std::filesystem::path& path,
                                    const InitOptions& options = {});
  // A copy with its own objects: settings, hooks and refs as they are.
  [[nodiscard]] GitRepo copy_to(const std::filesystem::path& path) const;
  // What `git clone --bare --depth=depth` gives.
  [[nodiscard]] GitRepo shallow_copy_to(const std::filesystem::path& path, int depth) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // One commit on top of `branch` (a root commit if there is no such branch); returns its id.
  std::string commit(std::string_view branch, const FileMap& files = {},
                     std::string_view message = {});
  // Likewise, with fast-import's file commands: "D path", "R from to", "M 100755 inline path" …
  std::string change(std::string_view branch, std::string_view commands);
  // `count` commits on top of `branch`, each changing one file in a tree of several.
  std::string commits(std::string_view branch, int count);
  // A commit on `branch` whose second parent is `other` (a ref or an id).
  std::string merge(std::string_view branch, std::string_view other, const FileMap& files = {});
  // Replaces the tip of `branch` by another commit with the same parents.
  std::string amend(std::string_view branch, const FileMap& files);

  void set_ref(std::string_view ref, std::string_view target);
  void delete_ref(std::string_view ref);
  // Makes these the only refs, all packed: quick for thousands. The objects must be there.
  void replace_refs(const RefMap& refs);
  void branch(std::string_view name, std::string_view at);
  void light_tag(std::string_view name, std::string_view at);
  std::string annotated_tag(std::string_view name, std::string_view at,
                            std::string_view message = "a tag");
  // Runs `git fast-import` on `stream`, for what the helpers above are too slow or too narrow.
  void import(std::string_view stream) const;
  // Copies the history of all refs of `other` in, as refs/heads/*, refs/tags/*.
  void take_all_from(const GitRepo& other) const;

  // All refs; annotated tags by the id of the tag object. HEAD is not among them.
  [[nodiscard]] RefMap refs() const;
  // Those without what sync-action keeps for itself, in refs/sync/ledger and refs/sync/backup/.
  [[nodiscard]] RefMap user_refs() const;
  [[nodiscard]] std::string tip(std::string_view ref) const;  // of a branch name, ref, or id
  [[nodiscard]] bool has_object(std::string_view id) const;
  // Empty when `git fsck --full --strict` finds nothing wrong, else what it said.
  [[nodiscard]] std::string fsck() const;
  // Of `ours` against `theirs`, as `git rev-list --left-right --count` tells.
  [[nodiscard]] AheadBehind ahead_behind(std::string_view ours, std::string_view theirs) const;
  // The size of the smallest pack that takes a holder of `have` to `want`.
  [[nodiscard]] std::size_t thin_pack_size(std::string_view want, std::string_view have) const;

  void config(std::string_view key, std::string_view value) const;
  void hook(std::string_view name, std::string_view script) const;  // "#!/bin/sh" is added
  void make_bitmaps() const;
  // Makes blobs of noise() cheap: git then tries neither to compress nor to compare them, and
  // keeps packs as they come.
  void expect_noise() const;

  // Runs `git <arguments>` here and returns its output without the last newline.
  std::string git(const std::vector<std::string>& arguments, std::string_view input = {}) const;

 private:
  std::string import_on(std::string_view branch, std::string_view body);

  std::filesystem::path path_;
  int clock_ = 0;  // minutes since the first commit
};

// `bytes` of noise that no compression shrinks; the same for the same seed.
[[nodiscard]] std::string noise(std::size_t bytes, std::uint64_t seed);

// A fast-import `data` command, with its newline.
[[nodiscard]] std::string import_data(std::string_view text);
// An identity line such as "committer …" with a date `minutes` after a fixed moment.
[[nodiscard]] std::string import_identity(std::string_view role, long minutes);

}  // namespace occ::test
