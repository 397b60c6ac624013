# SPDX-License-Identifier: BSD-2-Clause
"""What a hostile device (hostile.py) does to a request: on rings of every class, of one format, and of
one class. An attack is a function of (ring, chain, n), in place of the answer that `n` bytes of the
request `chain` are written; a true value repeats it with the next request."""

import random
import re
import struct

from hostile import HEADER, SECTORS
from vhost_ring import AVAIL, EVENT_IDX, USED, WRITE
from vhost_user import INDIRECT

# By name: after these the device goes on as if nothing had been, and these are noticed.
WORKS_ON = re.compile(r"(queue \d )?(length|storm|silent|notify|buffers-(first|later)|readable|status|no-status|identity"
                      r"|resize|reverse|all-but|noise|error|half|gso|csum|header|bytes)")
NOTICED = re.compile(r"(queue \d )?(id-(size|max|high|top)|twice|three-times)|(queue 1 )?id-unused")

BULK = 32768  # bytes of a file in a request


def fill(view, what, chance=random.Random(7)):
    """Overwrite it."""
    view[:] = chance.randbytes(len(view)) if what == "noise" else bytes([255 if what == "ones" else 0]) * len(view)


def area(ring, name):
    """The bytes of a part of a ring."""
    if name == "desc":
        return ring.desc[:16 * ring.size]
    if ring.packed():
        return ring.avail[:4] if name == "avail" else ring.used[:4]
    return ring.avail[:6 + 2 * ring.size] if name == "avail" else ring.used[:6 + 8 * ring.size]


def overwrite(names, what):
    def attack(ring, chain, n):
        ring.put(chain.number, n)
        for name in names:
            fill(area(ring, name), what)
        ring.notify()
    return attack


def overwrite_first(names, what):
    """Before the answer."""
    def attack(ring, chain, n):
        for name in names:
            fill(area(ring, name), what)
        ring.give(chain.number, n)
    return attack


def buffers(writable, later):
    """Noise in the buffers of a request, before or after it is answered."""
    def attack(ring, chain, n):
        if later:
            ring.give(chain.number, n)
        for _ in range(100 if later else 1):
            for view in chain.views(writable):
                fill(view, "noise")
        if not later:
            ring.give(chain.number, n)
    return attack


def table(ring, chain, n):
    """Noise in the indirect table."""
    if chain.table is not None:
        fill(chain.table, "noise")
    ring.give(chain.number, n)


