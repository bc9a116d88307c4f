#include "report/html_findings.hpp"

#include "base/shown_bytes.hpp"
#include "report/html_conflicts.hpp"
#include "report/html_graph.hpp"
#include "report/words.hpp"

#include <algorithm>
#include <array>

namespace occ::report {
namespace {

using namespace analysis;

constexpr std::size_t kFoldersShown = 12;
constexpr std::size_t kPathsShown = 8;     // of a warning, before the rest is folded
constexpr std::size_t kPathsListed = 200;  // of a warning, in all
constexpr std::size_t kOpenUpTo = 5;       // a list as short as this is not folded
constexpr std::size_t kPathLimit = 1000;   // bytes

enum class Folding : std::uint8_t { by_length, closed };

Html part(std::string_view title, const Html& content) {
  return element("section", "part", element("h4", title) + content);
}

Html fold(const Html& title, const Html& content, bool open) {
  const Html inside = element("summary", title) + content;
  return open ? element("details", {{"class", "fold"}, {"open", ""}}, inside)
              : element("details", {{"class", "fold"}}, inside);
}

// `render(item)` for as many items as fit into `room`; the rest is counted.
template <typename Items, typename Render>
Html fitting(const Items& items, std::size_t& room, std::uint64_t& left_out, Render render) {
  std::string out;
  for (const auto& item : items) {
    const Html one = render(item);
    if (one.size() > room) {
      ++left_out;
      continue;
    }
    room -= one.size();
    out += one.markup();
  }
  return Html::trusted(out);
}

Html plus_minus(std::uint64_t added, std::uint64_t removed) {
  return element("span", "plus", '+' + shown_number(added)) + " " +
         element("span", "minus", "−" + shown_number(removed));
}

Html time_element(const Commit& commit) {
  return element("time", {{"datetime", iso_time(commit.time, commit.offset_minutes)}},
                 shown_day(commit.time, commit.offset_minutes));
}

Html commit_item(const Commit& commit, const std::string& web) {
  Html people = foreign(commit.author.name, 120);
  for (const Person& person : commit.co_authors) people += ", " + foreign(person.name, 120);
  Html meta =
      link(web.empty() ? web : web + "/commit/" + commit.oid.hex(), code(commit.oid.abbreviated()));
  meta += " " + element("span", people) + " " + time_element(commit);
  if (commit.is_merge) meta += " " + element("span", "merge");
  return element(
      "li", element("p", foreign(shown_subject(commit))) + element("p", "meta soft small", meta));
}

Html commits_part(const CommitList& list, std::string_view title, const std::string& web,
                  Folding folding, std::size_t& room) {
  const std::uint64_t all = list.commits.size() + list.left_out;
  if (all == 0) return {};
  std::uint64_t no_room = 0;
  const Html items = fitting(list.commits, room, no_room,
                             [&](const Commit& commit) { return commit_item(commit, web); });
  Html inside = items.empty() ? Html() : element("ol", "commits", items);
  if (no_room > 0) {
    inside += element("p", "soft small",
                      shown_count(no_room, "more commit", "more commits") +
                          " did not fit on this page; report.json has them.");
  }
  if (list.left_out > 0) {
    inside += element(
        "p", "soft small",
        shown_left_out(list) + " not listed; the input report_max_commits sets how many are.");
  }
  const Html head =
      element("summary", element("h4", title) + " " + element("span", "soft", shown_number(all)));
  const bool open = folding == Folding::by_length && all <= kOpenUpTo;
  return open ? element("details", {{"class", "part list"}, {"open", ""}}, head + inside)
              : element("details", "part list", head + inside);
}

Html folder_row(const FolderTotal& total, std::uint64_t largest, bool counted) {
  const std::uint64_t share = largest == 0 ? 0 : total.files * 100 / largest;
  const Html bar = element("span", {{"style", "width:" + std::to_string(share) + '%'}}, Html());
  const Html name = total.folder.empty() ? element("span", "soft", "(at the root)")
                                         : code(total.folder, kPathLimit);
  Html cells = element("th", {{"scope", "row"}}, name);
  cells += element("td", {{"class", "bar"}, {"aria-hidden", "true"}}, bar);
  cells += element("td", "number", shown_number(total.files));
  if (counted) cells += element("td", "number", plus_minus(total.added_lines, total.removed_lines));
  return element("tr", cells);
}

Html heading_cell(std::string_view css_class, const Html& content) {
  return element("th", {{"scope", "col"}, {"class", std::string(css_class)}}, content);
}

Html folders_table(const FileChanges& changes) {
  if (changes.folders.size() < 2) return {};
  const bool counted = changes.not_counted_because.empty();
  std::uint64_t largest = 0;
  for (const FolderTotal& total : changes.folders) largest = std::max(largest, total.files);
  Html rows;
  for (std::size_t i = 0; i < std::min(kFoldersShown, changes.folders.size()); ++i) {
    rows += folder_row(changes.folders[i], largest, counted);
  }
  Html head = heading_cell("", "Folder");
  head += element("td", {{"aria-hidden", "true"}}, Html());
  head += heading_cell("number", "Files");
  if (counted) head += heading_cell("number", "Lines");
  Html table = element("caption", "unseen", "Changed files by folder") +
               element("thead", element("tr", head)) + element("tbody", rows);
  Html out = element("table", "scan folders", table);
  if (changes.folders.size() > kFoldersShown) {
    out += element("p", "soft small",
                   "and " + shown_count(changes.folders.size() - kFoldersShown, "more folder",
                                        "more folders"));
  }
  return out;
}

Html file_row(const FileChange& change) {
  const std::string word(words_for(change.kind));
  std::string css = "change change-" + word;
  std::replace(css.begin() + 7, css.end(), ' ', '_');
  const Html kind = element("span", css.replace(6, 1, " "), element("span", "word", word));
  Html name;
  if (!change.old_path.empty() && change.old_path != change.path) {
    name += code(change.old_path, kPathLimit) + " → ";
  }
  name += code(change.path, kPathLimit);
  const std::string notes = notes_on(change);
  if (!notes.empty()) name += " " + element("span", "soft small", notes);
  const bool counted = change.added_lines && change.removed_lines;
  return element("tr", element("td", "kind", kind) + element("th", {{"scope", "row"}}, name) +
                           element("td", "number lines-changed",
                                   counted ? plus_minus(*change.added_lines, *change.removed_lines)
                                           : Html("–")));
}

Html files_table(const FileChanges& changes, std::size_t& room) {
  std::uint64_t no_room = 0;
  const Html rows = fitting(changes.files, room, no_room, file_row);
  const Html head = element("tr", heading_cell("kind", "Change") + heading_cell("", "File") +
                                      heading_cell("number", "Lines"));
  Html out = element("table", "scan files",
                     element("caption", "unseen", "Changed files") + element("thead", head) +
                         element("tbody", rows));
  const std::uint64_t more = no_room + files_left_out(changes);
  if (more > 0) {
    out +=
        element("p", "soft small",
                shown_count(more, "more file is", "more files are") + " not listed on this page.");
  }
  return out;
}

Html largest_table(const FileChanges& changes) {
  Html rows;
  for (const FileChange& change : changes.largest) {
    if (!change.new_size) continue;
    rows += element("tr", element("th", {{"scope", "row"}}, code(change.path, kPathLimit)) +
                              element("td", "number", shown_bytes(*change.new_size)));
  }
  if (rows.empty()) return {};
  const Html head = element("tr", heading_cell("", "File") + heading_cell("number", "Size"));
  return fold("Largest additions",
              element("table", "scan",
                      element("caption", "unseen", "Largest additions") + element("thead", head) +
                          element("tbody", rows)),
              false);
}

// "3 added, 12 modified", of the files in the list.
std::string kinds_of(const FileChanges& changes) {
  constexpr std::array kKinds{ChangeKind::added,   ChangeKind::modified, ChangeKind::deleted,
                              ChangeKind::renamed, ChangeKind::copied,   ChangeKind::type_changed};
  std::string out;
  for (const ChangeKind kind : kKinds) {
    const auto count = std::count_if(changes.files.begin(), changes.files.end(),
                                     [&](const FileChange& c) { return c.kind == kind; });
    if (count == 0) continue;
    out += (out.empty() ? "" : ", ") + shown_number(static_cast<std::uint64_t>(count)) + ' ' +
           std::string(words_for(kind));
  }
  return out;
}

Html files_part(const FileChanges& changes, std::size_t& room) {
  if (changes.total == 0) return {};
  Html totals = shown_count(changes.total, "file", "files");
  if (changes.not_counted_because.empty()) {
    totals += ", lines " + plus_minus(changes.added_lines, changes.removed_lines);
  }
  if (files_left_out(changes) == 0) totals += ": " + kinds_of(changes);
  Html content = element("p", totals);
  if (!changes.not_counted_because.empty()) {
    content += element("p", "soft small",
                       "Lines were not counted: " + sentence(changes.not_counted_because) + " " +
                           Html(not_checked(changes)));
  }
  if (!changes.not_detected.empty()) {
    content += element("p", "soft small", "Not looked for: " + sentence(changes.not_detected));
  }
  content += folders_table(changes);
  content += fold("Every file", files_table(changes, room), changes.total <= kOpenUpTo);
  content += largest_table(changes);
  return part("Changed files", content);
}

Html path_list(const std::vector<std::string>& paths) {
  const auto list = [&](std::size_t begin, std::size_t end) {
    Html items;
    for (std::size_t i = begin; i < end; ++i) items += element("li", code(paths[i], kPathLimit));
    return element("ul", "paths", items);
  };
  if (paths.empty()) return {};
  if (paths.size() <= kPathsShown) return list(0, paths.size());
  const std::size_t end = std::min(kPathsListed, paths.size());
  Html rest = list(kPathsShown, end);
  if (end < paths.size()) {
    rest += element("p", "soft small", "and " + shown_number(paths.size() - end) + " more");
  }
  return list(0, kPathsShown) +
         fold(shown_number(paths.size() - kPathsShown) + " more", rest, false);
}

Html warnings_part(const std::vector<Warning>& warnings) {
  if (warnings.empty()) return {};
  Html items;
  for (const Warning& warning : warnings) {
    std::string title(words_for(warning.kind));
    if (warning.will_be_refused) title += ": the target will refuse this";
    items += element("li", warning.will_be_refused ? "tone-bad" : "tone-warning",
                     element("p", "title", title) + element("p", foreign(warning.text)) +
                         path_list(warning.paths));
  }
  return part("Worth knowing", element("ul", "warnings", items));
}

Html predictions_part(const std::vector<Prediction>& predictions) {
  if (predictions.empty()) return {};
  Html items;
  for (const Prediction& prediction : predictions) {
    std::string_view tone = "tone-bad";
    Html verdict = "will conflict";
    if (!prediction.not_tried_because.empty()) {
      tone = "tone-quiet";
      verdict = "not tried: " + foreign(prediction.not_tried_because);
    } else if (prediction.merges_cleanly) {
      tone = "tone-good";
      verdict = "merges cleanly";
    }
    items += element("li", tone,
                     element("p", "title", code(prediction.branch) + ": " + verdict) +
                         path_list(prediction.conflicting_paths));
  }
  return part("Merging this into the target's other branches", element("ul", "warnings", items));
}

Html divergence_part(const Report& report, const RefFindings& found) {
  const Divergence& parted = *found.divergence;
  const auto side = [](const CommitList& list) {
    return shown_count(list.commits.size() + list.left_out, "commit", "commits");
  };
  std::string lead = parted.merge_base ? "Since the last commit in common the source has "
                                       : "The two have " + std::string(why_no_base(report, found)) +
                                             ". The source has ";
  lead += side(found.commits) + " and the target " + side(parted.target_commits) + " of its own.";
  return part("Where the two sides parted", element("p", lead) + history_graph(report, found));
}

}  // namespace

Html findings_html(const Report& report, const RefFindings& found, std::size_t& room) {
  Html out;
  if (!found.not_analysed_because.empty()) {
    out += element("p", "soft part", "Not analysed: " + sentence(found.not_analysed_because));
  }
  if (found.divergence) {
    out += divergence_part(report, found);
    out += conflicts_html(*found.divergence, room);
  }
  out += warnings_part(found.warnings);
  out += predictions_part(found.predictions);
  // What is drawn already is listed in full, but folded.
  const auto folding = found.divergence ? Folding::closed : Folding::by_length;
  out += commits_part(found.commits, found.divergence ? "Commits of the source" : "Commits",
                      report.source_url, folding, room);
  if (found.divergence) {
    out += commits_part(found.divergence->target_commits, "Commits of the target",
                        report.target_url, folding, room);
  }
  out += files_part(found.changes, room);
  return out;
}

}  // namespace occ::report
