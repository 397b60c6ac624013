# SPDX-License-Identifier: BSD-2-Clause
"""A device that fails while it is in use is restarted."""

import re
import subprocess

from cases import RNG, SERIAL, case
from cases_boot import device, exercise, poweroff
from cases_console import Monitor
from gdb import Gdb

# QEMU stops a device whose available ring names a descriptor that does not exist, and reports it by
# NEEDS_RESET. A legacy device cannot report it.
NO_DESCRIPTOR = b"\xff\xff"
BROKEN_HEADS = 8


class Broken:
    """A machine with a debugger's port and QEMU's own view of its queues."""

    def __init__(self, c, devices=()):
        self.c, self.path = c, c.folder / "gdb.sock"
        self.m = c.machine(SERIAL + RNG + list(devices), channels=["qmp"],
                           extra=["-mon", "chardev=qmp,mode=control",
                                  "-gdb", f"unix:path={self.path},server=on,wait=off"])

    def __enter__(self):
        self.m.prompt()
        self.monitor = Monitor(self.m, self.m.channels["qmp"])
        return self

    def __exit__(self, *unused):
        self.m.__exit__()

    def debugger(self):
        return Gdb(self.path)

    def symbol(self, name):
        table = subprocess.run(["riscv64-unknown-elf-nm", self.c.image], text=True,
                               capture_output=True, check=True).stdout
        return int(re.search(rf"^(\S+) [tT] {name}$", table, re.M).group(1), 16)

    def break_ring(self, debugger, name, queue):
        """Make the submitted entry wrong. It must not be published yet: a device that is still
        working may look at the ring before it is notified."""
        path = next(d["path"] for d in self.monitor.ask("x-query-virtio") if d["name"] == name)
        status = self.monitor.ask("x-query-virtio-queue-status", path=path, queue=queue)
        heads = min(status["vring-num"], BROKEN_HEADS)
        debugger.write(status["vring-avail"] + 4, NO_DESCRIPTOR * heads)


    def give_up(self):
        """After the next key the device of the console asks for a reset."""
        debugger = self.debugger()
        self.break_ring(debugger, "virtio-serial", 0)
        debugger.go()
        self.m.send("\r")


@case("recover_console", modes=("modern",))
def recover_console(c):
    """The device of the console fails at the next key. The early console says which device and why.
    Then the console comes back with its prompt, until the device has failed too often."""
    with Broken(c) as b:
        m = b.m
        for n in (1, 2, 3):
            b.give_up()
            m.expect(rb"virtio-console@\w+: the device asks for a reset[^\n]*status 0x4f",
                     m.early)
            m.expect(rb"virtio-console@\w+ has failed", m.early)
            m.expect(rb"virtio-console@\w+: brought up again, try %d of 3" % n, m.early)
            m.expect(rb"Console: virtio-console")
            m.prompt()
            m.settle()  # the key that broke the queue may arrive now
            m.check("device up" in m.run("trace"), "no trace of it")
            exercise(m)
            m.check(f"restarted  {n} times, {n} of 3 tries used" in device(m, "console"),
                    "`devices` does not show the restart")
        b.give_up()
        m.expect(rb"virtio-console@\w+: gave up after 3 restarts", m.early)
        m.prompt(m.early)
        m.check("gave up" in m.run("devices", m.early), "`devices` does not show it")
        poweroff(m, m.early)


@case("recover_rng", modes=("modern",))
def recover_rng(c):
    """The entropy device fails during a request: it is asked again after its restart, and the console
    is not affected."""
    with Broken(c) as b:
        m = b.m
        debugger = b.debugger()
        m.send("rng 16\r")
        m.sent()
        debugger.run_to(b.symbol("vio_rng_kick"))
        b.break_ring(debugger, "virtio-rng", 0)
        debugger.go()
        said = m.prompt()
        m.check(b"virtio-rng@10007000: the device asks for a reset" in said, "no reason")
        m.check(b"virtio-rng@10007000: brought up again, try 1 of 3" in said, "not brought up")
        m.check(re.search(rb"^[0-9a-f]{32}\r$", said, re.M), "no bytes")
        exercise(m)
        poweroff(m)
