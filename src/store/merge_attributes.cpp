#include "store/merge_attributes.hpp"

#include "store/handles.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>

namespace occ::store {
namespace {

constexpr std::string_view kFile = ".gitattributes";
constexpr std::size_t kLongestLine = 2048;  // git ignores longer ones
constexpr std::string_view kBlank = " \t\r";

// "a/b/c" → "", "a/", "a/b/".
std::vector<std::string> folders_above(const std::string& path) {
  std::vector<std::string> folders{""};
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    folders.push_back(path.substr(0, slash + 1));
  }
  return folders;
}

// The plain file at `path` in `tree`; nothing if there is none, or a folder on the way is unknown.
std::optional<Oid> file_at(const ObjectStore& store, const Oid& tree, const std::string& path) {
  if (!store.has(tree)) return std::nullopt;
  Oid at = tree;
  std::string_view rest = path;
  while (true) {
    const std::size_t slash = rest.find('/');
    const TreeHandle handle = look_up_tree(store, at);
    const git_tree_entry* entry =
        git_tree_entry_byname(handle.get(), std::string(rest.substr(0, slash)).c_str());
    if (entry == nullptr) return std::nullopt;
    at = from_git(*git_tree_entry_id(entry));
    if (slash == std::string_view::npos) {
      const auto mode = git_tree_entry_filemode(entry);
      const bool plain = mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
      return plain ? std::optional(at) : std::nullopt;
    }
    if (git_tree_entry_type(entry) != GIT_OBJECT_TREE || !store.has(at)) return std::nullopt;
    rest.remove_prefix(slash + 1);
  }
}

std::string_view next_word(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = std::min(rest.find_first_of(kBlank, begin), rest.size());
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

// The first word, or what stands in quotes, of which octal escapes are left as they are: such a
// name is matched by nothing here.
std::string next_pattern(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(kBlank);
  if (begin == std::string_view::npos || rest[begin] != '"') return std::string(next_word(rest));
  std::string pattern;
  std::size_t at = begin + 1;
  for (; at < rest.size() && rest[at] != '"'; ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
    pattern += rest[at];
  }
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return pattern;
}

// One `[…]` at the front of `pattern`, dropped from it. A bracket that is never closed matches
// nothing.
bool takes_character(std::string_view& pattern, char c) {
  const bool negated = pattern.size() > 1 && (pattern[1] == '!' || pattern[1] == '^');
  const std::size_t end = pattern.find(']', negated ? 3 : 2);
  if (end == std::string_view::npos) {
    pattern = {};
    return false;
  }
  std::string_view set = pattern.substr(negated ? 2 : 1, end - (negated ? 2 : 1));
  pattern.remove_prefix(end + 1);
  bool found = false;
  while (!set.empty()) {
    const bool range = set.size() > 2 && set[1] == '-';
    found = found || (range ? set[0] <= c && c <= set[2] : set[0] == c);
    set.remove_prefix(range ? 3 : 1);
  }
  return found != negated && c != '/';
}

git_merge_file_input input_of(const std::string& content) {
  git_merge_file_input input = GIT_MERGE_FILE_INPUT_INIT;
  input.ptr = content.data();
  input.size = content.size();
  input.path = "file";
  input.mode = GIT_FILEMODE_BLOB;
  return input;
}

// `**/` at the front of what is left of both: no folder, or some.
bool matches_below(std::string_view rest, std::string_view text, std::size_t& steps) {
  while (true) {
    if (matches_path(rest, text, steps)) return true;
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return false;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

bool matches_path(std::string_view pattern, std::string_view text, std::size_t& steps) {
  while (!pattern.empty()) {
    if (++steps >= kMostMatchSteps) return false;
    if (pattern.starts_with("**/")) return matches_below(pattern.substr(3), text, steps);
    if (pattern == "**") return true;
    if (pattern.front() == '*') {
      while (pattern.starts_with('*')) pattern.remove_prefix(1);
      while (!matches_path(pattern, text, steps)) {
        if (text.empty() || text.front() == '/' || steps >= kMostMatchSteps) return false;
        text.remove_prefix(1);
      }
      return true;
    }
    if (text.empty()) return false;
    const char c = text.front();
    text.remove_prefix(1);
    if (pattern.front() == '[') {
      if (!takes_character(pattern, c)) return false;
      continue;
    }
    const bool any = pattern.front() == '?';
    if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    if (any ? c == '/' : pattern.front() != c) return false;
    pattern.remove_prefix(1);
  }
  return text.empty();
}

std::optional<Oid> united_lines(const ObjectStore& store, const std::optional<Oid>& base,
                                const Oid& ours, const Oid& theirs) {
  const auto base_text = base ? store.content(*base) : std::string();
  const auto our_text = store.content(ours);
  const auto their_text = store.content(theirs);
  for (const auto* text : {&base_text, &our_text, &their_text}) {
    if (!*text || std::string_view(**text).substr(0, 8000).find('\0') != std::string::npos) {
      return std::nullopt;
    }
  }
  const git_merge_file_input base_input = input_of(*base_text);
  const git_merge_file_input our_input = input_of(*our_text);
  const git_merge_file_input their_input = input_of(*their_text);
  git_merge_file_options options = GIT_MERGE_FILE_OPTIONS_INIT;
  options.favor = GIT_MERGE_FILE_FAVOR_UNION;
  git_merge_file_result result{};
  check(git_merge_file(&result, base ? &base_input : nullptr, &our_input, &their_input, &options),
        "uniting a file");
  git_oid id{};
  const int error = git_blob_create_from_buffer(&id, repository_of(store), result.ptr, result.len);
  git_merge_file_result_free(&result);
  check(error, "keeping a united file");
  return from_git(id);
}

std::vector<MergeAttributes::Rule> MergeAttributes::parse(std::string_view text, bool may_define) {
  std::vector<Rule> rules;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.size() > kLongestLine) continue;
    std::string pattern = next_pattern(line);
    if (pattern.empty() || pattern.starts_with('#') || pattern.starts_with('!')) continue;
    std::optional<MergeHow> how;
    for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
      if (word == "merge" || word == "!merge" || word.starts_with("merge=")) how = MergeHow::text;
      if (word == "-merge" || word == "merge=binary") how = MergeHow::whole;
      if (word == "merge=union") how = MergeHow::all_lines;
      if (const auto macro = macros_.find(word); macro != macros_.end()) how = macro->second;
    }
    if (pattern.starts_with("[attr]")) {
      if (how && may_define) macros_.insert_or_assign(pattern.substr(6), *how);
      continue;
    }
    if (!how) continue;
    const bool whole_path = pattern.find('/') != std::string::npos;
    if (pattern.starts_with('/')) pattern.erase(0, 1);
    rules.push_back({std::move(pattern), whole_path, *how});
  }
  return rules;
}

const std::vector<MergeAttributes::Rule>& MergeAttributes::rules_in(const std::string& folder) {
  const auto [at, is_new] = rules_.try_emplace(folder);
  if (!is_new) return at->second;
  const auto file = file_at(store_, tree_, folder + std::string(kFile));
  const auto text = file ? store_.content(*file) : std::nullopt;
  if (text) at->second = parse(*text, folder.empty());
  return at->second;
}

bool MergeAttributes::matches(const Rule& rule, std::string_view below_folder) {
  if (!rule.whole_path) below_folder.remove_prefix(below_folder.rfind('/') + 1);
  return matches_path(rule.pattern, below_folder, steps_);
}

MergeHow MergeAttributes::how(const std::string& path) {
  MergeHow how = MergeHow::text;
  for (const std::string& folder : folders_above(path)) {
    for (const Rule& rule : rules_in(folder)) {
      if (matches(rule, std::string_view(path).substr(folder.size()))) how = rule.how;
    }
  }
  return steps_ >= kMostMatchSteps ? MergeHow::whole : how;
}

std::vector<Oid> MergeAttributes::files(const std::vector<std::string>& paths) const {
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    for (std::string& folder : folders_above(path)) folders.insert(std::move(folder));
  }
  std::unordered_set<Oid> found;
  for (const std::string& folder : folders) {
    if (const auto file = file_at(store_, tree_, folder + std::string(kFile))) found.insert(*file);
  }
  return {found.begin(), found.end()};
}

}  // namespace occ::store
