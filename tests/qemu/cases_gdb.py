# SPDX-License-Identifier: BSD-2-Clause
"""firmware/gdb.py, used with a running machine."""

import re
import shutil
import subprocess

from cases import case
from cases_boot import poweroff
from machine import DEADLINE, Skip


@case("gdb_script", modes=("modern",), boards=("riscv64", "aarch64", "arm"))
def gdb_script(c):
    """Devices, queues, rings and the trace in words. Wrong arguments are reported."""
    if not shutil.which("gdb-multiarch"):
        raise Skip("there is no gdb-multiarch here")
    path = c.folder / "gdb.sock"
    with c.booted(extra=["-gdb", f"unix:{path},server=on,wait=off"]) as m:
        commands = [f"target remote {path}", "picovirtio devices", "picovirtio trace",
                    "print app.probe.slots->device->queues->vq", "print app.probe.slots->device->queues->next->vq",
                    "picovirtio nonsense", "detach"]
        script = c.source / "firmware" / "gdb.py"
        asked = ["gdb-multiarch", "-nx", "-batch", "-x", script, c.image] + [a for e in commands for a in ("-ex", e)]
        out = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=DEADLINE,
                             stdin=subprocess.DEVNULL)
        text = out.stdout + out.stderr
        for part in (r"virtio-console@[0-9a-f]+: virtio-console, live, features 0x[0-9a-f]+\n",
                     r"  queue 0: \d+ in flight of \d+ requests, \d+ notifications, (split|packed) ring",
                     r"virtio-rng@[0-9a-f]+: virtio-rng, live", r" boot 0x0\n", r" device up 0x[0-9a-f]+\n",
                     r"\$1 = (split|packed) ring, \d+ of \d+ descriptors free, next available \d+, next used \d+",
                     r"\$2 = ", "picovirtio devices, or picovirtio trace"):
            m.check(re.search(part, text), f"no {part!r} from gdb: {text}")
        m.check("Traceback" not in text and "Error" not in text, text)
        m.run("uptime")
        poweroff(m)
