# SPDX-License-Identifier: BSD-2-Clause
"""Bytes in both directions, also if one side is slow."""

import json
import random
import re
import socket
import time

from cases import RNG, case
from cases_boot import exercise, poweroff
from machine import PAUSE, TRIES

KIB = 1024


def noise(count, seed=1):
    """Bytes of every value. The first one does not end a line."""
    return b"\x01" + random.Random(seed).randbytes(count - 1)


def start_loop(m, count):
    m.send(f"loop {count}\r")
    m.expect(rb"loop %d\r\n" % count, what="the echo of `loop`")


@case("loop", shared=True)
def loop(m):
    """100 KiB each way, of all byte values, byte for byte."""
    data = noise(100 * KIB)
    start_loop(m, len(data))
    m.send(data)
    m.expect_bytes(data)
    m.prompt()


@case("loop_typed_ahead", shared=True)
def loop_typed_ahead(m):
    """Input that arrives before a command reads it waits and is not lost."""
    data = noise(20 * KIB, 2)
    m.send(f"loop {len(data)}\r".encode() + data + b"uptime\r")
    m.expect(rb"loop %d\r\n" % len(data))
    m.expect_bytes(data)
    m.prompt()
    m.expect(rb"uptime\r\n")
    m.prompt()


@case("loop_early")
def loop_early(c):
    """The same over the early console, if it is the only one."""
    data = noise(2 * KIB, 3)
    with c.machine([]) as m:
        m.prompt(m.early)
        m.send(f"loop {len(data)}\r", m.early)
        m.expect(rb"loop %d\r\n" % len(data), m.early)
        for at in range(0, len(data), 8):  # a 16550 has room for 16 bytes
            m.send(data[at:at + 8], m.early)
            m.expect_bytes(data[at:at + 8], m.early)
        m.prompt(m.early)


@case("flood", shared=True)
def flood(m):
    """Long output of printf arrives complete, while input waits in the queue."""
    m.send("dt\r" * 20 + "uptime\r")
    trees = [m.prompt() for _ in range(20)]
    m.prompt()
    m.check(len(trees[0]) > 4 * KIB, f"`dt` is only {len(trees[0])} bytes")
    m.check(all(t == trees[0] for t in trees), "the same output differs")


# QEMU (7.2) drops what the host side of a virtconsole does not take at once. These two cases
# therefore look at the guest and not at what arrives, whose end may be missing.

@case("unread_flood")
def unread_flood(c):
    """A host that does not read during long output of printf never hangs the loop."""
    with c.booted(room=4096) as m:
        m.send("dt\r" * 20)
        m.rest(deaf=[m.con])
        m.settle()
        m.run("uptime")
        poweroff(m)


@case("unread_loop")
def unread_loop(c):
    """The same with `loop`: all input is read, and the shell comes back."""
    data = noise(400 * KIB, 4)
    with c.booted(room=4096) as m:
        start_loop(m, len(data))
        m.send(data)
        m.rest(deaf=[m.con])
        m.sent()
        m.settle()
        m.run("uptime")
        poweroff(m)


@case("idle", shared=True)
def idle(m):
    """At the prompt the machine sleeps: QEMU uses under 2 % of a host core. A key wakes
    it, so the sleep is not a slow poll of the rings."""
    m.rest(0.5)
    start, before = time.monotonic(), m.cpu_seconds()
    m.quiet(3.0)
    used, seconds = m.cpu_seconds() - before, time.monotonic() - start
    m.check(used < 0.02 * seconds, f"{used:.3f} s of processor time in {seconds:.1f} s")
    ended = woken(m)
    for key in b"abcdefghij":
        m.rest(0.2)
        m.send(bytes([key]))
        m.expect(re.escape(bytes([key])))
    m.send("\x15")
    m.settle()
    ended = woken(m) - ended
    m.check(ended >= 10, f"ten keys, and {ended} sleeps ended by a device")


def woken(m):
    return int(re.search(r"(\d+) ended by a device", m.run("uptime"))[1])


class Monitor:
    """QEMU's own view, over a QMP channel."""

    def __init__(self, m, channel):
        self.m, self.channel = m, channel
        m.expect(rb"QMP[^\n]*\n", channel)
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        ask = {"execute": command, "arguments": arguments}
        self.m.send(json.dumps(ask) + "\n", self.channel)
        found = self.m.expect(rb'^\{"return": [^\n]*\n', self.channel)
        return json.loads(found.group(0))["return"]

    def guest_opened(self, label):
        return next(c["frontend-open"] for c in self.ask("query-chardev") if c["label"] == label)

    def until_opened(self, label):
        for _ in range(TRIES):
            if self.guest_opened(label):
                return
            self.m.quiet(PAUSE, self.channel)
        self.m.fail(f"the guest does not open its side of {label}")


@case("second_port", options=[])
@case("packed.second_port", modes=("modern",),
      options=["-global", "virtio-serial-device.packed=on"])
def second_port(c, options):
    """A further port: a program on the host connects, sends, leaves, and connects again. The guest
    opens its side through the control queue. The console is not affected."""
    path = c.folder / "port.sock"
    with c.machine(options +
                   ["-chardev", f"socket,id=two,path={path},server=on,wait=off",
                    "-mon", "chardev=qmp,mode=control",
                    "-device", "virtio-serial-device", "-device", "virtconsole,chardev=con",
                    "-device", "virtserialport,chardev=two,name=org.picovirtio.test"] + RNG,
                   channels=["qmp"]) as m:
        m.prompt()
        monitor = Monitor(m, m.channels["qmp"])
        m.check(not monitor.guest_opened("two"), "the port is open before anybody is there")
        for _ in range(3):
            with socket.socket(socket.AF_UNIX) as host:
                host.connect(str(path))
                monitor.until_opened("two")
                host.sendall(b"nobody reads this " * 10)
                exercise(m)
            exercise(m)
        poweroff(m)


@case("many_ports")
def many_ports(c):
    """More ports than the driver serves: the further ones are not used."""
    ports = [a for i in range(8) for a in ("-chardev", f"null,id=n{i}", "-device",
                                           f"virtserialport,chardev=n{i},name=port.{i}")]
    with c.booted(["-device", "virtio-serial-device", "-device", "virtconsole,chardev=con"]
                  + ports + RNG) as m:
        exercise(m)
        poweroff(m)
