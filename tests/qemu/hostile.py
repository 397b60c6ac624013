# SPDX-License-Identifier: BSD-2-Clause
"""Devices that are honest until they carry out an attack (attacks.py), as back-ends of vhost-user."""

import os
import random
import struct

import vhost_user
from cases_net import request, who_has
from vhost_ring import AVAIL, EVENT_IDX, PACKED, USED

HEADER = 12  # of a frame
SECTOR, SECTORS = 512, 2048


class Hostile(vhost_user.Backend):
    OFFERED = vhost_user.Backend.OFFERED | EVENT_IDX
    PROTOCOL = 0
    QUEUE = 0      # the one to attack, where nothing else is said
    DRIVER = ""    # of QEMU
    CLASS = ""     # in the guest's names

    def __init__(self, c, bus, packed=False, queues=1):
        super().__init__(f"{c.folder}/{self.DRIVER}-{bus}.sock", queues)
        self.bus, self.want_packed = bus, packed
        self.label = f"virtio-{self.CLASS}@{c.board.windows()[bus]:x}"
        self.attack, self.queue, self.carried, self.less = None, self.QUEUE, 0, 0
        self.kept_back, self.always, self.leaving, self.lying = [], None, False, False
        self.chance = random.Random(bus)

    def device(self):
        on = ",packed=on" if self.want_packed else ""
        return self.chardev(f"v{self.bus}") + ["-device", f"{self.DRIVER},chardev=v{self.bus},bus=virtio-mmio-bus.{self.bus}{on}"]

    def offered(self):
        return (self.OFFERED | (PACKED if self.want_packed else 0)) & ~self.less

    # -- the attack

    def begin(self, attack, queue):
        with self.lock:
            self.attack, self.carried = attack, 0
            self.queue = self.QUEUE if queue is None else queue

    def honest(self):
        return not self.lying

    def calm(self):
        """Honest from now on; what it kept is answered."""
        with self.lock:
            self.attack = self.always = None
            self.less, self.lying = 0, False
            for ring, chain, n in self.kept_back:
                if ring.ready():
                    ring.give(chain.number, n)
            self.kept_back.clear()
            self.look()

    def end(self):
        """Answers that no driver believes, for one that has not noticed anything yet."""
        with self.lock:
            ring = self.rings[self.queue]
            if not ring.ready():
                return
            if not self.features & PACKED:
                ring.put(ring.size, 0)
            for wrap in (0, AVAIL | USED) if self.features & PACKED else ():
                for at in range(0, 16 * ring.size, 16):
                    struct.pack_into("<HH", ring.desc, at + 12, 0xffff, wrap)
                ring.notify()
            ring.notify()

    def answer(self, ring, chain, n):
        if not self.attack or ring.index != self.queue:
            ring.give(chain.number, n)
            return
        attack, self.attack = self.attack, None
        if attack(ring, chain, n):
            self.attack = attack
        self.carried += 1
        self.ring_bell()

    def look(self):
        try:
            self.work()
        except (ValueError, IndexError, struct.error):
            pass  # it looks at what it has overwritten itself
        leaves, self.leaving = self.leaving, False
        return not leaves

    def work(self):
        for ring in self.rings:
            while not self.leaving and (chain := ring.take()):
                self.answer(ring, chain, self.serve_request(chain))

    def serve_request(self, chain):
        return 0

    def beside(self):
        if not self.always:
            return False
        with self.lock:
            ring = self.rings[self.queue]
            if ring.ready() and self.always:
                self.always(ring)
        return True


class Rng(Hostile):
    DRIVER, CLASS = "vhost-user-rng", "rng"

    def serve_request(self, chain):
        return chain.write(os.urandom(chain.room()))

    def provoke(self, m, line=None):
        m.send((line or "rng 16") + "\r")

    def check(self, m):
        said = m.run("rng 16")
        m.check(len(said) == 32, f"{self.label}: no bytes: {said!r}")


