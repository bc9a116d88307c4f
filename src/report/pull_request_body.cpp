#include "report/pull_request_body.hpp"

#include "base/encode.hpp"
#include "base/untrusted.hpp"
#include "report/findings_markdown.hpp"
#include "report/markdown_text.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace occ::report {
namespace {

using transfer::RefOutcome;

constexpr std::size_t kNameLimit = 80;       // bytes of one person's name
constexpr std::size_t kPeopleShown = 10;     // of one side
constexpr std::size_t kTitlePartLimit = 70;  // bytes of a name in the title

// A title knows no markup, so only an unseen character keeps it from mentioning and closing.
std::string title_text(std::string_view untrusted) {
  std::string out;
  for (const char c : printable(untrusted, kTitlePartLimit)) {
    out += c;
    if (c == '@' || c == '#') out += "\u200B";
  }
  return out;
}

std::string title_of(const Report& report, const RefOutcome& ref) {
  const std::string source = display_ref(ref.planned.source_ref);
  return "Merge " + title_text(source) + " of " + title_text(report.source) + " into " +
         title_text(display_ref(ref.planned.target_ref));
}

// Nothing in it ends a comment: all but letters, digits and -._~ is percent-encoded.
std::string marker_of(const RefOutcome& ref) {
  return std::string(kPullRequestMarker) + "ref=" + percent_encode(ref.planned.target_ref) +
         " source=" + ref.planned.new_oid.hex() + " target=" + ref.planned.old_oid.hex() + " -->\n";
}

std::string side_row(std::string_view side, const std::string& repository, const std::string& ref,
                     const Oid& tip, const std::optional<std::uint64_t>& own) {
  return "| " + std::string(side) + " | " + markdown_code(repository) + " | " +
         markdown_code(display_ref(ref)) + " | <code>" + tip.abbreviated() + "</code> | " +
         (own ? shown_number(*own) : "–") + " |\n";
}

std::string sides_table(const Report& report, const RefOutcome& ref) {
  const plan::PlannedRef& planned = ref.planned;
  return "| | Repository | Branch | Tip | Commits of its own |\n| --- | --- | --- | --- | --- |\n" +
         side_row("Source", report.source, planned.source_ref, planned.new_oid, planned.ahead) +
         side_row("Target", report.target, planned.target_ref, planned.old_oid, planned.behind) +
         '\n';
}

std::string people_line(std::string_view side, const analysis::CommitList& list) {
  std::vector<std::pair<std::string, std::uint64_t>> people;  // most commits first
  for (const analysis::Commit& commit : list.commits) {
    const std::string& name = commit.author.name;
    const auto known = std::find_if(people.begin(), people.end(),
                                    [&](const auto& person) { return person.first == name; });
    if (known == people.end()) {
      people.emplace_back(name, 1);
    } else {
      ++known->second;
    }
  }
  if (people.empty()) return {};
  std::stable_sort(people.begin(), people.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string line = "- " + std::string(side) + ": ";
  for (std::size_t i = 0; i < std::min(kPeopleShown, people.size()); ++i) {
    if (i > 0) line += ", ";
    line += markdown_text(printable(people[i].first, kNameLimit)) + " (" +
            shown_number(people[i].second) + ')';
  }
  if (people.size() > kPeopleShown) {
    line += " and " + shown_number(people.size() - kPeopleShown) + " more";
  }
  if (list.left_out > 0) line += ", of the commits that are listed";
  return line + '\n';
}

std::string people_markdown(const analysis::RefFindings& found) {
  std::string lines = people_line("the source", found.commits);
  if (found.divergence) lines += people_line("the target", found.divergence->target_commits);
  return lines.empty() ? lines : "#### Whose commits meet\n\n" + lines + '\n';
}

// One word of a POSIX shell.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:+=";
  if (text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// Full and remote names throughout: no name of a branch can be taken for an option.
std::string steps_markdown(const std::string& base, const std::string& head) {
  const std::string heading = "#### To resolve it by hand\n\n";
  if (printable(base) != base || printable(head) != head) {
    return heading +
           "Merge the two branches of this pull request; their names cannot be shown.\n\n";
  }
  std::string commands = "git fetch origin\n";
  commands += "git checkout -B resolve-sync " + shell_word("origin/" + head) + '\n';
  commands += "git merge " + shell_word("origin/" + base) + '\n';
  commands += "# edit the files that conflict, then\n";
  commands += "git add --all\ngit commit --no-edit\n";
  commands += "git push origin " + shell_word("HEAD:refs/heads/" + head) + '\n';
  std::string fence = "```";
  while (commands.find(fence) != std::string::npos) fence += '`';
  return heading + "In a clone of the target, whose remote is called <code>origin</code>:\n\n" +
         fence + "sh\n" + commands + fence + "\n\nThen merge this pull request. " +
         "A merge commit keeps both histories, so the next merge begins where this one ended; "
         "after squashing or rebasing the same conflicts would come back.\n\n";
}

// Only what concerns a reviewer of the merge: the diff is shown by the pull request itself.
std::string details(const Report& report, const analysis::RefFindings& found, std::size_t limit) {
  Report one;
  one.source_url = report.source_url;
  one.target_url = report.target_url;
  one.findings.refs.push_back(found);
  analysis::RefFindings& kept = one.findings.refs.front();
  kept.changes = {};
  kept.predictions.clear();
  kept.warnings.clear();
  return findings_markdown(one, limit);
}

std::string run_line(const Report& report) {
  const std::string& url = report.run.url;
  const bool shown = url.starts_with("https://") && printable(url) == url &&
                     url.find_first_of(" \"<>()[]|\\`*_@#") == std::string::npos;
  return shown ? "<sub>Opened by [a run of sync-action](" + url + ").</sub>\n"
               : "<sub>Opened by sync-action.</sub>\n";
}

}  // namespace

PullRequestText pull_request_text(const Report& report, const RefOutcome& ref,
                                  std::string_view head) {
  const analysis::RefFindings* found = findings_of(report, ref);
  const std::string base = display_ref(ref.planned.target_ref);
  const std::string before =
      marker_of(ref) +
      "Both sides have commits that the other lacks, so the branch could not be fast-forwarded. "
      "This pull request brings the source's commits to the target.\n\n" +
      sides_table(report, ref);
  std::string after;
  if (found != nullptr) after += people_markdown(*found);
  after += steps_markdown(base, std::string(head)) + run_line(report);
  std::string between;
  if (found == nullptr) {
    between = "What a merge runs into is told with `report: full`.\n\n";
  } else {
    const std::size_t taken = before.size() + after.size();
    between =
        details(report, *found, kPullRequestBodyLimit - std::min(kPullRequestBodyLimit, taken));
  }
  return {title_of(report, ref), before + between + after};
}

}  // namespace occ::report
