#include "report/findings_markdown.hpp"

#include "base/shown_bytes.hpp"
#include "base/untrusted.hpp"
#include "report/markdown_text.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace occ::report {
namespace {

using namespace analysis;

constexpr std::size_t kLineLimit = 300;  // bytes of one line of code
constexpr std::size_t kPathsShown = 20;  // of a warning or a prediction

// Hands out shares of a limited number of bytes, and counts what found no room. No list gets less
// than its fair share, and what the lists after it will hardly need is its own too.
class Room {
 public:
  // `lists`: how many items each list has, in the order in which rows() is called.
  Room(std::size_t bytes, std::vector<std::size_t> lists)
      : left_(bytes), lists_(std::move(lists)) {}

  // Appends `row(item)` for as many items as fit into this list's share; the rest is counted.
  template <typename Items, typename Row>
  std::string rows(const Items& items, std::uint64_t& left_out, Row row) {
    const std::size_t share = next_share();
    std::string out;
    for (const auto& item : items) {
      const std::string one = row(item);
      if (out.size() + one.size() > share) {
        ++left_out;
      } else {
        out += one;
      }
    }
    left_ -= std::min(left_, out.size());
    return out;
  }

 private:
  std::size_t next_share() {
    const std::size_t fair = left_ / std::max<std::size_t>(lists_.size() - done_, 1);
    std::size_t claimed = 0;
    for (std::size_t i = ++done_; i < lists_.size(); ++i) {
      claimed += std::min(fair, lists_[i] * kUsualRow);
    }
    return std::max(fair, left_ - std::min(left_, claimed));
  }

  static constexpr std::size_t kUsualRow = 300;  // bytes

  std::size_t left_;
  std::vector<std::size_t> lists_;
  std::size_t done_ = 0;
};

struct LeftOut {
  std::uint64_t commits = 0;
  std::uint64_t files = 0;
  std::uint64_t conflicts = 0;
};

std::string folded(const std::string& title, const std::string& body) {
  return "<details><summary>" + title + "</summary>\n\n" + body + "\n</details>\n\n";
}

std::string commit_row(const std::string& web, const Commit& commit) {
  std::string id = "<code>" + commit.oid.abbreviated() + "</code>";
  if (web.starts_with("https://") && web.find_first_of(" \"<>()[]|\\`") == std::string::npos) {
    id = '[' + id + "](" + web + "/commit/" + commit.oid.hex() + ')';
  }
  std::string author = markdown_text(commit.author.name);
  for (const Person& person : commit.co_authors) author += ", " + markdown_text(person.name);
  return "| " + id + " | " + (commit.is_merge ? "*merge* " : "") +
         markdown_text(shown_subject(commit)) + " | " + author + " | " +
         shown_day(commit.time, commit.offset_minutes) + " |\n";
}

std::string commits_markdown(Room& room, LeftOut& left_out, const CommitList& list,
                             const std::string& web, const std::string& title) {
  const std::uint64_t all = list.commits.size() + list.left_out;
  if (all == 0) return {};
  const std::string count = title + shown_count(all, "commit", "commits");
  if (list.commits.empty()) return count + ", not listed (`report_max_commits`).\n\n";
  std::uint64_t here = 0;
  const std::string rows =
      room.rows(list.commits, here, [&](const Commit& commit) { return commit_row(web, commit); });
  left_out.commits += here;
  std::string body = "| Commit | Subject | Author | Date |\n| --- | --- | --- | --- |\n" + rows;
  if (list.left_out > 0) {
    body += '\n' + shown_left_out(list) + " not listed (`report_max_commits`).\n";
  }
  return folded(count, body);
}

std::string lines_of(const std::optional<std::uint64_t>& added,
                     const std::optional<std::uint64_t>& removed) {
  if (!added || !removed) return "–";
  return '+' + shown_number(*added) + " −" + shown_number(*removed);
}

std::string file_row(const FileChange& change) {
  std::string path = markdown_code(change.path);
  if (!change.old_path.empty() && change.old_path != change.path) {
    path = markdown_code(change.old_path) + " → " + path;
  }
  const std::string notes = notes_on(change);
  return "| " + std::string(words_for(change.kind)) + " | " + path +
         (notes.empty() ? "" : " (" + notes + ')') + " | " +
         lines_of(change.added_lines, change.removed_lines) + " |\n";
}

std::string folders_line(const FileChanges& changes) {
  constexpr std::size_t kFoldersShown = 8;
  std::string line;
  for (std::size_t i = 0; i < std::min(kFoldersShown, changes.folders.size()); ++i) {
    const FolderTotal& total = changes.folders[i];
    if (i > 0) line += " · ";
    line += (total.folder.empty() ? "at the root" : markdown_code(total.folder)) + ' ' +
            shown_number(total.files);
  }
  if (changes.folders.size() > kFoldersShown) line += " · …";
  return line.empty() ? line : "By folder: " + line + "\n\n";
}

std::string not_looked_for(const std::string& what) {
  return what.empty() ? what : "Not looked for: " + markdown_text(what) + ".\n\n";
}

std::string files_markdown(Room& room, LeftOut& left_out, const FileChanges& changes) {
  if (changes.total == 0) return {};
  std::uint64_t here = 0;
  const std::string rows = room.rows(changes.files, here, file_row);
  left_out.files += here + files_left_out(changes);
  std::string title = shown_count(changes.total, "file changed", "files changed");
  if (changes.not_counted_because.empty()) {
    title += ", " + lines_of(changes.added_lines, changes.removed_lines) + " lines";
  } else {
    title += ", lines not counted: " + markdown_text(changes.not_counted_because);
  }
  const std::string unread(not_checked(changes));
  return folded(title, unread + (unread.empty() ? "" : "\n\n") + folders_line(changes) +
                           not_looked_for(changes.not_detected) +
                           "| Change | File | Lines |\n| --- | --- | --- |\n" + rows);
}

// `printable` parts two colons, lest a line be a workflow command. Behind a mark no line is one,
// and code should read as it was written; so the colons come to it one by one.
std::string code_line(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(':'), line.size() - 1) + 1;
    out += printable(line.substr(0, end), kLineLimit);
    line.remove_prefix(end);
    if (out.size() > kLineLimit) return out + (line.empty() ? "" : "…");
  }
  return out;
}

