# SPDX-License-Identifier: BSD-2-Clause
"""Other machines: memory sizes, several harts."""

import re
import struct

import qmp
import tree
from boards import STUB
from cases import case
from cases_boot import exercise, poweroff
from gdb import Gdb


def memory(c, size, mib):
    """The memory comes from the devicetree. None of it is compiled in."""
    with c.booted(memory=size) as m:
        text = m.run("mem")
        m.check(re.search(rf"RAM\s+0x0*{c.board.ram:x}\s+{mib << 20} bytes", text), f"`mem`: {text}")
        exercise(m)
        poweroff(m)


case("mem_64M", size="64M", mib=64)(memory)
case("mem_6G", size="6G", mib=6144)(memory)


@case("mem_6G_top", boards=("riscv64", "riscv64-nano", "riscv64-m", "aarch64", "aarch64-mmu"))
def memory_top(c):
    """Ring memory is at the top of 6 GiB, or below the tree that QEMU 10 puts there. QEMU's own view
    shows that it got the upper halves of the addresses, and in the legacy registers the page
    number."""
    with c.booted(memory="6G", extra=["-append", "arena_at_top", *qmp.option(c)]) as m:
        text = m.run("mem")
        found = re.search(rf"arena\s+0x([0-9a-f]+)\s+{16 << 20} bytes", text)
        m.check(found, f"`mem`: {text}")
        top = int(found[1], 16) + (16 << 20)
        exercise(m)
        with qmp.Qmp(c) as q:
            if top != c.board.ram + (6 << 30):
                behind = q.ask("human-monitor-command", **{"command-line": f"xp/4xb {top:#x}"})
                m.check("0xd0 0x0d 0xfe 0xed" in behind,
                        f"the arena does not end at the top, and no tree stands behind it: {text}{behind}")
            devices = [d for d in q.ask("x-query-virtio") if d["name"] in ("virtio-serial", "virtio-rng")]
            m.check(len(devices) == 2, f"QEMU has {devices}")
            for d in devices:
                ring = q.ask("x-query-virtio-queue-status", path=d["path"], queue=0)
                for part in ("vring-desc", "vring-avail", "vring-used"):
                    m.check(top - (16 << 20) <= ring[part] < top, f"{d['name']}: {ring}")
        poweroff(m)


@case("mem_top_two_runs", modes=("modern",), boards=("riscv64",))
def memory_two_runs(c):
    """The tree has a hole, so the highest memory is not in the same run as the image."""
    ram = c.board.ram
    cells = " ".join(f"0x{v >> 32:x} 0x{v & 0xffffffff:x}" for v in (ram, 1 << 30, ram + (2 << 30), 1 << 30))
    source = tree.decompile(tree.dump(c))
    source = tree.replace(source, r"(\n\tmemory@80000000 \{.*?\treg = )<[^>]*>", rf"\g<1><{cells}>")
    with c.booted(memory="6G", extra=["-append", "arena_at_top", "-dtb", str(tree.compile_tree(c, source))]) as m:
        text = m.run("mem")
        m.check(re.search(rf"RAM\s+0x0*{ram:x}\s+{1 << 30} bytes", text), f"`mem`: {text}")
        m.check(f"{ram + (3 << 30) - (16 << 20):x}" in text, f"`mem`: {text}")
        exercise(m)
        poweroff(m)


BOARDS_32BIT = ("riscv32-m", "riscv32-s", "arm", "arm-picolibc", "arm-mmu")


@case("mem_top_32bit", modes=("modern",), boards=BOARDS_32BIT)
def memory_top_32bit(c):
    """The arena ends at the highest memory that the CPU can address, and no address is truncated."""
    with c.booted(memory="6G", extra=["-append", "arena_at_top"]) as m:
        found = re.search(r"arena\s+0x([0-9a-f]+)\s+(\d+) bytes", m.run("mem"))
        end = int(found[1], 16) + int(found[2])
        m.check(0xff000000 < end < 1 << 32, f"the arena ends at {end:#x}")
        exercise(m)
        poweroff(m)


