"""The results as Markdown: every figure, or the few that README shows."""
MARK_BEGIN, MARK_END = "<!-- bench -->", "<!-- /bench -->"


def seconds(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def size(value):
    if value is None:
        return "?"
    if value < 10_000:
        return f"{value:,.0f} B"
    return f"{value / 1e3:,.0f} kB" if value < 10e6 else f"{value / 1e6:,.0f} MB"


def table(headings, rows):
    lines = [f"| {' | '.join(headings)} |", f"| {' | '.join('---' for _ in headings)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)]) + "\n"


def machine_lines(report):
    machine, repository = report["machine"], report["repository"]
    return (f"{report['date']}, {report['program']}. Repository: {repository['name']}, "
            f"{repository['commits']:,} commits, {repository['refs']:,} refs, {size(repository['bytes'])}. "
            f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}, Linux {machine['kernel']}; {machine['git']}, {machine['server']}. "
            f"Medians of {report['runs']} runs ({report['slow_runs']} of clone), every one verified.\n")


def full(report):
    parts = ["# Benchmark\n", machine_lines(report)]
    for link in report["links"]:
        parts.append(f"## {link['title']}\n")
        parts.append(table(
            ["Scenario", "Contender", "Wall, s", "min … max", "CPU, s", "Memory, MiB", "Down", "Up",
             "Requests (source + target)", "Serial", "Connections", "Disk"],
            [row(result) for result in report["results"] if result["link"] == link["key"]]))
        parts.append(floors(report, link["key"]))
    parts += [f"WRONG: {w['problem'].splitlines()[0]}\n" for w in report["wrong"]]
    parts += [skipped(report), "## Goals\n", goals(report), "## What the columns mean\n",
              MEANING.format(least=f"{report['least_rss_kib'] / 1024:.1f} MiB")]
    return "\n".join(parts)


def skipped(report):
    by_reason = {}
    for entry in report["skipped"]:
        by_reason.setdefault((entry["scenario"], entry["reason"]), []).append(entry["contender"])
    return "".join(f"Skipped: {scenario} by {', '.join(names)}: {reason}.\n"
                   for (scenario, reason), names in by_reason.items())


def row(result):
    return [result["title"], result["name"], seconds(result["wall_s"]),
            f"{seconds(result['wall_min_s'])} … {seconds(result['wall_max_s'])}", seconds(result["cpu_s"]),
            f"{result['rss_kib'] / 1024:.1f}", size(result["bytes_down"]), size(result["bytes_up"]),
            f"{result['requests_source']:g} + {result['requests_target']:g}", serial(result),
            f"{result['connections']:g}", size(result.get("bytes_written", result["bytes_left"]))]


def serial(result):
    return f"{result['serial_requests']:g}" if result["link"] != "loopback" else "–"


def floors(report, link):
    seen = {}
    for result in report["results"]:
        if result["link"] == link:
            seen[result["title"]] = result
    return table(["Scenario", "Floor: thin pack", "Ref listings", "Floor: serial requests"],
                 [[title, size(r["floor_bytes"]), size(r["listing_bytes"]), r["floor_trips"]]
                  for title, r in seen.items()])


MEANING = """\
- CPU: user and system, of the contender and its children. Memory: the peak of its largest process;
  of less than about {least} some may be the stopwatch's.
- Down, up: what the server's log counted, HTTP headers included, TCP and TLS not.
- Serial: requests that began after the one before had ended; what costs a round trip each.
  Opening a connection costs another. Not counted on loopback, where a client that knows enough asks
  on before the server notes the end of its last answer.
- Disk: what the contender wrote (blocks counted by the kernel; what it left, if the file system does
  not count).
- Floor: the pack that `git pack-objects --thin --delta-base-offset` makes of what the target lacks;
  listing, fetching and pushing one after the other.
"""


def goals(report):
    return table(["Where", "Goal", "Measured", ""],
                 [[g["where"], g["goal"], g["measured"], g["verdict"]] for g in report["goals"]])


def short(report):
    """For README: one row for each scenario and link."""
    parts = [machine_lines(report)]
    for link in report["links"]:
        rows = []
        for scenario in dict.fromkeys(r["scenario"] for r in report["results"]):
            by = {r["contender"]: r for r in report["results"]
                  if r["scenario"] == scenario and r["link"] == link["key"]}
            if "sync_action" in by:
                rows.append(short_row(by))
        parts.append(f"**{link['title']}**\n")
        parts.append(table(["Seconds", "clone, fetch, push", "warm mirror", "sync-action", "with report",
                            "full report", "CPU", "Memory", "Down", "Up", "Floor", "Requests"], rows))
    return "\n".join(parts)


def short_row(by):
    ours = by["sync_action"]

    def wall(key):
        if key not in by:
            return "–"
        factor = by[key]["wall_s"] / ours["wall_s"]
        return seconds(by[key]["wall_s"]) + (f" ({factor:.1f}x)" if key in ("clone", "warm") else "")
    return [ours["title"], wall("clone"), wall("warm"), f"**{wall('sync_action')}**", wall("sync_action_report"),
            wall("sync_action_full_report"), seconds(ours["cpu_s"]), f"{ours['rss_kib'] / 1024:.0f} MiB",
            size(ours["bytes_down"]), size(ours["bytes_up"]), size(ours["floor_bytes"]),
            f"{ours['requests_source']:g} + {ours['requests_target']:g}"]


def put_into(readme_text, report):
    """README with the table between its markers."""
    before, begin, rest = readme_text.partition(MARK_BEGIN)
    _, end, after = rest.partition(MARK_END)
    if not begin or not end:
        raise ValueError(f"README has no {MARK_BEGIN} … {MARK_END}")
    return f"{before}{begin}\n{short(report)}{end}{after}"
