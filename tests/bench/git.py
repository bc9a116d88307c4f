"""Calls of git that never read the user's settings."""
import functools
import os
import pathlib
import subprocess

ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "bench", "GIT_AUTHOR_EMAIL": "bench@example.org",
    "GIT_COMMITTER_NAME": "bench", "GIT_COMMITTER_EMAIL": "bench@example.org",
    "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
}


class GitFailed(Exception):
    """A git command of the bench's own did not succeed."""


def configure(folder):
    """Writes the only settings that the bench's git and the contenders' git have."""
    config = pathlib.Path(folder) / "gitconfig"
    config.write_text("[safe]\n\tdirectory = *\n"  # the targets are written by Apache's user
                      "[gc]\n\tauto = 0\n"
                      "[init]\n\tdefaultBranch = main\n")
    ENVIRONMENT["GIT_CONFIG_GLOBAL"] = str(config)
    ENVIRONMENT["HOME"] = str(folder)


def run(repository, *arguments, input="", environment=None):
    """Standard output as text."""
    return run_bytes(repository, *arguments, input=input.encode(), environment=environment).decode(errors="replace")


def run_bytes(repository, *arguments, input=b"", environment=None):
    done = subprocess.run(["git", "-C", str(repository), *map(str, arguments)], input=input,
                          capture_output=True, env={**ENVIRONMENT, **(environment or {})})
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace")[-500:]
        raise GitFailed(f"git {' '.join(map(str, arguments))}: {reason}")
    return done.stdout


@functools.cache
def exec_path():
    return run("/", "--exec-path").strip()


def version():
    return run("/", "version").split()[2]


def refs(repository):
    """Every ref below refs/ and what it names."""
    lines = run(repository, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split() for line in lines)
