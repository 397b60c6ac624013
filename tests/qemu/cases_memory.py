# SPDX-License-Identifier: BSD-2-Clause
"""The image follows the tree's description of memory: it accesses no registers there, and uses no
memory that is in use."""

import struct

import cases_trees
import tree
from cases import SERIAL, case
from cases_boot import exercise, poweroff, rows
from qmp import Qmp, option

# Above the start of RAM, far from image, tree and arena's start.
FAKE, MOVED, INITRD_BYTES = 0x4000000, 0x5000000, 16 << 20
SOME = ("riscv64", "riscv64-m", "aarch64-mmu", "arm")


def saved(c, qmp, at, size):
    """Read the memory of the machine."""
    path = c.folder / "saved"
    qmp.ask("pmemsave", val=at, size=size, filename=str(path))
    return path.read_bytes()


def add_nodes(source, text):
    """Add text at the end of the root."""
    end = source.rindex("};")
    return source[:end] + text + source[end:]


def window(at):
    return (f"window@{at:x} {{ compatible = \"virtio,mmio\"; "
            f"reg = <{at >> 32:#x} {at & 0xffffffff:#x} 0 0x200>; }};\n")


@case("memory.windows", modes=("modern",), boards=SOME)
def windows(c):
    """Windows in RAM and in the image are refused by name, and nothing is stored there: bytes in RAM
    that look like a device do not change. A name with the end of a line stays in its line."""
    fake = struct.pack("<4s3I", b"virt", 2, 4, 0x554d4551).ljust(0x200, b"\xa5")
    path = c.folder / "fake.bin"
    path.write_bytes(fake)
    at, image = c.board.ram + FAKE, c.board.ram + (0 if c.board.name == "riscv64-m" else 0x200000)
    source = add_nodes(tree.decompile(tree.dump(c)), window(at) + window(image))
    blob = tree.compile_tree(c, source)
    blob.write_bytes(blob.read_bytes().replace(b"window@", b"wi\ndow@"))
    extra = ["-dtb", str(blob), *option(c),
             "-device", f"loader,file={path},addr={at:#x},force-raw=on"]
    with c.booted(SERIAL, extra=extra) as m, Qmp(c) as qmp:
        said = bytes(m.con.received + m.early.received).decode()
        m.check(f"wi?dow@{at:x}: its window lies in RAM, so it is not used" in said, said)
        m.check(f"wi?dow@{image:x}: its window lies in this image, so it is not used" in said, said)
        m.check(at not in rows(m), "a window in RAM is shown as a device")
        m.check(saved(c, qmp, at, len(fake)) == fake, "RAM was written to")
        poweroff(m)


@cases_trees.trees("registers_in_ram")
def registers(c):
    """The tree places the UART and the interrupt controller in RAM."""
    wanted = cases_trees.is_any(*cases_trees.UARTS, *cases_trees.CONTROLLERS)

    def edit(root):
        for i, n in enumerate(n for n in root.all() if wanted(n)):
            cells = n.cells("reg")
            cells[0:2] = [0, c.board.ram + MOVED + i * 0x1000]
            n.set_cells("reg", cells)
            names.append(n.name)

    names = []
    banner = cases_trees.works(c, edit, "no UART", "no interrupt controller")
    assert len(names) >= 2, names
    for name in names:
        assert f"{name} is not used: its registers lie in RAM" in banner, banner


@case("memory.initrd", modes=("modern",), boards=("riscv64", "riscv64-m"))
def initrd(c):
    """The arena leaves out an initial RAM disk, also if it should lie at the end of memory, where
    QEMU puts the disk."""
    path = c.folder / "initrd"
    path.write_bytes(b"PICO" * (INITRD_BYTES // 4))
    with c.booted(memory="64M", extra=["-initrd", str(path), "-append", "arena_at_top",
                                       *option(c)]) as m, Qmp(c) as qmp:
        exercise(m)
        chosen = m.run("dt /chosen")
        at = c.board.ram + 32 * 1024 * 1024
        m.check("linux,initrd-start" in chosen, f"QEMU hands over no disk: {chosen}")
        left = saved(c, qmp, at, 32 * 1024 * 1024)
        m.check(b"PICO" * (INITRD_BYTES // 4) in left, "the disk was written over")
        poweroff(m)


@case("memory.many_nodes", modes=("modern",), boards=("riscv64-m", "aarch64-mmu"))
def many_nodes(c):
    """5,000 windows without a device take a moment, and everything else works."""
    source = tree.decompile(tree.dump(c))
    empty = c.board.windows()[0]
    node = (f"compatible = \"virtio,mmio\"; reg = <0 {empty:#x} 0 {c.board.stride:#x}>; }};\n")
    source = add_nodes(source, "".join(f"v{i} {{ {node}" for i in range(5000)))
    with c.booted(extra=["-dtb", str(tree.compile_tree(c, source))]) as m:
        said = bytes(m.con.received + m.early.received).decode()
        m.check(f"in {5000 + c.board.slots} slots" in said, said)
        exercise(m)
        poweroff(m)
