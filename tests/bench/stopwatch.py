"""Runs one command and writes what it cost to a file, as JSON.

    python3 -I -S stopwatch.py <result.json> <output.log> <command> [argument...]

A process of its own, and a small one: Linux counts the memory of whoever forks into the child's
peak, so the bench itself, which is larger, must not be the one that forks. What remains of that is
about 5 MiB, less than any contender takes. Imports nothing that it does not need, for that reason.
"""
import os
import sys
import time


def main():
    result, log, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    out = os.memfd_create("output")  # in memory: what is printed must not count as written to disk
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(127)
    _, status, usage = os.wait4(pid, 0)  # with what its own children used, once it waited for them
    wall = time.monotonic() - start
    os.lseek(out, 0, os.SEEK_SET)
    with open(out, "rb") as printed, open(log, "wb") as file:
        file.write(printed.read())
    with open(result, "w") as file:
        file.write(
            f'{{"exit": {os.waitstatus_to_exitcode(status)}, "wall_s": {wall:.6f}, '
            f'"cpu_s": {usage.ru_utime + usage.ru_stime:.6f}, "rss_kib": {usage.ru_maxrss}, '
            f'"blocks_written": {usage.ru_oublock}}}\n')


main()
