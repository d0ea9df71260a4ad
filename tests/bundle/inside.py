"""Runs where no network is: standard library only.  Says on its last line, as JSON, what it saw.

python3.11 inside.py install <bundle> <folder>
python3.11 inside.py serve <folder> <port>
"""

from __future__ import annotations

import contextlib
import fcntl
import http.cookiejar
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

OUTSIDE = ("192.0.2.1", "8.8.8.8", "10.0.0.1")  # documentation's own, everybody's, and an inner one
WAIT = 240  # seconds, for a machine with much else to do


def main() -> None:
    verb, *rest = sys.argv[1:]
    loopback_up()
    seen = {"cut": proof(), **{"install": install, "serve": serve}[verb](*rest)}
    sys.stdout.write(json.dumps(seen) + "\n")


def loopback_up() -> None:
    """A new network namespace has a loopback device, which is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, 0x8914, struct.pack("16sH14s", b"lo", 0x41, b""))  # SIOCSIFFLAGS, up and running


def proof() -> dict[str, Any]:
    """What there is of a network: devices, routes, and what happens to whoever tries to leave."""
    devices = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
    routes = Path("/proc/net/route").read_text().splitlines()[1:]
    tried = {}
    for address in OUTSIDE:
        with socket.socket() as probe:
            probe.settimeout(5)
            tried[address] = probe.connect_ex((address, 443))
    return {
        "namespace": str(Path("/proc/self/ns/net").readlink()),
        "devices": devices,
        "routes": routes,
        "tried": tried,
    }


def install(bundle: str, folder: str) -> dict[str, Any]:
    done = subprocess.run([f"{bundle}/install", folder], capture_output=True, text=True, check=False)
    return {"status": done.returncode, "said": done.stdout + done.stderr}


def serve(folder: str, port: str) -> dict[str, Any]:
    """`make run` in the folder: the log-in form, every static file, a log-in; then stopped by its process id."""
    output = Path(folder).parent / "served.log"
    with output.open("w") as log:
        running = subprocess.Popen(["make", "run", f"PORT={port}"], cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        said = wait_for_greeting(running, output)
        seen = visit(f"http://127.0.0.1:{port}", said, Path(folder) / "var/static")
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)
    return seen | {"left": still_there(folder), "said": output.read_text()}


def wait_for_greeting(running: subprocess.Popen[bytes], output: Path) -> str:
    for _ in range(WAIT * 5):
        said = output.read_text()
        if "make otp" in said or "パスワード" in said:
            return said
        if running.poll() is not None:
            raise SystemExit(f"make run ended by itself: {said}")
        time.sleep(0.2)
    raise SystemExit(f"make run did not begin to serve: {output.read_text()}")


def visit(base: str, said: str, static: Path) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    opener.addheaders = [("Accept-Language", "ja")]

    def get(path: str, data: bytes | None = None) -> tuple[int, bytes]:
        asked = urllib.request.Request(base + path, data, {"Referer": base + path})
        with opener.open(asked, timeout=60) as answer:
            return answer.status, answer.read()

    status, page = get("/accounts/login/")
    form = page.decode()
    linked = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', form)))
    answers = {path: get(path) for path in linked}
    listed = json.loads((static / "staticfiles.json").read_text())["paths"]
    bad = [name for name, path in listed.items() if get(f"/static/{urllib.parse.quote(path)}")[0] != 200]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    password = re.search(r"パスワード\S*\s+(\S+)", said)
    assert token and password, (form, said)
    fields = {"login": "200401", "password": password[1], "csrfmiddlewaretoken": token[1]}
    inbox = get("/accounts/login/", urllib.parse.urlencode(fields).encode())[1].decode()
    return {
        "status": status,
        "form": form,
        "linked": {path: [code, len(content)] for path, (code, content) in answers.items()},
        "static": sorted(listed),
        "bad": bad,
        "inbox": inbox,
    }


def still_there(folder: str) -> list[str]:
    """Processes that still stand in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((process / "cwd").readlink()) == folder:
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


main()
