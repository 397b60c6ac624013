# SPDX-License-Identifier: BSD-2-Clause
"""Panics and traps: each is reported on a console that works, and QEMU's exit code is a failure."""

import re
import subprocess

from cases import DEADLINE, RNG, SERIAL, case

REPORT = r"\*\*\* (?P<why>[^\r\n]+)"


def report(m, channel):
    """The report came out here completely (None: nowhere), and the machine ended as failed."""
    code = m.exit_code()
    m.check(code != 0, "a panic, and QEMU's exit code is 0")
    if channel is None:
        return
    values = [rf"\b{name} [0-9a-f]{{{m.board.digits}}}\b" for name in m.board.registers]
    for part in [REPORT, *values]:
        m.check(re.search(part.encode(), bytes(channel.received[channel.seen:])),
                f"{channel.name}: no {part!r} in the report")


def panic(c, devices, early=False):
    with c.machine(devices) as m:
        channel = m.early if early else m.con
        m.prompt(channel)
        m.send("panic\r", channel)
        report(m, channel)


SIMPLE = ["-device", "virtio-serial-device", "-device", "virtconsole,chardev=con"]
case("panic", devices=SERIAL + RNG)(panic)
case("panic_emergency", devices=SIMPLE)(panic)
case("panic_early", devices=[], early=True)(panic)


def quiet(c):
    """A console that can print only through its rings. QEMU 11 cannot make one."""
    c.needs("virtio-serial-device", "emergency-write")
    return ["-device", "virtio-serial-device,emergency-write=off", "-device", "virtconsole,chardev=con"]


@case("panic_no_emergency")
def panic_no_emergency(c):
    panic(c, quiet(c))


@case("panic_unread")
def panic_unread(c):
    """The console is not read: the panic does not wait for ever."""
    with c.booted(quiet(c)) as m:
        m.send("panic\r")
        m.wait(lambda: m.process.poll() is not None, DEADLINE, "the end of QEMU", deaf=[m.con])
        m.check(m.exit_code() != 0, "a panic, and QEMU's exit code is 0")


def kinds(board):
    """What each kind of `panic` is called in the report; None: no trap, it works."""
    # A page below the stack where every access traps, or a mark at the end of the stack.
    guarded = "none" in board.arguments[1::2][:1] or board.name.endswith("-mmu")
    stack = {"stack": "stack overflow: " + (".*(fault|abort)" if guarded else "the mark")}
    if "riscv" in board.qemu:
        return stack | {"read": "load access fault", "write": "store access fault",
                        "jump": "instruction access fault", "align": None}
    return stack | {"read": "data abort", "write": "data abort",
                    "jump": "(instruction|prefetch) abort",
                    "align": None if board.name.endswith("-mmu") else "access misaligned"}


# The function in which it happens.
PLACES = {"read": "read_nowhere", "write": "write_nowhere"}


def callers(c, text):
    """The functions that the report's command names, innermost first."""
    found = re.search(r"addr2line -pfiae IMAGE\.elf((?:\s+[0-9a-f]{8,16}\b)+)", text)
    names = subprocess.run(["addr2line", "-pfiae", c.image, *found[1].split()] if found else ["true"],
                           check=True, capture_output=True, text=True).stdout
    return re.findall(r"(?:: |\(inlined by\) )(\S+) at ", names)


@case("panic_kinds", modes=("modern",))
def panic_kinds(c):
    """The report names each kind of panic, and the exit code is not 0. An unaligned access works if
    the CPU allows it."""
    for kind, said in kinds(c.board).items():
        with c.booted(SERIAL) as m:
            m.send(f"panic {kind}\r")
            if said is None:
                m.expect(rb"works here: 04030201")
                m.prompt()
                continue
            code = m.exit_code()
            m.check(code != 0, f"panic {kind}: QEMU's exit code is 0")
            m.check(re.search(r"\*\*\* \w+: " + said, m.con.received.decode("latin-1")),
                    f"panic {kind}: no word of {said!r}")
            names = callers(c, m.con.received.decode("latin-1"))
            m.check(kind not in PLACES or names[:1] == [PLACES[kind]], f"panic {kind}: {names}")
            m.check(kind == "stack" or {"shell_run_text", "vio_loop_run"} <= set(names),
                    f"panic {kind}: {names}")
