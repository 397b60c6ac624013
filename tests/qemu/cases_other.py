# SPDX-License-Identifier: BSD-2-Clause
"""Other machines than `virt`: only the load address is compiled in, so the same image boots there.
They have no virtio-mmio, and the image says so on their console."""

from cases import case
from machine import Failure


def other(c, machine, console, *arguments, typed="mem\r", boot=None):
    """The prompt is on the machine's own console, which works in both directions."""
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
    """Type as a person does: Spike's console holds one character, and QEMU loses a character that
    arrives before the guest reads the previous one. Type it again if there is no echo."""
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
    """A board of SiFive: another UART, a first hart without S-mode, and no way to power off in the
    tree."""
    with other(c, "sifive_u", "SiFive UART@10010000", "-smp", "2", typed="uptime\r") as m:
        if c.board.name == "riscv64":  # the firmware below the image can do that
            type_slowly(m, "reboot\r")
            m.prompt(m.early)
        type_slowly(m, "poweroff\r")
        m.quiet(1.0)
        m.check(m.process.poll() is None and b"***" not in m.early.received, "not a plain stop")


@case("spike", modes=("",), boards=("riscv64", "riscv64-m", "riscv32-m"))
def spike(c):
    """The console, power-off and exit code use HTIF."""
    # The CPU of QEMU's spike has Sstc, and the machine no timer for it: OpenSBI 1.6 traps there.
    arguments, boot = ["-cpu", "rv64,sstc=off"], None
    if c.board.name.endswith("-m"):
        # For an ELF file QEMU 10 takes the address of the HTIF from symbols, as the program `spike`
        # does. For a raw image it is where the tree says.
        arguments, boot = [], ["-bios", str(c.image.with_suffix(".bin"))]
    with other(c, "spike", "HTIF@1000000", *arguments, boot=boot) as m:
        m.check(b"no way to power off" not in m.early.received, "HTIF does not count as one")
        type_slowly(m, "poweroff 5\r")
        code = m.exit_code()
        m.check(code == 5, f"exit code {code}")


@case("report_after_end", modes=("",), boards=("riscv64",))
def report_after_end(c):
    """A check that fails after the end of the machine has the same message as before it."""
    with c.machine(extra=["-no-such-option"]) as m:
        m.exit_code()
    try:
        m.fail("nothing wrong")
    except Failure as e:
        for part in ("nothing wrong", m.board.qemu, "no-such-option: invalid option"):
            if part not in str(e):
                raise Failure(f"no {part!r} in the report: {e}") from None
