"""A CGI program between a web server and `git http-backend` that makes git answer as a public host
does: it refuses what that host refuses, and advertises no more than that host does.

What is special about a host is in a file of rules (JSON), written by host_profile.cpp, which says
where each rule comes from. A request that passes goes on to the real git, byte for byte.
"""

import gzip
import io
import json
import os
import subprocess
import sys
import zlib

FLUSH = b"0000"
OFFSET_DELTA = 6  # gitformat-pack: the type of an entry


def packet(payload):
    return b"%04x" % (len(payload) + 4) + payload


def packets(data):
    """The (payload, end) of each packet at the front of `data`; None is the payload of a flush."""
    at = 0
    while at + 4 <= len(data):
        length = int(data[at : at + 4], 16)
        end = at + max(length, 4)
        yield (data[at + 4 : end] if length >= 4 else None), end
        at = end


class Refused(Exception):
    """Ends the request with this answer."""

    def __init__(self, status, text, headers=None):
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers or {"Content-Type": "text/plain"}


def check_stranger(rules):
    """Only who introduces himself as git is talked to."""
    if os.environ.get("PATH_INFO", "").endswith("/_signin"):
        raise Refused("203 Non-Authoritative Information", SIGN_IN_PAGE, {"Content-Type": "text/html"})
    if not os.environ.get("HTTP_USER_AGENT", "").startswith("git/"):
        stranger = rules["stranger"]
        raise Refused(stranger["status"], stranger["text"], stranger["headers"])


SIGN_IN_PAGE = "<!DOCTYPE html><html><title>Sign in to your account</title><p>Sign in</p></html>\n"


def name_of(capability):
    return capability.split(b"=", 1)[0].decode()


def check_capabilities(line, offered):
    """`line`: what follows the first command or want. Nothing may be used that was not offered."""
    for capability in line.split():
        if name_of(capability) not in offered:
            raise Refused("400 Bad Request", f"capability {capability!r} was not offered")
        if capability.count(b"=") > 1:
            raise Refused("400 Bad Request", f"malformed capability {capability!r}")


def check_fetch(rules, body):
    """A request of protocol version 0; version 2 is left to git."""
    offered = rules["offers"].get("git-upload-pack")
    lines = [payload.rstrip(b"\n") for payload, _ in packets(body) if payload]
    if not lines or not lines[0].startswith(b"want "):
        return
    used = lines[0].split(b" ", 2)[2] if lines[0].count(b" ") > 1 else b""
    demanded = rules.get("demands", [])
    if demanded and not {name_of(each) for each in used.split()} & set(demanded):
        raise Refused("400 Bad Request", rules["demand_text"])
    if offered is None:
        return
    check_capabilities(used, offered)
    for line in lines:
        if line.startswith((b"deepen", b"shallow ")) and "shallow" not in offered:
            raise Refused("400 Bad Request", f"'{line.decode()}' without 'shallow'")
        if line.startswith(b"filter ") and "filter" not in offered:
            raise Refused("400 Bad Request", f"'{line.decode()}' without 'filter'")


def check_push(rules, body):
    offered = rules["offers"].get("git-receive-pack")
    if offered is None:
        return
    first = True
    end = 0
    for payload, end in packets(body):
        if payload is None:
            break
        if payload.startswith(b"shallow "):
            continue
        command, _, used = payload.rstrip(b"\n").partition(b"\0")
        if first:
            check_capabilities(used, offered)
            first = False
        new = command.split(b" ")[1]
        if not new.strip(b"0") and "delete-refs" not in offered:
            raise Refused("400 Bad Request", "a deletion without 'delete-refs'")
    if "ofs-delta" not in offered:
        check_pack(body[end:])


