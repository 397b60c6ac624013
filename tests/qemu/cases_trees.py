# SPDX-License-Identifier: BSD-2-Clause
"""Changes of QEMU's tree. The image finds what a tree moves or renames. It reports what a tree leaves
out, on the console that exists, and continues without it. The tree is handed over in the register of
a boot loader, since QEMU and OpenSBI put back some of what is missing."""

import re

import tree
from boards import BOARDS
from cases import SERIAL, case
from cases_boot import exercise, poweroff, rows
from cases_panic import report
from cases_tree import hand_over, handed_over
from machine import TRIES

UARTS = ("ns16550a", "arm,pl011")
CONTROLLERS = ("sifive,plic-1.0.0", "arm,cortex-a15-gic")
ENDS = ("syscon-poweroff", "syscon-reboot", "sifive,test0", "arm,psci-1.0")


def is_any(*words):
    return lambda n: any(n.compatible(w) for w in words)


def given(c, edit, **options):
    """A machine whose tree went through edit(root)."""
    root = tree.parse(tree.decompile(tree.dump(c)))
    edit(root)
    blob = tree.unparse(c, root).read_bytes()
    return handed_over(c, hand_over(c, blob), **options)


def works(c, edit, *said, early=False):
    """The prompt comes after these words, over virtio or on the early console."""
    with given(c, edit) as m:
        channel = m.early if early else m.con
        banner = m.prompt(channel).decode()
        for words in said:
            m.check(words in banner, f"no word of {words!r} in {banner!r}")
        m.check("***" not in banner, "a panic")
        if not said:
            m.check("In the devicetree" not in banner, f"something is missed in {banner!r}")
        if early:
            m.run("devices", channel)
        else:
            exercise(m)
        poweroff(m, channel)
        return banner


def trees(name):
    return case(f"trees.{name}", modes=("modern",), boards=tuple(BOARDS))


@trees("unchanged")
def unchanged(c):
    """The control: the image reports nothing as missing."""
    works(c, lambda root: None)


@trees("no_uart")
def no_uart(c):
    banner = works(c, lambda root: root.remove(is_any(*UARTS)), "no UART")
    instead = "SBI" if tree.below_is_sbi(c.board) else \
              "semihosting" if "-semihosting" in c.board.arguments else "none"
    assert f"early console: {instead}" in banner, banner


@trees("no_controller")
def no_controller(c):
    works(c, lambda root: root.remove(is_any(*CONTROLLERS)), "no interrupt controller")


@trees("no_clock")
def no_clock(c):
    """The tree has no frequency of the counter, and no timer if it had one."""
    def edit(root):
        if "riscv" in c.board.qemu:
            next(n for n in root.children if n.name == "cpus").properties.pop("timebase-frequency")
        if not tree.below_is_sbi(c.board):
            root.remove(is_any("sifive,clint0", "arm,armv7-timer"))

    said = ["frequency"] if "riscv" in c.board.qemu else []
    works(c, edit, *said, *(["no timer"] if not tree.below_is_sbi(c.board) else []))


@trees("no_poweroff")
def no_poweroff(c):
    """The image stops, and says that it cannot power off."""
    extra = [] if "riscv" in c.board.qemu else ["-semihosting-config", "enable=off"]
    if tree.below_is_sbi(c.board):
        works(c, lambda root: root.remove(is_any(*ENDS)))  # the SBI ends it
        return
    with given(c, lambda root: root.remove(is_any(*ENDS)), extra=extra) as m:
        m.check(b"no way to power off" in m.prompt(), "no word of it at the start")
        m.send("poweroff\r")
        m.expect(b"The CPU stops", channel=m.early)
        m.check(m.process.poll() is None, "QEMU ended without anything to end it")
        m.check(b"***" not in m.con.received + m.early.received, "a panic in place of a stop")


@trees("no_chosen")
def no_chosen(c):
    """Without stdout-path the console is the firmware below the image, or else the first UART."""
    def edit(root):
        root.remove(lambda n: n.name == "chosen")

    banner = works(c, edit, *(["no UART"] if tree.below_is_sbi(c.board) else []))
    if not tree.below_is_sbi(c.board):
        assert re.search("early console: (16550|PL011)@", banner), banner


