#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""distro_test.py PROGRAM: the messages of tests/distro when it cannot work, with a package host of the test."""

import functools
import http.server
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def expect(code, text, *command):
    """The environment without a proxy, since the host is this machine."""
    env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    r = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=1000)
    said = r.stdout + r.stderr
    if r.returncode != code or text not in said:
        sys.exit(f"{' '.join(map(str, command))}: expected {code} and {text!r}, got {r.returncode}:\n{said}")
    print(f"{text!r}: ok")


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def main():
    program = sys.argv[1]
    expect(1, "which Debian suite", program)
    expect(1, "which Debian suite", program, "../trixie")
    expect(1, "unknown option", program, "--shrot", "trixie")
    expect(1, "--mirror needs a URL", program, "--mirror")
    if os.getuid() != 0:
        expect(1, "needs root", program, "trixie")
        return
    if not shutil.which("apt-get"):
        expect(1, "made with apt", program, "trixie")
        return
    expect(77, "no package host answers", program, "--mirror", f"http://127.0.0.1:{closed_port()}",
           "--check", "fake")
    with tempfile.TemporaryDirectory() as folder:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                 functools.partial(Silent, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mirror = f"http://127.0.0.1:{server.server_port}"
        expect(1, "has no suite fake", program, "--mirror", mirror, "--check", "fake")
        suite = pathlib.Path(folder, "dists", "fake")
        suite.mkdir(parents=True)
        (suite / "Release").write_text("Suite: fake\n", encoding="utf-8")
        expect(0, "", program, "--mirror", mirror, "--check", "fake")
        if shutil.which("mmdebstrap"):
            expect(1, "the chroot of fake cannot be made", program, "--mirror", mirror, "fake")
        else:
            print("not tried: a chroot that cannot be made; mmdebstrap is not installed")


if __name__ == "__main__":
    main()
