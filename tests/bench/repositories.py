"""Bare repositories for the scenarios: taken from another one, changed, and copied cheaply."""
import os
import pathlib
import shutil

import git


def empty(path):
    git.run("/", "init", "--quiet", "--bare", "--initial-branch=main", path)


def extract(source, refs, path, head="refs/heads/main"):
    """Makes a repository with `refs` and what they reach, and nothing else. `source` is only read."""
    empty(path)
    git.run(source, "pack-objects", "--revs", "--delta-base-offset", "--quiet",
            pathlib.Path(path) / "objects/pack/pack", input="\n".join(refs.values()) + "\n")
    git.run(path, "symbolic-ref", "HEAD", head)
    write_refs(path, refs)


def write_refs(path, refs):
    """Gives the repository exactly these refs."""
    shutil.rmtree(pathlib.Path(path) / "refs")
    for folder in ("heads", "tags"):
        (pathlib.Path(path) / "refs" / folder).mkdir(parents=True)
    lines = [f"{oid} {name}\n" for name, oid in sorted(refs.items())]
    (pathlib.Path(path) / "packed-refs").write_text("".join(lines))
    git.run(path, "pack-refs", "--all")  # adds what annotated tags name, which servers tell


def copy(template, path):
    """A repository of its own that shares the files of objects, which git never changes in place."""
    template, path = str(template), str(path)
    shutil.copytree(template, path, ignore=lambda folder, _: ["objects"] if folder == template else [])
    shutil.copytree(f"{template}/objects", f"{path}/objects", copy_function=os.link)


def remove(path):
    shutil.rmtree(path, ignore_errors=True)


def add_commits(repository, ref, parent, count, label):
    """Puts `count` commits that each change one line of one file onto `parent`; returns the last."""
    file = a_file_of(repository, parent)
    text = git.run_bytes(repository, "cat-file", "blob", f"{parent}:{file}")
    stream = b""
    for number in range(1, count + 1):
        message = f"{label} {number}\n".encode()
        content = text + message
        stream += b"commit %s\ncommitter bench <bench@example.org> 1700000000 +0000\ndata %d\n%s" % (
            ref.encode(), len(message), message)
        stream += b"from %s\n" % parent.encode() if number == 1 else b""
        stream += b"M 100644 inline %s\ndata %d\n%s\n\n" % (file.encode(), len(content), content)
    git.run_bytes(repository, "fast-import", "--quiet", "--force", input=stream)
    git.run(repository, "pack-refs", "--all")
    return git.run(repository, "rev-parse", ref).strip()


def a_file_of(repository, commit):
    """A text file of some size, in a folder if there is one."""
    found = ""
    for entry in git.run(repository, "ls-tree", "-r", "-l", "-z", commit).split("\0"):
        facts, _, path = entry.partition("\t")
        if facts.startswith("100644 blob") and path.isascii() and not set(path) & set('" '):
            if 500 < int(facts.split()[3]) < 50_000 and path.count("/") >= found.count("/"):
                found = path
            if found.count("/") == 2:
                break
    if not found:
        raise git.GitFailed(f"the commit {commit} has no file that the bench could change")
    return found


def add_tags(repository, count, commits):
    stream = ""
    for number, commit in zip(range(count), commits):
        stream += (f"tag bench-{number:03}\nfrom {commit}\n"
                   "tagger bench <bench@example.org> 1700000000 +0000\ndata 6\nbench\n\n")
    git.run(repository, "fast-import", "--quiet", input=stream)
    git.run(repository, "pack-refs", "--all")
