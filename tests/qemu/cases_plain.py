# SPDX-License-Identifier: BSD-2-Clause
"""A device whose registers are plain memory: windows in RAM that the tree does not call memory. A thread of
this process plays the disk behind one of them, honest at first. The others have something wrong from the
start on. Nobody sees a write happen: the thread looks at the registers, a thousand times a second."""

import re
import select
import struct

import hostile
import tree
from cases import RNG, case
from cases_boot import poweroff
from cases_hostile import AGAIN, RAM, STEP, Attacks, disk_image, every_attack
from cases_scribble import guest_memory
from cases_tree import hand_over, handed_over
from machine import PAUSE, TRIES, Failure
from vhost_user import VERSION_1

KEPT = 1 << 20  # of RAM, at its end
WINDOW = 0x200
(MAGIC, VERSION, ID, FEATURES, DRIVER_SEL, SIZE_MAX, SIZE, READY, EVENTS, ACK, STATUS, GENERATION,
 CONFIG) = 0, 4, 8, 0x10, 0x24, 0x34, 0x38, 0x44, 0x60, 0x64, 0x70, 0xfc, 0x100
AREAS = 0x80, 0x90, 0xa0
DRIVER_OK, NEEDS_RESET, FAILED = 4, 0x40, 0x80
STORM = 50  # writes, at least
SEEN = 0x5eed  # in a register that each start of the driver writes to
ONES = 0xffffffff
# Both words of the features are the same one: FLUSH, DISCARD and WRITE_ZEROES are bits of the first, whose
# bit 0 means nothing in version 2. Bit 0 of the second is VERSION_1, and its other bits are unknown.
HONEST = {MAGIC: 0x74726976, VERSION: 2, ID: 2, FEATURES: 1 | 1 << 9 | 1 << 13 | 1 << 14, SIZE_MAX: 64,
          **dict.fromkeys(range(0xb0, 0xc0, 4), ONES)}
# What is wrong from the start on, and what the image says of it, or "" for nothing. It must not write there.
UNUSED = (({MAGIC: 0x74726977}, ""), ({MAGIC: 0x76697274}, ""), ({ID: 0}, ""), ({VERSION: 0}, "register version 0"),
          ({VERSION: 3}, "register version 3"), ({VERSION: ONES}, "register version 4294967295"),
          ({ID: 0x7fffffff}, "no driver for this type of device"))
# The same, of devices that fail.
FAILS = (({SIZE_MAX: 0}, "QueueSizeMax is 0"), ({FEATURES: 0}, "VERSION_1 is not offered"))
# What is wrong when the driver starts, and what it says then, or "" if the device works nevertheless; None:
# it may say something.
STARTS = {"size-0": FAILS[0], "no-version-1": FAILS[1], "in-use": ({READY: 1}, "a queue is in use right after the reset"),
          "size-1": ({SIZE_MAX: 1}, None), "size-3": ({SIZE_MAX: 3}, None), "size-max": ({SIZE_MAX: ONES}, ""),
          "size-64K": ({SIZE_MAX: 0x10000}, ""), "identity": ({MAGIC: 0, VERSION: 1, ID: 0}, ""),
          "capacity-max": ({CONFIG: ONES, CONFIG + 4: ONES}, None)}
# What is wrong with a device that works, and whether it has to fail. What it offers stays, since the thread
# can do no more than that.
LIVE = {"gone": (dict.fromkeys([*range(0, FEATURES, 4), *range(FEATURES + 4, WINDOW, 4)], ONES), True),
        "needs-reset": ({STATUS: 0x4f, EVENTS: 2}, True),
        "reset-by-itself": ({STATUS: 0}, True), "events-ones": ({EVENTS: ONES}, False),
        "status-ones": ({STATUS: ONES, EVENTS: 2}, True), "identity": ({MAGIC: 0, VERSION: 1, ID: 0}, False),
        "size-0": ({SIZE_MAX: 0, READY: 0}, False)}
# What the thread writes all the time.
STORMS = {"generation": (GENERATION, EVENTS), "capacity": (CONFIG, CONFIG + 4, GENERATION, EVENTS), "events": (EVENTS,)}


def page(config, lies):
    """The bytes of a window."""
    out = bytearray(bytes(CONFIG) + config).ljust(WINDOW, b"\0")
    for offset, value in {**HONEST, **lies}.items():
        struct.pack_into("<I", out, offset, value)
    return bytes(out)


