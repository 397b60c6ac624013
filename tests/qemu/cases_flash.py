# SPDX-License-Identifier: BSD-2-Clause
"""The image in flash, which copies itself to RAM; and at other load addresses."""

import os
import re
import struct
import subprocess

from cases import RNG, SERIAL, case
from cases_boot import accepted, exercise, poweroff
from cases_packed import DEVICES
from cases_run import check, firmware_run
from cases_tree import entry_of
from machine import LAST_LIMIT


@case("flash.boot")
def boot(c):
    """Console, devices, exit code; and the image runs in RAM."""
    with c.booted(boot=c.flash_drive()) as m:
        m.check(b"picovirtio" in m.banner, "no banner on the virtio console")
        m.check(re.search(rf"image +0x0*{c.board.ram >> 28:x}", m.run("mem")), "not in RAM")
        exercise(m)
        m.send("poweroff 3\r")
        code = m.exit_code()
        m.check(code == 3, f"exit code {code}")


@case("flash.packed", modes=("modern",))
def packed(c):
    """Packed rings, from flash as from RAM."""
    with c.booted(DEVICES, boot=c.flash_drive()) as m:
        m.check("RING_PACKED" in accepted(m, "console"), "no RING_PACKED on the console")
        exercise(m)
        poweroff(m)


@case("flash.reboot", modes=("modern",))
def reboot(c):
    """What the first run left in RAM does not affect the second."""
    with c.booted(boot=c.flash_drive()) as m:
        m.send("reboot\r")
        m.prompt()
        exercise(m)
        poweroff(m)


@case("flash.smp4", modes=("modern",))
def smp(c):
    """All harts start in flash. One of them copies the image, and again after a reboot; the others do
    not overwrite the running image."""
    with c.booted(boot=c.flash_drive(), extra=["-smp", "4"]) as m:
        m.send("reboot\r")
        m.prompt()
        exercise(m)
        poweroff(m)


@case("flash.el2", modes=("modern",), boards=("aarch64", "arm"))
def el2(c):
    """Flash that is entered at EL2 (Hyp mode)."""
    with c.booted(boot=c.flash_drive(), machine="virt,virtualization=on") as m:
        exercise(m)
        poweroff(m)


@case("flash.el3", modes=("modern",), boards=("aarch64", "aarch64-mmu", "arm", "arm-mmu"))
def el3(c):
    """Flash that is entered at EL3, or in the secure world, by four cores."""
    with c.booted(boot=c.flash_drive(), machine="virt,secure=on", extra=["-smp", "4"]) as m:
        exercise(m)
        poweroff(m)


def elf_at(address, data):
    """An ELF file for RISC-V with `data` at an address, where it starts."""
    head = struct.pack("<4s5B7xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 0, 2, 243, 1, address, 64,
                       0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 120, address, address, len(data), len(data), 8)
    return head + segment + data


@case("flash.unit0", modes=("modern",), boards=("riscv64",))
def unit0(c):
    """As QEMU 8.1 and newer do: OpenSBI continues at the start of the first bank, in S-mode. This
    QEMU may be older, so the bytes are loaded there as a kernel. (With a newer QEMU flash.boot tests
    the same.)"""
    kernel = c.folder / "kernel.elf"
    kernel.write_bytes(elf_at(0x20000000, c.image.with_suffix(".bin").read_bytes()))
    with c.booted(boot=["-kernel", str(kernel)]) as m:
        m.check(b"S-mode" in m.banner, "not in S-mode")
        exercise(m)
        poweroff(m)


@case("run.flash", modes=("modern",))
def run_flash(c):
    """firmware/run --flash."""
    said, code = firmware_run(c, "--flash", typed=b"devices\npoweroff 5\n")
    check(code == 5, f"exit code {code}", said)
    check("if=pflash" in said and "-kernel" not in said, "the command is not one for flash", said)
    check(f"{c.board.windows()[-1]:x}" in said, "`devices` shows no console", said)


@case("run.flash_versions", modes=("modern",))
def versions(c):
    """The bank that firmware/run takes for firmware in S-mode, by QEMU's version."""
    stub = c.folder / c.board.qemu
    for version, unit in (("7.2.22", 1), ("8.0.5", 1), ("8.1.0", 0), ("10.0.2", 0)):
        stub.write_text(f"#!/bin/sh\necho 'QEMU emulator version {version} (Debian)'\n",
                        encoding="utf-8")
        stub.chmod(0o755)
        said, _ = firmware_run(c, "--flash", "--dry-run", path=f"{c.folder}:{os.environ['PATH']}")
        check(f"unit={unit}," in said, f"QEMU {version}", said)


@case("flash.target", modes=("modern",))
def target(c):
    """The target `flash` says what to write where, and prints a QEMU command that works. An image
    that does not fit a bank is refused."""
    c.image = c.image.with_name("picovirtio.elf")
    build = c.image.parent.parent
    said = subprocess.run(["cmake", "--build", build, "--target", "flash"], check=True, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout
    size = c.image.with_suffix(".bin").stat().st_size
    check(f"{size} bytes" in said, "the size is not shown", said)
    command = firmware_run(c, "--flash", "--dry-run")[0]
    check(command in said, f"not the command of firmware/run: {command}", said)
    done = subprocess.run(["bash", "-c", command], input="poweroff\n", text=True, check=False,
                          capture_output=True, timeout=LAST_LIMIT)
    check(done.returncode == 0 and "picovirtio" in done.stdout, "no shell", done.stdout + done.stderr)
    done = subprocess.run(["cmake", "-D", f"IMAGE={c.image.with_suffix('')}", "-D", "BANK=4096",
                           "-D", "PAD=ON", "-P", c.source / "cmake" / "flash.cmake"], check=False,
                          capture_output=True, text=True)
    check(done.returncode != 0 and "PICOVIRTIO_FLASH_BYTES" in done.stderr, "no refusal", done.stderr)


@case("moved", modes=("modern",))
def moved(c):
    """An image that is linked for another load address: as an ELF file if the loader can put it
    there, otherwise as raw bytes at another address."""
    c.image = c.image.with_name("picovirtio-moved.elf")
    start = entry_of(c.image) // 4096 * 4096
    if c.board.arguments == ("-bios", "none"):  # QEMU always starts at the start of RAM
        c.image = c.image.with_suffix(".bin")
    with c.booted() as m:
        m.check(re.search(rf"image +0x0*{start:x} ", m.run("mem")), f"not at {start:#x}")
        exercise(m)
        poweroff(m)


@case("ram_at_0", boards=("aarch64",))
def ram_at_0(c):
    """A machine whose RAM starts at 0, and an image linked for that address."""
    image = c.image.with_name("picovirtio-zero.bin")
    with c.booted(boot=["-kernel", str(image)], machine="xlnx-versal-virt",
                  devices=SERIAL + RNG, memory="256M") as m:
        text = m.run("mem")
        for part in ("RAM", "image"):
            m.check(re.search(rf"{part} +0x0+ ", text), f"`mem`: {text}")
        exercise(m)
        poweroff(m)
