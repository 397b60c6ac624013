# SPDX-License-Identifier: BSD-2-Clause
"""The image, attacked by its devices."""

import contextlib
import os
import random
import re
import subprocess
import time

import attacks
import hostile
import vhost_user
from cases import SERIAL, case, state
from cases_boot import device, poweroff
from machine import PAUSE, PROMPT, TRIES, Failure, Patience, Skip

RAM = 128 << 20
AT_ONCE = 6  # disks on the smallest board, beside a console and an honest disk
AGAIN = 20  # looks at a device that has not noticed its end
STEP = 9  # from one attack of the short form to the next
TOOLS = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}


class Attacks:
    """A machine with hostile devices, and one attack after the other."""

    def __init__(self, c, devices):
        self.c, self.devices = c, devices
        self.slowest = (0, "")
        self.m = None

    def __enter__(self):
        for d in self.devices:
            d.__enter__()
        arguments = SERIAL + vhost_user.memory(RAM) + [a for d in self.devices for a in d.device()]
        self.m = self.boot(arguments, memory="128M", machine=f"{self.c.board.machine},memory-backend=shared")
        for number, label in re.findall(r"^disk (\d+)  (\S+)", self.m.run("blk"), re.M):
            for d in self.devices:
                if d.label == label:
                    d.number = int(number)
        self.m.run("net addr 192.168.7.2")
        for d in self.devices:
            d.check(self.m)
            if isinstance(d, hostile.Blk):
                self.m.run(f"crc {d.number} /big")  # its cache
        self.before = self.state()
        for _ in range(TRIES):  # a frame of the guest's own may be on its way
            self.m.quiet(PAUSE)
            last, self.before = self.before, self.state()
            if self.before == last:
                return self
        self.m.fail("queues are never at rest")

    def boot(self, devices, **options):
        return self.c.booted(devices, **options)

    def __exit__(self, *unused):
        self.m.__exit__()
        for d in self.devices:
            d.__exit__()

    def state(self):
        """What has to be as before: memory, and what every queue has in flight."""
        memory, devices, _ = state(self.m)
        queues = [line.split() for line in self.m.run("queues").split("\n") if line.startswith("virtio-")]
        devices = re.sub(r"^ +(restarted|clamped).*\n", "", devices, flags=re.M)
        return memory, devices, [q[:4] + q[-1:] for q in queues if "console" not in q[0]]

    def prompt(self):
        """Soon, or after Ctrl-C; how long it took."""
        m, start, seen = self.m, time.monotonic(), self.m.con.seen
        patience = Patience(m, 0.3, 1.0)
        while PROMPT not in m.con.received[seen:] and not patience.over():
            m.pump(0.1)
        if PROMPT not in m.con.received[seen:]:
            m.send("\x03")
        m.settle()
        return time.monotonic() - start

    def attack(self, d, name, attack, line=None, queue=None):
        m = self.m
        before = len(m.con.received)
        d.begin(attack, queue)
        d.provoke(m, line)
        d.until(m, lambda: d.carried, f"{d.label}: {name}: nothing to attack")
        took = self.prompt()
        self.slowest = max(self.slowest, (took, f"{d.label} {name}"))
        d.calm()
        m.settle()
        said = m.con.received[before:].decode("utf-8", "replace")
        noticed = re.search(rf"{d.label}: queue \d+: (.*)", said)
        print(f"{took:.2f} s {d.label} {'packed' if d.want_packed else 'split'} {name}: {noticed[1].strip() if noticed else '-'}", flush=True)
        if attacks.WORKS_ON.match(name):
            m.check(not noticed, f"{name}: it has failed, where it works on")
        else:
            m.check(noticed or not attacks.NOTICED.match(name), f"{name}: not noticed")
            self.revive(d)
        d.check(m)
        self.as_before(f"{d.label}: {name}")

    def as_before(self, what):
        """At once, or when a frame on its way has arrived."""
        for _ in range(TRIES):
            if (after := self.state()) == self.before:
                return
            self.m.quiet(PAUSE)
        self.m.fail(f"{what}: not as before: {self.before}, now {after}")

    def row(self, d):
        return device(self.m, d.label)

    def condition(self, d):
        """Is it up, and how often was it brought up again?"""
        row = self.row(d)
        found = re.search(r"restarted +(\d+) times", row)
        return f"{d.label}  live" in row, int(found[1]) if found else 0

    def revive(self, d):
        """By a start, which a device that is live refuses. One that has not noticed anything has an end
        first: its rings may be of no use to anybody."""
        self.fail(d)
        self.start(d)

    def fail(self, d):
        before = self.condition(d)
        if before[0]:
            d.end()
            for n in range(1, TRIES):
                if self.condition(d) != before:
                    break
                self.m.quiet(PAUSE)
                if n % AGAIN == 0:
                    d.end()
            else:
                self.m.fail(f"{d.label} does not fail")

    def start(self, d):
        self.m.run_until(f"device {d.label} start", lambda said: "start: done" in said or self.condition(d)[0], f"{d.label} comes back")


