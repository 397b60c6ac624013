# SPDX-License-Identifier: BSD-2-Clause
"""Disks whose bytes are wrong, one after the other on the same machine: the back-end of vhost-user
(hostile.py) changes what is on its disk while nobody reads it."""

import pathlib
import random
import re
import sys
import time

import hostile
from cases import case
from cases_boot import poweroff
from cases_hostile import Attacks

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "files"))
import images  # noqa: E402  (found through the line above)

SIZE = hostile.SECTORS * hostile.SECTOR
TABLES = 65536  # bytes at the start of a disk, most of which the readers look at
COMMANDS = ("ls {}", "crc {} /big", "ls {} /dir", "cat {} /README.TXT", "part {}")


def good(folder):
    """One disk of each format."""
    files = images.small_tree()
    images.fat(folder / "fat", SIZE, 12, files)
    for kind in ("ext2", "ext4"):
        images.ext(folder / kind, SIZE, kind, files, *(("-O", "^has_journal") if kind == "ext4" else ()))
    images.iso(folder / "iso", files)
    for name in ("fat", "ext2", "ext4", "iso"):
        yield name, (folder / name).read_bytes()[:SIZE].ljust(SIZE, b"\0")


def mutated(data, chance):
    """Some bytes are others: any, or those that are numbers of a table."""
    out = bytearray(data)
    used = [at for at in range(0, SIZE, 512) if any(data[at:at + 512])]
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        sector = chance.choice([at for at in used if at < TABLES] if chance.randrange(4) else used)
        at = sector + chance.randrange(512)
        width = chance.choice((1, 1, 2, 4))
        value = chance.choice((bytes(width), b"\xff" * width, chance.randbytes(width), bytes([out[at] ^ 1 << chance.randrange(8)])))
        out[at:at + len(value)] = value
    return out[:SIZE]


def read(m, number, name):
    """All commands end, and nothing of the disk controls the terminal."""
    for command in COMMANDS:
        said = m.run(command.format(number))
        m.check(not re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]|\x1b(?!\[K)", said), f"{name}: {command}: the terminal got {said!r}")


def many(c, count):
    chance = random.Random(count + len(c.board.name))
    slowest = (0, "")
    d = hostile.Blk(c, 0)
    disks = list(good(c.folder))
    with Attacks(c, [d]) as run:
        m = run.m
        for n in range(count):
            name, data = chance.choice(disks)
            with d.lock:
                d.data[:] = mutated(data, chance)
            start = time.monotonic()
            read(m, d.number, f"{name}, number {n}")
            slowest = max(slowest, (time.monotonic() - start, f"{name}, number {n}"))
        for name, data in disks:
            with d.lock:
                d.data[:] = data
            m.check("20000 bytes" in (said := m.run(f"crc {d.number} /big")) or "20000" in said, f"{name}: {said!r}")
        d.check(m)
        print(f"{count} disks; the slowest took {slowest[0]:.2f} s: {slowest[1]}")
        run.as_before("after all disks")
        poweroff(m)


@case("mutated", modes=("modern",))
def some(c):
    many(c, 40)


@case("soak_mutated", modes=("modern",))
def soak(c):
    many(c, 2000)
