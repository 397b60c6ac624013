# SPDX-License-Identifier: BSD-2-Clause
"""Other machines: memory sizes, several harts."""

import re

import qmp
import tree
from cases import case
from cases_boot import exercise, poweroff


def memory(c, size, mib):
    """All of the memory is found in the devicetree, none of it compiled in."""
    with c.booted(memory=size) as m:
        text = m.run("mem")
        m.check(re.search(rf"RAM\s+0x0*{c.board.ram:x}\s+{mib << 20} bytes", text), f"`mem`: {text}")
        exercise(m)
        poweroff(m)


case("mem_64M", size="64M", mib=64)(memory)
case("mem_6G", size="6G", mib=6144)(memory)


@case("mem_6G_top", boards=("riscv64", "riscv64-m", "aarch64"))
def memory_top(c):
    """What devices reach is at the top of 6 GiB: QEMU says itself that it was given the upper
    halves of the addresses too, in the legacy registers as the page's number."""
    with c.booted(memory="6G", extra=["-append", "arena_at_top", *qmp.option(c)]) as m:
        text = m.run("mem")
        top = c.board.ram + (6 << 30)
        m.check(re.search(rf"arena\s+0x0*{top - (16 << 20):x}\s+{16 << 20} bytes", text),
                f"`mem`: {text}")
        exercise(m)
        with qmp.Qmp(c) as q:
            devices = [d for d in q.ask("x-query-virtio") if d["name"] in ("virtio-serial", "virtio-rng")]
            m.check(len(devices) == 2, f"QEMU has {devices}")
            for d in devices:
                ring = q.ask("x-query-virtio-queue-status", path=d["path"], queue=0)
                for part in ("vring-desc", "vring-avail", "vring-used"):
                    m.check(top - (16 << 20) <= ring[part] < top, f"{d['name']}: {ring}")
        poweroff(m)


@case("mem_top_two_runs", modes=("modern",), boards=("riscv64",))
def memory_two_runs(c):
    """The highest memory is not in the run that the image is in."""
    split = ["-smp", "2", "-object", "memory-backend-ram,id=a,size=1G", "-numa", "node,memdev=a",
             "-object", "memory-backend-ram,id=b,size=5G", "-numa", "node,memdev=b"]
    with c.booted(memory="6G", extra=["-append", "arena_at_top", *split]) as m:
        text = m.run("mem")
        m.check(re.search(rf"RAM\s+0x0*{c.board.ram:x}\s+{1 << 30} bytes", text), f"`mem`: {text}")
        m.check(f"{c.board.ram + (6 << 30) - (16 << 20):x}" in text, f"`mem`: {text}")
        exercise(m)
        poweroff(m)


@case("mem_top_32bit", modes=("modern",), boards=("riscv32-m", "riscv32-s", "arm"))
def memory_top_32bit(c):
    """The top is that of what the CPU can address, and no address is cut."""
    with c.booted(memory="6G", extra=["-append", "arena_at_top"]) as m:
        found = re.search(r"arena\s+0x([0-9a-f]+)\s+(\d+) bytes", m.run("mem"))
        end = int(found[1], 16) + int(found[2])
        m.check(0xff000000 < end < 1 << 32, f"the arena ends at {end:#x}")
        exercise(m)
        poweroff(m)


@case("mem_6G_32bit", boards=("riscv32-m", "riscv32-s", "arm"))
def memory_above(c):
    """Memory goes on above what the CPU can address: the arena ends below, and the part
    in front of the tree or behind it that is bigger works."""
    with c.booted(memory="6G") as m:
        text = m.run("mem")
        m.check(f"{6 << 30} bytes" in text, f"`mem`: {text}")
        found = re.search(r"arena\s+0x([0-9a-f]+)\s+(\d+) bytes", text)
        m.check(found and int(found[2]) > 0, f"`mem`: {text}")
        m.check(int(found[1], 16) + int(found[2]) <= 1 << 32, "the arena ends above 4 GiB")
        exercise(m)
        poweroff(m)


@case("smp4")
def smp(c):
    """Three harts that are not ours stay asleep."""
    with c.booted(extra=["-smp", "4"]) as m:
        exercise(m)
        poweroff(m)


@case("smp4_aclint", modes=("modern",))
def aclint(c):
    """Another interrupt layout: ACLINT in place of the CLINT."""
    with c.booted(machine="virt,aclint=on", extra=["-smp", "2"]) as m:
        exercise(m)
        poweroff(m)


@case("el2", boards=("aarch64", "arm"))
def el2(c):
    """Entered at EL2 (Hyp mode), and with it PSCI by another instruction."""
    with c.booted(machine="virt,virtualization=on") as m:
        exercise(m)
        m.send("reboot\r")
        m.prompt()
        poweroff(m)


def gic(c, machine):
    """Another interrupt controller: its lines end a sleep."""
    with c.booted(machine=machine, extra=["-smp", "2"]) as m:
        exercise(m)
        m.quiet(1.0)
        found = re.search(r"(\d+) ended by a device", m.run("uptime"))
        m.check(found and int(found[1]) > 0, "no sleep was ended by a device")
        poweroff(m)


case("gicv3", boards=("aarch64",), machine="virt,gic-version=3")(gic)
case("gicv3_el2", boards=("aarch64",), machine="virt,gic-version=3,virtualization=on")(gic)


@case("gic_unknown", boards=("aarch64", "arm"))
def gic_unknown(c):
    """An interrupt controller that we do not know: the devices are polled."""
    source = tree.replace(tree.decompile(tree.dump(c)), "arm,cortex-a15-gic", "acme,gic")
    with c.booted(extra=["-dtb", str(tree.compile_tree(c, source))]) as m:
        exercise(m)
        poweroff(m)


@case("no_semihosting", boards=("aarch64", "arm"))
def no_semihosting(c):
    """Nobody takes the exit code: that ends in a power-off, not in a trap's report."""
    with c.booted(extra=["-semihosting-config", "enable=off"]) as m:
        m.send("poweroff 3\r")
        m.exit_code()
        m.check(b"***" not in m.con.received + m.early.received, "a trap")


@case("reboot")
def reboot(c):
    """`reboot` boots again, twice, and the console is there each time."""
    with c.booted() as m:
        for _ in range(2):
            m.send("reboot\r")
            m.prompt()
            exercise(m)
        poweroff(m)


@case("aplic", modes=("modern",))
def aplic(c):
    """An interrupt controller that we do not know: the devices are polled."""
    with c.booted(machine="virt,aia=aplic") as m:
        exercise(m)
        poweroff(m)


@case("raw_image", modes=("modern",))
def raw_image(c):
    """The image as raw bytes at its load address, as a boot loader takes it."""
    c.image = c.image.with_suffix(".bin")
    with c.booted() as m:
        exercise(m)
        poweroff(m)
