# SPDX-License-Identifier: BSD-2-Clause
"""The same work over packed rings, which QEMU offers with the option packed=on."""

import re

import matrix
from cases import RNG, SERIAL, case
from cases_blk import SECTOR, disk, image, same
from cases_boot import accepted, exercise, pings, poweroff
from cases_console import KIB, noise, start_loop
from cases_net import USER
from cases_panic import report

PACKED = [a for d in ("virtio-serial-device", "virtio-rng-device")
          for a in ("-global", f"{d}.packed=on")]
DEVICES = PACKED + SERIAL + RNG
MODERN = ("modern",)


@case("packed.boot", modes=MODERN, shared=True, way="packed")
def boot(m):
    """RING_PACKED is accepted by both drivers, and the shell comes up on it."""
    for word in ("console", "rng"):
        m.check("RING_PACKED" in accepted(m, word), f"no RING_PACKED on the {word}")
    exercise(m)


@case("packed.legacy_is_split", modes=("legacy",))
def legacy(c):
    """A version 1 device has split rings, whatever QEMU's options say."""
    with c.booted(DEVICES) as m:
        for word in ("console", "rng"):
            m.check("PACKED" not in accepted(m, word), f"RING_PACKED on the {word}")
        exercise(m)
        poweroff(m)


@case("packed.loop", modes=MODERN, shared=True, way="packed")
def loop(m):
    """100 KiB each way, of all byte values, byte for byte."""
    data = noise(100 * KIB, 5)
    start_loop(m, len(data))
    m.send(data)
    m.expect_bytes(data)
    m.prompt()


@case("packed.flood", modes=MODERN, shared=True, way="packed")
def flood(m):
    """Long output arrives complete, while input waits in the queue."""
    m.send("dt\r" * 20 + "uptime\r")
    trees = [m.prompt() for _ in range(20)]
    m.prompt()
    m.check(len(trees[0]) > 4 * KIB, f"`dt` is only {len(trees[0])} bytes")
    m.check(all(t == trees[0] for t in trees), "the same output differs")


@case("packed.rng", modes=MODERN, shared=True, way="packed")
def rng(m):
    """The ring of the entropy device wraps many times."""
    seen = set()
    for _ in range(200):
        found = re.search(r"\b([0-9a-f]{32})\b", m.run("rng 16"))
        m.check(found, "`rng 16`")
        seen.add(found.group(1))
    m.check(len(seen) == 200, "the same bytes twice")


@case("packed.blk", modes=MODERN)
def blk(c):
    """Sectors are read and written in the same way as over split rings."""
    path = image(c)
    data = bytearray(path.read_bytes())
    with c.booted(["-global", "virtio-blk-device.packed=on"] + DEVICES + disk(path)) as m:
        m.check("RING_PACKED" in accepted(m, "block"), "no RING_PACKED on the disk")
        for first in range(0, 256, 64):
            same(m, f"blk read {first} 64", data[first * SECTOR:(first + 64) * SECTOR])
        m.check("done" in m.run("blk write 3 hello --yes"), "write")
        m.check("done" in m.run("blk flush"), "flush")
        data[3 * SECTOR:3 * SECTOR + 5] = b"hello"
        same(m, "blk read 3", data[3 * SECTOR:4 * SECTOR])
        poweroff(m)
    m.check(path.read_bytes() == data, "the file has not what was written and flushed")


@case("in_order", modes=MODERN, boards=("riscv64", "arm"), ring=[])
@case("packed.in_order", modes=MODERN, boards=("riscv64", "arm"), ring=matrix.PACKED)
def in_order(c, ring):
    """All drivers accept IN_ORDER if QEMU has it, and all work."""
    c.needs("virtio-rng-device", "in_order")
    path = image(c)
    data = bytearray(path.read_bytes())
    devices = SERIAL + RNG + disk(path) + USER + [a.replace("packed=", "in_order=") for a in matrix.PACKED]
    with c.booted(ring + devices) as m:
        for word in ("console", "rng", "block", "net"):
            bits = accepted(m, word)
            m.check("IN_ORDER" in bits and ("RING_PACKED" in bits) == bool(ring), f"{word}: {bits}")
        for first in range(0, 256, 64):
            same(m, f"blk read {first} 64", data[first * SECTOR:(first + 64) * SECTOR])
        m.check("done" in m.run("blk write 3 hello --yes"), "write")
        data[3 * SECTOR:3 * SECTOR + 5] = b"hello"
        same(m, "blk read 3", data[3 * SECTOR:4 * SECTOR])
        m.run("net addr 10.0.2.15")
        pings(m, "10.0.2.2")
        for _ in range(50):
            m.check(re.search(r"\b[0-9a-f]{32}\b", m.run("rng 16")), "`rng 16`")
        stream = noise(100 * KIB, 6)
        start_loop(m, len(stream))
        m.send(stream)
        m.expect_bytes(stream)
        m.prompt()
        m.check("restarted" not in m.run("devices"), "a device was restarted")
        poweroff(m)


def without(c, option):
    with c.booted([a for d in ("virtio-serial-device", "virtio-rng-device")
                   for a in ("-global", f"{d}.{option}=off")] + DEVICES) as m:
        m.check("RING_PACKED" in accepted(m, "console"), "no RING_PACKED")
        exercise(m)
        poweroff(m)


case("packed.event_idx_off", modes=MODERN, option="event_idx")(without)
case("packed.indirect_off", modes=MODERN, option="indirect_desc")(without)


@case("packed.panic", modes=MODERN)
def panic(c):
    """A panic is reported over packed rings too."""
    with c.booted(DEVICES) as m:
        m.send("panic\r")
        report(m, m.con)
