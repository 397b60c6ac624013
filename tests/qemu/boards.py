# SPDX-License-Identifier: BSD-2-Clause
"""What the cases have to know of each board (preset), and which of them it runs."""

import typing

# What can differ between boards: start-up, trap report, clock, sleep, interrupt lines,
# memory, early console, power-off, word size. The rest (trees that lie, odd devices,
# the shell's keys) is the same code on every board and runs on the first.
CORE = ("boot", "devices", "no_device", "eight_devices", "loop", "flood", "rng", "idle", "uptime",
        "mem_64M", "smp4", "reboot", "panic", "panic_early", "panic_no_emergency",
        "poweroff_code", "blk_write", "tree_no_interrupts", "tree_renamed", "run.piped")

# TCP/IP, on one board of each architecture.
TCPIP = tuple(f"tcpip.{name}{how}" for name in ("talk", "link", "wrong", "many", "soak")
              for how in ("", "_packed")) + ("tcpip.names", "tcpip.nonsense")
# The network in bulk and its control queue, on one board of another architecture too.
NET = ("net_link", "wire", "wire_merged", "wire_packed", "nic_control", "nic_announce",
       "nic_segments", "soak_wire", "soak_wire_packed")


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
    only: tuple = ()   # the cases to run; none: all that are not another board's own

    def windows(self):
        return [self.base + i * self.stride for i in range(self.slots)]

    def runs(self, name, own):
        return self.name in own if own else not self.only or name in self.only


RISCV = {"machine": "virt", "base": 0x10001000, "stride": 0x1000, "slots": 8, "ram": 0x80000000,
         "registers": ("sp", "t6")}
EVERY = [
    Board("riscv64", "qemu-system-riscv64", arguments=("-bios", "default"), digits=16, **RISCV),
    Board("riscv64-m", "qemu-system-riscv64", arguments=("-bios", "none"), digits=16,
          only=CORE + ("smp4_aclint", "raw_image"), **RISCV),
    Board("riscv32-m", "qemu-system-riscv32", arguments=("-bios", "none"), digits=8,
          only=CORE + ("smp4_aclint",), **RISCV),
]
EVERY += [
    Board("aarch64", "qemu-system-aarch64", "virt",
          ("-cpu", "cortex-a53", "-nic", "none", "-semihosting"),
          0xa000000, 0x200, 32, 0x40000000, ("sp", "x30"), 16, only=CORE + NET + ("mem_6G",)),
    Board("arm", "qemu-system-arm", "virt",
          ("-cpu", "cortex-a15", "-nic", "none", "-semihosting"),
          0xa000000, 0x200, 32, 0x40000000, ("sp", "cpsr"), 8, only=CORE + TCPIP),
]
BOARDS = {b.name: b for b in EVERY}
