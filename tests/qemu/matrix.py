# SPDX-License-Identifier: BSD-2-Clause
"""The matrix: the cases of every board, in legacy and modern mode, over split and packed rings,
from an ELF file and from flash.

A part of it is run always, spread so that each case runs on each board, and in each of its ways
on some board. All of it has the label `matrix` in CTest (tests/run -L matrix), and the rest the
label `soak` too."""

import re

# The cases that every board has to pass.
CASES = (
    "boot", *(f"slot{n}" for n in range(8)), "no_device", "rng_alone", "eight_devices", "two_consoles",
    "event_idx_off", "indirect_off", "both_off", "event_idx_on", "iommu_platform", "max_ports_1",
    "queue_size", "boot_arguments", "asterinas_accept_packed",
    "loop", "loop_typed_ahead", "loop_early", "flood", "unread_flood", "unread_loop", "idle",
    "second_port", "many_ports",
    "help", "unknown", "devices", "dt", "queues", "trace", "rng", "rng_rationed", "poweroff_code",
    "uptime", "mem", "editing", "history", "long_line",
    "panic", "panic_emergency", "panic_no_emergency", "panic_early", "panic_unread", "panic_kinds",
    "mem_64M", "mem_6G", "smp4", "reboot",
    "tree_ranges", "tree_renamed", "tree_disabled", "tree_no_stdout", "tree_no_interrupts", "tree_moved",
    "blk_read", "blk_write",
    "run.piped", "run.dry", "run.exec", "run.end", "run.failed", "run.extra", "run.unknown", "run.terminal",
)
# QEMU accepts boot arguments only for a kernel; firmware/run has its own case for flash.
NOT_FROM_FLASH = ("boot_arguments", "asterinas_accept_packed")

PACKED = [a for d in ("serial", "rng", "blk", "net")
          for a in ("-global", f"virtio-{d}-device.packed=on")]
# A version 1 device has split rings, whatever QEMU's options say.
WAYS = (("elf", "legacy"), ("elf", "modern"), ("packed", "modern"), ("flash", "legacy"),
        ("flash", "modern"), ("flash_packed", "modern"))


def flash_drive(board, image, source):
    """QEMU's option for the flash, from firmware/run, which knows the bank for the image by QEMU's
    version."""
    unit = re.search(r"if=pflash,unit=(\d)", board.dry_run(source, "--flash"))[1]
    return ["-drive", f"if=pflash,unit={unit},format=raw,readonly=on,file={image.with_suffix('.flash')}"]


def ways_of(name, modes):
    """The ways of WAYS in which a case can run."""
    ways = [w for w in WAYS if w[1] in modes]
    if name.startswith("run."):
        ways = [w for w in ways if w[0] == "elf"]
    if name in NOT_FROM_FLASH:
        ways = [w for w in ways if "flash" not in w[0]]
    return ways
