# SPDX-License-Identifier: BSD-2-Clause
"""No machine is compiled in: other devicetrees, and data that is not a devicetree."""

import re
import struct

import tree
from cases import RNG, SERIAL, case
from cases_boot import exercise, poweroff, rows
from gdb import Gdb
from machine import PROMPT


def with_tree(c, source, devices=None):
    return c.booted(devices, extra=["-dtb", str(tree.compile_tree(c, source))])


def original(c):
    return tree.decompile(tree.dump(c))


@case("tree_ranges")
def ranges(c):
    """The virtio regions are behind a bus with one cell and two ranges, have other names, and a
    compatible list whose second entry is virtio,mmio."""
    source, b = original(c), c.board
    moved, half = "", len(b.windows()) // 2
    for i, window in enumerate(b.windows()):
        node = tree.virtio_node(source, window)
        inner = re.sub(r"\b(reg|compatible) = [^;]*;", "", node[node.index("{") + 1:-2])
        child = (0x8000000 if i >= half else 0x4000000) + i % half * b.stride
        moved += (f"thing@{child:x} {{ reg = <{child:#x} {b.stride:#x}>;"
                  f" compatible = \"acme,virtio\", \"virtio,mmio\"; {inner} }};\n")
        source = source.replace(node, "")
    size = half * b.stride
    bus = ("bus@1 { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>;\n"
           f" ranges = <0x4000000 0x0 {b.base:#x} {size:#x}>,"
           f" <0x8000000 0x0 {b.base + size:#x} {size:#x}>;\n" + moved + "};\n")
    # Put them into the node that they were in, whose properties end at an empty line.
    inside = r"\n\tsoc \{.*?\n\n" if "\n\tsoc {" in source else r"\n/ \{.*?\n\n"
    end = re.search(inside, source, re.S).end()
    source = source[:end] + bus + source[end:]
    for first in (0, len(b.windows()) - 1):
        spot = f"bus=virtio-mmio-bus.{first}"
        with with_tree(c, source, ["-device", f"virtio-serial-device,{spot}", "-device",
                                   "virtconsole,chardev=con"] + RNG) as m:
            m.check(c.board.windows()[first] in rows(m), "the translated address is not shown")
            exercise(m)
            poweroff(m)


@case("tree_renamed")
def renamed(c):
    """Names mean nothing, `compatible` does."""
    source = original(c).replace("virtio_mmio@", "blob@").replace("serial@", "u@")
    with with_tree(c, source) as m:
        exercise(m)
        poweroff(m)


@case("tree_disabled")
def disabled(c):
    """A node with another status than okay is not used."""
    source = original(c)
    node = tree.virtio_node(source, c.board.base)
    with with_tree(c, source.replace(node, node.replace("{", '{ status = "disabled";', 1)),
                   SERIAL + ["-device", "virtio-rng-device,bus=virtio-mmio-bus.0"]) as m:
        m.check(c.board.base not in rows(m), "a disabled node is shown by `devices`")
        poweroff(m)


@case("tree_no_stdout")
def no_stdout(c):
    """Without stdout-path there is another early console, and everything works."""
    with with_tree(c, tree.replace(original(c), r'\n\t*stdout-path = "[^"]*";', "")) as m:
        exercise(m)
        poweroff(m)


@case("tree_no_finisher")
def no_finisher(c):
    """A machine without a way to power off says so or stops, without a trap."""
    source = original(c)
    for name in ("poweroff", "reboot"):
        source = tree.replace(source, rf"\n\t*{name} \{{[^}}]*\}};", "")
    source = tree.replace(source, r"\n\t*test@100000 \{[^}]*\};", "")
    with with_tree(c, source) as m:
        exercise(m)
        m.send("poweroff\r")
        m.quiet(1.0)
        m.check(m.process.poll() is None, "QEMU ended without anything to end it")
        said = bytes(m.con.received + m.early.received)
        m.check(b"***" not in said, "a panic in place of a stop")


@case("tree_no_interrupts")
def no_interrupts(c):
    """Regions without an interrupt are polled."""
    source = original(c)
    for window in c.board.windows():
        node = tree.virtio_node(source, window)
        source = source.replace(node, re.sub(r"interrupts = <[^>]+>;|interrupt-parent = <[^>]+>;",
                                             "", node))
    with with_tree(c, source) as m:
        exercise(m)
        poweroff(m)


@case("tree_not_coherent", modes=("modern",), boards=("aarch64-mmu", "arm-mmu"))
def not_coherent(c):
    """Devices that are not coherent with the caches: RAM is then not cached, and nothing else
    changes."""
    source = original(c)
    m = c.booted()
    with m:
        m.check(b"MMU and caches on" in m.banner, "caches are not on")
        poweroff(m)
    with with_tree(c, tree.replace(source, r"\n\t*dma-coherent;", "", source.count("dma-coherent;"))) as m:
        m.check(b"MMU on, RAM uncached" in m.banner, "RAM is cached")
        exercise(m)
        poweroff(m)