class Plain(hostile.Blk):
    """The device behind a window of RAM. It interrupts nobody."""

    OFFERED = VERSION_1

    def __init__(self, c, address):
        super().__init__(c, 0, image=disk_image(c))
        self.address, self.label = address, f"virtio-blk@{address:x}"
        self.regs, self.lied, self.storm = None, {}, ()

    def __enter__(self):
        return self

    def device(self):
        return RNG

    def start(self, memory, ram):
        """The memory is there."""
        self.regions = [((ram, 0), len(memory), memory)]
        self.regs = self.at(self.address, 0, WINDOW)[:WINDOW].cast("I")
        self.features = VERSION_1
        self.thread.start()

    def get(self, offset):
        return self.regs[offset // 4]

    def set(self, offset, value):
        self.regs[offset // 4] = value

    def serve(self):
        with self.lock:
            self.registers()
            self.look()
            for offset in self.storm:
                self.set(offset, self.chance.choice((0, 2, 3, ONES, self.chance.getrandbits(32))))
                self.carried += 1
        if self.storm:
            self.ring_bell()
        self.beside()
        return not select.select([self.stop], [], [], 0.001)[0]

    def registers(self):
        """What the driver has written."""
        ring, status = self.rings[0], self.get(STATUS)
        if ack := self.get(ACK):
            self.set(ACK, 0)
            self.set(EVENTS, self.get(EVENTS) & ~ack)
        if self.get(DRIVER_SEL) != SEEN or not status & DRIVER_OK or status & FAILED:
            ring.kick = -1  # whatever it had is forgotten
        if (status == 0 or status & FAILED) and READY not in self.lied:
            self.set(READY, 0)
        if status & DRIVER_OK and not status & (FAILED | NEEDS_RESET) and self.get(DRIVER_SEL) != SEEN:
            self.set(DRIVER_SEL, SEEN)
            ring.size = self.get(SIZE)
            ring.desc, ring.avail, ring.used = (self.at(self.get(a) | self.get(a + 4) << 32, 0) for a in AREAS)
            ring.place(0)
            ring.kick = 0

    def forget(self):
        """There are no descriptors of files."""

    def begin_storm(self, registers):
        with self.lock:
            self.storm, self.carried = registers, 0

    def config_changed(self):
        """In this order, so that a driver that has seen the event sees the value."""
        config = self.config()
        self.regs[CONFIG // 4:(CONFIG + len(config)) // 4] = memoryview(config).cast("I")
        self.set(GENERATION, self.get(GENERATION) + 1 & ONES)
        self.set(EVENTS, self.get(EVENTS) | 2)
        self.asked = True

    def lie(self, registers):
        with self.lock:
            self.lied = {offset: (self.get(offset), value) for offset, value in registers.items()}
            for offset, value in registers.items():
                self.set(offset, value)

    def end(self):
        with self.lock:
            self.set(STATUS, self.get(STATUS) | NEEDS_RESET)
            self.set(EVENTS, 2)

    def calm(self):
        """Registers are as they were, but for those that the driver has written to."""
        with self.lock:
            for offset, (before, value) in self.lied.items():
                if self.get(offset) == value:
                    self.set(offset, before)
            self.lied, self.storm = {}, ()
            self.set(EVENTS, 0)
            self.registers()
            self.config_changed()
            super().calm()

    def check(self, m):
        super().check(m)
        m.check(len(m.run("rng 16")) == 32, "the entropy device beside it does not work")


def patient(m):
    """Its run(): a device that comes back by itself says so at any time, and a line whose echo that breaks is
    typed again."""
    run = m.run

    def again(line, *more):
        for _ in range(AGAIN):
            try:
                return run(line, *more)
            except Failure:
                if m.process.poll() is not None:
                    raise
                m.settle()
        return run(line, *more)
    return again


class PlainAttacks(Attacks):
    def __init__(self, c):
        at = c.board.ram + RAM - KEPT
        d = Plain(c, at)
        self.windows = {at + n * WINDOW: page(d.config(), lies) for n, lies in enumerate([{}] + [lies for lies, _ in UNUSED + FAILS])}
        self.memory = None
        super().__init__(c, [d])

    def tree(self):
        """QEMU's own, with our windows, and with less memory."""
        root = tree.parse(tree.decompile(tree.dump(self.c)))
        memory = next(n for n in root.children if n.name.startswith("memory@"))
        memory.set_cells("reg", [0, self.c.board.ram, 0, RAM - KEPT])
        parent, last = [(n, k) for n in root.all() for k in n.children if k.compatible("virtio,mmio")][-1]
        for at in self.windows:
            node = tree.Node(f"virtio_mmio@{at:x}")
            node.properties = {k: v for k, v in last.properties.items() if not k.startswith("interrupt")}
            node.set_cells("reg", [0, at, 0, WINDOW])
            parent.children.append(node)
        return tree.unparse(self.c, root).read_bytes()

    def boot(self, devices, **options):
        give = hand_over(self.c, self.tree())

        def change(debugger):
            for at, data in self.windows.items():
                debugger.write(at, data)
            give(debugger)

        m = handed_over(self.c, change, devices=devices, **options)
        try:
            self.memory = guest_memory(m.process)
            self.devices[0].start(self.memory, self.c.board.ram)
            m.banner = m.prompt()
            m.run = patient(m)
        except BaseException:
            m.__exit__()
            raise
        return m

    def row(self, d):
        rows = [r for r in re.split("^(?=slot)", self.m.run("devices"), flags=re.M) if d.label in r]
        self.m.check(len(rows) == 1, f"{len(rows)} rows of `devices` with {d.label}")
        return rows[0]

    def unused(self):
        """What the image says of the other windows, and that nothing is written where no device is."""
        said = self.m.banner.decode()
        for (at, data), (lies, cause) in zip(list(self.windows.items())[1:], UNUSED + FAILS):
            line = re.search(rf"^\S*@{at:x}: (.*)", said, re.M)
            self.m.check(cause in line[1] if line and cause else bool(line) == bool(cause), f"of {lies}: {line}")
            if (lies, cause) in UNUSED:
                start = at - self.c.board.ram
                self.m.check(self.memory[start:start + WINDOW] == data, f"{lies}: written to")

    def told(self, d, start):
        """What the image has said of the device."""
        lines = re.findall(rf"{d.label}: (?!start|brought|read|write)(.*)", self.m.con.received[start:].decode("utf-8", "replace"))
        return "\n".join(line.strip() for line in lines)

    def back(self, d, what, start=False):
        """It is up again, and all is as before. The image starts a device by itself, too, and such a start
        may have seen a half of the lie: then it is started once more."""
        d.calm()
        for _ in range(AGAIN):
            if not start and self.condition(d)[0] and self.state()[1] == self.before[1]:
                break
            self.revive(d)
            start = False
        d.check(self.m)
        self.as_before(what)

    def start_with(self, d, name):
        """It fails, and is wrong when it is started again."""
        start, (lies, cause) = len(self.m.con.received), STARTS[name]
        d.lie(lies)
        self.fail(d)
        if cause:
            self.m.run_until(f"device {d.label} start", lambda said: cause in self.told(d, start) + said, f"{name}: no word of it")
        elif cause is not None:
            self.start(d)
            d.check(self.m)
        else:
            self.m.run(f"device {d.label} start")
        print(f"{d.label} starts with {name}: {self.told(d, start)!r}", flush=True)
        self.back(d, name, True)

    def live_with(self, d, name, lies, fails):
        """It is wrong while it works."""
        m, start, before = self.m, len(self.m.con.received), self.condition(d)
        d.lie(lies)
        if d.storm:
            d.until(m, lambda: d.carried >= STORM, f"{name}: the thread does not get to write")
        for n in range(TRIES):
            d.provoke(m)
            took = self.prompt()
            if not fails or self.condition(d) != before:
                break
            m.quiet(PAUSE)
        else:
            m.fail(f"{name}: {d.label} does not fail")
        after = self.condition(d)
        told = self.told(d, start)
        self.slowest = max(self.slowest, (took, f"{d.label} {name}"))
        print(f"{took:.2f} s {d.label} {name}, {n + 1} tries: {told!r}", flush=True)
        m.check(told or after == before, f"{name}: it has failed, and nobody said so")
        m.check(fails is not False or after == before, f"{name}: it has failed, where it works on")
        self.back(d, name)


def any_registers(d):
    """Some that a driver may read at any time."""
    some = (MAGIC, VERSION, ID, SIZE_MAX, READY, EVENTS, STATUS, GENERATION, *range(0xb0, 0xc0, 4), *range(CONFIG, WINDOW, 4))
    return {offset: d.chance.choice((0, 1, ONES, d.chance.getrandbits(32))) for offset in d.chance.sample(some, d.chance.randrange(1, 9))}


def plain(c, step, rounds, anything=0):
    with PlainAttacks(c) as run:
        run.unused()
        d = run.devices[0]
        for _ in range(rounds):
            for name in STARTS:
                run.start_with(d, name)
            for name, (lies, fails) in LIVE.items():
                run.live_with(d, name, lies, fails)
            for name, storm in STORMS.items():
                d.begin_storm(storm)
                run.live_with(d, f"storm of {name}", {}, None)
        for n in range(anything):
            lies = any_registers(d)
            run.live_with(d, ", ".join(f"{o:#x}: {v:#x}" for o, v in lies.items()), lies, None)
        chosen = [a for n, a in enumerate(every_attack([d])) if not a[1].startswith("leave") and n % step == 0]
        for _, name, attack, line, queue in chosen:
            run.attack(d, name, attack, line, queue)
        run.unused()
        print(f"{len(chosen)} attacks; the prompt took at most {run.slowest[0]:.2f} s, after {run.slowest[1]}")
        poweroff(run.m)


@case("plain_memory", modes=("modern",))
def some(c):
    plain(c, STEP, 1)


@case("soak_plain_memory", modes=("modern",))
def soak(c):
    plain(c, 1, 10, 500)
