# SPDX-License-Identifier: BSD-2-Clause
"""Debian's U-Boot (package u-boot-qemu) starts the image by each of its commands. QEMU puts the bytes
into RAM, or U-Boot reads them from a disk."""

import pathlib
import re
import struct
import sys
import time
import zlib

from cases import RNG, SERIAL, case
from cases_blk import disk
from cases_boot import exercise, poweroff
from cases_tree import entry_of
from gdb import Gdb
from machine import DEADLINE, PROMPT, Skip

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "files"))
import images  # noqa: E402  (found through the line above)
from images import MIB  # noqa: E402

FOLDER = pathlib.Path("/usr/lib/u-boot")
NAMES = {"riscv64": "qemu-riscv64_smode", "aarch64": "qemu_arm64", "arm": "qemu_arm"}
MACHINES = {"riscv64": 26, "arm": 2}  # as the header of a uImage numbers them
LONG = 2.0  # seconds of processor time; up to the prompt U-Boot needs a tenth of that
LOADED = 64 << 20  # where the bytes are put, counted from the start of RAM


def uimage(c):
    """The raw image after the header for `bootm`: uncompressed, as a Linux kernel for this load
    address."""
    data = c.image.with_suffix(".bin").read_bytes()
    start = c.board.ram + (2 * MIB if c.board.name == "riscv64" else 512 * 1024)

    def header(own_crc):
        return struct.pack(">7I4B32s", 0x27051956, own_crc, int(time.time()), len(data), start, start,
                           zlib.crc32(data), 5, MACHINES[c.board.name], 2, 0, b"picovirtio")
    return header(zlib.crc32(header(0))) + data


def at_prompt(c, data, devices=(), extra=()):
    """U-Boot's prompt, with some bytes in RAM."""
    program = FOLDER / NAMES[c.board.name] / "u-boot.bin"
    if not program.exists():
        raise Skip(f"{program} is not there: it is in Debian's package u-boot-qemu")
    (c.folder / "loaded").write_bytes(data)
    how = "-kernel" if c.board.name == "riscv64" else "-bios"
    m = c.machine(SERIAL + RNG + list(devices), memory="256M", extra=extra, boot=[
        how, str(program), "-device",
        f"loader,file={c.folder / 'loaded'},addr={c.board.ram + LOADED:#x},force-raw=on"])
    try:
        m.expect(rb"stop autoboot", m.early)
        m.send(" ", m.early)
        m.expect(rb"^=> ", m.early)
    except BaseException:
        m.__exit__()
        raise
    return m


def typed(c, m, command):
    m.send(command.format(at=f"{c.board.ram + LOADED:#x}") + "\r", m.early)


def works(m, tree_from):
    """The image is at its prompt, has U-Boot's tree, and a device."""
    text = m.run("mem")
    m.check(re.search(rf"devicetree from +{tree_from}\n", text), f"another tree: {text}")
    exercise(m)
    poweroff(m)


def boots(c, command, data=uimage):
    """The commands for a Linux kernel hand the tree over in its register."""
    with at_prompt(c, data(c)) as m:
        typed(c, m, command)
        m.prompt()
        works(m, c.board.handed_name)


def raw(c):
    return c.image.with_suffix(".bin").read_bytes()


def elf(c):
    return c.image.read_bytes()


case("uboot.booti", boards=("riscv64", "aarch64"), command="booti {at} - ${{fdtcontroladdr}}",
     data=raw)(boots)
case("uboot.bootz", boards=("arm",), command="bootz {at} - ${{fdtcontroladdr}}", data=raw)(boots)
case("uboot.bootm", modes=("modern",), boards=("riscv64", "arm"),
     command="bootm {at} - ${{fdtcontroladdr}}")(boots)


@case("uboot.extlinux", boards=tuple(NAMES))
def extlinux(c):
    """Boot a file of a disk that extlinux.conf names, with boot arguments."""
    conf = b"DEFAULT ours\nLABEL ours\n  KERNEL /big\n  APPEND for=us\n"
    images.fat(c.folder / "part", 9 * MIB, 16, {
        "/extlinux": None, "/extlinux/extlinux.conf": conf, "/big": raw(c)})
    images.disk(c.folder / "disk", "gpt", [c.folder / "part"])
    with at_prompt(c, b"", disk(c.folder / "disk")) as m:
        typed(c, m, "boot")
        m.prompt()
        m.check("for=us" in m.run("dt /chosen"), "no boot arguments")
        works(m, c.board.handed_name)


def never_left(c, path):
    """Is the CPU still in U-Boot?"""
    debugger = Gdb(path)
    pc = debugger.register({"aarch64": 32, "arm": 15}[c.board.name], c.board.digits)
    debugger.go()
    start = entry_of(c.image) // 4096 * 4096
    return not start <= pc < start + MIB


def plain(c, command, data):
    """The commands for any program hand over no tree. On ARM the image finds the tree below it."""
    path = c.folder / "gdb.sock"
    with at_prompt(c, data(c), extra=["-gdb", f"unix:{path},server=on,wait=off"]) as m:
        typed(c, m, command)
        started = m.cpu_seconds()
        m.wait(lambda: PROMPT in m.con.received or m.cpu_seconds() > started + LONG, DEADLINE,
               "neither a prompt nor work")
        if PROMPT not in m.con.received and never_left(c, path):
            raise Skip("this U-Boot hangs before it jumps: 2023.01 waits for the PL011 to send"
                       " what it has sent already")
        m.prompt()
        works(m, "below the image")


# `bootelf` starts the program only if `autostart` is set.
BOOTELF = "setenv autostart yes; bootelf {at}"
for name, command, data in (("bootelf", BOOTELF, elf), ("go", "go {at}", raw)):
    case(f"uboot.{name}", modes=("modern",), boards=("aarch64", "arm"), command=command, data=data)(plain)


@case("uboot.bootelf_riscv", modes=("modern",), boards=("riscv64",))
def bootelf_riscv(c):
    """On RISC-V the image finds no tree then and says so, unless it has one built in."""
    for command, data in ((BOOTELF, elf), ("go {at}", raw)):
        with at_prompt(c, data(c)) as m:
            typed(c, m, command)
            said = m.prompt(m.early)
            m.check(b"Devicetree: a1 (0x" in said and b"no usable devicetree" in said,
                    f"no word of the tree: {said}")
    c.image = c.image.with_name("picovirtio-tree.elf")
    with at_prompt(c, elf(c)) as m:
        typed(c, m, BOOTELF)
        m.prompt()
        works(m, "built in")