@trees("no_memory")
def no_memory(c):
    works(c, lambda root: root.remove(lambda n: n.name.startswith("memory@")),
          "No memory for devices", early=True)


@trees("no_cpus")
def no_cpus(c):
    """A tree without harts: no interrupt line leads to this one."""
    def edit(root):
        root.remove(lambda n: n.name == "cpus")

    works(c, edit, *(["no interrupt controller", "frequency"] if "riscv" in c.board.qemu else []))


@trees("no_windows")
def no_windows(c):
    works(c, lambda root: root.remove(is_any("virtio,mmio")), "in 0 slots", early=True)


@trees("window_that_traps")
def window_that_traps(c):
    """There is nothing behind the last window, so an access to it traps: the slot is left out."""
    hole = c.board.windows()[-1] + c.board.stride

    def edit(root):
        parent, last = [(n, k) for n in root.all() for k in n.children if k.compatible("virtio,mmio")][-1]
        more = tree.Node(f"virtio_mmio@{hole:x}")
        more.properties = dict(last.properties)
        cells = last.cells("reg")
        cells[1] = hole
        more.set_cells("reg", cells)
        parent.children.append(more)

    works(c, edit, f"virtio_mmio@{hole:x}: an access to its window traps, so it is not used",
          f"in {c.board.slots + 1} slots")


@trees("empty")
def empty(c):
    """A tree without any node: no trap, and no output if there is no console."""
    def edit(root):
        root.children = []

    if tree.below_is_sbi(c.board):
        works(c, edit, "no UART", "No memory for devices", early=True)
        return
    with given(c, edit) as m:
        m.quiet(1.0)
        m.check(m.process.poll() is None, "the machine ended")
        m.check(not m.con.received + m.early.received, "said on a console that no tree names")


@trees("renamed")
def renamed(c):
    """Nodes are found by `compatible`, whatever their names are."""
    def edit(root):
        chosen = next(n for n in root.children if n.name == "chosen")
        for i, n in enumerate(root.all()):
            if n is root or "compatible" not in n.properties:
                continue
            name, _, address = n.name.partition("@")
            new = f"n{i}" + (f"@{address}" if address else "")
            path = chosen.properties["stdout-path"]
            chosen.properties["stdout-path"] = re.sub(rf"/{re.escape(n.name)}(?=[/\"])",
                                                      f"/{new}", path)
            n.name = new

    works(c, edit)


def of_one_cell(n):
    """Entries of `reg` of two cells each, below 4 GiB."""
    cells = n.cells("reg")
    assert not any(cells[::2]), n.name
    return cells[1::2]


@trees("one_cell")
def one_cell(c):
    """Addresses and sizes of one cell everywhere."""
    def edit(root):
        keep = is_any("virtio,mmio", *UARTS, *CONTROLLERS, *ENDS, "sifive,clint0",
                      "arm,armv7-timer", "simple-bus", "fixed-clock")
        named = ("chosen", "cpus", "aliases")
        root.remove(lambda n: n.compatible("qemu,platform") or n.compatible("cfi-flash")
                    or n.name.startswith("pcie@") or n.name.startswith("pci@"))
        for parent in [n for n in root.all() if n is root or n.compatible("simple-bus")]:
            parent.children = [n for n in parent.children if n.name in named
                               or n.name.startswith("memory@") or keep(n)]
            parent.set_cells("#address-cells", [1])
            parent.set_cells("#size-cells", [1])
            for n in parent.children:
                n.children = [k for k in n.children if not k.name.startswith("v2m")]
                if "reg" in n.properties:
                    n.set_cells("reg", of_one_cell(n))

    works(c, edit)


