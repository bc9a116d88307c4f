"""Who is measured: the commands that each would run, and what it may have prepared before."""
import dataclasses
import shlex

import repositories

HEADS_AND_TAGS = "'refs/heads/*:refs/heads/*' 'refs/tags/*:refs/tags/*'"


@dataclasses.dataclass
class Contender:
    key: str
    title: str
    command: object             # (scenario, source url, target url) -> argument list, run in a new folder
    warm: bool = False          # finds mirror.git in its folder, as the last sync left it
    slow: bool = False          # as many runs as --clone-runs says
    can: object = lambda scenario: ""  # why it cannot run this scenario


def shell(script):
    return ["sh", "-euc", script]


def clone_fetch_push(scenario, source, target):
    """What a workflow with actions/checkout (`fetch-depth: 0`) and a shell step does.

    actions/checkout v4 makes an empty repository and fetches all branches and tags with the
    refspecs below, then checks out the default branch. The step adds the target, fetches it to see
    what is new, and pushes. To fill an empty target people use a mirror clone.
    """
    if scenario.key == "empty_target":
        return shell(f"git clone -q --mirror {source} mirror && git -C mirror push -q --mirror {target}")
    head = default_branch(scenario)
    script = f"""
        git init -q work && cd work && git remote add origin {source}
        git -c protocol.version=2 fetch -q --prune --no-recurse-submodules origin \\
            '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'
        git checkout -q --force -B {head} refs/remotes/origin/{head}
        git remote add target {target} && git fetch -q target
    """
    if scenario.merge:
        script += f"""
        git merge -q --no-edit refs/remotes/target/{head}
        git push -q target 'refs/remotes/origin/*:refs/heads/*' '^refs/remotes/origin/{head}' \\
            HEAD:refs/heads/{head} 'refs/tags/*:refs/tags/*'"""
    else:
        force = "--force" if scenario.force else ""
        script += (f"git push -q {force} target 'refs/remotes/origin/*:refs/heads/*' 'refs/tags/*:refs/tags/*'"
                   + refusal_is_fine(scenario))
    return shell(script)


def warm_fetch_push(scenario, source, target):
    """Plain git at its best: a bare mirror that the last sync left on disk."""
    head = default_branch(scenario)
    script = f"git -C mirror.git fetch -q --prune {source} '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'\n"
    if scenario.merge:
        script += f"""
        cd mirror.git && git fetch -q {target} refs/heads/{head}
        tree=$(git merge-tree --write-tree {head} FETCH_HEAD)
        merge=$(git commit-tree "$tree" -p {head} -p FETCH_HEAD -m 'merge both sides')
        git update-ref refs/heads/{head} "$merge" && cd ..\n"""
    force = "--force" if scenario.force else ""
    return shell(script + f"git -C mirror.git push -q {force} {target} {HEADS_AND_TAGS}" + refusal_is_fine(scenario))


def refusal_is_fine(scenario):
    """Git pushes the others and complains of the branch that diverged."""
    return " 2>refused || grep -q rejected refused" if scenario.leave else ""


def default_branch(scenario):
    head = (scenario.source / "HEAD").read_text().strip()
    return shlex.quote(head.removeprefix("ref: refs/heads/"))


def sync_action(program, help_text, report):
    def command(scenario, source, target):
        return [program, f"--source_repo={source}", f"--target_repo={target}", f"--report={report}",
                *scenario.flags]

    def can(scenario):
        if scenario.merge and "merge" not in on_divergence_choices(help_text):
            return "the program's --help does not name merge among the choices of on_divergence"
        return ""

    title = {"false": "sync-action", "true": "sync-action, report", "full": "sync-action, full report"}
    key = {"false": "sync_action", "true": "sync_action_report", "full": "sync_action_full_report"}
    return Contender(key[report], title[report], command, can=can)


def on_divergence_choices(help_text):
    words = help_text.partition("--on_divergence")[2].partition("\n  --")[0]
    return words.replace(",", " ").replace(".", " ").split()


def other(template):
    """`name=command`, with {source} and {target} where the addresses go."""
    name, _, text = template.partition("=")

    def command(scenario, source, target):
        return shell(text.replace("{source}", source).replace("{target}", target))
    return Contender(name, name, command)


def prepare(contender, scenario, work):
    if contender.warm:
        repositories.copy(scenario.mirror, work / "mirror.git")


CLONE = Contender("clone", "clone, fetch, push", clone_fetch_push, slow=True)
WARM = Contender("warm", "warm mirror", warm_fetch_push, warm=True)