@case("tree_above_4g", boards=("riscv32-m", "riscv32-s", "arm", "arm-picolibc", "arm-mmu"))
def above_4g(c):
    """The image reports a window that a 32-bit CPU cannot address, and does not truncate its address,
    where there is another device."""
    source = original(c)
    node = tree.virtio_node(source, c.board.base)
    up = tree.replace(node, r"reg = <0x0+ ", "reg = <0x01 ")
    with with_tree(c, source.replace(node, up),
                   SERIAL + ["-device", "virtio-rng-device,bus=virtio-mmio-bus.0"]) as m:
        said = bytes(m.con.received + m.early.received)
        m.check(b"1%08x" % c.board.base in said, "no word of the window")
        m.check(c.board.base not in rows(m), "the address was cut")
        poweroff(m)


@case("tree_memory_above_4g", modes=("modern",), boards=("riscv32-m",))
def memory_above_4g(c):
    """The tree places all memory where a 32-bit CPU cannot address it: there is none for devices
    then, and no address is truncated."""
    source = tree.replace(original(c), r"(memory@\w+ \{[^}]*reg = <)0x0+ ", r"\g<1>0x01 ")
    with c.machine(extra=["-dtb", str(tree.compile_tree(c, source))]) as m:
        said = m.prompt(m.early).decode()
        m.check("No memory for devices was found" in said, f"no word of the memory: {said}")
        m.check(re.search(r"arena\s+0x0+ +0 bytes", m.run("mem", m.early)), "there is an arena")
        poweroff(m, m.early)


@case("tree_syscon", modes=("modern",), boards=("riscv64-m",))
def syscon(c):
    """The register that the tree names by `syscon` is the only way left to reboot and to end."""
    source = tree.replace(original(c), r'"sifive,test1(\\0|", ")sifive,test0(\\0|", ")syscon"', '"syscon"')
    with with_tree(c, source) as m:
        m.send("reboot\r")
        m.prompt()
        exercise(m)
        poweroff(m)


def entry_of(image):
    with open(image, "rb") as f:
        header = f.read(64)
    return struct.unpack_from("<I" if header[4] == 1 else "<Q", header, 24)[0]


ROOM = 0x4000000  # from the start of RAM: in its 128 MiB, far from image and arena's start


def header_field(blob, index, value):
    return blob[:4 * index] + struct.pack(">I", value) + blob[4 * index + 4:]


# What is changed in the blob. None: no devicetree (address 0).
DAMAGE = {
    "none": None,
    "zeros": lambda b: bytes(4096),
    "ones": lambda b: b"\xff" * 4096,
    "magic": lambda b: header_field(b, 0, 0xd00dfeec),
    "huge": lambda b: header_field(b, 1, 0xffffffff),
    "cut": lambda b: header_field(b, 1, 1000)[:1000],
    "structs_outside": lambda b: header_field(b, 2, 0xfffffff0),
    "strings_outside": lambda b: header_field(b, 3, len(b)),
    "token": lambda b: b[:struct.unpack_from(">I", b, 8)[0]] + b"\0\0\0\7" * 64
             + b[struct.unpack_from(">I", b, 8)[0] + 256:],
    "deep": lambda b: b[:struct.unpack_from(">I", b, 8)[0]] + b"\0\0\0\1a\0\0\0" * 400
            + b[struct.unpack_from(">I", b, 8)[0] + 3200:],
}


def handed_over(c, change, extra=(), **options):
    """A machine that is stopped where the image starts, changed, and set going."""
    path = c.folder / "gdb.sock"
    m = c.machine(extra=["-S", "-gdb", f"unix:{path},server=on,wait=off", *extra], **options)
    try:
        debugger = Gdb(path)
        debugger.run_to(entry_of(c.image))
        change(debugger)
        debugger.go()
    except BaseException:
        m.__exit__()
        raise
    return m


def hand_over(c, blob, misaligned=0):
    """For handed_over(): another tree in place of the machine's own. None: no tree."""
    at = c.board.ram + ROOM + misaligned

    def change(debugger):
        if blob is not None:
            debugger.write(at, blob)
        debugger.set_register(c.board.handed, at if blob is not None else 0, c.board.digits)
    return change


def damaged(c, how, misaligned=0):
    """A blob that is not a tree gives a message on the early console, and no trap."""
    blob = how(tree.dump(c).read_bytes()) if how else None
    with handed_over(c, hand_over(c, blob, misaligned)) as m:
        said = m.prompt(m.early)
        m.check(b"evicetree" in said, "no word of the devicetree")
        m.check(b"***" not in said, "a panic")
        m.run("help", m.early)
        m.check(PROMPT not in m.con.received, "a prompt on a console that no tree names")


for name, how in DAMAGE.items():
    case(f"tree_damaged_{name}", modes=(), how=how)(damaged)
case("tree_damaged_misaligned", modes=(), how=lambda b: b, misaligned=2)(damaged)


@case("tree_moved")
def moved(c):
    """The control: a valid tree that is handed over in the same way works."""
    with handed_over(c, hand_over(c, tree.dump(c).read_bytes())) as m:
        m.prompt()
        exercise(m)
        poweroff(m)
