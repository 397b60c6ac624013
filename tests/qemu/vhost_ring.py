# SPDX-License-Identifier: BSD-2-Clause
"""The device's side of a ring of a vhost-user device: split and packed."""

import os
import struct

EVENT_IDX, PACKED = 1 << 29, 1 << 34
NEXT, WRITE, TABLE = 1, 2, 4  # flags of a descriptor
AVAIL, USED = 1 << 7, 1 << 15  # more of them, packed


def load(view, at):
    """A word of 16 bits of a ring, read at once. struct reads it byte by byte."""
    return view[at:at + 2].cast("H")[0]


def store(view, at, value):
    """Write it at once. struct.pack_into() makes it zero first, which the guest may see."""
    view[at:at + 2].cast("H")[0] = value & 0xffff


class Chain:
    """A request: its number, its descriptors, and its pieces of memory as (view, device may write)."""

    def __init__(self, number):
        self.number, self.descriptors, self.pieces, self.table = number, 0, [], None

    def add(self, view, flags):
        self.pieces.append((view, flags & WRITE))

    def readable(self):
        return b"".join(bytes(view) for view, writable in self.pieces if not writable)

    def views(self, writable=WRITE):
        return [view for view, w in self.pieces if w == writable]

    def room(self):
        return sum(map(len, self.views()))

    def write(self, data):
        """Into what is writable, from its start; the number of bytes."""
        at = 0
        for view in self.views():
            part = data[at:at + len(view)]
            view[:len(part)] = part
            at += len(part)
        return min(at, len(data))


class Ring:
    """A virtqueue as QEMU describes it; `next` is what the device looks at, `done` where it answers."""

    def __init__(self, backend, index):
        self.backend, self.index = backend, index
        self.size = self.next = self.done = 0
        self.desc = self.avail = self.used = None  # memory from there on; packed: ring, driver, device
        self.kick = self.call = -1
        self.lengths = {}  # packed: descriptors of a request

    def place(self, base):
        """Where to go on, as SET_VRING_BASE has it."""
        self.next = base & 0xffff
        self.done = base >> 16 if self.packed() else self.next
        self.lengths = {}

    def base(self):
        return self.next & 0xffff | (self.done & 0xffff) << 16 if self.packed() else self.next & 0xffff

    def packed(self):
        return self.backend.features & PACKED

    def ready(self):
        return self.avail is not None and self.kick >= 0

    def notify(self):
        if self.call >= 0:
            os.write(self.call, struct.pack("=Q", 1))

    def memory(self, address, size):
        return self.backend.at(address, 0, size)[:size]

    def take(self):
        """The next request, or None."""
        if not self.ready():
            return None
        return self.take_packed() if self.packed() else self.take_split()

    def put(self, number, n):
        """Answer: `n` bytes are written. Nobody is told."""
        (self.put_packed if self.packed() else self.put_split)(number, n)

    def give(self, number, n):
        self.put(number, n)
        self.notify()

    # -- split

    def take_split(self):
        if self.backend.features & EVENT_IDX and self.backend.honest():
            store(self.used, 4 + 8 * self.size, self.next)
        if load(self.avail, 2) == self.next:
            return None
        head = load(self.avail, 4 + 2 * (self.next % self.size))
        self.next = self.next + 1 & 0xffff
        chain, table, i = Chain(head), self.desc, head
        while True:
            address, n, flags, link = struct.unpack_from("<QIHH", table, 16 * i)
            if flags & TABLE:
                table, i = self.memory(address, n), 0
                chain.table = table
                continue
            chain.add(self.memory(address, n), flags)
            if not flags & NEXT or len(chain.pieces) > 1024:
                return chain
            i = link

    def used_index(self, by=0):
        """Read it, or move it."""
        index = load(self.used, 2) + by & 0xffff
        if by:
            store(self.used, 2, index)
        return index

    def put_split(self, number, n):
        struct.pack_into("<II", self.used, 4 + 8 * (self.used_index() % self.size), number & 0xffffffff, n & 0xffffffff)
        self.used_index(1)

    # -- packed: a position has its wrap counter in bit 15

    def after(self, position, n):
        at = (position & 0x7fff) + n
        return at - self.size | ~position & 0x8000 if at >= self.size else at | position & 0x8000

    def take_packed(self):
        flags = load(self.desc, 16 * (self.next & 0x7fff) + 14)
        wrap = bool(self.next & 0x8000)
        if bool(flags & AVAIL) != wrap or bool(flags & USED) == wrap:
            return None
        chain, table = Chain(0), None
        while True:
            address, n, chain.number, flags = struct.unpack_from("<QIHH", self.desc, 16 * (self.next & 0x7fff))
            chain.descriptors += 1
            self.next = self.after(self.next, 1)
            if flags & TABLE:
                table = chain.table = self.memory(address, n)
            else:
                chain.add(self.memory(address, n), flags)
            if not flags & NEXT or chain.descriptors >= self.size:
                break
        for at in range(0, len(table or b""), 16):
            address, n, _, flags = struct.unpack_from("<QIHH", table, at)
            chain.add(self.memory(address, n), flags)
        self.lengths[chain.number] = chain.descriptors
        return chain

    def put_packed(self, number, n):
        at, wrap = 16 * (self.done & 0x7fff), self.done & 0x8000
        struct.pack_into("<IH", self.desc, at + 8, n & 0xffffffff, number & 0xffff)
        store(self.desc, at + 14, (AVAIL | USED if wrap else 0) | WRITE)
        self.done = self.after(self.done, self.lengths.get(number, 1))
