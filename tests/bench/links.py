"""The links between the contenders and the servers: loopback, and a slow one.

The slow link is made by the kernel (netem, between two network namespaces; root) where it can, else
by delay_proxy.py. A link says where the servers are, before what command a contender is started
there, and how to read what passed.
"""
import contextlib
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys

import apache

ROUND_TRIP_MS = 30
MBIT_PER_SECOND = 100


@dataclasses.dataclass
class Link:
    key: str
    title: str
    url: str
    server: apache.Apache
    prefix: tuple = ()
    round_trip_ms: float = 0


@contextlib.contextmanager
def loopback(folder, repositories):
    server = apache.Apache(folder / "apache", repositories)
    try:
        yield Link("loopback", "loopback", f"http://127.0.0.1:{server.port}", server)
    finally:
        server.close()


def slow(folder, repositories):
    return by_netem(folder, repositories) if netem_works() else by_proxy(folder, repositories)


TITLE = f"{ROUND_TRIP_MS} ms round trip, {MBIT_PER_SECOND} Mbit/s"


@contextlib.contextmanager
def by_proxy(folder, repositories):
    server = apache.Apache(folder / "apache-behind-proxy", repositories)
    proxy = subprocess.Popen(
        [sys.executable, str(pathlib.Path(__file__).with_name("delay_proxy.py")),
         str(server.port), str(ROUND_TRIP_MS), str(MBIT_PER_SECOND)],
        stdout=subprocess.PIPE, text=True)
    try:
        port = int(proxy.stdout.readline())
        yield Link("slow", f"{TITLE} (by a proxy)", f"http://127.0.0.1:{port}", server,
                   round_trip_ms=ROUND_TRIP_MS)
    finally:
        proxy.terminate()
        proxy.wait()
        server.close()


def netem_works():
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "tc", "unshare"))):
        return False
    tried = subprocess.run(["unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", *shape()],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return tried.returncode == 0


def shape():
    return ["netem", "delay", f"{ROUND_TRIP_MS / 2:g}ms", "rate", f"{MBIT_PER_SECOND}mbit", "limit", "10000"]


@contextlib.contextmanager
def by_netem(folder, repositories):
    near, far = (f"sync-bench-{os.getpid()}-{end}" for end in ("client", "server"))

    def ip(*arguments):
        subprocess.run(["ip", *arguments], check=True)

    server = None
    try:
        for namespace in (near, far):
            ip("netns", "add", namespace)
            ip("-n", namespace, "link", "set", "lo", "up")
        ip("link", "add", "to-server", "netns", near, "type", "veth", "peer", "name", "to-client", "netns", far)
        for namespace, device, address in ((near, "to-server", "10.0.0.2"), (far, "to-client", "10.0.0.1")):
            ip("-n", namespace, "address", "add", f"{address}/24", "dev", device)
            ip("-n", namespace, "link", "set", device, "up")
            ip("netns", "exec", namespace, "tc", "qdisc", "add", "dev", device, "root", *shape())
        server = apache.Apache(folder / "apache-behind-netem", repositories, "10.0.0.1",
                               prefix=("ip", "netns", "exec", far))
        yield Link("slow", f"{TITLE} (by netem)", f"http://10.0.0.1:{server.port}", server,
                   prefix=("ip", "netns", "exec", near), round_trip_ms=ROUND_TRIP_MS)
    finally:
        if server:
            server.close()
        for namespace in (near, far):
            subprocess.run(["ip", "netns", "delete", namespace], stderr=subprocess.DEVNULL)