@case("mem_6G_32bit", boards=BOARDS_32BIT)
def memory_above(c):
    """There is memory above what the CPU can address: the arena ends below it, in the larger part
    before or after the tree."""
    with c.booted(memory="6G") as m:
        text = m.run("mem")
        m.check(f"{6 << 30} bytes" in text, f"`mem`: {text}")
        found = re.search(r"arena\s+0x([0-9a-f]+)\s+(\d+) bytes", text)
        m.check(found and int(found[2]) > 0, f"`mem`: {text}")
        m.check(int(found[1], 16) + int(found[2]) <= 1 << 32, "the arena ends above 4 GiB")
        exercise(m)
        poweroff(m)


@case("boot_stub", boards=("riscv32-s",))
def boot_stub(c):
    """The stub below the image, for a QEMU without OpenSBI for riscv32."""
    c.board = c.board._replace(arguments=("-bios", str(c.image.parent.parent / STUB)))
    with c.booted() as m:
        m.check(b"OpenSBI" not in m.banner, "not the stub")
        exercise(m)
        poweroff(m)


@case("smp4")
def smp(c):
    """The three other harts stay asleep."""
    with c.booted(extra=["-smp", "4"]) as m:
        exercise(m)
        poweroff(m)


OSBI = struct.pack("<Q", 0x4942534f)  # the magic number of what QEMU passes to OpenSBI; word 5 is the boot hart
LOOP = struct.pack("<II", 0x10500073, 0xffdff06f)  # wfi; back to it


def lead(debugger, board):
    """Let another hart than 0 run the image. Call this before any hart has executed an
    instruction."""
    if "default" in board.arguments:
        at = 0x1000 + debugger.read(0x1000, 256).index(OSBI)
        debugger.write(at + 5 * 8, struct.pack("<Q", 2))
    debugger.write(board.ram + 0x4000000, LOOP)
    debugger.set_register(32, board.ram + 0x4000000, board.digits)


def other_hart(c, machine=None):
    """Clock, sleep and interrupt lines work on each hart that runs the image."""
    path = c.folder / "gdb.sock"
    with c.machine(machine=machine, extra=["-smp", "4", "-S", "-gdb", f"unix:{path},server=on,wait=off"]) as m:
        debugger = Gdb(path)
        lead(debugger, c.board)
        debugger.go()
        banner = m.prompt()
        m.check(re.search(rb"hart [123] of 4\r", banner), f"not another hart: {banner!r}")
        exercise(m)
        check_rest(m)
        poweroff(m)


RISCV = ("riscv64", "riscv64-m", "riscv32-m")
case("smp4_other_hart", modes=("modern",), boards=RISCV)(other_hart)
case("smp4_other_hart_aplic", modes=("modern",), boards=RISCV, machine="virt,aia=aplic")(other_hart)
case("smp4_other_hart_imsic", modes=("modern",), boards=RISCV, machine="virt,aia=aplic-imsic")(other_hart)


@case("smp4_aclint", modes=("modern",))
def aclint(c):
    """Another interrupt controller: ACLINT in place of the CLINT."""
    with c.booted(machine="virt,aclint=on", extra=["-smp", "2"]) as m:
        exercise(m)
        poweroff(m)


@case("el2", boards=("aarch64", "aarch64-mmu", "arm", "arm-mmu"))
def el2(c):
    """Started at EL2 (Hyp mode), where PSCI uses another instruction."""
    with c.booted(machine="virt,virtualization=on") as m:
        exercise(m)
        m.send("reboot\r")
        m.prompt()
        poweroff(m)


def sleeps(m):
    """The counters of `uptime`, and its seconds."""
    text = m.run("uptime")
    return {word: float(re.search(pattern, text)[1])
            for word, pattern in (("sleeps", r"(\d+) sleeps"), ("device", r"(\d+) ended by a device"),
                                  ("up", r"up (\d+\.\d+) s"))}


