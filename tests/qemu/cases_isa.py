# SPDX-License-Identifier: BSD-2-Clause
"""Instruction sets: a CPU that lacks an extension of the image, and an image that is built for
another CPU."""

import subprocess

from boards import STUB
from cases import case
from cases_boot import exercise, poweroff
from machine import Failure

SMALL = ("riscv32-m", "riscv32-s", "riscv64-m")  # OpenSBI needs more than the image does


def cpu(c, *without):
    """QEMU's options for a CPU without this extension. Zawrs needs A; QEMU 8 and newer switch it on,
    and older ones do not know it. (QEMU renames a new file to the name of the tree, so never pass a
    device file.)"""
    name = c.board.qemu[-7:].replace("riscv", "rv")
    if "a" in without and subprocess.run([c.board.qemu, "-machine", f"virt,dumpdtb={c.folder}/dtb", "-cpu",
                                          f"{name},zawrs=false"], capture_output=True, check=False).returncode == 0:
        without += ("zawrs",)
    return ["-cpu", ",".join([name, *(f"{e}=false" for e in without)])]


@case("isa.missing", modes=(), boards=SMALL)
def missing(c):
    """The image says what is missing, from an ELF file and from raw bytes. In S-mode it powers off."""
    if c.board.name == "riscv32-s":
        c.board = c.board._replace(arguments=("-bios", str(c.image.parent.parent / STUB)))
    for extension, rest in (("c", "ima"), ("m", "iac"), ("a", "imc")):
        for image in (c.image, c.image.with_suffix(".bin")):
            with c.machine(boot=["-kernel", str(image)], extra=cpu(c, extension)) as m:
                m.expect(rb"\*\*\* This CPU does not have the extension (\w)", m.early)
                found = m.expect(rb"RISCV_ISA=(\w+),[^\n]*\n", m.early)
                m.check(found[1].endswith(rest.encode()), f"{extension} is missing: {found[0]}")
                if c.board.name == "riscv32-s":
                    m.exit_code()


def configure(c, isa):
    return subprocess.run(["cmake", "--preset", c.board.name, "-B", c.folder / "build", "-DPICOVIRTIO_LWIP=OFF",
                           f"-DPICOVIRTIO_RISCV_ISA={isa}"], cwd=c.source, check=False, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def check(fine, done):
    if not fine:
        raise Failure(f"{done.args}: {done.stdout}")


@case("isa.other", modes=(), boards=("riscv32-m",))
def other(c):
    """An image for the base instruction set runs on a CPU without extensions."""
    done = configure(c, "rv32i")
    check(done.returncode == 0, done)
    done = subprocess.run(["cmake", "--build", c.folder / "build", "--target", "picovirtio-selftest"], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode == 0, done)
    c.image = c.folder / "build" / "firmware" / "picovirtio-selftest.elf"
    with c.booted(extra=cpu(c, "c", "m", "a")) as m:
        exercise(m)
        poweroff(m)
    done = configure(c, "rv32ima")
    check(done.returncode != 0 and "Configure it anew" in done.stdout, done)


@case("isa.wrong", modes=(), boards=("riscv32-m",))
def wrong(c):
    """CMake refuses an instruction set that no image can be built for, and says why."""
    for isa, why in (("rv32gc", "say rv32imac"), ("rv64imac", "begins with rv32i"),
                     ("rv32imac_zfoo", "the compiler"), ("rv32imac_9", "the compiler does not know"),
                     ("", "begins with rv32i")):
        done = configure(c, isa)
        said = " ".join(done.stdout.split())
        check(done.returncode != 0 and f"PICOVIRTIO_RISCV_ISA is '{isa}'" in said and why in said, done)
