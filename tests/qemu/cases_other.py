# SPDX-License-Identifier: BSD-2-Clause
"""Other machines than `virt`: nothing but the load address is compiled in, so the same image
boots there. They have no virtio-mmio, and the image says so on the console that they have."""

from cases import case
from machine import Failure


def other(c, machine, console, *arguments, typed="mem\r", boot=None):
    """The prompt on the machine's own console, which works both ways."""
    m = c.machine([], machine=machine, extra=arguments, boot=boot)
    try:
        said = m.prompt(m.early).decode()
        m.check(f"early console, {console}" in said, f"not {console}: {said}")
        m.check("0 virtio devices in 0 slots" in said and "No virtio console was found" in said,
                f"no word of the missing devices: {said}")
        type_slowly(m, typed)
        m.prompt(m.early)
    except BaseException:
        m.__exit__()
        raise
    return m


def type_slowly(m, text):
    """As from a keyboard: Spike's console has room for one character, and QEMU loses one that
    comes while nobody asks for it. Who sees no echo types it again."""
    for c in text:
        echo = b"\n" if c == "\r" else c.encode()
        m.send(c, m.early)
        try:
            m.expect(echo, m.early, seconds=10)
        except Failure:
            m.send(c, m.early)
            m.expect(echo, m.early)


@case("sifive_u", modes=("",), boards=("riscv64", "riscv64-m"))
def sifive_u(c):
    """A board of SiFive's: another UART, a first hart without S-mode, no word of power-off."""
    with other(c, "sifive_u", "SiFive UART@10010000", "-smp", "2", typed="uptime\r") as m:
        if c.board.name == "riscv64":  # the firmware below can do that much
            type_slowly(m, "reboot\r")
            m.prompt(m.early)
        type_slowly(m, "poweroff\r")
        m.quiet(1.0)
        m.check(m.process.poll() is None and b"***" not in m.early.received, "not a plain stop")


@case("spike", modes=("",), boards=("riscv64", "riscv64-m", "riscv32-m"))
def spike(c):
    """The console and the end, with its exit code, by HTIF."""
    # QEMU's spike has a CPU with Sstc and no timer for it: OpenSBI 1.6 ends there with a trap.
    arguments, boot = ["-cpu", "rv64,sstc=off"], None
    if c.board.name.endswith("-m"):
        # QEMU 10 has the HTIF of an ELF file where symbols of it say, as the program `spike` has.
        # For a raw image it stands where the tree says.
        arguments, boot = [], ["-bios", str(c.image.with_suffix(".bin"))]
    with other(c, "spike", "HTIF@1000000", *arguments, boot=boot) as m:
        m.check(b"no way to power off" not in m.early.received, "HTIF does not count as one")
        type_slowly(m, "poweroff 5\r")
        code = m.exit_code()
        m.check(code == 5, f"exit code {code}")


@case("report_after_end", modes=("",), boards=("riscv64",))
def report_after_end(c):
    """A check that fails when the machine is gone says all that it would have said before."""
    with c.machine(extra=["-no-such-option"]) as m:
        m.exit_code()
    try:
        m.fail("nothing wrong")
    except Failure as e:
        for part in ("nothing wrong", m.board.qemu, "no-such-option: invalid option"):
            if part not in str(e):
                raise Failure(f"no {part!r} in the report: {e}") from None
