#include "report/html_graph.hpp"

#include "report/words.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace occ::report {
namespace {

using analysis::Commit;
using analysis::CommitList;

constexpr std::size_t kShown = 10;  // commits of each lane
constexpr int kRowHeight = 52;      // of 16 to the rem, as in the style sheet
constexpr int kDotAt = 15;          // below the row's top

enum class Side : std::uint8_t { source, target };

std::string_view name_of(Side side) {
  return side == Side::source ? "source" : "target";
}
int lane_x(Side side) {
  return side == Side::source ? 12 : 34;
}
int dot_y(std::size_t row) {
  return static_cast<int>(row) * kRowHeight + kDotAt;
}

struct Row {
  Side side = Side::source;
  const Commit* commit = nullptr;  // null: the row counts commits that are not shown
  std::uint64_t more = 0;
  bool is_tip = false;
};

std::vector<Row> lane_rows(Side side, const CommitList& list) {
  std::vector<Row> rows;
  const std::size_t shown = std::min(kShown, list.commits.size());
  for (std::size_t i = 0; i < shown; ++i) rows.push_back({side, &list.commits[i], 0, i == 0});
  return rows;
}

void add_rest(std::vector<Row>& rows, Side side, const CommitList& list) {
  const std::uint64_t shown = std::min(kShown, list.commits.size());
  const std::uint64_t more = list.commits.size() - shown + list.left_out;
  if (more > 0) rows.push_back({side, nullptr, more, false});
}

// Each lane keeps its own order; between the lanes the newer commit comes first.
std::vector<Row> woven_rows(const CommitList& source, const CommitList& target) {
  const std::vector<Row> left = lane_rows(Side::source, source);
  const std::vector<Row> right = lane_rows(Side::target, target);
  std::vector<Row> rows;
  for (std::size_t l = 0, r = 0; l < left.size() || r < right.size();) {
    const bool take_left =
        r == right.size() || (l < left.size() && left[l].commit->time >= right[r].commit->time);
    rows.push_back(take_left ? left[l++] : right[r++]);
  }
  add_rest(rows, Side::source, source);
  add_rest(rows, Side::target, target);
  return rows;
}

Html path(std::string_view css_class, const std::string& d) {
  return element("path", {{"class", std::string(css_class)}, {"d", d}}, Html());
}

std::string point(int x, int y) {
  return std::to_string(x) + ' ' + std::to_string(y);
}

// One lane from its tip down to where the lanes meet, or to a loose end.
Html lane(Side side, const std::vector<Row>& rows, bool meets) {
  const auto is_mine = [&](const Row& row) { return row.side == side; };
  const auto first = std::find_if(rows.begin(), rows.end(), is_mine);
  if (first == rows.end()) return {};
  const auto more = std::find_if(
      first, rows.end(), [&](const Row& row) { return is_mine(row) && row.commit == nullptr; });
  const std::string css = "lane-" + std::string(name_of(side));
  const int x = lane_x(side);
  const int top = dot_y(static_cast<std::size_t>(first - rows.begin()));
  const int end = dot_y(rows.size());
  const int bend = end - kRowHeight + 8;  // the straight part ends here
  Html drawn;
  int solid_from = top;
  if (more != rows.end()) {
    const int hidden = dot_y(static_cast<std::size_t>(more - rows.begin()));
    drawn += path(css, "M" + point(x, top) + "V" + std::to_string(hidden - 14));
    drawn += path(css + " more", "M" + point(x, hidden - 12) + "V" + std::to_string(hidden + 14));
    solid_from = hidden + 16;
  }
  const int straight = std::max(bend, solid_from);
  if (!meets) {
    drawn += path(css, "M" + point(x, solid_from) + "V" + std::to_string(straight));
    return drawn;
  }
  const int base_x = lane_x(Side::source);
  const int middle = (straight + end) / 2;
  drawn += path(css, "M" + point(x, solid_from) + "V" + std::to_string(straight) + "C" +
                         point(x, middle) + " " + point(base_x, middle) + " " + point(base_x, end));
  return drawn;
}

Html dot(const Row& row, std::size_t index) {
  const std::string side(name_of(row.side));
  const std::string css = row.commit->is_merge ? "hollow lane-" + side : "dot-" + side;
  return element("circle",
                 {{"class", css},
                  {"cx", std::to_string(lane_x(row.side))},
                  {"cy", std::to_string(dot_y(index))},
                  {"r", row.commit->is_merge ? "5" : "5.5"}},
                 Html());
}

Html drawing(const std::vector<Row>& rows, bool meets) {
  Html drawn = lane(Side::target, rows, meets) + lane(Side::source, rows, meets);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].commit != nullptr) drawn += dot(rows[i], i);
  }
  if (meets) {
    drawn += element("circle",
                     {{"class", "base"},
                      {"cx", std::to_string(lane_x(Side::source))},
                      {"cy", std::to_string(dot_y(rows.size()))},
                      {"r", "5"}},
                     Html());
  }
  const int height = (static_cast<int>(rows.size()) + (meets ? 1 : 0)) * kRowHeight;
  return element("svg",
                 {{"viewBox", "0 0 48 " + std::to_string(height)},
                  {"aria-hidden", "true"},
                  {"focusable", "false"}},
                 drawn);
}

Html item(const Report& report, const Row& row) {
  const std::string side(name_of(row.side));
  if (row.commit == nullptr) {
    return element(
        "li", element("p", "line soft",
                      shown_count(row.more, "more commit", "more commits") + " of the " + side));
  }
  const Commit& commit = *row.commit;
  Html line;
  if (row.is_tip) {
    line += element("span", "tip tip-" + side, side);
  } else {
    line += element("span", "unseen", "On the " + side + ": ");
  }
  line += element("span", "subject", foreign(shown_subject(commit), 200));
  const std::string& web = row.side == Side::source ? report.source_url : report.target_url;
  Html meta =
      link(web.empty() ? web : web + "/commit/" + commit.oid.hex(), code(commit.oid.abbreviated()));
  meta += ' ' + shown_day(commit.time, commit.offset_minutes) +
          (commit.is_merge ? " merge by " : " ") + foreign(commit.author.name, 80);
  return element("li", element("p", "line", line) + element("p", "meta soft small", meta));
}

}  // namespace

Html history_graph(const Report& report, const analysis::RefFindings& found) {
  const analysis::Divergence& parted = *found.divergence;
  const std::vector<Row> rows = woven_rows(found.commits, parted.target_commits);
  const bool meets = parted.merge_base.has_value();
  Html items;
  for (const Row& row : rows) items += item(report, row);
  if (meets) {
    items +=
        element("li", element("p", "line", "The last commit in common") +
                          element("p", "meta soft small", code(parted.merge_base->abbreviated())));
  }
  return element("div", "graph", drawing(rows, meets) + element("ol", items));
}

}  // namespace occ::report
