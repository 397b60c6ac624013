# SPDX-License-Identifier: BSD-2-Clause
"""A panic report does not need a working clock, ring or console. Each case breaks one of them while
the machine runs, by an instruction that traps."""

import re
import subprocess

from cases import DEADLINE, SERIAL, case
from cases_panic import quiet, report
from gdb import Gdb
from tree import below_is_sbi

# A word that is not an instruction.
TRAP = {"riscv": bytes(4), "aarch64": bytes(4), "thumb": bytes.fromhex("00de"),
        "arm": bytes.fromhex("f000f0e7")}
# A function that returns 0 in 64 bits.
ZERO = {"riscv": bytes.fromhex("01458145 8280"),
        "aarch64": bytes.fromhex("000080d2 c0035fd6"),
        "thumb": bytes.fromhex("0020 0021 7047"),
        "arm": bytes.fromhex("0000a0e3 0010a0e3 1eff2fe1")}


def replace(c, debugger, name, table):
    """The beginning of a function. The tool reads the tables of every CPU."""
    symbols = subprocess.run(["riscv64-unknown-elf-nm", c.image], text=True, capture_output=True,
                             check=True).stdout
    at = int(re.search(rf"^(\S+) [tT] {name}$", symbols, re.M).group(1), 16)
    cpu = "thumb" if at % 2 else next(k for k in table if k in c.board.qemu)
    debugger.write(at & ~1, table[cpu])


def let_go(debugger):
    """Continue the machine, which may end before the debugger has answered."""
    try:
        debugger.go()
    except ConnectionError:
        pass


def running(c, devices):
    path = c.folder / "gdb.sock"
    return path, c.machine(devices, extra=["-gdb", f"unix:{path},server=on,wait=off"])


def broken(c, devices, early, function, where=None):
    """Break the function after the prompt. A panic follows at its next call at the latest."""
    path, machine = running(c, devices)
    with machine as m:
        channel = m.early if early else m.con
        m.prompt(channel)
        debugger = Gdb(path)
        replace(c, debugger, function, TRAP)
        let_go(debugger)
        m.send("panic\r", channel)
        report(m, where(m) if where else channel)


@case("broken.clock", modes=("modern",))
def clock(c):
    """Every use of the clock traps again."""
    broken(c, SERIAL, False, "vio_cpu_now")


@case("broken.clock_early", modes=("modern",))
def clock_early(c):
    broken(c, [], True, "vio_cpu_now")


@case("broken.clock_stands", modes=("modern",))
def clock_stands(c):
    """The clock stands still and the console is not read: all waits end nevertheless."""
    path, machine = running(c, quiet(c))
    with machine as m:
        m.prompt()
        debugger = Gdb(path)
        replace(c, debugger, "vio_cpu_now", ZERO)
        debugger.go()
        m.send("panic\r")
        m.wait(lambda: m.process.poll() is not None, DEADLINE, "the end of QEMU", deaf=[m.con])
        m.check(m.exit_code() != 0, "a panic, and QEMU's exit code is 0")


@case("broken.ring", modes=("modern",))
def ring(c):
    """The ring of the console traps, and the device has no other way for text."""
    broken(c, quiet(c), False, "vio_console_write", where=lambda m: m.early)


@case("broken.uart", modes=("modern",))
def uart(c):
    """The early console is not needed if the virtio console works."""
    broken(c, SERIAL, False, "vio_uart_has_room")


@case("broken.uart_early", modes=("modern",))
def uart_early(c):
    """The only console traps. The firmware below the image has another way to it. Without such
    firmware the machine still ends as failed."""
    if below_is_sbi(c.board):
        broken(c, [], True, "vio_uart_has_room")
    else:
        broken(c, [], True, "vio_uart_has_room", where=lambda m: None)
