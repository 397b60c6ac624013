# SPDX-License-Identifier: BSD-2-Clause
"""A second writer in the rings of QEMU's own devices, while the image and the device use them: a thread of
this process, which has the guest's memory. What it writes is never so that the driver takes a request for
ended that the device still has. The device would go on to write there, and no driver could help."""

import mmap
import os
import pathlib
import random
import re
import threading
import time

from cases import case
from cases_boot import pings, poweroff
from cases_hostile import RAM, Attacks
from machine import LAST_LIMIT, PAUSE, TRIES
from qmp import Qmp, option
from vhost_ring import AVAIL, USED, load, store

FAR = (0x4000, 0xc000)  # further than any ring is long
AT_ONCE, WRITES = 50, 200  # of the writer
CONSOLE = r"virtio-console@\w+"
WORDS, STATION = "scribble", "192.168.7.1"
# The image numbers disks from the highest window down.
KINDS = {
    "9p": ("-fsdev local,id=f,path={0}/share,security_model=none", "virtio-9p-device,fsdev=f,mount_tag=share", "cat 2 a", WORDS),
    "scsi": ("-drive if=none,id=u,file={0}/unit,format=raw", "virtio-scsi-device", "blk 1 read 0", WORDS),
    "blk": ("-drive if=none,id=d,file={0}/disk,format=raw", "virtio-blk-device,drive=d", "blk 0 read 0", WORDS),
    "rng": ("", "virtio-rng-device", "rng 1", "^[0-9a-f]{2}$"),
    "net": (f"-netdev user,id=n,net=192.168.7.0/24,host={STATION}", "virtio-net-device,netdev=n", f"ping {STATION}", ""),
    "crypto": ("-object cryptodev-backend-builtin,id=c", "virtio-crypto-device,cryptodev=c", "crypto test", "AES-128-CBC      ok"),
}


def guest_memory(process):
    """The RAM of a machine, which is shared."""
    memory = next(link for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir() if "memfd:" in os.readlink(link))
    with open(memory, "r+b") as f:
        return memoryview(mmap.mmap(f.fileno(), RAM))


class Ring:
    """Where QEMU says that a queue is; views of memory."""

    def __init__(self, at, status, packed):
        self.size, self.packed = status["vring-num"], packed
        areas = ((16 * self.size, 4, 4) if packed else (16 * self.size, 6 + 2 * self.size, 6 + 8 * self.size))
        self.desc, self.avail, self.used = (at(status[f"vring-{name}"], n)
                                            for name, n in zip(("desc", "avail", "used"), areas))


def ahead(ring, chance):
    """The device has used what was never made available."""
    if ring.packed:
        at = 16 * chance.randrange(ring.size) + 12
        store(ring.desc, at, 0x8000 | chance.getrandbits(15))
        store(ring.desc, at + 2, chance.choice((0, AVAIL | USED)))  # QEMU takes neither for available
    else:
        store(ring.used, 2, load(ring.avail, 2) + chance.randrange(*FAR))


def entries(ring, chance):
    """Numbers that no request has, and any length."""
    if ring.packed:
        store(ring.desc, 16 * chance.randrange(ring.size) + 12, 0x8000 | chance.getrandbits(15))
        return
    at = 4 + 8 * chance.randrange(ring.size)
    ring.used[at:at + 8].cast("I")[0] = ring.size + chance.getrandbits(31)
    ring.used[at:at + 8].cast("I")[1] = chance.getrandbits(32)


def events(ring, chance):
    """When the device wants to be notified."""
    if ring.packed:
        store(ring.used, 0, chance.getrandbits(16))
        store(ring.used, 2, chance.randrange(3))
    else:
        store(ring.used, 0, chance.randrange(2))
        store(ring.used, 4 + 8 * ring.size, chance.getrandbits(16))


LIES = {"all": (ahead, entries, events), "ahead": (ahead,), "entries": (entries,), "events": (events,)}


class Writer(threading.Thread):
    """Writes as long as it has lies and rings."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.memory = guest_memory(process)
        self.chance, self.lock, self.enough = random.Random(1), threading.Lock(), threading.Event()
        self.lies, self.rings, self.writes, self.quit = (), (), 0, False

    def tell(self, lies, rings=()):
        """When this returns, it writes nothing else."""
        with self.lock:
            self.lies, self.rings, self.writes = lies, rings, 0
            self.enough.clear()

    def run(self):
        while not self.quit:
            with self.lock:
                for _ in range(AT_ONCE if self.lies else 0):
                    self.chance.choice(self.lies)(self.chance.choice(self.rings), self.chance)
                    self.writes += 1
            if self.writes >= WRITES:
                self.enough.set()
            time.sleep(0.0001 if self.lies else 0.01)


class Device:
    """One of QEMU's own: its options, a command that uses it, and a pattern of what the command says if it works."""

    def __init__(self, c, bus, kind, packed):
        self.label = f"virtio-{kind}@{c.board.windows()[bus]:x}"
        options, name, self.line, self.good = KINDS[kind]
        self.options = [o.format(c.folder) for o in options.split()]
        self.options += ["-device", f"{name},bus=virtio-mmio-bus.{bus}{',packed=on' if packed else ''}"]
        if kind == "scsi":
            self.options += ["-device", "scsi-hd,drive=u"]
        self.kind, self.packed, self.rings = kind, packed, []

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        pass

    def device(self):
        return self.options

    def check(self, m):
        if self.kind == "net":
            pings(m, STATION)
        else:
            m.run_until(self.line, lambda said: re.search(self.good, said, re.M), f"{self.label} does not work")


