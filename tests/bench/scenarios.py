"""What is synced: for each scenario a source, a target as it is before, and what it must be after.

All start from one base, the repository that is measured. The source of a scenario is served as it
is to every contender; target and warm mirror are copied anew from their templates for every run.
"""
import dataclasses
import pathlib

import git
import repositories

ALL_BRANCHES = "--branches=*"


@dataclasses.dataclass
class Scenario:
    key: str
    title: str
    folder: pathlib.Path            # source.git is served from here
    target: pathlib.Path            # template
    mirror: pathlib.Path            # template: what a warm mirror knows, the last sync's refs
    flags: tuple = (ALL_BRANCHES,)  # of sync-action
    force: bool = False
    merge: bool = False             # main diverged and is to be merged
    leave: bool = False             # a branch diverged and is left alone
    trips: int = 3                  # fewest serial requests: list, fetch, push
    floor: int = 0                  # bytes of the thin delta pack
    listings: int = 0               # bytes that listing source and target costs
    expected: dict = dataclasses.field(default_factory=dict)

    @property
    def source(self):
        return self.folder / "source.git"


class Builder:
    """Makes the scenarios of one base repository below `served` (sources) and `templates`."""

    def __init__(self, base, served, templates, many_commits=1000, many_refs=20_000):
        self.base, self.served, self.templates = base, served, templates
        self.many_commits, self.many_refs = many_commits, many_refs
        self.head = git.run(base, "symbolic-ref", "HEAD").strip()
        self.refs = git.refs(base)
        self.tip = self.refs[self.head]

    def build(self, key):
        scenario = getattr(self, key)()
        scenario.expected = scenario.expected or git.refs(scenario.source)
        scenario.floor = smallest_pack(scenario)
        scenario.listings = size_of_listings(scenario)
        return scenario

    def _start(self, key, title, **facts):
        """A scenario whose source and target are both the base, until its builder changes them."""
        folder = self.served / key
        folder.mkdir()
        repositories.copy(self.base, folder / "source.git")
        return Scenario(key, title, folder, target=self.base, mirror=self.base, **facts)

    def _template(self, scenario, name):
        path = self.templates / f"{scenario.key}-{name}.git"
        repositories.copy(self.base, path)
        return path

    def no_op(self):
        return self._start("no_op", "no-op", trips=1)

    def one_commit(self):
        scenario = self._start("one_commit", "1 commit")
        repositories.add_commits(scenario.source, self.head, self.tip, 1, "one more")
        return scenario

    def many_commits_behind(self):
        """The newest commits of the base's own history; refs that already have them are left out."""
        scenario = self._start("many_commits_behind", f"{self.many_commits:,} commits")
        wanted, old = self.many_commits, ""
        for commit in git.run(self.base, "rev-list", "--first-parent", self.tip).split():
            old = commit
            if int(git.run(self.base, "rev-list", "--count", f"{commit}..{self.tip}")) >= wanted:
                break
        merged = git.run(self.base, "for-each-ref", f"--merged={old}", "--format=%(refname)").split()
        before = {name: self.refs[name] for name in merged} | {self.head: old}
        repositories.write_refs(scenario.source, before | {self.head: self.tip})
        scenario.target = scenario.mirror = self.templates / f"{scenario.key}-target.git"
        repositories.extract(self.base, before, scenario.target, self.head)
        return scenario

    def new_branch(self):
        scenario = self._start("new_branch", "new branch")
        older = git.run(self.base, "rev-list", "--first-parent", "-n", "10", self.tip).split()[-1]
        repositories.add_commits(scenario.source, "refs/heads/bench/new", older, 3, "on a branch")
        return scenario

    def new_tags(self):
        scenario = self._start("new_tags", "40 new tags")
        step = git.run(self.base, "rev-list", "--first-parent", "-n", "80", self.tip).split()[::2]
        repositories.add_tags(scenario.source, 40, (step * 40)[:40])
        return scenario

    def rewritten(self):
        scenario = self._start("rewritten", "forced rewrite", force=True,
                               flags=(ALL_BRANCHES, "--force_sync=true"))
        repositories.add_commits(scenario.source, self.head, f"{self.tip}~1", 1, "amended")
        return scenario

    def merged(self):
        scenario = self._start("merged", "diverged, merged", merge=True,
                               flags=(ALL_BRANCHES, "--on_divergence=merge"))
        repositories.add_commits(scenario.source, self.head, self.tip, 1, "on the source")
        scenario.target = self._template(scenario, "target")
        path = "bench-of-the-target.txt"
        stream = (f"commit {self.head}\ncommitter bench <bench@example.org> 1700000000 +0000\n"
                  f"data 14\non the target\nfrom {self.tip}\nM 100644 inline {path}\ndata 5\nhere\n\n")
        git.run(scenario.target, "fast-import", "--quiet", input=stream)
        git.run(scenario.target, "pack-refs", "--all")
        return scenario

    def many_branches(self):
        """Sixty branches that moved by a commit, and one that both sides moved."""
        scenario = self._start("many_branches", "60 branches, 1 diverged", leave=True,
                               flags=(ALL_BRANCHES, "--on_divergence=skip"))
        commits = git.run(self.base, "rev-list", "--first-parent", "-n", "61", self.tip).split()
        many = {f"refs/heads/many/{number:02}": commits[number % len(commits)] for number in range(61)}
        scenario.target = scenario.mirror = self._template(scenario, "target")
        repositories.write_refs(scenario.target, self.refs | many)
        repositories.write_refs(scenario.source, self.refs | many)
        for name, oid in many.items():
            repositories.add_commits(scenario.source, name, oid, 1, f"on the source {name}")
        diverged = "refs/heads/many/30"
        scenario.mirror = self._template(scenario, "mirror")
        repositories.write_refs(scenario.mirror, self.refs | many)
        repositories.add_commits(scenario.target, diverged, many[diverged], 1, "on the target")
        scenario.expected = git.refs(scenario.source) | {diverged: git.refs(scenario.target)[diverged]}
        return scenario

    def empty_target(self):
        scenario = self._start("empty_target", "empty target")
        scenario.target = self.templates / "empty.git"
        repositories.empty(scenario.target)
        git.run(scenario.target, "symbolic-ref", "HEAD", self.head)
        return scenario

    def many_refs_one_changed(self):
        scenario = self._start("many_refs_one_changed", f"{self.many_refs:,} refs, 1 changed")
        commits = git.run(self.base, "rev-list", "--first-parent", self.tip).split()
        many = {f"refs/heads/many/{number:05}": commits[number % len(commits)]
                for number in range(self.many_refs)}
        scenario.target = scenario.mirror = self._template(scenario, "target")
        repositories.write_refs(scenario.target, self.refs | many)
        repositories.write_refs(scenario.source, self.refs | many)
        changed = f"refs/heads/many/{self.many_refs // 3:05}"
        repositories.add_commits(scenario.source, changed, many[changed], 1, "the only one")
        return scenario


