# SPDX-License-Identifier: BSD-2-Clause
"""Memory goes to the host and comes back. QEMU's monitor plays the host's part."""

import re
import time

from cases import RNG, SERIAL, case
from cases_boot import device, exercise, poweroff
from cases_states import states
from machine import TRIES, PAUSE
from qmp import Qmp, option

MIB = 1 << 20
RAM = 64 * MIB
LEFT = r"  left +(\d+) bytes"
HAS = r"the host has +(\d+) bytes"


def number(m, pattern, text):
    found = re.search(pattern, text)
    m.check(found, f"{pattern} in {text}")
    return int(found[1])


def asked(m, q, size):
    """Ask for a machine of `size` bytes. Returns what the host has in the end, and the output of
    `mem`."""
    q.ask("balloon", value=size)
    shown = m.run_until("mem", lambda t: re.search(rf"the host asks for +{RAM - size} bytes", t)
                        and number(m, HAS, t) == RAM - q.ask("query-balloon")["actual"]
                        and (number(m, HAS, t) == RAM - size or number(m, LEFT, t) <= 2 * MIB + 4096), "no such size")
    return number(m, HAS, shown), shown


def until(m, ask, fits, what):
    for _ in range(TRIES):
        answer = ask()
        if fits(answer):
            return answer
        m.run("uptime")
        time.sleep(PAUSE)
    m.fail(f"{what}: {answer}")


def statistics(m, q):
    q.ask("qom-set", path="/machine/peripheral/b", property="guest-stats-polling-interval", value=1)
    left = number(m, LEFT, m.run("mem"))
    until(m, lambda: q.ask("qom-get", path="/machine/peripheral/b", property="guest-stats")["stats"],
          lambda s: s["stat-free-memory"] == left and s["stat-total-memory"] <= RAM, "statistics")


def can_hint(board):
    """QEMU hints from a thread of its own, which does not work on every board."""
    return "riscv" in board.name


def hints(m, q):
    """Free pages are not migrated. After the migration the machine continues here."""
    if not can_hint(m.board):
        print("no round of hints: QEMU ends itself when a thread of a device interrupts an emulated ARM")
        return
    q.ask("migrate", uri="exec:cat > /dev/null")
    while q.ask("query-migrate").get("status") not in ("completed", "failed"):
        time.sleep(PAUSE)
    q.ask("cont")
    m.run_until("mem", lambda t: (found := re.search(r"hinted as free +(\d+) bytes", t)) and int(found[1]) > MIB
                and number(m, LEFT, t) > 8 * MIB, "no hints")


@case("balloon", options="")
@case("packed.balloon", modes=("modern",), options=",packed=on")
def balloon(c, options):
    memory = c.folder / "ram"  # what the machine does not have is a hole in it
    extra = ["-object", f"memory-backend-file,id=ram,size={RAM},mem-path={memory},share=on,prealloc=on",
             "-object", "iothread,id=io", *option(c),
             "-device", "virtio-balloon-device,id=b,deflate-on-oom=on,free-page-reporting=on"
             + (",free-page-hint=on,iothread=io" if can_hint(c.board) else "") + options]
    with c.booted(SERIAL + RNG, memory="64M", machine=f"{c.board.machine},memory-backend=ram",
                  extra=extra) as m, Qmp(c) as q:
        shown = device(m, "virtio-balloon")
        m.check(("RING_PACKED" in shown) == bool(options), "not the wanted rings")
        hint = ["FREE_PAGE_HINT"] if can_hint(c.board) else []
        for name in ("STATS_VQ", "DEFLATE_ON_OOM", "PAGE_REPORTING", *hint):
            m.check(name in shown.split("declined")[0], f"{name} in {shown}")
        m.check("PAGE_POISON" in shown.split("declined")[1], shown)
        start = m.run_until("mem", lambda t: number(m, r"reported as free +(\d+)", t) > 0, "no report")
        left = number(m, LEFT, start)
        until(m, lambda: memory.stat().st_blocks * 512, lambda n: n < RAM - left // 2, "no hole in the memory")
        given, shown = asked(m, q, 40 * MIB)
        m.check(given == 24 * MIB and number(m, LEFT, shown) == left - given, shown)
        statistics(m, q)
        exercise(m)
        given, shown = asked(m, q, 4096)
        m.check(left - given >= 2 * MIB, shown)  # it keeps something
        m.check("take: done" in m.run(f"take {8 * MIB}"), "no memory was taken back")
        m.check(number(m, r"taken back in need +(\d+)", m.run("mem")) > 5 * MIB, "not taken back")
        asked(m, q, 50 * MIB)
        given, shown = asked(m, q, RAM)
        m.check(given == 0 and 0 <= left - number(m, LEFT, shown) - 8 * MIB < 64, shown)
        hints(m, q)
        asked(m, q, 60 * MIB)
        states(m, "balloon", {})
        exercise(m)
        poweroff(m)


@case("balloon_odd", modes=("modern",))
def odd(c):
    """Without hints QEMU's queue of reports has another number. Without DEFLATE_ON_OOM the host keeps
    the memory."""
    extra = [*option(c), "-device", "virtio-balloon-device,id=b,free-page-reporting=on"]
    with c.booted(SERIAL + RNG, memory="64M", extra=extra) as m, Qmp(c) as q:
        m.run_until("mem", lambda t: number(m, r"reported as free +(\d+)", t) > 0, "no report")
        asked(m, q, 4096)
        m.check("take: not enough memory" in m.run(f"take {8 * MIB}"), "memory was taken back")
        poweroff(m)
