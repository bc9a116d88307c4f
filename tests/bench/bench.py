"""The whole of scripts/bench, from its arguments to the files that it leaves."""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import apache
import chart
import contenders as field
import generated
import git
import goals
import links
import machine
import measure
import repositories
import scenarios
import tables

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "dist/linux-x64/sync-action"
QUICK_ON_SLOW_LINK = ("no_op", "one_commit", "empty_target")


def read_arguments(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--repository", metavar="PATH", help="measure with this repository (only read) instead of a generated one")
    add("--program", metavar="PATH", help="the sync-action to measure; default: the one in dist/")
    add("--other", metavar="NAME=COMMAND", action="append", default=[],
        help="one more contender: a shell command with {source} and {target}, run in an empty folder")
    add("--runs", type=int, default=5, help="how often each contender runs (5)")
    add("--clone-runs", type=int, help="how often the clone runs, which takes longest; default: as --runs")
    add("--links", default="loopback,slow", help="loopback, slow or both")
    add("--scenarios", help=f"some of {','.join(scenarios.KEYS)}")
    add("--commits", type=int, default=20_000, help="commits of the generated repository (20000)")
    add("--quick", action="store_true", help="200 commits, each run once: does the bench work?")
    add("--out", default="build/bench", help="folder for bench.json, bench.md, bench.svg (build/bench)")
    add("--readme", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    options.many_commits, options.many_refs, options.interrupted = 1000, 20_000, False
    if options.quick:
        options.commits, options.runs, options.many_commits, options.many_refs = 200, 1, 100, 300
    if options.clone_runs is None:
        options.clone_runs = options.runs
    options.scenarios = options.scenarios.split(",") if options.scenarios else list(scenarios.KEYS)
    unknown = set(options.scenarios) - set(scenarios.KEYS) | set(options.links.split(",")) - {"loopback", "slow"}
    if unknown or min(options.runs, options.commits) < 1 or options.clone_runs < 0:
        parser.error(f"there is no {', '.join(sorted(unknown))}" if unknown else "a number is too small")
    return options


def say(text):
    print(text, file=sys.stderr, flush=True)


def install_apache():
    """On Debian and Ubuntu, as scripts/test installs what it needs."""
    with contextlib.suppress(apache.Missing):
        return apache.find_program()
    if not shutil.which("apt-get"):
        return apache.find_program()  # says what is missing
    say("installing: apache2")
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "--quiet=2"]
    install = [*apt, "install", "--yes", "--no-install-recommends", "apache2"]
    for command in (install, [*apt, "update"], install):
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode == 0 and command is install:
            break
    return apache.find_program()


@contextlib.contextmanager
def temporary_folder():
    """Readable by us and, if we are root, by the user as whom Apache then runs."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sync-bench-"))
    if user := apache.server_user():
        os.chown(folder, 0, user.pw_gid)
        folder.chmod(0o710)
        os.umask(0)  # Apache's user writes into repositories that we make
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_base(options, folder):
    """The repository that is measured, as a host keeps it: one pack with bitmaps."""
    path = folder / "base.git"
    if not options.repository:
        say(f"generating {options.commits:,} commits")
        generated.make(path, options.commits)
        return path, "generated"
    given = pathlib.Path(options.repository).resolve()
    head = git.run(given, "rev-parse", "--symbolic-full-name", "HEAD").strip()
    refs = {name: oid for name, oid in git.refs(given).items() if name.startswith(("refs/heads/", "refs/tags/"))}
    if head not in refs:
        raise git.GitFailed(f"{given} is on no branch: the bench works on the default branch")
    if git.run(given, "rev-parse", "--is-shallow-repository", "--show-object-format").split() != ["false", "sha1"]:
        raise git.GitFailed(f"{given} is shallow or uses SHA-256: the bench cannot measure with it")
    say("copying the repository")
    repositories.extract(given, refs, path, head)
    git.run(path, "repack", "-adbq")
    return path, given.name


def facts_of(base, name):
    return {"name": name, "commits": int(git.run(base, "rev-list", "--count", "--all")),
            "refs": len(git.refs(base)), "bytes": measure.disk_use(base / "objects")}


def the_field(options, program):
    told = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    ours = [field.sync_action(program, told, report) for report in ("false", "true", "full")]
    return [*([field.CLONE] if options.clone_runs else []), field.WARM, *ours, *map(field.other, options.other)]


def run_links(options, folder, builder, contenders):
    """Results, what was skipped, and the links; as the report has them.

    Who interrupts it gets a report of the scenarios that were done.
    """
    bench = measure.Bench(folder, say)
    results, skipped = [], []
    with contextlib.ExitStack() as stack:
        up = [stack.enter_context({"loopback": links.loopback, "slow": links.slow}[key](folder, builder.served))
              for key in options.links.split(",")]
        try:
            for key in options.scenarios:
                say(f"preparing {key}")
                scenario = builder.build(key)
                able = those_who_can(contenders, scenario, skipped)
                for link in up if able else []:
                    if options.quick and link.key != "loopback" and key not in QUICK_ON_SLOW_LINK:
                        continue
                    results += bench.run_scenario(link, scenario, able, options.runs, options.clone_runs)
                repositories.remove(scenario.folder)
        except KeyboardInterrupt:
            say("interrupted: what follows is not the whole")
            options.interrupted = True
        return results, skipped, [{"key": link.key, "title": link.title} for link in up]


def those_who_can(contenders, scenario, skipped):
    """Nobody, if sync-action cannot: then there is nothing to compare."""
    able = []
    for contender in contenders:
        if reason := contender.can(scenario):
            say(f"  skipped by {contender.title}: {reason}")
            skipped.append({"scenario": scenario.title, "contender": contender.title, "reason": reason})
        else:
            able.append(contender)
    return able if any(contender.key == goals.MEASURED for contender in able) else []


def measure_all(options, folder):
    program = str(pathlib.Path(options.program).resolve()) if options.program else str(SHIPPED)
    base, name = make_base(options, folder)
    for part in ("served", "templates"):
        (folder / part).mkdir()
    builder = scenarios.Builder(base, folder / "served", folder / "templates", options.many_commits, options.many_refs)
    repository = facts_of(base, name)
    results, skipped, shown = run_links(options, folder, builder, the_field(options, program))
    verified = [result for result in results if result["verified"]]
    wrong = [result for result in results if not result["verified"]]
    launcher = None
    if shutil.which("node") and SHIPPED.exists():
        launcher = measure.Bench(folder, say).run_launcher(ROOT, 3 if options.quick else 21)
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    return {"date": measure.now(), "program": version, "machine": machine.describe(),
            "repository": repository, "runs": options.runs, "slow_runs": options.clone_runs,
            "links": shown, "results": verified, "wrong": wrong, "skipped": skipped,
            "launcher_ms": launcher, "least_rss_kib": measure.least_memory(folder),
            "goals": goals.judge_all(verified, launcher)}


def write_files(options, report):
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps(report, indent=1) + "\n")
    (out / "bench.md").write_text(tables.full(report))
    (out / "bench.svg").write_text(chart.draw(report))
    if options.readme and not options.interrupted:
        readme = ROOT / "README.md"
        readme.write_text(tables.put_into(readme.read_text(), report))
    print(tables.full(report))
    say(f"written: {out}/bench.json, bench.md, bench.svg")


def main(description):
    options = read_arguments(description)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    mask = os.umask(0o022)
    try:
        install_apache()
        with temporary_folder() as folder:
            git.configure(folder)
            report = measure_all(options, folder)
    except (apache.Missing, git.GitFailed) as failure:
        say(f"bench: {failure}")
        return 1
    except KeyboardInterrupt:
        return 130
    os.umask(mask)
    write_files(options, report)
    return 130 if options.interrupted else 1 if report["wrong"] else 0
