"""What sync-action wants to reach, and whether it did.

The program is judged without its report, as the others make none. `down` and `up` are bytes on the
wire; what a listing of the refs costs is taken off `down` before it is held against the floor.
"""
KIB, MIB = 1024, 1024 * 1024
MEASURED = "sync_action"


def times(rival, least):
    def judge(by):
        factor = by[rival]["wall_s"] / by[MEASURED]["wall_s"]
        return factor >= least, f"{factor:.1f}x"
    return f"at least {least:g}x as fast as {'clone' if rival == 'clone' else 'a warm mirror'}", judge, (rival,)


def at_most(name, limit, what, shown="{:g}"):
    def judge(by):
        return by[MEASURED][name] <= limit, shown.format(by[MEASURED][name])
    return what, judge, ()


def requests_a_side(limit):
    def judge(by):
        source, target = by[MEASURED]["requests_source"], by[MEASURED]["requests_target"]
        return max(source, target) <= limit, f"{source:g} and {target:g}"
    return f"at most {limit} requests a side", judge, ()


def memory(limit_mib):
    def judge(by):
        used = by[MEASURED]["rss_kib"] / KIB
        return used <= limit_mib, f"{used:.1f} MiB"
    return f"at most {limit_mib} MiB of memory", judge, ()


def near_floor(factor, extra):
    words = [f"at most {factor:g}x the floor" if factor != 1 else "at most the floor"]
    words += [f"and {extra // KIB} KiB"] if extra else []

    def judge(by):
        facts = by[MEASURED]
        down = facts["bytes_down"] - facts["listing_bytes"]
        limit = factor * facts["floor_bytes"] + extra
        up = facts["bytes_up"]
        return down <= limit and up <= limit, (
            f"down {down / KIB:,.1f}, up {up / KIB:,.1f}, floor {facts['floor_bytes'] / KIB:,.1f} KiB")
    return " ".join(["bytes beside the ref listings:", *words]), judge, ()


def nothing_written():
    def judge(by):
        facts = by[MEASURED]
        written = facts.get("bytes_written", facts["bytes_left"])
        return written == 0, f"{written / KIB:,.0f} KiB"
    return "nothing written to disk", judge, ()


GOALS = [
    ("loopback", "no_op", [times("clone", 150), times("warm", 1.5), requests_a_side(2)]),
    ("loopback", "one_commit", [times("clone", 50), times("warm", 1.5), near_floor(1, 8 * KIB)]),
    ("loopback", "many_commits_behind", [times("clone", 5), times("warm", 1.5), near_floor(1.05, 0)]),
    ("loopback", "many_branches", [times("warm", 1), requests_a_side(8)]),
    ("slow", "many_branches", [at_most("serial_requests", 6, "at most 6 serial round trips")]),
    ("loopback", "empty_target", [times("clone", 1.8), memory(24), nothing_written()]),
    ("slow", "no_op", [at_most("serial_requests", 1, "1 serial round trip")]),
    ("slow", "one_commit", [times("clone", 10), times("warm", 1.3),
                            at_most("serial_requests", 4, "at most 4 serial round trips")]),
    ("loopback", "many_refs_one_changed", [times("clone", 5), times("warm", 1.5), memory(32)]),
]


def judge_all(results, launcher):
    """One row for each goal: where, what, what was measured, and "ok", "missed" or "not measured"."""
    rows = []
    for link, scenario, goals in GOALS:
        by = {r["contender"]: r for r in results if r["link"] == link and r["scenario"] == scenario}
        where = next((f"{r['title']}, {'loopback' if link == 'loopback' else '30 ms'}" for r in by.values()),
                     f"{scenario}, {link}")
        for what, judge, rivals in goals:
            if all(key in by for key in (MEASURED, *rivals)):
                reached, measured = judge(by)
                rows.append({"where": where, "goal": what, "measured": measured,
                             "verdict": "ok" if reached else "missed"})
            else:
                rows.append({"where": where, "goal": what, "measured": "", "verdict": "not measured"})
    return rows + judge_launcher(launcher)


def judge_launcher(launcher):
    goals = ("the program itself takes at most 10 ms", "the launcher adds no more than node's own start")
    if not launcher:
        return [{"where": "start", "goal": goal, "measured": "", "verdict": "not measured"} for goal in goals]
    added = launcher["launcher"] - launcher["program"]
    return [
        {"where": "start", "goal": goals[0], "measured": f"{launcher['program']:.1f} ms",
         "verdict": "ok" if launcher["program"] <= 10 else "missed"},
        {"where": "start", "goal": goals[1],
         "measured": f"{added:.1f} ms, node alone {launcher['node']:.1f} ms",
         "verdict": "ok" if added <= launcher["node"] else "missed"}]
