"""Apache httpd in front of `git http-backend`, and what its access log tells of the wire.

Apache, because it hands a request body on while it still arrives, chunked ones too, as the servers
of the large hosts do. The log counts for every contender alike, outside of it and at no cost to it:
bytes with their HTTP headers (without TCP's and IP's), requests, connections, and when each request
began and ended.
"""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

import git

MODULES = ["log_config", "logio", "unixd", "mpm_event", "authz_core", "alias", "env", "setenvif", "cgid"]
MODULE_FOLDERS = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules",
                  "/usr/libexec/apache2", "/usr/lib/apache2"]
GIT_CONFIG = """\
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	autogc = false
[gc]
	auto = 0
[safe]
	directory = *
"""


class Missing(Exception):
    """Something that the bench needs is not on this machine."""


def find_program():
    for name in ("apache2", "httpd"):
        found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        if found:
            return found
    raise Missing("Apache httpd is missing; on Debian and Ubuntu: apt-get install apache2")


def server_user():
    """Apache's workers refuse to be root; whoever else starts it stays who they are."""
    if os.geteuid() != 0:
        return None
    for name in ("www-data", "apache", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise Missing("started by root, and there is no user www-data, apache or nobody for Apache")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Apache:
    """Serves the bare repositories below `repositories`. Everything else of it lies in `folder`.

    `prefix` goes before the command that starts it, as `ip netns exec name`.
    """

    def __init__(self, folder, repositories, address="127.0.0.1", prefix=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.address = address
        self.log = self.folder / "access.log"
        (self.folder / "gitconfig").write_text(GIT_CONFIG)
        for _ in range(5):  # the port is free now; somebody else may take it before Apache does
            self.port = free_port()
            self._write_configuration(repositories)
            self.process = subprocess.Popen(
                [*prefix, find_program(), "-f", str(self.folder / "httpd.conf"), "-DFOREGROUND"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self._is_up(prefix):
                return
            self.close()
        raise Missing(f"Apache does not start: {self._errors()}")

    def _errors(self):
        log = self.folder / "error.log"
        return log.read_text()[-600:] if log.exists() else "it wrote no log"

    def _is_up(self, prefix):
        for _ in range(200):
            if self.process.poll() is not None:
                return False
            if (self.folder / "httpd.pid").exists() and (prefix or self._accepts()):
                return True
            time.sleep(0.02)
        return False

    def _accepts(self):
        try:
            socket.create_connection((self.address, self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def _write_configuration(self, repositories):
        modules = next((m for m in MODULE_FOLDERS if os.path.exists(f"{m}/mod_cgid.so")), None)
        if not modules:
            raise Missing("Apache's mod_cgid.so is missing")
        user = server_user()
        lines = [f'ServerRoot "{self.folder}"', "ServerName 127.0.0.1", f"Listen {self.address}:{self.port}"]
        for name in MODULES:
            if os.path.exists(f"{modules}/mod_{name}.so"):  # Debian builds some of them in
                lines.append(f"LoadModule {name}_module {modules}/mod_{name}.so")
        if user:
            lines += [f"User #{user.pw_uid}", f"Group #{user.pw_gid}"]
        environment = {"GIT_PROJECT_ROOT": repositories, "GIT_HTTP_EXPORT_ALL": 1, "HOME": self.folder,
                       "GIT_CONFIG_GLOBAL": self.folder / "gitconfig", "GIT_CONFIG_NOSYSTEM": 1}
        lines += [f'SetEnv {name} "{value}"' for name, value in environment.items()]
        lines += [
            f'DefaultRuntimeDir "{self.folder}"', 'PidFile "httpd.pid"', 'ErrorLog "error.log"',
            'ScriptSock "cgi.socket"',
            "KeepAlive On", "MaxKeepAliveRequests 0", "KeepAliveTimeout 60", "Timeout 3600",
            "LimitRequestBody 0", "StartServers 1", "ThreadsPerChild 25",
            'SetEnvIf Git-Protocol ".*" GIT_PROTOCOL=$0',
            f'ScriptAlias "/" "{git.exec_path()}/git-http-backend/"',
            "<Directory />", "  Require all granted", "</Directory>",
            r'LogFormat "%U\t%q\t%s\t%I\t%O\t%{begin:usec}t\t%{end:usec}t\t%{remote}p" wire',
            'CustomLog "access.log" wire']
        (self.folder / "httpd.conf").write_text("\n".join(lines) + "\n")

    def read_log(self, since):
        """The lines after offset `since`, once no more come: they are written after the answer."""
        text, unchanged = "", 0
        while unchanged < 3:
            time.sleep(0.02)
            before = text
            with open(self.log) as file:
                file.seek(since)
                text = file.read()
            unchanged = unchanged + 1 if text == before else 0
        return text

    def log_size(self):
        return self.log.stat().st_size if self.log.exists() else 0

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def wire_facts(log_text, round_trip_ms=0):
    """Bytes, requests, connections and serial requests of one run, out of its lines of the log."""
    facts = {"bytes_down": 0, "bytes_up": 0, "requests_source": 0, "requests_target": 0}
    spans, connections = [], set()
    for line in log_text.splitlines():
        path, _, _, bytes_in, bytes_out, begin, end, port = line.split("\t")
        facts["bytes_up"] += int(bytes_in)
        facts["bytes_down"] += int(bytes_out)
        facts["requests_source" if "/source.git/" in path else "requests_target"] += 1
        spans.append((int(begin), int(end)))
        connections.add(port)
    facts["connections"] = len(connections)
    facts["serial_requests"] = longest_chain(spans, round_trip_ms * 1000 / 2)
    return facts


def longest_chain(spans, pause=0):
    """How many of the requests waited for one another at most: each began after the last had ended.

    An answer that was waited for and the next request need a round trip between them; what begins
    within `pause`, half of that, was on its way before, and a busy server took it up late.
    """
    count, last_end = 0, -1 - pause
    for begin, end in sorted(spans, key=lambda span: span[1]):
        if begin >= last_end + pause:
            count, last_end = count + 1, end
    return count