KEYS = ("no_op", "one_commit", "many_commits_behind", "new_branch", "new_tags", "rewritten", "merged",
        "many_branches", "empty_target", "many_refs_one_changed")


def smallest_pack(scenario):
    """Bytes of the thin delta pack with exactly what the target lacks."""
    wanted = set(git.refs(scenario.source).values())
    there = set(git.refs(scenario.target).values())
    if wanted <= there:
        return 0
    revisions = [*sorted(wanted - there), *(f"^{oid}" for oid in sorted(there))]
    environment = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(scenario.target / "objects")}
    pack = git.run_bytes(scenario.source, "pack-objects", "--thin", "--revs", "--stdout",
                         "--delta-base-offset", "--no-use-bitmap-index", "--quiet",
                         input="\n".join(revisions).encode() + b"\n", environment=environment)
    return len(pack)


def size_of_listings(scenario):
    """The source's refs by ls-refs once; the target's by its receive-pack before the push and, if
    there is anything to push, once more to see what landed."""
    request = b"0014command=ls-refs\n0001" + b"0009peel\n" + b"000csymrefs\n"
    for prefix in (b"refs/heads/", b"refs/tags/"):
        line = b"ref-prefix " + prefix + b"\n"
        request += b"%04x" % (len(line) + 4) + line
    source = git.run_bytes(scenario.source, "upload-pack", "--stateless-rpc", ".",
                           input=request + b"0000", environment={"GIT_PROTOCOL": "version=2"})
    target = git.run_bytes(scenario.target, "receive-pack", "--http-backend-info-refs", ".")
    if scenario.trips == 1:
        return len(source) + len(target)
    new = scenario.expected.keys() - git.refs(scenario.target).keys()
    return len(source) + 2 * len(target) + sum(len("003f") + 40 + len(f" {name}\n") for name in new)


def expectation_fails(scenario, target, thorough):
    """What is wrong with a target after a run, in one line; empty if nothing is."""
    # What sync-action keeps for itself (its ledger, its backups) is no part of the sync.
    refs = {name: oid for name, oid in git.refs(target).items() if not name.startswith("refs/sync/")}
    expected = dict(scenario.expected)
    if scenario.merge:
        head = git.run(scenario.source, "symbolic-ref", "HEAD").strip()
        problem = merge_fails(scenario, target, head)
        if problem:
            return problem
        expected[head] = refs[head]
    if refs != expected:
        wrong = sorted(name for name in refs.keys() | expected.keys() if refs.get(name) != expected.get(name))
        return f"{len(wrong)} refs are not as they should be, first {wrong[0]}"
    try:
        git.run(target, "fsck", *(["--full", "--strict"] if thorough else ["--connectivity-only"]))
    except git.GitFailed as failure:
        return f"git fsck: {failure}"
    return ""


def merge_fails(scenario, target, head):
    ours, theirs = git.refs(scenario.target)[head], git.refs(scenario.source)[head]
    parents = git.run(target, "rev-list", "--parents", "-n", "1", head).split()[1:]
    if sorted(parents) != sorted([ours, theirs]):
        return f"{head} is not a merge of both sides"
    if git.run(target, "merge-tree", "--write-tree", ours, theirs).split()[0] != git.run(
            target, "rev-parse", f"{head}^{{tree}}").strip():
        return f"{head} has another tree than git merge makes"
    return ""