std::string hunk_lines(char mark, const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += mark + code_line(with_visible_returns(line)) + '\n';
  return out;
}

// A fence longer than any run of backquotes in the text cannot be closed by it.
std::string fenced(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "diff\n" + text + fence + '\n';
}

std::string conflict_markdown(const Conflict& conflict) {
  const std::string title =
      markdown_code(conflict.path) + ": " + markdown_text(reason_of(conflict));
  std::string body;
  for (const ConflictHunk& hunk : conflict.hunks) {
    body += "Target, line " + std::to_string(hunk.ours_line) + " (−), against source, line " +
            std::to_string(hunk.theirs_line) + " (+):\n\n";
    body += fenced(hunk_lines('-', hunk.ours) + hunk_lines('+', hunk.theirs)) + '\n';
  }
  if (conflict.hunks_left_out > 0) {
    body += shown_count(conflict.hunks_left_out, "more place", "more places") + " in this file.\n";
  }
  return body.empty() ? "- " + title + "\n\n" : folded(title, body);
}

std::string merge_line(const Divergence& parted) {
  if (!parted.merge_was_tried) {
    return "A merge was not tried" +
           (parted.not_tried_because.empty() ? std::string()
                                             : ": " + markdown_text(parted.not_tried_because)) +
           ".\n\n";
  }
  if (parted.merges_cleanly) return "The two sides would merge cleanly.\n\n";
  return "A merge would conflict in **" + shown_conflicts(parted) + "**.\n\n";
}

std::string divergence_markdown(Room& room, LeftOut& left_out, const Report& report,
                                const RefFindings& found) {
  const Divergence& parted = *found.divergence;
  std::string out =
      parted.merge_base
          ? "The sides parted after <code>" + parted.merge_base->abbreviated() + "</code>. "
          : "The sides have " + std::string(why_no_base(report, found)) + ". ";
  out += merge_line(parted);
  out += room.rows(parted.conflicts, left_out.conflicts, conflict_markdown);
  out += not_looked_for(parted.not_detected);
  return out + commits_markdown(room, left_out, parted.target_commits, report.target_url,
                                "The target's own side: ");
}