def disk_image(c):
    """With a file that is read in several requests."""
    folder, path = c.folder / "files", c.folder / "disk"
    folder.mkdir()
    (folder / "big").write_bytes(random.Random(1).randbytes(600_000))
    subprocess.run(["mke2fs", "-q", "-d", folder, path, "1024"], check=True, capture_output=True, env=TOOLS)
    return path


@contextlib.contextmanager
def qemu_at_fault(m, what):
    """QEMU has assertions of its own that a back-end can break, most by going away."""
    try:
        yield
    except Failure as e:
        if "Assertion" in m.messages_said():
            raise Skip(f"QEMU itself ended at {what}: {m.messages_said()}") from e
        raise


def every_attack(devices):
    """(device, name, attack, command, queue) of all that fit these devices. QEMU 10 ends itself
    when its entropy device leaves, and QEMU 7.2 may, when a network device leaves several times."""
    for d in devices:
        table = {**attacks.EVERY, **(attacks.PACKED if d.want_packed else attacks.SPLIT)}
        for name, attack in table.items():
            if name.startswith("leave") and (d.CLASS == "rng" or d.CLASS == "net" and "three" in name):
                continue
            if d.CLASS == "net":
                yield d, f"queue 0 {name}", attack, None, 0
                yield d, f"queue 1 {name}", attack, None, 1
            else:
                yield d, name, attack, None, 0
        if d.CLASS == "blk":
            for name, (attack, line) in attacks.OF_BLK.items():
                yield d, name, attack, line, 0
        if d.CLASS == "net":
            for name, attack in attacks.OF_NET.items():
                yield d, name, attack, None, 0


def attacked(c, devices, step, first=0):
    with Attacks(c, devices) as run:
        chosen = [a for n, a in enumerate(every_attack(devices))
                  if n % step == first or a[0] is devices[0] and attacks.NOTICED.match(a[1])]
        for d, name, attack, line, queue in chosen:
            with qemu_at_fault(run.m, f"{d.label} {name}"):
                run.attack(d, name, attack, line, queue)
        print(f"{len(chosen)} attacks; the prompt took at most {run.slowest[0]:.2f} s, after {run.slowest[1]}")
        poweroff(run.m)


def of_two_kinds(c, packed):
    """Every class, and disks of both kinds of ring."""
    image = disk_image(c)
    return [hostile.Rng(c, 0, packed), hostile.Blk(c, 1, image=image), hostile.Blk(c, 2, packed=True, image=image), hostile.Net(c, 3, not packed)]


@case("attacked", modes=("modern",))
def some(c):
    """A sample of the attacks, another one on each board, and all that a ring has to notice."""
    attacked(c, of_two_kinds(c, packed=c.board.name == "arm"), STEP, len(c.board.name) % STEP)


@case("soak_attacked", modes=("modern",), packed=False)
@case("soak_attacked_packed", modes=("modern",), packed=True)
def soak(c, packed):
    """All of them."""
    attacked(c, of_two_kinds(c, packed), 1)


@case("soak_attacked_legacy", modes=("legacy",))
def legacy(c):
    attacked(c, [hostile.Rng(c, 0), hostile.Blk(c, 1, image=disk_image(c)), hostile.Net(c, 2)], 1)


def lied(c, lies):
    """Disks that lie about themselves; every command about them ends, and an honest one works beside them."""
    honest = hostile.Blk(c, 0)
    devices = [honest] + [hostile.Blk(c, 1 + n, lies=lie) for n, lie in enumerate(lies)]
    with contextlib.ExitStack() as stack:
        for d in devices:
            stack.enter_context(d)
        arguments = SERIAL + vhost_user.memory(RAM) + [a for d in devices for a in d.device()]
        m = stack.enter_context(c.booted(arguments, memory="128M", machine=f"{c.board.machine},memory-backend=shared"))
        numbers = {label: int(number) for number, label in re.findall(r"^disk (\d+)  (\S+)", m.run("blk"), re.M)}
        for d in devices[1:]:
            m.check(d.label in m.run("devices"), f"{d.lies}: {d.label} is not shown")
            for line in ("info", "read 0", "write 0 abc --yes", "flush", "discard 0 8 --yes", "zeroes 0 8 --yes"):
                said = m.run(f"blk {numbers[d.label]} {line}") if d.label in numbers else "no disk"
                print(f"{d.lies} {line}: {said[-100:]!r}")
        honest.number = numbers[honest.label]
        honest.check(m)
        poweroff(m)


@case("lying_disks", modes=("modern",))
def some_lies(c):
    lied(c, attacks.LIES[::len(attacks.LIES) // AT_ONCE + 1])


@case("soak_lying_disks", modes=("modern",))
def all_lies(c):
    for first in range(0, len(attacks.LIES), AT_ONCE):
        lied(c, attacks.LIES[first:first + AT_ONCE])