@case("trees.beyond", modes=("modern",), boards=("riscv32-m", "riscv32-s", "arm", "arm-picolibc", "arm-mmu"))
def beyond(c):
    """A 32-bit CPU cannot address registers above 4 GiB: the image says so, and does not truncate the
    address, although the registers really are there."""
    def edit(root):
        for n in root.all():
            if is_any(*UARTS, *CONTROLLERS)(n):
                n.set_cells("reg", [1, *n.cells("reg")[1:]])
                names.append(n.name)

    names = []
    banner = works(c, edit, "no UART", "no interrupt controller")
    assert len(names) == 2, names
    for name in names:
        assert f"{name} is not used: this CPU cannot address it" in banner, banner


@trees("behind_a_bus")
def behind_a_bus(c):
    """All devices are behind a bus with other addresses: UART, controller, timer and windows are
    where its `ranges` say."""
    offset = 0x40000000

    def edit(root):
        wanted = is_any("virtio,mmio", "ns16550a", *UARTS, *CONTROLLERS, "sifive,clint0",
                        "sifive,test0")
        bus = tree.Node(f"bus@{offset:x}")
        bus.properties = {"compatible": '"simple-bus"', "#address-cells": "<1>",
                          "#size-cells": "<1>", "ranges": f"<{offset:#x} 0 0 {offset:#x}>"}
        for parent in list(root.all()):
            bus.children += [n for n in parent.children if wanted(n)]
            parent.children = [n for n in parent.children if not wanted(n)]
        assert len(bus.children) > c.board.slots + 1
        for n in bus.children:
            n.children = []
            cells = of_one_cell(n)
            cells[::2] = [a + offset for a in cells[::2]]
            n.set_cells("reg", cells)
            n.name = f"{n.name.split('@')[0]}@{cells[0]:x}"
        uart = next(n for n in bus.children if is_any(*UARTS)(n))
        root.children.append(bus)
        next(n for n in root.children if n.name == "chosen").properties["stdout-path"] = \
            f'"/{bus.name}/{uart.name}"'

    banner = works(c, edit)
    assert re.search(r"early console: (16550@1|PL011@9)0{6,}", banner), banner
    with given(c, edit, devices=SERIAL) as m:
        m.prompt()
        m.check(max(c.board.windows()) in rows(m), "the translated address is not shown")
        poweroff(m)


@trees("wrong_lines")
def wrong_lines(c):
    """Every device interrupts on another line than the tree says: the image finds the work
    nevertheless, and reports this."""
    def edit(root):
        for n in (n for n in root.all() if n.compatible("virtio,mmio")):
            cells = n.cells("interrupts")
            cells[0 if len(cells) < 3 else 1] += 40
            n.set_cells("interrupts", cells)

    with given(c, edit) as m:
        m.prompt()
        for _ in range(TRIES):
            if b"never arrives, so it is polled every 10 ms" in m.con.received:
                break
            m.quiet(0.2)  # so that it sleeps
            m.run("uptime")  # the message may come before or after the prompt
        else:
            m.check(False, "nobody is told of the wrong lines")
        exercise(m)
        poweroff(m)


@case("trees.wrong_psci", modes=("modern",), boards=("aarch64", "arm"))
def wrong_psci(c):
    """The way to power off in the tree traps: the image reports this, and uses the next way."""
    def edit(root):
        for n in (n for n in root.all() if n.compatible("arm,psci-1.0")):
            n.properties["method"] = '"smc"'

    with given(c, edit) as m:
        m.prompt()
        m.send("poweroff\r")
        report(m, m.con)


@trees("not_qemu")
def not_qemu(c):
    """The tree of a machine that is not QEMU's: messages recommend no options of QEMU."""
    def edit(root):
        root.remove(lambda n: n.compatible("qemu,fw-cfg-mmio"))
        for name in ("compatible", "model"):
            root.properties[name] = '"another,machine"'

    with given(c, edit, devices=[]) as m:
        said = m.prompt(m.early).decode()
        m.check("No virtio console was found" in said, said)
        for line in ("blk", "rng 1", "net", "nic", "help", "devices"):
            said += m.run(line, m.early)
        m.check("QEMU" not in said, f"QEMU is named: {said}")
        poweroff(m, m.early)
