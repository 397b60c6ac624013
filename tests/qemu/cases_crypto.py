# SPDX-License-Identifier: BSD-2-Clause
"""The crypto device with QEMU's builtin backend: known answers, and the benchmark."""

import re

from cases import RNG, SERIAL, case
from cases_boot import device, exercise, poweroff

BACKEND = ["-object", "cryptodev-backend-builtin,id=cb"]


@case("crypto", options="")
@case("packed.crypto", modes=("modern",), options=",packed=on")
def crypto(c, options):
    with c.booted(SERIAL + RNG + BACKEND + ["-device", f"virtio-crypto-device,cryptodev=cb{options}"]) as m:
        m.check(("RING_PACKED" in device(m, "virtio-crypto")) == bool(options), "not the wanted rings")
        shown = m.run("crypto")
        m.check(re.search(r"virtio-crypto@\w+  ready\n    ciphers +0x\w+\n", shown), shown)
        shown = m.run("crypto test")
        # This backend has no bit for the other algorithms of its services, or refuses them.
        for name in ("AES-128-CBC", "AES-256-CBC"):
            m.check(f"  {name:16} ok\n" in shown, shown)
        rows = re.findall(r"^  (\S+) +(ok|not offered|offered, and refused by the device with status 3)$", shown, re.M)
        m.check(len(rows) == 9, shown)
        shown = m.run("crypto bench 2")
        m.check(re.search(r"2 MiB in \d+ ms, \d+ KiB/s", shown), shown)
        counted = re.search(r"(\d+) requests, (\d+) errors", m.run("crypto"))
        m.check(int(counted[1]) >= 512 + 4, counted[0])
        flight = [line.split() for line in m.run("queues").split("\n") if line.startswith("virtio-crypto")]
        m.check([q[3] for q in flight] == ["0", "0"], f"requests are in flight: {flight}")
        exercise(m)
        poweroff(m)


@case("crypto_none", shared=True, modes=("modern",))
def none(m):
    m.check("-device virtio-crypto-device" in m.run("crypto"), "no hint")
    m.check("'melt' is none of: test bench" in m.run("crypto melt"), "wrong use")
    m.check("crypto: " in m.run("crypto bench 0"), "wrong number")
