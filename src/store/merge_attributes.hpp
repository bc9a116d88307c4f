// The attribute `merge` of files (gitattributes, "Performing a three-way merge"), as the
// .gitattributes of one tree give it: which files a merge must not mix line by line. What a driver
// of the user's would do is not known here: as git without that driver's settings, text it is.
#pragma once

#include "base/oid.hpp"
#include "store/object_store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace occ::store {

enum class MergeHow : std::uint8_t {
  text,
  whole,     // `-merge`, `binary`, `merge=binary`: git stops where both sides changed the file
  all_lines  // `merge=union`: the lines of both sides, without a conflict
};

class MergeAttributes {
 public:
  // Borrows `store`. `tree`: the side into which is merged, as `git merge` reads its files. What
  // the store lacks says nothing.
  MergeAttributes(const ObjectStore& store, const Oid& tree) : store_(store), tree_(tree) {}

  // Of the file at this path, raw. Foreign patterns that take too long to match give `whole`.
  [[nodiscard]] MergeHow how(const std::string& path);
  // The .gitattributes in the folders above these paths: they must be in the store first.
  [[nodiscard]] std::vector<Oid> files(const std::vector<std::string>& paths) const;

 private:
  struct Rule {
    std::string pattern;
    bool whole_path = false;  // it holds a slash: not the file's name alone is matched
    MergeHow how = MergeHow::text;
  };
  using Macros = std::map<std::string, MergeHow, std::less<>>;

  const std::vector<Rule>& rules_in(const std::string& folder);
  [[nodiscard]] std::vector<Rule> parse(std::string_view text, bool may_define);
  [[nodiscard]] bool matches(const Rule& rule, std::string_view below_folder);

  const ObjectStore& store_;
  Oid tree_;
  std::map<std::string, std::vector<Rule>> rules_;  // by folder, "" or with a slash at the end
  Macros macros_{{"binary", MergeHow::whole}};
  std::size_t steps_ = 0;
};

// What `merge=union` makes of three files, written into the store: the lines of both sides. Nothing
// if one is binary or not there.
[[nodiscard]] std::optional<Oid> united_lines(const ObjectStore& store,
                                              const std::optional<Oid>& base, const Oid& ours,
                                              const Oid& theirs);

// Whether `text` is what `pattern` means, as git matches paths: no `*`, `?` or set takes a slash,
// `**` takes folders. `steps`: counted up; at kMostMatchSteps the answer is no.
inline constexpr std::size_t kMostMatchSteps = 20'000'000;
[[nodiscard]] bool matches_path(std::string_view pattern, std::string_view text,
                                std::size_t& steps);

}  // namespace occ::store
