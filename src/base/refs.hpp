// A ref, its name, and a listing of refs as every server tells them, whichever the protocol
// version.
#pragma once

#include "base/oid.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ {

inline constexpr std::string_view kHeads = "refs/heads/";
inline constexpr std::string_view kTags = "refs/tags/";

[[nodiscard]] constexpr bool is_branch(std::string_view name) {
  return name.starts_with(kHeads);
}

[[nodiscard]] constexpr bool is_tag(std::string_view name) {
  return name.starts_with(kTags);
}

// Without "refs/heads/" or "refs/tags/"; any other name as it is. Borrows from `name`.
[[nodiscard]] constexpr std::string_view short_name(std::string_view name) {
  if (is_branch(name)) return name.substr(kHeads.size());
  return is_tag(name) ? name.substr(kTags.size()) : name;
}

// For people: "refs/heads/main" is "main", "refs/tags/v1" is "tag v1". Not yet escaped.
[[nodiscard]] inline std::string display_ref(std::string_view name) {
  return (is_tag(name) ? "tag " : "") + std::string(short_name(name));
}

struct Ref {
  std::string name;           // full: refs/heads/main. Untrusted text
  Oid oid;                    // what it points at: a commit, or the tag object of an annotated tag
  std::optional<Oid> peeled;  // of an annotated tag: what the tag object names in the end

  // The commit behind the ref, as far as the listing tells.
  [[nodiscard]] const Oid& commit() const { return peeled ? *peeled : oid; }
};

struct RefListing {
  std::vector<Ref> refs;  // sorted by name, each name once, no null id, HEAD not among them
  // Names that are listed without a tip to plan from: a null id (a broken ref: an empty or
  // half-written file), two ids, or a name that no ref can have. Sorted. Untrusted text.
  std::vector<std::string> broken;
  std::vector<std::string> listed_twice;  // of those, the ones with two ids. Sorted
  // Symbolic refs but HEAD, and the ref that each stands for; full names, untrusted text. Only
  // `ls-refs` of version 2 tells (gitprotocol-v2), and only of what it was asked for. With an empty
  // text: it was asked, and is none as far as the server says.
  std::map<std::string, std::string, std::less<>> aliases;
  std::string head_branch;      // what HEAD points at (refs/heads/…), if the server said so
  bool has_head = false;        // HEAD resolves: the repository is not empty
  std::vector<Oid> other_tips;  // `.have` lines (gitprotocol-pack, "Reference Discovery"): objects
                                // the server holds by way of its alternates
  ObjectFormat format = ObjectFormat::sha1;

  [[nodiscard]] const Ref* find(std::string_view name) const {
    const auto at = std::lower_bound(refs.begin(), refs.end(), name,
                                     [](const Ref& r, std::string_view n) { return r.name < n; });
    return at != refs.end() && at->name == name ? &*at : nullptr;
  }
  [[nodiscard]] bool is_broken(std::string_view name) const {
    return std::binary_search(broken.begin(), broken.end(), name);
  }
};

}  // namespace occ