class Blk(Hostile):
    OFFERED = Hostile.OFFERED | 1 << 1 | 1 << 2 | 1 << 6 | 1 << 9 | 1 << 13 | 1 << 14
    PROTOCOL = vhost_user.CONFIG | vhost_user.CHANNEL
    DRIVER, CLASS = "vhost-user-blk", "blk"

    def __init__(self, *args, image=None, lies=None, **options):
        super().__init__(*args, **options)
        self.data = bytearray(SECTORS * SECTOR)
        self.number, self.sectors, self.asked, self.lies = 0, SECTORS, True, lies or {}
        if image:
            self.data[:] = image.read_bytes()

    def device(self):
        arguments = super().device()
        return arguments[:-1] + [arguments[-1] + ",num-queues=1"]

    def config(self):
        """As in the specification, 5.2.4."""
        self.asked = True
        c = {"sectors": self.sectors, "size_max": 65536, "seg_max": 126, "block": SECTOR, "exponent": 0, "align": 0,
             "least": 0, "best": 0, "writeback": 1, "queues": 1, "discard": 1 << 20, "discard_seg": 1,
             "discard_align": 1, "zeroes": 1 << 20, "zeroes_seg": 1, **self.lies}
        return struct.pack("<QIIIIBBHIBxHIIIIIB3x", c["sectors"], c["size_max"], c["seg_max"], 0, c["block"], c["exponent"],
                           c["align"], c["least"], c["best"], c["writeback"], c["queues"], c["discard"], c["discard_seg"],
                           c["discard_align"], c["zeroes"], c["zeroes_seg"], 1)

    def resize(self, sectors):
        with self.lock:
            self.sectors, self.asked = sectors, False
            self.config_changed()

    def serve_request(self, chain):
        kind, _, sector = struct.unpack_from("<IIQ", chain.readable())
        status, at, n, data = chain.views()[-1], sector * SECTOR, 0, chain.readable()[16:]
        if kind == 0:
            for view in chain.views()[:-1]:
                part = self.data[at + n:at + n + len(view)]
                view[:len(part)] = part
                n += len(view)
        elif kind == 1:
            self.data[at:at + len(data)] = data
        elif kind == 8:
            chain.write(b"hostile".ljust(20, b"\0"))
            n = 20
        status[-1] = 0
        return n + 1

    def provoke(self, m, line=None):
        line = line or "read 3"
        m.send((line[1:].format(self.number) if line[0] == "!" else f"blk {self.number} {line}") + "\r")

    def calm(self):
        super().calm()
        if self.sectors != SECTORS:
            self.resize(SECTORS)

    def check(self, m):
        m.run_until(f"blk {self.number}", lambda said: f"({SECTORS} sectors" in said, "the old size again")
        word = f"x{self.chance.randrange(1 << 30):x}"
        said = m.run(f"blk {self.number} write 2040 {word} --yes")
        m.check(said.endswith(": write: done"), f"{self.label}: no write: {said!r}")
        said = m.run(f"blk {self.number} read 2040")
        m.check(f"|{word}" in said and len(said.split("\n")) == 32, f"{self.label}: {word} is not read: {said!r}")


class Net(Hostile):
    OFFERED = Hostile.OFFERED | 1 << 0 | 1 << 1 | 1 << 15
    DRIVER, CLASS = "vhost-user-net", "net"

    def __init__(self, *args, **options):
        super().__init__(*args, queues=2, **options)
        self.outgoing, self.sent, self.number = [], [], 0

    def device(self):
        on = ",packed=on" if self.want_packed else ""
        return self.chardev("net") + ["-netdev", "vhost-user,id=n0,chardev=net", "-device",
                                      f"virtio-net-device,netdev=n0,mac=52:54:00:ab:cd:ef,bus=virtio-mmio-bus.{self.bus}{on}"]

    def inject(self, *frames):
        with self.lock:
            self.outgoing += frames
            self.look()

    def work(self):
        received, sent = self.rings
        while not self.leaving and (chain := sent.take()):
            self.sent.append(chain.readable()[HEADER:])
            self.answer(sent, chain, 0)
            self.ring_bell()
        while self.outgoing and not self.leaving and (chain := received.take()):
            frame = self.outgoing.pop(0)
            self.answer(received, chain, chain.write(struct.pack("<10xH", 1) + frame))

    def provoke(self, m, line=None):
        self.number += 1
        self.inject(*(request(200, self.number)[0] for _ in range(3)))
        m.send((line or "net") + "\r")

    def check(self, m):
        self.number += 1
        frame, want = request(300, self.number)
        self.sent.clear()
        self.inject(who_has(), frame)
        self.until(m, lambda: want in self.sent, f"{self.label}: no echo")
