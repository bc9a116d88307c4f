#include "report/html_style.hpp"

namespace occ::report {

std::string_view html_style() {
  // Every pair of text and ground below has a contrast of 4.5 or more; the browser test measures.
  return R"css(
:root {
  color-scheme: light dark;
  --paper: #f7f8f9; --panel: #fff; --wash: #f1f3f5; --ink: #1a1e23; --soft: #545e69;
  --line: #dde2e7; --link: #0a5bb8; --focus: #0a5bb8;
  --quiet: #545e69; --quiet-bg: #eceff2;
  --good: #14662e; --good-bg: #e0f3e6; --good-mark: #1f8a43;
  --notice: #0a5bb8; --notice-bg: #e3effc; --notice-mark: #2477d4;
  --warning: #7a4d00; --warning-bg: #fcf0d3; --warning-mark: #c98a0a;
  --bad: #a8202b; --bad-bg: #fce8e8; --bad-mark: #d23a44;
  --source: #2477d4; --source-bg: #eaf3fd; --source-new: #cfe4fb; --source-ink: #0a4c9c;
  --target: #b45f06; --target-bg: #fdf3e7; --target-new: #fae0c3; --target-ink: #864400;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1014; --panel: #14181e; --wash: #1b2027; --ink: #e5e9ee; --soft: #9da8b4;
    --line: #2a313a; --link: #7db7ff; --focus: #7db7ff;
    --quiet: #aab4bf; --quiet-bg: #232a32;
    --good: #6fdc8c; --good-bg: #12301d; --good-mark: #3fb663;
    --notice: #8cc0ff; --notice-bg: #12294a; --notice-mark: #4c96ec;
    --warning: #f0c35a; --warning-bg: #382a08; --warning-mark: #d7a022;
    --bad: #ff9d97; --bad-bg: #421a1c; --bad-mark: #ee5a57;
    --source: #5aa2f2; --source-bg: #111d2d; --source-new: #16375f; --source-ink: #9ccaff;
    --target: #e0964a; --target-bg: #251a0f; --target-new: #55340f; --target-ink: #ffc48a;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 var(--sans); overflow-wrap: anywhere;
}
.page { max-width: 66rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 4rem; }
h1, h2, h3, h4, h5, p, dl, dd, ol, ul, table { margin: 0; padding: 0; }
h1, h2, h3, h4, h5 { line-height: 1.25; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.375rem; letter-spacing: -.01em; margin: 3rem 0 1rem; }
h4 { font-size: 1rem; margin: 0 0 .75rem; }
h5 { font-size: .9375rem; }
ol, ul { list-style: none; }
code, .code { font-family: var(--mono); font-size: .875em; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--panel); }
.skip:focus { top: 1rem; z-index: 1; }

.tone-quiet { --tone: var(--quiet); --tone-bg: var(--quiet-bg); --tone-mark: var(--soft); }
.tone-good { --tone: var(--good); --tone-bg: var(--good-bg); --tone-mark: var(--good-mark); }
.tone-notice { --tone: var(--notice); --tone-bg: var(--notice-bg); --tone-mark: var(--notice-mark); }
.tone-warning {
  --tone: var(--warning); --tone-bg: var(--warning-bg); --tone-mark: var(--warning-mark);
}
.tone-bad { --tone: var(--bad); --tone-bg: var(--bad-bg); --tone-mark: var(--bad-mark); }
.badge {
  display: inline-block; padding: .125rem .625rem; border-radius: 1rem; white-space: nowrap;
  font-size: .8125rem; font-weight: 600; line-height: 1.5;
  color: var(--tone); background: var(--tone-bg);
}

.top { padding: clamp(1.75rem, 5vw, 3.5rem) 0 0; }
.top .status {
  display: flex; align-items: center; gap: .5rem; font-size: .9375rem; font-weight: 600;
  color: var(--soft);
}
.top .status svg { flex: none; width: 1.375rem; height: 1.375rem; fill: var(--tone-mark); }
h1 {
  font-size: clamp(1.625rem, 1.1rem + 2.2vw, 2.5rem); letter-spacing: -.022em; line-height: 1.15;
  margin: .5rem 0 0; max-width: 26em;
}
.route { display: flex; flex-wrap: wrap; gap: .25rem .75rem; margin-top: 1.25rem; }
.route code { font-size: 1rem; }
.asked { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
.asked li { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 4px; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem 2.25rem; }
.facts dt { font-size: .8125rem; color: var(--soft); }
.facts dd { font-variant-numeric: tabular-nums; }
.top .facts {
  margin-top: 1.75rem; padding: 1.125rem 0; border: solid var(--line); border-width: 1px 0;
}
.top .facts dd { font-weight: 600; }

.tasks {
  background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--tone-mark);
  border-radius: 4px 10px 10px 4px; padding: 1.25rem 1.5rem; margin-top: 2rem;
}
.tasks h2 { margin: 0 0 .75rem; font-size: 1.125rem; color: var(--tone); }
.tasks li + li { margin-top: 1rem; }
.tasks .what { font-weight: 600; }
.tasks .what::first-letter { text-transform: uppercase; }
.tasks code { overflow-wrap: anywhere; }

.index { margin-bottom: 1.25rem; }
.meter { display: flex; gap: 3px; height: .5rem; border-radius: .25rem; overflow: hidden; }
.meter span { background: var(--tone-mark); min-width: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin-top: .625rem; }
.legend li::before {
  content: ""; display: inline-block; width: .625rem; height: .625rem; margin-right: .5rem;
  border-radius: 50%; background: var(--tone-mark);
}
.jump { display: flex; flex-wrap: wrap; gap: .375rem 1.25rem; margin-top: 1rem; }

.card {
  background: var(--panel); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.25rem clamp(1rem, 3vw, 1.75rem) 1.5rem;
}
.card + .card, .card + .rest { margin-top: 1.25rem; }
.card > header { display: flex; flex-wrap: wrap; align-items: center; gap: .375rem .75rem; }
.card h3 { font-size: 1.1875rem; }
.card h3 code { font-size: 1.0625rem; }
.card h3 .kind { font-weight: 400; color: var(--soft); font-size: .9375rem; margin-right: .375rem; }
.card .reason { margin-top: .5rem; }
.card .reason::first-letter { text-transform: uppercase; }
.card > .facts { margin-top: .875rem; }
.part { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.part > p + * { margin-top: .875rem; }
.first-upper::first-letter { text-transform: uppercase; }

details > summary { cursor: pointer; padding: .375rem 0; font-weight: 600; color: var(--ink); }
details > summary::marker { color: var(--soft); }
details > summary:hover { color: var(--link); }
.list > summary h4 { display: inline; }
.list[open] > summary { margin-bottom: .5rem; }
.list { padding-top: .875rem; padding-bottom: 0; margin-top: 1.25rem; }
.fold { margin-top: .5rem; }
.fold[open] > summary { margin-bottom: .5rem; }

.graph { position: relative; padding-left: 3.25rem; }
.graph svg { position: absolute; left: 0; top: 0; width: 3rem; }
.graph li { height: 3.25rem; padding-top: .25rem; line-height: 1.4; }
.graph .line { display: flex; gap: .5rem; align-items: baseline; min-width: 0; }
.graph .subject { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.graph .meta { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tip {
  flex: none; padding: 0 .4375rem; border-radius: 4px; font-size: .75rem; font-weight: 600;
  line-height: 1.5;
}
.tip-source { color: var(--source-ink); background: var(--source-new); }
.tip-target { color: var(--target-ink); background: var(--target-new); }
.lane-source { stroke: var(--source); } .dot-source { fill: var(--source); }
.lane-target { stroke: var(--target); } .dot-target { fill: var(--target); }
.graph path { fill: none; stroke-width: 2.5; }
.graph .more { stroke-dasharray: 1 6; stroke-linecap: round; }
.graph circle { stroke-width: 2.5; }
.graph .hollow { fill: var(--panel); }
.graph .base { fill: var(--panel); stroke: var(--soft); }

.conflict { border: 1px solid var(--line); border-radius: 8px; margin-top: .875rem; overflow: hidden; }
.conflict > summary, .conflict > .closed { padding: .625rem .875rem; background: var(--wash); }
.conflict h5 { display: inline; }
.conflict .about { display: block; font-weight: 400; }
.conflict .inside { padding: .875rem; }
.hunk { display: grid; grid-template-columns: 1fr 1fr; gap: 1px; background: var(--line); }
.hunk + .hunk, .hunk + .list > summary h4 { display: inline; }
.list[open] > summary { margin-bottom: .5rem; }
.list { padding-top: .875rem; padding-bottom: 0; margin-top: 1.25rem; }
.fold { margin-top: 1rem; }
.conflict + p, .fold + .hunk { margin-top: .875rem; }
.hunk { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.side { min-width: 0; }
.side-target { background: var(--target-bg); } .side-source { background: var(--source-bg); }
.side-base { background: var(--wash); }
.caption { padding: .25rem .75rem; font-size: .8125rem; font-weight: 600; }
.side-target .caption { color: var(--target-ink); } .side-source .caption { color: var(--source-ink); }
.lines { padding-bottom: .25rem; font-size: .8125rem; line-height: 1.6; }
.lines li {
  counter-increment: line; display: grid; grid-template-columns: 3.25rem minmax(0, 1fr);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.lines li::before {
  content: counter(line); text-align: right; padding-right: .75rem; color: var(--soft);
  user-select: none;
}
.side-target .own { background: var(--target-new); } .side-source .own { background: var(--source-new); }
.lines .own::before { color: var(--ink); }
.lines .nothing { counter-increment: none; color: var(--soft); font-style: italic; }
.lines .nothing::before { content: ""; }

.scan { width: 100%; border-collapse: collapse; font-size: .9375rem; }
.scan th, .scan td { text-align: left; vertical-align: top; padding: .4375rem .75rem .4375rem 0; }
.scan thead th { font-size: .8125rem; font-weight: 600; color: var(--soft); }
.scan tbody tr { border-top: 1px solid var(--line); }
.scan tbody th { font-weight: 400; }
.scan .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.scan tr > :last-child { padding-right: 0; }
.scan caption { text-align: left; font-weight: 600; padding-bottom: .375rem; }
.plus { color: var(--good); } .minus { color: var(--bad); }
.files .kind { width: 8.5rem; }
.folders .bar { width: 45%; }
.folders .bar span {
  display: block; height: .625rem; margin-top: .4375rem; min-width: 3px; border-radius: 2px;
  background: var(--notice-mark);
}
.change { white-space: nowrap; }
.change::before {
  content: ""; display: inline-block; width: .5rem; height: .5rem; margin-right: .5rem;
  border-radius: 2px; background: var(--soft);
}
.change-added::before { background: var(--good-mark); }
.change-deleted::before { background: var(--bad-mark); }
.change-modified::before, .change-type_changed::before { background: var(--warning-mark); }
.change-renamed::before, .change-copied::before { background: var(--notice-mark); }

.commits li { padding: .5rem 0; border-top: 1px solid var(--line); }
.commits .meta { display: flex; flex-wrap: wrap; gap: 0 .75rem; }
.warnings > li { padding-left: 1rem; border-left: 3px solid var(--tone-mark); }
.warnings > li + li { margin-top: .875rem; }
.warnings .title { font-weight: 600; color: var(--tone); }
.paths { margin-top: .25rem; }
.end { margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.end p + p { margin-top: .25rem; }

@media (max-width: 40rem) {
  .facts { gap: .75rem 1.75rem; }
  .hunk { grid-template-columns: 1fr; }
  .lines li { grid-template-columns: 2.5rem minmax(0, 1fr); }
  .folders .bar { width: 25%; }
  .files .kind { width: 2rem; }
  .files .lines-changed { font-size: .8125rem; }
  .files .change .word { position: absolute; clip-path: inset(50%); width: 1px; overflow: hidden; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --panel: #fff; --wash: #f4f4f4; --ink: #000; --soft: #444; --line: #ccc;
    --link: #000; --quiet: #444; --quiet-bg: #eee; --good: #14662e; --good-bg: #e0f3e6;
    --notice: #0a4c9c; --notice-bg: #e3effc; --warning: #7a4d00; --warning-bg: #fcf0d3;
    --bad: #a8202b; --bad-bg: #fce8e8; --source: #2477d4; --source-bg: #eaf3fd;
    --source-new: #cfe4fb; --source-ink: #0a4c9c; --target: #b45f06; --target-bg: #fdf3e7;
    --target-new: #fae0c3; --target-ink: #864400;
  }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .page { max-width: none; padding: 0; }
  .skip, .jump { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  .hunk, .commits li, .graph li, .tasks, tr { break-inside: avoid; }
  h2, h3, h4, h5, summary, .card > header { break-after: avoid; }
}
)css";
}

}  // namespace occ::report