def check_pack(pack):
    """No entry may name its base by an offset."""
    at = 12
    for _ in range(int.from_bytes(pack[8:12], "big")):
        kind = pack[at] >> 4 & 7
        while pack[at] & 0x80:
            at += 1
        at += 1
        if kind == OFFSET_DELTA:
            raise Refused("400 Bad Request", "an offset delta without 'ofs-delta'")
        if kind == 7:  # a delta that names its base
            at += 20
        inflater = zlib.decompressobj()
        inflater.decompress(pack[at:])
        at = len(pack) - len(inflater.unused_data)


def advertised(rules, service, body):
    """The advertisement (version 0) with what the host offers, and in its own words."""
    offered = rules["offers"].get(service)
    said = rules.get("says", {})
    out = b""
    after_service_line = False
    for payload, _ in packets(body):
        if payload is None:
            out += FLUSH
            continue
        line, zero, capabilities = payload.rstrip(b"\n").partition(b"\0")
        if zero:
            if rules.get("version_line") and after_service_line:
                out += packet(b"version 1\n")
            kept = [c for c in capabilities.split() if offered is None or name_of(c) in offered]
            kept = [
                f"{name_of(c)}={said[name_of(c)]}".encode() if name_of(c) in said else c
                for c in kept
            ]
            payload = line + b"\0" + b" ".join(kept) + b"\n"
        after_service_line = True
        out += packet(payload)
    return out


def reported(rules, body):
    """The answer to a push, with the host's reasons for what its hooks declined."""
    if rules.get("flushes_after_report", 1) > 1:
        return body + FLUSH * (rules["flushes_after_report"] - 1)
    text = report = chatter = b""
    for payload, _ in packets(body):
        if payload and payload[:1] == b"\1":
            report += payload[1:]
        elif payload and payload[:1] == b"\2":
            chatter += packet(payload)
            text += payload[1:]
    for words, reason in rules.get("reasons", []):
        if words.encode() in text:
            changed = b""
            for payload, _ in packets(report):
                line = (payload or b"").replace(b"pre-receive hook declined", reason.encode())
                changed += FLUSH if payload is None else packet(line)
            return chatter + packet(b"\1" + changed) + FLUSH
    return body


def service_of_request():
    query = os.environ.get("QUERY_STRING", "")
    path = os.environ.get("PATH_INFO", "")
    for service in ("git-upload-pack", "git-receive-pack"):
        if path.endswith("/" + service) or "service=" + service in query:
            return service
    return ""


def run_git(rules, body):
    backend = subprocess.run([rules["backend"]], input=body, stdout=subprocess.PIPE, check=False)
    headers, _, answer = backend.stdout.partition(b"\r\n\r\n")
    return headers, answer


def answer(rules):
    check_stranger(rules)
    service = service_of_request()
    asks_for_refs = os.environ.get("PATH_INFO", "").endswith("/info/refs")
    body = sys.stdin.buffer.read(int(os.environ.get("CONTENT_LENGTH") or 0))
    plain = gzip.decompress(body) if os.environ.get("HTTP_CONTENT_ENCODING") == "gzip" else body
    if not asks_for_refs and service == "git-upload-pack":
        check_fetch(rules, plain)
    if not asks_for_refs and service == "git-receive-pack":
        check_push(rules, plain)
    headers, result = run_git(rules, body)
    if not headers.startswith(b"Status:"):
        if asks_for_refs:
            result = advertised(rules, service, result)
        elif service == "git-receive-pack":
            result = reported(rules, result)
    if b"\nContent-Length:" in headers:
        headers = b"\r\n".join(
            line for line in headers.split(b"\r\n") if not line.startswith(b"Content-Length:")
        )
    sys.stdout.buffer.write(headers + b"\r\n\r\n" + result)


def main():
    with io.open(sys.argv[1], encoding="utf-8") as file:
        rules = json.load(file)
    try:
        answer(rules)
    except Refused as refused:
        headers = "".join(f"{name}: {value}\r\n" for name, value in refused.headers.items())
        sys.stdout.write(f"Status: {refused.status}\r\n{headers}\r\n{refused.text}")


main()
