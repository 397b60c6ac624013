# SPDX-License-Identifier: BSD-2-Clause
"""Count instructions, which must not become more. With -icount shift=0 the guest's clock advances by
1 ns for each instruction, and by nothing else while the guest is awake. A time in `trace` is
therefore a number of instructions."""

import re

from cases import case
from cases_boot import poweroff
from machine import SERIAL

# Devices, and the most instructions up to the prompt: 1 million and 3 million. These boards start
# without other firmware. The trees of newer versions of QEMU are longer: 10.0 needs up to 718,000 and
# 1,664,000.
BOOT = {"riscv64-m": (2, 800_000), "aarch64": (32, 1_900_000)}


@case("boot_instructions", boards=tuple(BOOT))
def boot_instructions(c):
    """From the first instruction to the prompt."""
    devices, limit = BOOT[c.board.name]
    c.image = c.image.with_name("picovirtio.elf")  # what users get, without self-tests
    with c.booted(SERIAL + (devices - 1) * ["-device", "virtio-rng-device"], extra=["-icount", "shift=0"]) as m:
        m.check(f"{devices} virtio devices".encode() in m.banner, f"not {devices} devices")
        text = m.run("trace")
        found = re.search(r"(\d+)\.(\d{6})  console moved", text)
        m.check(found, f"`trace`: {text}")
        count = 1000 * int(found[1] + found[2])
        print(f"{devices} devices: {count} instructions to the prompt, of {limit}")
        m.check(100_000 < count <= limit, f"{count} instructions to the prompt instead of {limit}")
        poweroff(m)
