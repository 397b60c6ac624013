# SPDX-License-Identifier: BSD-2-Clause
"""What the cases need to know about each board (preset), and which cases each board runs."""

import subprocess
import typing

STUB = "tests/qemu/sbi_stub.elf"  # in a build folder of riscv32-s

# The report of a panic is the same code on every board, but what it must not depend on differs.
BROKEN = tuple(f"broken.{what}" for what in ("clock", "clock_early", "clock_stands", "ring", "uart",
                                             "uart_early"))

# What every board runs in both modes, besides its part of matrix.py: what can differ between boards
# (start-up, trap report, clock, interrupt lines, memory, early console, power-off, word size). The
# other cases (wrong trees, odd devices, the keys of the shell) test code that is the same on every
# board. They all run on the first board.
CORE = ("boot", "devices", "no_device", "eight_devices", "loop", "flood", "rng", "uptime",
        "mem_64M", "smp4", "reboot", "panic", "panic_kinds", "panic_early", "panic_no_emergency",
        "poweroff_code", "blk_write", "packed.scsi", "tree_no_interrupts", "tree_renamed", "run.piped", "run.flash",
        "flash.boot", "flash.packed", "flash.reboot", "flash.target", "handover.odd", "handover.unmapped",
        "handover.no_tree", "handover.inside", "handover.cut_off", "handover.built_in", "moved",
        "raw_image", "folder", "packed.folder") + BROKEN

# TCP/IP, on one board of each architecture.
TCPIP = tuple(f"tcpip.{name}{how}" for name in ("talk", "link", "wrong", "many", "soak", "pair",
                                                "soak_pair", "dhcp", "stop",
                                                "tap")
              for how in ("", "_packed")) + (
    "tcpip.names", "tcpip.nonsense", "tcpip.liars", "tcpip.soak_liars")
# The network in bulk and its control queue.
NET = ("net_link", "wire", "wire_merged", "wire_packed", "nic_control", "nic_announce",
       "nic_segments", "soak_wire", "soak_wire_packed")
NET_MORE = NET + ("net_device", "net_none", "net_ping", "net_sizes", "net_nonsense", "nic_beside",
                  "nic_checksum", "packed.net_ping", "packed.net_link", "packed.net_sizes",
                  "packed.nic_beside", "packed.nic_control")


# Keyboards and screens, on one board of each architecture.
WINDOW = ("input", "packed.input", "screen", "packed.screen")
# The other classes, on one board of each architecture.
OTHERS = ("balloon", "packed.balloon", "crypto", "packed.crypto", "sound", "packed.sound", "vsock", "packed.vsock", "vsock_results", "virtiofs")
# Under attack, on one board of each family.
ATTACKED = ("attacked", "soak_attacked", "soak_attacked_packed", "soak_attacked_legacy", "lying_disks",
            "soak_lying_disks", "mutated", "soak_mutated", "scribbled", "soak_scribbled", "soak_scribbled_packed",
            "plain_memory", "soak_plain_memory")

# What depends on the C library: memory and text functions, printf with 64-bit numbers, constructors
# and the end. The rest is the same as on the board with the other library.
LIBC = ("boot", "no_device", "random", "loop", "blk_write", "mem_64M", "mem_6G", "panic", "poweroff_code",
        "run.piped", "folder") + BROKEN
# Disks, on one board of each architecture.
DISKS = ("scsi", "files", "packed.files", "blk_power_cut", "packed.blk_power_cut")
DISKS_MORE = DISKS + ("blk_info", "blk_read", "blk_queues", "packed.blk", "files_whole") + tuple(
    how + name for name in ("blk_discard", "blk_error", "blk_4096", "blk_resize", "blk_verify",
                            "files_error") for how in ("", "packed."))


