// Which refs are chosen and how they are named on the target: globs, `!exclude`, `from:to`.
// Patterns follow git's own (gitglossary, "pathspec"; git-for-each-ref): `*` matches any text, `/`
// too; `?` one character; `[a-z]` one of a set.
#pragma once

#include "base/refs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::inputs {

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);
[[nodiscard]] bool has_glob(std::string_view pattern);
// Whether git would take `name` as the name of a branch or tag (git-check-ref-format).
[[nodiscard]] bool is_valid_ref_name(std::string_view name);

class RefRules {
 public:
  // One rule a line, or separated by commas, of the refs below `kind`: kHeads or kTags. Names may
  // be full; those of another kind are a mistake, as are destinations that are. Returns nothing and
  // says why in `mistake`.
  [[nodiscard]] static std::optional<RefRules> parse(std::string_view text, std::string& mistake,
                                                     std::string_view kind = kHeads);
  [[nodiscard]] static RefRules all();
  [[nodiscard]] static RefRules none() { return {}; }
  // The ref of exactly this name, whatever characters it holds: it may be a server's word.
  [[nodiscard]] static RefRules only(std::string name);

  // The short name that the source's ref `name` has on the target: by the first rule that matches.
  // Nothing if it is not chosen.
  [[nodiscard]] std::optional<std::string> target_name(std::string_view name) const;
  // Whether a ref of the target with this short name could have come from a chosen source ref.
  [[nodiscard]] bool selects_on_target(std::string_view name) const;
  // Whether the source's ref `name` is left out by a `!` rule that overrules another.
  [[nodiscard]] bool excludes(std::string_view name) const;
  // Rules that name one ref, without a glob: the source must have it.
  [[nodiscard]] std::vector<std::string> literal_names() const;
  // The patterns, as they name the source's refs, that match none of these short names. A pattern
  // of stars alone is never among them.
  [[nodiscard]] std::vector<std::string> idle(const std::vector<std::string_view>& of_source,
                                              const std::vector<std::string_view>& of_target) const;
  // The longest texts with which chosen names can begin, for `ref-prefix`.
  [[nodiscard]] std::vector<std::string> prefixes() const;

  // The name that is the whole choice, if it is one name.
  [[nodiscard]] std::optional<std::string> only_name() const;

  // Whether a pattern of stars alone is among them: whatever branches there are.
  [[nodiscard]] bool chooses_any() const;
  // Whether any rule gives a ref another name on the target.
  [[nodiscard]] bool renames() const;
  [[nodiscard]] bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string source;
    std::string target;
    bool literal = false;  // no character of either means more than itself
  };
  [[nodiscard]] static bool selects(const Rule& rule, std::string_view name);
  [[nodiscard]] static bool is_literal(const Rule& rule);
  // The source's ref that `rule` alone would give this name on the target.
  [[nodiscard]] static std::optional<std::string> source_name(const Rule& rule,
                                                              std::string_view name);

  std::vector<Rule> rules_;
  std::vector<std::string> excludes_;
};

}  // namespace occ::inputs
