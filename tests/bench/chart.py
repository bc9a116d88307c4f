"""The walls as an SVG: a bar for each contender, on a logarithmic scale. Light and dark."""
import math
from xml.sax.saxutils import escape

COLOURS = {"clone": "#c2410c", "warm": "#a16207", "sync_action": "#15803d",
           "sync_action_report": "#4d9f6f", "sync_action_full_report": "#7fbf9a"}
LEFT, WIDTH, BAR, GAP = 190, 860, 13, 14
RIGHT = WIDTH - 90
STYLE = ("text{font:12px sans-serif;fill:#1f2328}.head{font-weight:600}.grid{stroke:#8884}"
         ".small{font-size:11px;fill:#59636e}"
         "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}}")


def draw(report):
    if not report["results"]:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
    walls = [result["wall_s"] for result in report["results"]]
    low = 10 ** math.floor(math.log10(min(walls)))
    high = 10 ** math.ceil(math.log10(max(walls) * 1.001))
    parts, y = [], 24
    for link in report["links"]:
        y = draw_link(parts, y, link, [r for r in report["results"] if r["link"] == link["key"]], low, high)
    y = draw_legend(parts, y, report["results"])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" '
            f'aria-label="Seconds that each contender takes"><style>{STYLE}</style>\n'
            + "\n".join(parts) + "\n</svg>\n")


def draw_link(parts, y, link, results, low, high):
    def x_of(seconds):
        return LEFT + (RIGHT - LEFT) * math.log(seconds / low) / math.log(high / low)

    title = f"{link['title']}: seconds, a line for each power of ten"
    parts.append(f'<text class="head" x="8" y="{y}">{escape(title)}</text>')
    top = y = y + 14
    for title in dict.fromkeys(result["title"] for result in results):
        rows = [result for result in results if result["title"] == title]
        parts.append(f'<text x="8" y="{y + 11}">{escape(title)}</text>')
        for result in rows:
            end = x_of(result["wall_s"])
            colour = COLOURS.get(result["contender"], "#6366f1")
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{max(1.0, end - LEFT):.1f}" height="{BAR - 2}" '
                         f'fill="{colour}"><title>{escape(result["name"])}</title></rect>')
            parts.append(f'<text class="small" x="{end + 4:.1f}" y="{y + 10}">{result["wall_s"]:.3g}</text>')
            y += BAR
        y += GAP
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x = x_of(10.0 ** power)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{y - 8}"/>')
        parts.append(f'<text class="small" x="{x - 8:.1f}" y="{y + 4}">{10.0 ** power:g}</text>')
    return y + 34


def draw_legend(parts, y, results):
    x = 8
    for key, name in {result["contender"]: result["name"] for result in results}.items():
        parts.append(f'<rect x="{x}" y="{y - 10}" width="11" height="11" fill="{COLOURS.get(key, "#6366f1")}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}">{escape(name)}</text>')
        x += 40 + 7 * len(name)
    return y + 14
