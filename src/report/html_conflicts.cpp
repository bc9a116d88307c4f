#include "report/html_conflicts.hpp"

#include "report/words.hpp"

#include <algorithm>

namespace occ::report {
namespace {

using namespace analysis;

constexpr std::size_t kOpen = 4;          // conflicts that are not folded
constexpr std::size_t kLineLimit = 500;   // bytes of one line of code
constexpr std::size_t kPathLimit = 1000;  // bytes

using Lines = std::vector<std::string>;

// Tabs as four columns: a page has no tab stops to hold on to.
std::string without_tabs(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (c == '\t') {
      out += "    ";
    } else {
      out += c;
    }
  }
  return out;
}

// The lines of one side; those that the common ancestor lacks stand out.
Html code_lines(const Lines& lines, std::uint64_t first, const Lines& base) {
  Html items;
  for (const std::string& line : lines) {
    const bool inherited = std::find(base.begin(), base.end(), line) != base.end();
    const Html text =
        element("span", foreign(with_visible_returns(without_tabs(line)), kLineLimit));
    items += inherited ? element("li", text) : element("li", "own", text);
  }
  if (lines.empty()) items = element("li", "nothing", element("span", "no lines here"));
  const std::string before = std::to_string(first > 0 ? first - 1 : 0);
  return element("ol", {{"class", "lines code"}, {"style", "counter-reset:line " + before}}, items);
}

Html side(std::string_view name, std::string_view title, const Html& lines) {
  return element("div", "side side-" + std::string(name), element("p", "caption", title) + lines);
}

Html hunk_html(const ConflictHunk& hunk) {
  const auto at = [](std::uint64_t line) { return ", from line " + shown_number(line); };
  const Html both = side("target", "Target" + at(hunk.ours_line),
                         code_lines(hunk.ours, hunk.ours_line, hunk.base)) +
                    side("source", "Source" + at(hunk.theirs_line),
                         code_lines(hunk.theirs, hunk.theirs_line, hunk.base));
  Html out = element("div", "hunk", both);
  if (!hunk.base.empty()) {
    const Html base =
        side("base", "Before the two sides changed it", code_lines(hunk.base, 1, hunk.base));
    out += element("details", "fold",
                   element("summary", element("span", "small", "Common ancestor")) + base);
  }
  return out;
}

Html conflict_html(const Conflict& conflict, bool open) {
  const Html title = element("h5", code(conflict.path, kPathLimit)) +
                     element("span", "about soft small first-upper", foreign(reason_of(conflict)));
  Html inside;
  for (const ConflictHunk& hunk : conflict.hunks) inside += hunk_html(hunk);
  if (conflict.hunks_left_out > 0) {
    inside += element("p", "soft small",
                      shown_count(conflict.hunks_left_out, "more place", "more places") +
                          " in this file conflict.");
  }
  if (inside.empty()) return element("div", "conflict", element("div", "closed", title));
  const Html whole = element("summary", title) + element("div", "inside", inside);
  return open ? element("details", {{"class", "conflict"}, {"open", ""}}, whole)
              : element("details", "conflict", whole);
}

Html merge_verdict(const Divergence& parted) {
  if (!parted.merge_was_tried) {
    Html why = "A merge was not tried";
    if (!parted.not_tried_because.empty()) why += ": " + foreign(parted.not_tried_because);
    return element("p", why + ".");
  }
  if (parted.merges_cleanly) return element("p", "The two sides would merge cleanly.");
  return element("p", "A merge would conflict in " + shown_conflicts(parted) + ".");
}

}  // namespace

Html conflicts_html(const Divergence& parted, std::size_t& room) {
  Html out = merge_verdict(parted);
  std::size_t shown = 0;
  std::uint64_t left_out = 0;
  for (const Conflict& conflict : parted.conflicts) {
    const Html one = conflict_html(conflict, shown < kOpen);
    if (one.size() > room) {
      ++left_out;
      continue;
    }
    room -= one.size();
    ++shown;
    out += one;
  }
  if (left_out > 0) {
    out += element("p", "soft small",
                   shown_count(left_out, "more conflict", "more conflicts") +
                       " did not fit on this page; report.json has them.");
  }
  if (!parted.not_detected.empty()) {
    out += element("p", "soft small", "Not looked for: " + sentence(parted.not_detected));
  }
  return element("section", "part", element("h4", "A trial merge") + out);
}

}  // namespace occ::report