def loop(ring, chain, n):
    """Descriptors that lead in a circle."""
    for at in range(0, 16 * ring.size, 16):
        struct.pack_into("<HH", ring.desc, at + 12, 1, at // 16 ^ 1)
    ring.give(chain.number, n)


def number(of, times=1, length=lambda n: n):
    """Another number in the answer, or the same one again."""
    def attack(ring, chain, n):
        for _ in range(times(ring) if callable(times) else times):
            ring.put(of(ring, chain.number), length(n))
        ring.notify()
    return attack


def right(ring, head):
    return head


def length(of):
    return number(right, length=of)


def silent(ring, chain, n):
    ring.backend.kept_back.append((ring, chain, n))


def storm(ring, chain, n):
    for _ in range(500):
        ring.notify()
    ring.give(chain.number, n)
    for _ in range(500):
        ring.notify()


def notify_only(ring, chain, n):
    ring.notify()
    silent(ring, chain, n)


def leave(before, times=1):
    """Break the connection with QEMU, and come back."""
    def attack(ring, chain, n):
        if not before:
            ring.give(chain.number, n)
        ring.backend.leaving = True
        return ring.backend.carried + 1 < times
    return attack


def leave_with_less(less):
    def attack(ring, chain, n):
        ring.backend.less, ring.backend.leaving = less, True
    return attack


def scribble(names, notify=0.1):
    """Noise in a part of the ring all the time, and the answer as it should be."""
    def attack(ring, chain, n):
        chance = random.Random(len(names))

        def always(ring):
            for _ in range(8):
                view = area(ring, chance.choice(names))
                view[chance.randrange(len(view))] = chance.getrandbits(8)
            if chance.random() < notify:
                ring.notify()

        ring.give(chain.number, n)
        ring.backend.always = always
        return True
    return attack


def scribble_buffers(ring, chain, n):
    """Noise in the buffers of a request, all the time."""
    def always(_):
        for view in chain.views():
            fill(view, "noise")

    ring.give(chain.number, n)
    ring.backend.always = always


EVERY = {
    "id-size": number(lambda r, h: r.size), "id-max": number(lambda r, h: 0xffffffff),
    "id-unused": number(lambda r, h: (h + 1) % r.size),
    "id-unused-last": number(lambda r, h: r.size - 1 if h != r.size - 1 else 0),
    "id-unused-all": number(lambda r, h: (h + 1) % r.size, times=lambda r: r.size),
    "twice": number(right, times=2),
    "three-times": number(right, times=3),
    "ring-full-of-it": number(right, times=lambda r: r.size),
    "more-than-the-ring": number(right, times=lambda r: r.size + 3),
    "length-max": length(lambda n: 0xffffffff), "length-one-more": length(lambda n: n + 1), "length-zero": length(lambda n: 0),
    "length-one": length(lambda n: 1), "length-half": length(lambda n: n // 2), "length-negative": length(lambda n: 0x80000000),
    "length-64K-more": length(lambda n: n + 0x10000), "length-one-less": length(lambda n: n - 1 if n else 0),
    "silent": silent, "notify-only": notify_only, "storm": storm,
    "buffers-first": buffers(WRITE, False), "buffers-later": buffers(WRITE, True),
    "readable-first": buffers(0, False), "readable-later": buffers(0, True),
    "table": table, "loop": loop,
    "leave-before": leave(True), "leave-after": leave(False), "leave-three-times": leave(True, 3),
    "leave-without-event-idx": leave_with_less(EVENT_IDX), "leave-without-indirect": leave_with_less(INDIRECT),
    "scribble-used": scribble(("used",)), "scribble-desc": scribble(("desc",)), "scribble-avail": scribble(("avail",)),
    "scribble-all": scribble(("desc", "avail", "used")), "scribble-silently": scribble(("desc", "avail", "used"), 0),
    "scribble-buffers": scribble_buffers,
    **{f"{names[0]}-{what}": overwrite(names, what) for names in (("desc",), ("avail",), ("used",)) for what in ("ones", "zeros", "noise")},
    **{f"{names[0]}-{what}-first": overwrite_first(names, what) for names in (("desc",), ("avail",), ("used",)) for what in ("ones", "noise")},
    **{f"all-{what}": overwrite(("desc", "avail", "used"), what) for what in ("ones", "zeros", "noise")},
}


# -- split

def index(by, put=True):
    def attack(ring, chain, n):
        if put:
            ring.put(chain.number, n)
        ring.used_index(by(ring.size) & 0xffff)
        ring.notify()
    return attack


def used_word(offset, value):
    """The flags of the used ring, or what stands behind it (avail_event)."""
    def attack(ring, chain, n):
        ring.backend.lying = True
        at = 0 if offset == "flags" else 4 + 8 * ring.size
        struct.pack_into("<H", ring.used, at, value(ring) & 0xffff)
        ring.give(chain.number, n)
        return True
    return attack


def entry_only(ring, chain, n):
    """The entry without the index."""
    ring.put(chain.number, n)
    ring.used_index(-1)
    ring.notify()
    silent(ring, chain, n)


def racing(ring, chain, n):
    """The index goes up and down all the time."""
    ring.give(chain.number, n)
    ring.backend.always = lambda r: (r.used_index(1), r.used_index(-1))


SPLIT = {
    "id-high-bit": number(lambda r, h: h | 0x10000), "id-top-bit": number(lambda r, h: h | 0x80000000),
    **{f"index{name}": index(by) for name, by in {
        "+1": lambda s: 1, "+2": lambda s: 2, "+size-1": lambda s: s - 1, "+size": lambda s: s, "+size+1": lambda s: s + 1,
        "+4000": lambda s: 0x4000, "+8000": lambda s: 0x8000, "-1": lambda s: -1, "-2": lambda s: -2, "-size": lambda s: -s}.items()},
    "index-alone": index(lambda s: 1, put=False), "index-alone-back": index(lambda s: -1, put=False), "entry-only": entry_only,
    "index-racing": racing,
    "flags-no-notify": used_word("flags", lambda r: 1), "flags-ones": used_word("flags", lambda r: 0xffff),
    "event-zero": used_word("event", lambda r: 0), "event-ones": used_word("event", lambda r: 0xffff),
    "event-next": used_word("event", lambda r: r.next + 1), "event-far": used_word("event", lambda r: r.next + 0x8000),
}


# -- packed

def flags(value, ahead=0):
    """The answer has other flags, or stands further on."""
    def attack(ring, chain, n):
        at = ring.after(ring.done, ahead) if ahead else ring.done
        struct.pack_into("<IHH", ring.desc, 16 * (at & 0x7fff) + 8, n, chain.number, value(at & 0x8000))
        ring.notify()
        silent(ring, chain, n)
    return attack


def every_place(ring, chain, n):
    """The whole ring is full of answers."""
    for at in range(0, 16 * ring.size, 16):
        struct.pack_into("<IHH", ring.desc, at + 8, n, chain.number, AVAIL | USED)
    ring.notify()


def too_far(ring, chain, n):
    """The answer is right, and the next one leaves out some places."""
    ring.give(chain.number, n)
    ring.done = ring.after(ring.done, 2)
    return True


def device_area(off_wrap, f):
    def attack(ring, chain, n):
        struct.pack_into("<HH", ring.used, 0, off_wrap(ring) & 0xffff, f)
        ring.give(chain.number, n)
        return True
    return attack


PACKED = {
    "flags-zero": flags(lambda wrap: 0), "flags-ones": flags(lambda wrap: 0xffff), "flags-used-only": flags(lambda wrap: USED),
    "flags-avail-only": flags(lambda wrap: AVAIL), "flags-other-wrap": flags(lambda wrap: 0 if wrap else AVAIL | USED),
    "flags-table": flags(lambda wrap: (AVAIL | USED if wrap else 0) | 4),
    "flags-next": flags(lambda wrap: (AVAIL | USED if wrap else 0) | 1),
    "one-ahead": flags(lambda wrap: AVAIL | USED if wrap else 0, 1),
    "three-ahead": flags(lambda wrap: AVAIL | USED if wrap else 0, 3),
    "every-place": every_place, "too-far": too_far,
    "event-off": device_area(lambda r: 0, 1),
    "event-reserved": device_area(lambda r: 0, 3),
    "event-flags-ones": device_area(lambda r: 0xffff, 0xffff),
    "event-outside": device_area(lambda r: r.size + 5, 2), "event-here": device_area(lambda r: r.next, 2),
    "event-other-wrap": device_area(lambda r: r.next ^ 0x8000, 2), "event-far": device_area(lambda r: 0x7fff, 2),
}


# -- the classes

def status(value):
    """Of a disk's request."""
    def attack(ring, chain, n):
        chain.views()[-1][-1] = value
        ring.give(chain.number, n)
    return attack


def no_status(ring, chain, n):
    """The disk leaves what was there."""
    chain.views()[-1][-1] = 0xff
    ring.give(chain.number, n - 1)


def resized(*sizes):
    """The disk has another size from now on, before the request is answered."""
    def attack(ring, chain, n):
        for size in sizes:
            ring.backend.resize(size)
        ring.give(chain.number, n)
    return attack


def resizing(ring, chain, n):
    """The size changes whenever QEMU has looked at the last one."""
    def always(ring):
        if ring.backend.asked:
            ring.backend.resize(random.getrandbits(64) >> random.randrange(64))

    ring.give(chain.number, n)
    ring.backend.always = always


def identity(data):
    def attack(ring, chain, n):
        chain.write(data)
        ring.give(chain.number, n)
    return attack


def in_bulk(attack):
    """What is small is answered as it should be."""
    def only(ring, chain, n):
        if n >= BULK:
            return attack(ring, chain, n)
        ring.give(chain.number, n)
        return True
    return only


def reverse(count):
    """Several at once, the last one first."""
    def attack(ring, chain, n):
        kept = ring.backend.kept_back
        kept.append((ring, chain, n))
        if len(kept) < count:
            return True
        while kept:
            r, c, length_ = kept.pop()
            r.put(c.number, length_)
        ring.notify()
        return False
    return attack


def all_but_one(ring, chain, n):
    """The first one is not answered, all others are."""
    if not ring.backend.kept_back:
        silent(ring, chain, n)
    else:
        ring.give(chain.number, n)
    return True


def noise(ring, chain, n):
    """Data that nobody has written."""
    for view in chain.views()[:-1]:
        fill(view, "noise")
    ring.give(chain.number, n)
    return True


def each_is(what):
    def attack(ring, chain, n):
        what(ring, chain, n)
        return True
    return attack


READ, STORE, FLUSH, DISCARD, INFO, CRC, LS = "read 3", "write 2041 abc --yes", "flush", "discard 2042 2 --yes", "info", "!crc {} /big", "!ls {}"
OF_BLK = {
    **{f"status-{value}-{line.split()[0]}": (status(value), line) for value in (1, 2, 3, 77, 255) for line in (READ, STORE, FLUSH, DISCARD)},
    "no-status": (no_status, READ), "no-status-flush": (no_status, FLUSH),
    "identity-controls": (identity(b"\x1b[2J\r\n\x07\x9b31m".ljust(20, b"\x1b")), INFO),
    "identity-full": (identity(b"x" * 20), INFO),
    "identity-ones": (identity(b"\xff" * 20), INFO),
    "identity-utf8": (identity("\u202e\u0430".encode().ljust(20, b"\xe2")), INFO),
    "resize-0": (resized(0), READ), "resize-1": (resized(1), READ), "resize-max": (resized((1 << 64) - 1), READ),
    "resize-2^55": (resized(1 << 55), READ),
    "resize-odd": (resized(2047), READ),
    "resize-storm": (resizing, READ),
    "resize-storm-crc": (resizing, CRC),
    "resize-storm-write": (resizing, STORE),
    "resize-0-write": (resized(0), STORE), "resize-0-crc": (resized(0), CRC),
    "reverse-2": (in_bulk(reverse(2)), CRC),
    "reverse-3": (in_bulk(reverse(3)), CRC),
    "all-but-one": (in_bulk(all_but_one), CRC),
    "noise-crc": (noise, CRC),
    "noise-ls": (noise, LS),
    "error-crc": (in_bulk(each_is(status(1))), CRC),
    "error-ls": (each_is(status(1)), LS),
    "half-crc": (in_bulk(each_is(length(lambda n: n // 2))), CRC),
    "leave-crc": (in_bulk(leave(True)), CRC),
    "again-crc": (in_bulk(number(right, times=2)), CRC),
    "silent-crc": (in_bulk(each_is(silent)), CRC),
    "silent-ls": (each_is(silent), LS),
    "scribble-crc": (scribble(("used",)), CRC),
    "scribble-all-crc": (scribble(("desc", "avail", "used")), CRC),
    "scribble-buffers-crc": (scribble_buffers, CRC),
}


# What a disk says of itself (hostile.Blk.config).
LIES = [{name: value} for name, values in {
    "sectors": (0, 1, 7, 1 << 55, (1 << 64) - 1), "size_max": (0, 1, 511, 0xffffffff), "seg_max": (0, 1, 0xffffffff),
    "block": (0, 1, 3, 511, 513, 4096, 8192, 1 << 31, 0xffffffff), "exponent": (1, 31, 255), "align": (255,), "least": (65535,),
    "best": (0xffffffff,), "writeback": (2, 255), "queues": (0, 65535), "discard": (0, 0xffffffff), "discard_seg": (0, 0xffffffff),
    "discard_align": (0, 0xffffffff), "zeroes": (0, 0xffffffff), "zeroes_seg": (0, 0xffffffff)}.items() for value in values]


def head(flags_=0, gso=0, head_length=0, gso_size=0, start=0, offset=0, buffers_=1, n_is=None):
    """The header of a received frame."""
    def attack(ring, chain, n):
        chain.write(struct.pack("<BBHHHHH", flags_, gso, head_length, gso_size, start, offset, buffers_))
        ring.give(chain.number, n if n_is is None else n_is)
    return attack


def merged(count, lengths):
    """A frame over `count` buffers, so the header says; `lengths` of them come."""
    def attack(ring, chain, n):
        backend = ring.backend
        if backend.carried == 0:
            chain.write(struct.pack("<10xH", count) + b"\x55" * (chain.room() - HEADER))
        ring.put(chain.number, lengths[backend.carried] if backend.carried else lengths[0] or n)
        if backend.carried + 1 < len(lengths):
            backend.outgoing.append(b"\x55" * 60)
            return True
        ring.notify()
        return False
    return attack


OF_NET = {
    **{f"gso-{kind:#x}": head(gso=kind, gso_size=100, head_length=54) for kind in (1, 2, 3, 4, 5, 0x80, 0x81, 0xff)},
    **{f"gso-size-{size}": head(gso=1, gso_size=size, head_length=size) for size in (0, 1, 65535)},
    **{f"csum-{start}-{offset}": head(flags_=1, start=start, offset=offset) for start, offset in (
        (0, 0), (34, 2), (34, 65535), (65535, 0), (65535, 65535), (0, 65534), (198, 0), (199, 0), (200, 0), (201, 2), (188, 12))},
    **{f"header-{bits:#x}": head(flags_=bits) for bits in (2, 3, 4, 0xfe, 0xff)},
    **{f"buffers-{count}": head(buffers_=count) for count in (0, 2, 3, 16, 17, 32, 33, 65535)},
    **{f"bytes-{n}": head(n_is=n) for n in (0, 1, 11, 12, 13, 25, 26, 1526, 1527, 65535)},
    "header-ones": head(0xff, 0xff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff),
    "merged-2": merged(2, [0, 60]), "merged-2-empty": merged(2, [0, 0]), "merged-3-empty-first": merged(3, [12, 0, 60]),
    "merged-2-long": merged(2, [0xffff, 0xffff]),
    "merged-8": merged(8, [0] + [1526] * 7),
    "merged-16": merged(16, [0] + [1526] * 15),
    "merged-20": merged(20, [0] + [1526] * 19), "twice-with-merging": number(right, times=2),
}
