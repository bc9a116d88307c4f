// What a server can be asked for: what it offers, less what it refused in this run, and less what
// hosts of its kind are known to refuse. The one place that decides it. Pure.
//
// Everything here is optional: a request without it brings the same objects, or more of them; a
// push without it lands the same refs, one by one. What is not here is never asked for: of the
// reports of a push the first version says all that is read (gitprotocol-pack, "Report Status").
#pragma once

#include "wire/advertisement.hpp"
#include "wire/fetch.hpp"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace occ::transfer {

enum class Ability : std::uint8_t {
  leave_out,          // filter tree:0 and blob:none
  keep_trees_filter,  // filter tree:99999
  deepen,
  cut_hint,  // a shallow line of a receiver that is not shallow
  thin_pack,
  ofs_delta,
  early_listing,  // ls-refs before the server has said that it speaks version 2
  atomic,         // of a push
  any_object,     // wants of what no ref names
};
inline constexpr std::size_t kAbilities = 9;

[[nodiscard]] std::string_view name_of(Ability ability);

class Abilities {
 public:
  // What `server` advertised is asked for anew each time, since it may be listed again.
  [[nodiscard]] bool has(Ability ability, const wire::Advertisement& server) const;
  // Whether it was not refused so far, whatever the server offers.
  [[nodiscard]] bool allows(Ability ability) const { return !refused_.test(index_of(ability)); }
  void note_refused(Ability ability) { refused_.set(index_of(ability)); }
  void note_taken(Ability ability) { refused_.reset(index_of(ability)); }
  // What it would not hand out, if ever it had it: not to be asked for again where that is
  // optional.
  [[nodiscard]] bool hands_out(const Oid& oid) const { return !withheld_.contains(oid); }
  void note_withheld(const Oid& oid) { withheld_.insert(oid); }
  // It answers only who asks for each encoding of deltas that it offers; see with_all_deltas().
  void note_insists_on_deltas() { insists_on_deltas_ = true; }

  // The request without what the server does not have; where the filter that keeps all trees is
  // not to be had, with the cut hint in its place.
  [[nodiscard]] wire::FetchRequest fitted(wire::FetchRequest request,
                                          const wire::Advertisement& server) const;

 private:
  static constexpr std::size_t index_of(Ability ability) {
    return static_cast<std::size_t>(ability);
  }

  std::bitset<kAbilities> refused_;
  std::unordered_set<Oid> withheld_;
  bool insists_on_deltas_ = false;
};

// `request` with the encodings of deltas that a server of version 0 offers. dulwich answers HTTP
// 500 to a request without them, and makes no use of them.
[[nodiscard]] wire::FetchRequest with_all_deltas(wire::FetchRequest request,
                                                 const wire::Advertisement& server);

// What a server that refused a fitted request may have meant, in the order in which to go without:
// what its words name, else first what the protocol leaves to each server and then what all of
// them should have. `words`: of an ERR packet, which may speak of something that is not optional:
// nothing then. Without words, it may have been anything.
[[nodiscard]] std::vector<std::vector<Ability>> suspects(const wire::FetchRequest& request,
                                                         std::optional<std::string_view> words);

// Likewise of a push that was refused as a whole: whether the words may be about `atomic`.
[[nodiscard]] bool may_be_about_atomic(std::string_view words);

// `request` without what `abilities` stand for.
[[nodiscard]] wire::FetchRequest without(wire::FetchRequest request,
                                         const std::vector<Ability>& abilities);

}  // namespace occ::transfer
