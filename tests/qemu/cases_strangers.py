# SPDX-License-Identifier: BSD-2-Clause
"""TCP/IP of the image among liars."""

import mmap
import re
import struct
import subprocess
import time

import strangers
from cases import case
from cases_boot import poweroff
from cases_net import request, who_has
from cases_wire import Station
from machine import PROMPT, TRIES, PAUSE, Patience

RAM = 128 << 20
STEP = 4  # from one attack of the short form to the next
LONG = 5.0  # seconds; lwIP asks whether somebody has the address already
AGAIN = 0.5  # seconds until a frame without an answer is sent again
USED = 6  # where lwIP's struct stats_mem has the number of elements in use
WAIT = ("TCP_PCB", "SYS_TIMEOUT", "REASSDATA", "PBUF_POOL", "POOL_1600", "POOL_256", "TCP_SEG")  # some elements, for their time


class Liars(Station):
    """A station that may have another answer than an honest one."""

    def __init__(self, folder):
        super().__init__(folder)
        self.lie, self.told, self.number, self.what = None, 0, 0, ""

    def until_echo(self, m):
        """The frames that the guest sends until it has answered to all that was sent to it."""
        self.number += 1
        good, want = request(100, self.number)
        seen = []

        def ask():
            self.send(who_has())
            self.send(good)

        self.again_until(m, ask, lambda: seen.extend(self.all()) or want in seen, f"no echo after {self.what}")
        return seen

    def again_until(self, m, ask, done, what):
        """A guest in a flood loses frames, so what has no answer is sent again."""
        at = 0.0

        def looked():
            nonlocal at
            if value := done():
                return value
            if time.monotonic() > at:
                at = time.monotonic() + AGAIN
                ask()
            return None

        return m.wait(looked, 60.0, what, also=[self.socket])

    def reply(self, got):
        if self.lie and self.lie(self, got):
            self.told += 1
        else:
            super().reply(got)

    def serve_all(self):
        for got in self.all():
            self.reply(got)

    def lied(self, m, line, lie, silence=0.3):
        """Type a command, and lie to it; Ctrl-C where it goes on waiting for so many seconds."""
        self.lie, self.told = lie, 0
        start = len(m.con.received)
        m.send(line + "\r")
        ended = lambda: PROMPT in m.con.received[start:].partition(b"\r\n")[2]
        m.wait(lambda: self.serve_all() or self.told or ended(), 60.0, f"`{line}` asks nothing", also=[self.socket])
        patience = Patience(m, silence, 10.0)
        while not ended() and not patience.over():
            self.serve_all()
            m.pump(0.05, also=[self.socket])
        if not ended():
            m.send("\x03")
        m.settle()
        self.lie = None
        return m.con.received[start:]


class Pools:
    """How many elements of lwIP's pools are in use, read from the guest's memory."""

    def __init__(self, c):
        self.path = c.folder / "ram"
        self.base = c.board.ram
        tool = "riscv64-unknown-elf-nm" if c.board.name.startswith("riscv") else "arm-none-eabi-nm"
        table = subprocess.run([tool, c.image], text=True, capture_output=True, check=True).stdout
        self.at = {name: int(at, 16) for at, name in re.findall(r"^(\w+) b memp_stats_(\w+)$", table, re.M)}
        assert "TCP_PCB" in self.at, table

    def options(self):
        return ["-object", f"memory-backend-file,id=shared,size={RAM},mem-path={self.path},share=on"]

    def used(self):
        with open(self.path, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as ram:
            return {name: struct.unpack_from("<H", ram, at - self.base + USED)[0] for name, at in self.at.items()}


class Among:
    def __init__(self, c):
        self.peer, self.pools = Liars(c.folder), Pools(c)
        self.m = c.booted(self.peer.devices() + self.pools.options(), memory="128M", machine=f"{c.board.machine},memory-backend=shared")
        self.m.run("net dns 192.168.7.1")
        self.peer.lied(self.m, "dhcp", strangers.SERVERS["dhcp-no-server"][1])  # its memory stays
        self.m.run("net addr 192.168.7.2")
        self.m.run("serve")
        self.alive("at first")
        self.before = self.pools.used()

    def alive(self, name):
        """An echo comes back: after a lie about the peer's address was taken back."""
        self.peer.what = name
        self.peer.until_echo(self.m)

    def frames(self, name, make):
        for frame in make():
            self.peer.send(frame)
            self.peer.serve_all()
        self.alive(name)

    def talks(self, name, run):
        run(self.peer, self.m)
        self.alive(name)

    def servers(self, name, line, lie):
        said = self.peer.lied(self.m, line.format(name), lie, LONG if name in strangers.REFUSED else 0.3)
        bad = re.search(rb"[\x80-\x9f\x07]|\x1b[^\[]|\x1b\[(?!K)", said)
        self.m.check(not bad, f"{name}: the terminal got {said!r}")
        self.m.check(name not in strangers.REFUSED or b"was refused" in said, f"{name}: {said!r}")
        if line == "dhcp":
            self.m.run("net addr 192.168.7.2")
        print(f"{name}: {said.decode('utf-8', 'replace')!r}"[:300])
        self.alive(name)

    def changed(self, but=()):
        """The pools that hold something else than at first. A timer of the start may have ended."""
        now = self.pools.used()
        return {name: (n, now[name]) for name, n in self.before.items() if name not in but
                and (now[name] > n if name == "SYS_TIMEOUT" else now[name] != n)}

    def at_rest(self, but=()):
        """The pools are as they were, as soon as what waits for its time has waited."""
        for _ in range(TRIES):
            self.alive("the end")
            if not (changed := self.changed(but)):
                return
            self.m.quiet(PAUSE)
        self.m.fail(f"pools of lwIP, at first and at the end: {changed}")


def every_lie():
    return ([("frames", name, (make,)) for name, make in strangers.FRAMES.items()]
            + [("talks", name, (run,)) for name, run in strangers.TALKS.items()]
            + [("servers", name, how) for name, how in strangers.SERVERS.items()])


def among(c, step, first=0):
    a = Among(c)
    with a.m as m:
        chosen = every_lie()[first::step]
        for kind, name, how in chosen:
            start = time.monotonic()
            getattr(a, kind)(name, *how)
            m.check(m.run("uptime"), f"no prompt after {name}")
            print(f"{time.monotonic() - start:.2f} s {name} {a.changed() or ''}", flush=True)
        a.at_rest(() if step == 1 else WAIT)
        print(f"{len(chosen)} lies")
        poweroff(m)


@case("tcpip.liars", modes=("modern",))
def some(c):
    """A sample, another one on each board; pools that hold something for a time are left at that."""
    among(c, STEP, len(c.board.name) // 2 % STEP)


@case("tcpip.soak_liars")
def soak(c):
    """All of them, and all pools of lwIP are as before."""
    among(c, 1)
