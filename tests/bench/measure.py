"""One run, many runs, and their medians."""
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import time

import apache
import contenders as field
import git
import goals
import repositories
import scenarios as subjects

STOPWATCH = pathlib.Path(__file__).with_name("stopwatch.py")


class WrongResult(Exception):
    """A contender failed, or left the target otherwise than it had to."""


def stopwatch(command, folder, log, prefix=(), environment=None):
    """Wall, CPU, memory and blocks of one command, run in `folder`."""
    result = pathlib.Path(log).with_suffix(".json")
    process = subprocess.Popen(
        [*prefix, sys.executable, "-I", "-S", str(STOPWATCH), str(result), str(log), *command],
        cwd=folder, env={**git.ENVIRONMENT, **(environment or {})}, start_new_session=True)
    try:
        process.wait()
    except BaseException:  # interrupted: nothing of it may go on writing into the folder
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return json.loads(result.read_text())


def runner_variables(link, work):
    """The server is the workflow's own, as github.com is on its runners."""
    return {"GITHUB_WORKSPACE": str(work), "GITHUB_SERVER_URL": link.url, "GITHUB_API_URL": f"{link.url}/api"}


class Bench:
    """Runs contenders in scenarios. `folder` is thrown away by whoever made it."""

    def __init__(self, folder, say):
        self.folder, self.say = pathlib.Path(folder), say
        self.counts_blocks = counts_blocks(self.folder)

    def run_scenario(self, link, scenario, contenders, runs, slow_runs):
        """All runs, the contenders taking turns; a list with one result for each contender.

        Who fails once, or leaves a wrong target, is out: its result says why and has no figures.
        """
        taken = {contender.key: [] for contender in contenders}
        problems = {}
        for round_number in range(max(runs, slow_runs)):
            first = round_number % len(contenders)  # another each time: who follows the clone finds a busy disk
            for contender in contenders[first:] + contenders[:first]:
                wanted = slow_runs if contender.slow else runs
                if round_number >= wanted or contender.key in problems:
                    continue
                try:
                    last = round_number == wanted - 1 and contender.key == goals.MEASURED
                    taken[contender.key].append(self.run_once(link, scenario, contender, last))
                except WrongResult as wrong:
                    self.say(f"  WRONG: {wrong}")
                    problems[contender.key] = str(wrong)
        results = []
        for contender in contenders:
            facts = {"link": link.key, "scenario": scenario.key, "title": scenario.title,
                     "contender": contender.key, "name": contender.title,
                     "floor_bytes": scenario.floor, "floor_trips": scenario.trips,
                     "listing_bytes": scenario.listings}
            if contender.key in problems:
                results.append({**facts, "verified": False, "problem": problems[contender.key]})
            else:
                results.append({**facts, "verified": True, **summary(taken[contender.key]),
                                "runs": taken[contender.key]})
        return results

    def run_once(self, link, scenario, contender, last):
        target, work = scenario.folder / "target.git", self.folder / "work"
        for path in (target, work):
            repositories.remove(path)
        repositories.copy(scenario.target, target)
        work.mkdir()
        field.prepare(contender, scenario, work)
        at_start = disk_use(work)
        url = f"{link.url}/{scenario.key}"
        command = contender.command(scenario, f"{url}/source.git", f"{url}/target.git")
        log = self.folder / "output.log"
        since = link.server.log_size()
        facts = stopwatch(command, work, log, link.prefix, runner_variables(link, work))
        facts |= apache.wire_facts(link.server.read_log(since), link.round_trip_ms)
        facts["bytes_left"] = disk_use(work) - at_start
        facts["bytes_written"] = facts.pop("blocks_written") * 512 if self.counts_blocks else None
        problem = f"exit status {facts['exit']}" if facts["exit"] else subjects.expectation_fails(
            scenario, target, thorough=last)
        if problem:
            raise WrongResult(f"{contender.title}, {scenario.title}, {link.title}: {problem}\n"
                              f"{log.read_text(errors='replace')[-2000:]}")
        self.say(f"  {link.key:9} {scenario.key:22} {contender.key:24} {facts['wall_s']:9.3f} s")
        return facts

    def run_launcher(self, root, runs):
        """Medians in ms of node alone, of the launcher, and of the program, all doing nothing."""
        programs = {"node": ["node", "-e", "0"], "launcher": ["node", f"{root}/dist/index.js", "--version"],
                    "program": [f"{root}/dist/linux-x64/sync-action", "--version"]}
        walls = {name: [] for name in programs}
        for _ in range(runs):
            for name, command in programs.items():
                facts = stopwatch(command, self.folder, self.folder / "output.log")
                if facts["exit"] != 0:
                    return None
                walls[name].append(facts["wall_s"] * 1000)
        return {name: round(statistics.median(values), 1) for name, values in walls.items()}


def summary(runs):
    """Medians; of the wall the extremes too."""
    result = {}
    for name in runs[0]:
        values = [run[name] for run in runs]
        if name != "exit" and None not in values:
            result[name] = statistics.median(values)
    walls = [run["wall_s"] for run in runs]
    return result | {"wall_min_s": min(walls), "wall_max_s": max(walls)}


def disk_use(folder):
    return sum(os.lstat(os.path.join(place, name)).st_size
               for place, _, names in os.walk(folder) for name in names)


def least_memory(folder):
    """The KiB that even a process that does nothing is said to take."""
    return stopwatch(["true"], folder, folder / "output.log")["rss_kib"]


def counts_blocks(folder):
    """Whether this file system tells a process how much it wrote (tmpfs does not)."""
    probe = folder / "probe"
    write = f"open({str(probe)!r}, 'wb').write(bytes(1 << 20))"
    log = folder / "probe.log"
    facts = stopwatch([sys.executable, "-c", write], folder, log)
    probe.unlink()
    return facts["blocks_written"] * 512 >= 1 << 20


def now():
    return time.strftime("%Y-%m-%d", time.gmtime())
