// Reasoning about ancestry from a piece of history: the commits of one answer and their parents.
// Pure.
#pragma once

#include "base/oid.hpp"
#include "wire/pack_scanner.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_set>

namespace occ::transfer {

using OidSet = std::unordered_set<Oid>;

struct Walk {
  OidSet commits;         // of the piece that the tip reaches, itself included
  OidSet boundary;        // parents that are not in the piece; the tip itself if it is not
  bool has_root = false;  // a commit without parents is among them

  [[nodiscard]] std::uint64_t count() const { return commits.size(); }
  // Whether one of `cut`, of whose histories nothing is known, is among the commits.
  template <typename Oids>
  [[nodiscard]] bool comes_to_any(const Oids& cut) const {
    return std::any_of(cut.begin(), cut.end(),
                       [this](const Oid& oid) { return commits.contains(oid); });
  }
};

// Follows every parent from `tip`, within `piece`, and not beyond the commits of `stop_at`, which
// count as boundary.
[[nodiscard]] Walk walk_from(const Oid& tip, const wire::CommitParents& piece,
                             const OidSet& stop_at = {});

// Where the commits of only one tip end, and those of only the other: each place where the two
// histories part is in both, if all that was told is whole. Whether that can be so.
[[nodiscard]] bool parts_in_common(const OidSet& boundary, const OidSet& other);

}  // namespace occ::transfer
