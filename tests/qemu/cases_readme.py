# SPDX-License-Identifier: BSD-2-Clause
"""The sessions that README.md and docs/tour.md show: the same commands print the same today."""

import functools
import http.server
import os
import re
import shlex
import socket
import subprocess
import threading

import cases_scsi
import picture
from cases import RNG, SERIAL, case
from cases_folder import shared
from cases_input import keys
from cases_sound import wav_file
from machine import TRIES, Skip
from qmp import Qmp, option
from webhost import fetch

MODERN = ("modern",)
RISCV64 = ("riscv64",)  # the sessions are this board's
# What differs from run to run, or with what QEMU has below the image.
VARYING = (r"\d+\.\d{3} ms", r"\b[0-9a-f]{32}\b", r"(?<=arc4random  )[0-9a-f]{8}",
           r"\bSBI \d+\.\d+, OpenSBI \d+\.\d+", r"(?<=    keys       )\d+")
WEB, SERVED = "8099", "8080"  # ports of the host, in docs/tour.md
# Commands that only look. On a busy host a device may not have answered all questions of its driver
# yet, so these are typed again until they print what the page shows.
LOOKING = ("balloon", "blk", "devices", "input", "nic", "queues", "screen", "sound", "vsock")


def block(c, mark):
    """The block of code with this in it."""
    pages = "".join((c.source / f).read_text(encoding="utf-8") for f in ("README.md", "docs/tour.md"))
    return next(b for b in re.findall(r"^```\w*\n(.*?)^```", pages, re.S | re.M) if mark in b)


def without_varying(text):
    return re.sub("|".join(VARYING), "*", text)


def plain(text, ports):
    text = without_varying(text)
    for shown, used in ports.items():
        text = text.replace(f":{used}", f":{shown}")
    # The order of a directory is undefined.
    return sorted(line.rstrip() for line in text.strip("\n").split("\n"))


def same(got, want):
    """Compare lines. A line of the page that ends with ... may be longer."""
    return len(got) == len(want) and all(
        g.startswith(w[:-3]) if w.endswith("...") else g == w for g, w in zip(got, want))


def replay(c, mark, ports=None):
    """Start QEMU as the block does, and type its commands. Returns the machine, which is still
    running."""
    shown, ports = block(c, mark), ports or {}
    start = re.search(r"^\$ firmware/run(?: -- (.*))?$", shown, re.M).group(1) or ""
    for port, used in ports.items():
        start = start.replace(f":{port}", f":{used}")
    for option in ("file=", "path="):
        start = start.replace(option, f"{option}{c.folder}/")
    m = c.booted(SERIAL + RNG + shlex.split(start))
    try:
        for line, want in re.findall(r"^pico> (.+)\n((?:(?!pico>).*\n)*)", shown, re.M):
            if line == "poweroff":
                break
            for port, used in ports.items():
                line = line.replace(f":{port}", f":{used}")
            m.run_until(line, lambda got: same(plain(got, ports), plain(want, ports)),
                        f"The page shows for `{line}`:\n{want}\nand it does not come",
                        tries=TRIES if line in LOOKING else 1)
    except BaseException:
        m.__exit__()
        raise
    return m


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@case("readme.start", modes=MODERN, boards=RISCV64)
def start(c):
    """Devices and random numbers."""
    replay(c, "pico> frobnicate").__exit__()


@case("readme.disk", modes=MODERN, boards=RISCV64)
def disk(c):
    """A disk made by mke2fs: listed, and its files read."""
    (c.folder / "folder" / "keys").mkdir(parents=True)
    (c.folder / "folder" / "motd").write_text("Hello from ext4.\n", encoding="ascii")
    (c.folder / "folder" / "long list of numbers.txt").write_text(
        "".join(f"{n}\n" for n in range(1, 20001)), encoding="ascii")
    make = re.search(r"^\$ (mke2fs .*)$", block(c, "mke2fs"), re.M).group(1)
    subprocess.run(["/sbin/" + make.split()[0], *make.split()[1:]], cwd=c.folder, check=True,
                   capture_output=True)
    replay(c, "mke2fs").__exit__()