class Board(typing.NamedTuple):
    name: str
    qemu: str
    machine: str
    arguments: tuple   # of QEMU, on every start
    base: int          # the virtio-mmio windows
    stride: int
    slots: int
    ram: int
    registers: tuple   # names that a report must have
    digits: int        # of a register
    handed: int = 11   # the register that the tree comes in: its number for gdb, and its name
    handed_name: str = "a1"
    only: tuple = ()   # the cases to run besides its own; empty: all cases that belong to no other board

    def dry_run(self, source, *options):
        """The QEMU command of firmware/run, which depends on the QEMU that is installed."""
        return subprocess.run([source / "firmware" / "run", "--board", self.name, "--dry-run", *options],
                              check=True, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL).stdout

    def at(self, source, build):
        """Add the firmware below the image, as this host has it."""
        if "{bios}" not in self.arguments:
            return self
        opensbi = "-bios default" in self.dry_run(source)
        bios = "default" if opensbi else f"{build}/{STUB}"
        print(f"{self.name}: -bios {bios}")
        return self._replace(arguments=tuple(a.format(bios=bios) for a in self.arguments))

    def windows(self):
        return [self.base + i * self.stride for i in range(self.slots)]

    def runs(self, name, own):
        return name in self.only or (self.name in own if own else not self.only)


RISCV = {"machine": "virt", "base": 0x10001000, "stride": 0x1000, "slots": 8, "ram": 0x80000000,
         "registers": ("sp", "t6")}
EVERY = [
    Board("riscv64", "qemu-system-riscv64", arguments=("-bios", "default"), digits=16, **RISCV),
    Board("riscv64-nano", "qemu-system-riscv64", arguments=("-bios", "default"), digits=16,
          only=LIBC, **RISCV),
    Board("riscv64-m", "qemu-system-riscv64", arguments=("-bios", "none"), digits=16,
          only=CORE + ("smp4_aclint", "flash.smp4"), **RISCV),
    Board("riscv32-m", "qemu-system-riscv32", arguments=("-bios", "none"), digits=8,
          only=CORE + ("smp4_aclint", "flash.smp4"), **RISCV),
    # OpenSBI if QEMU has it, otherwise sbi_stub.S; firmware/run decides.
    Board("riscv32-s", "qemu-system-riscv32", digits=8, arguments=("-bios", "{bios}"),
          only=CORE, **RISCV),
]
ARM = {"machine": "virt", "base": 0xa000000, "stride": 0x200, "slots": 32, "ram": 0x40000000}
ARMV7 = {"arguments": ("-cpu", "cortex-a15", "-nic", "none", "-semihosting"),
         "registers": ("sp", "cpsr"), "digits": 8, "handed": 2, "handed_name": "r2", **ARM}
EVERY += [
    Board("aarch64", "qemu-system-aarch64", registers=("sp", "x30"), digits=16, handed=0, handed_name="x0",
          arguments=("-cpu", "cortex-a53", "-nic", "none", "-semihosting"),
          only=CORE + NET + DISKS + WINDOW + OTHERS + ("mem_6G", "random"), **ARM),
    Board("arm", "qemu-system-arm", only=CORE + TCPIP + NET_MORE + DISKS_MORE + WINDOW + OTHERS + ATTACKED + ("random", "stop_disks", "stop_net"), **ARMV7),
    Board("arm-picolibc", "qemu-system-arm", only=tuple(n for n in LIBC if n != "mem_6G"), **ARMV7),
]
BOARDS = {b.name: b for b in EVERY}

# The same with the MMU and the caches on: the cases that depend on cached and uncached memory.
MMU = ("boot", "no_device", "eight_devices", "loop", "flood", "mem_64M", "smp4", "reboot",
       "panic_kinds", "blk_write", "folder", "packed.folder", "tree_not_coherent", "el3") + BROKEN
BOARDS["aarch64-mmu"] = BOARDS["aarch64"]._replace(name="aarch64-mmu", only=MMU + ("mem_6G",))
BOARDS["arm-mmu"] = BOARDS["arm"]._replace(name="arm-mmu", only=MMU)
