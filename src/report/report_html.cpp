#include "report/report_html.hpp"

#include "base/shown_bytes.hpp"
#include "report/html.hpp"
#include "report/html_findings.hpp"
#include "report/html_style.hpp"
#include "report/tasks.hpp"
#include "report/words.hpp"

#include <algorithm>

namespace occ::report {
namespace {

using transfer::RefOutcome;
using transfer::Result;

constexpr std::size_t kRoomForLists = 6U << 20U;  // bytes
constexpr std::size_t kCards = 500;               // refs that have one
constexpr std::size_t kQuietRows = 2000;          // refs up to date that are listed

constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'";
constexpr std::string_view kIcon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath fill='none' stroke='%232477d4' stroke-width='2' d='M5 2v12M11 14V2M2 5l3-3 3 3"
    "M8 11l3 3 3-3'/%3E%3C/svg%3E";

std::string with_tone(std::string_view css_class, Tone tone) {
  return std::string(css_class) + " tone-" + std::string(name_of(tone));
}

Html fact(std::string_view name, const Html& value) {
  return element("div", element("dt", name) + element("dd", value));
}

// Our own text with `code` in it, as the catalogue of errors has it.
Html with_code(std::string_view text) {
  Html out;
  bool is_code = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('`'), text.size());
    const std::string_view piece = text.substr(0, end);
    if (!piece.empty()) out += is_code ? element("code", piece) : Html(piece);
    is_code = !is_code;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string_view kind_of_ref(std::string_view name) {
  if (is_branch(name)) return "branch";
  return is_tag(name) ? "tag" : "ref";
}

// A disc with a sign in it, so that the colour does not carry the meaning alone.
Html status_mark(Tone tone) {
  std::string_view sign = "M5 8.2l2.2 2.2L11.2 6";  // a tick
  if (tone == Tone::bad) sign = "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2";
  if (tone == Tone::warning) sign = "M8 4.2v4.6M8 11.2v.6";
  if (tone == Tone::notice || tone == Tone::quiet) sign = "M4.8 8h6.4";
  const Html disc = element("circle", {{"cx", "8"}, {"cy", "8"}, {"r", "8"}}, Html()) +
                    element("path",
                            {{"d", std::string(sign)},
                             {"style",
                              "fill:none;stroke:var(--paper);stroke-width:2;stroke-linecap:round;"
                              "stroke-linejoin:round"}},
                            Html());
  return element("svg", {{"viewBox", "0 0 16 16"}, {"aria-hidden", "true"}, {"focusable", "false"}},
                 disc);
}

Html page_facts(const Report& report) {
  const RunFacts& run = report.run;
  const transfer::Outcome& outcome = report.outcome;
  const auto& from = outcome.source_traffic;
  const auto& to = outcome.target_traffic;
  Html facts;
  if (run.started_at) {
    facts += fact("Started", element("time", {{"datetime", iso_time(*run.started_at)}},
                                     shown_time(*run.started_at)));
  }
  facts += fact("Took", shown_duration(report.duration_ms));
  facts += fact("Received", shown_bytes(from.received + to.received));
  facts += fact("Sent", shown_bytes(from.sent + to.sent));
  if (outcome.pack_objects > 0) {
    facts += fact("Pack", shown_count(outcome.pack_objects, "object", "objects") + ", " +
                              shown_bytes(outcome.pack_bytes));
  }
  const auto requests = static_cast<std::uint64_t>(std::max(0, from.requests + to.requests));
  facts += fact("Requests", shown_number(requests));
  Html made_by = run.number.empty() ? Html() : link(run.url, foreign("#" + run.number));
  if (!run.event.empty()) made_by += (made_by.empty() ? "" : " on ") + foreign(run.event);
  if (!made_by.empty()) facts += fact("Run", made_by);
  return element("dl", "facts", facts);
}

Html page_top(const Report& report) {
  const Tone tone = tone_of(status_of(report));
  Html top = element("p", "status", status_mark(tone) + element("span", "Sync report"));
  std::string verdict = verdict_line(report);
  if (verdict.ends_with('.')) verdict.pop_back();
  top += element("h1", verdict);
  if (!report.source.empty() || !report.target.empty()) {
    const Html arrow =
        element("span", {{"aria-hidden", "true"}}, "→") + element("span", "unseen", "to");
    top += element("p", "route",
                   link(report.source_url, code(report.source)) + arrow +
                       link(report.target_url, code(report.target)));
  }
  Html asked;
  for (const std::string& one : report.asked) asked += element("li", code(one));
  if (!asked.empty()) {
    top += element("ul", {{"class", "asked"}, {"aria-label", "Asked for"}}, asked);
  }
  return element("header", with_tone("top", tone), top + page_facts(report));
}

Html tasks_html(const Report& report) {
  Html items;
  for (const Task& task : tasks_of(report)) {
    Html item = element("p", "what", sentence(task.what)) + element("p", with_code(task.remedy));
    Html about = element("code", task.id);
    constexpr std::size_t kNamed = 10;
    for (std::size_t i = 0; i < std::min(kNamed, task.refs.size()); ++i) {
      about += (i == 0 ? ": " : ", ") + code(display_ref(task.refs[i]));
    }
    if (task.refs.size() > kNamed) {
      about += " and " + shown_number(task.refs.size() - kNamed) + " more";
    }
    items += element("li", item + element("p", "soft small", about));
  }
  if (items.empty()) return {};
  const Tone tone = tone_of(status_of(report)) == Tone::bad ? Tone::bad : Tone::warning;
  return element("section", {{"class", with_tone("tasks", tone)}, {"aria-labelledby", "to-do"}},
                 element("h2", {{"id", "to-do"}}, "What to do") + element("ul", items));
}

Html notes_html(const Report& report) {
  Html items;
  for (const std::string& note : notes_of(report)) items += element("li", foreign(note));
  if (items.empty()) return {};
  return element("section", {{"class", "notes"}, {"aria-labelledby", "notes"}},
                 element("h2", {{"id", "notes"}}, "To know") + element("ul", items));
}

struct Group {
  Tone tone;
  std::string_view words;
  std::size_t count = 0;
};

// How the refs fared, as one bar and in words.
Html meter(const Report& report) {
  Group groups[] = {{Tone::bad, "with a problem"},
                    {Tone::warning, "not certain"},
                    {Tone::good, "changed"},
                    {Tone::notice, "would change"},
                    {Tone::quiet, "left as they are"}};
  for (const RefOutcome& ref : report.outcome.refs) {
    for (Group& group : groups) {
      if (group.tone == tone_of(ref.result)) ++group.count;
    }
  }
  Html bar;
  Html legend;
  for (const Group& group : groups) {
    if (group.count == 0) continue;
    const std::string count = std::to_string(group.count);
    bar += element(
        "span", {{"class", with_tone("", group.tone).substr(1)}, {"style", "flex-grow:" + count}},
        Html());
    legend += element("li", with_tone("", group.tone).substr(1),
                      shown_number(group.count) + ' ' + std::string(group.words));
  }
  return element("div", {{"class", "meter"}, {"aria-hidden", "true"}}, bar) +
         element("ul", "legend small", legend);
}

std::string oid_words(const Oid& oid) {
  return oid.is_null() ? "none" : oid.abbreviated();
}

Html oid_link(const Oid& oid, const std::string& web, std::string_view name) {
  if (oid.is_null()) return element("span", "soft", "none");
  const bool is_commit = is_branch(name) && !web.empty();
  return link(is_commit ? web + "/commit/" + oid.hex() : "", code(oid_words(oid)));
}

Html ref_facts(const Report& report, const RefOutcome& ref) {
  const plan::PlannedRef& planned = ref.planned;
  const bool landed = has_landed(ref.result);
  Html facts = fact(landed ? "Target before" : "Target",
                    oid_link(planned.old_oid, report.target_url, planned.target_ref));
  facts += fact(landed ? "Target now" : "Source",
                oid_link(planned.new_oid, report.source_url, planned.target_ref));
  if (!planned.source_ref.empty() && planned.source_ref != planned.target_ref) {
    facts += fact("From", code(display_ref(planned.source_ref)));
  }
  if (planned.ahead) {
    facts += fact("Only on the source", shown_count(*planned.ahead, "commit", "commits"));
  }
  if (planned.behind) {
    facts += fact("Only on the target", shown_count(*planned.behind, "commit", "commits"));
  }
  return element("dl", "facts", facts);
}

Html ref_card(const Report& report, const RefOutcome& ref, const std::string& id,
              std::size_t& room) {
  const plan::PlannedRef& planned = ref.planned;
  const Html name = element("span", "kind", kind_of_ref(planned.target_ref)) + " " +
                    code(short_name(planned.target_ref));
  const Html badge = element("span", "badge", words_for(ref.result));
  Html card = element("header", element("h3", {{"id", id}, {"tabindex", "-1"}}, name) + badge);
  if (!ref.reason.empty()) card += element("p", "reason", foreign(ref.reason));
  if (keeps_old_tip(ref)) {
    card += element("p", "soft small", "The old tip is kept at " + code(ref.planned.backup) + ".");
  }
  card += ref_facts(report, ref);
  const analysis::RefFindings* found = findings_of(report, ref);
  if (found != nullptr) card += findings_html(report, *found, room);
  return element("article",
                 {{"class", with_tone("card", tone_of(ref.result))}, {"aria-labelledby", id}},
                 card);
}

Html quiet_refs(const std::vector<const RefOutcome*>& quiet, bool open) {
  if (quiet.empty()) return {};
  Html rows;
  for (std::size_t i = 0; i < std::min(kQuietRows, quiet.size()); ++i) {
    const plan::PlannedRef& planned = quiet[i]->planned;
    const Oid& oid = planned.new_oid.is_null() ? planned.old_oid : planned.new_oid;
    rows += element("tr", element("th", {{"scope", "row"}}, code(display_ref(planned.target_ref))) +
                              element("td", "number", element("code", oid_words(oid))));
  }
  const Html head = element("tr", element("th", {{"scope", "col"}}, "Ref") +
                                      element("th", {{"scope", "col"}, {"class", "number"}}, "At"));
  Html inside = element("table", "scan",
                        element("caption", "unseen", "Refs that are up to date") +
                            element("thead", head) + element("tbody", rows));
  if (quiet.size() > kQuietRows) {
    inside +=
        element("p", "soft small", "and " + shown_number(quiet.size() - kQuietRows) + " more");
  }
  const Html title =
      element("summary", shown_count(quiet.size(), "ref is up to date", "refs are up to date"));
  const Html all = title + inside;
  return open ? element("details", {{"class", "card rest"}, {"open", ""}}, all)
              : element("details", "card rest", all);
}

Html jump_list(const std::vector<const RefOutcome*>& loud) {
  constexpr std::size_t kLinks = 60;
  if (loud.size() < 3 || loud.size() > kLinks) return {};
  Html items;
  for (std::size_t i = 0; i < loud.size(); ++i) {
    items += element("li", element("a", {{"href", "#ref-" + std::to_string(i + 1)}},
                                   code(display_ref(loud[i]->planned.target_ref))));
  }
  return element("nav", {{"aria-label", "Refs"}}, element("ul", "jump small", items));
}

Html refs_html(const Report& report) {
  std::vector<const RefOutcome*> loud;
  std::vector<const RefOutcome*> quiet;
  for (const RefOutcome& ref : report.outcome.refs) {
    (ref.result == Result::up_to_date ? quiet : loud).push_back(&ref);
  }
  if (loud.empty() && quiet.empty()) return {};
  // Problems first: they are what the page is opened for.
  std::stable_sort(loud.begin(), loud.end(), [](const RefOutcome* a, const RefOutcome* b) {
    return a->error.has_value() && !b->error.has_value();
  });
  std::size_t room = kRoomForLists;
  std::string out;
  const std::size_t cards = std::min(kCards, loud.size());
  for (std::size_t i = 0; i < cards; ++i) {
    out += ref_card(report, *loud[i], "ref-" + std::to_string(i + 1), room).markup();
  }
  if (cards < loud.size()) {
    out += element("p", "card soft",
                   shown_count(loud.size() - cards, "more ref", "more refs") +
                       " did not fit on this page; report.json has them.")
               .markup();
  }
  const Html title = element("h2", {{"id", "refs"}}, "Refs");
  return element("section", {{"aria-labelledby", "refs"}},
                 title + element("div", "index", meter(report) + jump_list(loud)) +
                     Html::trusted(out) + quiet_refs(quiet, loud.empty()));
}

Html page_end(const Report& report) {
  const analysis::Findings& findings = report.findings;
  Html lines;
  if (!findings.token_scopes.empty()) {
    lines += element("p", "The target's token: " + sentence(findings.token_scopes));
  }
  if (findings.requests > 0) {
    lines += element(
        "p", "For this report alone: " + shown_bytes(findings.bytes_fetched) + ", " +
                 shown_count(static_cast<std::uint64_t>(findings.requests), "request", "requests") +
                 ", " + shown_duration(findings.duration_ms) + '.');
  }
  lines += element("p", "Made by sync-action " + foreign(report.run.version) +
                            ". The same facts, for machines: report.json.");
  return element("footer", "end soft small", lines);
}

Html page_head(const Report& report) {
  const std::string title =
      std::string(words_for(status_of(report))) + ": " + report.source + " → " + report.target;
  Html head = void_element("meta", {{"charset", "utf-8"}});
  head += Html::trusted("<meta http-equiv=\"Content-Security-Policy\" content=\"" +
                        std::string(kPolicy) + "\">");
  head += void_element("meta",
                       {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  head += void_element("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  head += void_element("meta", {{"name", "robots"}, {"content", "noindex"}});
  head += void_element("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  head += element("title", title);
  head += Html::trusted("<link rel=\"icon\" href=\"" + std::string(kIcon) + "\">");
  head += element("style", Html::trusted(html_style()));
  return element("head", head);
}

}  // namespace

std::string report_html(const Report& report) {
  const Html skip = element("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the report");
  const Html main =
      element("main", {{"id", "main"}},
              page_top(report) + tasks_html(report) + refs_html(report) + notes_html(report));
  const Html page = element("div", "page", main + page_end(report));
  const Html body = element("body", skip + page);
  return "<!DOCTYPE html>\n" +
         element("html", {{"lang", "en"}}, page_head(report) + body).markup() + '\n';
}

}  // namespace occ::report