@case("readme.cd", modes=MODERN, boards=RISCV64)
def cd(c):
    """A CD made by xorrisofs, in a drive of a SCSI host."""
    (c.folder / "folder").mkdir()
    (c.folder / "folder" / "motd").write_text("Hello from a CD.\n", encoding="ascii")
    (c.folder / "folder" / "long list of numbers.txt").write_text(
        "".join(f"{n}\n" for n in range(1, 20001)), encoding="ascii")
    make = re.search(r"^\$ (xorrisofs .*)$", block(c, "xorrisofs"), re.M).group(1)
    subprocess.run(make.split(), cwd=c.folder, check=True, capture_output=True)
    replay(c, "xorrisofs").__exit__()


@case("readme.network", modes=MODERN, boards=RISCV64)
def network(c):
    """An address by DHCP, a page fetched, and one served."""
    (c.folder / "web").mkdir()
    (c.folder / "web" / "notes.txt").write_text("hello from the host\n", encoding="ascii")
    handler = functools.partial(Quiet, directory=c.folder / "web")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        free = s.getsockname()[1]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        with replay(c, "pico> dhcp", {WEB: web.server_address[1], SERVED: free}) as m:
            page = fetch(free, "/")[1].decode()
        web.shutdown()
    want = block(c, "$ curl").split("\n", 1)[1].rsplit("...", 1)[0]
    m.check(without_varying(page).startswith(without_varying(want)), f"docs/tour.md shows the page\n{want}\nand it is\n{page}")


@case("readme.folder", modes=MODERN, boards=RISCV64)
def folder(c):
    """A folder of the host: listed, read and written."""
    (c.folder / "share").mkdir()
    (c.folder / "share" / "notes.txt").write_text("Hello from the host.\n", encoding="ascii")
    m = replay(c, "mount_tag")
    m.check((c.folder / "share" / "result.txt").read_text(encoding="ascii") == "Hello from the host.\n", "no result.txt")
    m.__exit__()


@case("readme.input", modes=MODERN, boards=RISCV64)
def input_devices(c):
    """A keyboard and a tablet."""
    replay(c, "pico> input\n").__exit__()


@case("readme.screen", modes=MODERN, boards=RISCV64)
def screen(c):
    """A screen."""
    if not picture.FONT.exists():
        raise Skip(f"the image has no screen: {picture.FONT} is missing")
    replay(c, "pico> screen\n").__exit__()


def typed(text):
    """The text from the first command on, sorted: a directory lists in no order."""
    return sorted(text[text.index("pico> screen"):])


@case("readme.picture", modes=MODERN, boards=RISCV64)
def shown(c):
    """The picture in README.md is what the screen shows while a person types: a CD and a folder of the
    host. If it has to change: PICTURE=docs/screen.png in the environment of this case writes it."""
    if not picture.FONT.exists():
        raise Skip(f"the image has no screen: {picture.FONT} is missing")
    share = c.folder / "share"
    share.mkdir()
    (share / "notes.txt").write_text("Hello from the host.\n", encoding="ascii")
    disc = cases_scsi.cd(c, "cd.iso", {"/noise.wav": wav_file(c.folder / "noise", bytes(range(256)) * 100)})
    devices = ["-device", "virtio-gpu-device,xres=640,yres=400", "-device", "virtio-keyboard-device",
               "-device", "virtio-scsi-device", *cases_scsi.drive(0, disc, "cd", "scsi-id=0", ",readonly=on"), *shared(share)]
    with c.booted(SERIAL + RNG + devices, extra=option(c)) as m, Qmp(c) as q:
        m.run_until("files", lambda t: "ISO" in t and "9p" in t, "no disks")
        for line in ("screen", "files", "ls 0", "cp noise.wav 1 copy.wav", "ls 1", "cat 1 notes.txt"):
            # The device holds about ten keys.
            for piece in re.findall(".{1,6}", line):
                keys(q, piece)
                m.expect(re.escape(piece.encode()))
            keys(q, "\r")
            m.prompt()
        last = ["pico> cat 1 notes.txt", "Hello from the host.", "pico> _"]
        p = picture.until(c, q, m, lambda p: [line for line in p.text(c.source) if line][-3:] == last, "no prompt")
        if "PICTURE" in os.environ:
            (c.source / os.environ["PICTURE"]).write_bytes(p.png())
        want = picture.Picture((c.source / "docs/screen.png").read_bytes()).text(c.source)
        m.check(typed(p.text(c.source)) == typed(want),
                "docs/screen.png shows\n" + "\n".join(want) + "\nand the screen\n" + "\n".join(p.text(c.source)))


@case("readme.nic", modes=MODERN, boards=RISCV64)
def nic(c):
    """The network device below all addresses."""
    replay(c, "pico> nic\n").__exit__()
