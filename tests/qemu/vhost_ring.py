# SPDX-License-Identifier: BSD-2-Clause
"""The device's side of a virtqueue, for a backend of vhost-user: split, or packed."""

import os
import struct

NEXT, WRITE, INDIRECT = 1, 2, 4
AVAIL, USED, WRAP = 1 << 7, 1 << 15, 1 << 15  # bits of a packed descriptor; of a place in its ring


class Ring:
    def __init__(self):
        self.packed = False
        self.size = self.next = self.end = 0  # the next chain, and (packed) where the next used one goes
        self.desc = self.avail = self.used = None  # memory from there on
        self.kick = self.call = -1

    # A place as vhost-user counts it: the index, or (packed) two indexes with the wrap counter in bit 15.

    def set_base(self, base):
        self.next, self.end = (base & 0xffff, base >> 16) if self.packed else (base, 0)

    def base(self):
        return self.next | self.end << 16 if self.packed else self.next & 0xffff

    def after(self, place, n):
        """`n` descriptors further in a packed ring."""
        index = (place & ~WRAP) + n
        return (place & WRAP) | index if index < self.size else (~place & WRAP) | index - self.size

    def take(self, at):
        """The next chain: what give() needs of it, and its pieces of memory; `at` finds an address."""
        if self.avail is None or self.kick < 0:
            return None
        return self.take_packed(at) if self.packed else self.take_split(at)

    def take_split(self, at):
        if struct.unpack_from("<H", self.avail, 2)[0] == self.next & 0xffff:
            return None
        head = struct.unpack_from("<H", self.avail, 4 + 2 * (self.next % self.size))[0]
        self.next += 1
        pieces, table, i = [], self.desc, head
        while True:
            address, n, flags, link = struct.unpack_from("<QIHH", table, 16 * i)
            if flags & INDIRECT:
                table, i = at(address, n), 0
                continue
            pieces.append(at(address, n)[:n])
            if not flags & NEXT:
                return head, pieces
            i = link

    def take_packed(self, at):
        pieces, place, count, flags = [], self.next, 0, NEXT
        while flags & NEXT:
            address, n, number, flags = struct.unpack_from("<QIHH", self.desc, 16 * (place & ~WRAP))
            wrap = bool(place & WRAP)
            if count == 0 and (bool(flags & AVAIL) != wrap or bool(flags & USED) == wrap):
                return None
            if flags & INDIRECT:
                table = at(address, n)
                entries = [struct.unpack_from("<QI", table, i) for i in range(0, n, 16)]
            else:
                entries = [(address, n)]
            pieces += [at(a, size)[:size] for a, size in entries]
            place, count = self.after(place, 1), count + 1
        self.next = place
        return (number, count), pieces

    def give(self, head, n):
        if self.packed:
            number, count = head
            where, flags = 16 * (self.end & ~WRAP), AVAIL | USED if self.end & WRAP else 0
            struct.pack_into("<IH", self.desc, where + 8, n, number)
            struct.pack_into("<H", self.desc, where + 14, flags | (WRITE if n else 0))
            self.end = self.after(self.end, count)
        else:
            index = struct.unpack_from("<H", self.used, 2)[0]
            struct.pack_into("<II", self.used, 4 + 8 * (index % self.size), head, n)
            struct.pack_into("<H", self.used, 2, (index + 1) & 0xffff)
        if self.call >= 0:
            os.write(self.call, struct.pack("=Q", 1))
