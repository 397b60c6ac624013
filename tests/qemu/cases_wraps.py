# SPDX-License-Identifier: BSD-2-Clause
"""More requests than ten times the range of a 16-bit index, through each queue of some classes, on the
target; and none is lost."""

import random
import re

import matrix
from cases import SERIAL, case
from cases_boot import poweroff
from cases_console import start_loop

ENOUGH = 10 << 16
DEPTH = 16  # frames at once
DEVICES = ["-drive", "if=none,id=d0,driver=null-co,size=1G,read-zeroes=on", "-device", "virtio-blk-device,drive=d0",
           "-object", "rng-builtin,id=r0", "-device", "virtio-rng-device,rng=r0",
           "-device", "virtio-serial-device", "-chardev", "null,id=null", "-device", "virtconsole,chardev=null",
           # What one of them sends, the other receives.
           *(a for n in (0, 1) for a in ("-netdev", f"hubport,id=h{n},hubid=0", "-device", f"virtio-net-device,netdev=h{n}"))]
WORK = (("blk read", 512, 64), ("blk write", 512, 64), ("rng", 16, 16), ("console write", 64, 1), ("console send", 64, 1),
        ("net send", 64, DEPTH), ("net send_packet", 64, DEPTH))
# The queue of each class that has the requests: its number.
QUEUES = {"virtio-blk": 0, "virtio-rng": 0, "virtio-console": 1, "virtio-net": 1}


def bench(c, options):
    """The image of tests/bench/target works until each kind of request was made often enough. It says
    "failed" if one fails, or does not come back."""
    image = c.image.parents[1] / "tests/bench/target/timed_bench.elf"
    with c.machine(options + DEVICES, boot=["-kernel", str(image)], memory="256M") as m:
        def tell(line, answer):
            m.send(line + "\n", m.early)
            return m.expect(rb"^(?:%b|refused\r?\n|failed\r?\n)" % answer, m.early)

        m.expect(rb"^ready\r?\n", m.early)
        m.check(tell("start 0", rb"(started)\r?\n")[1], "not started")
        for name, size, depth in WORK:
            done = 0
            while done < ENOUGH:
                took = tell(f"ours {size} {depth} 8 1000 {name}", rb"took \d+ for (\d+)\r?\n")
                m.check(took[1], f"{name} after {done} requests: {took[0]}")
                done += int(took[1])
            print(f"{name}: {done} requests", flush=True)
        counted = tell("counts", rb"((?:queue \S+ \d+ \d+ \d+\r?\n)*)counted\r?\n")
        m.check(counted[1], "no counts")
        rows = [(name, *map(int, rest)) for name, *rest in re.findall(r"queue (\S+) (\d+) (\d+) (\d+)", counted[1].decode())]
        print(*rows, sep="\n", flush=True)
        most = {(name, queue): (made, ended) for name, queue, made, ended in sorted(rows, key=lambda row: row[3])}
        for name, queue in QUEUES.items():
            made, ended = most[name, queue]
            m.check(ended == made >= ENOUGH, f"{name}, queue {queue}: {made} requests, and {ended} came back")
        # The last ones may not have been looked at.
        lost = most["virtio-net", 1][1] - most["virtio-net", 0][1]
        m.check(0 <= lost <= DEPTH, f"{lost} frames were lost")


def console(c, options):
    """Input of the console image, which sends it back; compared byte by byte."""
    data = random.Random(1).randbytes(4 << 20)
    with c.booted(options + SERIAL) as m:
        ended = [0, 0]
        while ended[0] < ENOUGH:
            start_loop(m, len(data))
            m.con.received.clear()
            m.con.seen = 0
            m.send(data)
            m.expect_bytes(data)
            m.prompt()
            rows = re.findall(r"^virtio-console@\w+ +([01]) +\d+ +\d+ +\d+ +(\d+) ", m.run("queues"), re.M)
            ended = [int(n) for _, n in rows]
            m.check(len(ended) == 2, "no queues of the console")
        print(f"console: {ended[0]} buffers of input, {ended[1]} of output", flush=True)
        m.check("restarted" not in m.run("devices"), "a device was restarted")
        poweroff(m)


@case("soak_wraps", boards=("riscv64",), kind="")
@case("soak_wraps_packed", modes=("modern",), boards=("riscv64",), kind="packed")
@case("soak_wraps_in_order", modes=("modern",), boards=("riscv64",), kind="in_order")
def wraps(c, kind):
    if kind == "in_order":
        c.needs("virtio-rng-device", kind)
    options = [a.replace("packed", kind) for a in matrix.PACKED] if kind else []
    bench(c, options)
    console(c, options)
