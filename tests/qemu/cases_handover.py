# SPDX-License-Identifier: BSD-2-Clause
"""Where the devicetree is: in a register, at the start of RAM, or in the image; and registers with
other contents. The image reports what is wrong on the console that exists, without a trap."""

import struct

import tree
from cases import case
from cases_boot import exercise, poweroff
from cases_tree import entry_of, handed_over
from machine import PROMPT

UNMAPPED = 0xf0000000  # beyond RAM and devices
SEMIHOSTING = ["-semihosting-config", "enable=on,target=native,chardev=debugger"]
# A tree with only a root, whose header says that it has 64 KiB.
TREE = (struct.pack(">10I", 0xd00dfeed, 0x10000, 0x38, 0x48, 0x28, 17, 16, 0, 0, 16) + bytes(16)
        + struct.pack(">4I", 1, 0, 2, 9))


def started(c, address, blob=b"", **options):
    """A machine whose image starts with this address in place of the tree's, and with some bytes in
    memory."""
    def change(debugger):
        if blob:
            debugger.write(address, blob)
        debugger.set_register(c.board.handed, address, c.board.digits)
    # Firmware below the image may take semihosting for its own console (OpenSBI 1.2 and later).
    extra = [] if tree.below_is_sbi(c.board) else SEMIHOSTING
    return handed_over(c, change, extra, channels=["debugger"], **options)


def console(c, m):
    """The console that is used without a tree."""
    return m.early if tree.below_is_sbi(c.board) else m.channels["debugger"]


def said_why(c, m, said, address, why):
    found = f"{c.board.handed_name} (0x{address:x}) {why}".encode()
    m.check(found in said, f"no {found!r} but {said!r}")
    m.check(b"***" not in m.con.received + m.early.received, "a panic")


def wrong(c, address, why, blob):
    """Without a tree in the register ARM finds QEMU's tree below the image. RISC-V finds none."""
    address = address(c)
    with started(c, address, blob) as m:
        if c.board.handed_name == "a1":
            said = m.prompt(console(c, m))
            said_why(c, m, said, address, why)
            m.check(b"no usable devicetree" in said, "no word that there is none")
            m.check(PROMPT not in m.con.received, "a prompt on a console that no tree names")
            return
        said = m.prompt()
        said_why(c, m, said, address, why)
        m.check(b"taken: below the image" in said, "another tree was taken")
        exercise(m)
        poweroff(m)


def inside(c):
    return entry_of(c.image) // 8 * 8 + 0x100


def end(c):
    return c.board.ram + (128 << 20)


def near_end(c):
    return end(c) - 0x1000


WRONG = {
    "odd": (lambda c: end(c) - 0x1001, "is not a multiple of 8", TREE),
    "unmapped": (lambda c: UNMAPPED, "cannot be read", b""),
    "no_tree": (near_end, "holds no devicetree, or a damaged one", b"\xff" * 64),
    "inside": (inside, "is inside of this image", b""),
    "cut_off": (near_end, "cannot be read", TREE),
}
for name, (address, why, blob) in WRONG.items():
    case(f"handover.{name}", modes=(), address=address, why=why, blob=blob)(wrong)


@case("handover.el3", modes=(), boards=("aarch64", "aarch64-mmu", "arm", "arm-mmu"))
def el3(c):
    """A wrong pointer to the tree at EL3, or in the secure world."""
    for address, why in ((UNMAPPED, "cannot be read"), (end(c) - 0x1001, "is not a multiple of 8")):
        with started(c, address, machine="virt,secure=on") as m:
            said = m.prompt()
            said_why(c, m, said, address, why)
            m.check(b"taken: below the image" in said, "another tree was taken")
            exercise(m)
            poweroff(m)


@case("handover.nothing", modes=(), boards=("aarch64", "arm"))
def nothing(c):
    """There is no tree: the image says so by semihosting."""
    with started(c, end(c) - 0x1001, boot=["-kernel", str(c.image.with_suffix(".bin"))]) as m:
        said = m.prompt(m.channels["debugger"])
        said_why(c, m, said, end(c) - 0x1001, "is not a multiple of 8")
        m.check(b"no usable devicetree" in said, "no word that there is none")


@case("handover.built_in", modes=())
def built_in(c):
    """The tree in the image is used if none is handed over. What was wrong is reported
    nevertheless."""
    boot = []
    c.image = c.image.with_name("picovirtio-tree.elf")
    if c.board.handed_name != "a1":
        boot = ["-kernel", str(c.image.with_suffix(".bin"))]  # QEMU puts no tree below the image
    with started(c, UNMAPPED, boot=boot) as m:
        said = m.prompt()
        said_why(c, m, said, UNMAPPED, "cannot be read")
        m.check(b"taken: built in" in said, "another tree was taken")
        exercise(m)
        poweroff(m)


@case("handover.built_in_unused", modes=(), boards=("riscv64", "aarch64"))
def unused(c):
    """A tree that is handed over has priority over the one in the image."""
    c.image = c.image.with_name("picovirtio-tree.elf")
    with c.booted(memory="256M") as m:
        text = m.run("mem")
        m.check("built in" not in text and f"{256 << 20} bytes" in text, f"`mem`: {text}")
        poweroff(m)


@case("handover.built_in_first", modes=(), boards=("riscv64", "aarch64"))
def first(c):
    """With PICOVIRTIO_DEVICETREE_FIRST the tree in the image has priority over a valid one that is
    handed over, which has more memory here."""
    c.image = c.image.with_name("picovirtio-tree-first.elf")
    with c.booted(memory="256M") as m:
        m.check(b"Devicetree: taken: built in" in m.banner, f"no word of the tree: {m.banner}")
        text = m.run("mem")
        m.check(f"{128 << 20} bytes" in text, f"`mem`: {text}")
        exercise(m)
        poweroff(m)


@case("handover.linux", boards=("aarch64", "arm"))
def linux(c):
    """Started as a Linux image: the tree is in the register and has the boot arguments."""
    with c.booted(boot=["-kernel", str(c.image.with_suffix(".bin")), "-append", "for=us"]) as m:
        m.check(f"from        {c.board.handed_name}" in m.run("mem"), "not from the register")
        m.check("for=us" in m.run("dt /chosen"), "no boot arguments")
        exercise(m)
        poweroff(m)
