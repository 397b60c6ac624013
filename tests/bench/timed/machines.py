# SPDX-License-Identifier: BSD-2-Clause
"""The machines that are timed. All threads of each QEMU run on one core, and this script on the
others: where the host puts the threads would else decide about the times."""

import contextlib
import os
import pathlib
import re
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "qemu"), str(TESTS / "files")]

import boards  # noqa: E402  (found through the line above)
import images  # noqa: E402
from machine import Failure, Machine, Skip  # noqa: E402

SERIAL = ["-device", "virtio-serial-device", "-device", "virtconsole,chardev=con"]
UBOOT = {"riscv64": "qemu-riscv64_smode", "aarch64": "qemu_arm64"}
LOADED = 64 << 20  # from the start of RAM: where U-Boot puts files
CORES = sorted(os.sched_getaffinity(0))

pinned_to = CORES[-1]
shares = []  # of the core, which QEMU had at each time


@contextlib.contextmanager
def pinned():
    """What is started here stays on the core of the machines."""
    os.sched_setaffinity(0, {pinned_to})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(CORES) - {pinned_to} or {pinned_to})


def start(board, image, devices, memory="256M", **more):
    with pinned():
        return Machine(boards.BOARDS[board], image, "modern", devices, memory=memory, **more)


def with_share(m, action):
    """What the action returns, and the share of the core that QEMU had meanwhile. A guest's clock goes
    on while other programs use the core. This is for a guest that never sleeps."""
    begin, work = time.monotonic(), m.cpu_seconds()
    result = action()
    shares.append(min((m.cpu_seconds() - work) / (time.monotonic() - begin), 1.0))
    return result, shares[-1]


class Bench:
    """The image timed_bench, which obeys lines (tests/bench/target/timed_bench.c)."""

    def __init__(self, board, build, devices, ring=0):
        self.m = start(board, build / "tests/bench/target/timed_bench.elf", devices)
        try:
            self.m.expect(rb"^ready\r?\n", self.m.early)
            self.answer(f"start {ring}")
        except BaseException:
            self.m.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *failed):
        try:
            if not any(failed):
                self.m.send("end\n", self.m.early)
                self.m.exit_code()
        finally:
            self.m.__exit__()

    def answer(self, line):
        self.m.send(line + "\n", self.m.early)
        found = self.m.expect(rb"^(started|took (\d+) for (\d+)|refused|failed)\r?\n", self.m.early)
        self.m.check(found[1] not in (b"refused", b"failed"), f"`{line}`: {found[1].decode()}")
        return found

    def time(self, who, work, size, depth, milliseconds, others=0):
        """Microseconds a request."""
        found, share = with_share(self.m, lambda: self.answer(f"{who} {size} {depth} {others} {milliseconds} {work}"))
        return int(found[2]) / int(found[3]) / 1000 * share


class Shell:
    """A machine with a prompt. `boot_seconds` is the time from the start of QEMU to the prompt."""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.m.__exit__()

    def booted(self, begin):
        self.boot_seconds = time.monotonic() - begin
        return self

    def time(self, line, good):
        """Seconds from the line to the next prompt. The output has to match `good`."""
        begin = time.monotonic()
        text = self.run(line)
        seconds = time.monotonic() - begin
        self.m.check(re.search(good, text, re.S), f"`{line}`: {text!r}")
        return seconds

    def idle(self, seconds, settle=1.0):
        """Percent of a processor that QEMU uses at the prompt, once `settle` seconds have passed."""
        self.m.quiet(settle)
        begin, work = time.monotonic(), self.m.cpu_seconds()
        self.m.quiet(seconds)
        return 100 * (self.m.cpu_seconds() - work) / (time.monotonic() - begin)


class Ours(Shell):
    """The console image."""

    @staticmethod
    def missing(board):
        """Why this program cannot run here; nothing if it can."""
        del board

    def __init__(self, board, build, devices=()):
        begin = time.monotonic()
        self.m = start(board, build / "firmware/picovirtio.elf", [*SERIAL, *devices])
        try:
            self.m.prompt()
        except BaseException:
            self.m.__exit__()
            raise
        self.booted(begin)

    def run(self, line):
        return self.m.run(line)

    def crc(self, disk, path, bytes_):
        return self.time(f"crc {disk} {path}", rf" {bytes_} ")

    def address(self):
        self.time("dhcp", "address")

    def tftp(self, name, bytes_):
        return self.time(f"tftp 10.0.2.2 {name}", rf"\b{bytes_} bytes")


class UBoot(Shell):
    """Debian's U-Boot. It waits for a key before it boots, and that is the end of its start."""

    @staticmethod
    def image(board):
        return pathlib.Path("/usr/lib/u-boot", UBOOT[board], "u-boot.bin")

    @staticmethod
    def missing(board):
        image = UBoot.image(board)
        return None if image.exists() else f"{image} is not there: Debian has it in the package u-boot-qemu"

    def __init__(self, board, build, devices=()):
        how = "-kernel" if board.startswith("riscv") else "-bios"
        self.at = f"{boards.BOARDS[board].ram + LOADED:#x}"
        begin = time.monotonic()
        self.m = start(board, build, list(devices), boot=[how, str(UBoot.image(board))])
        try:
            self.m.expect(rb"stop autoboot", self.m.early)
            self.booted(begin)
            self.m.send(" ", self.m.early)
            self.m.expect(rb"^=> ", self.m.early)
        except BaseException:
            self.m.__exit__()
            raise

    def run(self, line):
        """The commands echo, and `=> ` comes after all of them."""
        self.m.send(line + "\r", self.m.early)
        return self.m.expect(rb".*?\n=> ", self.m.early).group(0).decode("utf-8", "replace")

    def crc(self, disk, path, bytes_):
        line = f"load virtio {disk} {self.at} {path} && crc32 {self.at} $filesize"
        return self.time(line, rf"{bytes_} bytes read.*==> ")

    def address(self):
        self.time("setenv autoload no; dhcp", "bound")

    def tftp(self, name, bytes_):
        line = f"tftpboot {self.at} {name} && crc32 {self.at} $filesize"
        return self.time(line, rf"Bytes transferred = {bytes_}\b.*==> ")


def null_disk(more="", count=1, bytes_=64 << 20):
    """Disks that take no time: what is read is zeroes, what is written is gone."""
    args = []
    for i in range(count):
        args += ["-drive", f"if=none,id=d{i},driver=null-co,size={bytes_},read-zeroes=on",
                 "-device", f"virtio-blk-device,drive=d{i}{more}"]
    return args


def file_disk(path, name="d0"):
    return ["-drive", f"if=none,id={name},format=raw,file={path}", "-device", f"virtio-blk-device,drive={name}"]


__all__ = ["Bench", "Failure", "Ours", "Skip", "UBoot", "file_disk", "null_disk"]
