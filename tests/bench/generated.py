"""A repository made up by the bench: always the same for the same number of commits."""
import random

import git

WORDS = ("ref pack tree blob commit branch merge fetch push delta index object remote lease source "
         "target graph base tip walk depth shallow filter header offset stream packet window").split()
FILES_PER_100_COMMITS = 10  # 2,000 files at 20,000 commits
TOPIC_EVERY = 25            # so often a commit of a topic branch is merged
TAG_EVERY = 100
RELEASE_EVERY = 1000


def make(path, commits):
    """A bare repository with `commits` commits on main, of which some are merges, releases and tags."""
    git.run("/", "init", "--quiet", "--bare", "--initial-branch=main", path)
    stream = bytearray()
    for part in history(commits):
        stream += part
    git.run_bytes(path, "fast-import", "--quiet", input=bytes(stream))
    git.run(path, "repack", "-adfbq", "--window=5", "--depth=20")
    git.run(path, "pack-refs", "--all")


def history(commits):
    chance = random.Random(20_000)
    files = [path_of(number) for number in range(max(20, commits * FILES_PER_100_COMMITS // 100))]
    contents = {}
    # Marks: 3n is commit n of main, 3n+1 a topic's commit that it merges.
    for number in range(1, commits + 1):
        merges = number % TOPIC_EVERY == 0 and number > 2 * TOPIC_EVERY
        if merges:
            yield commit("topic", 3 * number + 1, number, 3 * (number - 10), None, change(chance, contents, files, 1))
        # The first commits bring all files, later ones change one to three.
        if number <= 20:
            paths = files[number - 1::20]
            changes = b"".join(write(chance, contents, path) for path in paths)
        else:
            changes = change(chance, contents, files, chance.choice((1, 1, 2, 3)))
        yield commit("main", 3 * number, number, 3 * (number - 1) if number > 1 else None,
                     3 * number + 1 if merges else None, changes)
        if number % RELEASE_EVERY == 0:
            yield b"reset refs/heads/release/%d\nfrom :%d\n\n" % (number // RELEASE_EVERY, 3 * number)
        if number % TAG_EVERY == 0:
            yield b"tag v%d\nfrom :%d\ntagger bench <bench@example.org> %d +0000\ndata 8\nrelease\n\n" % (
                number // TAG_EVERY, 3 * number, 1_600_000_000 + 60 * number)
    yield b"reset refs/heads/topic\nfrom 0000000000000000000000000000000000000000\n\ndone\n"


def path_of(number):
    return f"part{number % 12}/{WORDS[number % len(WORDS)]}{number % 7}/file{number}.txt"


def commit(branch, mark, number, parent, merged, changes):
    head = b"commit refs/heads/%s\nmark :%d\ncommitter bench <bench@example.org> %d +0000\n" % (
        branch.encode(), mark, 1_600_000_000 + 60 * number)
    message = b"%s: step %d\n" % (branch.encode(), number)
    head += b"data %d\n%s\n" % (len(message), message)
    if parent:
        head += b"from :%d\n" % parent
    if merged:
        head += b"merge :%d\n" % merged
    return head + changes + b"\n"


def change(chance, contents, files, count):
    return b"".join(write(chance, contents, chance.choice(files)) for _ in range(count))


def write(chance, contents, path):
    lines = contents.setdefault(path, [line(chance) for _ in range(chance.randrange(10, 90))])
    for _ in range(chance.randrange(1, 6)):
        lines[chance.randrange(len(lines))] = line(chance)
    text = "".join(lines).encode()
    return b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text)


def line(chance):
    return " ".join(chance.choices(WORDS, k=6)) + f" {chance.getrandbits(32):08x}\n"
