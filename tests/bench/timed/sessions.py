# SPDX-License-Identifier: BSD-2-Clause
"""What is measured, in sessions: each boots one machine, and yields (figure, subject, value).

In each round a session is run once. What is compared runs in one machine in turns, or, where that
cannot be, in machines that follow each other."""

import typing

import programs
from linux import Linux
from machines import Bench, file_disk, null_disk
from report import Figure


class Size(typing.NamedTuple):
    """How much is measured."""
    rounds: int
    milliseconds: int  # of each time
    depths: tuple
    sizes: tuple       # bytes, at the least and at a medium depth
    seconds: float     # of each idle time
    settle: float      # seconds after an address, which is announced for a while
    file_mib: int
    fetched: bool      # also what has to be fetched


SIZES = {
    "smoke": Size(1, 2, (1, 16), (512,), 0.2, 0.2, 1, False),
    "short": Size(5, 100, (1, 2, 4, 8, 16, 32, 64, 128), (512, 65536, 1 << 20), 2.0, 20.0, 16, True),
    "long": Size(15, 300, (1, 2, 4, 8, 16, 32, 64, 128), (512, 1024, 4096, 16384, 65536, 262144, 1 << 20),
                 10.0, 20.0, 16, True),
}
PAGE = 4096
MEDIUM = 16  # requests in flight


class Context(typing.NamedTuple):
    """One run of a session."""
    board: str
    build: object  # pathlib.Path of the build tree
    folder: object  # for files
    size: Size
    round: int


def both(c, bench, figure, work, size, depth, ours="ours", others=0):
    """Ours and the floor, the other one first in the next round."""
    for who in ("ours", "floor")[::1 if c.round % 2 else -1]:
        value = bench.time(who, work, size, depth, c.size.milliseconds, others)
        yield figure, ours if who == "ours" else who, value


def disk_points(c, backend, depths, sizes):
    for op in ("read", "write"):
        for depth in depths:
            yield op, PAGE, depth, Figure(c.board, "disk depth", f"{backend} {op} {PAGE} B, depth", depth, "us")
        for depth in (1, MEDIUM) if sizes else ():
            for size in sizes:
                name = f"{backend} {op}, depth {depth}, bytes"
                yield op, size, depth, Figure(c.board, "disk size", name, size, "us")


def disk(c):
    """A disk that takes no time, so that the driver is what is measured."""
    with Bench(c.board, c.build, null_disk()) as bench:
        for op, size, depth, figure in disk_points(c, "null-co", c.size.depths, c.size.sizes):
            yield from both(c, bench, figure, f"blk {op}", size, depth)


def disk_packed(c):
    """The same over a packed ring."""
    with Bench(c.board, c.build, null_disk(",packed=on")) as bench:
        for op, size, depth, figure in disk_points(c, "null-co", c.size.depths, ()):
            yield figure, "ours, packed", bench.time("ours", f"blk {op}", size, depth, c.size.milliseconds)


def disk_file(c):
    """A file in memory."""
    (c.folder / "tmpfs").write_bytes(bytes(64 << 20 if c.size.rounds > 1 else 1 << 20))
    with Bench(c.board, c.build, file_disk(c.folder / "tmpfs")) as bench:
        for op, size, depth, figure in disk_points(c, "tmpfs", (1, MEDIUM, 128), c.size.sizes[-1:]):
            yield from both(c, bench, figure, f"blk {op}", size, depth)


def rings(c):
    """What the size of a ring costs."""
    for ring in (64, 128, 256, 512, 1024) if c.size.rounds > 1 else (128,):
        with Bench(c.board, c.build, null_disk(",queue-size=1024"), ring) as bench:
            for depth in (1, MEDIUM):
                figure = Figure(c.board, "ring size", f"null-co read {PAGE} B, depth {depth}, descriptors", ring, "us")
                yield from both(c, bench, figure, "blk read", PAGE, depth)


def devices(c):
    """What it costs to poll further devices, which have nothing to do."""
    with Bench(c.board, c.build, null_disk(count=8)) as bench:
        for count in (1, 2, 4, 8):
            for depth in (1, MEDIUM):
                figure = Figure(c.board, "devices", f"null-co read {PAGE} B, depth {depth}, devices", count, "us")
                yield from both(c, bench, figure, "blk read", PAGE, depth, others=count - 1)


def classes(c):
    """The other classes of devices."""
    args = ["-device", "virtio-serial-device", "-device", "virtconsole,chardev=nothing",
            "-chardev", "null,id=nothing", "-object", "rng-builtin,id=r", "-device", "virtio-rng-device,rng=r",
            "-netdev", "socket,id=n,udp=127.0.0.1:9,localaddr=127.0.0.1:0", "-device", "virtio-net-device,netdev=n"]
    with Bench(c.board, c.build, args) as bench:
        for size in (16, 64, PAGE, 65536):
            figure = Figure(c.board, "console", "console output, bytes", size, "us")
            yield from both(c, bench, figure, "console write", size, 1)
            yield figure, "ours, no copy", bench.time("ours", "console send", size, 1, c.size.milliseconds)
        for depth in (1, MEDIUM):
            figure = Figure(c.board, "entropy", "entropy 256 B, depth", depth, "us")
            yield from both(c, bench, figure, "rng", 256, depth)
            for size in (64, 1514):
                figure = Figure(c.board, "network", f"frames of {size} B, depth", depth, "us")
                yield from both(c, bench, figure, "net send", size, depth)
                yield figure, "ours, no copy", bench.time("ours", "net send_packet", size, depth, c.size.milliseconds)


def linux_guest(c):
    """Linux with fio: the same disk through its block layer and system calls, in batches, too."""
    if c.board != "aarch64":
        return  # Debian 12 has no kernel for riscv64
    depths = (1, MEDIUM, 128) if c.size.rounds < 10 else c.size.depths
    with Linux(c.board, null_disk()) as guest:
        yield Figure(c.board, "start", programs.START, None, "ms"), "Linux", 1000 * guest.boot_seconds
        for op, size, depth, figure in disk_points(c, "null-co", depths, ()):
            yield figure, "Linux, fio", guest.fio(op, size, depth, 5 * c.size.milliseconds)
        yield Figure(c.board, "rest", programs.REST, None, "% of a processor"), "Linux", guest.idle(c.size.seconds)


SESSIONS = (disk, disk_packed, disk_file, rings, devices, classes, programs.start, programs.files, programs.fetch,
            programs.sockets, linux_guest)
FETCHED = (linux_guest,)
# Need lwIP, tools or another package, which a host may lack.
MAY_BE_MISSING = {"files": "files", "fetch": "fetch", "sockets": "TCP"}  # session: a group of its own
GROUPS = {"disk depth", "disk size", "ring size", "devices", "console", "entropy", "network", "start", "rest"}