std::string paths_line(const std::vector<std::string>& paths) {
  std::string line;
  for (std::size_t i = 0; i < std::min(kPathsShown, paths.size()); ++i) {
    line += (i > 0 ? ", " : "") + markdown_code(paths[i]);
  }
  if (paths.size() > kPathsShown) {
    line += " and " + shown_number(paths.size() - kPathsShown) + " more";
  }
  return line;
}

std::string warnings_markdown(const RefFindings& found) {
  std::string out;
  for (const Warning& warning : found.warnings) {
    out += "- **" + std::string(words_for(warning.kind)) +
           (warning.will_be_refused ? " (the target will refuse this)" : "") +
           "**: " + markdown_text(warning.text);
    if (!warning.paths.empty()) out += ' ' + paths_line(warning.paths);
    out += '\n';
  }
  for (const Prediction& prediction : found.predictions) {
    out += "- Merging into " + markdown_code(prediction.branch) + ' ';
    if (!prediction.not_tried_because.empty()) {
      out += "was not tried: " + markdown_text(prediction.not_tried_because);
    } else if (prediction.merges_cleanly) {
      out += "would be clean";
    } else {
      out += "would **conflict** in " + paths_line(prediction.conflicting_paths);
    }
    out += '\n';
  }
  return out.empty() ? out : out + '\n';
}

std::string ref_markdown(Room& room, LeftOut& left_out, const Report& report,
                         const RefFindings& found) {
  std::string body;
  if (!found.not_analysed_because.empty()) {
    body += "Not analysed: " + markdown_text(as_sentence(found.not_analysed_because)) + "\n\n";
  }
  if (found.divergence) {
    body += divergence_markdown(room, left_out, report, found);
  }
  body += warnings_markdown(found);
  body += commits_markdown(room, left_out, found.commits, report.source_url,
                           found.divergence ? "The source's side: " : "");
  body += files_markdown(room, left_out, found.changes);
  if (body.empty()) return body;
  return "#### " + markdown_code(display_ref(found.target_ref)) +
         (found.on_source ? " on the source" : "") + "\n\n" + body;
}

// The lengths of the lists that ref_markdown will ask room for, in its order.
void add_lists(std::vector<std::size_t>& lists, const RefFindings& found) {
  if (found.divergence) {
    lists.push_back(found.divergence->conflicts.size());
    const std::size_t own = found.divergence->target_commits.commits.size();
    if (own > 0) lists.push_back(own);
  }
  if (!found.commits.commits.empty()) lists.push_back(found.commits.commits.size());
  if (found.changes.total > 0) lists.push_back(found.changes.files.size());
}

std::string left_out_line(const LeftOut& left_out) {
  std::string what;
  const auto add = [&](std::uint64_t count, std::string_view one, std::string_view many) {
    if (count == 0) return;
    what += (what.empty() ? "" : ", ") + shown_count(count, one, many);
  };
  add(left_out.commits, "commit", "commits");
  add(left_out.files, "file", "files");
  add(left_out.conflicts, "conflict", "conflicts");
  return what.empty() ? what : "Left out here for want of room: " + what + ".\n\n";
}

}  // namespace

std::string findings_markdown(const Report& report, std::size_t limit) {
  // Headings, warnings and the lines around the lists are not measured one by one.
  constexpr std::size_t kAroundLists = 4U << 10U;
  std::vector<std::size_t> lists;
  std::size_t around = 0;
  for (const RefFindings& found : report.findings.refs) {
    add_lists(lists, found);
    around += kAroundLists;
  }
  Room room(limit - std::min(limit, around), std::move(lists));
  LeftOut left_out;
  std::string out;
  std::size_t refs_left_out = 0;
  for (const RefFindings& found : report.findings.refs) {
    const std::string one = ref_markdown(room, left_out, report, found);
    if (out.size() + one.size() > limit) {
      ++refs_left_out;
    } else {
      out += one;
    }
  }
  if (refs_left_out > 0) {
    out += "The details of " + shown_count(refs_left_out, "more ref", "more refs") +
           " did not fit.\n\n";
  }
  return out + left_out_line(left_out);
}

}  // namespace occ::report