class Scribbles(Attacks):
    """A machine with a writer."""

    def __enter__(self):
        super().__enter__()
        self.writer = Writer(self.m.process)
        self.writer.start()
        with Qmp(self.c) as q:
            paths = {v["name"]: v["path"] for v in q.ask("x-query-virtio")}
            self.console = list(self.rings(q, paths["virtio-serial"], False))
            for d in self.devices:
                d.rings = list(self.rings(q, paths[f"virtio-{d.kind}"], d.packed))
        return self

    def __exit__(self, *unused):
        self.writer.quit = True
        self.writer.join()
        super().__exit__()

    def state(self):
        """A request that got lost may show that RING_RESET does nothing in this QEMU; then it is declined."""
        memory, devices, queues = super().state()
        return memory, re.sub(r"^ +(features|declined|quirk).*\n", "", devices, flags=re.M), queues

    def at(self, address, size):
        start = address - self.c.board.ram
        assert 0 <= start <= RAM - size, f"no memory at {address:#x}"
        return self.writer.memory[start:start + size]

    def rings(self, q, path, packed):
        for queue in range(q.ask("x-query-virtio-status", path=path)["num-vqs"]):
            status = q.ask("x-query-virtio-queue-status", path=path, queue=queue)
            if status["vring-desc"]:
                yield Ring(self.at, status, packed)

    def use(self, d, lies):
        """A command uses the device, while the writer tells these lies; how long the prompt took."""
        m = self.m
        self.writer.tell(LIES[lies], d.rings)
        m.send(d.line + "\r")
        m.sent()
        m.check(self.writer.enough.wait(LAST_LIMIT), "the writer does not get to write")
        took = self.prompt()
        self.writer.tell(())
        m.settle()
        return took

    def scribble(self, d, lies):
        m, start, before = self.m, len(self.m.con.received), self.condition(d)
        took = self.use(d, lies)
        self.slowest = max(self.slowest, (took, f"{d.label} {lies}"))
        tries = 1
        while self.condition(d) == before:
            m.check(tries < TRIES, f"{d.label} does not fail")
            self.use(d, "ahead")
            tries += 1
        said = m.con.received[start:].decode("utf-8", "replace")
        noticed = re.search(rf"{d.label}: (?!start|brought)(.*)", said)
        m.check(noticed, f"{d.label}: {lies}: it has failed, and nobody said so")
        print(f"{took:.2f} s {d.label} {'packed' if d.packed else 'split'} {lies}, {tries} tries: {noticed[1].strip()}", flush=True)
        m.run_until(f"device {d.label} start", lambda said: "start: done" in said or self.condition(d)[0], f"{d.label} comes back")
        for other in self.devices:
            other.check(m)
        self.as_before(f"{d.label}: {lies}")

    def scribble_console(self):
        """The console that the test types on fails, and comes back by itself or from the early one."""
        m, start, early = self.m, len(self.m.con.received), len(self.m.early.received)
        self.writer.tell(LIES["ahead"], self.console)
        for _ in range(TRIES):
            said = (m.con.received[start:] + m.early.received[early:]).decode("utf-8", "replace")
            if noticed := re.search(rf"{CONSOLE}: queue \d+: .*", said):
                break
            m.send("\r")
            m.quiet(PAUSE)
        else:
            m.fail("the console does not fail")
        self.writer.tell(())
        print(noticed[0].strip(), flush=True)
        for n in range(TRIES):
            word = f"back-{n}."
            m.send(f"\x15{word}\r")
            m.send(f"\x15device {re.search(CONSOLE, said)[0]} start\r", m.early)
            m.quiet(PAUSE)
            if f"{word}: no such".encode() in m.con.received[start:]:
                break
        else:
            m.fail("the console does not come back")
        m.settle()
        for d in self.devices:
            d.check(m)
        self.as_before("the console")


def scribbled(c, kinds, packed, rounds):
    """Each device, in turn, with each kind of lie."""
    (c.folder / "share").mkdir()
    (c.folder / "share" / "a").write_text(WORDS, encoding="ascii")
    for name in ("disk", "unit"):
        (c.folder / name).write_bytes(WORDS.encode().ljust(RAM >> 8, b"\0"))
    devices = [Device(c, bus, kind, packed(bus)) for bus, kind in enumerate(kinds)]
    devices[0].options += option(c)
    with Scribbles(c, devices) as run:
        for n in range(rounds * len(devices)):
            run.scribble(devices[n % len(devices)], list(LIES)[n // len(devices) % len(LIES)])
        for _ in range(rounds // len(LIES)):
            run.scribble_console()
        print(f"{rounds * len(devices)} rounds; the prompt took at most {run.slowest[0]:.2f} s, after {run.slowest[1]}")
        poweroff(run.m)


@case("scribbled", modes=("modern",))
def some(c):
    scribbled(c, ("rng", "blk", "net"), lambda bus: (bus + len(c.board.name)) % 2, 2)


@case("soak_scribbled", packed=False)
@case("soak_scribbled_packed", modes=("modern",), packed=True)
def all_classes(c, packed):
    scribbled(c, KINDS, lambda bus: packed, 50 * len(LIES))