def check_rest(m):
    """Each interrupt line ends a sleep as often as it should, and nothing else does."""
    m.quiet(0.2)  # not rest(): with AIA, the other harts of QEMU 7.2 never rest
    before = sleeps(m)
    m.quiet(1.0)
    after = sleeps(m)
    m.check(after["device"] > 0, f"no sleep was ended by a device: {after}")
    # A polled device wakes the CPU 100 times a second, and a line that stays up always.
    m.check(after["sleeps"] - before["sleeps"] < 60 * (after["up"] - before["up"]),
            f"no rest: {before}, {after}")


def gic(c, machine):
    """Another interrupt controller, or another way to it: its lines end a sleep."""
    with c.booted(machine=machine, extra=["-smp", "4"]) as m:
        m.check((b"no way to power off" in m.banner) == ("secure" in machine),
                "PSCI is missed, or is not")
        exercise(m)
        m.rest(0.5)
        found = re.search(r"(\d+) ended by a device", m.run("uptime"))
        m.check(found and int(found[1]) > 0, "no sleep was ended by a device")
        poweroff(m)


# Started at EL3, or in the secure world: all cores start at once, and there is no PSCI.
SECURE = ("aarch64", "arm")
case("el3", boards=SECURE, machine="virt,secure=on")(gic)
case("el3_el2", modes=("modern",), boards=SECURE + ("aarch64-mmu", "arm-mmu"), machine="virt,secure=on,virtualization=on")(gic)
case("el3_gicv3", modes=("modern",), boards=("aarch64",), machine="virt,secure=on,gic-version=3")(gic)
case("gicv3", boards=("aarch64", "aarch64-mmu", "arm", "arm-picolibc", "arm-mmu"), machine="virt,gic-version=3")(gic)
case("gicv3_el2", boards=("aarch64", "arm"), machine="virt,gic-version=3,virtualization=on")(gic)


@case("secure_gicv3", modes=("modern",), boards=("arm", "arm-mmu"))
def secure_gicv3(c):
    """In the secure world of ARMv7 no line of a GICv3 reaches the image, so it polls the devices."""
    with c.booted(machine="virt,secure=on,gic-version=3") as m:
        m.check(b"no interrupt controller" in m.banner, "no word of it")
        exercise(m)
        m.quiet(0.5)
        m.run("uptime")
        poweroff(m)


@case("gic_unknown", boards=("aarch64", "arm"))
def gic_unknown(c):
    """With an unknown interrupt controller the image polls the devices."""
    source = tree.replace(tree.decompile(tree.dump(c)), "arm,cortex-a15-gic", "acme,gic")
    with c.booted(extra=["-dtb", str(tree.compile_tree(c, source))]) as m:
        exercise(m)
        poweroff(m)


@case("no_semihosting", boards=("aarch64", "arm"))
def no_semihosting(c):
    """No device takes the exit code: the image powers off, without a report of a trap."""
    with c.booted(extra=["-semihosting-config", "enable=off"]) as m:
        m.send("poweroff 3\r")
        m.exit_code()
        m.check(b"***" not in m.con.received + m.early.received, "a trap")


@case("reboot")
def reboot(c):
    """`reboot` boots again, twice, and the console works each time."""
    with c.booted() as m:
        for _ in range(2):
            m.send("reboot\r")
            m.prompt()
            exercise(m)
        poweroff(m)


def aia(c, machine):
    """APLIC with wires, and IMSIC with messages: each line ends a sleep as often as it should, and
    nothing else does."""
    with c.booted(machine=machine, extra=["-smp", "3"]) as m:
        exercise(m)
        check_rest(m)
        poweroff(m)


case("aplic", modes=("modern",), boards=RISCV, machine="virt,aia=aplic")(aia)
case("imsic", modes=("modern", "legacy"), boards=RISCV, machine="virt,aia=aplic-imsic")(aia)


@case("raw_image", modes=("modern",))
def raw_image(c):
    """The image as raw bytes at its load address, as a boot loader takes it."""
    c.image = c.image.with_suffix(".bin")
    with c.booted() as m:
        exercise(m)
        poweroff(m)
